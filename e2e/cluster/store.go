//go:build linux

package cluster

import (
	"bytes"
	"errors"
	"fmt"
	"path/filepath"

	"pedigree/domain/all"
	"pedigree/internal/store"
	"pedigree/internal/store/kv"
	"pedigree/ledger"
)

// CheckStores reads the stores of the stopped nodes.
func (l *Load) CheckStores() {
	l.Helper()
	stores := l.CompareStores()
	if len(stores) > 0 {
		l.checkEvents(stores[0])
	}
}

// CompareStores lets each stopped node's program search its home for damage, and
// compares the stores with each other and with what must always hold of a state.
func (n *Network) CompareStores() []*store.Store {
	n.Helper()
	var stores []*store.Store
	var views []*store.View
	var databases []*kv.DB
	for _, m := range n.List {
		if out, err := m.fsck(); err != nil {
			n.Errorf("pedigree fsck of %s: %v\n%s", m.ID, err, out)
		}
		db, err := kv.Open(filepath.Join(m.Home, "data", "ledger"), kv.Options{})
		if err != nil {
			n.Fatal(err)
		}
		n.Cleanup(func() {
			if err := db.Close(); err != nil {
				n.Error(err)
			}
		})
		s, err := store.Open(db, store.Options{})
		if err != nil {
			n.Fatal(err)
		}
		v, err := s.View()
		if err != nil {
			n.Fatal(err)
		}
		n.Cleanup(func() { _ = v.Close() })
		databases, stores, views = append(databases, db), append(stores, s), append(views, v)
	}
	n.compareHashes(stores, views)
	n.compareBlocks(databases, stores)
	n.checkInvariants(stores)
	return stores
}

// compareHashes compares what the application hash commits to, at every height.
func (n *Network) compareHashes(stores []*store.Store, views []*store.View) {
	n.Helper()
	lowest := lowestHeight(stores)
	for h := range lowest + 1 {
		want, err := views[0].PartsAt(h)
		for i, v := range views {
			got, other := v.PartsAt(h)
			if err := errors.Join(err, other); err != nil || got != want {
				n.Errorf("height %d: %s has %x, %s has %x, %v", h, n.List[i].ID, got.Hash(), n.List[0].ID, want.Hash(), err)
			}
		}
	}
	n.Logf("application hashes are equal on all nodes at %d heights", lowest+1)
}

func lowestHeight(stores []*store.Store) int64 {
	lowest := stores[0].Height()
	for _, s := range stores {
		lowest = min(lowest, s.Height())
	}
	return lowest
}

// compareBlocks compares the engine's row of every block: its id, its size and its
// header. The key is the engine's own.
func (n *Network) compareBlocks(databases []*kv.DB, stores []*store.Store) {
	n.Helper()
	for h := int64(1); h <= lowestHeight(stores); h++ {
		var first []byte
		for i, db := range databases {
			row, found, err := db.View(kv.EngineBlocks).Get(fmt.Appendf(nil, "H:%d", h))
			if err != nil || !found {
				n.Fatalf("%s has no block %d: %v", n.List[i].ID, h, err)
			}
			if i == 0 {
				first = row
			}
			if !bytes.Equal(row, first) {
				n.Errorf("block %d of %s is not that of %s", h, n.List[i].ID, n.List[0].ID)
			}
		}
	}
}

// checkInvariants lets every domain's rules judge the state: among them that each
// thing has one holder and that counts equal what they count.
func (n *Network) checkInvariants(stores []*store.Store) {
	n.Helper()
	runtime, err := ledger.New(ledger.Config{ChainID: n.ChainID, Modules: all.Modules(), Governor: all.Governor()})
	if err != nil {
		n.Fatal(err)
	}
	for i, s := range stores {
		if err := runtime.Invariants(s); err != nil {
			n.Errorf("the state of %s: %v", n.List[i].ID, err)
		}
	}
}
