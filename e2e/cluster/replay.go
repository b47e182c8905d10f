//go:build linux

package cluster

import (
	"bytes"
	"errors"
	"fmt"

	"pedigree/client"
	"pedigree/internal/api"
)

// Resend submits n entries again that were answered as committed, the same bytes to
// random nodes. Each must stand where it was answered to stand.
func (l *Load) Resend(n int) error {
	again := newSender(l.Network, l.seed, uint64(senders)+1)
	again.list = l.answered()
	if len(again.list) == 0 {
		return errors.New("there is no entry to send again")
	}
	for range n {
		e := again.list[again.rand.IntN(len(again.list))]
		if err := again.send(l.Network.Context(), e, again.pick().Node); err != nil {
			return err
		}
	}
	return nil
}

// answered copies what was answered, for another sender.
func (l *Load) answered() []*sent {
	var list []*sent
	for _, s := range l.senders {
		s.mu.Lock()
		for _, e := range s.list {
			if e.answered {
				again := *e
				list = append(list, &again)
			}
		}
		s.mu.Unlock()
	}
	return list
}

// SendForeign submits a well signed entry of a network with another name to every
// node; each must refuse it.
func (l *Load) SendForeign() error {
	s := newSender(l.Network, l.seed, uint64(senders)+2)
	for _, m := range l.List {
		e, err := s.boxOn(l.ChainID+"-2", m)
		if err != nil {
			return err
		}
		var state api.EntryState
		err = m.Node.Upload(l.Network.Context(), "/api/v1/entries?wait=commit", "application/cbor", bytes.NewReader(e.raw), &state)
		var refused *client.Problem
		if !errors.As(err, &refused) || refused.Code == "" {
			return fmt.Errorf("%s answered an entry of another network with %+v, %w", m.ID, state, err)
		}
	}
	return nil
}
