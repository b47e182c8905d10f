package traceview

import (
	"context"
	"time"

	"pedigree/domain/trace"
	"pedigree/ledger"
	"pedigree/proof"
)

// patienceDefault is how long a receipt waits for the ledger to show the offer, and
// offerPoll how often it looks.
const (
	patienceDefault = 10 * time.Second
	offerPoll       = 50 * time.Millisecond
)

// awaitOffer waits until this node's ledger shows every record on offer. A sealed
// file can arrive before the block that its sender has seen already; without the
// wait, good goods would be stopped because a node lags. What is not on offer by
// then is judged as it stands.
func (in *receiving) awaitOffer(ctx context.Context) error {
	patience := time.NewTimer(in.d.patience)
	defer patience.Stop()
	for {
		shown := false
		err := in.d.chain.Read(func(s ledger.State) error {
			shown = in.onOffer(s)
			return nil
		})
		if err != nil || shown || in.d.patience < 0 || in.request.hurry {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-patience.C:
			return nil
		case <-time.After(offerPoll):
		}
	}
}

// onOffer reports whether every record is in transit, or ours already.
func (in *receiving) onOffer(s ledger.State) bool {
	for i := range in.content.Goods {
		g, o := &in.content.Goods[i], in.content.Offers[i]
		r, ok := trace.GetRecord(s, trace.Name{Origin: g.Origin, Leaf: g.Leaf()})
		ours := r.Owner == o.Owner && !o.Owner.IsZero() || r.Holder == o.Holder && !o.Holder.IsZero()
		if !ok || r.State != proof.StateTransit && !ours {
			return false
		}
	}
	return true
}
