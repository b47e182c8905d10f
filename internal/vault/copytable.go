package vault

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/binary"
	"fmt"
	"hash"
	"math"
	"slices"
	"strings"
	"unicode/utf8"
)

// columnKind is what a column holds.
type columnKind string

const (
	kindInteger columnKind = "INTEGER"
	kindText    columnKind = "TEXT"
	kindBlob    columnKind = "BLOB"
)

type column struct {
	name string
	kind columnKind
}

// tableShape is a table as both databases know it.
type tableShape struct {
	name    string
	columns []column
	key     []string // of its rows, in order
	number  string   // the column that the database numbers, or empty
}

func (t tableShape) names() (list []string) {
	for _, c := range t.columns {
		list = append(list, c.name)
	}
	return list
}

// same tells whether two tables hold the same.
func (t tableShape) same(other tableShape) bool {
	return t.name == other.name && slices.Equal(t.columns, other.columns) && slices.Equal(t.key, other.key) && t.number == other.number
}

// query reads all rows in one order, which is the same in each database.
func (t tableShape) query() string {
	by := t.key
	if len(by) == 0 {
		by = t.names()
	}
	columns := t.names()
	for _, c := range t.columns {
		columns = append(columns, c.name+" IS NULL") // SQLite's driver returns no bytes as nothing
	}
	return "SELECT " + strings.Join(columns, ", ") + " FROM " + t.name + " ORDER BY " + strings.Join(by, " NULLS FIRST, ") + " NULLS FIRST"
}

// each reads all rows as the columns' kinds say.
func (t tableShape) each(ctx context.Context, tx *sql.Tx, do func(row []any) error) error {
	found, err := tx.QueryContext(ctx, t.query())
	if err != nil {
		return err
	}
	defer found.Close()
	row, missing, into := make([]any, len(t.columns)), make([]bool, len(t.columns)), make([]any, 2*len(t.columns))
	for i := range row {
		into[i], into[len(row)+i] = &row[i], &missing[i]
	}
	for found.Next() {
		clear(row)
		if err := found.Scan(into...); err != nil {
			return err
		}
		for i, c := range t.columns {
			if b, is := row[i].([]byte); !missing[i] && (row[i] == nil || is && b == nil) {
				row[i] = []byte{}
			}
			if row[i], err = c.value(row[i]); err != nil {
				return fmt.Errorf("table %s, column %s: %w", t.name, c.name, err)
			}
		}
		if err := do(row); err != nil {
			return err
		}
	}
	return found.Err()
}

// value is a stored value as its column's kind: SQLite takes any kind anywhere.
func (c column) value(v any) (any, error) {
	switch v := v.(type) {
	case nil:
		return nil, nil
	case int64:
		if c.kind == kindInteger {
			return v, nil
		}
	case float64:
		if c.kind == kindInteger && v == math.Trunc(v) && math.Abs(v) < 1<<53 {
			return int64(v), nil
		}
	case string:
		return c.bytes([]byte(v), v)
	case []byte:
		return c.bytes(v, string(v))
	}
	return nil, fmt.Errorf("a value of type %T stands where %s belongs", v, c.kind)
}

func (c column) bytes(b []byte, text string) (any, error) {
	switch {
	case c.kind == kindBlob:
		return b, nil
	case c.kind == kindText:
		return cleanText(text), nil
	}
	return nil, fmt.Errorf("text of %d bytes stands where %s belongs", len(b), c.kind)
}

// cleanText is text without what PostgreSQL refuses in one: zero bytes, and bytes
// that aren't UTF-8. U+FFFD stands in their place. Such text comes from outside
// alone; the document that it came in is kept byte by byte.
func cleanText(text string) string {
	if !strings.Contains(text, "\x00") && utf8.ValidString(text) {
		return text
	}
	return strings.ToValidUTF8(strings.ReplaceAll(text, "\x00", "\uFFFD"), "\uFFFD")
}

// tally counts and hashes rows in their order.
type tally struct {
	rows int64
	sum  hash.Hash
}

func newTally() *tally { return &tally{sum: sha256.New()} }

// add adds a row: for each value its kind, its length and its bytes.
func (t *tally) add(row []any) {
	t.rows++
	for _, v := range row {
		switch v := v.(type) {
		case nil:
			t.part('n', nil)
		case int64:
			t.part('i', binary.BigEndian.AppendUint64(nil, uint64(v)))
		case string:
			t.part('t', []byte(v))
		case []byte:
			t.part('b', v)
		}
	}
}

func (t *tally) part(kind byte, b []byte) {
	t.sum.Write(binary.BigEndian.AppendUint64([]byte{kind}, uint64(len(b))))
	t.sum.Write(b)
}

func (t *tally) moved(name string) MovedTable {
	return MovedTable{Name: name, Rows: t.rows, SHA256: [32]byte(t.sum.Sum(nil))}
}
