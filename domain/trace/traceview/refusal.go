package traceview

import (
	"context"
	"errors"
	"time"

	"pedigree/format/epcis"
	"pedigree/format/gs1"
	"pedigree/internal/api"
	"pedigree/internal/vault"
	"pedigree/ledger"
	"pedigree/proof"
)

// busy refuses what may be asked again after a while, for it is only that others
// came first.
type busy struct{ api.Refusal }

// RetryAfter is about the time that one large document takes.
func (busy) RetryAfter() time.Duration { return lookAgain }

func (b busy) Unwrap() error { return b.Refusal }

// refused gives a workflow's error its kind and code: the rule's own where one
// refused, unavailable where the store or the ledger could not be reached or its
// disk failed, and otherwise a request that can't be done as things stand.
func refused(err error) error {
	var rule *ledger.Error
	var id *gs1.Error
	var doc *epcis.Error
	var known interface { // says itself what it is, as the node's and this package's do
		error
		Kind() ledger.Kind
		Code() string
	}
	var sent *api.Problem
	var would api.Would // no refusal: the end of a dry run
	switch {
	case err == nil:
		return nil
	case errors.As(err, &rule), errors.As(err, &known), errors.As(err, &sent), errors.As(err, &would), errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
	case errors.As(err, &id):
		err = api.Coded(err, ledger.Invalid, id.Rule, id.Remedy)
	case errors.As(err, &doc):
		err = api.Coded(err, ledger.Invalid, doc.Rule, doc.Remedy)
	case errors.Is(err, vault.ErrNotFound):
		err = api.Coded(err, ledger.NotFound, "trace/not-found", "")
	case vault.Unavailable(err):
		err = api.Coded(err, ledger.Unavailable, "trace/store", "look at the node's log, and at the space on its disk")
	case errors.Is(err, proof.ErrProof), errors.Is(err, proof.ErrCBOR):
		err = api.Coded(err, ledger.Invalid, "trace/file", "the file is damaged or was changed; ask its sender for it again")
	default:
		err = api.Coded(err, ledger.Conflict, "trace/refused", "")
	}
	return api.Refuse(err)
}
