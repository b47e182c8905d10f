package engine

import (
	"errors"
	"fmt"
	"log/slog"
	"net"
	"regexp"
	"time"

	"pedigree/internal/store/kv"
)

// Profile is a set of engine settings for one kind of network.
type Profile string

// The profiles. See settings.go for what each one sets.
const (
	// Single is one node that is its own only validator.
	Single Profile = "single"
	// LAN is a network whose validators are within a few milliseconds.
	LAN Profile = "lan"
	// WAN is a network whose validators are up to 200 ms apart.
	WAN Profile = "wan"
)

// Config says how to run a node. The zero value of a field that isn't marked
// required is its default.
type Config struct {
	// Home is the folder of the keys, the signing mark and the engine's own
	// write-ahead log; InitHome makes it. Required.
	Home string
	// Keys are the node key and the consensus key (default: read from their files in
	// Home). Both or none.
	Keys Keys
	// Remote is the consensus key on another host; Keys.Consensus is unused then
	// (default: none).
	Remote RemoteSigner
	// DB holds blocks and state. The caller closes it after Stop. Required.
	DB *kv.DB
	// Genesis is how the chain begins. It must stay what it was at the first
	// start. Required.
	Genesis Genesis
	// Profile chooses the settings (default Single).
	Profile Profile
	// ListenAddr is where peers connect, "host:port" (default: a free port on
	// the loopback, which is what a single node wants).
	ListenAddr string
	// ExternalAddr is the address peers are told, if it differs from ListenAddr.
	ExternalAddr string
	// Peers are dialled and kept connected.
	Peers []Peer
	// AllowPeer says whether a node may connect or stay connected, by its id. It
	// is asked at each connection and must be safe for concurrent use (default:
	// only those in Peers).
	AllowPeer func(id string) bool
	// Moniker is the name peers see (default: the first 8 digits of the node id).
	Moniker string
	// Logger gets the engine's messages (default: warnings to standard error).
	Logger *slog.Logger
	// Timeouts replace the profile's, field by field.
	Timeouts Timeouts
	// LinkBytesPerSecond is the rate at which bytes may be sent to and taken from
	// one peer (default 256 MB/s, on WAN 25 MB/s).
	LinkBytesPerSecond int64
	// TxBytesMax is the largest transaction taken (default 64 KiB).
	TxBytesMax int
	// MempoolTxs and MempoolBytes bound the mempool (default 50,000 and 64 MiB).
	MempoolTxs   int
	MempoolBytes int64
	// Snapshots gives and takes snapshots of the application's state (default: none).
	Snapshots Snapshots
	// Attest proves the header of a height to a node that joins and trusts the
	// founding; it must not wait (default: no node can join by this one).
	Attest func(height int64) ([]byte, error)
	// Checkpoint, if set, is a block that the chain must have; the node stops for
	// good where it has another one.
	Checkpoint *Checkpoint
	// Recheck calls CheckTx again for what is left in the mempool after each
	// block. It is only needed if a transaction can become invalid for good by
	// the effect of another one and the wasted block space matters.
	Recheck bool
}

// Checkpoint names a block by its height and its header's hash.
type Checkpoint struct {
	Height int64
	Hash   [32]byte
}

// Timeouts are how long a validator waits in one round of consensus.
type Timeouts struct {
	// Propose is the wait for a proposal before voting for none.
	Propose time.Duration
	// Prevote and Precommit are the waits for stragglers once two thirds voted
	// without agreeing.
	Prevote   time.Duration
	Precommit time.Duration
	// EmptyBlock is the interval of blocks when there is nothing to order.
	EmptyBlock time.Duration
}

// Peer is another node of the network.
type Peer struct {
	// ID is its node id, 40 hexadecimal digits.
	ID string
	// Addr is its "host:port".
	Addr string
}

var (
	nodeIDForm  = regexp.MustCompile(`^[0-9a-f]{40}$`)
	chainIDForm = regexp.MustCompile(`^[A-Za-z0-9._-]{1,50}$`)
)

// validate fills in the defaults and says what is wrong with the rest.
func (c Config) validate() (Config, error) {
	if c.Home == "" {
		return c, errors.New("no Home: name the folder that InitHome made")
	}
	if c.Remote == nil && (c.Keys.Node == nil) != (c.Keys.Consensus == nil) {
		return c, errors.New("one of the two Keys is missing: give both or none")
	}
	if c.DB == nil {
		return c, errors.New("no DB: open one with kv.Open")
	}
	if err := c.Genesis.Validate(); err != nil {
		return c, err
	}
	if c.Profile == "" {
		c.Profile = Single
	}
	if c.ListenAddr == "" {
		c.ListenAddr = "127.0.0.1:0"
	}
	for _, addr := range []string{c.ListenAddr, c.ExternalAddr} {
		if _, _, err := net.SplitHostPort(addr); addr != "" && err != nil {
			return c, fmt.Errorf("address %q is not host:port: %w", addr, err)
		}
	}
	if len(c.Peers) > peersMax {
		return c, fmt.Errorf("%d peers, at most %d can be kept", len(c.Peers), peersMax)
	}
	for _, p := range c.Peers {
		if !nodeIDForm.MatchString(p.ID) {
			return c, fmt.Errorf("peer id %q is not 40 lower-case hexadecimal digits", p.ID)
		}
		if _, _, err := net.SplitHostPort(p.Addr); err != nil {
			return c, fmt.Errorf("address %q of peer %s is not host:port: %w", p.Addr, p.ID, err)
		}
	}
	return c.withDefaults()
}

// withDefaults fills in sizes, rates and time-outs.
func (c Config) withDefaults() (Config, error) {
	base, ok := profileTimeouts[c.Profile]
	if !ok {
		return c, fmt.Errorf("profile %q is none of %s, %s, %s", c.Profile, Single, LAN, WAN)
	}
	c.Timeouts = c.Timeouts.or(base)
	if c.LinkBytesPerSecond == 0 {
		c.LinkBytesPerSecond = linkBytesPerSecond[c.Profile]
	}
	if c.TxBytesMax == 0 {
		c.TxBytesMax = txBytesDefault
	}
	if int64(c.TxBytesMax) > c.Genesis.Params.BlockBytesMax/2 {
		return c, fmt.Errorf("transactions of %d bytes don't fit well into blocks of %d: keep them below half", c.TxBytesMax, c.Genesis.Params.BlockBytesMax)
	}
	if c.MempoolTxs == 0 {
		c.MempoolTxs = mempoolTxsDefault
	}
	if c.MempoolBytes == 0 {
		c.MempoolBytes = mempoolBytesDefault
	}
	if c.AllowPeer == nil {
		listed := make(map[string]bool, len(c.Peers))
		for _, p := range c.Peers {
			listed[p.ID] = true
		}
		c.AllowPeer = func(id string) bool { return listed[id] }
	}
	return c, nil
}

// or returns t with its zero fields taken from base.
func (t Timeouts) or(base Timeouts) Timeouts {
	pick := func(v, def time.Duration) time.Duration {
		if v == 0 {
			return def
		}
		return v
	}
	return Timeouts{
		Propose:    pick(t.Propose, base.Propose),
		Prevote:    pick(t.Prevote, base.Prevote),
		Precommit:  pick(t.Precommit, base.Precommit),
		EmptyBlock: pick(t.EmptyBlock, base.EmptyBlock),
	}
}
