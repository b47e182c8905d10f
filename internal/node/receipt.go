package node

import (
	"context"
	"fmt"

	"pedigree/proof"
)

// Receipt makes the receipt of a committed entry. It waits for the header after
// the entry's block, which signs its result.
func (n *Node) Receipt(ctx context.Context, id proof.Hash) (proof.Receipt, error) {
	mark, ok, err := n.Lookup(id)
	if err == nil && !ok {
		err = fmt.Errorf("entry %s is not on this ledger", id)
	}
	if err != nil {
		return proof.Receipt{}, fmt.Errorf("couldn't make a receipt: %w", err)
	}
	r, err := n.receipt(ctx, int64(mark.Height), mark.Index)
	if err == nil {
		err = n.showMembers(ctx, &r)
	}
	if err != nil {
		return proof.Receipt{}, fmt.Errorf("couldn't make a receipt: %w", err)
	}
	return r, nil
}

// receipt is the receipt of an entry in a block, without the members' state.
func (n *Node) receipt(ctx context.Context, height int64, index int) (proof.Receipt, error) {
	if err := n.engine.WaitHeight(ctx, height+1); err != nil {
		return proof.Receipt{}, err
	}
	block, err := n.engine.Block(height)
	if err != nil {
		return proof.Receipt{}, n.orPruned(err, height)
	}
	branch, err := n.engine.ResultProof(height, index)
	if err != nil {
		return proof.Receipt{}, err
	}
	aunts := make([]proof.Hash, len(branch.Aunts))
	for i, a := range branch.Aunts {
		aunts[i] = proof.Hash(a)
	}
	path, err := proof.NewBranchPath(uint64(branch.Index), uint64(branch.Total), aunts)
	if err != nil {
		return proof.Receipt{}, err
	}
	header, err := n.Attestation(height + 1)
	res := block.Results[index]
	return proof.Receipt{Envelope: block.Txs[index], Code: res.Code, Data: res.Data, Path: path, Header: header}, err
}

// showMembers adds the present state of the organisations that admitted the
// entry, which lists the keys of its height too. It adds nothing when a key is
// not listed, as with an entry that was refused for its key: a receipt says so by
// itself.
func (n *Node) showMembers(ctx context.Context, r *proof.Receipt) error {
	env, err := proof.DecodeEnvelope(r.Envelope)
	if err != nil {
		return nil // refused for that, and the verifier says it
	}
	orgs := env.Body.AdmittingOrgs()
	if len(orgs) == 0 {
		return nil
	}
	keys := make([][]byte, len(orgs))
	for i, org := range orgs {
		keys[i] = proof.MemberKey(org)
	}
	state, err := n.Prove(ctx, keys...)
	if err != nil {
		return err
	}
	if listed, err := keysListed(env.Body, orgs, state.Values, r.Header.Signed.Header.Height-1); err != nil || !listed {
		return err
	}
	r.Parts = &state.Parts
	for i, value := range state.Values {
		r.Members = append(r.Members, proof.StateValue{Value: value, Path: state.Paths[i]})
	}
	if state.Header.Signed.Header.Height != r.Header.Signed.Header.Height {
		r.Later = &proof.Attestation{Links: state.Header.Links[len(r.Header.Links):], Signed: state.Header.Signed}
	}
	return nil
}

// keysListed says whether the members' state has every key that admitted, in use
// at the entry's height.
func keysListed(b proof.Body, orgs []string, states [][]byte, height uint64) (bool, error) {
	members := make(map[string]proof.Member, len(orgs))
	for i, org := range orgs {
		if states[i] == nil {
			return false, nil
		}
		m, err := proof.DecodeMember(states[i])
		if err != nil {
			return false, err
		}
		members[org] = m
	}
	for _, a := range b.Admission {
		if k, ok := members[a.Org].Key(a.KeyID); !ok || !k.HeldAt(height) {
			return false, nil
		}
	}
	return true, nil
}
