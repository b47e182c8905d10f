package caseview

import (
	"errors"
	"fmt"

	"pedigree/format/pdg"
	"pedigree/internal/api"
	"pedigree/internal/vault"
	"pedigree/ledger"
)

// refusal is an error with the kind and the code under which others tell it.
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
	return refusal{fmt.Errorf(format, args...), ledger.Invalid, "case/invalid"}
}

func limited(format string, args ...any) error {
	return refusal{fmt.Errorf(format, args...), ledger.Limit, "case/limit"}
}

func missing(format string, args ...any) error {
	return refusal{fmt.Errorf(format, args...), ledger.NotFound, "case/not-found"}
}

// notNow refuses what the case's state does not allow.
func notNow(format string, args ...any) error {
	return refusal{fmt.Errorf(format, args...), ledger.Conflict, "case/state"}
}

// notYet refuses to settle what is not there.
func notYet(format string, args ...any) error {
	return refusal{fmt.Errorf(format, args...), ledger.Conflict, "case/not-yet"}
}

// refused gives an error its kind and code.
func refused(err error) error {
	var known refusal
	switch {
	case err == nil:
		return nil
	case errors.As(err, &known):
	case errors.Is(err, pdg.ErrMessage):
		err = refusal{err, ledger.Invalid, "case/message"}
	case errors.Is(err, vault.ErrNotFound):
		err = refusal{err, ledger.NotFound, "case/not-found"}
	case errors.Is(err, vault.ErrTooLarge):
		err = refusal{err, ledger.Limit, "case/limit"}
	case errors.Is(err, vault.ErrBusy), errors.Is(err, vault.ErrClosed), errors.Is(err, vault.ErrFailed), vault.IsFault(err):
		err = refusal{err, ledger.Unavailable, "case/store"}
	}
	return api.Refuse(err)
}
