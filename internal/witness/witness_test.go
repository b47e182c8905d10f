package witness

import (
	"bytes"
	"crypto/ed25519"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"pedigree/proof"
)

func TestALogThatGrowsIsCosigned(t *testing.T) {
	c, dir := newTown(t), t.TempDir()
	c.add("story", 40)
	last := c.at(2, 3, 0, 1, 2)
	first := c.prove(last, last)
	w := open(t, c, dir)
	if w.From() != 0 {
		t.Errorf("a new witness asks from %d", w.From())
	}
	if _, err := w.Take(first); err != nil {
		t.Fatal(err)
	}
	for i, events := range []int{3, 4, 7, 8, 31, 40} {
		w = open(t, c, dir) // each time anew, as after a crash
		if w.From() != last.header.Signed.Header.Height {
			t.Fatalf("it asks from %d", w.From())
		}
		next := c.at(uint64(3+i), events, 1, 2, 3)
		note, err := w.Take(c.prove(last, next))
		if err != nil {
			t.Fatalf("%d events: %v", events, err)
		}
		got, by, err := Verify(note, []Verifier{w.Verifier()})
		want := Checkpoint{ChainID: "town", Events: uint64(events), Root: proof.TreeRoot(c.events[:events])}
		if diff := cmp.Diff(want, got); err != nil || diff != "" || len(by) != 1 || !by[0].At.Equal(testNow) {
			t.Errorf("%v, %v: %s", err, by, diff)
		}
		if kept, err := os.ReadFile(filepath.Join(dir, checkpointFile)); err != nil || !bytes.Equal(kept, note) {
			t.Errorf("the checkpoint kept is %q, %v", kept, err)
		}
		last = next
	}
}

// TestARewrittenHistoryIsFound lets three of four validators sign another history
// from some height on, with one event taken out.
func TestARewrittenHistoryIsFound(t *testing.T) {
	honest, dir := newTown(t), t.TempDir()
	honest.add("story", 20)
	w := open(t, honest, dir)
	saw := honest.at(7, 20, 0, 1, 2, 3)
	if _, err := w.Take(honest.prove(saw, saw)); err != nil {
		t.Fatal(err)
	}
	rewritten := newTown(t)
	rewritten.events = append(append([]proof.Hash{}, honest.events[:12]...), honest.events[13:]...)
	rewritten.add("another story", 10)
	other, later := rewritten.at(7, 19, 0, 1, 2), rewritten.at(8, 25, 0, 1, 2)
	_, err := w.Take(rewritten.prove(other, later))
	var fork *Fork
	if !errors.As(err, &fork) {
		t.Fatalf("a rewritten history gave %v", err)
	}
	if fork.Height != 7 || fork.First.Checkpoint.Events != 20 || fork.Second.Checkpoint.Events != 19 || len(fork.Both) != 3 {
		t.Errorf("the fork is %+v", fork)
	}
	raw, err := os.ReadFile(filepath.Join(dir, forkFile))
	if err != nil {
		t.Fatal(err)
	}
	again, err := ReadFork(raw, honest.trust())
	if diff := cmp.Diff(fork, again); err != nil || diff != "" {
		t.Errorf("%v: %s", err, diff)
	}
	for _, side := range []Side{fork.First, fork.Second} {
		if !strings.Contains(fork.Error(), side.Header.String()) || !strings.Contains(fork.Error(), side.Checkpoint.Root.String()) {
			t.Errorf("%q doesn't name %v", fork.Error(), side)
		}
	}
	if _, err := Open(w.config); !errors.Is(err, ErrForked) {
		t.Errorf("after a fork it opens with %v", err)
	}
	for name, raw := range map[string][]byte{
		"the same header twice":               evidence(saw, saw).Encode(),
		"headers of two heights":              evidence(saw, later).Encode(),
		"a header that too few signed":        evidence(saw, rewritten.at(7, 19, 0, 1)).Encode(),
		"a header with the roots of another":  evidence(saw, seen{saw.parts, other.header}).Encode(),
		"bytes that are no proof":             []byte("nothing"),
		"a proof that nothing was taken away": honest.prove(saw, saw),
	} {
		if _, err := ReadFork(raw, honest.trust()); !errors.Is(err, ErrNoFork) {
			t.Errorf("%s was taken for a fork: %v", name, err)
		}
	}
}

func TestWhatDoesntHoldIsNotCosignedAndNoFork(t *testing.T) {
	c := newTown(t)
	c.add("story", 20)
	saw, next := c.at(7, 10, 0, 1, 2), c.at(8, 20, 0, 1, 2)
	other := newTown(t)
	other.add("another story", 20)
	stranger := next
	stranger.header.Signed.Header.ChainID = "village"
	for name, raw := range map[string][]byte{
		"a log that doesn't begin with the earlier one": evidence(saw, other.at(8, 20, 0, 1, 2)).Encode(),
		"a log that has become shorter":                 evidence(saw, c.at(8, 9, 0, 1, 2)).Encode(),
		"a header that too few signed":                  c.prove(saw, c.at(8, 20, 0, 1)),
		"a proof that begins elsewhere":                 c.prove(c.at(6, 5, 0, 1, 2), next),
		"a first header that too few signed":            c.prove(other.at(7, 10, 0), next),
		"a header of another chain":                     c.prove(saw, stranger),
		"an earlier header":                             c.prove(saw, c.at(6, 10, 0, 1, 2)),
		"a proof that is cut off":                       c.prove(saw, next)[:100],
		"a proof that is too long":                      make([]byte, proofBytesMax+1),
		"a path with a hash changed":                    damaged(c.prove(saw, next)),
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			w := open(t, c, dir)
			if _, err := w.Take(c.prove(saw, saw)); err != nil {
				t.Fatal(err)
			}
			if note, err := w.Take(raw); !errors.Is(err, ErrProof) {
				t.Fatalf("it gave %q, %v", note, err)
			}
			if _, err := os.Lstat(filepath.Join(dir, forkFile)); err == nil {
				t.Error("it was taken for a fork")
			}
			if _, err := open(t, c, dir).Take(c.prove(saw, next)); err != nil {
				t.Errorf("the right proof after it gave %v", err)
			}
		})
	}
}

func damaged(raw []byte) []byte {
	raw[len(raw)-1] ^= 1
	return raw
}

func TestAWitnessThatForgotIsNotOpened(t *testing.T) {
	c, dir := newTown(t), t.TempDir()
	c.add("story", 3)
	saw := c.at(7, 3, 0, 1, 2)
	w := open(t, c, dir)
	if _, err := w.Take(c.prove(saw, saw)); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, lastFile), []byte("half"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(w.config); err == nil {
		t.Error("it opened without knowing what it saw")
	}
}

func TestACosignedCheckpointIsReadStrictly(t *testing.T) {
	_, key, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	v := Verifier{"witness.example/1", key.Public().(ed25519.PublicKey)}
	note := string(cosign(Checkpoint{ChainID: "town", Events: 5, Root: proof.EmptyTree()}, v, key, testNow))
	stranger := Verifier{"other.example", v.Key}
	text, sig, _ := strings.Cut(note, "\n\n")
	strangers := strings.SplitAfter(string(cosign(Checkpoint{ChainID: "town", Events: 5, Root: proof.EmptyTree()}, stranger, key, testNow)), "\n\n")[1]
	for _, tc := range []struct {
		name, note string
		by         []Verifier
		ok         bool
	}{
		{"as it is written", note, []Verifier{v}, true},
		{"with a line of somebody unknown", note + strangers, []Verifier{v}, true},
		{"by two witnesses", note + strangers, []Verifier{v, stranger}, true},
		{"by an unknown witness alone", note, []Verifier{stranger}, false},
		{"with another size", strings.Replace(note, "\n5\n", "\n6\n", 1), []Verifier{v}, false},
		{"with a size in another form", strings.Replace(note, "\n5\n", "\n05\n", 1), []Verifier{v}, false},
		{"of another chain", strings.Replace(note, "town", "tomn", 1), []Verifier{v}, false},
		{"of no ledger", strings.Replace(note, "pedigree/", "another/", 1), []Verifier{v}, false},
		{"with one line more", text + "\nmore\n\n" + sig, []Verifier{v}, false},
		{"without its signature", text + "\n\n", []Verifier{v}, false},
		{"without its end", strings.TrimSuffix(note, "\n"), []Verifier{v}, false},
		{"with as many lines as are read", note + strings.Repeat(strangers, signaturesMax-1), []Verifier{v}, true},
		{"with one more than are read", note + strings.Repeat(strangers, signaturesMax), []Verifier{v}, false},
		{"longer than it may be", note + strings.Repeat("x", checkpointBytesMax), []Verifier{v}, false},
		{"empty", "", []Verifier{v}, false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			_, by, err := Verify([]byte(tc.note), tc.by)
			if (err == nil) != tc.ok || tc.ok && len(by) == 0 {
				t.Errorf("%v, %v", by, err)
			}
		})
	}
}

func TestAKeysTextIsReadBack(t *testing.T) {
	c := newTown(t)
	v := open(t, c, t.TempDir()).Verifier()
	got, err := ParseVerifier(v.String())
	if diff := cmp.Diff(v, got); err != nil || diff != "" {
		t.Errorf("%v: %s", err, diff)
	}
	for _, bad := range []string{"", "a+b", v.String()[1:], strings.Replace(v.String(), "+", "+0", 1), v.String() + "A", strings.Replace(v.String(), "witness", "wit ness", 1)} {
		if _, err := ParseVerifier(bad); err == nil {
			t.Errorf("%q was read", bad)
		}
	}
	for name, ok := range map[string]bool{"a": true, strings.Repeat("a", nameBytesMax): true, strings.Repeat("a", nameBytesMax+1): false, "a b": false, "a+b": false, "": false, "a\xff": false} {
		if err := checkName(name); (err == nil) != ok {
			t.Errorf("%q: %v", name, err)
		}
	}
}

// TestTheCosignatureIsThatOfTheStandard holds the bytes against ones put together by
// hand after c2sp.org/tlog-cosignature and c2sp.org/signed-note.
func TestTheCosignatureIsThatOfTheStandard(t *testing.T) {
	key := ed25519.NewKeyFromSeed(bytes.Repeat([]byte{7}, 32))
	v := Verifier{"w.example", key.Public().(ed25519.PublicKey)}
	c := Checkpoint{ChainID: "town", Events: 1, Root: proof.Hash{}}
	if want := "pedigree/town\n1\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n"; c.Text() != want {
		t.Errorf("the body is %q", c.Text())
	}
	if got, want := string(cosigned(c.Text(), 1_700_000_000)), "cosignature/v1\ntime 1700000000\n"+c.Text(); got != want {
		t.Errorf("what is signed is %q", got)
	}
	note := cosign(c, v, key, time.Unix(1_700_000_000, 0))
	if !bytes.HasPrefix(note, []byte(c.Text()+"\n\xe2\x80\x94 w.example ")) {
		t.Errorf("the note is %q", note)
	}
}

func FuzzVerify(f *testing.F) {
	key := ed25519.NewKeyFromSeed(bytes.Repeat([]byte{7}, 32))
	v := Verifier{"w.example", key.Public().(ed25519.PublicKey)}
	note := cosign(Checkpoint{ChainID: "town", Events: 1}, v, key, testNow)
	f.Add(note)
	f.Add([]byte("a\n\n"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		c, _, err := Verify(raw, []Verifier{v})
		if err == nil && !bytes.HasPrefix(raw, []byte(c.Text()+"\n")) {
			t.Fatalf("%q was read as %+v", raw, c)
		}
	})
}

func ExampleVerify() {
	key := ed25519.NewKeyFromSeed(bytes.Repeat([]byte{7}, 32))
	known := Verifier{Name: "witness.example/1", Key: key.Public().(ed25519.PublicKey)}
	note := cosign(Checkpoint{ChainID: "pedigree-pilot", Events: 1234}, known, key, time.Unix(1_790_000_000, 0))
	c, by, err := Verify(note, []Verifier{known})
	fmt.Println(c.ChainID, c.Events, by[0].Name, by[0].At.Format(time.DateOnly), err)
	// Output: pedigree-pilot 1234 witness.example/1 2026-09-21 <nil>
}
