package store

import (
	"bytes"
	"fmt"
	"slices"
	"sort"
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

// harness is a store in memory and the model that it must agree with.
type harness struct {
	fs    *vfs.MemFS
	db    *kv.DB
	store *Store
	model *storetest.Model
	items int
}

func newHarness(t fataler) *harness {
	t.Helper()
	h := &harness{fs: vfs.NewCrashableMem(), model: storetest.NewModel()}
	h.open(t)
	return h
}

func (h *harness) open(t fataler) {
	t.Helper()
	var err error
	if h.db, err = kv.Open("store", kv.Options{FS: h.fs, MemTableBytes: 1 << 20, CacheBytes: 8 << 20}); err != nil {
		t.Fatalf("open: %v", err)
	}
	if h.store, err = Open(h.db, Options{}); err != nil {
		t.Fatalf("open: %v", err)
	}
}

func (h *harness) close(t fataler) {
	t.Helper()
	if err := h.db.Close(); err != nil {
		t.Fatalf("close: %v", err)
	}
}

// crash opens the store from what the disk has synced.
func (h *harness) crash(t fataler) {
	t.Helper()
	disk := h.fs.CrashClone(vfs.CrashCloneCfg{})
	h.close(t)
	h.fs = disk
	h.open(t)
}

func (h *harness) next() int64 {
	if h.store.IsEmpty() {
		return 0
	}
	return h.store.Height() + 1
}

func (h *harness) block(t fataler, ch ledger.Changes) {
	t.Helper()
	height := h.next()
	parts, err := h.store.Stage(height, ch)
	if err != nil {
		t.Fatalf("stage %d: %v", height, err)
	}
	if err := h.store.Commit(false); err != nil {
		t.Fatalf("commit %d: %v", height, err)
	}
	h.model.Apply(ch)
	if want := h.model.Parts(); parts != want {
		t.Fatalf("height %d: parts %+v, the model's %+v", height, parts, want)
	}
	h.agree(t, height)
}

// agree compares what the store says of its newest height with the model.
func (h *harness) agree(t fataler, height int64) {
	t.Helper()
	if h.store.Height() != height || h.store.Parts() != h.model.Parts() || h.store.Keys() != uint64(len(h.model.State)) {
		t.Fatalf("the store has height %d, %d keys and %+v; want %d, %d and %+v", h.store.Height(), h.store.Keys(), h.store.Parts(), height, len(h.model.State), h.model.Parts())
	}
}

// contents reads everything back and compares it with the model.
func (h *harness) contents(t fataler) {
	t.Helper()
	var keys []string
	err := h.store.Each(nil, func(key, value []byte) (bool, error) {
		if want, ok := h.model.State[string(key)]; !ok || !bytes.Equal(want, value) {
			t.Fatalf("the store holds %x under %x, the model %x", value, key, want)
		}
		keys = append(keys, string(key))
		return true, nil
	})
	if err != nil || len(keys) != len(h.model.State) || !sort.StringsAreSorted(keys) {
		t.Fatalf("%d keys in order %v, want %d; %v", len(keys), sort.StringsAreSorted(keys), len(h.model.State), err)
	}
	events, err := h.store.Events(0, len(h.model.Events)+1)
	if err != nil || !slices.EqualFunc(events, h.model.Events, bytes.Equal) {
		t.Fatalf("%d events, want %d; %v", len(events), len(h.model.Events), err)
	}
	for id, want := range h.model.Entries {
		if got, found, err := h.store.Entry(id); err != nil || !found || got != want {
			t.Fatalf("entry %s is %+v, %v, %v; want %+v", id, got, found, err, want)
		}
	}
	for b, list := range h.model.Sets {
		for _, i := range list {
			if has, err := h.store.SetHas(b.Set, b.Number, i); err != nil || !has {
				t.Fatalf("set %d bucket %d item %s: %v, %v", b.Set, b.Number, i, has, err)
			}
		}
	}
}

// drawKey draws from few keys, so that blocks meet.
func drawKey(t *rapid.T) string {
	prefix := rapid.SampledFrom([]string{"\x01", "\x02", "\x02\x00", "\xff", "\xff\xff"}).Draw(t, "prefix")
	return prefix + fmt.Sprint(rapid.IntRange(0, 60).Draw(t, "key"))
}

// drawChanges draws a block: writes, deletions, the deletion of all keys with a
// prefix, events, set items, drops and entries.
func (h *harness) drawChanges(t *rapid.T) ledger.Changes {
	writes := map[string]ledger.Write{}
	deletes := rapid.IntRange(0, 9).Draw(t, "tenths deleted")
	for range rapid.IntRange(0, 100).Draw(t, "writes") {
		key := drawKey(t)
		w := ledger.Write{Key: []byte(key), Delete: rapid.IntRange(0, 9).Draw(t, "tenth") < deletes}
		if !w.Delete {
			w.Value = fmt.Appendf(nil, "value %d", rapid.IntRange(0, 3).Draw(t, "value"))
		}
		writes[key] = w
	}
	if rapid.IntRange(0, 4).Draw(t, "prefix deletion") == 0 {
		prefix := drawKey(t)[:1]
		if err := h.store.Each([]byte(prefix), func(key, _ []byte) (bool, error) {
			writes[string(key)] = ledger.Write{Key: bytes.Clone(key), Delete: true}
			return true, nil
		}); err != nil {
			t.Fatalf("each: %v", err)
		}
	}
	ch := ledger.Changes{Writes: sorted(writes)}
	for range rapid.IntRange(0, 20).Draw(t, "events") {
		ch.Events = append(ch.Events, rapid.SliceOfN(rapid.Byte(), 0, 5).Draw(t, "event"))
	}
	for range rapid.IntRange(0, 5).Draw(t, "items") {
		h.items++
		item := proof.Hash{byte(h.items), byte(h.items >> 8), 1}
		ch.SetAdds = append(ch.SetAdds, ledger.SetItem{Set: byte(h.items % 2), Bucket: rapid.Uint64Range(0, 4).Draw(t, "bucket"), Item: item})
		ch.Entries = append(ch.Entries, ledger.EntryMark{ID: item, Height: h.next(), Index: h.items % 7, Code: uint32(h.items % 3)})
	}
	if rapid.Bool().Draw(t, "drop") {
		ch.SetDrops = append(ch.SetDrops, ledger.SetDrop{Set: 1, Before: rapid.Uint64Range(0, 5).Draw(t, "before")})
	}
	return ch
}

func sorted(writes map[string]ledger.Write) (list []ledger.Write) {
	for _, w := range writes {
		list = append(list, w)
	}
	slices.SortFunc(list, func(a, b ledger.Write) int { return bytes.Compare(a.Key, b.Key) })
	return list
}

// set makes writes of keys and values, which must ascend.
func set(pairs ...string) (ch ledger.Changes) {
	for i := 0; i < len(pairs); i += 2 {
		ch.Writes = append(ch.Writes, ledger.Write{Key: []byte(pairs[i]), Value: []byte(pairs[i+1])})
	}
	return ch
}

// many makes n keys of one value.
func many(n int, value string) ledger.Changes {
	writes := map[string]ledger.Write{}
	for i := range n {
		key := fmt.Sprintf("\x10key %d", i)
		writes[key] = ledger.Write{Key: []byte(key), Value: []byte(value)}
	}
	return ledger.Changes{Writes: sorted(writes)}
}

func failOnError(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
