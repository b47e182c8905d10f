package vault

import (
	"database/sql/driver"
	"fmt"
	"io"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"
)

// gresRows is a result. It is read from the connection row by row until another
// statement needs the connection; then the rest is read into memory.
type gresRows struct {
	watch *stopwatch
	text  string // of the query
	of    *gresConn
	rows  pgx.Rows // nil when all was read
	names []string
	kept  [][]driver.Value
	err   error // after the last of kept
}

// Columns implements driver.Rows.
func (r *gresRows) Columns() []string { return r.names }

// ahead reads the first row, and with it the names of the columns.
func (r *gresRows) ahead() error {
	if err := r.fetch(); err != nil {
		return err
	}
	return r.err
}

// fetch reads one row into memory, or the end of the result.
func (r *gresRows) fetch() error {
	r.watch.resume()
	more := r.rows.Next()
	r.watch.pause()
	if r.names == nil {
		r.names = []string{}
		for _, f := range r.rows.FieldDescriptions() {
			r.names = append(r.names, f.Name)
		}
	}
	if !more {
		r.err = r.of.explain(r.watch, r.text, r.rows.Err())
		r.end()
		return nil
	}
	row, err := r.rows.Values()
	if err != nil {
		r.err = fmt.Errorf("couldn't read a row: %w", err)
		r.end()
		return nil
	}
	values := make([]driver.Value, len(row))
	for i := range row {
		if values[i], err = plain(row[i]); err != nil {
			r.end()
			return fmt.Errorf("couldn't read column %s: %w", r.names[i], err)
		}
	}
	r.kept = append(r.kept, values)
	return nil
}

// end gives the connection back to other statements.
func (r *gresRows) end() {
	r.rows.Close()
	r.rows = nil
	r.watch.end()
	if r.of.open == r {
		r.of.open = nil
	}
}

// keep reads the rest into memory.
func (r *gresRows) keep() error {
	for r.rows != nil {
		if err := r.fetch(); err != nil {
			return err
		}
		if len(r.kept) > rowsKept {
			return fmt.Errorf("a statement began while another's result of more than %d rows was being read: read it in pages", rowsKept)
		}
	}
	return nil
}

// Next implements driver.Rows.
func (r *gresRows) Next(into []driver.Value) error {
	if len(r.kept) == 0 && r.rows != nil {
		if err := r.fetch(); err != nil {
			return err
		}
	}
	if len(r.kept) == 0 {
		if r.err == nil {
			return io.EOF
		}
		return r.err
	}
	copy(into, r.kept[0])
	r.kept[0] = nil
	if r.kept = r.kept[1:]; len(r.kept) == 0 {
		r.kept = nil
	}
	return nil
}

// Close implements driver.Rows.
func (r *gresRows) Close() error {
	if r.rows != nil {
		r.end()
	}
	r.kept = nil
	return nil
}

// plain is a value as SQLite would have returned it.
func plain(v any) (driver.Value, error) {
	switch v := v.(type) {
	case nil, int64, float64, string, []byte:
		return v, nil
	case int32:
		return int64(v), nil
	case int16:
		return int64(v), nil
	case uint32:
		return int64(v), nil
	case bool:
		if v {
			return int64(1), nil
		}
		return int64(0), nil
	case pgtype.Numeric: // a sum of numbers
		n, err := v.Int64Value()
		return n.Int64, err
	}
	return nil, fmt.Errorf("it has the type %T, which a vault's tables don't have: cast it", v)
}
