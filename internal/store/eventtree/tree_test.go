package eventtree

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"pedigree/internal/store/kv"
	"pedigree/internal/store/storetest"
	"pedigree/proof"

	"github.com/cockroachdb/pebble/v2/vfs"
	logproof "github.com/transparency-dev/merkle/proof"
	"github.com/transparency-dev/merkle/rfc6962"
	"pgregory.net/rapid"
)

type fataler interface {
	Helper()
	Fatalf(format string, args ...any)
}

// harness is a tree on a memory store and the plain list it must agree with.
type harness struct {
	db            *kv.DB
	events, tiles *kv.View
	tree          *Tree
	list          [][]byte
}

func newHarness(t fataler) *harness {
	t.Helper()
	db, err := kv.Open("store", kv.Options{FS: vfs.NewMem(), MemTableBytes: 1 << 20, CacheBytes: 8 << 20})
	if err != nil {
		t.Fatalf("open: %v", err)
	}
	h := &harness{db: db, events: db.View(kv.LedgerEvents), tiles: db.View(kv.LedgerEventTree)}
	h.reopen(t)
	return h
}

func (h *harness) reopen(t fataler) {
	t.Helper()
	tree, err := Open(h.tiles, uint64(len(h.list)))
	if err != nil {
		t.Fatalf("open the tree: %v", err)
	}
	h.tree = tree
}

func (h *harness) add(t fataler, events ...[]byte) {
	t.Helper()
	b := h.events.NewBatch()
	root, count, err := h.tree.Stage(b, b.For(kv.LedgerEventTree), events)
	if err != nil {
		t.Fatalf("stage: %v", err)
	}
	if err := b.Commit(false); err != nil {
		t.Fatalf("commit: %v", err)
	}
	h.tree.Commit()
	h.list = append(h.list, events...)
	is, err := h.tree.Root()
	if want := storetest.EventRoot(h.list); err != nil || root != want || is != want || count != uint64(len(h.list)) {
		t.Fatalf("%d events: root %s, count %d, %v; the plain root is %s", len(h.list), root, count, err, want)
	}
}

func texts(from, n int) (list [][]byte) {
	for i := range n {
		list = append(list, fmt.Appendf(nil, "event %d", from+i))
	}
	return list
}

func raw(hashes []proof.Hash) (list [][]byte) {
	for i := range hashes {
		list = append(list, hashes[i][:])
	}
	return list
}

func (h *harness) included(t fataler, number, size uint64) {
	t.Helper()
	path, err := Inclusion(h.tiles, number, size)
	if err != nil {
		t.Fatalf("inclusion of %d in %d: %v", number, size, err)
	}
	root := storetest.EventRoot(h.list[:size])
	leaf := rfc6962.DefaultHasher.HashLeaf(h.list[number])
	if err := logproof.VerifyInclusion(rfc6962.DefaultHasher, number, size, leaf, raw(path), root[:]); err != nil {
		t.Fatalf("inclusion of %d in %d: %v", number, size, err)
	}
}

func (h *harness) consistent(t fataler, older, newer uint64) {
	t.Helper()
	path, err := Consistency(h.tiles, older, newer)
	if err != nil {
		t.Fatalf("consistency of %d and %d: %v", older, newer, err)
	}
	a, b := storetest.EventRoot(h.list[:older]), storetest.EventRoot(h.list[:newer])
	if err := logproof.VerifyConsistency(rfc6962.DefaultHasher, older, newer, raw(path), a[:], b[:]); err != nil {
		t.Fatalf("consistency of %d and %d: %v", older, newer, err)
	}
}

// ranged proves n events, or as many as there are, and holds the root against the
// plain one.
func (h *harness) ranged(t fataler, first, n, size uint64) {
	t.Helper()
	n = min(n, size-first)
	path, err := Range(h.tiles, first, n, size)
	if err != nil {
		t.Fatalf("%d events from %d of %d: %v", n, first, size, err)
	}
	var leaves []proof.Hash
	for _, e := range h.list[first : first+n] {
		leaves = append(leaves, proof.TreeLeaf(e))
	}
	if root, err := proof.RangeRoot(leaves, first, size, path); err != nil || root != storetest.EventRoot(h.list[:size]) {
		t.Fatalf("%d events from %d of %d lead to %s, %v", n, first, size, root, err)
	}
}

func TestTreeAgreesWithThePlainOneInBlocksOfAnySize(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		h := newHarness(t)
		defer h.db.Close()
		for range rapid.IntRange(1, 8).Draw(t, "blocks") {
			h.add(t, texts(len(h.list), rapid.SampledFrom([]int{0, 1, 2, 15, 16, 17, 40, 300}).Draw(t, "events"))...)
			if rapid.Bool().Draw(t, "reopen") {
				h.reopen(t)
			}
		}
		if size := uint64(len(h.list)); size > 0 {
			s := rapid.Uint64Range(1, size).Draw(t, "size")
			h.included(t, rapid.Uint64Range(0, s-1).Draw(t, "number"), s)
			h.consistent(t, rapid.Uint64Range(0, s).Draw(t, "older"), s)
		}
		root, err := Check(context.Background(), h.events, h.tiles, uint64(len(h.list)))
		if err != nil || root != storetest.EventRoot(h.list) {
			t.Fatalf("check gives %s and %v", root, err)
		}
	})
}

func TestEveryEventAndEverySizeIsProved(t *testing.T) {
	h := newHarness(t)
	defer h.db.Close()
	for range 70 {
		h.add(t, texts(len(h.list), 1)...)
	}
	for size := uint64(0); size <= 70; size++ {
		for number := range size {
			h.included(t, number, size)
		}
		for older := uint64(0); older <= size; older++ {
			h.consistent(t, older, size)
		}
		for first := range size {
			h.ranged(t, first, 1+first%5, size)
			h.ranged(t, first, size-first, size)
		}
		if root, err := RootAt(h.tiles, size); err != nil || root != storetest.EventRoot(h.list[:size]) {
			t.Fatalf("root at %d: %s, %v", size, root, err)
		}
	}
}

func TestWhatIsNotThereIsNotProved(t *testing.T) {
	h := newHarness(t)
	defer h.db.Close()
	h.add(t, texts(0, 5)...)
	if _, err := Inclusion(h.tiles, 5, 5); !errors.Is(err, ErrRange) {
		t.Errorf("event 5 of 5 gives %v", err)
	}
	for _, r := range [][3]uint64{{0, 0, 5}, {0, 6, 5}, {5, 1, 5}, {1<<64 - 1, 2, 5}} {
		if _, err := Range(h.tiles, r[0], r[1], r[2]); !errors.Is(err, ErrRange) {
			t.Errorf("%d events from %d of %d give %v", r[1], r[0], r[2], err)
		}
	}
	if _, err := Consistency(h.tiles, 6, 5); !errors.Is(err, ErrRange) {
		t.Errorf("6 before 5 gives %v", err)
	}
	if _, err := Inclusion(h.tiles, 20, 40); !errors.Is(err, ErrCorrupt) {
		t.Errorf("a size that the tiles don't have gives %v", err)
	}
}

func TestEventsAreReadByNumber(t *testing.T) {
	h := newHarness(t)
	defer h.db.Close()
	h.add(t, []byte("a"), nil, []byte("c"))
	for _, tc := range []struct {
		from uint64
		n    int
		want string
	}{{0, 0, "[]"}, {0, 2, "[a ]"}, {1, 9, "[ c]"}, {3, 1, "[]"}, {0, -1, "[]"}} {
		list, err := Read(h.events, tc.from, tc.n)
		if got := fmt.Sprintf("%s", list); err != nil || got != tc.want {
			t.Errorf("%d events from %d: %s and %v, want %s", tc.n, tc.from, got, err, tc.want)
		}
	}
}

func TestStagedEventsAreGoneAfterDiscard(t *testing.T) {
	h := newHarness(t)
	defer h.db.Close()
	h.add(t, texts(0, 21)...)
	b := h.events.NewBatch()
	if _, _, err := h.tree.Stage(b, b.For(kv.LedgerEventTree), texts(500, 30)); err != nil {
		t.Fatal(err)
	}
	if _, _, err := h.tree.Stage(b, b.For(kv.LedgerEventTree), nil); !errors.Is(err, errStaged) {
		t.Fatalf("staging twice gives %v", err)
	}
	h.tree.Discard()
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
	h.add(t, texts(21, 30)...)
}

func TestDamageIsFound(t *testing.T) {
	for name, tc := range map[string]struct {
		damage func(events, tiles *kv.Batch) error
		want   string
	}{
		"an event is another":       {func(e, _ *kv.Batch) error { return e.Set(eventKey(7), []byte("x")) }, "tile 0 of group 0"},
		"an event is missing":       {func(e, _ *kv.Batch) error { return e.Delete(eventKey(7)) }, "event 8 stands where event 7"},
		"the last event is missing": {func(e, _ *kv.Batch) error { return e.Delete(eventKey(299)) }, "299 events are stored where 300"},
		"an event is too many":      {func(e, _ *kv.Batch) error { return e.Set(eventKey(300), nil) }, "event 300 stands where"},
		"an event's key is cut":     {func(e, _ *kv.Batch) error { return e.Set([]byte{1}, nil) }, "isn't the key of an event"},
		"a tile is missing":         {func(_, t *kv.Batch) error { return t.Delete(tileID{1, 0}.key()) }, "tile 0 of group 1"},
		"a tile is too many":        {func(_, t *kv.Batch) error { return t.Set(tileID{0, 99}.key(), make([]byte, 32)) }, "tile 99 of group 0 lies past"},
		"a tile's key is cut":       {func(_, t *kv.Batch) error { return t.Set([]byte{1}, nil) }, "isn't the key of a tile"},
		"the last tile is short":    {func(_, t *kv.Batch) error { return t.Set(tileID{0, 18}.key(), make([]byte, 32)) }, "tile 18 of group 0"},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHarness(t)
			defer h.db.Close()
			h.add(t, texts(0, 300)...)
			b := h.events.NewBatch()
			if err := errors.Join(tc.damage(b, b.For(kv.LedgerEventTree)), b.Commit(false)); err != nil {
				t.Fatal(err)
			}
			_, err := Check(context.Background(), h.events, h.tiles, 300)
			if !errors.Is(err, ErrCorrupt) || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("got %v, want it to say %q", err, tc.want)
			}
		})
	}
}

func FuzzDecodeTile(f *testing.F) {
	f.Add(tileID{2, 77}.key(), make([]byte, tileHashes*proof.HashSize), 3)
	f.Add([]byte{groupsMax}, make([]byte, (tileHashes+1)*proof.HashSize), 0)
	f.Fuzz(func(t *testing.T, key, value []byte, need int) {
		if id, err := decodeTileKey(key); err == nil && string(id.key()) != string(key) {
			t.Errorf("key %x is read as %s", key, id)
		}
		hashes, err := decodeTile(tileID{}, value, need)
		if err == nil && (string(encodeTile(hashes)) != string(value) || len(hashes) < need || len(hashes) > tileHashes) {
			t.Errorf("%x is read as %d hashes where %d are needed", value, len(hashes), need)
		}
	})
}
