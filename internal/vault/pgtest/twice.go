package pgtest

import (
	"context"
	"flag"
	"fmt"
	"testing"

	"pedigree/internal/vault"
)

// turn is which kind of database the tests of this package run on now.
var turn struct {
	onServer bool
	server   *vault.Server // shared by the vaults of all tests, as by those of many organisations
}

// Twice runs the tests of a package on SQLite and then, when they succeed, on
// PostgreSQL: each vault goes where In says. Benchmarks and fuzzing run on SQLite
// alone.
func Twice(m *testing.M) int {
	flag.Parse()
	code := m.Run()
	if code != 0 || isSet("test.bench") || isSet("test.fuzz") || isSet("test.list") {
		return code
	}
	fmt.Println("the same on PostgreSQL:")
	turn.onServer = true
	return Run(m)
}

func isSet(name string) bool {
	f := flag.Lookup(name)
	return f != nil && f.Value.String() != ""
}

// OnServer tells whether the tests run on PostgreSQL now.
func OnServer() bool { return turn.onServer }

// In puts a vault into the kind of database that the tests run on now. The same
// test, key and folder get the same vault.
func In(t testing.TB, c vault.Config) vault.Config {
	t.Helper()
	if !turn.onServer {
		return c
	}
	if turn.server == nil {
		var err error
		if turn.server, err = vault.Connect(context.Background(), vault.ServerConfig{URL: URL(t)}); err != nil {
			t.Fatal(err)
		}
	}
	c.Server, c.Name = turn.server, Lend(t, fmt.Sprintf("%x", c.Key), c.Dir)
	return c
}
