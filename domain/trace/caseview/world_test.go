package caseview_test

import (
	"context"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"
	_ "time/tzdata"

	"pedigree/domain/trace/caseview"
	"pedigree/domain/trace/partnerview"
	"pedigree/internal/exchange"
	"pedigree/internal/vault"
	"pedigree/internal/vault/pgtest"
	"pedigree/ledger/ledgertest"
	"pedigree/proof"
)

func TestMain(m *testing.M) { os.Exit(pgtest.Twice(m)) }

const (
	gln  = "0614141000012"
	gtin = "00399991123455"
	pack = "/01/00399991123455/21/100000000001"
)

// clock is a clock that a test moves.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

// side is one organisation with its cases.
type side struct {
	*caseview.Cases
	t     testing.TB
	org   string
	vault *vault.Vault
	book  *partnerview.Book
	clock *clock

	here      map[string]bool
	gone      map[string]bool
	shipments map[proof.Hash]string
	documents []caseview.DataQuery // what documents came, each as it is asked for
	flags     map[string]uint64
	marks     int
}

func (s *side) Here(_ context.Context, paths []string) (map[string]bool, error) {
	return some(s.here, paths), nil
}

func (s *side) Gone(_ context.Context, _ string, paths []string) (map[string]bool, error) {
	return some(s.gone, paths), nil
}

func some(all map[string]bool, paths []string) map[string]bool {
	out := map[string]bool{}
	for _, p := range paths {
		out[p] = all[p]
	}
	return out
}

func (s *side) ShipmentWith(_ context.Context, id proof.Hash) (string, bool, error) {
	with, found := s.shipments[id]
	return with, found, nil
}

func (s *side) Accepted(_ context.Context, q caseview.DataQuery) (int64, error) {
	for n, d := range s.documents {
		if d.Partner == q.Partner && d.Path == q.Path && d.GTIN == q.GTIN && d.Lot == q.Lot && d.PO == q.PO && d.Since.After(q.Since) {
			return int64(n + 1), nil
		}
	}
	return 0, nil
}

// Mark implements caseview.Hands.
func (s *side) Mark(_ context.Context, paths []string, set, unset uint64) ([]proof.Hash, error) {
	var entries []proof.Hash
	s.marks++
	for _, p := range paths {
		s.flags[p] = s.flags[p]&^unset | set
		entries = append(entries, ledgertest.HashOf(p+time.Duration(s.marks).String()))
	}
	return entries, nil
}

// nobody is a registry without members.
type nobody struct{}

func (nobody) Member(string) (proof.Member, bool, error) { return proof.Member{}, false, nil }
func (nobody) Status() (height, blockTime uint64)        { return 1, 1 }

// newSide opens an organisation's cases. It knows the other as partner 1, and itself
// at a site in Chicago.
func newSide(t testing.TB, c *clock, org, other string) *side {
	t.Helper()
	s := &side{t: t, org: org, clock: c, here: map[string]bool{}, gone: map[string]bool{}, shipments: map[proof.Hash]string{}, flags: map[string]uint64{}}
	v, err := vault.Open(t.Context(), pgtest.In(t, vault.Config{
		Dir: filepath.Join(t.TempDir(), "vault"), Key: ledgertest.HashOf("vault " + org), Logger: slog.New(slog.DiscardHandler), Now: c.now,
		Schemas: []vault.Schema{caseview.Schema, partnerview.Schema, exchange.Schema},
	}))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := v.Close(); err != nil {
			t.Error(err)
		}
	})
	s.vault = v
	s.book = partnerview.New(partnerview.Config{Vault: v, Registry: nobody{}})
	site := partnerview.Site{GLN: gln, Name: "Dock", Zone: "America/Chicago", Address: partnerview.Address{City: "Springfield", State: "IL", Country: "US"}}
	if _, err := s.book.Change(t.Context(), partnerview.Self, func(p *partnerview.Partner) error {
		p.Name, p.Org, p.Sites = org, org, []partnerview.Site{site}
		p.Contacts = []partnerview.Contact{{Purpose: "exceptions", Email: "exceptions@" + org + ".example", Phone: "555-0100"}}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	if _, err := s.book.Add(t.Context(), partnerview.Partner{Name: other, Org: other}); err != nil {
		t.Fatal(err)
	}
	s.Cases = caseview.NewCases(caseview.Config{Vault: v, Org: org, Book: s.book, Goods: s, Data: s, Hands: s})
	return s
}

// two are a pharmacy and a wholesaler who carry messages by hand.
func two(t testing.TB) (pharmacy, wholesaler *side) {
	c := &clock{at: time.Date(2026, 3, 3, 16, 0, 0, 0, time.UTC)} // a Tuesday, 10:00 in Chicago
	return newSide(t, c, "pharmacy", "wholesaler"), newSide(t, c, "wholesaler", "pharmacy")
}

// open opens a case and fails the test when that fails.
func (s *side) open(n caseview.New) caseview.Case {
	s.t.Helper()
	k, err := s.tryOpen(n)
	if err != nil {
		s.t.Fatal(err)
	}
	return k
}

// say lets a side act and fails the test when that fails.
func (s *side) must(k caseview.Case, err error) caseview.Case {
	s.t.Helper()
	if err != nil {
		s.t.Fatalf("%s: %v", s.org, err)
	}
	return k
}

func (s *side) show(name string) caseview.Detail {
	s.t.Helper()
	d, err := s.Show(s.t.Context(), name)
	if err != nil {
		s.t.Fatal(err)
	}
	return d
}

// letters are the messages of a case that wait to be carried.
func (s *side) letters(name string) (list [][]byte) {
	s.t.Helper()
	for _, m := range s.show(name).Messages {
		if m.State != "by-hand" {
			continue
		}
		r, err := s.Content(s.t.Context(), name, m.UUID)
		if err != nil {
			s.t.Fatal(err)
		}
		raw, err := io.ReadAll(r)
		if err != nil {
			s.t.Fatal(err)
		}
		if err := r.Close(); err != nil {
			s.t.Fatal(err)
		}
		list = append(list, raw)
	}
	return list
}

// carry brings the messages of a case to the other side, by hand.
func (s *side) carry(to *side, name string) (last caseview.Taken) {
	s.t.Helper()
	list := s.letters(name)
	if len(list) == 0 {
		s.t.Fatalf("%s has nothing to carry", s.org)
	}
	s.must(s.NoteSent(s.t.Context(), name, "clerk", "by e-mail"))
	for _, raw := range list {
		var err error
		if last, err = to.Take(s.t.Context(), caseview.Arrival{Org: s.org, Message: raw}); err != nil {
			s.t.Fatal(err)
		}
	}
	return last
}

func key(text string) proof.Hash { return ledgertest.HashOf(text) }
