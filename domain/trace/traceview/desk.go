package traceview

import (
	"cmp"
	"context"
	"log/slog"
	"sync"
	"time"

	"pedigree/internal/crash"
	"pedigree/internal/exchange"
	"pedigree/internal/turns"
	"pedigree/internal/vault"
	"pedigree/internal/vault/carry"
	"pedigree/proof"
)

// Config sets a Desk up. Chain, Sign, Vault and Keys are required.
type Config struct {
	Chain Chain        // the node
	Sign  Signer       // the organisation's signing key
	Vault *vault.Vault // the private store, opened with Schema, NoticeSchema, OutsideSchema and PickSchema
	Keys  *Keyring     // one-time keys
	// Patience is how long a receipt waits for a ledger that lags behind the
	// sender's; 10 seconds when zero, none when negative.
	Patience time.Duration
	// Turns are what large documents are read in; nil reads them at once.
	Turns *turns.Gate
	// LedgerAge is how old the newest block may be before an answer about goods says
	// that something could be missing; NoticeAge how old the newest list of recall
	// notices. 24 hours and 7 days when zero.
	LedgerAge, NoticeAge time.Duration
	// Sellers and Documents tell of goods from outside the network; without them such
	// goods are never OK.
	Sellers   Sellers
	Documents Documents
	// Products names products and learns from what is captured; nil does neither.
	Products Products
	// Cases are the exception cases about goods, and Arrivals what was scanned at the
	// dock; without them answers name no case, and nothing is known to be here without
	// data.
	Cases    Cases
	Arrivals Arrivals
	// Partners is the address book; without it documents name parties by the members'
	// registry alone, and nobody's authority to buy is asked.
	Partners Partners
	// Routed tells how far the document of a shipment has come, and why, that was sent by a
	// partner's route: queued, sent, acknowledged, failed or dropped. Nil: by none.
	Routed func(ctx context.Context, shipment proof.Hash) (state, reason string, found bool, err error)
	// Post has the data of a departure sent by the buyer's route, and Withdraw gives up what
	// of it wasn't sent. Nil: a person hands it over.
	Post     Post
	Withdraw func(ctx context.Context, departure proof.Hash) (bool, error)
	// Returns is what becomes of goods that came back: ReturnsHold, which is meant when it
	// is empty, or ReturnsVerify.
	Returns string
	// Reclaim is what becomes of offers that nobody received in time: ReclaimAsk, which is
	// meant when it is empty, or ReclaimAuto.
	Reclaim string
	Now     func() time.Time
	Log     *slog.Logger
}

// Desk is one organisation's custody work: everything that a person or a program
// of that organisation can do about goods goes through it.
type Desk struct {
	chain Chain
	sign  Signer
	vault *vault.Vault
	keys  *Keyring
	now   func() time.Time
	log   *slog.Logger
	mail  *exchange.Exchange // nil when people carry the files
	turns *turns.Gate        // nil when large documents are read at once

	sellers   Sellers   // nil when nothing tells who may sell
	documents Documents // nil when partners' documents are kept elsewhere
	products  Products  // nil when nothing names products
	partners  Partners  // nil without an address book
	cases     Cases     // nil when exception cases are kept elsewhere
	arrivals  Arrivals  // nil when nothing tells what was scanned at the dock

	routed   func(ctx context.Context, shipment proof.Hash) (state, reason string, found bool, err error)
	post     Post
	withdraw func(ctx context.Context, departure proof.Hash) (bool, error)

	returns  string // what becomes of goods that came back
	reclaims string // what becomes of offers that nobody received in time

	patience             time.Duration
	ledgerAge, noticeAge time.Duration
	captures             sync.Mutex    // one document at a time is planned on the stock
	begins               sync.Mutex    // one capture at a time is begun; after captures
	running              *running      // what nobody waits for
	looking              chan struct{} // one large document at a time is only looked at
	lookers              chan struct{} // those that are looked at, or wait for it
	// exchanges is held while a shipment or receipt is planned; after captures.
	exchanges sync.Mutex
	heralds   announcements
	// noticeLists brings in lists of recall notices that nobody waits for.
	noticeLists *carry.Line
	carried     keyedLocks                    // the jobs that are being brought onto the ledger
	failAt      func(point crash.Point) error // fail points of tests
}

// New returns a desk.
func New(c Config) *Desk {
	d := &Desk{chain: c.Chain, sign: c.Sign, vault: c.Vault, keys: c.Keys, now: c.Now, log: c.Log, turns: c.Turns, sellers: c.Sellers, documents: c.Documents, products: c.Products, cases: c.Cases, arrivals: c.Arrivals, partners: c.Partners, routed: c.Routed, post: c.Post, withdraw: c.Withdraw, returns: c.Returns, reclaims: c.Reclaim, looking: make(chan struct{}, 1), lookers: make(chan struct{}, lookersMax), running: newRunning()}
	d.ledgerAge, d.noticeAge = cmp.Or(c.LedgerAge, ledgerAgeDefault), cmp.Or(c.NoticeAge, noticeAgeDefault)
	d.noticeLists = carry.New(carry.Config{Vault: c.Vault, Kind: jobNotices, Carry: d.carryNotices, Log: c.Log})
	if d.now == nil {
		d.now = time.Now
	}
	if d.patience = c.Patience; d.patience == 0 {
		d.patience = patienceDefault
	}
	if d.log == nil {
		d.log = slog.New(slog.DiscardHandler)
	}
	return d
}
