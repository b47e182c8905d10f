package auth

import (
	"database/sql"
	"errors"

	"pedigree/ledger"
)

// refusal is an error with what the HTTP interface tells of it.
type refusal struct {
	kind       ledger.Kind
	code, hint string
	text       string
}

// Error returns what is wrong.
func (r *refusal) Error() string { return r.text }

// Kind is the refusal's kind.
func (r *refusal) Kind() ledger.Kind { return r.kind }

// Code is the refusal's stable name.
func (r *refusal) Code() string { return r.code }

// Hint is what to do next.
func (r *refusal) Hint() string { return r.hint }

// The refusals that callers branch on.
var (
	// ErrUnknown says that nobody is known by a secret: it is wrong, too old,
	// revoked or used up. Which of these is told to nobody but the audit trail.
	ErrUnknown = errors.New("the secret is not, or no longer, known here")
	// ErrNotFound says that there is no such row in the organisation.
	ErrNotFound error = &refusal{ledger.NotFound, "access/not-found", "list them first", "there is none with that id in your organisation"}
)

// unknown is ErrUnknown for an error that says that a store has no such row.
func unknown(err error) error {
	if errors.Is(err, sql.ErrNoRows) || errors.Is(err, ErrNotFound) {
		return ErrUnknown
	}
	return err
}

func invalid(text string) error {
	return &refusal{ledger.Invalid, "access/invalid", "", text}
}

func limited(text string) error {
	return &refusal{ledger.Limit, "access/limit", "", text}
}
