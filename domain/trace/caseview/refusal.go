package caseview

import (
	"errors"
	"fmt"

	"pedigree/format/pdg"
	"pedigree/format/photo"
	"pedigree/internal/api"
	"pedigree/internal/vault"
	"pedigree/ledger"
)

func invalid(format string, args ...any) error {
	return api.Coded(fmt.Errorf(format, args...), ledger.Invalid, "case/invalid")
}

func limited(format string, args ...any) error {
	return api.Coded(fmt.Errorf(format, args...), ledger.Limit, "case/limit")
}

func missing(format string, args ...any) error {
	return api.Coded(fmt.Errorf(format, args...), ledger.NotFound, "case/not-found")
}

// notNow refuses what the case's state does not allow.
func notNow(format string, args ...any) error {
	return api.Coded(fmt.Errorf(format, args...), ledger.Conflict, "case/state")
}

// notYet refuses to settle what is not there.
func notYet(format string, args ...any) error {
	return api.Coded(fmt.Errorf(format, args...), ledger.Conflict, "case/not-yet")
}

// refused gives an error its kind and code.
func refused(err error) error {
	var known api.Refusal
	switch {
	case err == nil:
		return nil
	case errors.As(err, &known):
	case errors.Is(err, photo.ErrNoPhoto):
		err = api.Coded(err, ledger.Invalid, "case/photo")
	case errors.Is(err, photo.ErrTooLarge):
		err = api.Coded(err, ledger.Limit, "case/limit")
	case errors.Is(err, pdg.ErrMessage):
		err = api.Coded(err, ledger.Invalid, "case/message")
	case errors.Is(err, vault.ErrNotFound):
		err = api.Coded(err, ledger.NotFound, "case/not-found")
	case errors.Is(err, vault.ErrTooLarge):
		err = api.Coded(err, ledger.Limit, "case/limit")
	case vault.Unavailable(err):
		err = api.Coded(err, ledger.Unavailable, "case/store")
	}
	return api.Refuse(err)
}
