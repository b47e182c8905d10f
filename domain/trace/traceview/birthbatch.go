package traceview

import (
	"context"
	"crypto/ed25519"
	"database/sql"
	"slices"
	"sync"

	"pedigree/internal/crash"
	"pedigree/internal/vault"
	"pedigree/proof"
)

// batch is the commissions of one envelope.
type batch struct {
	births   []*birth
	envelope *envelope
	private  map[int64]ed25519.PrivateKey
	keys     []keyRow
	err      error
	done     chan struct{}
}

type keyRow struct {
	idx     int64
	pub     proof.Key
	purpose int
}

// commissionAll brings trees into the stock and their commissions into the
// outbox: some trees, with all that is in them, in each transaction. What an
// earlier run has brought is skipped by the planner, so a crash between two
// transactions loses nothing and repeats nothing.
func (d *Desk) commissionAll(ctx context.Context, job int64, class uint64, roots []*thing, progress func(int)) error {
	for len(roots) > 0 {
		n, items := 0, 0
		for n < len(roots) && n < chunkRootsMax {
			size := treeSize(roots[n])
			if n > 0 && items+size > chunkItemsMax {
				break
			}
			items += size
			n++
		}
		if err := d.commissionSome(ctx, job, class, roots[:n]); err != nil {
			return err
		}
		if err := d.pass(crash.CaptureCommissioned); err != nil {
			return err
		}
		progress(items)
		roots = roots[n:]
	}
	return nil
}

func treeSize(t *thing) int {
	n := 1
	for _, k := range t.kids {
		n += treeSize(k)
	}
	return n
}

// commissionSome is one transaction of commissionAll. Trees grow and signatures
// are made beside each other; the rows are written in order.
func (d *Desk) commissionSome(ctx context.Context, job int64, class uint64, roots []*thing) error {
	return d.vault.Update(ctx, func(tx *sql.Tx) error {
		batches, err := d.batches(tx, class, roots)
		if err != nil {
			return err
		}
		stop := d.growAll(batches)
		defer stop()
		writer, err := newStockWriter(ctx, tx, d.sign.Org())
		if err != nil {
			return err
		}
		for _, b := range batches {
			<-b.done
			if b.err != nil {
				return b.err
			}
			if err := writer.batch(d, job, b); err != nil {
				return err
			}
		}
		return writer.flush()
	})
}

// batches puts trees into envelopes and gives each its keys.
func (d *Desk) batches(tx *sql.Tx, class uint64, roots []*thing) ([]*batch, error) {
	keys := d.keys.taker(tx)
	var list []*batch
	for part := range slices.Chunk(roots, proof.EntriesMax) {
		b := &batch{done: make(chan struct{}), private: map[int64]ed25519.PrivateKey{}}
		for _, t := range part {
			b.births = append(b.births, &birth{top: t, class: class})
		}
		if err := b.number(keys); err != nil {
			return nil, err
		}
		list = append(list, b)
	}
	return list, nil
}

// number gives the births of a batch their keys. Loose units share the owner's
// and the holder's: the envelope ties them anyway.
func (b *batch) number(keys *keyTaker) (err error) {
	var shared int64
	for _, x := range b.births {
		if x.key0, err = keys.number(1); err != nil {
			return err
		}
		loose := len(x.top.kids) == 0
		x.owner = shared
		if !loose || shared == 0 {
			if x.owner, err = keys.number(2); err != nil {
				return err
			}
		}
		if loose {
			shared = x.owner
		}
		x.holder = x.owner + 1
	}
	return nil
}

// growAll builds batches on all cores, in order. stop waits until none is at work.
func (d *Desk) growAll(batches []*batch) (stop func()) {
	secret := d.keys.Secret()
	next := make(chan *batch)
	quit := make(chan struct{})
	var growers sync.WaitGroup
	for range growersCount {
		growers.Go(func() {
			g := newGrower()
			for b := range next {
				b.err = d.grow(b, g, secret)
				close(b.done)
			}
		})
	}
	growers.Go(func() {
		defer close(next)
		for _, b := range batches {
			select {
			case next <- b:
			case <-quit:
				return
			}
		}
	})
	return func() {
		close(quit)
		growers.Wait()
	}
}

// grow makes everything about a batch but its rows.
func (d *Desk) grow(b *batch, g *grower, secret []byte) error {
	b.envelope = &envelope{}
	for _, x := range b.births {
		x.private0 = b.key(d, x.key0, PurposeKey0)
		x.pubO, x.pubH = public(b.key(d, x.owner, PurposeOwner)), public(b.key(d, x.holder, PurposeHolder))
		if err := d.bear(x, g, secret); err != nil {
			return err
		}
		b.envelope.add(&operation{
			entries: []proof.Entry{x.entry}, signers: []int64{x.key0}, writes: 1, undo: undo{made: []string{x.top.path}},
		})
	}
	return d.signEnvelope(b.envelope, func(idx int64) ed25519.PrivateKey { return b.private[idx] })
}

// key derives a private key once in a batch.
func (b *batch) key(d *Desk, idx int64, purpose int) ed25519.PrivateKey {
	p, ok := b.private[idx]
	if !ok {
		p = d.keys.Private(idx)
		b.private[idx] = p
		b.keys = append(b.keys, keyRow{idx, public(p), purpose})
	}
	return p
}

// batch writes the rows of a batch.
func (s *stockWriter) batch(d *Desk, job int64, b *batch) error {
	for i := range b.keys {
		k := &b.keys[i]
		if err := s.keys.Add(k.idx, k.pub[:], k.purpose); err != nil {
			return err
		}
	}
	for _, x := range b.births {
		if err := s.bring(x, b.envelope.id); err != nil {
			return err
		}
	}
	return d.enqueue(s.tx, job, b.envelope)
}

var keyTable = vault.BulkTable{Name: "trace_key", Columns: []string{"idx", "pub", "purpose"}}
