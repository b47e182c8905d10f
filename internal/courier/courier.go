package courier

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/netip"
	"slices"
	"sync"
	"time"

	"pedigree/internal/turns"
	"pedigree/internal/vault"
)

// Arrived is a document that came.
type Arrived struct {
	Inlet   string
	Partner string // as the inlet names it
	Name    string // a label, without folders
	// Key is the same when the same arrival is handed on again, after an interruption.
	Key     [32]byte
	Content io.Reader // ErrRefused where it can't be taken
}

// Taken is what a Taker made of a document.
type Taken struct {
	Document int64    `json:"document" doc:"Number under which it is kept"`
	Case     int64    `json:"case,omitempty" doc:"Number of the exception case that it was a message of"`
	State    string   `json:"state"`
	Refused  bool     `json:"refused,omitempty" doc:"It is kept, and can't be used"`
	Reason   string   `json:"reason,omitempty"`
	Findings int      `json:"findings"`
	Rules    []string `json:"rules,omitempty" doc:"The rules that found something"`
	Holds    bool     `json:"holds_goods,omitempty" doc:"Something in it holds the goods up"`
}

// Taker takes a document. It is called again with the same Key after an interruption,
// and must then come to the same. ErrRefused ends it; any other error is tried again.
type Taker func(ctx context.Context, a Arrived) (Taken, error)

// Config says what a courier of one organisation needs. Vault and Take are required.
type Config struct {
	Vault *vault.Vault // opened with Schema
	Org   string
	// Dir is where files are while they are fetched. It is made when it isn't there.
	Dir    string
	Inlets []Inlet
	// Outlets are the folders into which parcels may go.
	Outlets []Outlet
	// Credentials are by name what partners' servers are shown.
	Credentials map[string]Credential
	// Node sends to partners' nodes; nil when none are reached.
	Node Sender
	// Dialer connects to partners' servers, and to where they may be alone.
	Dialer interface {
		DialContext(ctx context.Context, network, address string) (net.Conn, error)
	}
	// Allows judges an address before it is dialled, for a trial to say so; nil when it is
	// only dialled.
	Allows func(netip.Addr) error
	Take   Taker
	Turns  *turns.Gate // nil when large files are read at once
	Log    *slog.Logger
	Now    func() time.Time
}

// Courier carries the files of one organisation. It is safe for concurrent use.
type Courier struct {
	vault  *vault.Vault
	config Config
	marks  vault.Marker
	// parcels marks parcels, as marks does files.
	parcels vault.Marker
	log     *slog.Logger
	inlets  []*inlet
	began   time.Time

	turns     chan struct{}
	wake      chan struct{}
	handshake time.Duration
	ctx       context.Context
	cancel    context.CancelFunc
	working   sync.WaitGroup
}

// New makes a courier, which does nothing until Start.
func New(c Config) (*Courier, error) {
	if c.Now == nil {
		c.Now = c.Vault.Now
	}
	if c.Log == nil {
		c.Log = slog.Default()
	}
	k := &Courier{vault: c.Vault, config: c, marks: c.Vault.Marker(seenLabel), parcels: c.Vault.Marker(parcelLabel), wake: make(chan struct{}, 1), log: c.Log, turns: make(chan struct{}, runsAtOnce), handshake: handshakeWait}
	k.began = c.Now()
	k.ctx, k.cancel = context.WithCancel(context.Background())
	if len(c.Inlets) > InletsMax {
		return nil, fmt.Errorf("couldn't open the ways: %d inlets, at most %d", len(c.Inlets), InletsMax)
	}
	if len(c.Outlets) > OutletsMax {
		return nil, fmt.Errorf("couldn't open the ways: %d outlets, at most %d", len(c.Outlets), OutletsMax)
	}
	for _, in := range c.Inlets {
		if err := in.check(); err != nil {
			return nil, fmt.Errorf("couldn't open the ways: inlet %q: %w", in.Name, err)
		}
		if slices.ContainsFunc(k.inlets, func(other *inlet) bool { return other.Name == in.Name }) {
			return nil, fmt.Errorf("couldn't open the ways: two inlets have the name %q", in.Name)
		}
		k.inlets = append(k.inlets, &inlet{Inlet: in, k: k, still: map[string]look{}})
	}
	return k, nil
}

// Start looks after the inlets until Stop.
func (k *Courier) Start() {
	for _, in := range k.inlets {
		if !in.Deposit {
			k.working.Go(in.poll)
		}
	}
	k.working.Go(k.sweep)
	k.working.Go(k.pump)
}

// Stop ends the work; what is interrupted is taken up at the next start.
func (k *Courier) Stop() {
	k.cancel()
	k.working.Wait()
}

// sleep waits, or says that the courier ends.
func (k *Courier) sleep(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
		return false
	case <-k.ctx.Done():
		return false
	}
}

// sweep forgets files that were taken long ago.
func (k *Courier) sweep() {
	for {
		if err := k.forget(k.ctx); err != nil && k.ctx.Err() == nil {
			k.log.Error("couldn't forget old arrivals", "error", err)
		}
		if !k.sleep(k.ctx, sweepEvery) {
			return
		}
	}
}

// hash is one hash of several texts.
func hash(parts ...string) [32]byte {
	h := sha256.New()
	for _, p := range parts {
		fmt.Fprintf(h, "%d:%s", len(p), p)
	}
	return [32]byte(h.Sum(nil))
}

// clip makes a reason short enough to be kept.
func clip(err error) string {
	text := oneLine(err.Error())
	if len(text) > reasonBytesMax {
		text = text[:reasonBytesMax]
	}
	return text
}

var errStopped = errors.New("the node is stopping")
