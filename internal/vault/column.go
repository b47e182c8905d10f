package vault

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"
)

// Class says what a column holds, and so what somebody learns who reads the database
// without the vault's key.
type Class string

// The classes of columns.
const (
	// Identifier is a code that names a thing, a party or another row.
	Identifier Class = "identifier"
	// Hash is a hash of something with a secret or enough chance in it, or of something public.
	Hash Class = "hash"
	// Public is a public key, a signature, or what stands on the ledger.
	Public Class = "public"
	// Opening opens a commitment on the ledger: a salt or a seed.
	Opening Class = "opening"
	// Time is a moment or a day.
	Time Class = "time"
	// State is one of a list of words or numbers that the program knows.
	State Class = "state"
	// Number counts, measures or orders.
	Number Class = "number"
	// Sealed is encrypted by SealValue or SealText.
	Sealed Class = "sealed"
	// Mark is a keyed hash by Marker.Mark: equal values are found, no guess is confirmed.
	Mark Class = "mark"
	// Enclosed is encrypted by its package itself, which says how.
	Enclosed Class = "enclosed"
	// Plain is text or bytes of people's making in clear. Each has a reason.
	Plain Class = "plain text"
)

// listed are the classes that a Table lists by name alone.
var listed = []Class{Identifier, Hash, Public, Opening, Time, State, Number}

// Table says of each column of a table what it holds. A table without one is found by
// Columns, and so is a column.
type Table struct {
	Name string

	// Is names the columns of each class, with spaces between.
	Is map[Class]string

	// Sealed are the columns that SealValue or SealText fills.
	Sealed []SealedColumn

	// Marks are the columns that a Marker fills, each with the marker's label.
	Marks map[string]string

	// Enclosed are the columns that the package encrypts in a way of its own, each with
	// the secret that opens it and how it comes under another one.
	Enclosed map[string]string

	// Plain are the columns in clear that somebody could read something private from,
	// each with the reason why it isn't sealed.
	Plain map[string]string
}

// SealedColumn is a column that SealValue (BLOB) or SealText (TEXT) fills. An empty
// value and NULL are sealed nothing.
type SealedColumn struct {
	Name string

	// Of are the columns of the row by which Context tells where the value belongs. They
	// hold int64, string or []byte.
	Of []string

	// Context is what the value was sealed with.
	Context func(of []any) string
}

// ColumnClass is what a column holds.
type ColumnClass struct {
	Table, Column string
	Class         Class
	Why           string // of a mark its label, of one that is plain or enclosed the reason
}

// Columns lists every column of every table that is in the database, in their order,
// with what its schema says of it. Its error names the columns and tables of which a
// schema says nothing, says two things, or which aren't there.
func (v *Vault) Columns(ctx context.Context) (list []ColumnClass, err error) {
	var shapes []tableShape
	err = v.View(ctx, func(tx *sql.Tx) error {
		shapes, err = v.base.shapes(ctx, tx)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("couldn't list the columns of the vault: %w", err)
	}
	said, wrong := map[string]ColumnClass{}, []string{}
	for _, t := range v.tables() {
		for _, c := range t.classes() {
			name := c.Table + "." + c.Column
			if _, twice := said[name]; twice {
				wrong = append(wrong, name+" is said to hold two things")
			}
			if (c.Class == Plain || c.Class == Enclosed) && len(c.Why) < reasonBytesMin {
				wrong = append(wrong, fmt.Sprintf("%s is %s without a reason", name, c.Class))
			}
			said[name] = c
		}
	}
	for _, t := range shapes {
		for _, c := range t.columns {
			name := t.name + "." + c.name
			one, known := said[name]
			if !known {
				wrong = append(wrong, name+" is in the database, and no Table of its Schema says what it holds")
			}
			list = append(list, one)
			delete(said, name)
		}
	}
	for name := range said {
		wrong = append(wrong, name+" is in a Table, and not in the database")
	}
	if len(wrong) > 0 {
		slices.Sort(wrong)
		return list, fmt.Errorf("couldn't tell what the vault's columns hold: %s", strings.Join(wrong, "; "))
	}
	return list, nil
}

// tables are what all schemas say of their tables.
func (v *Vault) tables() (list []Table) {
	for _, s := range v.schemas {
		list = append(list, s.Tables...)
	}
	return list
}

// classes lists what the table says of its columns.
func (t Table) classes() (list []ColumnClass) {
	add := func(column string, class Class, why string) {
		list = append(list, ColumnClass{t.Name, column, class, why})
	}
	for _, class := range listed {
		for _, name := range strings.Fields(t.Is[class]) {
			add(name, class, "")
		}
	}
	for _, c := range t.Sealed {
		add(c.Name, Sealed, "")
	}
	for class, columns := range map[Class]map[string]string{Mark: t.Marks, Enclosed: t.Enclosed, Plain: t.Plain} {
		for name, why := range columns {
			add(name, class, why)
		}
	}
	return list
}

// check refuses what a rotation of the key couldn't follow.
func (t Table) check(schema string) error {
	if t.Name != schema && !strings.HasPrefix(t.Name, schema+"_") {
		return fmt.Errorf("schema %s says what table %s holds, whose name doesn't begin with the schema's", schema, t.Name)
	}
	for class := range t.Is {
		if !slices.Contains(listed, class) {
			return fmt.Errorf("table %s lists columns as %q: such a column has a field of its own", t.Name, class)
		}
	}
	for _, c := range t.classes() {
		if !isIdentifier(c.Table) || !isIdentifier(c.Column) {
			return fmt.Errorf("%q.%q is no name of a table and a column in a-z, 0-9 and _", c.Table, c.Column)
		}
	}
	for _, c := range t.Sealed {
		if c.Context == nil {
			return fmt.Errorf("sealed column %s.%s has no context", t.Name, c.Name)
		}
	}
	return nil
}
