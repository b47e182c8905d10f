package courier

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"pedigree/internal/vault"
	"pedigree/internal/vault/pgtest"
)

func TestMain(m *testing.M) { os.Exit(pgtest.Twice(m)) }

// desk is a Taker that keeps what it gets.
type desk struct {
	mu    sync.Mutex
	got   map[[32]byte]string // content by key
	names []string
	fail  error // of the next calls
	judge func(text string) Taken
}

func (d *desk) take(_ context.Context, a Arrived) (Taken, error) {
	raw, err := io.ReadAll(a.Content)
	d.mu.Lock()
	defer d.mu.Unlock()
	if err == nil {
		err = d.fail
	}
	if err != nil {
		return Taken{}, err
	}
	if _, again := d.got[a.Key]; !again {
		d.names = append(d.names, a.Name)
	}
	d.got[a.Key] = string(raw)
	if d.judge != nil {
		return d.judge(string(raw)), nil
	}
	return Taken{Document: int64(len(d.got)), State: "checked"}, nil
}

// logged is a log that is read while it is written.
type logged struct {
	mu   sync.Mutex
	text strings.Builder
}

// Write implements io.Writer.
func (l *logged) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *logged) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

// scene is a courier with one watched folder.
type scene struct {
	t      testing.TB
	k      *Courier
	v      *vault.Vault
	desk   *desk
	folder string
	log    *logged
	now    time.Time
}

func newVault(t testing.TB, now func() time.Time) *vault.Vault {
	return vaultUnder(t, vault.Key{7}, now)
}

func vaultUnder(t testing.TB, key vault.Key, now func() time.Time) *vault.Vault {
	t.Helper()
	v, err := vault.Open(t.Context(), pgtest.In(t, vault.Config{Dir: filepath.Join(t.TempDir(), "vault"), Key: key, Schemas: []vault.Schema{Schema}, Now: now}))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := v.Close(); err != nil {
			t.Error(err)
		}
	})
	return v
}

func newScene(t testing.TB, change func(*Inlet)) *scene {
	t.Helper()
	s := &scene{t: t, folder: t.TempDir(), desk: &desk{got: map[[32]byte]string{}}, log: &logged{}, now: time.Date(2026, 4, 1, 12, 0, 0, 0, time.UTC)}
	s.v = newVault(t, func() time.Time { return s.now })
	s.reopen(change)
	return s
}

// reopen makes the courier anew, as after a restart.
func (s *scene) reopen(change func(*Inlet)) {
	s.t.Helper()
	in := Inlet{Name: "drop", Partner: "wholesaler", Folder: s.folder, Every: time.Hour}
	if change != nil {
		change(&in)
	}
	k, err := New(Config{Vault: s.v, Org: "pharmacy", Inlets: []Inlet{in}, Take: s.desk.take, Log: slog.New(slog.NewTextHandler(s.log, nil))})
	if err != nil {
		s.t.Fatal(err)
	}
	s.k = k
	s.t.Cleanup(k.Stop)
}

func (s *scene) put(name, content string) {
	s.t.Helper()
	if err := os.WriteFile(filepath.Join(s.folder, name), []byte(content), 0o600); err != nil {
		s.t.Fatal(err)
	}
}

// look looks once, as the clock makes it.
func (s *scene) look() error { return s.k.inlets[0].run(s.t.Context(), false) }

// looks looks twice, so that what stands still is taken.
func (s *scene) looks() {
	s.t.Helper()
	for range 2 {
		if err := s.look(); err != nil {
			s.t.Fatal(err)
		}
	}
}

func (s *scene) has(path string) bool {
	_, err := os.Lstat(filepath.Join(s.folder, path))
	return err == nil
}

func (s *scene) state() InletState {
	s.t.Helper()
	list, err := s.k.Inlets(s.t.Context())
	if err != nil {
		s.t.Fatal(err)
	}
	return list[0]
}

func (s *scene) files() []Arrival {
	s.t.Helper()
	list, err := s.k.Arrivals(s.t.Context(), "drop", "", 0, 0)
	if err != nil {
		s.t.Fatal(err)
	}
	return list
}

var errAway = errors.New("the store is away")
