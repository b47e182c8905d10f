package api

import "pedigree/ledger"

// Refusal is an error of a view with the kind and the code under which Refuse tells it.
type Refusal struct {
	error
	kind       ledger.Kind
	code, hint string
}

// Coded gives an error a kind, a code that stays, and, where its text doesn't say what to
// do next, a hint.
func Coded(err error, kind ledger.Kind, code string, hint ...string) Refusal {
	r := Refusal{error: err, kind: kind, code: code}
	if len(hint) > 0 {
		r.hint = hint[0]
	}
	return r
}

// Kind is the sort of refusal.
func (r Refusal) Kind() ledger.Kind { return r.kind }

// Code is the stable name of the rule.
func (r Refusal) Code() string { return r.code }

// Hint says what to do next, where the text does not.
func (r Refusal) Hint() string { return r.hint }

func (r Refusal) Unwrap() error { return r.error }
