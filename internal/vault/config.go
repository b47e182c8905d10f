package vault

import (
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"time"
)

// Config says where a vault is, what is in it, and how much memory it takes.
// Dir and Key are required; all else has a default.
type Config struct {
	// Dir is the vault's folder. It is made when it isn't there; the folder
	// above it must be.
	Dir string

	// Server is the PostgreSQL database that the vault is in, or nil for a SQLite
	// file in Dir. Dir then takes the copies that are made before tables change.
	Server *Server

	// URL names a server; see ServerConfig. The vaults of a process that name the
	// same one share its connections. With Server it must be empty.
	URL          string
	PasswordFile string

	// Name is whose vault it is on the server, which many share: the
	// organisation's id, of at most 40 lower-case letters, digits and hyphens.
	// Required on a server.
	Name string

	// Key is the vault's secret, from LoadKey. A vault opens only with the key
	// it was made with.
	Key [32]byte

	// Schemas are the tables of the packages that keep theirs here, in the
	// order in which they are brought up to date; at most 64.
	Schemas []Schema

	// Readers is how many Views may run at once, 1 to 64.
	// Default: 4.
	Readers int

	// WriterCacheBytes is the memory for pages of the one that writes. A
	// capture into tables with random keys is fastest when their indexes fit.
	// Default: 64 MiB.
	WriterCacheBytes int64

	// ReaderCacheBytes is the memory for pages of each reader.
	// Default: 8 MiB.
	ReaderCacheBytes int64

	// DocumentBytesMax is the largest document taken, at most 1 TiB.
	// Default: 1 GiB.
	DocumentBytesMax int64

	// Wait is how long Update and View wait for their turn before they say
	// ErrBusy.
	// Default: 30 seconds.
	Wait time.Duration

	// StatementTimeout is how long one statement may take before it is stopped with
	// ErrSlow, 1 second to 12 hours. Copies, checks and changes of tables may take 12 hours.
	// Default: 5 minutes.
	StatementTimeout time.Duration

	// RequestAge is how long the answer to an idempotency key is kept.
	// Default: 24 hours.
	RequestAge time.Duration

	// Logger gets what an operator must know: backups, migrations, failures.
	// Default: slog.Default().
	Logger *slog.Logger

	// Now is the clock for the times that are stored.
	// Default: time.Now.
	Now func() time.Time

	// arriving is for a vault that is being moved to the server.
	arriving bool
}

// complete checks the values and fills in the defaults.
func (c Config) complete() (Config, error) {
	if c.Dir == "" {
		return c, fmt.Errorf("no folder is given: set Dir")
	}
	dir, err := filepath.Abs(c.Dir)
	if err != nil {
		return c, err
	}
	c.Dir = dir
	if c.Server != nil && c.URL != "" {
		return c, errors.New("set Server or URL, not both")
	}
	if c.Server != nil || c.URL != "" {
		if err := checkName(c.Name); err != nil {
			return c, err
		}
	}
	if c.Key == [32]byte{} {
		return c, fmt.Errorf("no key is given: set Key from LoadKey, or CreateKey for a new vault")
	}
	if c.Logger == nil {
		c.Logger = slog.Default()
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	return c, c.bound()
}

// bound fills in and checks the numbers.
func (c *Config) bound() error {
	c.Readers = or(c.Readers, readersDefault)
	c.WriterCacheBytes = or(c.WriterCacheBytes, writerCacheDefault)
	c.ReaderCacheBytes = or(c.ReaderCacheBytes, readerCacheDefault)
	c.DocumentBytesMax = or(c.DocumentBytesMax, DocumentBytesDefault)
	c.Wait = or(c.Wait, waitDefault)
	c.StatementTimeout = or(c.StatementTimeout, statementTimeout)
	c.RequestAge = or(c.RequestAge, requestAgeDefault)
	for _, n := range []struct {
		name             string
		value, low, high int64
	}{
		{"Readers", int64(c.Readers), 1, readersMax},
		{"WriterCacheBytes", c.WriterCacheBytes, cacheBytesMin, cacheBytesMax},
		{"ReaderCacheBytes", c.ReaderCacheBytes, cacheBytesMin, cacheBytesMax},
		{"DocumentBytesMax", c.DocumentBytesMax, 1, documentBytesAllowed},
		{"Wait", int64(c.Wait), int64(time.Millisecond), int64(time.Hour)},
		{"StatementTimeout", int64(c.StatementTimeout), int64(time.Second), int64(statementTimeoutLong)},
		{"RequestAge", int64(c.RequestAge), int64(time.Second), int64(366 * 24 * time.Hour)},
		{"Schemas", int64(len(c.Schemas)), 0, schemasMax},
	} {
		if n.value < n.low || n.value > n.high {
			return fmt.Errorf("%s is %d, which is outside %d to %d", n.name, n.value, n.low, n.high)
		}
	}
	return nil
}

// or returns the default for what was left out.
func or[T int | int64 | time.Duration](value, standard T) T {
	if value == 0 {
		return standard
	}
	return value
}
