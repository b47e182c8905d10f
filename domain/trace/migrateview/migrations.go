package migrateview

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"pedigree/domain/trace/tiview"
	"pedigree/domain/trace/traceview"
	"pedigree/domain/trace/traceview/verdict"
	"pedigree/internal/vault"
)

// JobKind is the kind of the jobs that bring stock over.
const JobKind = "migrate/stock"

// Goods is the organisation's stock.
type Goods interface {
	// Standings tells how the stock has things.
	Standings(tx *sql.Tx, paths []string) (map[string]traceview.Standing, error)
	// OwnProducts tells which numbers are the organisation's own to commission.
	OwnProducts() (func(path string) bool, error)
	// TakeOutside puts goods into the stock without an entry on the ledger.
	TakeOutside(tx *sql.Tx, o traceview.Outside) (left []string, err error)
	// OutsideAuthority notes what is known now of the seller of a document's goods.
	OutsideAuthority(tx *sql.Tx, document int64, a traceview.Authority) error
	// SellerOf tells whether who sold goods was an authorised trading partner.
	SellerOf(tx *sql.Tx, s traceview.Seller, why string) (traceview.Authority, error)
	// JudgeIn answers whether things may be sold.
	JudgeIn(tx *sql.Tx, paths []string) ([]verdict.Answer, error)
}

// Archive is the partners' documents.
type Archive interface {
	// Named finds what the documents say of things.
	Named(ctx context.Context, tx *sql.Tx, paths []string) (map[string][]tiview.Mention, error)
	// NamesLot finds a document that tells of a lot, or 0.
	NamesLot(ctx context.Context, tx *sql.Tx, gtin, lot string) (int64, error)
}

// Config says what bringing stock over needs. Vault, Goods and Archive are required.
type Config struct {
	Vault   *vault.Vault
	Goods   Goods
	Archive Archive
	Log     *slog.Logger
	Now     func() time.Time
}

// Migrations brings one organisation's stock over.
type Migrations struct {
	Config

	ctx     context.Context // ends with the node
	stop    context.CancelFunc
	work    sync.WaitGroup
	turn    sync.Mutex // one run at a time
	mu      sync.Mutex
	stopped bool
	waiting map[int64]bool           // runs under way or in line
	failAt  func(point string) error // fail points of tests
}

// New opens it.
func New(c Config) *Migrations {
	if c.Log == nil {
		c.Log = slog.Default()
	}
	if c.Now == nil {
		c.Now = c.Vault.Now
	}
	m := &Migrations{Config: c, waiting: map[int64]bool{}}
	m.ctx, m.stop = context.WithCancel(context.Background())
	return m
}

// errPaused ends a run that a person paused.
var errPaused = errors.New("a person paused it")

// Resume takes up the runs that were cut off.
func (m *Migrations) Resume(ctx context.Context) error {
	jobs, err := m.Vault.Jobs(ctx, vault.JobFilter{Kind: JobKind, State: vault.JobRunning})
	if err != nil {
		return fmt.Errorf("couldn't take up lists of stock: %w", err)
	}
	for _, j := range jobs {
		var n int64
		err := m.Vault.View(ctx, func(tx *sql.Tx) error {
			return tx.QueryRow(`SELECT n FROM migrate_run WHERE job = $1`, j.ID).Scan(&n)
		})
		if err != nil {
			return fmt.Errorf("couldn't take up the list of stock of job %d: %w", j.ID, err)
		}
		if err := m.begin(n); err != nil {
			return err
		}
	}
	return nil
}

// Stop ends the work at its last durable step.
func (m *Migrations) Stop() {
	m.mu.Lock()
	m.stopped = true
	m.mu.Unlock()
	m.stop()
	m.work.Wait()
}

// begin carries a run while nobody waits for it; one that is under way is left alone.
func (m *Migrations) begin(n int64) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	switch {
	case m.stopped:
		return vault.ErrClosed
	case m.waiting[n]:
		return nil
	case len(m.waiting) >= waitingMax:
		return limited("%d lists of stock are under way or in line; give this one again when some are done", waitingMax)
	}
	m.waiting[n] = true
	m.work.Go(func() {
		m.turn.Lock()
		defer m.turn.Unlock()
		err := m.carry(m.ctx, n)
		m.mu.Lock()
		delete(m.waiting, n)
		m.mu.Unlock()
		if errors.Is(err, errPaused) {
			err = m.again(n)
		}
		if err != nil && m.ctx.Err() == nil {
			m.Log.Error("couldn't bring a list of stock over", "run", n, "error", err)
		}
	})
	return nil
}

// again goes on with a run that was let go on while it was about to pause.
func (m *Migrations) again(n int64) error {
	running := false
	err := m.Vault.View(m.ctx, func(tx *sql.Tx) error {
		r, err := m.load(tx, n)
		if err != nil {
			return err
		}
		j, err := m.Vault.JobIn(m.ctx, tx, r.job)
		running = j.State == vault.JobRunning
		return err
	})
	if err != nil || !running {
		return err
	}
	return m.begin(n)
}

// pass is a point at which a test can end the work.
func (m *Migrations) pass(point string) error {
	if m.failAt != nil {
		return m.failAt(point)
	}
	return nil
}
