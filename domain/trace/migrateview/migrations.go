package migrateview

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"slices"
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
	// Take keeps a document and says what it is.
	Take(ctx context.Context, a tiview.Arrival) (tiview.Entry, error)
	// Show tells what a document says.
	Show(ctx context.Context, n int64) (tiview.Detail, error)
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
	// Unpack opens the files in which an archive's documents are packed; only Bring needs it.
	Unpack Unpacker
	// BytesMax is the largest archive taken; ArchiveBytesMax when zero.
	BytesMax int64
	Log      *slog.Logger
	Now      func() time.Time
}

// task is a run of a list of stock by its number, or an archive by its job's.
type task struct {
	kind string
	n    int64
}

// what names the task to people.
func (t task) what() string {
	if t.kind == ArchiveKind {
		return fmt.Sprintf("the archive of job %d", t.n)
	}
	return fmt.Sprintf("the list of stock of run %d", t.n)
}

// Migrations brings one organisation's archive and stock over. What was given first is
// done first: the archive tells how well the stock is known.
type Migrations struct {
	Config

	ctx     context.Context // ends with the node
	stop    context.CancelFunc
	work    sync.WaitGroup
	turn    sync.Mutex // one task at a time
	mu      sync.Mutex
	stopped bool
	waiting map[task]bool            // under way or in line
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
	if c.BytesMax == 0 {
		c.BytesMax = ArchiveBytesMax
	}
	m := &Migrations{Config: c, waiting: map[task]bool{}}
	m.ctx, m.stop = context.WithCancel(context.Background())
	return m
}

// errPaused ends what a person paused.
var errPaused = errors.New("a person paused it")

// Resume takes up what was cut off, in the order in which it was given.
func (m *Migrations) Resume(ctx context.Context) error {
	err := m.dropRest(ctx)
	var tasks []task
	if err == nil {
		tasks, err = m.cutOff(ctx)
	}
	for i := 0; i < len(tasks) && err == nil; i++ {
		err = m.begin(tasks[i])
	}
	if err != nil {
		return fmt.Errorf("couldn't take up what is being brought over: %w", err)
	}
	return nil
}

// cutOff lists what was being brought over when the node stopped.
func (m *Migrations) cutOff(ctx context.Context) (tasks []task, err error) {
	var jobs []vault.Job
	for _, kind := range []string{JobKind, ArchiveKind} {
		list, err := m.Vault.Jobs(ctx, vault.JobFilter{Kind: kind, State: vault.JobRunning})
		if err != nil {
			return nil, err
		}
		jobs = append(jobs, list...)
	}
	slices.SortFunc(jobs, func(a, b vault.Job) int { return cmp.Compare(a.ID, b.ID) })
	err = m.Vault.View(ctx, func(tx *sql.Tx) error {
		for _, j := range jobs {
			t := task{j.Kind, j.ID}
			if j.Kind == JobKind {
				if err := tx.QueryRowContext(ctx, `SELECT n FROM migrate_run WHERE job = $1`, j.ID).Scan(&t.n); err != nil {
					return fmt.Errorf("couldn't find the list of stock of job %d: %w", j.ID, err)
				}
			}
			tasks = append(tasks, t)
		}
		return nil
	})
	return tasks, err
}

// Stop ends the work at its last durable step.
func (m *Migrations) Stop() {
	m.mu.Lock()
	m.stopped = true
	m.mu.Unlock()
	m.stop()
	m.work.Wait()
}

// begin carries a task while nobody waits for it; one that is under way is left alone.
func (m *Migrations) begin(t task) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	switch {
	case m.stopped:
		return vault.ErrClosed
	case m.waiting[t]:
		return nil
	case len(m.waiting) >= waitingMax:
		return limited("%d archives and lists of stock are under way or in line; give this one again when some are done (pedigree job list --state running)", waitingMax)
	}
	m.waiting[t] = true
	m.work.Go(func() {
		m.turn.Lock()
		defer m.turn.Unlock()
		err := m.do(t)
		m.mu.Lock()
		delete(m.waiting, t)
		m.mu.Unlock()
		if errors.Is(err, errPaused) {
			err = m.again(t)
		}
		if err != nil && m.ctx.Err() == nil {
			m.Log.Error("couldn't bring over "+t.what(), "error", err)
		}
	})
	return nil
}

func (m *Migrations) do(t task) error {
	if t.kind == ArchiveKind {
		return m.carryArchive(m.ctx, t.n)
	}
	return m.carry(m.ctx, t.n)
}

// again goes on with what was let go on while it was about to pause.
func (m *Migrations) again(t task) error {
	tasks, err := m.cutOff(m.ctx)
	if err == nil && slices.Contains(tasks, t) {
		err = m.begin(t)
	}
	return err
}

// pass is a point at which a test can end the work.
func (m *Migrations) pass(point string) error {
	if m.failAt != nil {
		return m.failAt(point)
	}
	return nil
}
