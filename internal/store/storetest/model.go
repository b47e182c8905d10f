package storetest

import (
	"bytes"

	"pedigree/ledger"
	"pedigree/proof"
)

// Model is a whole store held in plain maps.
type Model struct {
	State   map[string][]byte
	Events  [][]byte
	Sets    map[Bucket][]proof.Hash
	Entries map[proof.Hash]ledger.EntryMark
}

// NewModel returns an empty model.
func NewModel() *Model {
	return &Model{
		State:   map[string][]byte{},
		Sets:    map[Bucket][]proof.Hash{},
		Entries: map[proof.Hash]ledger.EntryMark{},
	}
}

// Apply does to the model what a block does to the store.
func (m *Model) Apply(ch ledger.Changes) {
	for _, w := range ch.Writes {
		if w.Delete {
			delete(m.State, string(w.Key))
		} else {
			m.State[string(w.Key)] = bytes.Clone(w.Value)
		}
	}
	for _, e := range ch.Events {
		m.Events = append(m.Events, bytes.Clone(e))
	}
	for _, a := range ch.SetAdds {
		b := Bucket{Set: a.Set, Number: a.Bucket}
		m.Sets[b] = append(m.Sets[b], a.Item)
	}
	for _, d := range ch.SetDrops {
		for b := range m.Sets {
			if b.Set == d.Set && b.Number < d.Before {
				delete(m.Sets, b)
			}
		}
	}
	for _, e := range ch.Entries {
		m.Entries[e.ID] = e
	}
}

// Parts returns what the application hash commits to.
func (m *Model) Parts() proof.AppHashParts {
	return proof.AppHashParts{
		EventCount: uint64(len(m.Events)),
		EventRoot:  EventRoot(m.Events),
		StateRoot:  StateRoot(m.State),
		SetRoot:    SetRoot(m.Sets),
	}
}
