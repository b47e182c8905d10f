package engine

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"
	"github.com/google/go-cmp/cmp"

	"pedigree/internal/store/kv"
)

func validConfig(t *testing.T) Config {
	t.Helper()
	db, err := kv.Open("store", kv.Options{FS: vfs.NewMem()})
	must(t, err)
	t.Cleanup(func() { must(t, db.Close()) })
	return Config{Home: t.TempDir(), DB: db, Genesis: validGenesis()}
}

func TestAWrongConfigurationSaysWhatIsWrong(t *testing.T) {
	peer := Peer{ID: strings.Repeat("a", 40), Addr: "127.0.0.1:1"}
	peers := make([]Peer, peersMax+1)
	for i := range peers {
		peers[i] = Peer{ID: fmt.Sprintf("%040d", i), Addr: peer.Addr}
	}
	cases := []struct {
		name   string
		change func(*Config)
		want   string
	}{
		{"nothing is wrong", func(*Config) {}, ""},
		{"no home", func(c *Config) { c.Home = "" }, "no Home"},
		{"no store", func(c *Config) { c.DB = nil }, "no DB"},
		{"no genesis", func(c *Config) { c.Genesis = Genesis{} }, "chain id"},
		{"an unknown profile", func(c *Config) { c.Profile = "moon" }, `profile "moon"`},
		{"a listen address without a port", func(c *Config) { c.ListenAddr = "localhost" }, "not host:port"},
		{"an external address without a port", func(c *Config) { c.ExternalAddr = "localhost" }, "not host:port"},
		{"a peer with a short id", func(c *Config) { c.Peers = []Peer{{ID: "abc", Addr: peer.Addr}} }, "peer id"},
		{"a peer without a port", func(c *Config) { c.Peers = []Peer{{ID: peer.ID, Addr: "there"}} }, "not host:port"},
		{"the most peers", func(c *Config) { c.Peers = peers[:peersMax] }, ""},
		{"one peer more", func(c *Config) { c.Peers = peers }, "at most 100"},
		{"transactions of half a block", func(c *Config) { c.TxBytesMax = 2 << 20 }, ""},
		{"transactions of more than half a block", func(c *Config) { c.TxBytesMax = 2<<20 + 1 }, "below half"},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			c := validConfig(t)
			tc.change(&c)
			c, err := c.validate()
			if err == nil {
				_, err = c.settings()
			}
			if (err == nil) != (tc.want == "") || (err != nil && !strings.Contains(err.Error(), tc.want)) {
				t.Errorf("got %v, want %q", err, tc.want)
			}
		})
	}
}

// TestSettingsOfTheProfiles holds the figures that the measurements were made
// with, so that none changes unnoticed with another version of the engine.
func TestSettingsOfTheProfiles(t *testing.T) {
	type row struct {
		Propose, Prevote, Precommit, EmptyEvery, Flush time.Duration
		Rate                                           int64
	}
	want := map[Profile]row{
		Single: {time.Second, time.Second, time.Second, time.Minute, 2 * time.Millisecond, 256 << 20},
		LAN:    {300 * time.Millisecond, 100 * time.Millisecond, 100 * time.Millisecond, time.Minute, 2 * time.Millisecond, 256 << 20},
		WAN:    {time.Second, 300 * time.Millisecond, 300 * time.Millisecond, time.Minute, 5 * time.Millisecond, 25 << 20},
	}
	for profile, figures := range want {
		t.Run(string(profile), func(t *testing.T) {
			c := validConfig(t)
			c.Profile = profile
			c, err := c.validate()
			must(t, err)
			s, err := c.settings()
			must(t, err)
			got := row{
				s.Consensus.TimeoutPropose, s.Consensus.TimeoutPrevote, s.Consensus.TimeoutPrecommit,
				s.Consensus.CreateEmptyBlocksInterval, s.P2P.FlushThrottleTimeout, s.P2P.SendRate,
			}
			if diff := cmp.Diff(figures, got); diff != "" {
				t.Error(diff)
			}
			for name, ok := range map[string]bool{
				"a block waits for no stragglers": s.Consensus.TimeoutCommit == 0 && s.Consensus.SkipTimeoutCommit,
				"empty blocks are off":            !s.Consensus.CreateEmptyBlocks,
				"gossip sleeps 5 ms":              s.Consensus.PeerGossipSleepDuration == 5*time.Millisecond,
				"double_sign_check_height is 0":   s.Consensus.DoubleSignCheckHeight == 0,
				"packets carry 64 KiB":            s.P2P.MaxPacketMsgPayloadSize == 64<<10 && s.P2P.RecvRate == s.P2P.SendRate,
				"peers are filtered":              s.FilterPeers && !s.P2P.PexReactor && s.P2P.Seeds == "",
				"nothing listens for clients":     s.RPC.ListenAddress == "" && s.RPC.GRPCListenAddress == "" && s.RPC.PprofListenAddress == "" && !s.Instrumentation.Prometheus,
				"no transaction index":            s.TxIndex.Indexer == "null",
				"results are kept":                !s.Storage.DiscardABCIResponses,
				"the mempool floods, no recheck":  s.Mempool.Type == "flood" && !s.Mempool.Recheck && s.Mempool.Size >= 50_000,
				"no state sync":                   !s.StateSync.Enable,
			} {
				if !ok {
					t.Errorf("not so: %s", name)
				}
			}
		})
	}
}

func TestTimeoutsReplaceTheProfilesOneByOne(t *testing.T) {
	c := validConfig(t)
	c.Profile, c.Timeouts = LAN, Timeouts{Prevote: 7 * time.Millisecond}
	c, err := c.validate()
	must(t, err)
	want := Timeouts{Propose: 300 * time.Millisecond, Prevote: 7 * time.Millisecond, Precommit: 100 * time.Millisecond, EmptyBlock: time.Minute}
	if diff := cmp.Diff(want, c.Timeouts); diff != "" {
		t.Error(diff)
	}
}

func TestOnlyListedPeersAreAllowedByDefault(t *testing.T) {
	c := validConfig(t)
	listed := strings.Repeat("a", 40)
	c.Peers = []Peer{{ID: listed, Addr: "127.0.0.1:1"}}
	c, err := c.validate()
	must(t, err)
	if !c.AllowPeer(listed) || c.AllowPeer(strings.Repeat("b", 40)) {
		t.Error("the wrong peers are allowed")
	}
}
