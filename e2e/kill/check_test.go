//go:build linux

package kill

import (
	"context"
	"fmt"
	"os"
	"regexp"
	"strconv"
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
func (r *run) resolve() {
	r.Helper()
	var busy sync.WaitGroup
	for _, s := range r.senders {
		busy.Go(func() {
			for i, e := range s.list {
				if e.answered && i >= resentMax {
					continue
				}
				if err := s.send(r.Context(), e, s.pick().node); err != nil {
					r.Errorf("sent again to a network without kills: %v", err)
				}
			}
		})
	}
	busy.Wait()
}

// checkEntries asks every node for every entry.
func (r *run) checkEntries() {
	r.Helper()
	for _, c := range r.net.list {
		for _, s := range r.senders {
			for _, e := range s.list {
				var state api.EntryState
				err := c.node.Get(r.Context(), "/api/v1/entries/"+e.id.String(), &state)
				if err != nil || state.State != "committed" || state.Height != e.height || state.Index != e.index {
					r.Errorf("%s says of entry %s, answered as %d/%d: %+v, %v", c.id, e.id, e.height, e.index, state, err)
				}
			}
		}
	}
}

// checkTrade asks for every pallet's steps again: each says what came of it.
func (r *run) checkTrade() {
	r.Helper()
	ctx, cancel := context.WithTimeout(r.Context(), completeWait)
	defer cancel()
	for _, p := range r.trade.done {
		before := p.capture
		if err := r.trade.capture(ctx, p); err != nil || !p.capture.Known || p.capture.Commissions != before.Commissions || p.capture.Things != before.Things {
			r.Errorf("%s captured again: %+v, %v", p.id, p.capture, err)
		}
		if err := r.trade.receive(ctx, p); err != nil || !p.receive.Again || len(p.receive.Items) != 1 || p.receive.Items[0].Outcome != traceview.Received {
			r.Errorf("%s received again: %+v, %v", p.id, p.receive, err)
		}
	}
}

// checkState proves one key on every node and compares what the validators signed.
func (r *run) checkState() {
	r.Helper()
	var first proof.StateProof
	for i, c := range r.net.list {
		raw, err := c.node.File(r.Context(), fmt.Sprintf("/api/v1/state/%x/proof", proof.MemberKey("maker")))
		if err != nil {
			r.Fatal(err)
		}
		p, err := proof.DecodeStateProof(raw)
		if err != nil {
			r.Fatal(err)
		}
		report, err := p.Verify(r.net.trust)
		if err != nil {
			r.Errorf("the state proof of %s does not hold: %v", c.id, err)
		}
		if i == 0 {
			first = p
		}
		if p.Parts != first.Parts {
			r.Errorf("%s has %+v at height %d, %s has %+v", c.id, p.Parts, report.Height, r.net.list[0].id, first.Parts)
		}
	}
}

// checkReceipts verifies every entry's receipt, each from another node.
func (r *run) checkReceipts() {
	r.Helper()
	n := 0
	began := time.Now()
	for _, s := range r.senders {
		for _, e := range s.list {
			n++
			if err := r.checkReceipt(s.pick().node, e); err != nil {
				r.Errorf("receipt of entry %s: %v", e.id, err)
			}
		}
	}
	r.Logf("%d receipts verified with the founding file alone, in %v", n, time.Since(began).Round(time.Millisecond))
}

func (r *run) checkReceipt(node *client.Client, e *sent) error {
	raw, err := node.File(r.Context(), "/api/v1/entries/"+e.id.String()+"/receipt")
	if err != nil {
		return err
	}
	receipt, err := proof.DecodeReceipt(raw)
	if err != nil {
		return err
	}
	report, err := receipt.Verify(r.net.trust)
	if err != nil {
		return err
	}
	if report.Entry != e.id || report.Result.Code != 0 {
		return fmt.Errorf("it proves entry %s with code %d", report.Entry, report.Result.Code)
	}
	return nil
}

var resident = regexp.MustCompile(`(?m)^VmRSS:\s+(\d+) kB$`)

// checkMemory compares each node's resident memory with what is promised.
func (r *run) checkMemory() {
	r.Helper()
	for _, c := range r.net.list {
		raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", c.process.Process.Pid))
		if err != nil {
			r.Fatal(err)
		}
		m := resident.FindSubmatch(raw)
		if m == nil {
			r.Fatalf("the status of %s does not tell its memory", c.id)
		}
		kb, err := strconv.Atoi(string(m[1]))
		if err != nil {
			r.Fatal(err)
		}
		r.Logf("%s takes %d MB", c.id, kb>>10)
		if kb<<10 > residentBytesMax {
			r.Errorf("%s takes %d MB, more than the %d MB promised", c.id, kb>>10, residentBytesMax>>20)
		}
	}
}
