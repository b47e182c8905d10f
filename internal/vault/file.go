package vault

import (
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// The files in a vault's folder. SQLite adds -wal and -shm beside the first,
// with the same mode.
const (
	databaseFile = "vault.db"
	lockName     = "vault.lock"
)

// openLock makes the folder where there is none, though not the folder above,
// and keeps it for this process: a second one would take a write in progress
// for the rest of a crash.
func openLock(dir string) (*os.File, error) {
	if err := os.Mkdir(dir, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return nil, err
	}
	f, err := os.OpenFile(filepath.Join(dir, lockName), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	if err := lockFile(f); err != nil {
		return nil, errors.Join(fmt.Errorf("%w: %w", ErrInUse, err), f.Close())
	}
	return f, nil
}

// prepareDatabase makes an empty private file where there is none: SQLite would
// make one that others may read.
func prepareDatabase(path string) error {
	info, err := os.Stat(path)
	if err == nil {
		return checkPrivate(path, info)
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	// A log without its database holds writes that were acknowledged; SQLite
	// would drop it beside a new one.
	if _, err := os.Stat(path + "-wal"); err == nil {
		return fmt.Errorf("%s is missing but its write-ahead log is there: put the file back, or move the log away to start empty", path)
	}
	return writeNew(path, nil)
}

// source is the name under which SQLite opens a database. Everything that
// every connection needs is in it, so that a connection opened later is alike.
func source(path string, cacheBytes int64, writer bool) string {
	q := url.Values{}
	q.Set("_busy_timeout", strconv.FormatInt(busyTimeout.Milliseconds(), 10))
	q.Set("_foreign_keys", "on")
	q.Set("_synchronous", "FULL")
	q.Set("_defensive", "1")
	q.Set("_dqs", "0")
	pragmas := []string{
		"cache_size(-" + strconv.FormatInt(cacheBytes>>10, 10) + ")",
		"temp_store(MEMORY)", // sorted rows would go to files in clear outside the vault
		"trusted_schema(OFF)",
		"mmap_size(0)", // a disk error under a mapping would be a signal
	}
	if writer {
		q.Set("_journal_mode", "WAL")
		q.Set("_txlock", "immediate")
		pragmas = append(pragmas,
			"page_size("+strconv.Itoa(pageBytes)+")",
			"wal_autocheckpoint(0)", // SQLite's own would swallow disk errors
			"journal_size_limit("+strconv.Itoa(logBytesKept)+")")
	} else {
		q.Set("mode", "ro")
	}
	q["_pragma"] = pragmas
	slashed := filepath.ToSlash(path)
	if !strings.HasPrefix(slashed, "/") {
		slashed = "/" + slashed // a drive's letter
	}
	u := url.URL{Scheme: "file", Path: slashed, RawQuery: q.Encode()}
	return u.String()
}

// writeNew writes a file that must not exist yet, and the folder's entry for
// it, through to the disk.
func writeNew(path string, text []byte) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(text)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return errors.Join(err, os.Remove(path))
	}
	if err := syncFile(filepath.Dir(path)); err != nil {
		return errors.Join(err, os.Remove(path))
	}
	return nil
}

// syncFile writes a file's bytes, or a folder's names, through to the disk.
func syncFile(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	if err := errors.Join(f.Sync(), f.Close()); err != nil {
		return fmt.Errorf("couldn't sync %s: %w", path, err)
	}
	return nil
}
