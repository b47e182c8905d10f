package kv

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/cockroachdb/pebble/v2"
	"github.com/cockroachdb/pebble/v2/record"
	"github.com/cockroachdb/pebble/v2/sstable"
	"github.com/cockroachdb/pebble/v2/vfs"
)

// VerifyFiles compares the checksum of every block of every table, and of every
// record of every log, of a store that nobody has open, and calls fault for each
// file with a wrong one. It writes nothing. It returns how many tables there are.
//
// Opening a store doesn't do this: it takes a log that goes wrong in its last
// 32 KiB for one that was cut off while it was written, and leaves out the rest.
func VerifyFiles(ctx context.Context, dir string, fault func(error)) (tables int, err error) {
	list, err := os.ReadDir(dir)
	if err != nil {
		return 0, fmt.Errorf("couldn't verify the store in %s: %w", dir, err)
	}
	for _, e := range list {
		if err := ctx.Err(); err != nil {
			return tables, err
		}
		path := filepath.Join(dir, e.Name())
		switch filepath.Ext(path) {
		case ".sst":
			tables++
			if err := verifyTable(ctx, path); err != nil {
				fault(fmt.Errorf("the table %s is damaged: %w", path, err))
			}
		case ".log":
			if err := verifyLog(path); err != nil {
				fault(fmt.Errorf("the write-ahead log %s goes wrong before its end, for it is damaged, or the machine lost power while it was written; "+
					"if it did, start the node, stop it and check again: %w", path, err))
			}
		}
	}
	return tables, nil
}

// numbered passes a file's number on, whose type has no name outside of Pebble.
func numbered[N ~uint64, R any](open func(io.Reader, N) R, from io.Reader, number uint64) R {
	return open(from, N(number))
}

// verifyLog reads every record of a log.
func verifyLog(path string) error {
	number, err := strconv.ParseUint(strings.TrimSuffix(filepath.Base(path), ".log"), 10, 32)
	if err != nil {
		return fmt.Errorf("its name is no number: %w", err)
	}
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	r := numbered(record.NewReader, f, number)
	for err == nil {
		var one io.Reader
		if one, err = r.Next(); err == nil {
			_, err = io.Copy(io.Discard, one)
		}
	}
	if errors.Is(err, io.EOF) {
		err = nil
	}
	return errors.Join(err, f.Close())
}

// verifyTable compares the checksum of every block of a table.
func verifyTable(ctx context.Context, path string) error {
	file, err := vfs.Default.Open(path)
	if err != nil {
		return err
	}
	readable, err := sstable.NewSimpleReadable(file)
	if err != nil {
		return errors.Join(err, file.Close())
	}
	r, err := sstable.NewReader(ctx, readable, (&pebble.Options{}).MakeReaderOptions())
	if err != nil {
		return errors.Join(err, readable.Close())
	}
	return errors.Join(r.ValidateBlockChecksums(), r.Close())
}

// CountRows reads every row of the store, which compares the checksum of every
// block on the way, and says how many there are.
func (db *DB) CountRows(ctx context.Context) (n int64, err error) {
	for _, p := range Prefixes() {
		it, err := db.View(p.Prefix).NewIter(nil, nil)
		if err != nil {
			return n, err
		}
		for more := it.First(); more && ctx.Err() == nil; more = it.Next() {
			n++
		}
		if err := errors.Join(it.Error(), it.Close(), ctx.Err()); err != nil {
			return n, fmt.Errorf("couldn't read the rows of %s: %w", p.Name, err)
		}
	}
	return n, nil
}
