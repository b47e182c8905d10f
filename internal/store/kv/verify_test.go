package kv

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// fullStore makes a store with tables and a write-ahead log, closed in order, and
// returns its folder and how many rows it has.
func fullStore(t *testing.T) (dir string, rows int64) {
	t.Helper()
	dir = filepath.Join(t.TempDir(), "store")
	db, err := Open(dir, Options{})
	if err != nil {
		t.Fatal(err)
	}
	for i := range 400 {
		b := db.View(LedgerRows).NewBatch()
		if err := b.Set(fmt.Appendf(nil, "key %03d", i), []byte(strings.Repeat("value ", 20))); err != nil {
			t.Fatal(err)
		}
		if err := b.Commit(i%10 == 0); err != nil {
			t.Fatal(err)
		}
		if i == 250 {
			if err := db.pebble.Flush(); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	return dir, 400
}

// errOther says that a store was read to its end and holds something else.
var errOther = errors.New("nothing was found, and the rows are not those that were written")

// damage is what a reader of the whole store finds.
func damage(dir string, rows int64) (found error) {
	defer func() {
		if r := recover(); r != nil {
			found = fmt.Errorf("the store panics: %v", r)
		}
	}()
	var faults []error
	if _, err := VerifyFiles(context.Background(), dir, func(err error) { faults = append(faults, err) }); err != nil || len(faults) > 0 {
		return errors.Join(append(faults, err)...)
	}
	db, err := Open(dir, Options{ReadOnly: true, Logger: slog.New(slog.NewTextHandler(io.Discard, nil))})
	if err != nil {
		return err
	}
	n, err := db.CountRows(context.Background())
	if err == nil && n != rows {
		err = fmt.Errorf("%w: %d instead of %d", errOther, n, rows)
	}
	for i := int64(0); err == nil && i < rows; i++ {
		value, found, wrong := db.View(LedgerRows).Get(fmt.Appendf(nil, "key %03d", i))
		if err = wrong; err == nil && (!found || string(value) != strings.Repeat("value ", 20)) {
			err = fmt.Errorf("%w: row %d", errOther, i)
		}
	}
	return errors.Join(err, db.Close())
}

// TestAFlippedBitIsFoundOrChangesNothing flips bits in every file. Files of before
// the last flush are not read again, so a bit there does nothing.
func TestAFlippedBitIsFoundOrChangesNothing(t *testing.T) {
	dir, rows := fullStore(t)
	if err := damage(dir, rows); err != nil {
		t.Fatalf("a whole store is called damaged: %v", err)
	}
	list, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	kinds := map[string]int{}
	for _, e := range list {
		path := filepath.Join(dir, e.Name())
		whole, err := os.ReadFile(path)
		if err != nil || len(whole) == 0 {
			continue
		}
		kind := strings.Trim(filepath.Ext(path), ".")
		step := max(1, len(whole)/60)
		for at := 0; at < len(whole); at += step {
			broken := append([]byte{}, whole...)
			broken[at] ^= 0x10
			if err := os.WriteFile(path, broken, 0o600); err != nil {
				t.Fatal(err)
			}
			switch err := damage(dir, rows); {
			case errors.Is(err, errOther):
				t.Errorf("a bit of byte %d of the %d of %s was flipped: %v", at, len(whole), e.Name(), err)
			case err != nil:
				kinds[kind]++
			}
		}
		if err := os.WriteFile(path, whole, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if kinds["sst"] == 0 || kinds["log"] == 0 || kinds[""] == 0 {
		t.Errorf("damage was found in these kinds of files: %v", kinds)
	}
}
