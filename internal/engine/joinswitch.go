package engine

import (
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/cometbft/cometbft/p2p"
	"github.com/cometbft/cometbft/p2p/pex"
	"github.com/cometbft/cometbft/statesync"
	"github.com/cometbft/cometbft/version"
)

// connect dials the peers, under this node's own key, and takes no connection.
func (n *newcomer) connect() error {
	if n.config.Logger == nil {
		n.config.Logger = slog.New(slog.DiscardHandler)
	}
	n.log = n.config.Logger
	n.init()
	settings, err := n.config.settings()
	if err != nil {
		return err
	}
	key, err := n.config.Keys.nodeIn(n.config.Home)
	if err != nil {
		return err
	}
	if n.config.Moniker == "" {
		n.config.Moniker = string(key.ID())[:8]
	}
	info := p2p.DefaultNodeInfo{
		ProtocolVersion: p2p.NewProtocolVersion(version.P2PProtocol, version.BlockProtocol, n.config.Genesis.Params.AppVersion),
		DefaultNodeID:   key.ID(), Network: n.config.Genesis.ChainID, Version: version.TMCoreSemVer, Moniker: n.config.Moniker,
		Channels:   []byte{statesync.SnapshotChannel, statesync.ChunkChannel, witnessChannel},
		ListenAddr: settings.P2P.ListenAddress,
		Other:      p2p.DefaultNodeInfoOther{TxIndex: "off"},
	}
	if err := info.Validate(); err != nil {
		return fmt.Errorf("the engine refuses this node's description: %w", err)
	}
	log := newLogger(n.config.Logger, func(error) {})
	n.transport = p2p.NewMultiplexTransport(info, *key, p2p.MConnConfig(settings.P2P))
	address, err := p2p.NewNetAddressString(p2p.IDAddressString(key.ID(), "127.0.0.1:0"))
	if err != nil {
		return err
	}
	if err := n.transport.Listen(*address); err != nil {
		return fmt.Errorf("couldn't open a connection: %w", err)
	}
	n.sw = p2p.NewSwitch(settings.P2P, n.transport, p2p.SwitchPeerFilters(func(_ p2p.IPeerSet, p p2p.Peer) error {
		if id := string(p.ID()); !p.IsOutbound() || !n.config.AllowPeer(id) || n.isBanned(id) {
			return errors.New("a node that joins talks to the nodes that it dialled")
		}
		return nil
	}))
	n.sw.SetLogger(log)
	n.sw.AddReactor("SNAPSHOTS", newFetcher(&n.crowd))
	n.sw.AddReactor("WITNESS", newWitness(&witness{answers: n.answered, met: n.meet, left: n.part}))
	n.sw.SetNodeInfo(info)
	n.sw.SetNodeKey(key)
	n.sw.SetAddrBook(pex.NewAddrBook(settings.P2P.AddrBookFile(), false))
	peers := make([]string, len(n.config.Peers))
	for i, p := range n.config.Peers {
		peers[i] = p.ID + "@" + p.Addr
	}
	if err := n.sw.Start(); err != nil {
		return fmt.Errorf("couldn't start to talk to peers: %w", err)
	}
	for _, p := range peers {
		address, err := p2p.NewNetAddressString(p)
		if err != nil {
			return fmt.Errorf("couldn't read the peer's address %s: %w", p, err)
		}
		go n.dial(address)
	}
	return nil
}

// dial tries until the peer is there; the switch itself would wait seconds first.
func (n *newcomer) dial(address *p2p.NetAddress) {
	for n.sw.IsRunning() {
		if n.sw.DialPeerWithAddress(address) == nil || n.isBanned(string(address.ID)) {
			return
		}
		time.Sleep(dialPause)
	}
}

// disconnect ends the connections, so that the node can make its own.
func (n *newcomer) disconnect() error {
	err := n.sw.Stop()
	err = errors.Join(err, n.transport.Close())
	time.Sleep(joinPause)
	return err
}
