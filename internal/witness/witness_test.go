package witness

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

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
		got, by, err := proof.OpenNote(note, []proof.WitnessKey{w.Key()})
		want := proof.Checkpoint{ChainID: "town", Events: uint64(events), Root: proof.TreeRoot(c.events[:events])}
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
	if got := contradicting(fork); fork.Proof.First.Parts.EventCount != 20 || fork.Proof.Second.Parts.EventCount != 19 || got != 3 {
		t.Errorf("the fork is %+v, and %d signed both", fork, got)
	}
	raw, err := os.ReadFile(filepath.Join(dir, forkFile))
	if err != nil {
		t.Fatal(err)
	}
	again, err := ReadFork(raw, honest.trust())
	if diff := cmp.Diff(fork, again); err != nil || diff != "" {
		t.Errorf("%v: %s", err, diff)
	}
	for _, side := range []proof.ForkSide{fork.Proof.First, fork.Proof.Second} {
		if !strings.Contains(fork.Error(), side.Header.Signed.Header.Hash().String()) || !strings.Contains(fork.Error(), side.Parts.EventRoot.String()) {
			t.Errorf("%q doesn't name %v", fork.Error(), side)
		}
	}
	if _, err := Open(w.config); !errors.Is(err, ErrForked) {
		t.Errorf("after a fork it opens with %v", err)
	}
	for name, raw := range map[string][]byte{
		"the same header twice":               sides(saw, saw),
		"headers of two heights":              sides(saw, later),
		"a header that too few signed":        sides(saw, rewritten.at(7, 19, 0, 1)),
		"a header with the roots of another":  sides(saw, seen{saw.parts, other.header}),
		"bytes that are no proof":             []byte("nothing"),
		"a proof that nothing was taken away": honest.prove(saw, saw),
	} {
		if _, err := ReadFork(raw, honest.trust()); !errors.Is(err, proof.ErrNoFork) {
			t.Errorf("%s was taken for a fork: %v", name, err)
		}
	}
}

// sides is a file that says that two headers make a fork.
func sides(a, b seen) []byte {
	return proof.Fork{First: a.side(), Second: b.side()}.Encode()
}

// unproved leads from one header to another without a path.
func unproved(from, to seen) []byte {
	return proof.ConsistencyProof{OldParts: from.parts, OldHeader: from.header, NewParts: to.parts, NewHeader: to.header}.Encode()
}

func contradicting(f *Fork) (n int) {
	for _, s := range f.Report.Signers {
		if s.Contradicts {
			n++
		}
	}
	return n
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
		"a log that doesn't begin with the earlier one": unproved(saw, other.at(8, 20, 0, 1, 2)),
		"a log that has become shorter":                 unproved(saw, c.at(8, 9, 0, 1, 2)),
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
