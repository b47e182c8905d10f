package node

import (
	"encoding/binary"
	"errors"
	"fmt"

	"pedigree/proof"
)

// A link is kept by itself once the next block has fixed its signatures, for its
// block may be given up, and a node that joined by a snapshot never had it.
//
// Under kv.NodeLocal: "validators/" and a height notes that the header of that
// height may name another set for the next one; "link/" and a height holds the
// header, with enough signatures, and that set.

func linkKey(height int64) []byte {
	return binary.BigEndian.AppendUint64([]byte("link/"), uint64(height))
}

// storedLink reads a link that is kept by itself.
func (n *Node) storedLink(height int64) (proof.Link, bool, error) {
	raw, found, err := n.local.Get(linkKey(height))
	if err != nil || !found {
		return proof.Link{}, false, err
	}
	r := proof.NewReader(raw)
	a := r.Attestation()
	if err := r.Done(); err != nil {
		return proof.Link{}, false, fmt.Errorf("couldn't read the change of validators at height %d: %w", height, err)
	}
	return proof.Link{Signed: a.Signed, Next: a.Validators}, true, nil
}

// storeLink keeps a link by itself.
func (n *Node) storeLink(l proof.Link) error {
	height := int64(l.Signed.Header.Height)
	b := n.local.NewBatch()
	err := b.Set(validatorChangeKey(height), []byte{1})
	err = errors.Join(err, b.Set(linkKey(height), proof.Attestation{Signed: l.Signed, Validators: l.Next}.Append(nil)))
	if err = errors.Join(err, b.Commit(false)); err != nil {
		return fmt.Errorf("couldn't keep the change of validators at height %d: %w", height, err)
	}
	return nil
}

// link returns the link at a height where a change is noted; false when the rules
// gave a validator the power it had, so that the header leads nowhere.
func (n *Node) link(height int64) (proof.Link, bool, error) {
	if l, ok, err := n.storedLink(height); ok || err != nil {
		return l, ok, err
	}
	raw, err := n.engine.SignedHeader(height)
	if err != nil {
		return proof.Link{}, false, err
	}
	signed, _, err := convertHeader(raw)
	if err != nil || signed.Header.NextValidators == signed.Header.Validators {
		return proof.Link{}, false, err
	}
	next, err := n.engine.Validators(height + 1)
	if err != nil {
		return proof.Link{}, false, err
	}
	l := proof.Link{Signed: signed, Next: make(proof.ValidatorSet, len(next))}
	for i, v := range next {
		l.Next[i] = proof.Validator{Key: proof.NewKey(v.PubKey[:]), Power: uint64(v.Power)}
	}
	if n.engine.Height() > height {
		err = n.storeLink(l)
	}
	return l, true, err
}

// links returns a signed header for every change of validators below a height,
// the newest of them where there are more than a proof may hold.
func (n *Node) links(height int64) ([]proof.Link, error) {
	changes, err := n.validatorChanges(height)
	if err != nil {
		return nil, err
	}
	var out []proof.Link
	for _, h := range changes {
		l, leads, err := n.link(h)
		if err != nil {
			return nil, err
		}
		if leads {
			out = append(out, l)
		}
	}
	return out[max(0, len(out)-proof.LinksMax):], nil
}

// keepLinks keeps every link below a height by itself.
func (n *Node) keepLinks(below int64) error {
	_, err := n.links(below)
	return err
}
