package fleet

import (
	"context"
	"errors"
	"fmt"

	"pedigree/bench/goods"
	"pedigree/proof"
)

// journeyShape is the pallet that travels: 40 packs in a case, 48 cases.
var journeyShape = goods.Shape{Cases: 48, Packs: 40}

// journey lets one pallet take so many hops more, from its commission on, and
// proves a pack on it.
func (v *validator) journey(ctx context.Context, hops int) (Journey, error) {
	if v.node == nil || hops < 0 || hops > HopsMax {
		return Journey{}, fmt.Errorf("couldn't make a journey of %d hops: only a ledger can, and at most %d at a time", hops, HopsMax)
	}
	p := v.pallets[1]
	if p == nil {
		var err error
		if p, err = v.maker.NewPallet(1, journeyShape); err != nil {
			return Journey{}, err
		}
		e, err := p.Commission()
		if err := v.commit(ctx, e, err); err != nil {
			return Journey{}, err
		}
		v.pallets[1] = p
	}
	for range hops {
		ship, receive, err := p.Hop()
		if err := v.commit(ctx, ship, err); err != nil {
			return Journey{}, err
		}
		if err := v.commit(ctx, receive, nil); err != nil {
			return Journey{}, err
		}
	}
	const inCase, inPack = 17, 23 // any will do
	s, err := v.node.Prove(ctx, p.StateKeys(inCase, inPack)...)
	if err != nil {
		return Journey{}, err
	}
	b, err := p.Bundle(inCase, inPack, goods.State(s))
	if err != nil {
		return Journey{}, err
	}
	trust, err := v.trust()
	return Journey{Bundle: b.Encode(), Trust: trust, Hops: p.Hops(), Keys: v.keys()}, err
}

// commit submits an entry that must be accepted and waits for its block.
func (v *validator) commit(ctx context.Context, e proof.Envelope, err error) error {
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, commitWait)
	defer cancel()
	if err := v.node.Submit(ctx, e.Encode()); err != nil {
		return fmt.Errorf("couldn't submit an entry of a journey: %w", err)
	}
	o, err := v.node.Wait(ctx, e.ID())
	if err != nil {
		return fmt.Errorf("couldn't wait for an entry of a journey: %w", err)
	}
	return v.node.Refusal(o)
}

func (v *validator) trust() ([]byte, error) {
	t, err := v.node.Trust()
	if err != nil {
		return nil, err
	}
	return proof.EncodeTrust(t)
}

// receipts makes receipts of the entries that the last load sent first.
func (v *validator) receipts(ctx context.Context, n int) (Receipts, error) {
	if v.node == nil || v.txs.used < n {
		return Receipts{}, errors.New("couldn't make receipts: load a ledger with as many entries first")
	}
	var out Receipts
	for _, raw := range v.txs.list[v.txs.used-n : v.txs.used] {
		env, err := proof.DecodeEnvelope(raw)
		if err != nil {
			return out, err
		}
		r, err := v.node.Receipt(ctx, env.ID())
		if err != nil {
			return out, err
		}
		out.Receipts, out.Entries = append(out.Receipts, r.Encode()), append(out.Entries, len(raw))
	}
	var err error
	out.Trust, err = v.trust()
	return out, err
}
