package store

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"testing"

	"pedigree/internal/store/kv"
	"pedigree/ledger"
	"pedigree/proof"

	"pgregory.net/rapid"
)

type row struct{ key, value []byte }

func rowsOf(t fataler, db *kv.DB, prefix kv.Prefix) (list []row) {
	t.Helper()
	it, err := db.View(prefix).NewIter(nil, nil)
	if err != nil {
		t.Fatalf("iterate: %v", err)
	}
	defer it.Close()
	for more := it.First(); more; more = it.Next() {
		list = append(list, row{bytes.Clone(it.Key()), bytes.Clone(it.Value())})
	}
	return list
}

func write(t fataler, db *kv.DB, prefix kv.Prefix, list ...row) {
	t.Helper()
	b := db.View(prefix).NewBatch()
	for _, r := range list {
		if err := b.Set(r.key, r.value); err != nil {
			t.Fatalf("write: %v", err)
		}
	}
	if err := b.Commit(false); err != nil {
		t.Fatalf("write: %v", err)
	}
}

// flipAll flips the first bit of every value under a prefix.
func flipAll(t fataler, db *kv.DB, prefix kv.Prefix) {
	t.Helper()
	list := rowsOf(t, db, prefix)
	for _, r := range list {
		r.value[0] ^= 0x80
	}
	write(t, db, prefix, list...)
}

// hashed are the prefixes whose every byte the application hash covers.
var hashed = []kv.Prefix{kv.LedgerRows, kv.LedgerStateTree, kv.LedgerEvents, kv.LedgerEventTree, kv.LedgerSets, kv.LedgerSetChains}

func full(t fataler) *harness {
	t.Helper()
	h := newHarness(t)
	ch := many(200, "value")
	for i := range 50 {
		ch.Events = append(ch.Events, []byte{1, byte(i)})
		ch.SetAdds = append(ch.SetAdds, ledger.SetItem{Set: 1, Bucket: uint64(i / 20), Item: proof.Hash{byte(i)}})
		ch.Entries = append(ch.Entries, ledger.EntryMark{ID: proof.Hash{byte(i)}, Index: i})
	}
	h.block(t, ch)
	return h
}

func TestFsckFindsAnyFlippedBit(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		h := full(t)
		defer h.close(t)
		prefix := rapid.SampledFrom(hashed).Draw(t, "prefix")
		list := rowsOf(t, h.db, prefix)
		r := list[rapid.IntRange(0, len(list)-1).Draw(t, "row")]
		r.value[rapid.IntRange(0, len(r.value)-1).Draw(t, "byte")] ^= 1 << rapid.IntRange(0, 7).Draw(t, "bit")
		write(t, h.db, prefix, r)
		if _, err := h.store.Fsck(context.Background()); err == nil {
			t.Fatalf("prefix %#x, row %x: the flip isn't found", byte(prefix), r.key)
		}
	})
}

func TestFsckNamesTheFirstDifference(t *testing.T) {
	entry := entryKey(proof.Hash{7})
	for name, tc := range map[string]struct {
		prefix kv.Prefix
		row    row
		want   string
	}{
		"a state row":                  {kv.LedgerRows, row{[]byte("\x10key 7"), []byte("other")}, "state key 106b65792037"},
		"a state row too many":         {kv.LedgerRows, row{[]byte("\x10stray"), []byte("v")}, "state key 107374726179"},
		"an event":                     {kv.LedgerEvents, row{[]byte{0, 0, 0, 0, 0, 0, 0, 7}, []byte("x")}, "tile 0 of group 0"},
		"the head's parts":             {kv.LedgerMeta, row{headKey(), head{parts: proof.AppHashParts{EventCount: 50}}.encode()}, "newest parts row differ"},
		"the head's format":            {kv.LedgerMeta, row{headKey(), make([]byte, headSize)}, "format"},
		"the head's sign":              {kv.LedgerMeta, row{headKey(), head{height: -1}.encode()}, "height -1"},
		"the parts of a height":        {kv.LedgerMeta, row{partsKey(0), proof.AppHashParts{}.Encode()}, "newest parts row differ"},
		"parts past the head":          {kv.LedgerMeta, row{partsKey(9), proof.AppHashParts{}.Encode()}, "past the head"},
		"parts that are cut":           {kv.LedgerMeta, row{partsKey(0), []byte{1}}, "parts row"},
		"an entry's row that is cut":   {kv.LedgerMeta, row{entry, []byte{1}}, "has a row of 1 bytes"},
		"an entry at no height":        {kv.LedgerMeta, row{entry, bytes.Repeat([]byte{0xff}, entrySize)}, "has the height -1"},
		"a row of an unknown kind":     {kv.LedgerMeta, row{[]byte{0x77}, nil}, "isn't the key of a row"},
		"an item of an unknown bucket": {kv.LedgerSets, row{make([]byte, 41), make([]byte, 8)}, "items are stored where"},
	} {
		t.Run(name, func(t *testing.T) {
			h := full(t)
			defer h.close(t)
			write(t, h.db, tc.prefix, tc.row)
			if _, err := h.store.Fsck(context.Background()); err == nil || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("got %v, want it to say %q", err, tc.want)
			}
		})
	}
}

func TestFsckCountsWhatIsThere(t *testing.T) {
	h := full(t)
	defer h.close(t)
	r, err := h.store.Fsck(context.Background())
	if want := (Report{Keys: 200, Events: 50, SetItems: 50, Entries: 50}); err != nil || r != want {
		t.Errorf("got %+v and %v, want %+v", r, err, want)
	}
	ctx, stop := context.WithCancel(context.Background())
	stop()
	if _, err := h.store.Fsck(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("a check that was told to stop gives %v", err)
	}
}

func TestStoreWhoseHeadAndTreesDifferIsNotOpened(t *testing.T) {
	for _, prefix := range []kv.Prefix{kv.LedgerMeta, kv.LedgerStateTree, kv.LedgerEventTree, kv.LedgerSetChains} {
		h := full(t)
		flipAll(t, h.db, prefix)
		if _, err := Open(h.db, Options{}); err == nil {
			t.Errorf("prefix %#x was damaged and the store opens", byte(prefix))
		}
		h.close(t)
	}
}

func FuzzDecodeMeta(f *testing.F) {
	f.Add(head{height: 5}.encode())
	f.Add(encodeEntry(ledger.EntryMark{Height: 1, Index: 2, Code: 3}))
	f.Fuzz(func(t *testing.T, b []byte) {
		if h, err := decodeHead(b); err == nil && !bytes.Equal(h.encode(), b) {
			t.Errorf("%x is read as the head %+v", b, h)
		}
		if e, err := decodeEntry(proof.Hash{}, b); err == nil && !bytes.Equal(encodeEntry(e), b) {
			t.Errorf("%x is read as the entry %+v", b, e)
		}
	})
}
