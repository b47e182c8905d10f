//go:build linux

package points

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"pedigree/client"
	"pedigree/domain/trace"
	"pedigree/domain/trace/traceview"
	"pedigree/e2e/cluster"
	"pedigree/internal/store"
	"pedigree/ledger"
	"pedigree/proof"
)

// TestAPharmacyIsToldSoonThatNothingIsDecided stops two of four validators. A pharmacy
// goes on dispensing, and is told that the ledger can't be reached when it settles; when
// the two are back, the same command settles each pack, once.
func TestAPharmacyIsToldSoonThatNothingIsDecided(t *testing.T) {
	n := cluster.Found(t, cluster.Options{Program: program, Mail: true})
	pharmacy := n.Of("pharmacy")
	tr := &trader{maker: n.Of("maker").Node, node: pharmacy.Node, org: pharmacy.ID, serial: firstSerial}
	g, err := tr.make()
	if err != nil {
		t.Fatal(err)
	}
	for name, step := range tr.steps(g) {
		if name == "dispense" {
			break
		}
		if err := cluster.Insist(t.Context(), step); err != nil {
			t.Fatal(name, ": ", err)
		}
	}
	ended := g.packs[:len(g.packs)-1]
	away := []*cluster.Member{n.Of("wholesaler"), n.Of("regulator")}
	for _, m := range away {
		if err := m.End(); err != nil {
			t.Fatal(err)
		}
	}

	dispense(t, tr, ended...)
	settlesNothing(t, tr, pharmacy)
	for _, m := range away {
		if err := m.Restart(t.Context(), 0); err != nil {
			t.Fatal(err)
		}
	}
	settlesAll(t, pharmacy, ended)
	quiet(t, pharmacy.ID, pharmacy.Node)
	for i, pack := range g.packs {
		want := "ended"
		if i == len(ended) {
			want = "live"
		}
		stands(t, pharmacy.Node, pack, want)
	}
	n.End()
	ends(t, n, len(ended))
}

// dispense dispenses packs while the network decides nothing: at once, as always.
func dispense(t *testing.T, tr *trader, packs ...string) {
	t.Helper()
	var list []traceview.DispensedItem
	if err := tr.node.Post(t.Context(), "/api/v1/dispenses", map[string]any{"items": packs, "reason": "dispensing"}, &list); err != nil {
		t.Fatal(err)
	}
	for _, item := range list {
		if item.Verdict != traceview.OK {
			t.Fatalf("a pack was not dispensed: %+v", item)
		}
	}
}

// settlesNothing holds that who settles is told soon why it can't be, each time.
func settlesNothing(t *testing.T, tr *trader, m *cluster.Member) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), undecidedMost)
	defer cancel()
	began := time.Now()
	err := tr.settle(ctx, nil)
	var p *client.Problem
	if !errors.As(err, &p) || p.Status != http.StatusServiceUnavailable || p.Code != "node/undecided" {
		t.Fatal("settling while two of four are away ended with", err)
	}
	t.Logf("told %s after %v", p.Code, time.Since(began).Round(100*time.Millisecond))
	code, out, err := m.Do(ctx, "dispense", "--settle")
	if err != nil || code != 5 || !strings.Contains(out, "decides nothing now") {
		t.Fatalf("pedigree dispense --settle ended with exit code %d, %v:\n%s", code, err, out)
	}
}

// settlesAll holds that the command settles every pack when there are blocks again, or
// finds that the node has done so by itself.
func settlesAll(t *testing.T, m *cluster.Member, packs []string) {
	t.Helper()
	code, out, err := m.Do(t.Context(), "dispense", "--settle", "--json")
	for end := time.Now().Add(progressWait); err == nil && code == 5 && time.Now().Before(end); { // the first block takes its time
		code, out, err = m.Do(t.Context(), "dispense", "--settle", "--json")
	}
	if err != nil || code != 0 {
		t.Fatalf("pedigree dispense --settle ended with exit code %d, %v:\n%s", code, err, out)
	}
	var r traceview.SettleReport
	if err := json.Unmarshal([]byte(out), &r); err != nil || len(r.Refused) != 0 || r.Left != 0 || r.Ended != 0 && r.Ended != len(packs) {
		t.Fatalf("of %d packs dispensed the settlement tells %+v, %v", len(packs), r, err)
	}
}

// stands waits until a node says of a pack what the ledger should have it as.
func stands(t *testing.T, node *client.Client, pack, want string) {
	t.Helper()
	var at traceview.Trace
	var err error
	for end := time.Now().Add(quietWait); time.Now().Before(end); time.Sleep(pollPause) {
		if err = node.Get(t.Context(), "/api/v1/trace?"+url.Values{"id": {pack}}.Encode(), &at); err == nil && at.Ledger.State == want {
			return
		}
	}
	t.Errorf("the ledger has %s as %q, want %q, %v", pack, at.Ledger.State, want, err)
}

// ends holds that the log of the stopped nodes has so many ends, each of another thing.
func ends(t *testing.T, n *cluster.Network, want int) {
	t.Helper()
	s := n.CompareStores()[0]
	seen := map[trace.Item]bool{}
	for from := uint64(0); from < s.Parts().EventCount; {
		list, err := s.Events(from, store.EventsReadMax)
		if err != nil || len(list) == 0 {
			t.Fatal(len(list), err)
		}
		from += uint64(len(list))
		for _, raw := range list {
			e, err := proof.DecodeEvent(raw)
			if err != nil {
				t.Fatal(err)
			}
			if e.Module != "trace" || e.Name != "ended" {
				continue
			}
			var ended trace.Ended
			if err := ledger.DecodeMessage(e.Data, &ended); err != nil {
				t.Fatal(err)
			}
			for _, item := range ended.Records {
				if seen[item] {
					t.Errorf("%x ended twice", item.Leaf)
				}
				seen[item] = true
			}
		}
	}
	if len(seen) != want {
		t.Errorf("%d things ended on the ledger, %d packs were dispensed", len(seen), want)
	}
}
