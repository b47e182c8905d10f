package statetree

import (
	"context"
	"crypto/sha256"
	"fmt"
	"testing"

	"pedigree/internal/store/kv"
	"pedigree/internal/store/storetest"
	"pedigree/proof"

	"github.com/cockroachdb/pebble/v2/vfs"
)

// harness is a tree on a memory store and the plain map that it must agree with.
type harness struct {
	db    *kv.DB
	rows  *kv.View
	tree  *Tree
	model map[proof.Hash]proof.Hash // path to value hash
}

// fataler is what *testing.T and *rapid.T share.
type fataler interface {
	Helper()
	Fatalf(format string, args ...any)
}

func newHarness(t fataler) *harness {
	t.Helper()
	db, err := kv.Open("store", kv.Options{FS: vfs.NewMem(), MemTableBytes: 1 << 20, CacheBytes: 8 << 20})
	if err != nil {
		t.Fatalf("open: %v", err)
	}
	h := &harness{db: db, rows: db.View(kv.LedgerStateTree), model: map[proof.Hash]proof.Hash{}}
	h.reopen(t)
	return h
}

func (h *harness) reopen(t fataler) {
	t.Helper()
	tree, err := Open(h.rows, 0)
	if err != nil {
		t.Fatalf("open the tree: %v", err)
	}
	h.tree = tree
}

// step changes tree and model, and compares them.
func (h *harness) step(t fataler, changes []Change) {
	t.Helper()
	b := h.rows.NewBatch()
	root, count, err := h.tree.Stage(h.rows, b, changes)
	if err != nil {
		t.Fatalf("stage: %v", err)
	}
	if err := b.Commit(false); err != nil {
		t.Fatalf("commit: %v", err)
	}
	h.tree.Commit()
	for _, c := range changes {
		before, had := h.model[c.Path]
		different := had == c.Delete && (had || !c.Delete) || had && !c.Delete && before != c.Value
		if c.Effective != different {
			t.Fatalf("change of %s: effective is %v, want %v", c.Path, c.Effective, different)
		}
		if c.Delete {
			delete(h.model, c.Path)
		} else {
			h.model[c.Path] = c.Value
		}
	}
	if want := h.root(); root != want || h.tree.Root() != want {
		t.Fatalf("after %d changes the root is %s, the plain one is %s", len(changes), root, want)
	}
	if count != uint64(len(h.model)) || h.tree.Count() != count {
		t.Fatalf("the tree counts %d keys, there are %d", count, len(h.model))
	}
}

func (h *harness) root() proof.Hash {
	leaves := make(map[proof.Hash]proof.Hash, len(h.model))
	for path, value := range h.model {
		leaves[path] = proof.StateLeafHash(path, value)
	}
	return storetest.LeavesRoot(leaves)
}

// check runs Check and compares its answer with the model's.
func (h *harness) check(t fataler) {
	t.Helper()
	root, count, err := Check(context.Background(), h.rows)
	if err != nil {
		t.Fatalf("check: %v", err)
	}
	if root != h.root() || count != uint64(len(h.model)) {
		t.Fatalf("check finds root %s and %d keys, want %s and %d", root, count, h.root(), len(h.model))
	}
}

// rowCount counts the rows of a kind.
func (h *harness) rowCount(t fataler, kind byte) (n int) {
	t.Helper()
	it, err := h.rows.NewIter([]byte{kind}, []byte{kind + 1})
	if err != nil {
		t.Fatalf("iterate: %v", err)
	}
	defer it.Close()
	for more := it.First(); more; more = it.Next() {
		n++
	}
	return n
}

func hashOf(format string, args ...any) proof.Hash {
	return sha256.Sum256([]byte(fmt.Sprintf(format, args...)))
}

// put sets paths to the hash of a text.
func put(value string, paths ...proof.Hash) []Change {
	var list []Change
	for _, p := range paths {
		list = append(list, Change{Path: p, Value: hashOf("%s", value)})
	}
	return list
}

// drop deletes paths.
func drop(paths ...proof.Hash) []Change {
	var list []Change
	for _, p := range paths {
		list = append(list, Change{Path: p, Delete: true})
	}
	return list
}

// fold leads a leaf's hash up to a root.
func fold(path, h proof.Hash, siblings []proof.Hash) proof.Hash {
	for i, s := range siblings {
		if bit(&path, len(siblings)-1-i) {
			h = proof.StateInnerHash(s, h)
		} else {
			h = proof.StateInnerHash(h, s)
		}
	}
	return h
}

// prove checks what Prove says about a path against the model.
func (h *harness) prove(t fataler, path proof.Hash) {
	t.Helper()
	p, err := Prove(h.rows, path)
	if err != nil {
		t.Fatalf("prove %s: %v", path, err)
	}
	value, present := h.model[path]
	if p.Present != present || present && p.Value != value {
		t.Fatalf("prove %s: present %v with %s, want %v with %s", path, p.Present, p.Value, present, value)
	}
	var leaf proof.Hash
	switch {
	case present:
		leaf = proof.StateLeafHash(path, value)
	case p.Path.Other:
		if p.Path.OtherPath == path {
			t.Fatalf("prove %s: the other leaf is its own", path)
		}
		leaf = proof.StateLeafHash(p.Path.OtherPath, p.Path.OtherValue)
		for i := range p.Path.Siblings {
			if bit(&path, i) != bit(&p.Path.OtherPath, i) {
				t.Fatalf("prove %s: the other leaf %s isn't on its way", path, p.Path.OtherPath)
			}
		}
	}
	if got := fold(path, leaf, p.Path.Siblings); got != h.root() {
		t.Fatalf("prove %s: leads to %s, the root is %s", path, got, h.root())
	}
}

func failOnError(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
