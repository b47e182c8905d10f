// Package ledgertest runs a module's rules on an in-memory chain: a Chain for Go
// tests, and a transcript runner for scripts under testdata (entry in, events and
// state change out). Every block is followed by all invariants.
//
//	entry org/suspend as=alpha also=(beta)
//	{"member": "gamma"}
//	----
//	ok
//	  org/suspended ["gamma"]
//
// Script says which modules the transcripts of a folder run on; Transcript lists
// the directives; symbols.go says what may stand in place of keys and hashes.
package ledgertest
