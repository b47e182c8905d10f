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
// Nothing is tried again. When the disk fails, Update returns an error that
// wraps ErrFailed, and so does every later one: whether that last write is
// there after a restart is not known and must be looked up. An error of a
// statement must be returned: it may have undone the whole transaction, and a
// commit that finds this counts as the disk's failure.
//
// The end of ctx undoes the transaction until the commit begins; pass ctx to
// the statements that should stop sooner. Calls wait for one another, so an
// Update inside an Update ends with ErrBusy.
func (v *Vault) Update(ctx context.Context, do func(*sql.Tx) error) error {
	if err := v.door.enter(); err != nil {
		return err
	}
	defer v.door.leave()
	conn, err := v.borrow(ctx, v.writer, "write")
	if err != nil {
		return err
	}
	defer conn.Close()
	// Only now: the write before this one may have been the one that failed.
	if err := v.Err(); err != nil {
		return err
	}
	began := time.Now()
	if err := v.commit(ctx, conn, do); err != nil {
		v.counters.writesFailed.Add(1)
		return err
	}
	v.counters.writes.Add(1)
	v.counters.writeTime.Add(int64(time.Since(began)))
	v.checkpoint(conn)
	return nil
}

// commit runs do in a transaction on conn.
func (v *Vault) commit(ctx context.Context, conn *sql.Conn, do func(*sql.Tx) error) error {
	// With the caller's context, its end could cut a commit in two: done on the
	// disk, failed for the caller.
	tx, err := conn.BeginTx(context.WithoutCancel(ctx), nil)
	if err != nil {
		v.judgeWrite(err)
		return fmt.Errorf("couldn't begin to write to the vault: %w", err)
	}
	defer tx.Rollback() // changes nothing after a commit
	if err := do(tx); err != nil {
		v.judgeWrite(err)
		return err
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	v.committing.Store(true)
	defer v.committing.Store(false)
	if err := tx.Commit(); err != nil {
		v.judgeCommit(err)
		if broken := v.Err(); broken != nil {
			return fmt.Errorf("couldn't commit to the vault: %w", broken)
		}
		return fmt.Errorf("couldn't commit to the vault: %w", err)
	}
	return nil
}

// View runs do in a read transaction: all that it reads is of one moment, that
// of its first statement, whatever is written meanwhile. It sees every Update
// that returned before it. The end of ctx ends it.
func (v *Vault) View(ctx context.Context, do func(*sql.Tx) error) error {
	if err := v.door.enter(); err != nil {
		return err
	}
	defer v.door.leave()
	conn, err := v.borrow(ctx, v.readers, "read")
	if err != nil {
		return err
	}
	defer conn.Close()
	tx, err := conn.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return fmt.Errorf("couldn't begin to read the vault: %w", err)
	}
	defer tx.Rollback() // there is nothing to commit
	v.counters.reads.Add(1)
	if err := do(tx); err != nil {
		v.judgeRead(err)
		return err
	}
	return nil
}

// borrow waits for a connection, though not for ever.
func (v *Vault) borrow(ctx context.Context, pool *sql.DB, what string) (*sql.Conn, error) {
	waiting, cancel := context.WithTimeout(ctx, v.wait)
	defer cancel()
	conn, err := pool.Conn(waiting)
	if err == nil {
		return conn, nil
	}
	if ctx.Err() == nil && waiting.Err() != nil {
		return nil, fmt.Errorf("couldn't %s: %w: no turn came in %v; is one transaction waiting for another inside it?", what, ErrBusy, v.wait)
	}
	return nil, fmt.Errorf("couldn't %s: %w", what, err)
}
