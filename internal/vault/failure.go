package vault

import (
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"sync"
	"syscall"

	"github.com/jackc/pgx/v5/pgconn"
	"modernc.org/sqlite"
	code "modernc.org/sqlite/lib"
)

// failure remembers the first error that ended all writing.
type failure struct {
	mu     sync.Mutex
	cause  error
	failed chan struct{}
}

// Failed is closed when the disk has failed a write. The node should stop then:
// what the disk holds is known again only after a restart has read it.
func (v *Vault) Failed() <-chan struct{} { return v.failure.failed }

// Err is nil, or says why the vault takes no more writes. It wraps ErrFailed.
func (v *Vault) Err() error {
	v.failure.mu.Lock()
	defer v.failure.mu.Unlock()
	if v.failure.cause == nil {
		return nil
	}
	return fmt.Errorf("%w since this happened: %w: see to the disk, then restart the node", ErrFailed, v.failure.cause)
}

// fail keeps the first cause and ends all writing. Nothing is tried again: after
// a failed sync the system forgets what it couldn't write and reports the next
// sync as done.
func (v *Vault) fail(cause error) {
	v.failure.mu.Lock()
	defer v.failure.mu.Unlock()
	if v.failure.cause != nil {
		return
	}
	v.failure.cause = cause
	close(v.failure.failed)
	v.log.Error("the vault takes no more writes: see to the disk, then restart the node", "error", cause)
}

// IsFault reports whether an error comes from the database or the disk itself, not
// from what was asked of it.
func IsFault(err error) bool {
	var database *sqlite.Error
	var file *fs.PathError
	var system syscall.Errno
	var server *pgconn.PgError
	return errors.Is(err, ErrAway) || errors.Is(err, ErrSlow) || errors.Is(err, ErrUnsure) || errors.As(err, &server) || errors.As(err, &database) || errors.As(err, &file) || errors.As(err, &system) || errors.Is(err, sql.ErrConnDone) || errors.Is(err, sql.ErrTxDone)
}

// Unavailable reports whether the store takes no work now, whatever was asked: it is
// busy, closed or broken, or its disk or server is.
func Unavailable(err error) bool {
	return errors.Is(err, ErrBusy) || errors.Is(err, ErrClosed) || errors.Is(err, ErrFailed) || IsFault(err)
}

// failed tells whether SQLite reported one of the codes.
func failed(err error, codes ...int) bool {
	var e *sqlite.Error
	if !errors.As(err, &e) {
		return false
	}
	for _, c := range codes {
		if e.Code()&0xff == c { // the rest is the extended code
			return true
		}
	}
	return false
}

// judgeRead ends all writing when what is on the disk can't be read.
func (b *lite) judgeRead(err error) {
	if failed(err, code.SQLITE_IOERR, code.SQLITE_CORRUPT, code.SQLITE_NOTADB) {
		b.v.fail(err)
	}
}

// judgeWrite ends all writing when a statement met a disk that is full, broken
// or gone.
func (b *lite) judgeWrite(err error) {
	if failed(err, code.SQLITE_IOERR, code.SQLITE_CORRUPT, code.SQLITE_NOTADB,
		code.SQLITE_FULL, code.SQLITE_READONLY, code.SQLITE_CANTOPEN, code.SQLITE_PROTOCOL) {
		b.v.fail(err)
	}
}

// judgeCommit ends all writing after any failed commit but one that a rule of
// the tables refused, or that never began because of a lock. That includes a
// commit that finds its transaction undone: a caller overlooked an error, and it
// may have been the disk's.
func (b *lite) judgeCommit(err error) {
	if !failed(err, code.SQLITE_CONSTRAINT, code.SQLITE_BUSY) {
		b.v.fail(err)
	}
}
