package exchange

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strconv"
	"time"

	"pedigree/proof"
)

// request is one request of a partner, whose connection is known to be its own.
type request struct {
	org  string
	id   proof.Hash
	body func(limit int64) ([]byte, error)
	at   string // of a chunk
}

// answer wraps a route: it knows the partner by its connection, keeps it within its
// rate, and writes progress or refusal.
func (x *Exchange) answer(route func(context.Context, request) (progress, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		org, err := x.caller(r)
		if err != nil {
			x.refused(w, err)
			return
		}
		leave, err := x.rates.enter(org)
		if err != nil {
			x.refused(w, err)
			return
		}
		defer leave()
		x.wakeFor(r.Context(), org)
		id, err := proof.ParseHash(r.PathValue("id"))
		if err != nil {
			x.refused(w, refuse(RefusedMessage, "%q is no delivery's id", clean(r.PathValue("id"))).forGood())
			return
		}
		p, err := route(r.Context(), request{org: org, id: id, at: r.URL.Query().Get("at"), body: func(limit int64) ([]byte, error) {
			return readBody(w, r, limit)
		}})
		if err != nil {
			x.refused(w, err)
			return
		}
		w.Header().Set("Content-Type", mediaType)
		_, _ = w.Write(p.encode()) // who is gone asks again
	}
}

// caller is the member at the other end. The ledger is asked each time: a
// connection outlives what was true when it was made.
func (x *Exchange) caller(r *http.Request) (string, error) {
	org, key, err := claimed(*r.TLS)
	if err == nil {
		err = pinned(x.directory, org, key)
	}
	if err != nil {
		return "", refuse(RefusedStanding, "the key of this connection is not the one that your mailbox on the ledger names; connect again").after(retryFirst)
	}
	if err := x.directory.Standing(org); errors.Is(err, ErrStanding) {
		return "", refuse(RefusedStanding, "%v", err).forGood()
	} else if err != nil {
		return "", err
	}
	return org, nil
}

func readBody(w http.ResponseWriter, r *http.Request, limit int64) ([]byte, error) {
	b, err := io.ReadAll(http.MaxBytesReader(w, r.Body, limit))
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &large):
		return nil, refuse(RefusedSize, "a body has more than the %d bytes that are taken at once", limit).forGood()
	case err != nil:
		return nil, refuse(RefusedBusy, "the body broke off; send it again")
	}
	return b, nil
}

// httpStatus is the status that goes with each refusal, for whoever watches.
var httpStatus = map[string]int{
	RefusedBusy: http.StatusTooManyRequests, RefusedFull: http.StatusInsufficientStorage, RefusedStanding: http.StatusForbidden,
	RefusedSealKey: http.StatusConflict, RefusedSignature: http.StatusForbidden, RefusedKind: http.StatusUnsupportedMediaType,
	RefusedSize: http.StatusRequestEntityTooLarge, RefusedMessage: http.StatusBadRequest, RefusedDamaged: http.StatusUnprocessableEntity,
	RefusedContent: http.StatusConflict, RefusedUnknown: http.StatusNotFound, RefusedTrouble: http.StatusServiceUnavailable,
}

// refused answers with a refusal. What went wrong here is not the partner's to know.
func (x *Exchange) refused(w http.ResponseWriter, err error) {
	var r *Refusal
	if !errors.As(err, &r) {
		x.log.Error("couldn't take a delivery", "error", err)
		r = refuse(RefusedTrouble, "this node can't take deliveries at the moment; try later").after(time.Minute)
	}
	x.counters.refused.Add(1)
	if r.Wait > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(int(r.Wait/time.Second)))
	}
	w.Header().Set("Content-Type", mediaType)
	w.WriteHeader(httpStatus[r.Code])
	_, _ = w.Write(r.encode())
}
