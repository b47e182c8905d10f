package fleet

import (
	"context"
	"errors"
	"fmt"

	"pedigree/bench/goods"
	"pedigree/bench/load"
	"pedigree/domain/all"
	"pedigree/internal/engine"
	"pedigree/internal/node"
)

// nodeTarget puts load on a node by the way that entries take in the program.
type nodeTarget struct{ *node.Node }

func (t nodeTarget) Subscribe(from int64) (*engine.Subscription, error) {
	return t.Engine().Subscribe(from)
}

// startLedger runs a node with all modules.
func startLedger(o order) (*validator, error) {
	n, err := node.Start(context.Background(), node.Config{
		Home: o.Home, Founding: o.Founding, Modules: all.Modules(), Governor: all.Governor(), Listen: o.Listen, Peers: o.Peers,
		KV: o.Sizes.kv(), Store: o.Sizes.store(),
	})
	if err != nil {
		return nil, err
	}
	v := &validator{order: o, target: nodeTarget{n}, node: n, height: n.Engine().Height, blocks: n.Engine().Height()}
	v.stop = func() error {
		if v.desk == nil {
			return n.Stop()
		}
		return errors.Join(v.desk.close(), n.Stop())
	}
	v.peers = func() int { return len(n.Engine().Peers()) }
	v.prepare = v.prepareShips
	v.pallets = map[int]*goods.Pallet{}
	v.maker, err = goods.NewMaker(o.Founding.ChainID, o.Number, o.Founding.Time)
	return v, err
}

// prepareShips commissions units through the network, then makes the envelopes
// that ship them.
func (v *validator) prepareShips(ctx context.Context, n int) error {
	first := v.order.First + len(v.txs.list)
	envelopes := (n + goods.UnitsPerEnvelope - 1) / goods.UnitsPerEnvelope
	list := make([][]byte, envelopes)
	for i := range list {
		from := i * goods.UnitsPerEnvelope
		e, err := v.maker.CommissionUnits(first+from, min(goods.UnitsPerEnvelope, n-from))
		if err != nil {
			return err
		}
		list[i] = e.Encode()
	}
	r, err := load.Run(ctx, load.Plan{
		Targets: []load.Target{v.target}, Count: envelopes, Tx: func(i int) []byte { return list[i] },
		InFlight: prepareInFlight, Submitters: 16, Duration: prepareMax,
	})
	if err == nil && (r.Failed > 0 || r.Committed != int64(envelopes)) {
		err = fmt.Errorf("of %d envelopes %d were committed, %d of them refused by a rule", envelopes, r.Committed, r.Failed)
	}
	if err != nil {
		return fmt.Errorf("couldn't commission %d units: %w", n, err)
	}
	return v.txs.add(n, func(i int) ([]byte, error) {
		e, err := v.maker.ShipUnit(v.order.First + i)
		return e.Encode(), err
	})
}
