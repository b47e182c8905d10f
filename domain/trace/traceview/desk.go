package traceview

import (
	"log/slog"
	"sync"
	"time"

	"pedigree/internal/crash"
	"pedigree/internal/exchange"
	"pedigree/internal/vault"
)

// Config sets a Desk up. All fields but Patience, Now and Log are required.
type Config struct {
	Chain Chain        // the node
	Sign  Signer       // the organisation's signing key
	Vault *vault.Vault // the private store, opened with Schema
	Keys  *Keyring     // one-time keys
	// Patience is how long a receipt waits for a ledger that lags behind the
	// sender's; 10 seconds when zero, none when negative.
	Patience time.Duration
	Now      func() time.Time
	Log      *slog.Logger
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

	patience time.Duration
	captures sync.Mutex // one document at a time is planned on the stock
	// exchanges is held while a shipment or receipt is planned; after captures.
	exchanges sync.Mutex
	carried   keyedLocks                    // the jobs that are being brought onto the ledger
	failAt    func(point crash.Point) error // fail points of tests
}

// New returns a desk.
func New(c Config) *Desk {
	d := &Desk{chain: c.Chain, sign: c.Sign, vault: c.Vault, keys: c.Keys, now: c.Now, log: c.Log}
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
