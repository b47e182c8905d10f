package engine

import (
	"bytes"
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"
)

// network starts n validators that are connected over the loopback.
func network(t *testing.T, name string, n int, prepare ...func(*site, *Config)) ([]*site, []Config) {
	t.Helper()
	sites := make([]*site, n)
	for i := range sites {
		sites[i] = newSite(t, vfs.NewMem())
	}
	return networkOf(t, name, sites, prepare...)
}

// networkOf starts the validators of some sites.
func networkOf(t *testing.T, name string, sites []*site, prepare ...func(*site, *Config)) ([]*site, []Config) {
	t.Helper()
	genesis := genesisFor(name, LAN, sites...)
	configs := make([]Config, len(sites))
	for i, s := range sites {
		configs[i] = Config{Profile: LAN, Genesis: genesis, ListenAddr: s.addr}
		for j, peer := range sites {
			if i != j {
				configs[i].Peers = append(configs[i].Peers, Peer{ID: peer.nodeID, Addr: peer.addr})
			}
		}
		must(t, s.start(testContext(t), configs[i], prepare...))
	}
	return sites, configs
}

// agree waits until every node has a height and checks that all have the same
// block and state there.
func agree(t *testing.T, sites []*site, height int64) {
	t.Helper()
	ctx := testContext(t)
	var first SignedHeader
	for i, s := range sites {
		must(t, s.node.WaitHeight(ctx, height))
		signed, err := s.node.SignedHeader(height)
		must(t, err)
		verifySigned(t, signed)
		if i == 0 {
			first = signed
			continue
		}
		if signed.Header.Hash != first.Header.Hash || !bytes.Equal(signed.Header.AppHash, first.Header.AppHash) {
			t.Fatalf("block %d is %x on node %d and %x on node 0", height, signed.Header.Hash, i, first.Header.Hash)
		}
	}
}

// load submits to the sites in turn and waits for each; it returns the height
// of the last one.
func load(t *testing.T, sites []*site, name string, count int) int64 {
	t.Helper()
	ctx := testContext(t)
	var mu sync.Mutex
	var wait sync.WaitGroup
	var last int64
	for i := range count {
		wait.Go(func() {
			height, err := sites[i%len(sites)].submit(ctx, fmt.Sprintf("%s %d", name, i))
			mu.Lock()
			defer mu.Unlock()
			if err != nil {
				t.Error(err)
			}
			last = max(last, height)
		})
	}
	wait.Wait()
	return last
}

func TestFourValidatorsGoOnWithoutOne(t *testing.T) {
	t.Parallel()
	sites, configs := network(t, "four", 4)
	agree(t, sites, load(t, sites, "all", 20))

	stopped := sites[3]
	must(t, stopped.stop())
	left := sites[:3]
	height := load(t, left, "three", 20)
	agree(t, left, height)
	for i := range 2 {
		height = left[0].mustSubmit(t, fmt.Sprintf("alone %d", i))
	}
	if missing := left[0].node.Status().Missing; missing != 1 {
		t.Errorf("%d validators missing in the last block, want 1", missing)
	}

	must(t, stopped.start(testContext(t), configs[3]))
	agree(t, sites, height)
	height = load(t, sites, "again", 20)
	agree(t, sites, height)
	for _, s := range sites {
		for _, name := range []string{"all", "three", "again"} {
			for i := range 20 {
				s.mustRunOnce(t, []string{fmt.Sprintf("%s %d", name, i)})
			}
		}
	}
	for end := time.Now().Add(testWait); stopped.node.CatchingUp(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("a node that has all says it is catching up")
		}
	}
}

func TestTwoOfFourValidatorsHaltAndResume(t *testing.T) {
	t.Parallel()
	sites, configs := network(t, "halt", 4)
	agree(t, sites, load(t, sites, "before", 4))
	must(t, sites[2].stop())
	must(t, sites[3].stop())
	must(t, sites[0].node.Submit(testContext(t), []byte("waits")))
	ctx, cancel := context.WithTimeout(context.Background(), 3*time.Second)
	defer cancel()
	before := sites[0].node.Height()
	if err := sites[0].node.WaitHeight(ctx, before+2); err == nil {
		t.Fatal("two of four validators went on")
	}
	must(t, sites[2].start(testContext(t), configs[2]))
	must(t, sites[3].start(testContext(t), configs[3]))
	agree(t, sites, load(t, sites, "after", 4))
	for _, s := range sites {
		s.mustRunOnce(t, []string{"waits"})
	}
}

func TestOnlyAllowedPeersConnect(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	banned := ""
	allow := func(id string) bool {
		mu.Lock()
		defer mu.Unlock()
		return id != banned
	}
	stranger := newSite(t, vfs.NewMem())
	sites, configs := network(t, "allow", 2, func(_ *site, c *Config) {
		listed := c.Peers
		c.AllowPeer = func(id string) bool { return allow(id) && id == listed[0].ID }
	})
	agree(t, sites, load(t, sites, "tx", 2))

	must(t, stranger.start(testContext(t), Config{
		Profile: LAN, Genesis: configs[0].Genesis, ListenAddr: stranger.addr,
		Peers: []Peer{{ID: sites[0].nodeID, Addr: sites[0].addr}, {ID: sites[1].nodeID, Addr: sites[1].addr}},
	}))
	load(t, sites, "while the stranger knocks", 10)
	if stranger.node.Height() != 0 || len(sites[0].node.Peers()) != 1 || len(sites[1].node.Peers()) != 1 {
		t.Errorf("the stranger is at height %d, the members have %d and %d peers",
			stranger.node.Height(), len(sites[0].node.Peers()), len(sites[1].node.Peers()))
	}

	peers := sites[0].node.Peers()
	if len(peers) != 1 || peers[0].ID != sites[1].nodeID || peers[0].Moniker != sites[1].nodeID[:8] {
		t.Fatalf("node 0 sees %+v", peers)
	}
	mu.Lock()
	banned = sites[1].nodeID
	mu.Unlock()
	if !sites[0].node.Disconnect(banned) {
		t.Fatal("the peer wasn't connected")
	}
	must(t, sites[0].node.Submit(testContext(t), []byte("alone")))
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	if err := sites[0].node.WaitHeight(ctx, sites[0].node.Height()+2); err == nil {
		t.Fatal("a member that isn't allowed any more still takes part")
	}
}

func TestTheApplicationChangesTheValidators(t *testing.T) {
	t.Parallel()
	newcomer := newSite(t, vfs.NewMem())
	update := map[int64][]ValidatorUpdate{2: {{PubKey: newcomer.key, Power: 10}}}
	prepare := func(s *site, _ *Config) { s.app.updates = update }
	sites, configs := network(t, "rotate", 1, prepare)
	// Block 2 changes the set for block 4, which this node can't decide alone.
	for i := 0; sites[0].node.Height() < 3; i++ {
		height := sites[0].node.Height()
		must(t, sites[0].node.Submit(testContext(t), fmt.Appendf(nil, "tx %d", i)))
		must(t, sites[0].node.WaitHeight(testContext(t), height+1))
	}
	set, err := sites[0].node.Validators(4)
	must(t, err)
	if len(set) != 2 {
		t.Fatalf("%d validators at height 4, want 2", len(set))
	}
	must(t, newcomer.start(testContext(t), Config{
		Profile: LAN, Genesis: configs[0].Genesis, ListenAddr: newcomer.addr,
		Peers: []Peer{{ID: sites[0].nodeID, Addr: sites[0].addr}},
	}, prepare))
	// The first node listens but didn't list the newcomer, so it is restarted
	// with both: from here on neither can decide alone.
	must(t, sites[0].stop())
	configs[0].Peers = []Peer{{ID: newcomer.nodeID, Addr: newcomer.addr}}
	must(t, sites[0].start(testContext(t), configs[0], prepare))
	both := append(sites, newcomer)
	height := load(t, both, "together", 6)
	agree(t, both, height)
	signed, err := newcomer.node.SignedHeader(height)
	must(t, err)
	if len(signed.Signatures) != 2 || signed.Signatures[0].Flag != CommitForBlock || signed.Signatures[1].Flag != CommitForBlock {
		t.Errorf("the commit of block %d has %d entries", height, len(signed.Signatures))
	}
}
