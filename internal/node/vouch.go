package node

import (
	"errors"
	"fmt"

	"pedigree/proof"
)

// ErrOtherLog says that a checkpoint isn't one of this node's log.
var ErrOtherLog = errors.New("the checkpoint isn't of this node's log")

// Vouch puts a checkpoint that witnesses cosigned beside an object, with the path
// that leads from the one to the other. Whether the cosignatures are right is for
// whoever reads it.
func (n *Node) Vouch(object, note []byte) (proof.Witnessed, error) {
	w, err := n.vouch(object, note)
	if err != nil {
		return w, fmt.Errorf("couldn't put a cosigned checkpoint beside the file: %w", err)
	}
	return w, nil
}

func (n *Node) vouch(object, note []byte) (w proof.Witnessed, err error) {
	c, _, err := proof.OpenNote(note, nil)
	if err != nil {
		return w, err
	}
	opened, err := proof.Open(object)
	if err != nil {
		return w, err
	}
	log, err := proof.LogOf(opened)
	if err != nil {
		return w, err
	}
	view, err := n.state.View()
	if err != nil {
		return w, err
	}
	defer func() { err = errors.Join(err, view.Close()) }()
	if c.ChainID != n.ChainID() || c.Events > view.Parts().EventCount || c.Events < log.Least() {
		return w, fmt.Errorf("%w: it has %d events of %s, the log has %d, and the file shows %d", ErrOtherLog, c.Events, c.ChainID, view.Parts().EventCount, log.Least())
	}
	w = proof.Witnessed{Object: object, Note: note}
	switch {
	case len(log.Leaves) > 0:
		w.Path, err = view.ProveEvents(log.First, uint64(len(log.Leaves)), c.Events)
	case log.Events > 0 && log.Events < c.Events:
		w.Path, err = view.ProveConsistency(log.Events, c.Events)
	}
	if err != nil {
		return w, err
	}
	if err := log.LeadsTo(c, w.Path); err != nil {
		return w, fmt.Errorf("%w: %w", ErrOtherLog, err)
	}
	return w, nil
}
