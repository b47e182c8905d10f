package vault

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"sync/atomic"
	"time"
)

// counters count since the vault was opened.
type counters struct {
	reads, writes, writesFailed atomic.Uint64
	writeTime                   atomic.Int64 // nanoseconds
}

// Stats is what a vault holds and has done.
type Stats struct {
	DatabaseBytes int64 // of the database file, or of the organisation's tables on a server
	FreeBytes     int64 // in the file, for the next writes
	LogBytes      int64 // of the file's write-ahead log
	Documents     int64
	DocumentBytes int64 // of their content
	Jobs          int64
	Requests      int64 // answers kept for idempotency keys

	// Since the vault was opened.
	Reads, Writes, WritesFailed uint64
	WriteTime                   time.Duration // spent in writes that succeeded
}

const (
	documentTotal = `SELECT number, bytes FROM vault_total WHERE name = 'documents'`
	pages         = `SELECT p.page_count, f.freelist_count, s.page_size
	FROM pragma_page_count() AS p, pragma_freelist_count() AS f, pragma_page_size() AS s`
)

// Stats reads the numbers that metrics show. It counts nothing large, so it may
// be called every few seconds.
func (v *Vault) Stats(ctx context.Context) (Stats, error) {
	s := Stats{
		Reads: v.counters.reads.Load(), Writes: v.counters.writes.Load(), WritesFailed: v.counters.writesFailed.Load(),
		WriteTime: time.Duration(v.counters.writeTime.Load()),
	}
	err := v.View(ctx, func(tx *sql.Tx) error {
		for _, q := range []struct {
			text string
			into []any
		}{
			{documentTotal, []any{&s.Documents, &s.DocumentBytes}},
			{jobTotal, []any{&s.Jobs}},
			{requestTotal, []any{&s.Requests}},
		} {
			if err := tx.QueryRowContext(ctx, q.text).Scan(q.into...); err != nil {
				return err
			}
		}
		return v.base.size(ctx, tx, &s)
	})
	if err != nil {
		return Stats{}, fmt.Errorf("couldn't read the vault's statistics: %w", err)
	}
	return s, nil
}

// size implements database.
func (b *lite) size(ctx context.Context, tx *sql.Tx, s *Stats) error {
	var pageCount, free, size int64
	if err := tx.QueryRowContext(ctx, pages).Scan(&pageCount, &free, &size); err != nil {
		return err
	}
	s.DatabaseBytes, s.FreeBytes = pageCount*size, free*size
	log, err := os.Stat(b.path + "-wal")
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err == nil {
		s.LogBytes = log.Size()
	}
	return err
}
