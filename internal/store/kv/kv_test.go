package kv

import (
	"errors"
	"fmt"
	"testing"

	"github.com/cockroachdb/pebble/v2/vfs"
	"github.com/google/go-cmp/cmp"
)

// openMemory opens a store on a memory file system and closes it with the test.
func openMemory(t testing.TB) *DB {
	t.Helper()
	db, err := Open("store", Options{FS: vfs.NewMem()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	return db
}

func put(t testing.TB, b *Batch, key, value string) {
	t.Helper()
	if err := b.Set([]byte(key), []byte(value)); err != nil {
		t.Fatal(err)
	}
}

func commit(t testing.TB, b *Batch, sync bool) {
	t.Helper()
	if err := b.Commit(sync); err != nil {
		t.Fatal(err)
	}
}

func lookup(t testing.TB, get func([]byte) ([]byte, bool, error), key string) string {
	t.Helper()
	value, found, err := get([]byte(key))
	if err != nil {
		t.Fatal(err)
	}
	if !found {
		return "-"
	}
	return string(value)
}

// pairs lists a range as "key=value", forward, and checks that backward agrees.
func pairs(t testing.TB, it *Iter, err error) []string {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	out, back := []string{}, []string{}
	for ok := it.First(); ok; ok = it.Next() {
		out = append(out, fmt.Sprintf("%s=%s", it.Key(), it.Value()))
	}
	for ok := it.Last(); ok; ok = it.Prev() {
		back = append([]string{fmt.Sprintf("%s=%s", it.Key(), it.Value())}, back...)
	}
	if err := errors.Join(it.Error(), it.Close(), it.Close()); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(out, back); diff != "" {
		t.Fatalf("forward and backward differ:\n%s", diff)
	}
	return out
}

func TestOneBatchWritesSeveralViewsOrNone(t *testing.T) {
	db := openMemory(t)
	rows, meta := db.View(LedgerRows), db.View(LedgerMeta)
	dropped := rows.NewBatch()
	put(t, dropped, "a", "1")
	put(t, dropped.For(LedgerMeta), "height", "1")
	if err := dropped.Close(); err != nil {
		t.Fatal(err)
	}
	if got := lookup(t, rows.Get, "a") + lookup(t, meta.Get, "height"); got != "--" {
		t.Fatalf("a closed batch left %q", got)
	}
	kept := rows.NewBatch()
	put(t, kept, "a", "1")
	put(t, kept.For(LedgerMeta), "height", "1")
	commit(t, kept.For(LedgerEvents), false)
	if got := lookup(t, rows.Get, "a") + lookup(t, meta.Get, "height"); got != "11" {
		t.Fatalf("got %q from a committed batch", got)
	}
	if err := kept.Set([]byte("b"), nil); !errors.Is(err, errBatchClosed) {
		t.Fatalf("a committed batch took a write: %v", err)
	}
}

func TestViewsDontSeeTheirNeighbours(t *testing.T) {
	db := openMemory(t)
	for _, p := range Prefixes() {
		b := db.View(p.Prefix).NewBatch()
		put(t, b, "\x00", p.Name)
		put(t, b, "\xff\xff", p.Name)
		commit(t, b, false)
	}
	for _, p := range Prefixes() {
		it, err := db.View(p.Prefix).NewIter(nil, nil)
		want := []string{"\x00=" + p.Name, "\xff\xff=" + p.Name}
		if diff := cmp.Diff(want, pairs(t, it, err)); diff != "" {
			t.Errorf("%s: %s", p.Name, diff)
		}
	}
	middle := db.View(LedgerEvents)
	b := middle.NewBatch()
	if err := b.DeleteRange(nil, nil); err != nil {
		t.Fatal(err)
	}
	commit(t, b, false)
	for _, p := range Prefixes() {
		it, err := db.View(p.Prefix).NewIter(nil, nil)
		want := 2
		if p.Prefix == LedgerEvents {
			want = 0
		}
		if got := len(pairs(t, it, err)); got != want {
			t.Errorf("%s has %d keys after another view was emptied, want %d", p.Name, got, want)
		}
	}
}

func TestEveryPrefixIsUsedOnce(t *testing.T) {
	names, bytes := map[string]bool{}, map[Prefix]bool{}
	for _, p := range Prefixes() {
		if p.Prefix == 0 || p.Prefix == 0xff {
			t.Errorf("prefix %#x of %s has no neighbour to bound it", byte(p.Prefix), p.Name)
		}
		if names[p.Name] || bytes[p.Prefix] {
			t.Errorf("%s or %#x is used twice", p.Name, byte(p.Prefix))
		}
		names[p.Name], bytes[p.Prefix] = true, true
	}
}

func TestASnapshotStaysAsItWas(t *testing.T) {
	db := openMemory(t)
	rows := db.View(LedgerRows)
	b := rows.NewBatch()
	put(t, b, "a", "old")
	commit(t, b, false)
	snap, err := rows.Snapshot()
	if err != nil {
		t.Fatal(err)
	}
	b = rows.NewBatch()
	put(t, b, "a", "new")
	put(t, b, "b", "new")
	put(t, b.For(LedgerMeta), "m", "new")
	commit(t, b, true)
	it, err := snap.NewIter(nil, nil)
	if diff := cmp.Diff([]string{"a=old"}, pairs(t, it, err)); diff != "" {
		t.Error(diff)
	}
	if got := lookup(t, snap.Get, "b") + lookup(t, snap.For(LedgerMeta).Get, "m"); got != "--" {
		t.Errorf("the snapshot sees %q", got)
	}
	if err := errors.Join(snap.Close(), snap.Close()); err != nil {
		t.Error(err)
	}
	if _, _, err := snap.Get([]byte("a")); !errors.Is(err, ErrClosed) {
		t.Errorf("a closed snapshot answered: %v", err)
	}
}

func TestBytesFromGetBelongToTheCaller(t *testing.T) {
	db := openMemory(t)
	rows := db.View(LedgerRows)
	b := rows.NewBatch()
	put(t, b, "a", "value")
	commit(t, b, false)
	first, _, err := rows.Get([]byte("a"))
	if err != nil {
		t.Fatal(err)
	}
	first[0] = 'X'
	if got := lookup(t, rows.Get, "a"); got != "value" {
		t.Fatalf("the store holds %q", got)
	}
}

func TestKeysAndValuesAreLimited(t *testing.T) {
	db := openMemory(t)
	b := db.View(Bench).NewBatch()
	defer b.Close()
	cases := []struct {
		name string
		key  int
		want error
	}{
		{"an empty key is refused", 0, errKeyEmpty},
		{"a key of the largest size is taken", keyBytesMax, nil},
		{"a key one byte longer is refused", keyBytesMax + 1, errKeyLong},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			key := make([]byte, c.key)
			if err := b.Set(key, nil); !errors.Is(err, c.want) {
				t.Errorf("Set: %v", err)
			}
			if err := b.Delete(key); !errors.Is(err, c.want) {
				t.Errorf("Delete: %v", err)
			}
			if _, _, err := db.View(Bench).Get(key); !errors.Is(err, c.want) {
				t.Errorf("Get: %v", err)
			}
		})
	}
	if err := b.Set([]byte("k"), make([]byte, valueBytesMax+1)); !errors.Is(err, errValueBig) {
		t.Errorf("a value past the limit: %v", err)
	}
}

func TestWriteBufferSizeIsLimited(t *testing.T) {
	cases := []struct {
		name  string
		bytes uint64
		ok    bool
	}{
		{"below the smallest is refused", memTableBytesMin - 1, false},
		{"the smallest is taken", memTableBytesMin, true},
		{"the largest is taken", memTableBytesMax, true},
		{"above the largest is refused", memTableBytesMax + 1, false},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			db, err := Open("store", Options{FS: vfs.NewMem(), MemTableBytes: c.bytes})
			if (err == nil) != c.ok {
				t.Fatalf("got %v", err)
			}
			if db != nil {
				if err := db.Close(); err != nil {
					t.Fatal(err)
				}
			}
		})
	}
}

func TestAClosedStoreRefuses(t *testing.T) {
	db, err := Open("store", Options{FS: vfs.NewMem()})
	if err != nil {
		t.Fatal(err)
	}
	rows := db.View(LedgerRows)
	b := rows.NewBatch()
	put(t, b, "a", "1")
	if err := errors.Join(db.Close(), db.Close()); err != nil {
		t.Fatal(err)
	}
	_, _, getErr := rows.Get([]byte("a"))
	_, iterErr := rows.NewIter(nil, nil)
	_, snapErr := rows.Snapshot()
	for name, err := range map[string]error{
		"Get": getErr, "NewIter": iterErr, "Snapshot": snapErr,
		"Commit": b.Commit(false), "Checkpoint": db.Checkpoint("copy"),
	} {
		if !errors.Is(err, ErrClosed) {
			t.Errorf("%s after Close: %v", name, err)
		}
	}
}

func TestAStoreIsOpenedOnce(t *testing.T) {
	dir := t.TempDir()
	db, err := Open(dir, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := Open(dir, Options{}); err == nil {
		t.Fatal("the same folder was opened twice")
	}
}

func TestACheckpointIsACompleteCopy(t *testing.T) {
	fs := vfs.NewMem()
	db, err := Open("store", Options{FS: fs})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	b := db.View(LedgerRows).NewBatch()
	put(t, b, "a", "1")
	commit(t, b, false)
	if err := db.Checkpoint("copy"); err != nil {
		t.Fatal(err)
	}
	copied, err := Open("copy", Options{FS: fs, ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	defer copied.Close()
	if got := lookup(t, copied.View(LedgerRows).Get, "a"); got != "1" {
		t.Fatalf("the copy holds %q", got)
	}
}
