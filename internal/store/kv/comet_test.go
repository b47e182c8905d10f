package kv

import (
	"bytes"
	"errors"
	"fmt"
	"testing"

	"github.com/cockroachdb/pebble/v2/vfs"
	dbm "github.com/cometbft/cometbft-db"
	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// drawKey draws short keys over few letters, so that keys meet, and sometimes
// nil or an empty key.
func drawKey(t *rapid.T, name string) []byte {
	return rapid.OneOf(
		rapid.Just([]byte(nil)),
		rapid.Just([]byte{}),
		rapid.SliceOfN(rapid.SampledFrom([]byte{0x00, 0x01, 'a', 0xfe, 0xff}), 1, 3),
		rapid.SliceOfN(rapid.SampledFrom([]byte{0x00, 0x01, 'a', 0xfe, 0xff}), 1, 3),
		rapid.SliceOfN(rapid.SampledFrom([]byte{0x00, 0x01, 'a', 0xfe, 0xff}), 1, 3),
	).Draw(t, name)
}

func drawValue(t *rapid.T) []byte {
	return rapid.OneOf(rapid.Just([]byte(nil)), rapid.Just([]byte{}), rapid.SliceOfN(rapid.Byte(), 1, 5)).Draw(t, "value")
}

// sameError compares errors by their text: the engine's are not exported.
func sameError(t *rapid.T, op string, want, got error) {
	if (want == nil) != (got == nil) || (want != nil && want.Error() != got.Error()) {
		t.Fatalf("%s: the memory store says %v, ours says %v", op, want, got)
	}
}

// TestTheEngineAdapterBehavesAsTheMemoryStore runs the same random operations
// on both and compares every answer.
func TestTheEngineAdapterBehavesAsTheMemoryStore(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		db, err := Open("store", Options{FS: vfs.NewMem(), MemTableBytes: memTableBytesMin})
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		neighbours := fillNeighbours(t, db)
		m := &machine{want: dbm.NewMemDB(), got: db.CometDB(EngineState)}
		t.Repeat(map[string]func(*rapid.T){
			"set":     m.set,
			"delete":  m.delete,
			"get":     m.get,
			"batch":   m.batch,
			"iterate": m.iterate,
			"compact": m.compact,
		})
		if diff := cmp.Diff(neighbours, readNeighbours(t, db)); diff != "" {
			t.Fatalf("the neighbouring views changed:\n%s", diff)
		}
	})
}

type machine struct{ want, got dbm.DB }

func (m *machine) set(t *rapid.T) {
	key, value := drawKey(t, "key"), drawValue(t)
	if rapid.Bool().Draw(t, "sync") {
		sameError(t, "SetSync", m.want.SetSync(key, value), m.got.SetSync(key, value))
		return
	}
	sameError(t, "Set", m.want.Set(key, value), m.got.Set(key, value))
}

func (m *machine) delete(t *rapid.T) {
	key := drawKey(t, "key")
	if rapid.Bool().Draw(t, "sync") {
		sameError(t, "DeleteSync", m.want.DeleteSync(key), m.got.DeleteSync(key))
		return
	}
	sameError(t, "Delete", m.want.Delete(key), m.got.Delete(key))
}

func (m *machine) get(t *rapid.T) {
	key := drawKey(t, "key")
	want, wantErr := m.want.Get(key)
	got, gotErr := m.got.Get(key)
	sameError(t, "Get", wantErr, gotErr)
	if (want == nil) != (got == nil) || !bytes.Equal(want, got) {
		t.Fatalf("Get(%x): %#v and %#v", key, want, got)
	}
	wantHas, wantErr := m.want.Has(key)
	gotHas, gotErr := m.got.Has(key)
	sameError(t, "Has", wantErr, gotErr)
	if wantHas != gotHas {
		t.Fatalf("Has(%x): %v and %v", key, wantHas, gotHas)
	}
}

func (m *machine) batch(t *rapid.T) {
	want, got := m.want.NewBatch(), m.got.NewBatch()
	for range rapid.IntRange(0, 5).Draw(t, "operations") {
		key := drawKey(t, "key")
		if rapid.Bool().Draw(t, "delete") {
			sameError(t, "batch Delete", want.Delete(key), got.Delete(key))
			continue
		}
		value := drawValue(t)
		sameError(t, "batch Set", want.Set(key, value), got.Set(key, value))
	}
	end := rapid.SampledFrom([]string{"write", "sync", "close"}).Draw(t, "end")
	switch end {
	case "write":
		sameError(t, "batch Write", want.Write(), got.Write())
	case "sync":
		sameError(t, "batch WriteSync", want.WriteSync(), got.WriteSync())
	case "close":
		sameError(t, "batch Close", want.Close(), got.Close())
	}
	sameError(t, "Set after the end", want.Set([]byte("a"), []byte("b")), got.Set([]byte("a"), []byte("b")))
	sameError(t, "Delete after the end", want.Delete([]byte("a")), got.Delete([]byte("a")))
	sameError(t, "Write after the end", want.Write(), got.Write())
	sameError(t, "WriteSync after the end", want.WriteSync(), got.WriteSync())
	sameError(t, "Close after the end", want.Close(), got.Close())
}

func (m *machine) iterate(t *rapid.T) {
	start, end := drawKey(t, "start"), drawKey(t, "end")
	open := dbm.DB.Iterator
	if rapid.Bool().Draw(t, "reverse") {
		open = dbm.DB.ReverseIterator
	}
	want, wantErr := open(m.want, start, end)
	got, gotErr := open(m.got, start, end)
	sameError(t, "Iterator", wantErr, gotErr)
	if wantErr != nil {
		return
	}
	steps := rapid.IntRange(0, 40).Draw(t, "steps")
	a, b := walk(want, steps), walk(got, steps)
	if diff := cmp.Diff(a, b); diff != "" {
		t.Fatalf("from %x to %x (-memory +ours):\n%s", start, end, diff)
	}
}

// walk goes some steps and tells what it saw, also past the end.
func walk(it dbm.Iterator, steps int) []string {
	start, end := it.Domain()
	out := []string{fmt.Sprintf("%#v %#v", start, end)}
	for range steps {
		if !it.Valid() {
			break
		}
		out = append(out, fmt.Sprintf("%x=%x", it.Key(), it.Value()))
		it.Next()
	}
	if !it.Valid() {
		out = append(out, panics(it.Next), panics(func() { it.Key() }), panics(func() { it.Value() }))
	}
	out = append(out, fmt.Sprint(it.Error(), it.Close()))
	return append(out, fmt.Sprint(it.Valid()))
}

func panics(f func()) (said string) {
	defer func() { said = fmt.Sprint(recover()) }()
	f()
	return ""
}

// compact must change nothing that can be read. The memory store ignores it.
func (m *machine) compact(t *rapid.T) {
	if err := m.got.Compact(nil, nil); err != nil {
		t.Fatal(err)
	}
}

// fillNeighbours writes into the views on both sides of the one under test.
func fillNeighbours(t *rapid.T, db *DB) []string {
	for _, p := range []Prefix{EngineState - 1, EngineState + 1} {
		d := db.CometDB(p)
		for _, key := range []string{"\x00", "a", "\xff\xff\xff"} {
			if err := d.Set([]byte(key), []byte{byte(p)}); err != nil {
				t.Fatal(err)
			}
		}
	}
	return readNeighbours(t, db)
}

func readNeighbours(t *rapid.T, db *DB) []string {
	var out []string
	for _, p := range []Prefix{EngineState - 1, EngineState + 1} {
		it, err := db.CometDB(p).Iterator(nil, nil)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, walk(it, 100)...)
	}
	return out
}

func TestAClosedEngineAdapterFindsNothingAndTakesNothing(t *testing.T) {
	db := openMemory(t)
	d := db.CometDB(EngineBlocks)
	if err := d.SetSync([]byte("a"), []byte("1")); err != nil {
		t.Fatal(err)
	}
	batch := d.NewBatch()
	if err := batch.Set([]byte("b"), []byte("2")); err != nil {
		t.Fatal(err)
	}
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	if value, err := d.Get([]byte("a")); value != nil || err != nil {
		t.Errorf("Get after Close: %q, %v", value, err)
	}
	it, err := d.Iterator(nil, nil)
	if err != nil || it.Valid() || it.Error() != nil || it.Close() != nil {
		t.Errorf("Iterator after Close: %v, %v", it, err)
	}
	for name, err := range map[string]error{
		"Set": d.Set([]byte("c"), []byte("3")), "Delete": d.Delete([]byte("a")),
		"Write": batch.Write(), "Compact": d.Compact(nil, nil),
	} {
		if !errors.Is(err, ErrClosed) {
			t.Errorf("%s after Close: %v", name, err)
		}
	}
	if value, err := db.CometDB(EngineBlocks).Get([]byte("a")); string(value) != "1" || err != nil {
		t.Errorf("the store behind a closed adapter holds %q, %v", value, err)
	}
}

func TestTheEngineAdapterTellsItsPrefix(t *testing.T) {
	stats := openMemory(t).CometDB(EngineEvidence).Stats()
	if stats["database.prefix"] != "0x03" || stats["database.metrics"] == "" {
		t.Errorf("got %v", stats)
	}
}
