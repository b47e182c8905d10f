package vault

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
)

// RowReader reads whole tables within one read transaction, for who takes out all that
// a vault has.
type RowReader struct {
	v      *Vault
	ctx    context.Context // of the transaction
	tx     *sql.Tx
	shapes []tableShape
}

// RowReader returns a reader of tables for a transaction.
func (v *Vault) RowReader(ctx context.Context, tx *sql.Tx) (*RowReader, error) {
	shapes, err := v.base.shapes(ctx, tx)
	if err != nil {
		return nil, fmt.Errorf("couldn't list the tables of the private store: %w", err)
	}
	return &RowReader{v, ctx, tx, shapes}, nil
}

// Each calls fn with every row of a table, in the order of its key: integers as int64,
// text as string, bytes as []byte, nothing as nil. What SealValue and SealText fill is
// opened; what is enclosed stays so, and marks too. The row belongs to fn only until it
// returns.
func (r *RowReader) Each(table string, fn func(row map[string]any) error) error {
	said := r.v.tables()
	at := slices.IndexFunc(r.shapes, func(t tableShape) bool { return t.name == table })
	is := slices.IndexFunc(said, func(t Table) bool { return t.Name == table })
	if at < 0 || is < 0 {
		return fmt.Errorf("couldn't read table %s of the private store: %w", table, ErrNotFound)
	}
	shape, row := r.shapes[at], map[string]any{}
	err := shape.each(patient(r.ctx), r.tx, func(values []any) error {
		for i, c := range shape.columns {
			row[c.name] = values[i]
		}
		if err := r.v.unsealRow(said[is], row); err != nil {
			return err
		}
		return fn(row)
	})
	if err != nil {
		return fmt.Errorf("couldn't read table %s of the private store: %w", table, err)
	}
	return nil
}

// unsealRow opens a row's sealed columns. Their contexts are of the row as it is stored.
func (v *Vault) unsealRow(t Table, row map[string]any) error {
	opened := make([]any, len(t.Sealed))
	for i, c := range t.Sealed {
		var err error
		context := c.Context(pick(row, c.Of))
		switch value := row[c.Name].(type) {
		case []byte:
			if opened[i] = value; len(value) > 0 {
				opened[i], err = v.OpenValue(context, value)
			}
		case string:
			opened[i], err = v.OpenText(context, value)
		}
		if err != nil {
			return fmt.Errorf("column %s, %s: %w", c.Name, context, err)
		}
	}
	for i, c := range t.Sealed {
		row[c.Name] = opened[i]
	}
	return nil
}
