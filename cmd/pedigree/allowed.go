package main

import (
	"pedigree/domain/network"
	"pedigree/domain/org"
	"pedigree/internal/config"
	"pedigree/internal/engine"
	"pedigree/ledger"
)

// allowedNode says whether a node may connect: one that a member published, or
// one of the configuration whose member is in the network and has published none,
// for what a member says itself comes before what others wrote down. A suspended
// member's node stays: its validator still decides.
func allowedNode(peers []config.Peer) func(s ledger.State, id string) bool {
	member := make(map[string]string, len(peers))
	for _, p := range peers {
		member[p.ID] = p.Org
	}
	return func(s ledger.State, id string) bool {
		if _, _, published := network.PeerOf(s, id); published {
			return true
		}
		name, listed := member[id]
		if !listed {
			return false
		}
		_, err := org.Load(s, name)
		return err == nil && len(network.PeersOf(s, name)) == 0
	}
}

// publishedNodes are the nodes of members that others may connect with.
func publishedNodes(s ledger.State) (list []engine.Peer) {
	network.Peers(s, func(_ string, p network.Peer) bool {
		list = append(list, engine.Peer{ID: p.NodeID, Addr: p.Addr})
		return true
	})
	return list
}
