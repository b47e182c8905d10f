package main

import (
	"context"
	"errors"
	"net/http"

	"pedigree/client"
	"pedigree/ledger"
	"pedigree/proof"
)

// Exit codes. They are part of the command line's contract.
const (
	exitDone        = 0   // done, or verified
	exitFailed      = 1   // failed
	exitUsage       = 2   // used wrongly
	exitNotFound    = 3   // not found
	exitNo          = 4   // checked, and the answer is no
	exitUnchecked   = 5   // could not check
	exitRefused     = 6   // refused by a rule, a policy or a licence
	exitInterrupted = 130 // interrupted
)

// failure is an error with its exit code and a hint.
type failure struct {
	err  error
	code int
	hint string
}

func (f *failure) Error() string { return f.err.Error() }
func (f *failure) Unwrap() error { return f.err }

func failWith(code int, hint string, err error) error { return &failure{err, code, hint} }

// kindExits maps a refusal's kind to an exit code.
var kindExits = map[string]int{
	ledger.Invalid.String(): exitRefused, ledger.Denied.String(): exitRefused, ledger.NotFound.String(): exitNotFound,
	ledger.Conflict.String(): exitRefused, ledger.Expired.String(): exitRefused, ledger.Limit.String(): exitRefused,
	ledger.Unavailable.String(): exitUnchecked,
}

// exitOf returns the exit code and the hint that belong to an error.
func exitOf(err error) (int, string) {
	var f *failure
	var waits *client.Waiting
	var p *client.Problem
	var l *ledger.Error
	switch {
	case err == nil:
		return exitDone, ""
	case errors.As(err, &f):
		return f.code, f.hint
	case errors.Is(err, context.Canceled):
		return exitInterrupted, ""
	case errors.Is(err, proof.ErrProof):
		return exitNo, ""
	case errors.As(err, &waits):
		return exitRefused, "a second person who has the permission runs: pedigree people approve " + waits.ID
	case errors.As(err, &p):
		if code, ok := kindExits[p.Kind]; ok {
			return code, p.Hint
		}
		return statusExit(p.Status), p.Hint
	case errors.As(err, &l):
		if code, ok := kindExits[l.Code.Kind.String()]; ok {
			return code, ""
		}
	case errors.Is(err, client.ErrNoNode), errors.Is(err, context.DeadlineExceeded):
		return exitUnchecked, "start the node with `pedigree start`, or name another one with --api"
	}
	return exitFailed, ""
}

func statusExit(status int) int {
	switch {
	case status == http.StatusBadRequest || status == http.StatusUnprocessableEntity: // a parameter, for a rule's refusal has a kind
		return exitUsage
	case status == 404:
		return exitNotFound
	case status == 503 || status == 504:
		return exitUnchecked
	case status >= 400 && status < 500:
		return exitRefused
	}
	return exitFailed
}
