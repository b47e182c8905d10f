package node

import (
	"testing"

	"pedigree/ledger"
)

// votedOut reads from a note whose node may connect no longer.
func votedOut(s ledger.State, id string) bool {
	out, _ := notes.Get(s, "out")
	return out != id
}

func TestANodeThatIsVotedOutIsDisconnectedAndStaysOut(t *testing.T) {
	t.Parallel()
	list := places(t, "guard-out", 3, 0)
	for _, p := range list {
		p.config.Allowed = votedOut
		p.start(t)
	}
	list[0].write(t, "first", 1)
	for _, p := range list {
		eventually(t, "all are connected", func() bool { return len(p.node.engine.Peers()) == 2 })
	}
	// Its validator is still needed to decide the next block, of three.
	commit(t, list[0].node, noteEnvelope(t, list[0].node.ChainID(), "out", list[2].peer.ID))
	eventually(t, "it is alone", func() bool { return len(list[2].node.engine.Peers()) == 0 })
	for _, p := range list[:2] {
		eventually(t, "it is gone", func() bool { return len(p.node.engine.Peers()) == 1 })
	}
	list[2].stop(t)
	list[2].config.Allowed = func(ledger.State, string) bool { return true }
	list[2].start(t)
	if list[0].node.guard.allows(list[2].peer.ID) || !list[0].node.guard.allows(list[1].peer.ID) {
		t.Error("it may come back, or another one may not")
	}
}
