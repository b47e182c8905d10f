package network

import (
	"cmp"
	"slices"

	"pedigree/domain/org"
	"pedigree/ledger"
	"pedigree/proof"
)

// Peer is a node of a member that others may connect with.
type Peer struct {
	_      struct{} `cbor:",toarray"`
	NodeID string   // 40 hexadecimal digits
	Addr   string   // host:port; empty: it takes no connections
	Height uint64   // at which it was last published
}

// PublishPeer names a node of a member, or changes its address. The member sends
// it, or the council.
type PublishPeer struct {
	_         struct{}  `cbor:",toarray"`
	Member    string    `json:"member"`
	NodeID    string    `json:"node_id"`
	Addr      string    `json:"addr"`      // host:port; empty: it takes no connections
	Key       proof.Key `json:"key"`       // the node's; NodeID is made from it
	Signature []byte    `json:"signature"` // by Key, over NodeStatement; Base64 in JSON
}

// peerPublished is the event. Who wants to see the signature has it in the entry.
type peerPublished struct {
	_      struct{} `cbor:",toarray"`
	Member string
	NodeID string
	Addr   string
}

// Validate implements ledger.Message.
func (e *PublishPeer) Validate() error {
	if e.Addr != "" {
		if err := checkAddr("address of a node", e.Addr); err != nil {
			return err
		}
	}
	return cmp.Or(org.CheckID(e.Member), checkNodeID(e.NodeID), e.checkKey())
}

// Apply implements ledger.Message.
func (e *PublishPeer) Apply(b *ledger.Block, s ledger.State) error {
	if err := org.ActsFor(b, s, e.Member); err != nil {
		return err
	}
	return e.publish(b, s)
}

// publish does the work for the member and the founding file.
func (e *PublishPeer) publish(b *ledger.Block, s ledger.State) error {
	if _, err := org.Load(s, e.Member); err != nil {
		return err
	}
	if err := e.held(b); err != nil {
		return err
	}
	if owner, taken := nodes.Get(s, e.NodeID); taken && owner != e.Member && isMember(s, owner) {
		return CodeNodeTaken.Errorf("node %s is one of %s; give each node a key of its own, or let %s withdraw it", e.NodeID, owner, owner)
	}
	list, _ := peers.Get(s, e.Member)
	p := Peer{NodeID: e.NodeID, Addr: e.Addr, Height: b.Height}
	switch i := list.find(e.NodeID); {
	case i >= 0:
		list.Peers[i] = p
	case len(list.Peers) >= PeersMax:
		return CodeTooMany.Errorf("member %s has its %d nodes; withdraw one first", e.Member, PeersMax)
	default:
		list.Peers = append(list.Peers, p)
	}
	peers.Set(s, e.Member, list)
	nodes.Set(s, e.NodeID, e.Member)
	return b.Emit("peer-published", peerPublished{Member: e.Member, NodeID: e.NodeID, Addr: e.Addr})
}

func (l peerList) find(nodeID string) int {
	return slices.IndexFunc(l.Peers, func(p Peer) bool { return p.NodeID == nodeID })
}

// isMember reports whether an organisation has not been removed.
func isMember(s ledger.State, id string) bool {
	_, err := org.Load(s, id)
	return err == nil
}

// WithdrawPeer takes a node back; the others will close their connections to it.
// The member sends it, or the council.
type WithdrawPeer struct {
	_      struct{} `cbor:",toarray"`
	Member string   `json:"member"`
	NodeID string   `json:"node_id"`
}

// Validate implements ledger.Message.
func (e *WithdrawPeer) Validate() error { return cmp.Or(org.CheckID(e.Member), checkNodeID(e.NodeID)) }

// Apply implements ledger.Message.
func (e *WithdrawPeer) Apply(b *ledger.Block, s ledger.State) error {
	if err := org.ActsFor(b, s, e.Member); err != nil {
		return err
	}
	list, _ := peers.Get(s, e.Member)
	i := list.find(e.NodeID)
	if i < 0 || !isMember(s, e.Member) {
		return CodeUnknownPeer.Errorf("member %s has published no node %s; there is nothing to withdraw", e.Member, e.NodeID)
	}
	list.Peers = slices.Delete(list.Peers, i, i+1)
	if len(list.Peers) == 0 {
		peers.Delete(s, e.Member)
	} else {
		peers.Set(s, e.Member, list)
	}
	nodes.Delete(s, e.NodeID)
	return b.Emit("peer-withdrawn", e)
}

// Peers calls fn with every node of every member that has not been removed, in
// the order of members' ids and of publication, until fn returns false. It reads
// two rows a member.
func Peers(s ledger.State, fn func(member string, p Peer) bool) {
	peers.Each(s, nil, func(member string, list peerList) bool {
		if !isMember(s, member) {
			return true
		}
		for _, p := range list.Peers {
			if !fn(member, p) {
				return false
			}
		}
		return true
	})
}

// PeersOf returns the nodes of a member that has not been removed, in the order of
// publication; none when it has published none.
func PeersOf(s ledger.State, member string) []Peer {
	if !isMember(s, member) {
		return nil
	}
	list, _ := peers.Get(s, member)
	return list.Peers
}

// PeerOf returns the member that a node belongs to, and what it published of it.
// It reads three rows, however many nodes there are: this is the question at each
// connection.
func PeerOf(s ledger.State, nodeID string) (member string, p Peer, ok bool) {
	member, ok = nodes.Get(s, nodeID)
	if !ok || !isMember(s, member) {
		return "", Peer{}, false
	}
	list, _ := peers.Get(s, member)
	return member, list.Peers[list.find(nodeID)], true
}
