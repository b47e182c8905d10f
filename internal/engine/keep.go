package engine

import (
	"sync/atomic"
	"time"

	"github.com/cometbft/cometbft/p2p"
)

// keepPeers dials the configured peers that aren't connected, over and over.
//
// The engine does so by itself, but not always: of a peer that takes a connection and
// ends it at once, as one does that doesn't know this node as a member yet, it can lose
// hold, for the attempt before is still being noted as under way when the next one is
// asked for; and after a day without an answer it gives up.
func (n *Node) keepPeers() {
	busy := make([]atomic.Bool, len(n.config.Peers))
	tick := time.NewTicker(redialEvery)
	defer tick.Stop()
	for {
		select {
		case <-n.halt.stopping:
			return
		case <-tick.C:
		}
		peers := n.engine.Switch().Peers()
		for i, p := range n.config.Peers {
			if peers.Has(p2p.ID(p.ID)) || !busy[i].CompareAndSwap(false, true) {
				continue
			}
			go func() { // ends by the engine's own limits
				defer busy[i].Store(false)
				// What the name stands for may have changed, so it is looked up each time.
				addr, err := p2p.NewNetAddressString(p2p.IDAddressString(p2p.ID(p.ID), p.Addr))
				if err == nil && !n.ended() {
					_ = n.engine.Switch().DialPeerWithAddress(addr) // the engine logs what it met
				}
			}()
		}
	}
}
