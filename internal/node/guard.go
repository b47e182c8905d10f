package node

import (
	"sync"
	"time"

	"pedigree/ledger"
)

const (
	// sweepPause is the least time between two looks at who is connected.
	sweepPause = time.Second
	// partingBlocks is how many blocks later a node is disconnected that may not
	// take part any more: its validator still decides two of them, and with three
	// validators the others couldn't without it.
	partingBlocks = 3
)

// guard decides which nodes may connect, by what the members agreed on, and sends
// those away that may not any more.
type guard struct {
	node    *Node
	allowed func(s ledger.State, id string) bool
	listed  map[string]bool // of the configuration

	mu      sync.Mutex
	parting map[string]uint64 // connected, and not allowed from this height on
	swept   time.Time
}

func newGuard(c Config, n *Node) *guard {
	g := &guard{node: n, allowed: c.Allowed, listed: make(map[string]bool, len(c.Peers)), parting: map[string]uint64{}}
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
	may := false
	err := g.node.Read(func(s ledger.State) error { may = g.allowed(s, id); return nil })
	if err != nil {
		g.node.log.Error("couldn't read whether a node may connect; it may not", "node", id, "error", err)
	}
	return may && err == nil
}

// sweep disconnects the nodes that may not be connected any more.
func (g *guard) sweep() {
	if g.allowed == nil || !g.due() {
		return
	}
	height := g.node.Height()
	still := map[string]uint64{}
	for _, p := range g.node.engine.Peers() {
		if g.allows(p.ID) {
			continue
		}
		since, known := g.parting[p.ID]
		if !known {
			since = height
		}
		still[p.ID] = since
		if height >= since+partingBlocks && g.node.engine.Disconnect(p.ID) {
			g.node.log.Warn("a node was disconnected: its member takes no part in the network any more", "node", p.ID)
		}
	}
	g.parting = still
}

func (g *guard) due() bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	if time.Since(g.swept) < sweepPause {
		return false
	}
	g.swept = time.Now()
	return true
}
