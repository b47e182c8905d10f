package migrateview

import (
	"errors"
	"fmt"

	"pedigree/format/stocklist"
	"pedigree/internal/api"
	"pedigree/internal/vault"
	"pedigree/ledger"
)

func invalid(format string, args ...any) error {
	return api.Coded(fmt.Errorf(format, args...), ledger.Invalid, "migrate/invalid")
}

func limited(format string, args ...any) error {
	return api.Coded(fmt.Errorf(format, args...), ledger.Limit, "migrate/limit")
}

// refused gives an error its kind and code.
func refused(err error) error {
	var known api.Refusal
	switch {
	case err == nil || errors.As(err, &known):
	case errors.Is(err, stocklist.ErrFile), errors.Is(err, vault.ErrTooLarge):
		err = api.Coded(err, ledger.Invalid, "migrate/file")
	case errors.Is(err, vault.ErrNotFound):
		err = api.Coded(err, ledger.NotFound, "migrate/not-found", "pedigree migrate report shows lists of stock, pedigree migrate archives archives")
	case vault.Unavailable(err):
		err = api.Coded(err, ledger.Unavailable, "migrate/store")
	}
	return api.Refuse(err)
}
