// Package ledgertest runs a module's rules on an in-memory chain: a Chain for Go
// tests, and a transcript runner for scripts under testdata (entry in, events and
// state change out). Every block is followed by all invariants.
//
// The state root is computed by a plain recursive rule, independently of the
// store, so that a transcript also pins the application state.
package ledgertest
