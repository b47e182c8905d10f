package node

import (
	"context"
	"errors"
	"fmt"

	"pedigree/internal/engine"
	"pedigree/proof"
)

// Proved is state with its proof, all under one signed header.
type Proved struct {
	Values [][]byte // nil where the key is absent
	Paths  []proof.StatePath
	Parts  proof.AppHashParts
	Header proof.Attestation // its application hash is that of Parts
}

// Prove proves what the latest signed state holds under raw keys. It waits for the
// header that signs the latest committed state, which is the next one; while the
// network makes no block, it proves the state before, whose header is there.
func (n *Node) Prove(ctx context.Context, keys ...[]byte) (Proved, error) {
	proofs, err := n.state.ProveAt(keys, nil)
	if err != nil {
		return Proved{}, fmt.Errorf("couldn't prove state: %w", err)
	}
	signed, found, err := n.headerSoon(ctx, proofs.At)
	if err == nil && !found {
		proofs, signed, err = n.proveSigned(ctx, keys, proofs)
	}
	if err != nil {
		return Proved{}, fmt.Errorf("couldn't prove state: %w", err)
	}
	out := Proved{Parts: proofs.Parts, Header: signed}
	for _, p := range proofs.States {
		out.Values, out.Paths = append(out.Values, p.Value), append(out.Paths, p.Path)
	}
	return out, nil
}

// headerFor returns a header that carries the application hash of a height: that
// height's own when its block changed nothing, else the next one.
func (n *Node) headerFor(ctx context.Context, height int64, appHash proof.Hash) (proof.Attestation, error) {
	if height > 0 {
		h, err := n.engine.Header(height)
		if err != nil && !errors.Is(err, engine.ErrNotFound) { // the state of a snapshot came without its header
			return proof.Attestation{}, err
		}
		if err == nil && proof.Hash(h.AppHash) == appHash {
			return n.Attestation(height)
		}
	}
	if err := n.engine.WaitHeight(ctx, height+1); err != nil {
		return proof.Attestation{}, err
	}
	return n.Attestation(height + 1)
}

// Attestation is a committed header with as many signatures as a reader needs,
// and the validator changes that lead to its validators from the founding.
func (n *Node) Attestation(height int64) (proof.Attestation, error) {
	raw, err := n.engine.SignedHeader(height)
	if err != nil {
		return proof.Attestation{}, err
	}
	signed, set, err := convertHeader(raw)
	if err != nil {
		return proof.Attestation{}, err
	}
	links, err := n.links(height)
	return proof.Attestation{Links: links, Signed: signed, Validators: set}, err
}

// wholeAttestation is Attestation with every signature that there is.
func (n *Node) wholeAttestation(height int64) (proof.Attestation, error) {
	raw, err := n.engine.SignedHeader(height)
	if err != nil {
		return proof.Attestation{}, err
	}
	signed, set, err := readHeader(raw)
	if err == nil {
		signed, err = signed.Whole(set)
	}
	if err != nil {
		return proof.Attestation{}, err
	}
	links, err := n.links(height)
	return proof.Attestation{Links: links, Signed: signed, Validators: set}, err
}

func convertHeader(raw engine.SignedHeader) (proof.SignedHeader, proof.ValidatorSet, error) {
	s, set, err := readHeader(raw)
	if err == nil {
		s, err = s.Prune(set)
	}
	return s, set, err
}

func readHeader(raw engine.SignedHeader) (proof.SignedHeader, proof.ValidatorSet, error) {
	header, err := proof.ParseHeader(raw.Header.Fields[:])
	if err != nil {
		return proof.SignedHeader{}, nil, err
	}
	s := proof.SignedHeader{Header: header, Commit: proof.Commit{
		Round: uint32(raw.Round), Parts: proof.PartSetHeader{Total: raw.PartsTotal, Hash: proof.Hash(raw.PartsHash)},
	}}
	for i, sig := range raw.Signatures {
		if sig.Flag != engine.CommitForBlock {
			continue
		}
		cs := proof.CommitSignature{Index: uint32(i), Time: proof.NewTimestamp(sig.Timestamp)}
		cs.Signature[0] = proof.AlgEd25519
		copy(cs.Signature[1:], sig.Signature)
		s.Commit.Signatures = append(s.Commit.Signatures, cs)
	}
	set := make(proof.ValidatorSet, len(raw.Validators))
	for i, v := range raw.Validators {
		set[i] = proof.Validator{Key: proof.NewKey(v.PubKey[:]), Power: uint64(v.Power)}
	}
	return s, set, nil
}

// Trust is the anchor that a reader of this network's proofs needs: the first
// validators, as the founding file names them.
func (n *Node) Trust() (proof.Trust, error) {
	list, err := n.app.founders()
	if err != nil {
		return proof.Trust{}, fmt.Errorf("couldn't read the first validators: %w", err)
	}
	set, err := proof.NewValidatorSet(list)
	return proof.Trust{ChainID: n.runtime.ChainID(), Height: 1, Validators: set}, err
}
