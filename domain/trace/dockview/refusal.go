package dockview

import (
	"errors"

	"pedigree/format/gs1"
	"pedigree/internal/api"
	"pedigree/internal/vault"
	"pedigree/ledger"
)

// refusal is an error as the HTTP interface shows it.
type refusal struct {
	error
	kind ledger.Kind
	code string
}

const kindLimit = ledger.Limit

// Kind is the sort of refusal.
func (r refusal) Kind() ledger.Kind { return r.kind }

// Code is the stable name of the rule.
func (r refusal) Code() string { return r.code }

// Hint says what to do next, where the text does not.
func (r refusal) Hint() string { return "" }

func (r refusal) Unwrap() error { return r.error }

func refused(err error) error {
	var id *gs1.Error
	var known interface {
		error
		Kind() ledger.Kind
		Code() string
	}
	switch {
	case err == nil || errors.As(err, &known):
	case errors.As(err, &id):
		err = refusal{err, ledger.Invalid, id.Rule}
	case errors.Is(err, vault.ErrNotFound):
		err = refusal{err, ledger.NotFound, "dock/not-found"}
	case errors.Is(err, vault.ErrBusy), errors.Is(err, vault.ErrClosed), errors.Is(err, vault.ErrFailed), vault.IsFault(err):
		err = refusal{err, ledger.Unavailable, "dock/store"}
	default:
		err = refusal{err, ledger.Conflict, "dock/refused"}
	}
	return api.Refuse(err)
}
