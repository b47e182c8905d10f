package node

import (
	"errors"
	"fmt"

	"pedigree/internal/store"
	"pedigree/proof"
)

// ErrNoHeader says that there is no such header, or none any more.
var ErrNoHeader = errors.New("this node has no such header to prove from")

// Consistency proves that the log of events up to the newest header begins with the
// log up to an earlier one; 0 stands for the newest itself.
func (n *Node) Consistency(from uint64) (proof.ConsistencyProof, error) {
	return n.ConsistencyTo(from, 0)
}

// ConsistencyTo proves the same up to a given header; 0 stands for the newest.
func (n *Node) ConsistencyTo(from, to uint64) (proof.ConsistencyProof, error) {
	p, err := n.consistency(from, to)
	if err != nil {
		return p, fmt.Errorf("couldn't prove that nothing was rewritten: %w", err)
	}
	return p, nil
}

func (n *Node) consistency(from, to uint64) (p proof.ConsistencyProof, err error) {
	newest := n.engine.Height()
	if to == 0 {
		to = uint64(newest)
	}
	if from == 0 {
		from = to
	}
	if newest == 0 || from > to || to > uint64(newest) {
		return p, fmt.Errorf("%w: headers %d to %d of %d", ErrNoHeader, from, to, newest)
	}
	view, err := n.state.View()
	if err != nil {
		return p, err
	}
	defer func() { err = errors.Join(err, view.Close()) }()
	if p.OldParts, p.OldHeader, err = n.partsOf(view, int64(from)); err != nil {
		return p, err
	}
	if p.NewParts, p.NewHeader, err = n.partsOf(view, int64(to)); err != nil {
		return p, err
	}
	if older := p.OldParts.EventCount; older > 0 && older < p.NewParts.EventCount {
		p.Path, err = view.ProveConsistency(older, p.NewParts.EventCount)
	}
	return p, err
}

// partsOf returns a header and what it carries the hash of: what the ledger held
// before that block.
func (n *Node) partsOf(view *store.View, header int64) (proof.AppHashParts, proof.Attestation, error) {
	parts, err := view.PartsAt(header - 1)
	if errors.Is(err, store.ErrHeight) {
		return parts, proof.Attestation{}, fmt.Errorf("%w: %w", ErrNoHeader, err)
	}
	if err != nil {
		return parts, proof.Attestation{}, err
	}
	signed, err := n.wholeAttestation(header) // a fork should name all who signed
	return parts, signed, err
}
