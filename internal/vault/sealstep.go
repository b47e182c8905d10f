package vault

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"
)

// sealStepBegin begins the text of a step that no database runs.
const sealStepBegin = "-- seal "

// SealStep is a step of a Schema that seals columns which held their values in clear,
// each named as table.column. From it on they are read by OpenValue (BLOB) or OpenText
// (TEXT). The table's Sealed says what each value is bound to. Like every step it is in
// the transaction with all others, after a backup; then the tables are written anew, so
// that nothing is left of what stood there.
func SealStep(columns ...string) string { return sealStepBegin + strings.Join(columns, " ") }

// sealedBy returns the columns of a step made by SealStep.
func sealedBy(step string) (columns []string, is bool) {
	list, is := strings.CutPrefix(step, sealStepBegin)
	if !is {
		return nil, false
	}
	return strings.Fields(list), true
}

// sealing is what a step seals, by table.
func (s Schema) sealing(step string) (list []Table, err error) {
	columns, _ := sealedBy(step)
	for _, name := range columns {
		table, column, _ := strings.Cut(name, ".")
		i := slices.IndexFunc(s.Tables, func(t Table) bool { return t.Name == table })
		if i < 0 {
			return nil, fmt.Errorf("a step seals %s, of which no Table tells", name)
		}
		j := slices.IndexFunc(s.Tables[i].Sealed, func(c SealedColumn) bool { return c.Name == column })
		if j < 0 {
			return nil, fmt.Errorf("a step seals %s, which isn't among the sealed columns of its Table", name)
		}
		list = append(list, Table{Name: table, Sealed: s.Tables[i].Sealed[j : j+1]})
	}
	return list, nil
}

// runStep runs one step of a schema.
func (v *Vault) runStep(ctx context.Context, tx *sql.Tx, s Schema, step string) error {
	switch run, err := s.goStep(step); {
	case err != nil:
		return err
	case run != nil:
		return run(ctx, tx, v.Marker)
	}
	if _, is := sealedBy(step); !is {
		_, err := tx.ExecContext(ctx, v.base.step(step))
		return err
	}
	list, err := s.sealing(step)
	if err != nil {
		return err
	}
	shapes, err := v.base.shapes(ctx, tx)
	if err != nil {
		return err
	}
	written := 0
	for _, t := range list {
		i := slices.IndexFunc(shapes, func(shape tableShape) bool { return shape.name == t.Name })
		if i < 0 {
			return fmt.Errorf("table %s isn't there", t.Name)
		}
		work := rewriting{ctx: ctx, tx: tx, table: t, shape: shapes[i], change: v.sealFirst}
		n, err := work.run()
		if err != nil {
			return fmt.Errorf("table %s: %w", t.Name, err)
		}
		written += n
	}
	if written == 0 {
		return nil
	}
	_, err = tx.ExecContext(ctx, metaPut, compactDue, []byte{1})
	return err
}

// sealFirst seals the columns of a row that were in clear.
func (v *Vault) sealFirst(t Table, row map[string]any) (set []any, err error) {
	for _, c := range t.Sealed {
		value := row[c.Name]
		switch plain := value.(type) {
		case []byte:
			if len(plain) > 0 {
				value, err = v.SealValue(c.Context(pick(row, c.Of)), plain)
			}
		case string:
			value, err = v.SealText(c.Context(pick(row, c.Of)), plain)
		}
		if err != nil {
			return nil, err
		}
		set = append(set, value)
	}
	return set, nil
}
