package store

import (
	"crypto/sha256"
	"encoding/hex"
	"flag"
	"fmt"
	"testing"

	"pedigree/internal/store/kv"
	"pedigree/ledger"
	"pedigree/ledger/ledgertest"
)

//go:generate go test . -count=1 -run ^TestVectorsAreFresh$ -update

var update = flag.Bool("update", false, "write docs/internals/vectors/store.json anew")

// TestVectorsAreFresh publishes what a few blocks change and every row that stands
// on the disk after them: more keys than one page of the state tree holds, more
// events than one tile, sets that gain and lose buckets.
func TestVectorsAreFresh(t *testing.T) {
	h := newHarness(t)
	defer h.close(t)
	var blocks []ledgertest.Object
	for _, ch := range vectorBlocks() {
		h.block(t, ch)
		blocks = append(blocks, plainChanges(ch))
	}
	h.contents(t)
	ledgertest.FreshVectors(t, *update, "store.json", ledgertest.Object{
		"blocks": blocks, "rows": storedRows(t, h), "appHash": h.store.Parts().Hash().String(),
	})
}

// vectorBlocks begins with 30 keys under one nibble, so that a page has a page
// below it, and goes on with as many elsewhere, a change, a deletion, and a block
// without changes.
func vectorBlocks() []ledger.Changes {
	first, second := map[string]ledger.Write{}, map[string]ledger.Write{}
	for i := 0; len(first) < 30; i++ {
		key := fmt.Sprintf("key %d", i)
		if sha256.Sum256([]byte(key))[0]>>4 == 5 {
			first[key] = ledger.Write{Key: []byte(key), Value: fmt.Appendf(nil, "value %d", i)}
		}
	}
	all := sorted(first)
	for i := range 60 {
		key := fmt.Sprintf("more %d", i)
		second[key] = ledger.Write{Key: []byte(key), Value: []byte{byte(i)}}
	}
	second[string(all[0].Key)] = ledger.Write{Key: all[0].Key, Value: []byte("changed")}
	second[string(all[1].Key)] = ledger.Write{Key: all[1].Key, Delete: true}
	events := func(from, n int) (list [][]byte) {
		for i := range n {
			list = append(list, fmt.Appendf(nil, "event %d", from+i))
		}
		return list
	}
	item := func(bucket uint64, name string) ledger.SetItem {
		return ledger.SetItem{Set: ledger.SetSeen, Bucket: bucket, Item: ledgertest.HashOf(name)}
	}
	mark := func(name string, height int64, index int, code uint32) ledger.EntryMark {
		return ledger.EntryMark{ID: ledgertest.HashOf(name), Height: height, Index: index, Code: code}
	}
	return []ledger.Changes{
		{Writes: all, Events: events(0, 3)},
		{
			Writes: sorted(second), Events: events(3, 20), SetAdds: []ledger.SetItem{item(7, "a"), item(8, "b"), item(7, "c")},
			Entries: []ledger.EntryMark{mark("a", 1, 0, 0), mark("b", 1, 1, 1004), mark("c", 1, 258, 0)},
		},
		{},
		{SetAdds: []ledger.SetItem{item(9, "d")}, SetDrops: []ledger.SetDrop{{Set: ledger.SetSeen, Before: 8}}, Entries: []ledger.EntryMark{mark("d", 3, 0, 0)}},
	}
}

func plainChanges(ch ledger.Changes) ledgertest.Object {
	writes, events, adds, drops, entries := []ledgertest.Object{}, []string{}, []ledgertest.Object{}, []ledgertest.Object{}, []ledgertest.Object{}
	for _, w := range ch.Writes {
		value := any(nil)
		if !w.Delete {
			value = hex.EncodeToString(w.Value)
		}
		writes = append(writes, ledgertest.Object{"key": ledgertest.Hex(w.Key), "value": value})
	}
	for _, e := range ch.Events {
		events = append(events, hex.EncodeToString(e))
	}
	for _, a := range ch.SetAdds {
		adds = append(adds, ledgertest.Object{"set": a.Set, "bucket": a.Bucket, "item": a.Item.String()})
	}
	for _, d := range ch.SetDrops {
		drops = append(drops, ledgertest.Object{"set": d.Set, "before": d.Before})
	}
	for _, e := range ch.Entries {
		entries = append(entries, ledgertest.Object{"id": e.ID.String(), "height": e.Height, "index": e.Index, "code": e.Code})
	}
	return ledgertest.Object{"writes": writes, "events": events, "setAdds": adds, "setDrops": drops, "entries": entries}
}

// storedRows lists every row under the ledger's prefixes, prefix first.
func storedRows(t *testing.T, h *harness) []ledgertest.Object {
	t.Helper()
	var out []ledgertest.Object
	for _, p := range []kv.Prefix{kv.LedgerMeta, kv.LedgerRows, kv.LedgerStateTree, kv.LedgerEvents, kv.LedgerEventTree, kv.LedgerSets, kv.LedgerSetChains} {
		it, err := h.db.View(p).NewIter(nil, nil)
		failOnError(t, err)
		count := 0
		for more := it.First(); more; more = it.Next() {
			out = append(out, ledgertest.Object{"key": ledgertest.Hex(append([]byte{byte(p)}, it.Key()...)), "value": ledgertest.Hex(it.Value())})
			count++
		}
		failOnError(t, it.Error())
		failOnError(t, it.Close())
		if count == 0 {
			t.Fatalf("there is no row under prefix %#02x", byte(p))
		}
	}
	return out
}
