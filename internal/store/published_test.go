package store

import (
	"encoding/hex"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"pedigree/ledger"
	"pedigree/proof"

	"github.com/google/go-cmp/cmp"
)

// hexBytes is a byte string written in hexadecimal.
type hexBytes []byte

func (h *hexBytes) UnmarshalText(text []byte) (err error) {
	*h, err = hex.DecodeString(string(text))
	return err
}

func (h hexBytes) hash() proof.Hash { return proof.Hash(h) }

func published(t *testing.T, name string, into any) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", "docs", "internals", "vectors", name))
	failOnError(t, err)
	failOnError(t, json.Unmarshal(text, into))
}

func TestStateTreesAndPathsAreThePublishedOnes(t *testing.T) {
	var vectors struct {
		Trees []struct {
			Root    hexBytes
			Entries []struct{ Key, Value hexBytes }
			Paths   []struct{ Key, Value, Path hexBytes }
		}
	}
	published(t, "state.json", &vectors)
	paths := 0
	for _, tree := range vectors.Trees {
		h := newHarness(t)
		writes := map[string]ledger.Write{}
		for _, e := range tree.Entries {
			writes[string(e.Key)] = ledger.Write{Key: e.Key, Value: e.Value}
		}
		h.block(t, ledger.Changes{Writes: sorted(writes)})
		if got := h.store.Parts().StateRoot; got != tree.Root.hash() {
			t.Errorf("%d keys give root %s, published is %x", len(tree.Entries), got, tree.Root)
		}
		for _, p := range tree.Paths {
			got, err := h.store.ProveState(p.Key)
			failOnError(t, err)
			if diff := cmp.Diff([]byte(p.Path), got.Path.Append(nil)); diff != "" || got.Found != (p.Value != nil) {
				t.Errorf("%d keys, path of %q (-published +ours):\n%s", len(tree.Entries), p.Key, diff)
			}
			paths++
		}
		h.close(t)
	}
	if paths == 0 {
		t.Error("no path is published")
	}
}

func TestEventTreesAndPathsAreThePublishedOnes(t *testing.T) {
	type path []hexBytes
	var vectors struct {
		Items     []hexBytes
		Roots     []hexBytes
		Inclusion []struct {
			Index, Size uint64
			Path        path
		}
		Consistency []struct {
			From, To uint64
			Path     path
		}
	}
	published(t, "trees.json", &vectors)
	h := newHarness(t)
	defer h.close(t)
	var ch ledger.Changes
	for _, item := range vectors.Items {
		ch.Events = append(ch.Events, item)
	}
	h.block(t, ch)
	v, err := h.store.View()
	failOnError(t, err)
	defer v.Close()
	for size, root := range vectors.Roots {
		got, err := v.EventRootAt(uint64(size))
		failOnError(t, err)
		if got != root.hash() {
			t.Errorf("%d events give root %s, published is %x", size, got, root)
		}
	}
	same := func(what string, a, b uint64, want path, got []proof.Hash) {
		var hashes []proof.Hash
		for _, h := range want {
			hashes = append(hashes, h.hash())
		}
		if len(got) == 0 {
			got = nil
		}
		if diff := cmp.Diff(hashes, got); diff != "" {
			t.Errorf("%s of %d and %d (-published +ours):\n%s", what, a, b, diff)
		}
	}
	for _, i := range vectors.Inclusion {
		got, err := v.proveEvent(i.Index, At{Parts: proof.AppHashParts{EventCount: i.Size, EventRoot: vectors.Roots[i.Size].hash()}})
		failOnError(t, err)
		same("inclusion", i.Index, i.Size, i.Path, got.Hashes)
	}
	for _, c := range vectors.Consistency {
		got, err := v.ProveConsistency(c.From, c.To)
		failOnError(t, err)
		same("consistency", c.From, c.To, c.Path, got)
	}
}
