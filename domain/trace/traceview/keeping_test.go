package traceview

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"pedigree/domain/trace/traceview/verdict"
	"pedigree/format/epcis"
	"pedigree/format/gs1"
	"pedigree/proof"
)

// hands is a world in which goods are kept for others.
type hands struct {
	*trade
	pallet, pack string
}

func newHands(t *testing.T) hands {
	x := newExchange(t)
	s := testShipment(1, 2, 3)
	h := hands{x, x.pallets("maker", s)[0], pathOf(t, s.Pack(0))}
	for _, to := range []string{"maker", "wholesaler", "dispenser"} {
		for _, from := range []string{"maker", "wholesaler", "dispenser"} {
			if from != to {
				x.handPrekeys(to, from, 6)
			}
		}
	}
	return h
}

// goes ships as one organisation and receives as the other.
func (h hands) goes(from, to string, r ShipRequest) {
	h.t.Helper()
	h.took(h.receive(to, h.offers(from, to, r)))
}

func (h hands) took(r ReceiveReport) {
	h.t.Helper()
	if r.Items[0].Outcome != Received {
		h.t.Fatalf("received: %+v", r)
	}
	h.settled()
}

func (h hands) offers(from, to string, r ShipRequest) []byte {
	h.t.Helper()
	r.To = to
	if r.Items == nil {
		r.Items = []string{h.pallet}
	}
	_, file, err := h.desks[from].Ship(context.Background(), r)
	if err != nil {
		h.t.Fatal(err)
	}
	h.settled()
	return file
}

func (h hands) settled() {
	h.chain.settle()
	h.deliver()
}

// stands is how a thing stands at each organisation: status, and the other one.
func (h hands) stands(path string) map[string]string {
	h.t.Helper()
	got := map[string]string{}
	for _, at := range []string{"maker", "wholesaler", "dispenser"} {
		top, ok := h.topAt(at, path)
		if !ok || top.status == StatusRefused {
			continue
		}
		got[at] = StatusName(top.status)
		if top.status == StatusInCare || top.status == StatusKept {
			got[at] += " " + top.partner
		}
	}
	return got
}

// topAt is what a thing is in at an organisation that knows it.
func (h hands) topAt(at, path string) (top item, ok bool) {
	h.t.Helper()
	err := h.desks[at].vault.View(context.Background(), func(tx *sql.Tx) error {
		it, known, err := loadItem(tx, path)
		if ok = known; err != nil || !ok {
			return err
		}
		top, err = topOf(tx, it)
		return err
	})
	if err != nil {
		h.t.Fatal(err)
	}
	return top, ok
}

// faultless holds that organisations' stocks are as the ledger has them.
func (h hands) faultless(list ...string) {
	h.t.Helper()
	for _, of := range list {
		if _, faults := h.checked(of); len(faults) > 0 {
			h.t.Errorf("the stock of %s: %v", of, faults)
		}
	}
}

func (h hands) want(step string, want map[string]string) {
	h.t.Helper()
	if diff := cmp.Diff(want, h.stands(h.pallet)); diff != "" {
		h.t.Fatalf("%s (-want +got):\n%s", step, diff)
	}
}

type at = map[string]string

var (
	custody = ShipRequest{CustodyOnly: true}
	title   = ShipRequest{TitleOnly: true}
)

func TestAWarehouseKeepsGoodsForTheirOwner(t *testing.T) {
	h := newHands(t)
	h.goes("maker", "wholesaler", custody)
	h.want("handed over", at{"maker": "in-care wholesaler", "wholesaler": "kept maker"})
	h.goes("wholesaler", "maker", custody)
	h.want("handed back", at{"maker": "on-hand", "wholesaler": "away"})
	h.goes("maker", "wholesaler", custody)
	h.goes("maker", "dispenser", title)
	h.want("sold where it lies", at{"maker": "away", "wholesaler": "kept maker", "dispenser": "in-care maker"})
	h.goes("wholesaler", "dispenser", custody)
	h.want("released to the buyer", at{"maker": "away", "wholesaler": "away", "dispenser": "on-hand"})
	h.sellable("dispenser")
}

// sellable holds that a pack is OK there, by the ledger.
func (h hands) sellable(where string) {
	h.t.Helper()
	a, err := h.desks[where].Judge(context.Background(), []string{h.pack})
	if err != nil || a[0].Word != verdict.OK || a[0].Rule != verdict.RuleCustodyProved {
		h.t.Errorf("a pack at %s is %+v: %v", where, a, err)
	}
	if list, err := h.desks[where].Dispense(context.Background(), []string{h.pack}, "dispensing"); err != nil || list[0].Verdict != OK {
		h.t.Errorf("dispensed it is %+v: %v", list, err)
	}
}

func TestADropShipmentGoesFromMakerToPharmacy(t *testing.T) {
	h := newHands(t)
	h.goes("maker", "wholesaler", title)
	h.want("sold to the wholesaler", at{"maker": "kept wholesaler", "wholesaler": "in-care maker"})
	h.goes("wholesaler", "dispenser", title)
	h.want("sold on", at{"maker": "kept wholesaler", "wholesaler": "away", "dispenser": "in-care wholesaler"})
	h.goes("maker", "dispenser", custody)
	h.want("delivered by the maker", at{"maker": "away", "wholesaler": "away", "dispenser": "on-hand"})
	h.sellable("dispenser")
}

func TestWhatIsNotTakenStaysAsItWas(t *testing.T) {
	for _, c := range []struct {
		name     string
		prepare  func(h hands)
		from, to string
		request  ShipRequest
		want     at
	}{
		{"custody of goods of its own", func(hands) {}, "maker", "wholesaler", custody, at{"maker": "on-hand"}},
		{"title of goods on hand", func(hands) {}, "maker", "wholesaler", title, at{"maker": "on-hand"}},
		{"title of goods that another keeps", func(h hands) { h.goes("maker", "wholesaler", custody) }, "maker", "dispenser", title, at{"maker": "in-care wholesaler", "wholesaler": "kept maker"}},
		{"custody of goods that are kept", func(h hands) { h.goes("maker", "wholesaler", custody) }, "wholesaler", "dispenser", custody, at{"maker": "in-care wholesaler", "wholesaler": "kept maker"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := newHands(t)
			c.prepare(h)
			file := h.offers(c.from, c.to, c.request)
			h.receive(c.to, file, RefuseItem{Item: h.pallet, Reason: "not ordered"})
			h.settled()
			got := h.stands(h.pallet)
			delete(got, c.to)
			if c.to != "dispenser" {
				delete(c.want, c.to)
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestRefusedGoodsComeBackWithWhatWasOffered(t *testing.T) {
	for _, c := range []struct {
		name    string
		request ShipRequest
		want    string
	}{
		{"custody alone", custody, "on-hand"},
		{"title alone", title, "on-hand"},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := newHands(t)
			file := h.offers("maker", "wholesaler", c.request)
			h.receive("wholesaler", file, RefuseItem{Item: h.pack, Reason: "damaged"})
			h.settled()
			if got := h.stands(h.pack)["maker"]; got != c.want {
				t.Errorf("the refused pack is %s at the maker, want %s", got, c.want)
			}
			h.faultless("maker", "wholesaler")
		})
	}
}

func TestWhoKeepsGoodsCantSellThem(t *testing.T) {
	h := newHands(t)
	h.goes("maker", "wholesaler", custody)
	d := h.desks["wholesaler"]
	for _, c := range []struct {
		name string
		do   func() error
		says string
	}{
		{"sell", func() error {
			_, _, err := d.Ship(t.Context(), ShipRequest{Items: []string{h.pallet}, To: "dispenser"})
			return err
		}, "only its owner sells it"},
		{"sell the title", func() error {
			_, _, err := d.Ship(t.Context(), ShipRequest{Items: []string{h.pack}, To: "dispenser", TitleOnly: true})
			return err
		}, "only its owner sells it"},
		{"dispense", func() error {
			list, err := d.Dispense(t.Context(), []string{h.pack}, "dispensing")
			if err == nil && list[0].Verdict != OK {
				err = fmt.Errorf("%s", list[0].Text)
			}
			return err
		}, "kept here"},
	} {
		if err := c.do(); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: error %v, want %q", c.name, err, c.says)
		}
	}
	o := h.desks["maker"]
	for _, c := range []struct {
		name, item string
		request    ShipRequest
		says       string
	}{
		{"the owner ships what another keeps", h.pallet, ShipRequest{}, "sell it with title only"},
		{"the owner hands over what another keeps", h.pallet, custody, "have it handed"},
		{"the owner sells a pack out of it", h.pack, title, "only who keeps it can take it out"},
	} {
		c.request.Items, c.request.To = []string{c.item}, "dispenser"
		if _, _, err := o.Ship(t.Context(), c.request); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: error %v, want %q", c.name, err, c.says)
		}
	}
	h.want("and all is as it was", at{"maker": "in-care wholesaler", "wholesaler": "kept maker"})
}

func TestAWarehouseTakesOnePackOutAndHandsItBack(t *testing.T) {
	h := newHands(t)
	h.goes("maker", "wholesaler", custody)
	one := custody
	one.Items = []string{h.pack}
	h.goes("wholesaler", "maker", one)
	if got := h.stands(h.pack); got["maker"] != "on-hand" || got["wholesaler"] != "away" {
		t.Errorf("the pack is %v", got)
	}
	h.faultless("wholesaler")
	h.sellableAtMaker()
}

// sellableAtMaker holds that the owner can ship what came back.
func (h hands) sellableAtMaker() {
	h.t.Helper()
	h.goes("maker", "dispenser", ShipRequest{Items: []string{h.pack}})
	if got := h.stands(h.pack)["dispenser"]; got != "on-hand" {
		h.t.Errorf("the pack is %s at its buyer", got)
	}
}

// shippingOf is the last event of the document in the store of the one who shipped.
func (h hands) shippingOf(from, to string, r ShipRequest) *epcis.Event {
	h.t.Helper()
	file := h.offers(from, to, r)
	var last *epcis.Event
	h.reseal(file, func(c *Content) {
		_, err := readEvents(c.Documents[0], func(e *epcis.Event, _ proof.Hash) error {
			if e.BizStep == "shipping" {
				last = e
			}
			return nil
		})
		if err != nil {
			h.t.Fatal(err)
		}
	})
	h.took(h.receive(to, file))
	return last
}

func TestTheDocumentSaysWhoOwnsAndWhoHolds(t *testing.T) {
	const maker, wholesaler, dispenser = "/414/0399991000015", "/414/0614141000012", "/414/0399981000018"
	h := newHands(t)
	for _, c := range []struct {
		name, from, to     string
		request            ShipRequest
		owner, next        string
		possessed, passing string
		drop               bool
	}{
		{"handed to a warehouse", "maker", "wholesaler", custody, maker, maker, maker, wholesaler, false},
		{"sold where it lies", "maker", "dispenser", title, maker, dispenser, "", "", true},
		{"released to its buyer", "wholesaler", "dispenser", custody, maker, maker, wholesaler, dispenser, false},
		{"sold with custody", "dispenser", "wholesaler", ShipRequest{Return: true}, dispenser, wholesaler, "", "", false},
	} {
		e := h.shippingOf(c.from, c.to, c.request)
		got := []string{e.Source("owning_party"), e.Destination("owning_party"), e.Source("possessing_party"), e.Destination("possessing_party")}
		for i := range got {
			if p, err := gs1.CanonicalPath(got[i]); err == nil {
				got[i] = p
			}
		}
		want := []string{c.owner, c.next, c.possessed, c.passing}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, diff)
		}
		if drop, _ := e.DropShipment(); drop != c.drop {
			t.Errorf("%s: drop shipment is %v", c.name, drop)
		}
	}
}
