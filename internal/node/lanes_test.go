package node

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"pedigree/internal/engine"
	"pedigree/ledger"
	"pedigree/proof"
)

// waits puts so many envelopes of a size into an organisation's lane.
func waits(t *testing.T, l *lanes, org string, count, size int) (list [][]byte) {
	t.Helper()
	for i := range count {
		raw := bytes.Repeat([]byte{byte(i)}, size)
		copy(raw, fmt.Sprintf("%s %d.", org, i))
		if err := l.join(org, sha256.Sum256(raw), raw); err != nil {
			t.Fatalf("envelope %d of %s: %v", i, org, err)
		}
		list = append(list, raw)
	}
	return list
}

func mustCrowd(t *testing.T, l *lanes, org string, size int) {
	t.Helper()
	raw := append([]byte(org), bytes.Repeat([]byte{0xff}, size-len(org))...)
	err := l.join(org, sha256.Sum256(raw), raw)
	if !errors.As(err, new(errCrowded)) || !errors.Is(err, engine.ErrMempoolFull) {
		t.Errorf("one more of %s: %v", org, err)
	}
	if _, err := l.look(org, sha256.Sum256(raw), size); !errors.As(err, new(errCrowded)) {
		t.Errorf("one more of %s, before its signatures are judged: %v", org, err)
	}
}

func TestOneOrganisationNeverTakesAllPlaces(t *testing.T) {
	t.Run("counted in envelopes", func(t *testing.T) {
		l := newLanes(100, 1<<20)
		waits(t, l, "flood", 50, 100)
		mustCrowd(t, l, "flood", 100)
		waits(t, l, "second", 25, 100)
		mustCrowd(t, l, "second", 100)
		mustCrowd(t, l, "flood", 100)
		waits(t, l, "third", 13, 100)
		mustCrowd(t, l, "third", 100)
	})
	t.Run("counted in bytes", func(t *testing.T) {
		l := newLanes(1000, 100_000)
		waits(t, l, "flood", 5, 10_000)
		mustCrowd(t, l, "flood", 10_000)
		waits(t, l, "honest", 25, 1000)
		if l.bytes > 100_000 {
			t.Errorf("%d bytes wait", l.bytes)
		}
	})
	t.Run("what left makes room", func(t *testing.T) {
		l := newLanes(100, 1<<20)
		list := waits(t, l, "flood", 50, 100)
		l.leave(list[:2])
		waits(t, l, "again", 1, 100)
		if n, err := l.look("flood", proof.Hash{1}, 100); err != nil || n != 48 {
			t.Errorf("%d wait, %v", n, err)
		}
		l.leave(list)
		l.leave(list) // a block may hold what never waited here
		if l.bytes != 100 || len(l.byOrg) != 1 || len(l.byBytes) != 1 || len(l.ids) != 1 {
			t.Errorf("%d bytes and %d lanes are left, want one envelope", l.bytes, len(l.byOrg))
		}
	})
}

func TestAnEntryWaitsOnceWhoeverSignsItAgain(t *testing.T) {
	l := newLanes(100, 1<<20)
	id := proof.Hash{1}
	if err := l.join("maker", id, []byte("one")); err != nil {
		t.Fatal(err)
	}
	if err := l.join("maker", id, []byte("one")); err != nil {
		t.Errorf("the same bytes again: %v", err)
	}
	if err := l.join("maker", id, []byte("other")); ledger.CodeOf(err) != ledger.CodeReplayed {
		t.Errorf("the same entry under other signatures: %v", err)
	}
	if _, err := l.look("maker", id, 5); ledger.CodeOf(err) != ledger.CodeReplayed {
		t.Errorf("the same, before its signatures are judged: %v", err)
	}
	if len(l.byBytes) != 1 {
		t.Errorf("%d envelopes wait", len(l.byBytes))
	}
}

func TestABlockTakesFromTheLanesInTurns(t *testing.T) {
	for name, c := range map[string]struct {
		flood, honest int // envelopes of 10,000 bytes and of 100
		block         int64
		want          map[string]int
	}{
		"a lane alone fills the block":                      {100, 0, 505_000, map[string]int{"flood": 50}},
		"a lane gives its floor beside one that has little": {200, 3, 4 << 20, map[string]int{"flood": 104, "honest": 3}},
		"a lane gives as much as the others have":           {200, 12000, 4 << 20, map[string]int{"flood": 119, "honest": 12000}},
		"where not all fits, both give":                     {100, 4000, 150_000, map[string]int{"flood": 8, "honest": 659}},
		"what does not fit waits for the next block":        {100, 3, 150, map[string]int{"honest": 1}},
	} {
		t.Run(name, func(t *testing.T) {
			l := newLanes(100_000, 64<<20)
			waits(t, l, "flood", c.flood, 10_000)
			waits(t, l, "honest", c.honest, 100)
			got, size := map[string]int{}, int64(0)
			for _, raw := range l.propose(c.block) {
				got[string(raw[:bytes.IndexByte(raw, ' ')])]++
				size += int64(len(raw)) + engine.BlockTxOverhead
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Error(diff)
			}
			if size > c.block {
				t.Errorf("%d bytes in a block of %d", size, c.block)
			}
		})
	}
}

// Whatever is in the lanes comes into a block: as long as the blocks leave, all ends.
func TestBlocksEmptyAllLanesInOrder(t *testing.T) {
	l := newLanes(100_000, 64<<20)
	want := map[string][][]byte{}
	for i, org := range []string{"a", "b", "c", "d"} {
		want[org] = waits(t, l, org, 10+200*i, 300*(4-i)+ledger.EnvelopeSizeMax*(i%2)/2)
	}
	got := map[string][][]byte{}
	for blocks := 0; len(l.byBytes) > 0; blocks++ {
		if blocks > 1000 {
			t.Fatalf("%d envelopes still wait after %d blocks", len(l.byBytes), blocks)
		}
		txs := l.propose(100_000)
		for _, raw := range txs {
			org := string(raw[:1])
			got[org] = append(got[org], raw)
		}
		l.leave(txs)
	}
	for org, list := range want {
		if !slices.EqualFunc(list, got[org], bytes.Equal) {
			t.Errorf("of %s: not each once, in the order in which it came", org)
		}
	}
	if l.bytes != 0 || len(l.byOrg) != 0 || len(l.ids) != 0 {
		t.Errorf("%d bytes, %d lanes and %d ids are left", l.bytes, len(l.byOrg), len(l.ids))
	}
}
