package ledgertest

import (
	"slices"
	"strings"

	"pedigree/ledger"
	"pedigree/proof"
)

// Memory is a ledger.Backend in memory: obviously right, and slow.
type Memory struct {
	Rows   map[string][]byte
	Sets   map[setKey]map[proof.Hash]bool
	Events [][]byte
	Marks  map[proof.Hash]ledger.EntryMark
}

type setKey struct {
	set    byte
	bucket uint64
}

// NewMemory returns an empty backend.
func NewMemory() *Memory {
	return &Memory{Rows: map[string][]byte{}, Sets: map[setKey]map[proof.Hash]bool{}, Marks: map[proof.Hash]ledger.EntryMark{}}
}

// Get implements ledger.Backend.
func (m *Memory) Get(key []byte) ([]byte, bool, error) {
	v, ok := m.Rows[string(key)]
	return v, ok, nil
}

// Each implements ledger.Backend.
func (m *Memory) Each(prefix []byte, fn func(key, value []byte) (bool, error)) error {
	var keys []string
	begins := string(prefix)
	for k := range m.Rows {
		if strings.HasPrefix(k, begins) {
			keys = append(keys, k)
		}
	}
	slices.Sort(keys)
	for _, k := range keys {
		if more, err := fn([]byte(k), m.Rows[k]); err != nil || !more {
			return err
		}
	}
	return nil
}

// Keys lists the raw state keys in ascending order.
func (m *Memory) Keys() []string {
	keys := make([]string, 0, len(m.Rows))
	for k := range m.Rows {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// SetHas implements ledger.Backend.
func (m *Memory) SetHas(set byte, bucket uint64, item proof.Hash) (bool, error) {
	return m.Sets[setKey{set, bucket}][item], nil
}

// Apply makes a block's changes.
func (m *Memory) Apply(c ledger.Changes) {
	for _, w := range c.Writes {
		if w.Delete {
			delete(m.Rows, string(w.Key))
		} else {
			m.Rows[string(w.Key)] = w.Value
		}
	}
	for _, a := range c.SetAdds {
		k := setKey{a.Set, a.Bucket}
		if m.Sets[k] == nil {
			m.Sets[k] = map[proof.Hash]bool{}
		}
		m.Sets[k][a.Item] = true
	}
	for _, d := range c.SetDrops {
		for k := range m.Sets {
			if k.set == d.Set && k.bucket < d.Before {
				delete(m.Sets, k)
			}
		}
	}
	m.Events = append(m.Events, c.Events...)
	for _, e := range c.Entries {
		m.Marks[e.ID] = e
	}
}
