package main

import (
	"context"
	"encoding/json"
	"os"
	"time"

	"pedigree/domain/org"
	"pedigree/domain/org/orgview"
	"pedigree/ledger"
)

// retireLook is how often a node looks whether a former key of its organisation is
// to be retired.
const retireLook = time.Minute

// retireFormer retires the key that another followed, once their overlap is over. A
// node that still signs with the former, for it wasn't restarted, leaves it alone.
func (r *running) retireFormer(ctx context.Context, closing <-chan struct{}, acts *orgview.Acts, sign orgSigner) {
	for {
		if err := r.retireOnce(ctx, acts, sign, time.Now()); err != nil && ctx.Err() == nil {
			r.log.Error("couldn't retire the organisation's former key; trying again", "in", retireLook, "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-closing:
			return
		case <-time.After(retireLook):
		}
	}
}

func (r *running) retireOnce(ctx context.Context, acts *orgview.Acts, sign orgSigner, now time.Time) error {
	rot, begun, err := r.home.readRotation()
	if err != nil || !begun || rot.New != sign.public() || now.Before(rot.RetireAfter) || r.node.Height() == 0 || r.node.Engine().CatchingUp() {
		return err
	}
	id := uint64(0)
	err = r.node.Read(func(state ledger.State) error {
		m, _ := org.Get(state, sign.org)
		for _, k := range m.Keys {
			if k.Key == rot.Old && k.To == 0 && k.Compromised == 0 {
				id = k.ID
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	if id != 0 {
		message, err := json.Marshal(org.RetireKey{Member: sign.org, KeyID: id})
		if err != nil {
			return err
		}
		ctx, cancel := context.WithTimeout(ctx, retireLook)
		defer cancel()
		if _, err := acts.Send(ctx, "org", "retire-key", message); err != nil {
			return err
		}
		r.log.Info("retired the organisation's former key", "organisation", sign.org, "key", id)
	}
	return os.Remove(r.home.rotationFile())
}
