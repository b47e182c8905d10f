package fleet

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"time"

	"pedigree/bench/goods"
	"pedigree/domain/trace/traceview"
	"pedigree/internal/engine"
	"pedigree/internal/node"
	"pedigree/internal/vault"
	"pedigree/ledger"
	"pedigree/proof"
)

// Memory of the private store, as in the program.
const (
	vaultWriterCache = 16 << 20
	vaultReaderCache = 4 << 20
)

// desk is the private half beside a node, wired as the program does.
type desk struct {
	*traceview.Desk
	vault  *vault.Vault
	sub    *engine.Subscription
	folded sync.WaitGroup
	failed error
}

func openDesk(ctx context.Context, dir string, n *node.Node, m goods.Maker) (*desk, error) {
	d := &desk{}
	var err error
	d.vault, err = vault.Open(ctx, vault.Config{
		Dir: dir, Key: sha256.Sum256([]byte("benchmark vault " + m.Org)), Schemas: traceview.Schemas,
		WriterCacheBytes: vaultWriterCache, ReaderCacheBytes: vaultReaderCache,
	})
	if err != nil {
		return nil, err
	}
	d.Desk = traceview.New(traceview.Config{
		Chain: deskChain{n}, Sign: deskSigner{m}, Vault: d.vault, Keys: traceview.NewKeyring(sha256.Sum256([]byte("benchmark custody " + m.Org))),
	})
	from, err := d.Folded(ctx)
	if err == nil {
		d.sub, err = n.Engine().Subscribe(int64(from) + 1)
	}
	if err != nil {
		return nil, errors.Join(err, d.vault.Close())
	}
	d.folded.Go(func() { d.failed = d.follow(ctx) })
	return d, nil
}

// follow folds every block's events into the view.
func (d *desk) follow(ctx context.Context) error {
	for block := range d.sub.Blocks() {
		var events [][]byte
		for _, r := range block.Results {
			if res, err := proof.DecodeResult(r.Code, r.Data); err == nil {
				events = append(events, res.Events...)
			}
		}
		if err := d.Fold(ctx, uint64(block.Height), events); err != nil {
			return err
		}
	}
	return nil
}

func (d *desk) close() error {
	d.sub.Close()
	d.folded.Wait()
	return errors.Join(d.failed, d.vault.Close())
}

// open opens the private half, once.
func (v *validator) open(ctx context.Context) (err error) {
	if v.desk == nil {
		v.desk, err = openDesk(ctx, filepath.Join(v.order.Home, "vault"), v.node, v.maker)
	}
	return err
}

// Document is a document to capture; Captured what came of it.
type Document struct{ Path, MediaType string }

// Captured says what a capture did and how long each stage took, to the last
// commit.
type Captured struct {
	Took, CPU                                          time.Duration
	Events, Things, Commissions, Operations, Envelopes int
	Stages                                             []Stage
}

// Stage is one stage of a capture.
type Stage struct {
	Name string
	Took time.Duration
}

// capture takes a document in as the program does, and fails unless all of it
// comes onto the ledger.
func (v *validator) capture(ctx context.Context, doc Document) (out Captured, err error) {
	if v.node == nil {
		return out, errors.New("couldn't capture a document: only a ledger can")
	}
	if err := v.open(ctx); err != nil {
		return out, err
	}
	f, err := os.Open(doc.Path)
	if err != nil {
		return out, fmt.Errorf("couldn't read a document: %w", err)
	}
	defer f.Close()
	began, cpu := time.Now(), processCPU()
	r, err := v.desk.Capture(ctx, traceview.CaptureRequest{Name: filepath.Base(doc.Path), MediaType: doc.MediaType, Reader: f})
	if err != nil {
		return out, err
	}
	out = Captured{
		Took: time.Since(began), CPU: processCPU() - cpu,
		Events: r.Events, Things: r.Things, Commissions: r.Commissions, Operations: r.Operations, Envelopes: r.Envelopes,
	}
	for _, t := range r.Timings {
		out.Stages = append(out.Stages, Stage{t.Stage, t.Took})
	}
	if r.Stage != traceview.CaptureDone || r.Faults > 0 || len(r.Refused) > 0 || r.Own != r.Events {
		return out, fmt.Errorf("of %d events %d are our own; the capture ended as %s with %d errors and %d refusals: %v", r.Events, r.Own, r.Stage, r.Faults, len(r.Refused), r.Findings)
	}
	return out, nil
}

// deskSigner signs as a maker.
type deskSigner struct{ m goods.Maker }

func (s deskSigner) Org() string   { return s.m.Org }
func (s deskSigner) KeyID() uint64 { return 1 }
func (s deskSigner) Sign(h proof.Hash) (proof.Signature, error) {
	return proof.Sign(s.m.Private(), h), nil
}

// deskChain is the node as the desk sees it.
type deskChain struct{ n *node.Node }

func (c deskChain) ChainID() string { return c.n.ChainID() }

func (c deskChain) Status() (height, blockTime uint64) { return c.n.Height(), c.n.BlockTime() }

func (c deskChain) Read(fn func(ledger.State) error) error { return c.n.Read(fn) }

func (c deskChain) Submit(ctx context.Context, raw []byte) error { return c.n.Submit(ctx, raw) }

func (c deskChain) Try(raws [][]byte) error { return c.n.Try(raws) }

func (c deskChain) Wait(ctx context.Context, id proof.Hash) (traceview.Committed, error) {
	o, err := c.n.Wait(ctx, id)
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
