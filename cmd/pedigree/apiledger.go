package main

import (
	"context"
	"errors"

	"pedigree/internal/api"
	"pedigree/internal/node"
	"pedigree/internal/witness"
	"pedigree/proof"
)

// apiLedger shows the node to the HTTP interface.
type apiLedger struct {
	*node.Node
	org       string
	witnesses *witness.Collector
}

// Peers is the number of connected nodes.
func (l apiLedger) Peers() int { return len(l.Engine().Peers()) }

// Outcome says how an entry ended; with wait, once it has.
func (l apiLedger) Outcome(ctx context.Context, id proof.Hash, wait bool) (api.Outcome, bool, error) {
	o, found, err := l.Lookup(id)
	if err == nil && !found && wait {
		o, err = l.Wait(ctx, id)
		found = err == nil
	}
	return api.Outcome{ID: o.ID, Height: o.Height, Index: o.Index, Code: o.Code, Err: l.Refusal(o)}, found, err
}

// StateProof proves what is under one raw key.
func (l apiLedger) StateProof(ctx context.Context, key []byte) (proof.StateProof, error) {
	p, err := l.Prove(ctx, key)
	if err != nil {
		return proof.StateProof{}, err
	}
	return proof.StateProof{Key: key, Value: p.Values[0], Path: p.Paths[0], Parts: p.Parts, Header: p.Header}, nil
}

// Consistency leads from a signed header to the newest.
func (l apiLedger) Consistency(from uint64) (proof.ConsistencyProof, bool, error) {
	p, err := l.Node.Consistency(from)
	if errors.Is(err, node.ErrNoHeader) {
		return p, false, nil
	}
	return p, err == nil, err
}

// End waits for an entry's end and returns its refusal as an error.
func (l apiLedger) End(ctx context.Context, id proof.Hash) (uint64, error) {
	o, err := l.Wait(ctx, id)
	if err != nil {
		return 0, err
	}
	return o.Height, l.Refusal(o)
}

// Ended tells whether an entry stands in a block.
func (l apiLedger) Ended(id proof.Hash) (bool, error) {
	_, found, err := l.Lookup(id)
	return found, err
}

// Rules says which version of the rules is in force and what lies ahead.
func (l apiLedger) Rules() (api.Rules, error) {
	r, err := l.Node.Rules()
	out := api.Rules{Height: r.Height, Version: r.Version, Known: r.Known, Skipped: r.Skipped, Ahead: []api.Upgrade{}}
	for _, u := range r.Ahead {
		a := api.Upgrade{Version: u.Version, Height: u.Height, Text: u.Text}
		if !u.Binary.IsZero() {
			a.Binary = u.Binary.String()
		}
		out.Ahead = append(out.Ahead, a)
	}
	return out, err
}
