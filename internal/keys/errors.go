package keys

import "errors"

// What callers tell apart. The messages around them name the file and what to do.
var (
	// ErrLocked says that a secret is protected and the store wasn't unlocked.
	ErrLocked = errors.New("the keys of this home are protected and not unlocked")
	// ErrPassphrase says that a passphrase opens nothing.
	ErrPassphrase = errors.New("wrong passphrase")
	// ErrDamaged says that a file isn't what was written.
	ErrDamaged = errors.New("the file is damaged")
	// ErrOpen says that others than its owner may read a file.
	ErrOpen = errors.New("others may read it")
	// ErrDiffer says that a secret is there twice, and not the same.
	ErrDiffer = errors.New("the plain and the protected secret differ")
	// ErrHalf says that a secret and the one that follows it are kept in different ways.
	ErrHalf = errors.New("one is plain and the other protected")
	// ErrWeak says that a passphrase is too short, too long or no text.
	ErrWeak = errors.New("the passphrase won't do")
	// ErrNoTerminal says that there is nobody to ask.
	ErrNoTerminal = errors.New("there is no terminal to ask on")
)
