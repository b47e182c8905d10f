package node

import (
	"context"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"pedigree/internal/engine"
	"pedigree/ledger"
	"pedigree/proof"
)

// The test module keeps one text per name. Its map borrows a prefix that no
// module of this chain uses.
var notes = ledger.Map[string, string]{Prefix: proof.PrefixRecord, Name: "note/text", Key: ledger.TextKey, Value: ledger.CBORValue[string]()}

type write struct {
	_    struct{} `cbor:",toarray"`
	Name string
	Text string
}

var codeEmpty = ledger.Code{Number: 900, Name: "note/empty", Kind: ledger.Invalid}

func (w *write) Validate() error { return nil }

func (w *write) Apply(b *ledger.Block, s ledger.State) error {
	if w.Text == "" {
		return codeEmpty.Errorf("a note needs a text")
	}
	if w.Name == "validator" { // the text is a consensus key, which gets the power 1
		var key proof.Key
		if err := key.UnmarshalText([]byte(w.Text)); err != nil {
			return codeEmpty.Errorf("no key: %v", err)
		}
		b.SetValidator(key, 1)
	}
	notes.Set(s, w.Name, w.Text)
	return b.Emit("written", w)
}

func noteModule() ledger.Module {
	return ledger.Module{Name: "note", Entries: []ledger.EntryKind{ledger.Entry[write]("write")}, Maps: []ledger.MapInfo{notes.Info()}, Codes: []ledger.Code{codeEmpty}}
}

func testKey(name string) ed25519.PrivateKey {
	seed := sha256.Sum256([]byte(name))
	return ed25519.NewKeyFromSeed(seed[:])
}

type oneMember struct{}

func (oneMember) AdmissionKey(_ *ledger.Block, _ ledger.State, a proof.Admission) (proof.Key, error) {
	if a.Org != "alone" {
		return proof.Key{}, ledger.CodeNotAdmitted.Errorf("there is no member %s", a.Org)
	}
	return proof.NewKey(testKey("alone").Public().(ed25519.PublicKey)), nil
}

// testHome founds a network of one in a new folder.
func testHome(t *testing.T) Config {
	t.Helper()
	dir := t.TempDir()
	_, key, err := engine.InitHome(dir)
	if err != nil {
		t.Fatal(err)
	}
	f := Founding{
		ChainID: "pedigree-node-test", Time: time.Now().UTC().Truncate(time.Second), Profile: engine.Single, Limits: ledger.DefaultParams(),
		Validators: []FoundingValidator{{Org: "alone", Key: proof.NewKey(key[:])}}, Modules: map[string]json.RawMessage{},
	}
	return Config{Home: dir, Founding: f, Modules: []ledger.Module{noteModule()}, Governor: oneMember{}}
}

func startNode(t *testing.T, c Config) *Node {
	t.Helper()
	n, err := Start(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func noteEnvelope(t *testing.T, chain, name, text string) proof.Envelope {
	t.Helper()
	message, err := ledger.EncodeMessage(&write{Name: name, Text: text})
	if err != nil {
		t.Fatal(err)
	}
	body := proof.Body{
		ChainID: chain, ValidUntil: uint64(time.Now().Unix()) + 3600, Admission: []proof.Admission{{Org: "alone", KeyID: 1}},
		Entries: []proof.Entry{{Module: "note", Kind: "write", Message: message}},
	}
	env := proof.Envelope{Body: body, BodyBytes: body.Encode()}
	env.Signatures = []proof.Signature{proof.Sign(testKey("alone"), env.ID())}
	return env
}

// commit submits an envelope and waits for its end.
func commit(t *testing.T, n *Node, env proof.Envelope) Outcome {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), testWait)
	defer cancel()
	if err := n.Submit(ctx, env.Encode()); err != nil {
		t.Fatal(err)
	}
	o, err := n.Wait(ctx, env.ID())
	for errors.Is(err, ErrUndecided) { // a slow machine: only ctx ends it
		o, err = n.Wait(ctx, env.ID())
	}
	if err != nil {
		t.Fatal(err)
	}
	return o
}

func TestAnEntryIsCommittedProvedAndThereAfterARestart(t *testing.T) {
	c := testHome(t)
	n := startNode(t, c)
	env := noteEnvelope(t, n.ChainID(), "greeting", "good morning")
	o := commit(t, n, env)
	if o.Code != 0 || o.Height == 0 {
		t.Fatalf("the entry ended as %+v", o)
	}
	checkEvidence(t, n, env, "good morning")
	trustBefore, err := n.Trust()
	if err != nil {
		t.Fatal(err)
	}
	if err := n.Stop(); err != nil {
		t.Fatal(err)
	}
	n = startNode(t, c)
	defer n.Stop()
	again, found, err := n.Lookup(env.ID())
	if err != nil || !found || again.Height != o.Height {
		t.Fatalf("after a restart: %+v, found %v, %v", again, found, err)
	}
	checkEvidence(t, n, env, "good morning")
	if trust, err := n.Trust(); err != nil || trust.Fingerprint() != trustBefore.Fingerprint() {
		t.Fatalf("what to trust changed with a restart: %v", err)
	}
}

// checkEvidence verifies receipt and state proof as a stranger would.
func checkEvidence(t *testing.T, n *Node, env proof.Envelope, text string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), testWait)
	defer cancel()
	trust, err := n.Trust()
	if err != nil {
		t.Fatal(err)
	}
	receipt, err := n.Receipt(ctx, env.ID())
	if err != nil {
		t.Fatal(err)
	}
	opened, err := proof.DecodeReceipt(receipt.Encode())
	if err != nil {
		t.Fatal(err)
	}
	report, err := opened.Verify(trust)
	if err != nil || report.Entry != env.ID() || report.Result.Code != 0 {
		t.Fatalf("the receipt says %+v, %v", report, err)
	}
	for _, key := range [][]byte{notes.RawKey("greeting"), notes.RawKey("nothing here")} {
		p, err := n.Prove(ctx, key)
		if err != nil {
			t.Fatal(err)
		}
		sp := proof.StateProof{Key: key, Value: p.Values[0], Path: p.Paths[0], Parts: p.Parts, Header: p.Header}
		if _, err := sp.Verify(trust); err != nil {
			t.Fatalf("state proof of %q: %v", key, err)
		}
	}
	err = n.Read(func(s ledger.State) error {
		if got, _ := notes.Get(s, "greeting"); got != text {
			return fmt.Errorf("the note reads %q", got)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestARefusalKeepsItsCode(t *testing.T) {
	n := startNode(t, testHome(t))
	defer n.Stop()
	o := commit(t, n, noteEnvelope(t, n.ChainID(), "empty", ""))
	if err := n.Refusal(o); ledger.CodeOf(err) != codeEmpty {
		t.Fatalf("the rule's refusal came back as %v", err)
	}
	for _, tc := range []struct {
		name   string
		change func(*proof.Envelope)
		want   ledger.Code
	}{
		{"for another chain", func(e *proof.Envelope) { e.Body.ChainID = "other" }, ledger.CodeWrongChain},
		{"expired", func(e *proof.Envelope) { e.Body.ValidUntil = uint64(time.Now().Unix()) - 60 }, ledger.CodeExpired},
		{"valid for too long", func(e *proof.Envelope) { e.Body.ValidUntil += 4 * 24 * 3600 }, ledger.CodeTooFarAhead},
		{"admitted by a stranger", func(e *proof.Envelope) { e.Body.Admission[0].Org = "stranger" }, ledger.CodeNotAdmitted},
	} {
		t.Run("an entry "+tc.name+" is refused before it waits", func(t *testing.T) {
			env := noteEnvelope(t, n.ChainID(), "x", "y")
			tc.change(&env)
			env.BodyBytes = env.Body.Encode()
			env.Signatures = []proof.Signature{proof.Sign(testKey("alone"), env.ID())}
			if err := n.Submit(t.Context(), env.Encode()); ledger.CodeOf(err) != tc.want {
				t.Fatalf("got %v, want %s", err, tc.want.Name)
			}
		})
	}
}

func TestBadEnvelopesAreRefusedWithWhatToDo(t *testing.T) {
	n := startNode(t, testHome(t))
	defer n.Stop()
	good := noteEnvelope(t, n.ChainID(), "x", "y")
	wrongKey := good
	wrongKey.Signatures = []proof.Signature{proof.Sign(testKey("somebody else"), good.ID())}
	for _, tc := range []struct {
		name string
		raw  []byte
		want ledger.Code
	}{
		{"signed by the wrong key", wrongKey.Encode(), ledger.CodeBadSignature},
		{"with trailing bytes", append(good.Encode(), 0), ledger.CodeMalformed},
		{"cut short", good.Encode()[:20], ledger.CodeMalformed},
		{"oversized", make([]byte, ledger.EnvelopeSizeMax+1), ledger.CodeTooLarge},
	} {
		t.Run("an envelope "+tc.name, func(t *testing.T) {
			if err := n.Submit(t.Context(), tc.raw); ledger.CodeOf(err) != tc.want {
				t.Fatalf("got %v, want %s", err, tc.want.Name)
			}
		})
	}
}

func TestAnEntrySubmittedTwiceIsDoneOnce(t *testing.T) {
	c := testHome(t)
	n := startNode(t, c)
	env := noteEnvelope(t, n.ChainID(), "once", "only")
	first := commit(t, n, env)
	if again := commit(t, n, env); again.Height != first.Height {
		t.Fatalf("committed at %d and at %d", first.Height, again.Height)
	}
	if err := n.Stop(); err != nil {
		t.Fatal(err)
	}
	n = startNode(t, c) // the engine's memory of what it saw is gone now
	defer n.Stop()
	if again := commit(t, n, env); again.Height != first.Height {
		t.Fatalf("after a restart committed at %d and at %d", first.Height, again.Height)
	}
}

func TestWaitingEndsWithItsContext(t *testing.T) {
	n := startNode(t, testHome(t))
	defer n.Stop()
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if _, err := n.Wait(ctx, proof.Hash{1}); !errors.Is(err, context.DeadlineExceeded) {
		t.Fatalf("waiting for nothing ended with %v", err)
	}
}

func TestFoundingFilesAreReadStrictly(t *testing.T) {
	for name, text := range map[string]string{
		"an unknown field": `{"chain_id":"x","time":"2026-11-22T00:00:00Z","surprise":1}`,
		"no validator":     `{"chain_id":"x","time":"2026-11-22T00:00:00Z"}`,
		"no chain":         `{"time":"2026-11-22T00:00:00Z"}`,
		"not JSON":         `chain`,
	} {
		if _, err := ParseFounding([]byte(text)); err == nil {
			t.Errorf("a founding file with %s was read", name)
		}
	}
	if _, err := ReadFounding(filepath.Join(t.TempDir(), "missing.json")); err == nil {
		t.Error("a missing founding file was read")
	}
}
