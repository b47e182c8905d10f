package dockview

import (
	"errors"

	"pedigree/format/gs1"
	"pedigree/internal/api"
	"pedigree/internal/vault"
	"pedigree/ledger"
)

const kindLimit = ledger.Limit

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
		err = api.Coded(err, ledger.Invalid, id.Rule)
	case errors.Is(err, vault.ErrNotFound):
		err = api.Coded(err, ledger.NotFound, "dock/not-found")
	case vault.Unavailable(err):
		err = api.Coded(err, ledger.Unavailable, "dock/store")
	default:
		err = api.Coded(err, ledger.Conflict, "dock/refused")
	}
	return api.Refuse(err)
}
