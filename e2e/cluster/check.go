//go:build linux

package cluster

import (
	"context"
	"fmt"
	"sync"
	"time"

	"pedigree/client"
	"pedigree/domain/trace/traceview"
	"pedigree/internal/api"
	"pedigree/proof"
)

// resolve submits every entry again whose answer was lost, to find that it is
// there, once, or to bring it there; and some that were answered, which changes
// nothing.
func (l *Load) resolve() {
	l.Helper()
	var busy sync.WaitGroup
	for _, s := range l.senders {
		busy.Go(func() {
			for i, e := range s.list {
				if e.answered && i >= resentMax {
					continue
				}
				if err := l.again(s, e); err != nil {
					l.Errorf("sent again to a network without kills: %v", err)
				}
			}
		})
	}
	busy.Wait()
}

// again sends an entry again until it is answered.
func (l *Load) again(s *sender, e *sent) error {
	ctx, cancel := context.WithTimeout(l.Network.Context(), completeWait)
	defer cancel()
	return Insist(ctx, func(ctx context.Context) error { return s.send(ctx, e, s.pick().Node) })
}

// checkEntries asks every node for every entry.
func (l *Load) checkEntries() {
	l.Helper()
	for _, m := range l.List {
		for _, s := range l.senders {
			l.checkEntriesOf(s, m)
		}
	}
}

func (l *Load) checkEntriesOf(s *sender, m *Member) {
	l.Helper()
	for _, e := range s.list {
		var state api.EntryState
		err := m.Node.Get(l.Network.Context(), "/api/v1/entries/"+e.id.String(), &state)
		if err != nil || state.State != "committed" || state.Height != e.height || state.Index != e.index {
			l.Errorf("%s says of entry %s, answered as %d/%d: %+v, %v", m.ID, e.id, e.height, e.index, state, err)
		}
	}
}

// checkTrade asks for every pallet's steps again: each says what came of it.
func (l *Load) checkTrade() {
	l.Helper()
	ctx, cancel := context.WithTimeout(l.Network.Context(), completeWait)
	defer cancel()
	for _, p := range l.trade.done {
		before := p.capture
		if err := l.trade.capture(ctx, p); err != nil || !p.capture.Known || p.capture.Commissions != before.Commissions || p.capture.Things != before.Things {
			l.Errorf("%s captured again: %+v, %v", p.id, p.capture, err)
		}
		if err := l.trade.receive(ctx, p); err != nil || !p.receive.Again || len(p.receive.Items) != 1 || p.receive.Items[0].Outcome != traceview.Received {
			l.Errorf("%s received again: %+v, %v", p.id, p.receive, err)
		}
	}
}

// checkState proves one key on every node and compares what the validators signed for
// one height. A block that a node's own work makes meanwhile has all proved anew.
func (l *Load) checkState() {
	l.Helper()
	for end := time.Now().Add(settleWait); !l.sameState(); time.Sleep(pollPause) {
		if time.Now().After(end) {
			l.Fatal("the nodes never prove their states of one height")
		}
	}
}

// sameState compares the states that the nodes prove; false when they are of several
// heights.
func (l *Load) sameState() bool {
	l.Helper()
	var first proof.StateProof
	for i, c := range l.List {
		p, err := l.Prove(l.Network.Context(), c)
		if err != nil {
			l.Fatal(err)
		}
		if i == 0 {
			first = p
		}
		if height := p.Header.Signed.Header.Height; height != first.Header.Signed.Header.Height {
			return false
		} else if p.Parts != first.Parts {
			l.Errorf("%s has %+v at height %d, %s has %+v", c.ID, p.Parts, height, l.List[0].ID, first.Parts)
		}
	}
	return true
}

// Prove asks a node for a proof of state and verifies it with the founding file alone.
func (n *Network) Prove(ctx context.Context, m *Member) (proof.StateProof, error) {
	raw, err := m.Node.File(ctx, fmt.Sprintf("/api/v1/state/%x/proof", proof.MemberKey("maker")))
	if err != nil {
		return proof.StateProof{}, err
	}
	p, err := proof.DecodeStateProof(raw)
	if err != nil {
		return p, err
	}
	if _, err := p.Verify(n.Trust); err != nil {
		return p, fmt.Errorf("the state proof of %s does not hold: %w", m.ID, err)
	}
	return p, nil
}

// checkReceipts verifies every entry's receipt, each from another node.
func (l *Load) checkReceipts() {
	l.Helper()
	n := 0
	began := time.Now()
	for _, s := range l.senders {
		for _, e := range s.list {
			n++
			if err := l.checkReceipt(s.pick().Node, e); err != nil {
				l.Errorf("receipt of entry %s: %v", e.id, err)
			}
		}
	}
	l.Logf("%d receipts verified with the founding file alone, in %v", n, time.Since(began).Round(time.Millisecond))
}

func (l *Load) checkReceipt(node *client.Client, e *sent) error {
	raw, err := node.File(l.Network.Context(), "/api/v1/entries/"+e.id.String()+"/receipt")
	if err != nil {
		return err
	}
	receipt, err := proof.DecodeReceipt(raw)
	if err != nil {
		return err
	}
	report, err := receipt.Verify(l.Trust)
	if err != nil {
		return err
	}
	if report.Entry != e.id || report.Result.Code != 0 {
		return fmt.Errorf("it proves entry %s with code %d", report.Entry, report.Result.Code)
	}
	return nil
}
