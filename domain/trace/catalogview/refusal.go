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

func invalid(format string, args ...any) error {
	return api.Coded(fmt.Errorf(format, args...), ledger.Invalid, "catalogue/invalid")
}

func limited(format string, args ...any) error {
	return api.Coded(fmt.Errorf(format, args...), ledger.Limit, "catalogue/limit")
}

func conflicting(format string, args ...any) error {
	return api.Coded(fmt.Errorf(format, args...), ledger.Conflict, "catalogue/conflict")
}

func missing(format string, args ...any) error {
	return api.Coded(fmt.Errorf("%w: "+format, append([]any{ErrNotFound}, args...)...), ledger.NotFound, "catalogue/not-found")
}

// refused gives an error its kind and code.
func refused(err error) error {
	var id *gs1.Error
	var rule *ledger.Error
	var known api.Refusal
	switch {
	case errors.As(err, &known), errors.As(err, &rule):
	case errors.As(err, &id):
		err = api.Coded(err, ledger.Invalid, id.Rule)
	case vault.Unavailable(err):
		err = api.Coded(err, ledger.Unavailable, "catalogue/store")
	}
	return api.Refuse(err)
}
