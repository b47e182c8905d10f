package node

import (
	"pedigree/ledger"
)

// partingBlocks is how many blocks later a node is disconnected that may not take
// part any more: its validator still decides the next one, and with three
// validators the others couldn't without it.
const partingBlocks = 1

// guard decides which nodes may connect, by what the members agreed on, and sends
// those away that may not any more.
type guard struct {
	node    *Node
	allowed func(s ledger.State, id string) bool
	listed  map[string]bool   // of the configuration
	parting map[string]uint64 // connected, and not allowed from this height on; of one goroutine
}

func newGuard(c Config, n *Node) *guard {
	g := &guard{node: n, allowed: c.Allowed, listed: make(map[string]bool, len(c.Peers))}
	for _, p := range c.Peers {
		g.listed[p.ID] = true
	}
	return g
}

// allows is engine.Config.AllowPeer.
func (g *guard) allows(id string) bool {
	if g.allowed == nil || g.node.Height() == 0 {
		return g.listed[id]
	}
	return len(g.strangers([]string{id})) == 0
}

// strangers are those of some nodes that may not be connected. What can't be found
// out is one.
func (g *guard) strangers(ids []string) []string {
	var out []string
	err := g.node.Read(func(s ledger.State) error {
		for _, id := range ids {
			if !g.allowed(s, id) {
				out = append(out, id)
			}
		}
		return nil
	})
	if err != nil {
		g.node.log.Error("couldn't read which nodes may connect; none may", "error", err)
		return ids
	}
	return out
}

// sweep disconnects the nodes that may not be connected any more. It is called
// after each block.
func (g *guard) sweep(height uint64) {
	if g.allowed == nil {
		return
	}
	var ids []string
	for _, p := range g.node.engine.Peers() {
		ids = append(ids, p.ID)
	}
	still := map[string]uint64{}
	for _, id := range g.strangers(ids) {
		since, known := g.parting[id]
		if !known {
			since = height
		}
		still[id] = since
		if height >= since+partingBlocks && g.node.engine.Disconnect(id) {
			g.node.log.Warn("a node was disconnected: its member takes no part in the network any more", "node", id)
		}
	}
	g.parting = still
}
