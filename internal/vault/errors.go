package vault

import "errors"

// The errors that callers branch on. Each arrives wrapped in what was tried.
var (
	// ErrClosed says that the vault was closed.
	ErrClosed = errors.New("the vault is closed")
	// ErrFailed says that a commit or the disk failed, so that no more writes are taken.
	ErrFailed = errors.New("the vault takes no more writes")
	// ErrBusy says that a turn to read or write didn't come in time.
	ErrBusy = errors.New("the vault is busy")
	// ErrSlow says that a statement took longer than it may, and was stopped.
	ErrSlow = errors.New("the vault is too slow")
	// ErrInUse says that another process has the vault open.
	ErrInUse = errors.New("the vault is open in another process")
	// ErrAway says that the database server can't be reached or doesn't serve now.
	// Nothing of what was asked was kept.
	ErrAway = errors.New("the database server is away")
	// ErrUnsure says that the connection broke in a commit, and that the server
	// couldn't be asked yet whether it was kept. The next Update asks first.
	ErrUnsure = errors.New("whether the write was kept is not known yet")
	// ErrWrongKey says that the vault was made with another key.
	ErrWrongKey = errors.New("the vault was made with another key")
	// ErrNewer says that a newer program has written the database.
	ErrNewer = errors.New("the database is newer than this program")
	// ErrNotFound says that there is no such document or job.
	ErrNotFound = errors.New("not found")
	// ErrTooLarge says that a document is over the limit.
	ErrTooLarge = errors.New("the document is too large")
	// ErrDamaged says that what is stored is not what was put there.
	ErrDamaged = errors.New("the vault is damaged")
	// ErrRequestReused says that a key came again with another request.
	ErrRequestReused = errors.New("the idempotency key was used for another request")
	// ErrRequestAtWork says that the request with this key is being answered.
	ErrRequestAtWork = errors.New("a request with this idempotency key is being answered")
)
