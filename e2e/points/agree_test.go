//go:build linux

package points

import (
	"crypto/sha256"
	"fmt"
	"net/url"
	"testing"
	"time"

	"pedigree/client"
	"pedigree/domain/trace/traceview"
	"pedigree/internal/exchange"
	"pedigree/proof"
)

// agree checks that what the private stores hold and what the ledger and the other
// side hold are the same.
func (t *trader) agree(tb testing.TB) {
	tb.Helper()
	end := time.Now().Add(quietWait) // the last answer is read a moment after it came
	for _, g := range t.done {
		err := t.agreeOn(tb, g)
		for ; err != nil && time.Now().Before(end); time.Sleep(pollPause) {
			err = t.agreeOn(tb, g)
		}
		if err != nil {
			tb.Errorf("%s for %s, delivery %s: %v", g.name, t.org, g.delivery, err)
		}
	}
}

func (t *trader) agreeOn(tb testing.TB, g *goods) error {
	var sent exchange.Sent
	if err := t.maker.Get(tb.Context(), "/api/v1/outbox/"+g.delivery.String(), &sent); err != nil {
		return err
	}
	came, err := t.came(tb.Context(), g)
	if err != nil {
		return err
	}
	if sent.State != "delivered" || sent.Delivered == nil || sent.Answer != "received" || came.State != "done" {
		return fmt.Errorf("it was sent as %+v and came as %+v", sent, came)
	}
	content, err := t.node.File(tb.Context(), "/api/v1/inbox/"+g.delivery.String()+"/content")
	if err != nil {
		return err
	}
	if got := proof.Hash(sha256.Sum256(content)); got != sent.Delivered.Hash {
		return fmt.Errorf("what arrived has SHA-256 %s, what was signed for %s", got, sent.Delivered.Hash)
	}
	for i, want := range []string{"ended", "live"} { // the first pack was dispensed
		var at traceview.Trace
		if err := t.node.Get(tb.Context(), "/api/v1/trace?"+url.Values{"id": {g.packs[i]}}.Encode(), &at); err != nil {
			return err
		}
		if at.Ledger.State != want {
			return fmt.Errorf("the ledger has pack %s as %q, want %q: %+v", g.packs[i], at.Ledger.State, want, at)
		}
	}
	return nil
}

// quiet waits until nothing is on its way in the mailboxes of an organisation, and
// fails when something ended in another way than it should.
func quiet(tb testing.TB, org string, c *client.Client) {
	tb.Helper()
	end := time.Now().Add(quietWait)
	for _, list := range []string{
		"outbox?state=held", "outbox?state=sending", "inbox?state=arrived", "inbox?state=waiting",
		"outbox?state=dead", "outbox?state=dropped", "inbox?state=stuck", "inbox?state=rejected",
	} {
		for {
			var left []struct{ ID, Kind, State, Reason string }
			err := c.Get(tb.Context(), "/api/v1/"+list, &left)
			if err == nil && len(left) == 0 {
				break
			}
			if time.Now().After(end) {
				tb.Errorf("%s: the %s still has %+v, %v", org, list, left, err)
				break
			}
			time.Sleep(pollPause)
		}
	}
}
