package exchange

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"pedigree/internal/crash"
	"pedigree/internal/vault"
	"pedigree/proof"
)

// Config sets an exchange up. Vault, Dir, ChainID, Sign, Directory and Secret are
// required.
type Config struct {
	Vault     *vault.Vault // opened with Schema
	Dir       string       // folder for sealed payloads on their way
	ChainID   string
	Sign      Signer
	Directory Directory
	Secret    [32]byte // of the home; the connection's key comes from it
	// Door is where partners come; nil takes no connections and only sends.
	Door *Door
	// Reach says to which addresses this node may connect.
	Reach Reach
	// SpoolBytesMax bounds what may stand half arrived, of all partners together.
	// Default: 4 GiB.
	SpoolBytesMax int64
	// GiveUpAfter is how long a delivery is tried. Default: GiveUpAfter.
	GiveUpAfter time.Duration
	// Ready says why nothing can be sent or judged now, such as a ledger that is
	// behind; nil when it can always.
	Ready func() error
	Now   func() time.Time
	Log   *slog.Logger

	// failAt ends the work at a durable step, for tests.
	failAt func(step crash.Point) error
}

// Exchange sends and takes deliveries for one organisation.
type Exchange struct {
	config
	self  identity
	spool *spool
	kinds map[string]Kind

	routes   http.Handler
	peers    peers
	wakeIn   chan struct{} // something may have arrived
	wakeOut  chan struct{} // something may be due
	turns    chan struct{} // one for each partner that may be sent to at once
	stop     context.CancelFunc
	done     sync.WaitGroup    // the loops
	sending  sync.WaitGroup    // what they began to send
	busy     keyed[string]     // partners that are being sent to
	handled  keyed[proof.Hash] // arrived deliveries that are being dealt with
	rates    rates
	counters counters
}

// config is Config with its defaults, under the names that the code uses.
type config struct {
	vault       *vault.Vault
	chain       string
	sign        Signer
	directory   Directory
	secret      [32]byte
	door        *Door
	reach       Reach
	spoolMax    int64
	giveUpAfter time.Duration
	ready       func() error
	now         func() time.Time
	log         *slog.Logger
	failAt      func(crash.Point) error
}

// spoolBytesDefault is Config.SpoolBytesMax where nobody says otherwise.
const spoolBytesDefault = 4 << 30

// Open sets an exchange up and takes up what stands half arrived. Register kinds,
// then Start.
func Open(c Config) (*Exchange, error) {
	x := &Exchange{kinds: map[string]Kind{}, wakeIn: make(chan struct{}, 1), wakeOut: make(chan struct{}, 1), turns: make(chan struct{}, partnersAtOnce)}
	x.config = config{
		vault: c.Vault, chain: c.ChainID, sign: c.Sign, directory: c.Directory, secret: c.Secret, door: c.Door, reach: c.Reach,
		spoolMax: c.SpoolBytesMax, giveUpAfter: c.GiveUpAfter, ready: c.Ready, now: c.Now, log: c.Log, failAt: c.failAt,
	}
	if x.spoolMax == 0 {
		x.spoolMax = spoolBytesDefault
	}
	if x.giveUpAfter == 0 {
		x.giveUpAfter = GiveUpAfter
	}
	if x.now == nil {
		x.now = time.Now
	}
	if x.log == nil {
		x.log = slog.New(slog.DiscardHandler)
	}
	if x.failAt == nil {
		x.failAt = func(crash.Point) error { return nil }
	}
	var err error
	if x.self, err = newIdentity(c.Sign.Org(), c.Secret); err != nil {
		return nil, err
	}
	if x.spool, err = openSpool(c.Dir); err != nil {
		return nil, err
	}
	x.peers.x = x
	x.routes = x.newRoutes()
	return x, errors.Join(x.Register(x.acknowledgements()), x.Register(documents()))
}

// Org is the organisation whose exchange this is.
func (x *Exchange) Org() string { return x.sign.Org() }

// ConnectionKey is the key of this node's end of every connection, for the mailbox.
func (x *Exchange) ConnectionKey() proof.Key { return x.self.public() }

// Reaches tells whether a partner publishes a mailbox.
func (x *Exchange) Reaches(org string) bool {
	m, ok, err := x.directory.Mailbox(org)
	return err == nil && ok && m.Addr != ""
}

// Start takes and sends until Stop.
func (x *Exchange) Start() {
	if x.door != nil {
		x.door.admit(x)
	}
	ctx, stop := context.WithCancel(context.Background())
	x.stop = stop
	x.done.Go(func() { x.loop(ctx, sweepEvery, nil, "clear away what is old", x.sweep) })
	x.done.Go(func() { x.loop(ctx, turnEvery, x.wakeIn, "deal with what arrived", x.workInbox) })
	x.done.Go(func() { x.loop(ctx, turnEvery, x.wakeOut, "send what is due", x.sendDue) })
}

// Stop takes no more requests and ends the work; what is interrupted is taken up at
// the next start. Close the door afterwards, if nobody else uses it.
func (x *Exchange) Stop() {
	if x.door != nil {
		x.door.leave(x)
	}
	if x.stop != nil {
		x.stop()
	}
	x.done.Wait()
	x.sending.Wait()
	x.peers.close()
}

// Addr is where deliveries are taken; empty when this exchange only sends.
func (x *Exchange) Addr() string {
	if x.door == nil {
		return ""
	}
	return x.door.Addr().String()
}

// Wake has the exchange look for what is due now.
func (x *Exchange) Wake() {
	for _, c := range []chan struct{}{x.wakeIn, x.wakeOut} {
		select {
		case c <- struct{}{}:
		default:
		}
	}
}

// loop does something at once, when it is woken, and every so often.
func (x *Exchange) loop(ctx context.Context, every time.Duration, woken <-chan struct{}, what string, do func(context.Context) error) {
	look := time.NewTicker(every)
	defer look.Stop()
	for {
		if x.ready == nil || x.ready() == nil {
			x.told(ctx, what, do(ctx))
		}
		select {
		case <-ctx.Done():
			return
		case <-look.C:
		case <-woken:
		}
	}
}

// told logs what a turn could not do; the next one tries again.
func (x *Exchange) told(ctx context.Context, what string, err error) {
	if err != nil && ctx.Err() == nil && !errors.Is(err, context.Canceled) {
		x.log.Error("the exchange couldn't "+what+"; it tries again", "error", err)
	}
}

// sweep clears away what is old.
func (x *Exchange) sweep(ctx context.Context) error {
	return errors.Join(x.spool.expire(x.now().Add(-partialKept)), x.destroySealKeys(ctx), x.clearOut(ctx), x.giveUp(ctx))
}

// pass is a durable step's end; tests fail there.
func (x *Exchange) pass(step crash.Point) error {
	crash.At(step)
	if err := x.failAt(step); err != nil {
		return fmt.Errorf("stopped at %q: %w", step, err)
	}
	return nil
}
