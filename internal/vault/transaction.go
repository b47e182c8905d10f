package vault

import (
	"context"
	"database/sql"
	"fmt"
	"time"
)

// Update runs do in the one write transaction and commits when do returns nil.
// When Update returns nil, what do wrote is on the disk. An error of do undoes
// everything and is returned as it is.
//
// Nothing is tried again. When SQLite's disk fails, Update returns an error that
// wraps ErrFailed, and so does every later one: whether that last write is
// there after a restart is not known and must be looked up. When the connection
// to PostgreSQL breaks in a commit, Update asks the server what became of it; it
// returns ErrUnsure when no answer comes, and ErrAway when nothing was kept. An
// error of a statement must be returned: it may have undone the whole
// transaction.
//
// The end of ctx undoes the transaction until the commit begins; pass ctx to
// the statements that should stop sooner. Calls wait for one another, so an
// Update inside an Update ends with ErrBusy.
func (v *Vault) Update(ctx context.Context, do func(*sql.Tx) error) error {
	if err := v.door.enter(); err != nil {
		return err
	}
	defer v.door.leave()
	return v.base.update(ctx, do)
}

// View runs do in a read transaction: all that it reads is of one moment, that
// of its first statement, whatever is written meanwhile. It sees every Update
// that returned before it. The end of ctx ends it.
func (v *Vault) View(ctx context.Context, do func(*sql.Tx) error) error {
	if err := v.door.enter(); err != nil {
		return err
	}
	defer v.door.leave()
	return v.base.view(ctx, func(tx *sql.Tx) error {
		v.counters.reads.Add(1)
		return do(tx)
	})
}

// borrow waits for a connection, though not for ever.
func borrow(ctx context.Context, pool *sql.DB, wait time.Duration, what string) (*sql.Conn, error) {
	waiting, cancel := context.WithTimeout(ctx, wait)
	defer cancel()
	conn, err := pool.Conn(waiting)
	if err == nil {
		return conn, nil
	}
	if ctx.Err() == nil && waiting.Err() != nil {
		return nil, noTurn(what, wait)
	}
	return nil, fmt.Errorf("couldn't %s: %w", what, err)
}

func noTurn(what string, wait time.Duration) error {
	return fmt.Errorf("couldn't %s: %w: no turn came in %v; is one transaction waiting for another inside it?", what, ErrBusy, wait)
}
