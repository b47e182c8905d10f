package vault

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"
)

// Vault is one open private store. It is safe for concurrent use.
type Vault struct {
	base    database
	dir     string
	key     Key
	log     *slog.Logger
	now     func() time.Time
	schemas []Schema              // its own first
	marks   map[string][][32]byte // the secrets of markers, of those that had another key

	documentBytesMax int64
	wait             time.Duration
	statement        time.Duration // how long one may take
	requestAge       time.Duration

	door     door
	failure  failure
	requests requestsAtWork
	counters counters
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
		dir: c.Dir, key: c.Key, log: c.Logger, now: c.Now, schemas: schemas,
		documentBytesMax: c.DocumentBytesMax, wait: c.Wait, statement: c.StatementTimeout, requestAge: c.RequestAge,
		failure: failure{failed: make(chan struct{})},
	}
	if c.Server != nil || c.URL != "" {
		v.base, err = openGres(ctx, v, c)
	} else {
		v.base, err = openLite(ctx, v, c)
	}
	if err != nil {
		return nil, err
	}
	err = v.migrate(ctx, schemas)
	if err == nil {
		err = v.base.ready()
	}
	if err == nil {
		err = v.loadMarks(ctx)
	}
	if err == nil {
		err = v.dropUnfinished(ctx)
	}
	if err == nil {
		err = v.finishCompact(ctx)
	}
	if err != nil {
		return nil, errors.Join(err, v.base.close())
	}
	return v, nil
}

// Close waits for those at work and lets the database go, after SQLite has copied
// its log to it. What was committed is safe without it.
func (v *Vault) Close() error {
	first, err := v.door.shut(closeWaitMax)
	if !first {
		return nil
	}
	if err = errors.Join(err, v.base.close()); err != nil {
		return fmt.Errorf("couldn't close the vault: %w", err)
	}
	return nil
}

// Derive makes a secret for one purpose from the vault's key, as Key.Derive does.
func (v *Vault) Derive(label string) [32]byte { return v.key.Derive(label) }

// Now is the vault's clock, in UTC and whole milliseconds as times are stored.
func (v *Vault) Now() time.Time { return v.now().UTC().Truncate(time.Millisecond) }
