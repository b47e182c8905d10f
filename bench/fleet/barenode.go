package fleet

import (
	"context"
	"errors"
	"log/slog"
	"path/filepath"

	"pedigree/bench/bare"
	"pedigree/internal/engine"
	"pedigree/internal/store/kv"
	"pedigree/ledger"
)

// startBare runs the do-nothing application.
func startBare(o order) (*validator, error) {
	genesis, err := o.Founding.Genesis()
	if err != nil {
		return nil, err
	}
	genesis.AppState = nil
	db, err := kv.Open(filepath.Join(o.Home, "data", "ledger"), o.Sizes.kv())
	if err != nil {
		return nil, err
	}
	app, err := bare.New(db, bare.Config{Signatures: o.Bare.Signatures})
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	n, err := engine.Start(context.Background(), engine.Config{
		Home: o.Home, DB: db, Genesis: genesis, Profile: o.Profile, ListenAddr: o.Listen, Peers: o.Peers,
		Logger: slog.New(slog.DiscardHandler), TxBytesMax: ledger.EnvelopeSizeMax,
	}, app)
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	txs, err := bare.NewTxs(o.Bare.Bytes, o.Bare.Signatures, uint64(o.Number))
	if err != nil {
		return nil, errors.Join(err, n.Stop(), db.Close())
	}
	v := &validator{order: o, target: n, height: n.Height, blocks: n.Height()}
	v.peers = func() int { return len(n.Peers()) }
	v.stop = func() error { return errors.Join(n.Stop(), db.Close()) }
	v.prepare = func(_ context.Context, count int) error {
		return v.txs.add(count, func(i int) ([]byte, error) { return txs.Tx(o.First + i), nil })
	}
	return v, nil
}
