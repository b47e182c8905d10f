package network

import (
	"fmt"

	"pedigree/ledger"
)

func invariants() []ledger.Invariant {
	return []ledger.Invariant{
		{Name: "a node is one member's", Check: checkNodes},
		{Name: "seal keys rise and overlap by two at most", Check: checkMailboxes},
		{Name: "versions rise with height", Check: checkUpgrades},
	}
}

// checkNodes lets the row of a removed member name nodes that another member has
// taken over since: nobody reads it any more.
func checkNodes(s ledger.State) error {
	var fault error
	peers.Each(s, nil, func(member string, list peerList) bool {
		fault = checkPeers(s, member, list)
		return fault == nil
	})
	if fault != nil {
		return fault
	}
	nodes.Each(s, nil, func(node, owner string) bool {
		if list, _ := peers.Get(s, owner); list.find(node) < 0 {
			fault = fmt.Errorf("node %s is registered for %s, which has not published it", node, owner)
		}
		return fault == nil
	})
	return fault
}

func checkPeers(s ledger.State, member string, list peerList) error {
	if len(list.Peers) == 0 || len(list.Peers) > PeersMax {
		return fmt.Errorf("member %s has %d nodes", member, len(list.Peers))
	}
	for _, p := range list.Peers {
		if owner, _ := nodes.Get(s, p.NodeID); owner != member && isMember(s, member) {
			return fmt.Errorf("node %s of %s is registered for %q", p.NodeID, member, owner)
		}
	}
	return nil
}

func checkMailboxes(s ledger.State) error {
	var fault error
	mailboxes.Each(s, nil, func(member string, box mailbox) bool {
		var before SealKey
		for _, k := range box.Seal {
			if k.ID <= before.ID || k.ID > box.Issued || k.From < before.From || before.ID != 0 && before.To == 0 {
				fault = fmt.Errorf("seal key %d of %s follows key %d out of order", k.ID, member, before.ID)
			}
			before = k
		}
		if len(box.Seal) > SealKeysMax || before.To != 0 {
			fault = fmt.Errorf("member %s has %d seal keys, the last until %d", member, len(box.Seal), before.To)
		}
		return fault == nil
	})
	return fault
}

func checkUpgrades(s ledger.State) error {
	var fault error
	before := uint64(FirstVersion)
	upgrades.Each(s, nil, func(height uint64, u upgrade) bool {
		if u.Version <= before {
			fault = fmt.Errorf("version %d at height %d follows version %d", u.Version, height, before)
		}
		before = u.Version
		return fault == nil
	})
	return fault
}
