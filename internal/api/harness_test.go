package api

import (
	"context"
	"crypto/ed25519"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"pedigree/internal/auth"
	"pedigree/internal/vault"
	"pedigree/proof"
)

const testToken = "the token of this node"

// testLedger answers from its fields.
type testLedger struct {
	submitted [][]byte
	refusal   error // of Submit
	outcome   Outcome
	found     bool
	lookup    error // of Outcome
	waited    bool  // Outcome was asked to wait
}

func (l *testLedger) ChainID() string   { return "pedigree-test" }
func (l *testLedger) Height() uint64    { return 42 }
func (l *testLedger) BlockTime() uint64 { return 1_800_000_000 }
func (l *testLedger) Peers() int        { return 3 }
func (l *testLedger) Misbehaved() int   { return 0 }

func (l *testLedger) Submit(_ context.Context, raw []byte) error {
	l.submitted = append(l.submitted, raw)
	return l.refusal
}

func (l *testLedger) Outcome(_ context.Context, id proof.Hash, wait bool) (Outcome, bool, error) {
	l.waited = wait
	o := l.outcome
	o.ID = id
	return o, l.found || wait, l.lookup
}

func (l *testLedger) Receipt(context.Context, proof.Hash) (proof.Receipt, error) {
	return proof.Receipt{Envelope: testEnvelope(), Code: l.outcome.Code}, nil
}

func (l *testLedger) StateProof(_ context.Context, key []byte) (proof.StateProof, error) {
	return proof.StateProof{Key: key, Value: []byte("value")}, nil
}

func (l *testLedger) Trust() (proof.Trust, error) {
	set, err := proof.NewValidatorSet([]proof.Validator{{Key: proof.NewKey(testKey().Public().(ed25519.PublicKey)), Power: 1}})
	return proof.Trust{ChainID: l.ChainID(), Height: 1, Validators: set}, err
}

func (l *testLedger) LastBlock() (int64, proof.Hash, error) { return 41, proof.Hash{7}, nil }

func (l *testLedger) Rules() (Rules, error) {
	return Rules{Height: 42, Version: 1, Known: 1, Ahead: []Upgrade{{Version: 2, Height: 100}}}, nil
}

// testAccess is a store of people in a vault of its own.
func testAccess(t *testing.T) *auth.Access {
	t.Helper()
	return auth.NewAccess(testVault(t), time.Now)
}

func testVault(t *testing.T) *vault.Vault {
	t.Helper()
	key, _ := vault.NewKey()
	v, err := vault.Open(t.Context(), vault.Config{Dir: t.TempDir(), Key: key, Schemas: []vault.Schema{auth.Schema}, Logger: slog.New(slog.DiscardHandler)})
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

func testKey() ed25519.PrivateKey { return ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize)) }

// testEnvelope is one that can be decoded; its entry means nothing.
func testEnvelope() []byte {
	body := proof.Body{
		ChainID: "pedigree-test", ValidUntil: 1_800_003_600, Admission: []proof.Admission{{Org: "maker", KeyID: 1}},
		Entries: []proof.Entry{{Module: "note", Kind: "write", Message: []byte{0x80}}},
	}
	env := proof.Envelope{Body: body, BodyBytes: body.Encode()}
	env.Signatures = []proof.Signature{proof.Sign(testKey(), env.ID())}
	return env.Encode()
}

func testEntryID(t *testing.T) proof.Hash {
	t.Helper()
	env, err := proof.DecodeEnvelope(testEnvelope())
	if err != nil {
		t.Fatal(err)
	}
	return env.ID()
}

// serve starts a server with the ledger's routes and one route of a domain.
func serve(t *testing.T, c Config, l Ledger) *Server {
	t.Helper()
	c.Listen, c.Token = "127.0.0.1:0", testToken
	s, err := New(c)
	if err != nil {
		t.Fatal(err)
	}
	AddLedger(s, l)
	type noteIn struct {
		Body struct {
			Text string `json:"text" minLength:"1"`
		}
	}
	type noteOut struct{ Body struct{} }
	huma.Register(s.API, Guarded(huma.Operation{Method: http.MethodPost, Path: "/api/v1/notes", OperationID: "note", MaxBodyBytes: 1000}, auth.Act), func(context.Context, *noteIn) (*noteOut, error) {
		return &noteOut{}, nil
	})
	if err := s.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		http.DefaultClient.CloseIdleConnections() // a spare one that was never used holds the end up
		if err := s.Stop(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// ask sends one request with the owner's token; change may alter it.
func ask(t *testing.T, s *Server, method, path, body string, change func(*http.Request)) (*http.Response, []byte) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, "http://"+s.Addr()+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+testToken)
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	if change != nil {
		change(r)
	}
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	answer, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res, answer
}

// problemOf reads an error answer strictly.
func problemOf(t *testing.T, res *http.Response, body []byte) Problem {
	t.Helper()
	if got := res.Header.Get("Content-Type"); got != "application/problem+json" {
		t.Fatalf("an error of type %q: %s", got, body)
	}
	dec := json.NewDecoder(strings.NewReader(string(body)))
	dec.DisallowUnknownFields()
	var p Problem
	if err := dec.Decode(&p); err != nil {
		t.Fatalf("%v: %s", err, body)
	}
	if p.Status != res.StatusCode || p.Title != http.StatusText(p.Status) || p.Detail == "" || p.Type == "" {
		t.Fatalf("a problem of status %d says %+v", res.StatusCode, p)
	}
	return p
}
