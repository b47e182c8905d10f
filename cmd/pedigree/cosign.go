package main

import (
	"context"
	"errors"
	"path/filepath"
	"time"

	"pedigree/internal/api"
	"pedigree/internal/config"
	"pedigree/internal/node"
	"pedigree/internal/obs"
	"pedigree/internal/witness"
	"pedigree/proof"
)

// cosigned is the file with the checkpoints that witnesses cosigned. It can be
// asked for again, so that no backup holds it.
func (h home) cosigned() string { return filepath.Join(h.dir, "data", "cosigned.json") }

// gather begins to ask the witnesses that the configuration names. Nothing waits for them.
func (r *running) gather(ctx context.Context, c config.Witnesses) error {
	settings := witness.CollectorConfig{
		File: r.home.cosigned(), Every: time.Duration(c.EverySeconds) * time.Second, Log: r.log, Now: time.Now,
		Prove: func(from, to uint64) (proof.ConsistencyProof, bool, error) {
			p, err := r.node.ConsistencyTo(from, to)
			if errors.Is(err, node.ErrNoHeader) {
				return p, false, nil
			}
			return p, err == nil, err
		},
	}
	for _, w := range c.Ask {
		key, err := proof.ParseWitnessKey(w.Key)
		if err != nil {
			return failWith(exitUsage, "copy what pedigree witness init printed there", err)
		}
		settings.Witnesses = append(settings.Witnesses, witness.Remote{Key: key, URL: w.URL})
	}
	var err error
	if r.witnesses, err = witness.OpenCollector(settings); err != nil {
		return err
	}
	r.desk.done.Go(func() { r.witnesses.Run(ctx) })
	return nil
}

// Cosigned is the newest checkpoint that witnesses cosigned.
func (l apiLedger) Cosigned() ([]byte, bool) {
	list := l.witnesses.Newest(0)
	if len(list) == 0 {
		return nil, false
	}
	return list[0], true
}

// Vouch gives the best cosigned checkpoint that covers events, and the path to it.
func (l apiLedger) Vouch(first, count uint64) (api.Vouched, bool, error) {
	for _, note := range l.witnesses.Newest(first + count) {
		path, err := l.Node.Vouch(first, count, note)
		if errors.Is(err, node.ErrOtherLog) {
			continue // kept from before the node was restored
		}
		return api.Vouched{Note: string(note), Path: path}, err == nil, err
	}
	return api.Vouched{}, false, nil
}

func (r *running) witnessMetrics() []obs.Metric {
	f := r.witnesses.Figures()
	return []obs.Metric{
		obs.One("pedigree_witnesses_configured", obs.Gauge, "Witnesses that this node asks.", float64(f.Witnesses)),
		obs.One("pedigree_witnesses_cosigned", obs.Gauge, "Witnesses that cosigned the newest checkpoint kept here.", float64(f.Cosigned)),
		obs.One("pedigree_witness_forked", obs.Gauge, "1 when a witness says that the validators signed two histories.", oneIf(f.Forked)),
	}
}
