package vault

import (
	"context"
	"database/sql"
	"fmt"
)

// MovedTable is a table that was copied and read back.
type MovedTable struct {
	Name   string
	Rows   int64
	SHA256 [32]byte // of its rows in the order of their keys
}

// copyAll copies every table of one database into another that has none, as of
// one moment, in one transaction, and reads it back: when it returns nil, the
// copy is on the disk and has the same rows.
func copyAll(ctx context.Context, from, to database) (done []MovedTable, err error) {
	ctx = patient(ctx)
	err = from.view(ctx, func(source *sql.Tx) error {
		return to.update(ctx, func(target *sql.Tx) error {
			c := copying{ctx: ctx, from: from, to: to, source: source, target: target}
			done, err = c.run()
			return err
		})
	})
	return done, err
}

// copying is a copy under way.
type copying struct {
	ctx            context.Context
	from, to       database
	source, target *sql.Tx
}

func (c copying) run() ([]MovedTable, error) {
	list, err := c.makeTables()
	if err != nil {
		return nil, err
	}
	var done []MovedTable
	for _, t := range list {
		written, err := c.rows(t)
		if err != nil {
			return nil, fmt.Errorf("couldn't copy table %s: %w", t.name, err)
		}
		read := newTally()
		if err := t.each(c.ctx, c.target, func(row []any) error { read.add(row); return nil }); err != nil {
			return nil, fmt.Errorf("couldn't read the copy of table %s: %w", t.name, err)
		}
		if again := read.moved(t.name); again != written {
			return nil, fmt.Errorf("the copy of table %s has %d rows with hash %x, the original %d with hash %x: nothing was kept of it", t.name, again.Rows, again.SHA256, written.Rows, written.SHA256)
		}
		done = append(done, written)
	}
	return done, nil
}

// makeTables runs the steps that made the original, and compares what both have.
func (c copying) makeTables() ([]tableShape, error) {
	there, err := c.to.shapes(c.ctx, c.target)
	if err == nil && len(there) > 0 {
		err = fmt.Errorf("the target has tables already, the first %s: a vault is copied to an empty place only", there[0].name)
	}
	if err != nil {
		return nil, err
	}
	steps, err := c.from.steps(c.ctx, c.source)
	if err != nil {
		return nil, err
	}
	for _, s := range append([]appliedStep{{text: schemaTable}}, steps...) {
		if err := c.runStep(s); err != nil {
			return nil, fmt.Errorf("couldn't apply step %d of schema %s: %w", s.number, s.schema, err)
		}
		if s.schema == "" {
			continue
		}
		if err := c.to.applied(c.ctx, c.target, s.schema, s.number, s.text); err != nil {
			return nil, err
		}
	}
	return c.compare()
}

// runStep runs a step on the empty target, where there is nothing to seal.
func (c copying) runStep(s appliedStep) error {
	if isRun(s.text) {
		return nil
	}
	_, err := c.target.ExecContext(c.ctx, c.to.step(s.text))
	return err
}

// compare refuses tables that the steps don't make, and returns the others empty.
func (c copying) compare() ([]tableShape, error) {
	has, err := c.from.shapes(c.ctx, c.source)
	if err != nil {
		return nil, err
	}
	made, err := c.to.shapes(c.ctx, c.target)
	if err != nil {
		return nil, err
	}
	byName := map[string]tableShape{}
	for _, t := range made {
		byName[t.name] = t
	}
	for _, t := range has {
		if !t.same(byName[t.name]) {
			return nil, fmt.Errorf("table %s isn't as its package's steps make it (%+v, not %+v), so it can't be copied", t.name, t, byName[t.name])
		}
	}
	if len(has) != len(made) {
		return nil, fmt.Errorf("the original has %d tables, its steps make %d", len(has), len(made))
	}
	for i := len(made) - 1; i >= 0; i-- { // rows that a step puts in; those that are referred to last
		if _, err := c.target.ExecContext(c.ctx, "DELETE FROM "+made[i].name); err != nil {
			return nil, err
		}
	}
	return made, nil
}

// rows copies a table's rows, a bounded number of bytes at a time.
func (c copying) rows(t tableShape) (MovedTable, error) {
	bulk, err := NewBulkInsert(c.ctx, c.target, BulkTable{Name: t.name, Columns: t.names()})
	if err != nil {
		return MovedTable{}, err
	}
	read, waiting := newTally(), 0
	err = t.each(c.ctx, c.source, func(row []any) error {
		read.add(row)
		if err := bulk.Add(row...); err != nil {
			return err
		}
		for _, v := range row {
			switch v := v.(type) {
			case string:
				waiting += len(v)
			case []byte:
				waiting += len(v)
			}
		}
		if waiting < copyBytes {
			return nil
		}
		waiting = 0
		_, err := bulk.Flush()
		return err
	})
	if err != nil {
		return MovedTable{}, err
	}
	if _, err := bulk.Flush(); err != nil {
		return MovedTable{}, err
	}
	if t.number == "" {
		return read.moved(t.name), nil
	}
	last, err := c.from.last(c.ctx, c.source, t)
	if err != nil {
		return MovedTable{}, err
	}
	return read.moved(t.name), c.to.setLast(c.ctx, c.target, t, last)
}
