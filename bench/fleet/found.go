package fleet

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"time"

	"pedigree/bench/goods"
	"pedigree/domain/org"
	"pedigree/internal/engine"
	"pedigree/internal/freeport"
	"pedigree/internal/netns"
	"pedigree/internal/node"
	"pedigree/ledger"
	"pedigree/proof"
)

// found makes homes and a founding file in which every validator belongs to a
// maker, and says what each process is to do.
func found(c Config, lanes *netns.Net, now time.Time) ([]order, error) {
	profile := engine.Single
	if c.Count > 1 {
		profile = engine.LAN
	}
	f := node.Founding{ChainID: chainID, Time: now.UTC().Truncate(time.Second), Profile: profile, Limits: ledger.DefaultParams()}
	part := org.Founding{Quorum: org.Fraction{Numerator: 2, Denominator: 3}}
	orders, peers := make([]order, c.Count), make([]engine.Peer, c.Count)
	for i := range orders {
		home := filepath.Join(c.Dir, fmt.Sprintf("validator-%d", i+1))
		id, key, err := engine.InitHome(home)
		if err != nil {
			return nil, err
		}
		m, err := goods.NewMaker(f.ChainID, i+1, f.Time)
		if err != nil {
			return nil, err
		}
		member, err := m.Founding(proof.NewKey(key[:]))
		if err != nil {
			return nil, err
		}
		part.Members = append(part.Members, member)
		f.Validators = append(f.Validators, node.FoundingValidator{Org: m.Org, Key: member.Validator})
		if lanes != nil {
			peers[i] = engine.Peer{ID: id, Addr: lanes.Lanes[i].Addr + ":26656"}
		} else if peers[i], err = freePeer(id); err != nil {
			return nil, err
		}
		orders[i] = order{Kind: c.Kind, Home: home, Number: i + 1, Profile: profile, Listen: peers[i].Addr, Sizes: c.Sizes, Bare: c.Bare}
	}
	raw, err := json.Marshal(part)
	if err != nil {
		return nil, fmt.Errorf("couldn't write the founding members: %w", err)
	}
	f.Modules = map[string]json.RawMessage{"org": raw}
	for i := range orders {
		orders[i].Founding = f
		orders[i].Peers = append(append([]engine.Peer{}, peers[:i]...), peers[i+1:]...)
	}
	return orders, nil
}

// freePeer finds a port that was free a moment ago.
func freePeer(id string) (engine.Peer, error) {
	address, err := freeport.Address()
	return engine.Peer{ID: id, Addr: address}, err
}

// ShipBytes is the size of the envelopes that a ledger is loaded with.
func ShipBytes() (int, error) {
	m, err := goods.NewMaker(chainID, 1, time.Now())
	if err != nil {
		return 0, err
	}
	e, err := m.ShipUnit(0)
	return len(e.Encode()), err
}
