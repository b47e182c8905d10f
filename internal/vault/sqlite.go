package vault

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync/atomic"
	"time"

	"pedigree/internal/crash"
)

// lite is a vault in a SQLite file.
type lite struct {
	v      *Vault
	path   string // of the database
	config Config

	lock    *os.File
	writer  *sql.DB // one connection
	readers *sql.DB

	committing atomic.Bool // the only time at which SQLite may commit
	logPagesAt int         // pages in the log before the next checkpoint; the writer's own
}

var _ database = (*lite)(nil)

// openLite opens the connections; the first makes the file's log.
func openLite(ctx context.Context, v *Vault, c Config) (*lite, error) {
	b := &lite{v: v, path: filepath.Join(c.Dir, databaseFile), config: c}
	var err error
	if b.lock, err = openLock(c.Dir); err != nil {
		return nil, err
	}
	if err := b.start(ctx, c); err != nil {
		return nil, errors.Join(err, b.close())
	}
	return b, nil
}

func (b *lite) start(ctx context.Context, c Config) error {
	if err := refuseElsewhere(c.Dir); err != nil {
		return err
	}
	if err := prepareDatabase(b.path); err != nil {
		return err
	}
	return b.connectAll(ctx)
}

func (b *lite) connectAll(ctx context.Context) (err error) {
	if b.writer, err = b.connect(source(b.path, b.config.WriterCacheBytes, true), 1); err != nil {
		return err
	}
	if b.readers, err = b.connect(source(b.path, b.config.ReaderCacheBytes, false), b.config.Readers); err != nil {
		return err
	}
	// The writer comes first: it makes the log that readers only open.
	return b.writer.PingContext(ctx)
}

// update implements database.
func (b *lite) update(ctx context.Context, do func(*sql.Tx) error) error {
	conn, err := borrow(ctx, b.writer, b.v.wait, "write")
	if err != nil {
		return err
	}
	defer conn.Close()
	// Only now: the write before this one may have been the one that failed.
	if err := b.v.Err(); err != nil {
		return err
	}
	began := time.Now()
	err = b.commit(ctx, conn, do)
	b.v.wrote(began, err)
	if err == nil {
		b.checkpoint(conn)
	}
	return err
}

// commit runs do in a transaction on conn.
func (b *lite) commit(ctx context.Context, conn *sql.Conn, do func(*sql.Tx) error) error {
	// With the caller's context, its end could cut a commit in two: done on the
	// disk, failed for the caller.
	tx, err := conn.BeginTx(context.WithoutCancel(ctx), nil)
	if err != nil {
		b.judgeWrite(err)
		return fmt.Errorf("couldn't begin to write to the vault: %w", err)
	}
	defer tx.Rollback() // changes nothing after a commit
	if err := do(tx); err != nil {
		b.judgeWrite(err)
		return err
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	crash.At(crash.VaultCommitBefore)
	b.committing.Store(true)
	defer b.committing.Store(false)
	if err := tx.Commit(); err != nil {
		b.judgeCommit(err)
		if broken := b.v.Err(); broken != nil {
			return fmt.Errorf("couldn't commit to the vault: %w", broken)
		}
		return fmt.Errorf("couldn't commit to the vault: %w", err)
	}
	crash.At(crash.VaultCommitted)
	return nil
}

// view implements database.
func (b *lite) view(ctx context.Context, do func(*sql.Tx) error) error {
	conn, err := borrow(ctx, b.readers, b.v.wait, "read")
	if err != nil {
		return err
	}
	defer conn.Close()
	tx, err := conn.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return fmt.Errorf("couldn't begin to read the vault: %w", err)
	}
	defer tx.Rollback() // there is nothing to commit
	if err := do(tx); err != nil {
		b.judgeRead(err)
		return err
	}
	return nil
}

// step implements database: steps are written for SQLite.
func (b *lite) step(text string) string { return text }

// tables implements database.
func (b *lite) tables() string {
	return `SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY rowid LIMIT 1000`
}

// ready implements database.
func (b *lite) ready() error { return nil }

// applied implements database: the file's own schema holds the text.
func (b *lite) applied(context.Context, *sql.Tx, string, int, string) error { return nil }

// close implements database. The writer comes last: the last connection to go copies
// the log, and a reader may not write.
func (b *lite) close() error {
	var err error
	if b.readers != nil {
		err = errors.Join(err, b.readers.Close())
	}
	if b.writer != nil {
		err = errors.Join(err, b.writer.Close())
	}
	return errors.Join(err, b.lock.Close())
}
