package node

import (
	"context"
	"errors"
	"time"
)

// errUnheard is what who writes is told while no other node is connected.
var errUnheard = errors.New("it is connected to no other node of the network, and can't make a block alone")

// Hears returns nil when the node is connected to another one, or needs none to make
// blocks. It waits a short time for a connection, as after a start, and then says
// that there is none.
func (n *Node) Hears(ctx context.Context) error {
	alone, err := n.decidesAlone()
	if alone || err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, hearWait)
	defer cancel()
	for len(n.engine.Peers()) == 0 {
		select {
		case <-ctx.Done():
			return errUnheard
		case <-time.After(hearEvery):
		}
	}
	return nil
}

// decidesAlone tells whether this node's own key has more than two thirds of the power.
func (n *Node) decidesAlone() (bool, error) {
	list, err := n.engine.Validators(n.engine.Height() + 1)
	if err != nil {
		return false, err
	}
	own, all := int64(0), int64(0)
	for _, v := range list {
		all += v.Power
		if v.PubKey == n.engine.ConsensusPubKey() {
			own = v.Power
		}
	}
	return 3*own > 2*all, nil
}
