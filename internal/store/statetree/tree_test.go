package statetree

import (
	"errors"
	"testing"

	"pedigree/proof"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// drawPath draws a path that often shares a long beginning with another, which
// no real key's hash does.
func drawPath(t *rapid.T, h *harness, paths []proof.Hash) proof.Hash {
	kind := rapid.IntRange(0, 3).Draw(t, "kind")
	if kind == 0 || len(paths) == 0 {
		return hashOf("%d", rapid.IntRange(0, 500).Draw(t, "number"))
	}
	p := paths[rapid.IntRange(0, len(paths)-1).Draw(t, "of")]
	if kind == 1 {
		return p
	}
	i := rapid.IntRange(0, 8*proof.HashSize-1).Draw(t, "bit")
	p[i/8] ^= 0x80 >> (i % 8)
	return p
}

func TestTreeAgreesWithThePlainOneAfterAnyChanges(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		h := newHarness(t)
		defer h.db.Close()
		var paths []proof.Hash
		for range rapid.IntRange(1, 6).Draw(t, "blocks") {
			seen := map[proof.Hash]bool{}
			var changes []Change
			deletes := rapid.IntRange(0, 9).Draw(t, "tenths deleted")
			for range rapid.IntRange(0, 120).Draw(t, "changes") {
				c := Change{Path: drawPath(t, h, paths), Delete: rapid.IntRange(0, 9).Draw(t, "tenth") < deletes}
				if seen[c.Path] {
					continue
				}
				if !c.Delete {
					c.Value = hashOf("%d", rapid.IntRange(0, 3).Draw(t, "value"))
				}
				seen[c.Path] = true
				paths = append(paths, c.Path)
				changes = append(changes, c)
			}
			h.step(t, changes)
			if rapid.Bool().Draw(t, "reopen") {
				h.reopen(t)
			}
			for range 3 {
				h.prove(t, drawPath(t, h, paths))
			}
		}
		h.check(t)
	})
}

func TestRootDoesNotDependOnTheWayThere(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		one, many := newHarness(t), newHarness(t)
		defer one.db.Close()
		defer many.db.Close()
		n := rapid.IntRange(0, 200).Draw(t, "keys")
		var all []Change
		for i := range n {
			all = append(all, put("v", hashOf("%d", i))...)
		}
		detours := rapid.IntRange(0, 100).Draw(t, "detours")
		for i := range detours {
			many.step(t, put("x", hashOf("detour %d", i)))
		}
		for _, i := range rapid.Permutation(all).Draw(t, "order") {
			many.step(t, []Change{i})
		}
		for i := range detours {
			many.step(t, drop(hashOf("detour %d", i)))
		}
		one.step(t, all)
		if one.tree.Root() != many.tree.Root() {
			t.Fatalf("in one block %s, key by key %s", one.tree.Root(), many.tree.Root())
		}
		if a, b := one.rowCount(t, rowNode), many.rowCount(t, rowNode); a != b {
			t.Fatalf("in one block %d node rows, key by key %d", a, b)
		}
		many.check(t)
	})
}

func TestBucketBecomesAPageAtOneLeafMoreAndBack(t *testing.T) {
	h := newHarness(t)
	defer h.db.Close()
	for i := range bucketLeavesMax {
		h.step(t, put("v", hashOf("%d", i)))
	}
	if n := h.rowCount(t, rowNode); n != 1 {
		t.Fatalf("%d leaves have %d node rows, want the root's only", bucketLeavesMax, n)
	}
	one := hashOf("one more")
	h.step(t, put("v", one))
	if n := h.rowCount(t, rowNode); n != 3 {
		t.Fatalf("%d leaves have %d node rows, want the root's and two buckets'", bucketLeavesMax+1, n)
	}
	h.check(t)
	h.step(t, drop(one))
	if n := h.rowCount(t, rowNode); n != 1 {
		t.Fatalf("%d leaves again have %d node rows, want the root's only", bucketLeavesMax, n)
	}
	h.check(t)
}

func TestTreeThatIsEmptiedLeavesNoRows(t *testing.T) {
	h := newHarness(t)
	defer h.db.Close()
	var paths []proof.Hash
	for i := range 3000 {
		paths = append(paths, hashOf("%d", i))
	}
	h.step(t, put("v", paths...))
	h.check(t)
	h.step(t, drop(paths...))
	if !h.tree.Root().IsZero() || h.rowCount(t, rowNode)+h.rowCount(t, rowLeaf) != 0 {
		t.Fatalf("root %s, %d node rows and %d leaf rows are left", h.tree.Root(), h.rowCount(t, rowNode), h.rowCount(t, rowLeaf))
	}
	h.check(t)
}

func TestPathsThatPartAtTheLastBitAreTold(t *testing.T) {
	h := newHarness(t)
	defer h.db.Close()
	a := hashOf("a")
	b := a
	b[proof.HashSize-1] ^= 1
	h.step(t, put("v", a, b))
	p, err := Prove(h.rows, a)
	failOnError(t, err)
	if len(p.Path.Siblings) != proof.StateDepthMax {
		t.Errorf("the proof has %d levels, want all %d", len(p.Path.Siblings), proof.StateDepthMax)
	}
	h.prove(t, a)
	h.prove(t, b)
	// More leaves than a bucket holds, parting in the last bits only.
	var many []proof.Hash
	for i := range 2 * bucketLeavesMax {
		c := a
		c[proof.HashSize-1] = byte(i)
		many = append(many, c)
	}
	h.step(t, put("w", many...))
	h.prove(t, many[7])
	h.check(t)
	h.step(t, drop(many[1:]...))
	h.check(t)
}

func TestStagedChangeIsUnseenUntilCommitAndGoneAfterDiscard(t *testing.T) {
	h := newHarness(t)
	defer h.db.Close()
	h.step(t, put("v", hashOf("a")))
	before := h.tree.Root()
	b := h.rows.NewBatch()
	staged, _, err := h.tree.Stage(h.rows, b, put("v", hashOf("b")))
	failOnError(t, err)
	if staged == before || h.tree.Root() != before {
		t.Fatalf("staging shows: %s, before %s", h.tree.Root(), before)
	}
	if _, _, err := h.tree.Stage(h.rows, b, put("v", hashOf("c"))); !errors.Is(err, errStaged) {
		t.Fatalf("staging twice gives %v", err)
	}
	h.tree.Discard()
	failOnError(t, b.Close())
	h.step(t, put("v", hashOf("c")))
	h.check(t)
}

func TestTwoChangesOfOnePathAreRefused(t *testing.T) {
	h := newHarness(t)
	defer h.db.Close()
	b := h.rows.NewBatch()
	defer b.Close()
	_, _, err := h.tree.Stage(h.rows, b, put("v", hashOf("a"), hashOf("b"), hashOf("a")))
	if !errors.Is(err, errOrder) {
		t.Fatalf("got %v, want %v", err, errOrder)
	}
}

func TestTreeLargerThanItsCacheGivesTheSameRoot(t *testing.T) {
	h := newHarness(t)
	defer h.db.Close()
	h.tree.cache.bytesMax = 3000
	for block := range 6 {
		var changes []Change
		for i := range 2000 {
			c := Change{Path: hashOf("%d", (i*7+block*1500)%9000), Value: hashOf("%d", block)}
			c.Delete = i%5 == block%5
			changes = append(changes, c)
		}
		h.step(t, changes)
		if n := h.tree.cache.bytes; n == 0 || n > 3000 {
			t.Fatalf("the cache holds %d bytes, at most 3000", n)
		}
	}
	h.check(t)
}

func TestCacheKeepsThePagesUsedLast(t *testing.T) {
	full := &slots{}
	for i := range full {
		full[i].count = 1
	}
	c := newCache(0)
	at := func(i int) place { return place{path: hashOf("%d", i), bits: bitsMax} }
	pages := CacheBytesMin / (pageBytes + fanout*nodeBytes)
	for i := range pages {
		c.put(c.fresh(at(i), full))
	}
	if _, ok := c.get(at(0)); !ok {
		t.Fatal("a full cache has lost its first page")
	}
	c.put(c.fresh(at(pages), full))
	if _, ok := c.get(at(1)); ok {
		t.Error("one page past the limit should have pushed out the one used longest ago")
	}
	if _, ok := c.get(at(0)); !ok {
		t.Error("the page that was just used was pushed out")
	}
	c.put(c.fresh(at(pages), full))
	if diff := cmp.Diff(pages, len(c.pages)); diff != "" {
		t.Errorf("pages kept (-want +got):\n%s", diff)
	}
	total := 0
	for _, p := range c.pages {
		total += p.bytes()
	}
	if c.bytes != total || total > CacheBytesMin {
		t.Errorf("the cache counts %d bytes, its pages have %d of at most %d", c.bytes, total, CacheBytesMin)
	}
}
