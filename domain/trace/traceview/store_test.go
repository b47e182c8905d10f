package traceview

import (
	"os"
	"strings"
	"testing"

	"pedigree/internal/vault"
	"pedigree/internal/vault/pgtest"
)

// TestMain runs every test on each kind of store.
func TestMain(m *testing.M) { os.Exit(pgtest.Twice(m)) }

// inStore puts a vault into the kind of database that the tests run on.
func inStore(t testing.TB, c vault.Config) vault.Config { return pgtest.In(t, c) }

// says puts a statement that damages rows into the database's own words.
func says(query string) string {
	if !pgtest.OnServer() {
		return query
	}
	return strings.NewReplacer("zeroblob(32)", "decode(repeat('00', 32), 'hex')", "randomblob(32)", "sha256('a')", "randomblob(33)", `sha256('a') || '\x00'::bytea`).Replace(query)
}
