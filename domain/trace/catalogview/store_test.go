package catalogview

import (
	"context"
	"database/sql"
	"flag"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"testing"
	"time"

	"pedigree/format/dscsa"
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

// onePrefix is a registry of one company prefix: that of who has a GLN.
type onePrefix struct{ prefix, gln string }

func (l onePrefix) Belongs(gtin, who string) (bool, error) {
	return gtin[1:1+len(l.prefix)] == l.prefix && who == l.gln, nil
}

func (l onePrefix) Rights(string) ([]LedgerRight, error) { return nil, nil }

// maker and wholesaler send documents in the tests; the products are the maker's.
const (
	maker      = "0399991000011"
	wholesaler = "0614141000012"
	unit       = "00399991123455" // NDC 99991-123-45
)

// world is a catalogue with its clock and the vault it is in.
type world struct {
	*Catalogue
	t   testing.TB
	now time.Time
}

func newWorld(t testing.TB) *world {
	return newWorldIn(t, func(c vault.Config) string { return pgtest.Lend(t, fmt.Sprintf("%x", c.Key), c.Dir) })
}

// newWorldIn names the store on the server itself.
func newWorldIn(t testing.TB, name func(vault.Config) string) *world {
	t.Helper()
	w := &world{t: t, now: time.Date(2026, 3, 5, 12, 0, 0, 0, time.UTC)}
	vc := vault.Config{
		Dir: filepath.Join(t.TempDir(), "vault"), Key: [32]byte{1, 2, 3}, Schemas: []vault.Schema{Schema},
		Logger: slog.New(slog.DiscardHandler), Now: func() time.Time { return w.now },
	}
	if onServer {
		var err error
		if server == nil {
			if server, err = vault.Connect(context.Background(), vault.ServerConfig{URL: pgtest.URL(t)}); err != nil {
				t.Fatal(err)
			}
		}
		vc.Server, vc.Name = server, name(vc)
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
	w.Catalogue = New(Config{Vault: v, Registry: onePrefix{"0399991", maker}})
	return w
}

func day(text string) time.Time {
	at, err := time.Parse(time.DateOnly, text)
	if err != nil {
		panic(err)
	}
	return at
}

// learn takes in what a document of a sender and a day says of a product.
func (w *world) learn(who, asOf string, p dscsa.Product) {
	w.t.Helper()
	err := w.vault.Update(w.t.Context(), func(tx *sql.Tx) error {
		return w.Learn(w.t.Context(), tx, who, day(asOf), 7, []dscsa.Product{p})
	})
	if err != nil {
		w.t.Fatal(err)
	}
}

// set enters what the organisation itself knows.
func (w *world) set(values Values) {
	w.t.Helper()
	if _, err := w.Set(w.t.Context(), unit, values, ""); err != nil {
		w.t.Fatal(err)
	}
}

// find tells what is known of the product on a day.
func (w *world) find(on string) Facts {
	w.t.Helper()
	f, err := w.Find(w.t.Context(), unit, day(on))
	if err != nil {
		w.t.Fatal(err)
	}
	return f
}

// conflicts are all conflicts, in a short form, the newest first.
func (w *world) conflicts() (list []string) {
	w.t.Helper()
	all, err := w.Conflicts(w.t.Context(), "", 0, 0)
	if err != nil {
		w.t.Fatal(err)
	}
	for _, k := range all {
		list = append(list, fmt.Sprintf("%s %s: %s %q, %s %q", k.State, k.Field, k.A.Kind, k.A.Value, k.B.Kind, k.B.Value))
	}
	return list
}
