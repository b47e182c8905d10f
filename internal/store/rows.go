package store

import (
	"pedigree/internal/store/kv"
)

// rows is committed rows under one prefix: *kv.View or *kv.Snapshot.
type rows interface {
	Get(key []byte) (value []byte, found bool, err error)
	NewIter(lower, upper []byte) (*kv.Iter, error)
}

// spaces is committed rows under every prefix of ours.
type spaces struct {
	meta, state, tree, events, tiles, items, chains rows
}

func spacesOf[R rows](at func(kv.Prefix) R) spaces {
	return spaces{
		meta:   at(kv.LedgerMeta),
		state:  at(kv.LedgerRows),
		tree:   at(kv.LedgerStateTree),
		events: at(kv.LedgerEvents),
		tiles:  at(kv.LedgerEventTree),
		items:  at(kv.LedgerSets),
		chains: at(kv.LedgerSetChains),
	}
}

// after is the first key past all keys that begin with prefix, or nil past the
// very last one.
func after(prefix []byte) []byte {
	for n := len(prefix); n > 0; n-- {
		if prefix[n-1] != 0xff {
			next := append([]byte{}, prefix[:n]...)
			next[n-1]++
			return next
		}
	}
	return nil
}
