package partnerview

import (
	"context"
	"flag"
	"fmt"
	"log/slog"
	"net/netip"
	"os"
	"path/filepath"
	"testing"
	"time"

	"pedigree/internal/exchange"
	"pedigree/internal/vault"
	"pedigree/internal/vault/pgtest"
)

// server is shared by the vaults of all tests.
var server *vault.Server

// onServer is set while the tests run a second time, on PostgreSQL.
var onServer bool

// TestMain runs every test on each kind of database; benchmarks and fuzzing run on
// SQLite alone.
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

// clock is a clock that tests move.
type clock struct{ at time.Time }

func (c *clock) now() time.Time { return c.at }

// world is a book with its clock and the vault it is in.
type world struct {
	*Book
	clock *clock
	vault *vault.Vault
}

func newWorld(t testing.TB) world { return worldWith(t, Config{}) }

func worldWith(t testing.TB, c Config) world {
	t.Helper()
	w := world{clock: &clock{time.Date(2026, 3, 5, 12, 0, 0, 0, time.UTC)}}
	vc := vault.Config{
		Dir: filepath.Join(t.TempDir(), "vault"), Key: [32]byte{1, 2, 3}, Schemas: []vault.Schema{Schema},
		Logger: slog.New(slog.DiscardHandler), Now: w.clock.now,
	}
	if onServer {
		var err error
		if server == nil {
			if server, err = vault.Connect(context.Background(), vault.ServerConfig{URL: pgtest.URL(t)}); err != nil {
				t.Fatal(err)
			}
		}
		vc.Server, vc.Name = server, pgtest.Lend(t, fmt.Sprintf("%x", vc.Key), vc.Dir)
	}
	v, err := vault.Open(t.Context(), vc)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := v.Close(); err != nil {
			t.Error(err)
		}
	})
	c.Vault, c.Reach = v, exchange.Reach{}
	if c.Resolve == nil {
		c.Resolve = func(context.Context, string) ([]netip.Addr, error) {
			return []netip.Addr{netip.MustParseAddr("93.184.215.14")}, nil
		}
	}
	w.Book, w.vault = New(c), v
	return w
}
