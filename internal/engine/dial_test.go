package engine

import (
	"net/netip"
	"slices"
	"strings"
	"testing"
)

// No validator names another in its configuration.
func TestANodeIsDialledAndMustHaveTheIDThatWasDialled(t *testing.T) {
	t.Parallel()
	sites, _ := network(t, "dial", 4, func(_ *site, c *Config) {
		c.AllowPeer = func(string) bool { return true }
		c.Peers = nil
	})
	at := netip.MustParseAddrPort(sites[3].addr)
	first := sites[0].node
	if err := first.Dial(sites[1].nodeID, at); err == nil || !strings.Contains(err.Error(), "couldn't connect with node "+sites[1].nodeID) {
		t.Errorf("a node with another id is taken: %v", err)
	}
	if err := first.Dial("Not an id", at); err == nil {
		t.Error("what is no id is dialled")
	}
	if peers := first.Peers(); len(peers) != 0 {
		t.Fatalf("the first node has %v", peers)
	}
	for range 2 { // the second time it is connected already
		must(t, first.Dial(sites[3].nodeID, at))
	}
	if peers := first.Peers(); !slices.ContainsFunc(peers, func(p ConnectedPeer) bool { return p.ID == sites[3].nodeID && p.Outbound }) {
		t.Errorf("the first node has %v", peers)
	}
	for _, s := range sites[1:3] {
		must(t, first.Dial(s.nodeID, netip.MustParseAddrPort(s.addr)))
	}
	agree(t, sites, load(t, sites[:1], "dialled", 3))
	must(t, sites[0].stop())
	if err := first.Dial(sites[3].nodeID, at); err == nil {
		t.Error("a node that stopped dials")
	}
}
