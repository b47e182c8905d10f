package vault

import (
	"context"
	"database/sql"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// values brings the columns of every Table under the next key that SealValue, SealText
// and markers fill.
func (r *rekeying) values() error {
	shapes, err := r.old.base.shapes(r.ctx, r.tx)
	if err != nil {
		return err
	}
	for _, t := range r.old.tables() {
		if len(t.Sealed) == 0 && len(t.Marks) == 0 {
			continue
		}
		i := slices.IndexFunc(shapes, func(s tableShape) bool { return s.name == t.Name })
		if i < 0 {
			return fmt.Errorf("table %s isn't there", t.Name)
		}
		work := rewriting{ctx: r.ctx, tx: r.tx, table: t, shape: shapes[i], change: r.changed}
		if _, err := work.run(); err != nil {
			return fmt.Errorf("table %s: %w", t.Name, err)
		}
	}
	return nil
}

// changed returns a row's sealed columns and marks under the next key.
func (r *rekeying) changed(t Table, row map[string]any) (set []any, err error) {
	after := maps.Clone(row) // a value may be bound to a mark
	for _, name := range t.markNames() {
		if mark, is := row[name].([]byte); is && len(mark) > 0 {
			after[name] = layer(r.next.key.Derive(t.Marks[name]), mark)
			r.done.Marks++
		}
	}
	for _, c := range t.Sealed {
		value, err := r.resealed(c, row, after)
		if err != nil {
			return nil, err
		}
		set = append(set, value)
	}
	return append(set, pick(after, t.markNames())...), nil
}

func (r *rekeying) resealed(c SealedColumn, row, after map[string]any) (any, error) {
	context, next := c.Context(pick(row, c.Of)), c.Context(pick(after, c.Of))
	switch value := row[c.Name].(type) {
	case []byte:
		if len(value) == 0 {
			return value, nil
		}
		plain, err := r.old.OpenValue(context, value)
		if err != nil {
			return nil, fmt.Errorf("column %s, %s: %w", c.Name, context, err)
		}
		r.done.Values++
		return r.next.SealValue(next, plain)
	case string:
		if value == "" {
			return value, nil
		}
		plain, err := r.old.OpenText(context, value)
		if err != nil {
			return nil, fmt.Errorf("column %s, %s: %w", c.Name, context, err)
		}
		r.done.Values++
		return r.next.SealText(next, plain)
	}
	return row[c.Name], nil
}

// markNames are the columns of marks, in one order.
func (t Table) markNames() (names []string) {
	for name := range t.Marks {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

func pick(row map[string]any, names []string) (values []any) {
	for _, name := range names {
		values = append(values, row[name])
	}
	return values
}

// rewriting goes through a table in the order of its key, some rows at a time, and
// writes its sealed columns and marks anew.
type rewriting struct {
	ctx   context.Context
	tx    *sql.Tx
	table Table
	shape tableShape
	// change returns the new values, in the order of Table.Sealed and then of markNames.
	change func(t Table, row map[string]any) ([]any, error)
}

// run returns how many rows were written.
func (w rewriting) run() (written int, err error) {
	if len(w.shape.key) == 0 {
		return 0, fmt.Errorf("it has no primary key, by which its sealed rows could be found")
	}
	set := w.set()
	read := slices.Clone(w.shape.key)
	for _, c := range w.table.Sealed {
		read = append(read, c.Of...)
	}
	read = append(read, set...)
	slices.Sort(read)
	read = slices.Compact(read)
	update := "UPDATE " + w.shape.name + " SET " + assign(set, ", ") + " WHERE " + assign(w.shape.key, " AND ")
	for last := []any(nil); ; {
		list, err := w.page(read, last)
		if err != nil || len(list) == 0 {
			return written, err
		}
		for _, row := range list {
			values, err := w.change(w.table, row)
			if err != nil {
				return written, err
			}
			last = pick(row, w.shape.key)
			if _, err := w.tx.ExecContext(w.ctx, update, append(values, last...)...); err != nil {
				return written, err
			}
			written++
		}
	}
}

// set are the columns that are written anew.
func (w rewriting) set() (names []string) {
	for _, c := range w.table.Sealed {
		names = append(names, c.Name)
	}
	return append(names, w.table.markNames()...)
}

// page reads the rows after a key, a bounded number.
func (w rewriting) page(columns []string, last []any) ([]map[string]any, error) {
	keys := strings.Join(w.shape.key, ", ")
	query, args := "SELECT "+strings.Join(columns, ", ")+" FROM "+w.shape.name, []any{}
	if last != nil {
		query += " WHERE (" + keys + ") > (?" + strings.Repeat(", ?", len(last)-1) + ")"
		args = last
	}
	query += " ORDER BY " + keys + fmt.Sprintf(" LIMIT %d", rekeyPage)
	kinds := map[string]column{}
	for _, c := range w.shape.columns {
		kinds[c.name] = c
	}
	return rows(w.ctx, w.tx, query, func(scan func(...any) error) (map[string]any, error) {
		values, into := make([]any, len(columns)), make([]any, len(columns))
		for i := range values {
			into[i] = &values[i]
		}
		if err := scan(into...); err != nil {
			return nil, err
		}
		row := map[string]any{}
		for i, name := range columns {
			value, err := kinds[name].value(values[i])
			if err != nil {
				return nil, fmt.Errorf("column %s: %w", name, err)
			}
			row[name] = value
		}
		return row, nil
	}, args...)
}

// assign is "a = ?, b = ?".
func assign(names []string, between string) string {
	return strings.Join(names, " = ?"+between) + " = ?"
}
