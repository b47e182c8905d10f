package vault

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"sync/atomic"
	"time"
)

// Vault is one open private store. It is safe for concurrent use.
type Vault struct {
	path string // of the database
	key  Key
	log  *slog.Logger
	now  func() time.Time

	documentBytesMax int64
	wait             time.Duration
	requestAge       time.Duration

	lock    *os.File
	writer  *sql.DB // one connection
	readers *sql.DB

	door       door
	failure    failure
	committing atomic.Bool // the only time at which SQLite may commit
	logPagesAt int         // pages in the log before the next checkpoint; the writer's own
	requests   requestsAtWork
	counters   counters
}

// Open opens the vault in Config.Dir, makes it when it isn't there, and brings
// its tables up to date. Before it changes the tables of a vault with data in
// it, it writes a backup beside the database and names it in the log.
//
// Its errors: ErrInUse, ErrWrongKey, ErrNewer, and plain ones for a folder or
// file that others may read, and for a schema whose applied steps were edited.
func Open(ctx context.Context, c Config) (*Vault, error) {
	v, err := open(ctx, c)
	if err != nil {
		return nil, fmt.Errorf("couldn't open the vault in %s: %w", c.Dir, err)
	}
	return v, nil
}

func open(ctx context.Context, c Config) (*Vault, error) {
	c, err := c.complete()
	if err != nil {
		return nil, err
	}
	schemas, err := allSchemas(c.Schemas)
	if err != nil {
		return nil, err
	}
	v := &Vault{
		path: filepath.Join(c.Dir, databaseFile), key: c.Key, log: c.Logger, now: c.Now,
		documentBytesMax: c.DocumentBytesMax, wait: c.Wait, requestAge: c.RequestAge,
		failure: failure{failed: make(chan struct{})},
	}
	if v.lock, err = openLock(c.Dir); err != nil {
		return nil, err
	}
	if err := v.start(ctx, c, schemas); err != nil {
		return nil, errors.Join(err, v.release())
	}
	return v, nil
}

// start opens the connections and brings the database up to date.
func (v *Vault) start(ctx context.Context, c Config, schemas []Schema) error {
	if err := prepareDatabase(v.path); err != nil {
		return err
	}
	var err error
	if v.writer, err = v.connect(source(v.path, c.WriterCacheBytes, true), 1); err != nil {
		return err
	}
	if v.readers, err = v.connect(source(v.path, c.ReaderCacheBytes, false), c.Readers); err != nil {
		return err
	}
	// The writer comes first: it makes the log that readers only open.
	if err := v.writer.PingContext(ctx); err != nil {
		return err
	}
	if err := v.migrate(ctx, schemas); err != nil {
		return err
	}
	return v.dropUnfinished(ctx)
}

// Close waits for those at work, copies the log to the database and lets the
// folder go. What was committed is safe without it.
func (v *Vault) Close() error {
	first, err := v.door.shut(closeWaitMax)
	if !first {
		return nil
	}
	if err = errors.Join(err, v.release()); err != nil {
		return fmt.Errorf("couldn't close the vault: %w", err)
	}
	return nil
}

// release closes the writer last: the last connection to go copies the log,
// and a reader may not write.
func (v *Vault) release() error {
	var err error
	if v.readers != nil {
		err = errors.Join(err, v.readers.Close())
	}
	if v.writer != nil {
		err = errors.Join(err, v.writer.Close())
	}
	return errors.Join(err, v.lock.Close())
}

// Derive makes a secret for one purpose from the vault's key, as Key.Derive does.
func (v *Vault) Derive(label string) [32]byte { return v.key.Derive(label) }

// Now is the vault's clock, in UTC and whole milliseconds as times are stored.
func (v *Vault) Now() time.Time { return v.now().UTC().Truncate(time.Millisecond) }
