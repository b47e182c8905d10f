package expiryset

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"pedigree/internal/store/kv"
	"pedigree/internal/store/storetest"
	"pedigree/ledger"
	"pedigree/proof"

	"github.com/cockroachdb/pebble/v2/vfs"
	"pgregory.net/rapid"
)

type fataler interface {
	Helper()
	Fatalf(format string, args ...any)
}

type harness struct {
	db            *kv.DB
	items, chains *kv.View
	sets          *Sets
	model         *storetest.Model
}

func newHarness(t fataler) *harness {
	t.Helper()
	db, err := kv.Open("store", kv.Options{FS: vfs.NewMem(), MemTableBytes: 1 << 20, CacheBytes: 8 << 20})
	if err != nil {
		t.Fatalf("open: %v", err)
	}
	h := &harness{db: db, items: db.View(kv.LedgerSets), chains: db.View(kv.LedgerSetChains), model: storetest.NewModel()}
	h.reopen(t)
	return h
}

func (h *harness) reopen(t fataler) {
	t.Helper()
	sets, err := Open(h.chains)
	if err != nil {
		t.Fatalf("open the sets: %v", err)
	}
	h.sets = sets
}

func (h *harness) step(t fataler, adds []ledger.SetItem, drops []ledger.SetDrop) {
	t.Helper()
	b := h.items.NewBatch()
	root, err := h.sets.Stage(b, b.For(kv.LedgerSetChains), adds, drops)
	if err != nil {
		t.Fatalf("stage: %v", err)
	}
	if err := b.Commit(false); err != nil {
		t.Fatalf("commit: %v", err)
	}
	h.sets.Commit()
	h.model.Apply(ledger.Changes{SetAdds: adds, SetDrops: drops})
	if want := storetest.SetRoot(h.model.Sets); root != want || h.sets.Root() != want {
		t.Fatalf("the set root is %s, the plain one %s", root, want)
	}
}

func item(i int) proof.Hash { return proof.Hash{byte(i), byte(i >> 8), 1} }

func TestSetsAgreeWithThePlainOnes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		h := newHarness(t)
		defer h.db.Close()
		next := 0
		for range rapid.IntRange(1, 8).Draw(t, "blocks") {
			var adds []ledger.SetItem
			for range rapid.IntRange(0, 20).Draw(t, "adds") {
				next++
				set := rapid.SampledFrom([]byte{0, 1, 255}).Draw(t, "set")
				bucket := rapid.SampledFrom([]uint64{0, 1, 2, 3, 1<<64 - 1}).Draw(t, "bucket")
				adds = append(adds, ledger.SetItem{Set: set, Bucket: bucket, Item: item(next)})
			}
			var drops []ledger.SetDrop
			for range rapid.IntRange(0, 2).Draw(t, "drops") {
				set := rapid.SampledFrom([]byte{0, 1, 255}).Draw(t, "set")
				drops = append(drops, ledger.SetDrop{Set: set, Before: rapid.Uint64Range(0, 4).Draw(t, "before")})
			}
			h.step(t, adds, drops)
			if rapid.Bool().Draw(t, "reopen") {
				h.reopen(t)
			}
		}
		held := uint64(0)
		for b, list := range h.model.Sets {
			for _, i := range list {
				if has, err := Has(h.items, b.Set, b.Number, i); err != nil || !has {
					t.Fatalf("item %s of bucket %d of set %d: %v, %v", i, b.Number, b.Set, has, err)
				}
				held++
			}
			if has, err := Has(h.items, b.Set, b.Number, item(0)); err != nil || has {
				t.Fatalf("an item that never joined: %v, %v", has, err)
			}
		}
		root, count, err := Check(context.Background(), h.items, h.chains)
		if err != nil || root != h.sets.Root() || count != held {
			t.Fatalf("check gives %s, %d items and %v; want %s and %d", root, count, err, h.sets.Root(), held)
		}
	})
}

func TestDroppedItemsAreForgottenAndTheirBucketStartsAnew(t *testing.T) {
	h := newHarness(t)
	defer h.db.Close()
	add := []ledger.SetItem{{Set: 1, Bucket: 5, Item: item(1)}, {Set: 1, Bucket: 6, Item: item(1)}}
	h.step(t, add, nil)
	h.step(t, nil, []ledger.SetDrop{{Set: 1, Before: 6}})
	for bucket, want := range map[uint64]bool{5: false, 6: true} {
		if has, err := Has(h.items, 1, bucket, item(1)); err != nil || has != want {
			t.Errorf("bucket %d: %v and %v, want %v", bucket, has, err, want)
		}
	}
	h.step(t, add[:1], nil)
}

func TestDropOfNothingWritesNothing(t *testing.T) {
	h := newHarness(t)
	defer h.db.Close()
	h.step(t, []ledger.SetItem{{Set: 1, Bucket: 5, Item: item(1)}, {Set: 2, Bucket: 1, Item: item(1)}}, nil)
	b := h.items.NewBatch()
	defer b.Close()
	before := b.Len()
	if _, err := h.sets.Stage(b, b, nil, []ledger.SetDrop{{Set: 1, Before: 5}, {Set: 3, Before: 9}}); err != nil {
		t.Fatal(err)
	}
	if b.Len() != before {
		t.Errorf("the batch grew by %d bytes", b.Len()-before)
	}
}

func TestAnItemThatJoinsTwiceInOneBlockIsRefused(t *testing.T) {
	h := newHarness(t)
	defer h.db.Close()
	b := h.items.NewBatch()
	defer b.Close()
	one := ledger.SetItem{Set: 1, Bucket: 5, Item: item(1)}
	if _, err := h.sets.Stage(b, b, []ledger.SetItem{one, one}, nil); !errors.Is(err, errTwice) {
		t.Errorf("got %v, want %v", err, errTwice)
	}
}

func TestBucketsAreLimited(t *testing.T) {
	h := newHarness(t)
	defer h.db.Close()
	var adds []ledger.SetItem
	for i := range uint64(BucketsMax) {
		adds = append(adds, ledger.SetItem{Set: 1, Bucket: i, Item: item(1)})
	}
	h.step(t, adds, nil)
	b := h.items.NewBatch()
	defer b.Close()
	more := []ledger.SetItem{{Set: 2, Bucket: 0, Item: item(1)}}
	if _, err := h.sets.Stage(b, b, more, nil); !errors.Is(err, errBuckets) {
		t.Errorf("bucket %d gives %v, want %v", BucketsMax+1, err, errBuckets)
	}
	h.step(t, nil, []ledger.SetDrop{{Set: 1, Before: 1}})
	h.step(t, more, nil)
}

func TestStagedItemsAreGoneAfterDiscard(t *testing.T) {
	h := newHarness(t)
	defer h.db.Close()
	b := h.items.NewBatch()
	if _, err := h.sets.Stage(b, b.For(kv.LedgerSetChains), []ledger.SetItem{{Item: item(1)}}, nil); err != nil {
		t.Fatal(err)
	}
	if _, err := h.sets.Stage(b, b, nil, nil); !errors.Is(err, errStaged) {
		t.Fatalf("staging twice gives %v", err)
	}
	h.sets.Discard()
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
	h.step(t, []ledger.SetItem{{Item: item(2)}}, nil)
}

func TestDamageIsFound(t *testing.T) {
	for name, tc := range map[string]struct {
		damage func(items, chains *kv.Batch) error
		want   string
	}{
		"an item is another": {func(i, _ *kv.Batch) error {
			return errors.Join(i.Delete(itemKey(1, 5, item(3))), i.Set(itemKey(1, 5, item(99)), make([]byte, 8)))
		}, "same place 0"},
		"an item is missing":        {func(i, _ *kv.Batch) error { return i.Delete(itemKey(1, 5, item(3))) }, "place 3 is missing"},
		"an item stands nowhere":    {func(i, _ *kv.Batch) error { return i.Set(itemKey(1, 9, item(3)), make([]byte, 8)) }, "11 items are stored where"},
		"an item's place is past":   {func(i, _ *kv.Batch) error { return i.Set(itemKey(1, 5, item(3)), []byte{1, 0, 0, 0, 0, 0, 0, 0}) }, "where 10 are counted"},
		"an item's row is cut":      {func(i, _ *kv.Batch) error { return i.Set(itemKey(1, 5, item(3)), nil) }, "has 0 bytes"},
		"two items change places":   {func(i, _ *kv.Batch) error { return swap(i, 3, 4) }, "its items give"},
		"a chain is another":        {func(_, c *kv.Batch) error { return c.Set(bucketKey(1, 5), encodeChain(proof.SetBucket{Count: 10})) }, "its items give"},
		"a chain is cut":            {func(_, c *kv.Batch) error { return c.Set(bucketKey(1, 5), []byte{1}) }, "has 1 bytes"},
		"a chain counts no items":   {func(_, c *kv.Batch) error { return c.Set(bucketKey(1, 4), encodeChain(proof.SetBucket{})) }, "counts no items"},
		"a chain counts a too many": {func(_, c *kv.Batch) error { return c.Set(bucketKey(1, 5), encodeChain(proof.SetBucket{Count: 11})) }, "place 10 is missing"},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHarness(t)
			defer h.db.Close()
			var adds []ledger.SetItem
			for i := range 10 {
				adds = append(adds, ledger.SetItem{Set: 1, Bucket: 5, Item: item(i)})
			}
			h.step(t, adds, nil)
			b := h.items.NewBatch()
			if err := errors.Join(tc.damage(b, b.For(kv.LedgerSetChains)), b.Commit(false)); err != nil {
				t.Fatal(err)
			}
			_, _, err := Check(context.Background(), h.items, h.chains)
			if !errors.Is(err, ErrCorrupt) || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("got %v, want it to say %q", err, tc.want)
			}
		})
	}
}

func swap(b *kv.Batch, x, y int) error {
	return errors.Join(
		b.Set(itemKey(1, 5, item(x)), []byte{0, 0, 0, 0, 0, 0, 0, byte(y)}),
		b.Set(itemKey(1, 5, item(y)), []byte{0, 0, 0, 0, 0, 0, 0, byte(x)}))
}

func TestABucketLargerThanTheWindowIsReadInParts(t *testing.T) {
	h := newHarness(t)
	defer h.db.Close()
	var adds []ledger.SetItem
	for i := range 50 {
		adds = append(adds, ledger.SetItem{Set: 255, Bucket: 1<<64 - 1, Item: item(i)})
	}
	h.step(t, adds, nil)
	for _, window := range []uint64{1, 7, 49, 50, 51} {
		t.Run(fmt.Sprint(window), func(t *testing.T) {
			if err := checkBucket(context.Background(), h.items, h.sets.now[0], window); err != nil {
				t.Error(err)
			}
		})
	}
}

func FuzzDecodeRows(f *testing.F) {
	f.Add(bucketKey(1, 2), encodeChain(proof.SetBucket{Count: 3}))
	f.Add(itemKey(1, 2, item(1)), make([]byte, placeSize))
	f.Fuzz(func(t *testing.T, key, value []byte) {
		if b, err := decodeChain(key, value); err == nil && (string(bucketKey(b.Set, b.Bucket)) != string(key) || string(encodeChain(b)) != string(value)) {
			t.Errorf("chain row %x %x is read as %+v", key, value, b)
		}
		if i, place, err := decodeItem(key, value); err == nil && !strings.HasSuffix(string(key), string(i[:])) {
			t.Errorf("item row %x %x is read as %s at %d", key, value, i, place)
		}
	})
}
