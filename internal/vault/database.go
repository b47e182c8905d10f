package vault

import (
	"context"
	"database/sql"
	"time"
)

// database is what a vault is in. Every statement of this package and
// of its callers means the same in each.
type database interface {
	// update runs do in the one write transaction and commits it.
	update(ctx context.Context, do func(*sql.Tx) error) error
	// view runs do in a read transaction.
	view(ctx context.Context, do func(*sql.Tx) error) error
	// step is a schema's step in the database's own words.
	step(text string) string
	// tables is a query for the names of the tables that are there.
	tables() string
	// applied remembers the text of a step that was applied, where the database
	// doesn't keep it itself.
	applied(ctx context.Context, tx *sql.Tx, schema string, number int, text string) error
	// shapes are the tables that are there, in the order in which they were made.
	shapes(ctx context.Context, tx *sql.Tx) ([]tableShape, error)
	// steps are those that made the tables, in their order.
	steps(ctx context.Context, tx *sql.Tx) ([]appliedStep, error)
	// last is the last number that a table gave a row; setLast makes it go on there.
	last(ctx context.Context, tx *sql.Tx, t tableShape) (int64, error)
	setLast(ctx context.Context, tx *sql.Tx, t tableShape, n int64) error
	// backup writes a copy as of one moment to an empty file that is there.
	backup(ctx context.Context, path string) error
	// compact writes tables anew, so that nothing that was written over is left in them.
	// Nobody else is at work.
	compact(ctx context.Context) error
	// check reports what is wrong with the tables' structure.
	check(ctx context.Context, deep bool, fault func(error)) error
	// size fills in the numbers of bytes.
	size(ctx context.Context, tx *sql.Tx, s *Stats) error
	// scour removes from the database's own files what deleted rows left there.
	scour(ctx context.Context) (whole bool, err error)
	// ready is told that the tables are there.
	ready() error
	// close lets the database go.
	close() error
}

// look is a View that isn't counted, for the vault's own start.
func (v *Vault) look(ctx context.Context, do func(*sql.Tx) error) error { return v.base.view(ctx, do) }

// wrote counts a write that was begun.
func (v *Vault) wrote(began time.Time, err error) {
	if err != nil {
		v.counters.writesFailed.Add(1)
		return
	}
	v.counters.writes.Add(1)
	v.counters.writeTime.Add(int64(time.Since(began)))
}
