package engine

import (
	"fmt"
	"math"
	"strings"
	"time"

	cmtcfg "github.com/cometbft/cometbft/config"
)

// profileTimeouts are the waits per profile. A proposer that is gone costs
// Propose plus Precommit the first time, and a part of that from then on (see
// turns), so both are low: about four times the round trip and the time to move a
// block.
var profileTimeouts = map[Profile]Timeouts{
	Single: {Propose: time.Second, Prevote: time.Second, Precommit: time.Second, EmptyBlock: time.Minute},
	LAN:    {Propose: 300 * time.Millisecond, Prevote: 100 * time.Millisecond, Precommit: 100 * time.Millisecond, EmptyBlock: time.Minute},
	WAN:    {Propose: time.Second, Prevote: 300 * time.Millisecond, Precommit: 300 * time.Millisecond, EmptyBlock: time.Minute},
}

// timeoutDelta is how much each further round waits longer.
const timeoutDelta = 100 * time.Millisecond

var linkBytesPerSecond = map[Profile]int64{Single: 256 << 20, LAN: 256 << 20, WAN: 25 << 20}

// flushThrottle is how long small messages to a peer are gathered.
var flushThrottle = map[Profile]time.Duration{
	Single: 2 * time.Millisecond, LAN: 2 * time.Millisecond, WAN: 5 * time.Millisecond,
}

// gossipSleep is the pause of the gossip loops when there is nothing to send.
// The engine's default of 100 ms is most of the latency of several validators.
const gossipSleep = 5 * time.Millisecond

// settings turns the configuration into the engine's.
func (c Config) settings() (*cmtcfg.Config, error) {
	s := cmtcfg.DefaultConfig()
	s.SetRoot(c.Home)
	s.Moniker = c.Moniker
	s.FilterPeers = true
	s.LogLevel = "error"

	s.RPC.ListenAddress = ""
	s.RPC.GRPCListenAddress = ""
	s.RPC.PprofListenAddress = ""
	s.Instrumentation.Prometheus = false
	s.TxIndex.Indexer = "null"
	s.StateSync.Enable = false
	// Nodes join through Join; the engine's own part for it isn't there, and would
	// be called for a snapshot of more chunks than this.
	s.StateSync.MaxSnapshotChunks = math.MaxUint32
	// Results stay: the proofs of a receipt are made from them.
	s.Storage.DiscardABCIResponses = false

	c.peerSettings(s.P2P)
	c.mempoolSettings(s.Mempool)
	c.consensusSettings(s.Consensus)
	if err := s.ValidateBasic(); err != nil {
		return nil, fmt.Errorf("the engine refuses its settings: %w", err)
	}
	return s, nil
}

func (c Config) peerSettings(p *cmtcfg.P2PConfig) {
	p.ListenAddress = "tcp://" + c.ListenAddr
	p.ExternalAddress = c.ExternalAddr
	peers := make([]string, len(c.Peers))
	for i, peer := range c.Peers {
		peers[i] = peer.ID + "@" + peer.Addr
	}
	p.PersistentPeers = strings.Join(peers, ",")
	p.PersistentPeersMaxDialPeriod = 5 * time.Second
	p.MaxNumInboundPeers = peersMax
	p.MaxNumOutboundPeers = peersMax
	p.PexReactor = false
	// Without peer exchange the book holds nothing, but it is written at the end.
	p.AddrBook = "addrbook.json"
	p.AddrBookStrict = false
	// Members behind one address are told apart by their ids, which are allow-listed.
	p.AllowDuplicateIP = true
	p.FlushThrottleTimeout = flushThrottle[c.Profile]
	p.MaxPacketMsgPayloadSize = packetBytes
	p.SendRate = c.LinkBytesPerSecond
	p.RecvRate = c.LinkBytesPerSecond
}

func (c Config) mempoolSettings(m *cmtcfg.MempoolConfig) {
	m.Type = cmtcfg.MempoolTypeFlood
	m.Recheck = c.Recheck
	m.Size = c.MempoolTxs + mempoolSlackTxs
	m.MaxTxsBytes = c.MempoolBytes + mempoolSlackBytes
	m.CacheSize = seenTxs
	m.MaxTxBytes = c.TxBytesMax
	m.WalPath = ""
}

func (c Config) consensusSettings(s *cmtcfg.ConsensusConfig) {
	s.TimeoutPropose = c.Timeouts.Propose
	s.TimeoutProposeDelta = timeoutDelta
	s.TimeoutPrevote = c.Timeouts.Prevote
	s.TimeoutPrevoteDelta = timeoutDelta
	s.TimeoutPrecommit = c.Timeouts.Precommit
	s.TimeoutPrecommitDelta = timeoutDelta
	s.TimeoutCommit = 0
	s.SkipTimeoutCommit = true
	s.CreateEmptyBlocks = false
	s.CreateEmptyBlocksInterval = c.Timeouts.EmptyBlock
	s.PeerGossipSleepDuration = gossipSleep
	// Not 0 would make a node whose own key signed the last blocks refuse to
	// start, which on a chain that halted is every node. The signing mark is the
	// protection against a second signature.
	s.DoubleSignCheckHeight = 0
}
