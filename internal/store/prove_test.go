package store

import (
	"errors"
	"testing"

	"pedigree/internal/store/eventtree"
	"pedigree/internal/store/kv"
	"pedigree/internal/store/storetest"
	"pedigree/ledger"
	"pedigree/proof"

	logproof "github.com/transparency-dev/merkle/proof"
	"github.com/transparency-dev/merkle/rfc6962"
)

// logged is a store with three heights of events: 3, then none, then 40 more.
func logged(t *testing.T) *harness {
	h := newHarness(t)
	for _, n := range []int{3, 0, 40} {
		ch := set("n", string(rune('0'+n)))
		for i := range n {
			ch.Events = append(ch.Events, []byte{byte(n), byte(i)})
		}
		h.block(t, ch)
	}
	return h
}

func TestEventIsProvedAtItsOwnAndAtLaterHeights(t *testing.T) {
	h := logged(t)
	defer h.close(t)
	v, err := h.store.View()
	failOnError(t, err)
	defer v.Close()
	for _, tc := range []struct {
		number uint64
		height int64
		want   error
	}{{2, 0, nil}, {2, 1, nil}, {2, 2, nil}, {3, 0, eventtree.ErrRange}, {3, 2, nil}, {42, 2, nil}, {43, 2, eventtree.ErrRange}, {2, 3, ErrHeight}, {2, -1, ErrHeight}} {
		p, err := v.ProveEventAt(tc.number, tc.height)
		if !errors.Is(err, tc.want) {
			t.Errorf("event %d at height %d: %v, want %v", tc.number, tc.height, err, tc.want)
		}
		if err == nil && (p.Height != tc.height || p.Verify() != nil || string(p.Event) != string(h.model.Events[tc.number])) {
			t.Errorf("event %d at height %d: the proof is of height %d and event %x", tc.number, tc.height, p.Height, p.Event)
		}
	}
}

func TestEventProofHoldsForThatEventOnly(t *testing.T) {
	h := logged(t)
	defer h.close(t)
	p, err := h.store.ProveEvent(20)
	failOnError(t, err)
	failOnError(t, p.Verify())
	root := storetest.EventRoot(h.model.Events)
	if p.Parts.EventRoot != root || p.Height != 2 {
		t.Fatalf("the proof names root %s and height %d", p.Parts.EventRoot, p.Height)
	}
	for what, change := range map[string]func(*EventProof){
		"another event":  func(p *EventProof) { p.Event = []byte("x") },
		"another number": func(p *EventProof) { p.Number++ },
		"another count":  func(p *EventProof) { p.Parts.EventCount = 21 },
		"a shorter path": func(p *EventProof) { p.Hashes = p.Hashes[1:] },
		"another root":   func(p *EventProof) { p.Parts.EventRoot[0] ^= 1 },
	} {
		other := p
		change(&other)
		if err := other.Verify(); !errors.Is(err, proof.ErrProof) {
			t.Errorf("%s is proved too: %v", what, err)
		}
	}
}

func TestOlderLogIsTheBeginningOfTheNewer(t *testing.T) {
	h := logged(t)
	defer h.close(t)
	v, err := h.store.View()
	failOnError(t, err)
	defer v.Close()
	hashes, err := v.ProveConsistency(3, 43)
	failOnError(t, err)
	var path [][]byte
	for i := range hashes {
		path = append(path, hashes[i][:])
	}
	older, err := v.EventRootAt(3)
	failOnError(t, err)
	newer := v.Parts().EventRoot
	failOnError(t, logproof.VerifyConsistency(rfc6962.DefaultHasher, 3, 43, path, older[:], newer[:]))
	if _, err := v.ProveConsistency(3, 44); !errors.Is(err, eventtree.ErrRange) {
		t.Errorf("more events than there are: %v", err)
	}
	if _, err := v.EventRootAt(44); !errors.Is(err, eventtree.ErrRange) {
		t.Errorf("the root of more events than there are: %v", err)
	}
}

func TestViewKeepsItsHeightWhileBlocksGoOn(t *testing.T) {
	h := logged(t)
	defer h.close(t)
	v, err := h.store.View()
	failOnError(t, err)
	defer v.Close()
	before := v.Parts()
	later := many(500, "later")
	later.Events = [][]byte{[]byte("later")}
	later.SetAdds = []ledger.SetItem{{Set: 1, Bucket: 1, Item: proof.Hash{1}}}
	later.Entries = []ledger.EntryMark{{ID: proof.Hash{9}, Height: 3}}
	h.block(t, later)
	p, err := v.ProveState([]byte("\x10key 7"))
	failOnError(t, err)
	events, err := v.Events(43, 5)
	failOnError(t, err)
	has, err := v.SetHas(1, 1, proof.Hash{1})
	failOnError(t, err)
	_, entry, err := v.Entry(proof.Hash{9})
	failOnError(t, err)
	_, found, err := v.Get([]byte("\x10key 7"))
	failOnError(t, err)
	if p.Found || found || has || entry || len(events) != 0 || v.Parts() != before || p.Height != 2 {
		t.Errorf("the view of height 2 shows height 3: %v %v %v %v %d", p.Found, found, has, entry, len(events))
	}
	keys := 0
	failOnError(t, v.Each([]byte("\x10"), func(_, _ []byte) (bool, error) { keys++; return true, nil }))
	if keys != 0 {
		t.Errorf("the view of height 2 shows %d keys of height 3", keys)
	}
}

func TestSeveralProofsBelongToOneHeight(t *testing.T) {
	h := logged(t)
	defer h.close(t)
	p, err := h.store.ProveAt([][]byte{[]byte("n"), []byte("m")}, []uint64{0, 42})
	failOnError(t, err)
	if len(p.States) != 2 || len(p.Events) != 2 || !p.States[0].Found || p.States[1].Found {
		t.Fatalf("%d state proofs and %d event proofs", len(p.States), len(p.Events))
	}
	for _, s := range p.States {
		failOnError(t, s.Verify())
		if s.At != p.At || p.Height != 2 || p.Parts != h.store.Parts() {
			t.Errorf("a proof of height %d in a bundle of height %d", s.Height, p.Height)
		}
	}
	for _, e := range p.Events {
		failOnError(t, e.Verify())
	}
}

func TestNoProofIsMadeOfDamagedRows(t *testing.T) {
	for name, tc := range map[string]struct {
		prefix kv.Prefix
		want   error
	}{
		"the row under the key":  {kv.LedgerRows, ErrCorrupt},
		"the state tree's nodes": {kv.LedgerStateTree, proof.ErrProof},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHarness(t)
			defer h.close(t)
			h.block(t, many(100, "v"))
			flipAll(t, h.db, tc.prefix)
			p, err := h.store.ProveState([]byte("\x10absent"))
			if tc.prefix == kv.LedgerRows {
				p, err = h.store.ProveState([]byte("\x10key 7"))
			}
			if !errors.Is(err, tc.want) {
				t.Errorf("got %v and the proof %+v, want %v", err, p, tc.want)
			}
		})
	}
}
