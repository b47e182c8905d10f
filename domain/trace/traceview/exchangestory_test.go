package traceview

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"pedigree/format/epcis"
	"pedigree/proof"
)

// deliver hands the blocks since the last call to all desks, twice, as a node
// does that was not sure.
func (x *trade) deliver() {
	x.t.Helper()
	for range 2 {
		for _, b := range x.chain.kept {
			for id, d := range x.desks {
				if err := d.Fold(context.Background(), b.height, b.events); err != nil {
					x.t.Fatalf("%s: %v", id, err)
				}
			}
		}
	}
	x.chain.kept = nil
}

// made captures a maker's pallets, commissioned and packed, and returns the scene
// and the pallets' paths.
func (x *trade) madePallets(n, cases, packs int) (*scene, []string) {
	x.t.Helper()
	s := newScene()
	var paths []string
	for i := range n {
		paths = append(paths, pathOf(x.t, s.pallet(i, cases, packs)))
	}
	x.taken(s)
	return s, paths
}

const (
	wholesalerPlace = "urn:epc:id:sgln:0614141.00001.0"
	dispenserPlace  = "urn:epc:id:sgln:0399981.00001.0"
	testTote        = "urn:epc:id:sscc:0614141.0000000001"
)

// at captures what the scene tells as of another organisation's place.
func (x *trade) at(of, place string, s *scene) {
	x.t.Helper()
	for _, e := range s.events {
		e.ReadPoint, e.BizLocation = epcis.Place{ID: place}, epcis.Place{ID: place}
	}
	x.made++
	r := x.capture(of, fmt.Sprintf("%s-%d.xml", of, x.made), s.file(x.t), Rollback)
	if r.Stage != CaptureDone || len(r.Refused) > 0 {
		x.t.Fatalf("the file is %s:\n%s", r.Stage, faultsOf(r))
	}
}

// tote lets the wholesaler open the first case of a received pallet and put its
// packs into a tote.
func (x *trade) tote(s *scene, packs ...string) string {
	x.t.Helper()
	x.chain.pass(24 * 3600)
	s.at = x.desks["wholesaler"].now().Add(-time.Hour)
	s.unpack(s.s.Pallet(0), s.s.Case(0))
	s.unpack(s.s.Case(0), packs...)
	s.number(testTote)
	s.pack(testTote, packs...)
	x.at("wholesaler", wholesalerPlace, s)
	return pathOf(x.t, testTote)
}

// kinds lists the steps of a trace with how they are known.
func kinds(tr Trace) string {
	var list []string
	for _, s := range tr.Steps {
		known := map[int]string{KnownProved: "proved", KnownSigned: "signed", KnownReported: "reported", KnownOwn: "own"}[s.Known]
		list = append(list, s.Kind+" "+s.Who+" "+known)
	}
	return strings.Join(list, "\n")
}

func (x *trade) trace(at, text string) Trace {
	x.t.Helper()
	tr, err := x.desks[at].Trace(context.Background(), text)
	if err != nil {
		x.t.Fatal(err)
	}
	return tr
}

func TestTheWholeWayOfAPack(t *testing.T) {
	x := newExchange(t)
	s, pallets := x.madePallets(1, 3, 4)
	x.handPrekeys("wholesaler", "maker", 3)
	x.handPrekeys("dispenser", "wholesaler", 3)

	missing := s.s.Pack(5) // in the second case
	r := x.receive("wholesaler", x.ship("maker", "wholesaler", pallets[0]), RefuseItem{missing, "missing"})
	wantOutcome(t, r, OK, Received)
	x.deliver()
	for _, want := range []struct {
		at, path string
		status   int
	}{
		{"maker", pallets[0], StatusAway},
		{"maker", pathOf(t, missing), StatusOnHand},
		{"maker", pathOf(t, s.s.Pack(4)), StatusAway},
		{"wholesaler", pallets[0], StatusOnHand},
		{"wholesaler", pathOf(t, missing), StatusRefused},
		{"wholesaler", pathOf(t, s.s.Pack(4)), StatusOnHand},
	} {
		if got := x.status(want.at, want.path); got != want.status {
			t.Errorf("%s has %s with status %d, want %d", want.at, want.path, got, want.status)
		}
	}

	if tr := x.trace("maker", missing); !strings.HasSuffix(kinds(tr), "void_shipping wholesaler proved") {
		t.Errorf("the maker's trace of the refused pack is\n%s", kinds(tr))
	}
	if tr := x.trace("wholesaler", missing); tr.Steps[len(tr.Steps)-1].Text != "refused by wholesaler, back with its sender: missing" {
		t.Errorf("the wholesaler's trace of the refused pack ends with %+v", tr.Steps[len(tr.Steps)-1])
	}

	packs := s.packs(0, 4)
	tote := x.tote(s, packs...)
	x.chain.pass(24 * 3600)
	wrong := packs[3]
	r = x.receive("dispenser", x.ship("wholesaler", "dispenser", tote), RefuseItem{wrong, "wrong"})
	wantOutcome(t, r, OK, Received)
	x.deliver()
	if got := x.status("wholesaler", pathOf(t, wrong)); got != StatusOnHand {
		t.Errorf("the wholesaler has the refused pack with status %d, want it on hand", got)
	}
	if got := x.status("wholesaler", pathOf(t, packs[0])); got != StatusAway {
		t.Errorf("the wholesaler has a received pack with status %d, want it away", got)
	}

	x.dispenseOne(packs[0])
	tr := x.trace("dispenser", packs[0])
	want := "commissioning maker proved\npacking wholesaler signed\nshipping wholesaler signed\nreceiving dispenser proved\ndispensing dispenser own"
	if got := kinds(tr); got != want {
		t.Errorf("the dispenser's trace is\n%s\nwant\n%s", got, want)
	}
	tr = x.trace("wholesaler", packs[0])
	want = "commissioning maker proved\npacking maker signed\npacking maker signed\nshipping maker signed\nreceiving wholesaler proved\nunpacking wholesaler own\nunpacking wholesaler own\npacking wholesaler own\nshipping wholesaler proved\nreceiving dispenser proved"
	if got := kinds(tr); got != want {
		t.Errorf("the wholesaler's trace is\n%s\nwant\n%s", got, want)
	}
	x.chain.settle()
}

// dispenseOne dispenses a pack, finds that it can't be dispensed twice, and lets
// the ledger know.
func (x *trade) dispenseOne(pack string) {
	x.t.Helper()
	d, ctx := x.desks["dispenser"], context.Background()
	for i, want := range []Verdict{OK, Stop} {
		answers, err := d.Dispense(ctx, []string{pack}, "dispensing")
		if err != nil {
			x.t.Fatal(err)
		}
		if answers[0].Verdict != want {
			x.t.Errorf("dispensed for the %d. time: %s, want %s", i+1, answers[0].Verdict, want)
		}
	}
	if _, _, err := d.Ship(ctx, ShipRequest{Items: []string{pack}, To: "wholesaler"}); err == nil {
		x.t.Error("a dispensed pack was shipped")
	}
	settled, err := d.SettleDispenses(ctx)
	if err != nil || settled.Ended != 1 || settled.Left != 0 || len(settled.Refused) != 0 {
		x.t.Errorf("settled %+v with error %v, want one pack", settled, err)
	}
	if _, rec, _ := x.standing("dispenser", pathOf(x.t, pack)); rec.State != proof.StateEnded || rec.End != proof.EndLeftSupply {
		x.t.Errorf("the ledger has it in state %d by end class %d", rec.State, rec.End)
	}
}

func TestProvenanceIsOfOneSizeHoweverFarAPackHasGone(t *testing.T) {
	x := newExchange(t)
	s, pallets := x.madePallets(1, 3, 4)
	for _, way := range [][2]string{{"wholesaler", "maker"}, {"dispenser", "wholesaler"}, {"wholesaler", "dispenser"}} {
		x.handPrekeys(way[0], way[1], 5)
	}
	pack := s.s.Pack(0)
	var sizes []int
	look := func(at string) {
		b, err := x.desks[at].Provenance(context.Background(), pack, ProvenanceOptions{})
		if err != nil {
			t.Fatal(err)
		}
		report, err := b.Verify(x.chain.trust(), proof.Options{Now: x.desks[at].now()})
		if err != nil {
			t.Fatal(err)
		}
		if got := report.Outcome(); got != proof.Proved || report.Statement.Org != "maker" {
			t.Errorf("at %s: %s, stated by %q: %+v", at, got, report.Statement.Org, report.Steps)
		}
		sizes = append(sizes, len(b.Encode()))
	}
	at := "maker"
	for _, to := range []string{"wholesaler", "dispenser", "wholesaler", "dispenser", "wholesaler", "dispenser"} {
		r := x.receive(to, x.ship(at, to, pallets[0]))
		wantOutcome(t, r, OK, Received)
		x.deliver()
		at = to
		look(at)
	}
	// The tree of all state grows a little with each hop; nothing else does.
	if first, last := sizes[0], sizes[len(sizes)-1]; last > first+4*proof.HashSize {
		t.Errorf("%d bytes after one hop, %d after %d: %v", first, last, len(sizes), sizes)
	}
	x.chain.settle()
}

func TestTheHolderAnswersANonceAndACopyDoesNot(t *testing.T) {
	x := newExchange(t)
	s, pallets := x.madePallets(1, 2, 3)
	x.handPrekeys("wholesaler", "maker", 3)
	x.receive("wholesaler", x.ship("maker", "wholesaler", pallets[0]))
	x.deliver()
	nonce := bytes.Repeat([]byte{7}, proof.NonceSizeMin)
	b, err := x.desks["wholesaler"].Provenance(context.Background(), s.s.Pack(0), ProvenanceOptions{CurrentPlace: true, Nonce: nonce})
	if err != nil {
		t.Fatal(err)
	}
	report, err := b.Verify(x.chain.trust(), proof.Options{Nonce: nonce})
	if err != nil || report.Outcome() != proof.Proved {
		t.Errorf("%s with error %v: %+v", report.Outcome(), err, report.Steps)
	}
	if _, err := x.desks["maker"].Provenance(context.Background(), s.s.Pack(0), ProvenanceOptions{Nonce: nonce}); err == nil {
		t.Error("the maker, which no longer holds it, answered a nonce")
	}
	copied := b
	copied.Presence = nil
	if report, err := copied.Verify(x.chain.trust(), proof.Options{Nonce: nonce}); err != nil || report.Outcome() == proof.Proved {
		t.Errorf("a copied bundle without an answer is %s, error %v", report.Outcome(), err)
	}
}
