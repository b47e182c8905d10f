package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"pedigree/domain/trace/caseview"
	"pedigree/domain/trace/catalogview"
	"pedigree/domain/trace/dockview"
	"pedigree/domain/trace/migrateview"
	"pedigree/domain/trace/partnerview"
	"pedigree/domain/trace/tiview"
	"pedigree/domain/trace/traceview"
	"pedigree/internal/courier"
	"pedigree/internal/engine"
	"pedigree/internal/exchange"
	"pedigree/internal/keys"
	"pedigree/internal/node"
	"pedigree/internal/vault"
	"pedigree/ledger"
	"pedigree/proof"
)

// Memory of the private store: a node stays under 200 MB in all.
const (
	vaultWriterCache = 16 << 20
	vaultReaderCache = 4 << 20
	// Of a hosted organisation's, of which many are open at once.
	hostedCache   = 1 << 20
	hostedReaders = 3 // a capture and a look at a document hold one each
)

// How long the desk waits before it tries again what failed: at first, and at most.
const (
	retryFirst = time.Second
	retryLast  = 5 * time.Minute
)

// deskParts is the organisation's private half: its vault and its desk.
type deskParts struct {
	desk      *traceview.Desk
	vault     *vault.Vault
	mail      *exchange.Exchange
	documents *tiview.Documents
	docks     *dockview.Docks
	stocks    *migrateview.Migrations
	book      *partnerview.Book
	ways      *courier.Courier
	catalogue *catalogview.Catalogue
	numbers   numbers // of the members' registry
	cases     *caseview.Cases
	log       *slog.Logger
	sub       *engine.Subscription
	done      sync.WaitGroup
	// resumed says that unfinished work was taken up, or tried: what is asked for
	// before would only wait for it.
	resumed atomic.Bool
	failing atomic.Int64  // kinds of work that failed and are tried again
	retries atomic.Uint64 // failed attempts
	closing chan struct{}
	cut     chan struct{} // has something when work was cut short because no block was made

	// Of a hosted organisation's desk, which follows the ledger when it is used.
	news    *news
	folding sync.Mutex
	folded  uint64
}

// openDesk opens the vault, takes up unfinished work, and follows the ledger.
func openDesk(ctx context.Context, r *running, own card) (*deskParts, error) {
	p, err := newDesk(ctx, r, r.home, r.secrets, own)
	if err != nil {
		return nil, err
	}
	if err := p.follow(ctx, r); err != nil {
		return nil, errors.Join(err, p.vault.Close())
	}
	return p, nil
}

// newDesk opens an organisation's vault and makes its desk on this node.
func newDesk(ctx context.Context, r *running, h home, s secrets, own card) (*deskParts, error) {
	seed, err := s.bytes(keys.Custody)
	if err != nil {
		return nil, err
	}
	sign, err := r.signer(s, own.Member.ID)
	if err != nil {
		return nil, err
	}
	if err := dataDir(h); err != nil {
		return nil, fmt.Errorf("couldn't make the data folder: %w", err)
	}
	p := &deskParts{log: r.log, closing: make(chan struct{}), cut: make(chan struct{}, 1)}
	if p.vault, err = h.openVaultWith(ctx, s, r.log); err != nil {
		return nil, err
	}
	p.numbers = numbers{r.node.Read}
	p.catalogue = catalogview.New(catalogview.Config{Vault: p.vault, Registry: p.numbers, Log: r.log})
	keyring := traceview.NewKeyring(seed)
	p.book = openBook(r, p.vault)
	p.desk = traceview.New(traceview.Config{
		Chain: deskChain{r.node, p.cut}, Sign: sign, Vault: p.vault, Keys: keyring, Products: p.catalogue, Turns: r.turns, LedgerAge: r.ledgerAge, NoticeAge: r.noticeAge, Log: r.log,
		Partners: buyers{p.book, registry{r.node}}, Routed: p.routed, Sellers: deskSellers{p, r.node.Read}, Documents: deskPapers{p}, Cases: deskCases{p}, Arrivals: deskArrivals{p}, Post: p.postDeparture, Withdraw: p.withdrawDeparture, Returns: r.returns, Reclaim: r.reclaim,
	})
	p.documents = tiview.New(tiview.Config{Vault: p.vault, Goods: p.desk, Products: p.catalogue, GLNs: ownGLNs(r.node.Read, own.Member.ID), Received: deskReceived{p}, Carriers: p.carriers(), Drill: node.IsDrill(r.node.ChainID()), Log: r.log})
	p.docks = dockview.New(dockview.Config{Vault: p.vault, Goods: p.desk, Documents: p.documents, Cases: dockCases{p}, Log: r.log})
	p.stocks = migrateview.New(migrateview.Config{Vault: p.vault, Goods: p.desk, Archive: p.documents, Unpack: archiveUnpacker(), Log: r.log})
	if p.ways, err = openWays(r, h, p, own.Member.ID); err != nil {
		return nil, errors.Join(err, p.vault.Close())
	}
	p.cases = openCases(p, own.Member.ID, r.log)
	if p.mail, err = openMail(r, h, p, sign, keyring.ExchangeSecret()); err != nil {
		return nil, errors.Join(err, p.vault.Close())
	}
	return p, nil
}

// follow folds every block's events into the desk's view, from where it stopped.
func (p *deskParts) follow(ctx context.Context, r *running) error {
	from, err := p.desk.Folded(ctx)
	if err != nil {
		return err
	}
	if p.sub, err = r.node.Engine().Subscribe(int64(from) + 1); err != nil {
		return fmt.Errorf("couldn't follow the ledger: %w", err)
	}
	p.done.Go(func() {
		for block := range p.sub.Blocks() {
			fold := func() error {
				return p.desk.Fold(context.WithoutCancel(ctx), uint64(block.Height), eventsOf(block))
			}
			if !p.untilDone(r.log, "fold block "+strconv.FormatInt(block.Height, 10)+" into the view", fold) {
				return
			}
		}
	})
	resume := func() error {
		_, err := p.desk.Resume(ctx)
		err = errors.Join(err, p.documents.Resume(ctx), p.docks.Resume(ctx), p.stocks.Resume(ctx), p.catalogue.ResumeLoads(ctx), p.book.Resume(ctx))
		if ctx.Err() != nil {
			return nil
		}
		return err
	}
	p.done.Go(func() {
		p.untilDone(r.log, "take up unfinished work", func() error {
			defer p.resumed.Store(true)
			return resume()
		})
	})
	p.done.Go(func() { p.finishCut(ctx, r.node.Engine(), r.log, resume) })
	p.done.Go(func() { p.tendAlways(ctx, r.node.Hears) })
	return nil
}

// finishCut takes up what was cut short while the network made no block, as soon as it
// makes one again.
func (p *deskParts) finishCut(ctx context.Context, e *engine.Node, log *slog.Logger, resume func() error) {
	for {
		select {
		case <-p.cut:
		case <-p.closing:
			return
		}
		if err := e.WaitHeight(ctx, e.Height()+1); err != nil {
			return // the node or the desk ends
		}
		select {
		case <-p.cut: // by others that were cut short before this block
		default:
		}
		if !p.untilDone(log, "finish what was cut short", resume) {
			return
		}
	}
}

// untilDone does something again and again, ever more slowly, until it is done or
// the desk closes.
func (p *deskParts) untilDone(log *slog.Logger, what string, do func() error) (done bool) {
	failed := false
	defer func() {
		if failed {
			p.failing.Add(-1)
		}
	}()
	for wait := retryFirst; ; wait = min(2*wait, retryLast) {
		err := do()
		if err == nil {
			return true
		}
		if p.retries.Add(1); !failed {
			failed = true
			p.failing.Add(1)
		}
		log.Error("couldn't "+what+"; trying again", "in", wait, "error", err)
		select {
		case <-p.closing:
			return false
		case <-time.After(wait):
		}
	}
}

func eventsOf(block engine.CommittedBlock) [][]byte {
	var events [][]byte
	for _, r := range block.Results {
		if res, err := proof.DecodeResult(r.Code, r.Data); err == nil {
			events = append(events, res.Events...)
		}
	}
	return events
}

// stopFolding ends the work that needs the node.
func (p *deskParts) stopFolding() error {
	p.ways.Stop()
	p.mail.Stop()
	close(p.closing)
	p.desk.Stop()
	p.stocks.Stop()
	p.catalogue.Stop()
	p.book.Stop()
	if p.sub != nil {
		p.sub.Close()
	}
	p.done.Wait()
	return nil
}

func (p *deskParts) close() error { return p.vault.Close() }

// deskChain is the node as the desk sees it.
type deskChain struct {
	n   *node.Node
	cut chan<- struct{} // is told when the network decides nothing
}

func (c deskChain) ChainID() string { return c.n.ChainID() }

func (c deskChain) Status() (height, blockTime uint64) { return c.n.Height(), c.n.BlockTime() }

func (c deskChain) Read(fn func(ledger.State) error) error { return c.n.Read(fn) }

func (c deskChain) Submit(ctx context.Context, raw []byte) error { return c.n.Submit(ctx, raw) }

func (c deskChain) Try(raws [][]byte) error { return c.n.Try(raws) }

func (c deskChain) Wait(ctx context.Context, id proof.Hash) (traceview.Committed, error) {
	o, err := c.n.Wait(ctx, id)
	if errors.Is(err, node.ErrUndecided) {
		select {
		case c.cut <- struct{}{}:
		default: // it knows already
		}
	}
	return traceview.Committed(o), err
}

func (c deskChain) Lookup(id proof.Hash) (traceview.Committed, bool, error) {
	o, found, err := c.n.Lookup(id)
	return traceview.Committed(o), found, err
}

func (c deskChain) Prove(ctx context.Context, keys ...[]byte) (traceview.Proved, error) {
	p, err := c.n.Prove(ctx, keys...)
	return traceview.Proved(p), err
}
