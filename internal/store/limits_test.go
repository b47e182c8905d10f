package store

import (
	"bytes"
	"errors"
	"testing"

	"pedigree/ledger"
)

func TestChangesAreTakenUpToTheLimitsAndNotBeyond(t *testing.T) {
	write := func(key, value int) ledger.Changes {
		return ledger.Changes{Writes: []ledger.Write{{Key: make([]byte, key), Value: make([]byte, value)}}}
	}
	writes := func(keys ...string) (ch ledger.Changes) {
		for _, k := range keys {
			ch.Writes = append(ch.Writes, ledger.Write{Key: []byte(k)})
		}
		return ch
	}
	for name, tc := range map[string]struct {
		ch   ledger.Changes
		want error
	}{
		"a key of the greatest length":         {write(KeyBytesMax, 1), nil},
		"a key one byte longer":                {write(KeyBytesMax+1, 1), errSize},
		"an empty key":                         {write(0, 1), errSize},
		"an empty value":                       {write(1, 0), nil},
		"a value of the greatest size":         {write(1, ValueBytesMax), nil},
		"a value one byte larger":              {write(1, ValueBytesMax+1), errSize},
		"keys that ascend":                     {writes("a", "aa", "b"), nil},
		"a key twice":                          {writes("a", "a"), errOrder},
		"keys that descend":                    {writes("b", "a"), errOrder},
		"an event of the greatest size":        {ledger.Changes{Events: [][]byte{make([]byte, EventBytesMax)}}, nil},
		"an event one byte larger":             {ledger.Changes{Events: [][]byte{make([]byte, EventBytesMax+1)}}, errSize},
		"as many events as there may be":       {ledger.Changes{Events: make([][]byte, ItemsMax)}, nil},
		"one event more":                       {ledger.Changes{Events: make([][]byte, ItemsMax+1)}, errMany},
		"one write more than there may be":     {ledger.Changes{Writes: make([]ledger.Write, ItemsMax+1)}, errMany},
		"as many set items as there may be":    {ledger.Changes{SetAdds: make([]ledger.SetItem, ItemsMax)}, nil},
		"one set item more":                    {ledger.Changes{SetAdds: make([]ledger.SetItem, ItemsMax+1)}, errMany},
		"one drop more than there may be":      {ledger.Changes{SetDrops: make([]ledger.SetDrop, ItemsMax+1)}, errMany},
		"as many entries as there may be":      {ledger.Changes{Entries: make([]ledger.EntryMark, ItemsMax)}, nil},
		"one entry more":                       {ledger.Changes{Entries: make([]ledger.EntryMark, ItemsMax+1)}, errMany},
		"an entry at the last position":        {ledger.Changes{Entries: []ledger.EntryMark{{Index: 1<<32 - 1}}}, nil},
		"an entry past the last position":      {ledger.Changes{Entries: []ledger.EntryMark{{Index: 1 << 32}}}, errSize},
		"an entry at a height below the first": {ledger.Changes{Entries: []ledger.EntryMark{{Height: -1}}}, errSize},
	} {
		t.Run(name, func(t *testing.T) {
			if err := checkChanges(tc.ch); !errors.Is(err, tc.want) {
				t.Errorf("got %v, want %v", err, tc.want)
			}
		})
	}
}

func TestARefusedBlockLeavesTheStoreAsItWas(t *testing.T) {
	h := newHarness(t)
	defer h.close(t)
	h.block(t, many(50, "v"))
	twice := ledger.SetItem{Set: 1}
	if _, err := h.store.Stage(1, ledger.Changes{Writes: many(60, "w").Writes, SetAdds: []ledger.SetItem{twice, twice}}); err == nil {
		t.Fatal("a block with an item that joins twice was staged")
	}
	if err := h.store.Commit(false); !errors.Is(err, errNothing) {
		t.Fatalf("the refused block can be committed: %v", err)
	}
	h.block(t, many(60, "x"))
	h.contents(t)
}

func TestReadsAreLimited(t *testing.T) {
	h := newHarness(t)
	defer h.close(t)
	ch := set("a", "1")
	ch.Events = make([][]byte, EventsReadMax+1)
	h.block(t, ch)
	for n, want := range map[int]int{EventsReadMax: EventsReadMax, EventsReadMax + 1: EventsReadMax} {
		if events, err := h.store.Events(0, n); err != nil || len(events) != want {
			t.Errorf("%d events asked for, %d read, %v", n, len(events), err)
		}
	}
	for n, ok := range map[int]bool{ProofsMax: true, ProofsMax + 1: false} {
		keys := make([][]byte, n-1)
		for i := range keys {
			keys[i] = []byte("a")
		}
		if _, err := h.store.ProveAt(keys, []uint64{0}); (err == nil) != ok {
			t.Errorf("%d proofs at once: %v", n, err)
		}
	}
}

func TestNothingStandsUnderAKeyThatCannotBeWritten(t *testing.T) {
	h := newHarness(t)
	defer h.close(t)
	longest := bytes.Repeat([]byte{1}, KeyBytesMax)
	h.block(t, set(string(longest), "v"))
	for n, want := range map[int]bool{0: false, 1: false, KeyBytesMax: true, KeyBytesMax + 1: false} {
		key := bytes.Repeat([]byte{1}, n)
		_, found, err := h.store.Get(key)
		if err != nil || found != want {
			t.Errorf("a key of %d bytes: found %v, %v", n, found, err)
		}
		p, err := h.store.ProveState(key)
		if err != nil || p.Found != want {
			t.Errorf("proof of a key of %d bytes: found %v, %v", n, p.Found, err)
		}
	}
}
