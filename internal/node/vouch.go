package node

import (
	"errors"
	"fmt"

	"pedigree/proof"
)

// ErrOtherLog says that a checkpoint isn't one of this node's log, or doesn't reach.
var ErrOtherLog = errors.New("the checkpoint isn't of this node's log")

// Vouch leads from neighbouring events, or from the log at a size where count is 0, to
// a checkpoint that witnesses cosigned. Whether the cosignatures are right is for
// whoever reads it.
func (n *Node) Vouch(first, count uint64, note []byte) (path []proof.Hash, err error) {
	c, _, err := proof.OpenNote(note, nil)
	if err != nil {
		return nil, err
	}
	view, err := n.state.View()
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, view.Close()) }()
	if c.ChainID != n.ChainID() || c.Events > view.Parts().EventCount || count > c.Events || first > c.Events-count {
		return nil, fmt.Errorf("%w: it has %d events of %s", ErrOtherLog, c.Events, c.ChainID)
	}
	if root, err := view.EventRootAt(c.Events); err != nil || root != c.Root {
		return nil, errors.Join(fmt.Errorf("%w: after %d events the log has root %s, and the checkpoint %s", ErrOtherLog, c.Events, root, c.Root), err)
	}
	switch {
	case count > 0:
		return view.ProveEvents(first, count, c.Events)
	case first > 0 && first < c.Events:
		return view.ProveConsistency(first, c.Events)
	}
	return nil, nil
}
