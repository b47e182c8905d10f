package statetree

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"testing"

	"pedigree/internal/store/kv"

	"pgregory.net/rapid"
)

type row struct{ key, value []byte }

func allRows(t fataler, h *harness) (list []row) {
	t.Helper()
	it, err := h.rows.NewIter(nil, nil)
	if err != nil {
		t.Fatalf("iterate: %v", err)
	}
	defer it.Close()
	for more := it.First(); more; more = it.Next() {
		list = append(list, row{bytes.Clone(it.Key()), bytes.Clone(it.Value())})
	}
	return list
}

func overwrite(t fataler, rows *kv.View, fn func(*kv.Batch) error) {
	t.Helper()
	b := rows.NewBatch()
	if err := fn(b); err != nil {
		t.Fatalf("overwrite: %v", err)
	}
	if err := b.Commit(false); err != nil {
		t.Fatalf("overwrite: %v", err)
	}
}

// grown returns a tree with several levels of pages.
func grown(t fataler) *harness {
	t.Helper()
	h := newHarness(t)
	var changes []Change
	for i := range 600 {
		changes = append(changes, put("v", hashOf("%d", i))...)
	}
	h.step(t, changes)
	return h
}

func TestAnyDamagedRowIsFoundByCheckAndNeverPanics(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		h := grown(t)
		defer h.db.Close()
		list := allRows(t, h)
		victim := list[rapid.IntRange(0, len(list)-1).Draw(t, "row")]
		damage(t, h, victim)
		if _, _, err := Check(context.Background(), h.rows); !errors.Is(err, ErrCorrupt) {
			t.Fatalf("row %x was damaged and Check gives %v", victim.key, err)
		}
		use(t, h)
	})
}

// damage changes, removes, moves or adds a row.
func damage(t *rapid.T, h *harness, victim row) {
	value, key := bytes.Clone(victim.value), bytes.Clone(victim.key)
	overwrite(t, h.rows, func(b *kv.Batch) error {
		switch rapid.SampledFrom([]string{"flip", "cut", "replace", "remove", "move", "add"}).Draw(t, "damage") {
		case "flip":
			value[rapid.IntRange(0, len(value)-1).Draw(t, "byte")] ^= 1 << rapid.IntRange(0, 7).Draw(t, "bit")
		case "cut":
			value = value[:rapid.IntRange(0, len(value)-1).Draw(t, "length")]
		case "replace":
			value = append([]byte{^value[0]}, rapid.SliceOfN(rapid.Byte(), 0, 60).Draw(t, "value")...)
		case "remove":
			return b.Delete(key)
		case "move":
			key[rapid.IntRange(1, len(key)-1).Draw(t, "byte")] ^= 1 << rapid.IntRange(0, 7).Draw(t, "bit")
			return errors.Join(b.Delete(victim.key), b.Set(key, value))
		case "add":
			key = append(key[:1], rapid.SliceOfN(rapid.Byte(), 40, 50).Draw(t, "key")...)
		}
		return b.Set(key, value)
	})
}

// use runs everything that reads rows; a panic fails the test, an error doesn't.
func use(t fataler, h *harness) {
	for i := range 40 {
		Prove(h.rows, hashOf("%d", i))
	}
	tree, err := Open(h.rows, 0)
	if err != nil {
		return
	}
	var changes []Change
	for i := range 900 {
		c := Change{Path: hashOf("%d", i), Value: hashOf("w"), Delete: i%3 == 0}
		changes = append(changes, c)
	}
	b := h.rows.NewBatch()
	defer b.Close()
	tree.Stage(h.rows, b, changes) // either answer is right here
}

func TestDamageIsNamed(t *testing.T) {
	for name, tc := range map[string]struct {
		damage func(b *kv.Batch, h *harness) error
		want   string
	}{
		"a leaf is missing": {
			func(b *kv.Batch, h *harness) error { p := hashOf("5"); return b.Delete(appendLeafKey(nil, &p)) },
			"leaves stand below",
		},
		"a leaf's value hash is another's": {
			func(b *kv.Batch, h *harness) error {
				p, v := hashOf("5"), hashOf("w")
				return b.Set(appendLeafKey(nil, &p), v[:])
			},
			"its leaves give",
		},
		"a leaf is too many": {
			func(b *kv.Batch, h *harness) error {
				p, v := hashOf("stray"), hashOf("v")
				return b.Set(appendLeafKey(nil, &p), v[:])
			},
			"damaged",
		},
		"a node row stands below a bucket": {
			func(b *kv.Batch, h *harness) error {
				p := hashOf("5")
				return b.Set(appendNodeKey(nil, place{path: p, bits: bitsMax}), appendNode(nil, node{count: 1}))
			},
			"stands below a bucket",
		},
		"the root counts too many": {
			func(b *kv.Batch, h *harness) error {
				return b.Set(appendNodeKey(nil, place{}), appendNode(nil, node{hash: h.tree.root.hash, count: h.tree.root.count + 1}))
			},
			"count 600 leaves where its own counts 601",
		},
	} {
		t.Run(name, func(t *testing.T) {
			h := grown(t)
			defer h.db.Close()
			overwrite(t, h.rows, func(b *kv.Batch) error { return tc.damage(b, h) })
			_, _, err := Check(context.Background(), h.rows)
			if !errors.Is(err, ErrCorrupt) || !strings.Contains(err.Error(), tc.want) {
				t.Fatalf("got %v, want it to say %q", err, tc.want)
			}
		})
	}
}

func TestPageBelowTheLastBitIsRefused(t *testing.T) {
	h := newHarness(t)
	defer h.db.Close()
	r := pageReader{rows: h.rows}
	var c slots
	if err := r.read(place{bits: bitsMax}, 30, &c); !errors.Is(err, ErrCorrupt) {
		t.Errorf("a page at %d bits gives %v", bitsMax, err)
	}
	if err := r.read(place{bits: bitsMax - pageBits}, 0, &c); err != nil {
		t.Errorf("an empty page at %d bits gives %v", bitsMax-pageBits, err)
	}
	failOnError(t, r.close())
}

func TestBucketWithASecondNodeRowIsRefused(t *testing.T) {
	h := newHarness(t)
	defer h.db.Close()
	// The left half is a bucket over eight slots, of which two have node rows.
	overwrite(t, h.rows, func(b *kv.Batch) error {
		return errors.Join(
			b.Set(appendNodeKey(nil, place{}.child(0)), appendNode(nil, node{count: 2})),
			b.Set(appendNodeKey(nil, place{}.child(5)), appendNode(nil, node{count: 3})),
			b.Set(appendNodeKey(nil, place{}.child(8)), appendNode(nil, node{count: 20})))
	})
	r := pageReader{rows: h.rows}
	var c slots
	if err := r.read(place{}, 25, &c); !errors.Is(err, ErrCorrupt) {
		t.Errorf("got %v, want it refused", err)
	}
	failOnError(t, r.close())
}

func TestCheckEndsWhenAsked(t *testing.T) {
	h := grown(t)
	defer h.db.Close()
	ctx, stop := context.WithCancel(context.Background())
	stop()
	if _, _, err := Check(ctx, h.rows); !errors.Is(err, context.Canceled) {
		t.Fatalf("got %v, want %v", err, context.Canceled)
	}
}
