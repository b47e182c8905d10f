package dockview

import (
	"context"
	"database/sql"
	"log/slog"
	"sync"
	"time"

	"pedigree/domain/trace/tiview"
	"pedigree/domain/trace/traceview"
	"pedigree/domain/trace/traceview/verdict"
	"pedigree/format/dscsa"
	"pedigree/internal/api"
	"pedigree/internal/vault"
	"pedigree/proof"
)

// Goods is the custody work that receiving needs: *traceview.Desk.
type Goods interface {
	Announced(ctx context.Context, limit int) ([]traceview.Announcement, error)
	Expected(ctx context.Context, delivery proof.Hash) (traceview.Expectation, error)
	ReceiveInbox(ctx context.Context, delivery proof.Hash, r traceview.ReceiveRequest) (traceview.ReceiveReport, error)
	Judge(ctx context.Context, texts []string) ([]verdict.Answer, error)
	TakeOutside(tx *sql.Tx, o traceview.Outside) (left []string, err error)
	SellerOf(tx *sql.Tx, s traceview.Seller, why string) (traceview.Authority, error)
	OutsideAuthority(tx *sql.Tx, document int64, a traceview.Authority) error
	HeldOf(ctx context.Context, paths []string) ([]traceview.Held, error)
	CameWith(ctx context.Context, document int64) ([]string, error)
	Doubt(tx *sql.Tx, forget []int64, list []traceview.Doubt) error
	Doubts(tx *sql.Tx, document int64) ([]traceview.Doubt, error)
	Undoubt(tx *sql.Tx, list []traceview.Doubt) error
	Amend(tx *sql.Tx, list []traceview.Doubt) error
}

// Documents are partners' transaction data: *tiview.Documents.
type Documents interface {
	Reading(ctx context.Context, n int64) (tiview.Entry, *dscsa.Reading, error)
	List(ctx context.Context, s tiview.Search) ([]tiview.Entry, error)
	GoodsCame(ctx context.Context, documents []int64) error
	Newest(ctx context.Context, n int64) (tiview.Entry, error)
	Corrected(ctx context.Context, e tiview.Entry) ([]int64, error)
}

// Cases opens exception cases, and is told what became of them at the dock. The same key
// is the same case, however often it is opened.
type Cases interface {
	Open(tx *sql.Tx, c NewCase) (number string, err error)
	// Settle ends what a case asks about things which somebody found to be right; Note keeps
	// with it what somebody found.
	Settle(ctx context.Context, number string, paths []string, found api.Said, by string) error
	Note(ctx context.Context, number string, found api.Said, by string) error
}

// NewCase is a case to open: one finding of a session.
type NewCase struct {
	Key      proof.Hash
	Finding  Finding
	Seller   traceview.Seller
	Site     string
	Shipment proof.Hash // id of the shipment on the ledger; zero for goods without one
	Document int64      // 0 for a shipment on the ledger
	Found    time.Time
	By       string
}

// Config says what receiving needs. Vault, opened with Schema, Goods and Documents are
// required.
type Config struct {
	Vault     *vault.Vault
	Goods     Goods
	Documents Documents
	Cases     Cases // nil: cases are proposed, not opened
	Now       func() time.Time
	Log       *slog.Logger
}

// Docks are the receiving sessions of one organisation.
type Docks struct {
	Config
	mu     sync.Mutex
	live   map[int64]*live
	boards boards
	papers papers
	failAt func(point string) error // fail points of tests
}

// New opens an organisation's receiving sessions.
func New(c Config) *Docks {
	if c.Now == nil {
		c.Now = c.Vault.Now
	}
	if c.Log == nil {
		c.Log = slog.Default()
	}
	return &Docks{Config: c, live: map[int64]*live{}, boards: newBoards()}
}

// pass is a point at which a test can end the work.
func (d *Docks) pass(point string) error {
	if d.failAt == nil {
		return nil
	}
	return d.failAt(point)
}

// live is a session at work. Its lock is held for a scan, a decision, a finish.
type live struct {
	mu      sync.Mutex
	session Session
	loaded  bool
	used    time.Time // with users, under the lock of Docks
	users   int       // that work at it or wait to

	expected  *expected
	tally     *tally
	scans     []*scanRow // by n-1
	outcomes  []outcome
	seqs      map[deviceSeq]int
	decisions map[string]Decision
	sellers   map[int64]traceview.Seller
}

type deviceSeq struct {
	device string
	seq    int64
}

// hold returns a session that is loaded and locked; the caller releases it.
func (d *Docks) hold(ctx context.Context, id int64) (*live, error) {
	l := d.enter(id)
	l.mu.Lock()
	if l.loaded {
		return l, nil
	}
	if err := d.load(ctx, l, id); err != nil {
		d.release(l)
		return nil, err
	}
	l.loaded = true
	return l, nil
}

// release lets others work at a session.
func (d *Docks) release(l *live) {
	l.mu.Unlock()
	d.mu.Lock()
	l.users--
	d.mu.Unlock()
}

// enter finds a session's place in memory. The one that was used longest ago, and that
// nobody works at or waits for, makes room.
func (d *Docks) enter(id int64) *live {
	d.mu.Lock()
	defer d.mu.Unlock()
	l := d.live[id]
	if l == nil {
		l = &live{}
		d.live[id] = l
	}
	l.used = d.Now()
	l.users++
	if len(d.live) <= liveMax {
		return l
	}
	oldest := int64(0)
	for n, other := range d.live {
		if other.users == 0 && (oldest == 0 || other.used.Before(d.live[oldest].used)) {
			oldest = n
		}
	}
	delete(d.live, oldest) // of none, where everybody is at work
	return l
}
