package traceview

import (
	"context"
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"pedigree/internal/vault"
	"pedigree/internal/vault/pgtest"
)

// server is shared by the vaults of all tests, as by those of many organisations.
var server *vault.Server

// onServer is set while the tests run a second time, on PostgreSQL.
var onServer bool

// TestMain runs every test on each kind of database; benchmarks and fuzzing run
// on SQLite alone.
func TestMain(m *testing.M) {
	flag.Parse()
	code := m.Run()
	if code == 0 && flagValue("test.bench") == "" && flagValue("test.fuzz") == "" && flagValue("test.list") == "" {
		fmt.Println("the same on PostgreSQL:")
		onServer = true
		code = pgtest.Run(m)
	}
	os.Exit(code)
}

func flagValue(name string) string {
	if f := flag.Lookup(name); f != nil {
		return f.Value.String()
	}
	return ""
}

// inStore puts a vault into the kind of database that the tests run on. The same
// folder is the same vault.
func inStore(t testing.TB, c vault.Config) vault.Config {
	if !onServer {
		return c
	}
	if server == nil {
		var err error
		if server, err = vault.Connect(context.Background(), vault.ServerConfig{URL: pgtest.URL(t)}); err != nil {
			t.Fatal(err)
		}
	}
	c.Server, c.Name = server, pgtest.Lend(t, fmt.Sprintf("%x", c.Key), c.Dir)
	return c
}

// says puts a statement that damages rows into the database's own words.
func says(query string) string {
	if !onServer {
		return query
	}
	return strings.NewReplacer("zeroblob(32)", "decode(repeat('00', 32), 'hex')", "randomblob(32)", "sha256('a')", "randomblob(33)", `sha256('a') || '\x00'::bytea`).Replace(query)
}
