package catalogview

import (
	"errors"
	"fmt"

	"pedigree/format/gs1"
	"pedigree/internal/api"
	"pedigree/internal/vault"
	"pedigree/ledger"
)

// ErrNotFound says that there is no such product or conflict.
var ErrNotFound = errors.New("not found")

// refusal is a file, a fact or a question that can't be taken.
type refusal struct {
	error
	kind ledger.Kind
	code string
}

// Kind is the sort of refusal.
func (r refusal) Kind() ledger.Kind { return r.kind }

// Code is the stable name of the rule.
func (r refusal) Code() string { return r.code }

// Hint is empty: the text says what to do.
func (refusal) Hint() string { return "" }

func (r refusal) Unwrap() error { return r.error }

func invalid(format string, args ...any) error {
	return refusal{fmt.Errorf(format, args...), ledger.Invalid, "catalogue/invalid"}
}

func limited(format string, args ...any) error {
	return refusal{fmt.Errorf(format, args...), ledger.Limit, "catalogue/limit"}
}

func conflicting(format string, args ...any) error {
	return refusal{fmt.Errorf(format, args...), ledger.Conflict, "catalogue/conflict"}
}

func missing(format string, args ...any) error {
	return refusal{fmt.Errorf("%w: "+format, append([]any{ErrNotFound}, args...)...), ledger.NotFound, "catalogue/not-found"}
}

// refused gives an error its kind and code.
func refused(err error) error {
	var id *gs1.Error
	var rule *ledger.Error
	var known refusal
	switch {
	case errors.As(err, &known), errors.As(err, &rule):
	case errors.As(err, &id):
		err = refusal{err, ledger.Invalid, id.Rule}
	case errors.Is(err, vault.ErrBusy), errors.Is(err, vault.ErrClosed), errors.Is(err, vault.ErrFailed), vault.IsFault(err):
		err = refusal{err, ledger.Unavailable, "catalogue/store"}
	}
	return api.Refuse(err)
}
