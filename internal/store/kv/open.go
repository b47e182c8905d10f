package kv

import (
	"errors"
	"fmt"
	"log/slog"
	"os"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/cockroachdb/pebble/v2"
	"github.com/cockroachdb/pebble/v2/bloom"
	"github.com/cockroachdb/pebble/v2/vfs"
)

// Options says how the store uses memory and files. The zero value is the
// default of a node that must stay below 200 MB resident.
type Options struct {
	// MemTableBytes is the size of one write buffer (default 32 MiB, 1 MiB to
	// 256 MiB; two can exist at once). A busy validator with memory to spare
	// takes 64 MiB: fewer, larger flushes.
	MemTableBytes uint64
	// CacheBytes is the size of the block cache (default 64 MiB).
	CacheBytes int64
	// OpenFilesMax is how many table files may stay open (default 512).
	OpenFilesMax int
	// ReadOnly opens an existing store without writing to it.
	ReadOnly bool
	// Logger gets what the store has to say (default: slog.Default). Only
	// errors are reported; a failed sync is reported and ends the process.
	Logger *slog.Logger
	// FS is the file system, nil for the machine's own. Tests pass Pebble's
	// crashable memory file system to see what a power cut leaves.
	FS vfs.FS
}

// ErrClosed is returned by every operation after Close.
var ErrClosed = errors.New("the store is closed")

// DB is one open Pebble instance. It is safe for concurrent use.
type DB struct {
	pebble *pebble.DB
	closed atomic.Bool
	inUse  atomic.Int64
}

// Open opens the store in dir and makes it when it isn't there.
func Open(dir string, o Options) (*DB, error) {
	po, err := o.pebble()
	if err != nil {
		return nil, fmt.Errorf("couldn't open the store in %s: %w", dir, err)
	}
	defer po.Cache.Unref()
	p, err := pebble.Open(dir, po)
	if errors.Is(err, syscall.EAGAIN) {
		return nil, fmt.Errorf("couldn't open the store in %s: another process has it open; stop that one first: %w", dir, err)
	}
	if err != nil {
		return nil, fmt.Errorf("couldn't open the store in %s: %w", dir, err)
	}
	return &DB{pebble: p}, nil
}

// Close flushes nothing and forgets nothing: what was committed is in the
// write-ahead log. It waits a short time for readers and iterators at work.
func (db *DB) Close() error {
	if db.closed.Swap(true) {
		return nil
	}
	for waited := time.Duration(0); db.inUse.Load() > 0; waited += closePoll {
		if waited > closeWaitMax {
			return fmt.Errorf("couldn't close the store: %d operations or iterators are still open; close them first", db.inUse.Load())
		}
		time.Sleep(closePoll)
	}
	if err := db.pebble.Close(); err != nil {
		return fmt.Errorf("couldn't close the store: %w", err)
	}
	return nil
}

// Checkpoint writes a copy of the store, as it is now and synced, to a new
// folder on the same file system. Table files are linked, not copied.
func (db *DB) Checkpoint(dir string) error {
	if !db.enter() {
		return ErrClosed
	}
	defer db.leave()
	if err := db.pebble.Checkpoint(dir, pebble.WithFlushedWAL()); err != nil {
		return fmt.Errorf("couldn't write a checkpoint of the store to %s: %w", dir, err)
	}
	return nil
}

// Metrics describes the store's levels, cache and write-ahead log as text.
func (db *DB) Metrics() string {
	if !db.enter() {
		return ErrClosed.Error()
	}
	defer db.leave()
	return db.pebble.Metrics().String()
}

// enter counts an operation in; it says no once the store is closing.
func (db *DB) enter() bool {
	db.inUse.Add(1)
	if db.closed.Load() {
		db.inUse.Add(-1)
		return false
	}
	return true
}

func (db *DB) leave() { db.inUse.Add(-1) }

// pebble turns the options into Pebble's, with defaults filled in.
func (o Options) pebble() (*pebble.Options, error) {
	if o.MemTableBytes == 0 {
		o.MemTableBytes = memTableBytesDefault
	}
	if o.MemTableBytes < memTableBytesMin || o.MemTableBytes > memTableBytesMax {
		return nil, fmt.Errorf("a write buffer of %d bytes is outside %d to %d", o.MemTableBytes, memTableBytesMin, memTableBytesMax)
	}
	if o.CacheBytes == 0 {
		o.CacheBytes = cacheBytesDefault
	}
	if o.OpenFilesMax == 0 {
		o.OpenFilesMax = openFilesDefault
	}
	if o.Logger == nil {
		o.Logger = slog.Default()
	}
	po := &pebble.Options{
		Cache:                       pebble.NewCache(o.CacheBytes),
		MemTableSize:                o.MemTableBytes,
		MemTableStopWritesThreshold: memTablesMax,
		MaxOpenFiles:                o.OpenFilesMax,
		FormatMajorVersion:          pebble.FormatNewest,
		ReadOnly:                    o.ReadOnly,
		FS:                          o.FS,
		Logger:                      pebbleLog{o.Logger},
		CompactionConcurrencyRange:  func() (int, int) { return 1, 2 },
	}
	for i := range po.Levels {
		po.Levels[i].FilterPolicy = bloom.FilterPolicy(10)
	}
	return po, nil
}

// pebbleLog passes Pebble's errors on and drops its chatter.
type pebbleLog struct{ log *slog.Logger }

func (pebbleLog) Infof(string, ...any) {}

func (l pebbleLog) Errorf(format string, args ...any) {
	l.log.Error("store: " + fmt.Sprintf(format, args...))
}

// Fatalf ends the process: Pebble calls it when a sync of its log failed, after
// which nothing that was written can be trusted to be there.
func (l pebbleLog) Fatalf(format string, args ...any) {
	l.log.Error("store: the disk failed; stopping so that nothing unsaved is answered for: " + fmt.Sprintf(format, args...))
	os.Exit(1)
}
