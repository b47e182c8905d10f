package vault

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"pedigree/internal/crash"
)

// update implements database.
func (b *gres) update(ctx context.Context, do func(*sql.Tx) error) error {
	if err := waitTurn(ctx, b.turn, b.v.wait, "write"); err != nil {
		return err
	}
	defer func() { <-b.turn }()
	if err := b.v.Err(); err != nil {
		return err
	}
	if err := b.settle(ctx); err != nil {
		return err
	}
	mark := random()
	how := begin{fence: fmt.Sprintf(`UPDATE vault_owner SET mark = %s WHERE token = %s RETURNING one`, bytesLiteral(mark), bytesLiteral(b.token))}
	// With the caller's context, its end could cut a commit in two: done on the
	// disk, failed for the caller.
	tx, done, err := b.begin(ctx, context.WithoutCancel(ctx), b.server.writers, how, nil)
	if err != nil {
		return fmt.Errorf("couldn't begin to write to the vault: %w", err)
	}
	defer done()
	began := time.Now()
	err = b.commit(ctx, tx, mark, do)
	b.v.wrote(began, err)
	return err
}

// waitTurn waits for a place, though not for ever.
func waitTurn(ctx context.Context, places chan struct{}, wait time.Duration, what string) error {
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("couldn't %s: %w", what, err)
	}
	patience := time.NewTimer(wait)
	defer patience.Stop()
	select {
	case places <- struct{}{}:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("couldn't %s: %w", what, ctx.Err())
	case <-patience.C:
		return noTurn(what, wait)
	}
}

// begin begins a transaction on a connection of a pool. Connections that a
// restart of the server cut are found by trying; nothing was done on them.
func (b *gres) begin(waiting, ctx context.Context, pool *sql.DB, how begin, o *sql.TxOptions) (tx *sql.Tx, done func(), err error) {
	how.schema, how.where, how.most = b.schema, b.where(), patience(ctx, b.v.statement)
	for range connectionsMax {
		conn, err := borrow(waiting, pool, b.v.wait+connectTimeout, "reach the database server")
		if err != nil {
			return nil, nil, err
		}
		tx, err = conn.BeginTx(context.WithValue(ctx, beginKey{}, how), o)
		if err == nil {
			return tx, func() {
				_ = tx.Rollback() // changes nothing after a commit
				_ = conn.Close()
			}, nil
		}
		_ = conn.Close()
		if fenced := b.judge(err); fenced != nil {
			return nil, nil, fenced
		}
		if !errors.Is(err, ErrAway) && !isOvertaken(err) || waiting.Err() != nil {
			return nil, nil, err
		}
	}
	return nil, nil, ErrAway
}

// judge ends all writing when another process has the vault, or when the server
// says that its data is damaged.
func (b *gres) judge(err error) error {
	switch {
	case errors.Is(err, errFenced):
		b.v.fail(fmt.Errorf("%w: %w", ErrInUse, errFenced))
	case isDamage(err):
		b.v.fail(err)
	}
	return b.v.Err()
}

// commit runs do in a transaction and finds out what became of it.
func (b *gres) commit(ctx context.Context, tx *sql.Tx, mark []byte, do func(*sql.Tx) error) error {
	if err := do(tx); err != nil {
		_ = b.judge(err)
		return err
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	crash.At(crash.VaultServerBefore)
	err := tx.Commit()
	crash.At(crash.VaultServerCommitted)
	var unsure *unsureError
	if errors.As(err, &unsure) {
		b.setDoubt(mark)
		kept, asked := b.ask(ctx, mark)
		if asked != nil {
			return fmt.Errorf("couldn't commit to the vault: %w: %w: %w", ErrUnsure, err, asked)
		}
		b.setDoubt(nil)
		if kept {
			b.v.log.Warn("the connection to the database server broke in a commit, which was kept", "error", err)
			return nil
		}
		return fmt.Errorf("couldn't commit to the vault, nothing was kept: %w: %w", ErrAway, err)
	}
	if err != nil {
		_ = b.judge(err)
		return fmt.Errorf("couldn't commit to the vault, nothing was kept: %w", err)
	}
	return nil
}

func (b *gres) setDoubt(mark []byte) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.doubt = mark
}

func (b *gres) inDoubt() []byte {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.doubt
}

// settle finds out what became of an earlier commit before anything is written.
func (b *gres) settle(ctx context.Context) error {
	mark := b.inDoubt()
	if mark == nil {
		return nil
	}
	kept, err := b.ask(ctx, mark)
	if err != nil {
		return fmt.Errorf("couldn't learn what became of an earlier write: %w", err)
	}
	b.setDoubt(nil)
	b.v.log.Warn("the server says what became of the write that was unsure", "kept", kept)
	return nil
}

// ask asks the server again and again whether a commit was kept. Locking the row
// waits for a session of the server that is still at it.
func (b *gres) ask(ctx context.Context, mark []byte) (kept bool, err error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), b.v.wait)
	defer cancel()
	for {
		kept, err = b.askOnce(ctx, mark)
		if err == nil || b.judge(err) != nil {
			return kept, err
		}
		select {
		case <-ctx.Done():
			return false, fmt.Errorf("%w: %w", ErrAway, err)
		case <-time.After(askAgain):
		}
	}
}

func (b *gres) askOnce(ctx context.Context, mark []byte) (kept bool, err error) {
	tx, done, err := b.begin(ctx, ctx, b.server.writers, begin{}, nil)
	if err != nil {
		return false, err
	}
	defer done()
	var token, last []byte
	if err := tx.QueryRowContext(ctx, `SELECT token, mark FROM vault_owner FOR UPDATE`).Scan(&token, &last); err != nil {
		return false, err
	}
	if !bytes.Equal(token, b.token) {
		return false, errFenced
	}
	return bytes.Equal(last, mark), nil
}

// view implements database.
func (b *gres) view(ctx context.Context, do func(*sql.Tx) error) error {
	if err := waitTurn(ctx, b.reading, b.v.wait, "read"); err != nil {
		return err
	}
	defer func() { <-b.reading }()
	tx, done, err := b.begin(ctx, ctx, b.server.readers, begin{}, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return fmt.Errorf("couldn't begin to read the vault: %w", err)
	}
	defer done()
	if err := do(tx); err != nil {
		_ = b.judge(err)
		return err
	}
	return nil
}
