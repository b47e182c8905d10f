package engine

import (
	"sync/atomic"
	"testing"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"
)

// A node that others don't know yet is refused at once, again and again, which makes the
// engine lose hold of them. It has to be connected all the same once they know it.
func TestANodeThatWasRefusedIsConnectedOnceItIsKnown(t *testing.T) {
	t.Parallel()
	member, stranger := newSite(t, vfs.NewMem()), newSite(t, vfs.NewMem())
	var known atomic.Bool
	var refused atomic.Int64
	c := Config{Profile: LAN, Genesis: genesisFor("keep", LAN, member), ListenAddr: member.addr}
	c.AllowPeer = func(string) bool {
		if known.Load() {
			return true
		}
		refused.Add(1)
		return false
	}
	must(t, member.start(testContext(t), c))
	must(t, stranger.start(testContext(t), Config{
		Profile: LAN, Genesis: c.Genesis, ListenAddr: stranger.addr, Peers: []Peer{{ID: member.nodeID, Addr: member.addr}},
	}))
	end := time.Now().Add(testWait)
	wait := func(what string, is func() bool) {
		t.Helper()
		for ; !is(); time.Sleep(5 * time.Millisecond) {
			if time.Now().After(end) {
				t.Fatal("it never came that ", what)
			}
		}
	}
	wait("the stranger was refused", func() bool { return refused.Load() > 0 })
	// The engine's own attempts end within a moment, so that only dialling anew is left.
	for last := int64(-1); last != refused.Load(); time.Sleep(200 * time.Millisecond) {
		last = refused.Load()
	}
	known.Store(true)
	wait("the stranger is connected", func() bool { return len(member.node.Peers()) == 1 })
}
