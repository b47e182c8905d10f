package main

import (
	"github.com/rogpeppe/go-internal/testscript"

	"pedigree/internal/vault/pgtest"
)

// scriptPostgres starts a PostgreSQL server for the rest of a script and puts its
// URL into a variable: postgres VARIABLE.
func scriptPostgres(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: postgres VARIABLE")
	}
	s, err := pgtest.Launch()
	ts.Check(err)
	ts.Defer(func() { ts.Check(s.Close()) })
	ts.Setenv(args[0], s.URL())
}
