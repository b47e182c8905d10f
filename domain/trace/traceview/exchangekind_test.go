package traceview

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"testing"

	"pedigree/format/epcis"
	"pedigree/ledger/ledgertest"
	"pedigree/proof"
)

func TestADocumentIsCutDownToWhatItsReceiverGets(t *testing.T) {
	x, s := newExchange(t), newScene()
	x.handPrekeys("wholesaler", "maker", 2)
	x.handPrekeys("dispenser", "maker", 2)
	first, second := s.pallet(0, 2, 3), s.pallet(1, 2, 3)
	s.ship(first)
	e := s.ship(second)
	e.Destinations = []epcis.Party{{Type: "owning_party", ID: dispenserPlace}, {Type: "location", ID: dispenserPlace}}
	if r := x.capture("maker", "two.xml", s.file(t), Rollback); r.Stage != CaptureDone || len(r.Notes) > 0 {
		t.Fatalf("%s, notes %+v", r.Stage, r.Notes)
	}
	shipments, err := x.desks["maker"].Shipments(context.Background(), ShipmentFilter{Outgoing: true, Partner: "dispenser"})
	if err != nil || len(shipments) != 1 {
		t.Fatalf("%d shipments, error %v, want one", len(shipments), err)
	}
	file, err := x.desks["maker"].ShipmentFile(context.Background(), shipments[0].ID)
	if err != nil {
		t.Fatal(err)
	}
	var doc string
	x.reseal(file, func(c *Content) { doc = string(c.Documents[0].Bytes) })
	for _, epc := range []string{first, s.s.Case(0), s.s.Pack(5)} {
		if strings.Contains(doc, ">"+epc+"<") {
			t.Errorf("the dispenser is told of %s, which goes to the wholesaler", epc)
		}
	}
	for _, want := range []string{second, s.s.Case(2), s.s.Pack(6), "Samplium", "bt:0614141000012:PO-1", "dscsaTransactionStatement", "Sample Manufacturer"} {
		if !strings.Contains(doc, want) {
			t.Errorf("the dispenser's document lacks %s", want)
		}
	}
	wantOutcome(t, x.receive("dispenser", file), OK, Received)
	x.chain.settle()
}

func TestTheDocumentWrittenForAShipmentHasNoFaults(t *testing.T) {
	x := newExchange(t)
	_, pallets := x.madePallets(1, 2, 3)
	x.handPrekeys("wholesaler", "maker", 1)
	file := x.ship("maker", "wholesaler", pallets...)
	x.reseal(file, func(c *Content) {
		check, err := checkDocument(c.Documents[0], c.Hashes, x.desks["wholesaler"].now(), nil)
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range check.problems {
			t.Errorf("%s: %s", p.Verdict, p)
		}
	})
}

func TestCustodyOrTitleCanGoAlone(t *testing.T) {
	for _, c := range []struct {
		name    string
		request ShipRequest
		owner   bool
		holder  bool
	}{
		{"custody only", ShipRequest{CustodyOnly: true}, false, true},
		{"title only", ShipRequest{TitleOnly: true}, true, false},
		{"both", ShipRequest{}, true, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			x := newExchange(t)
			pallet := x.pallets("maker", testShipment(1, 1, 2))[0]
			x.handPrekeys("wholesaler", "maker", 1)
			_, before, _ := x.standing("maker", pallet)
			c.request.Items, c.request.To = []string{pallet}, "wholesaler"
			_, file, err := x.desks["maker"].Ship(context.Background(), c.request)
			if err != nil {
				t.Fatal(err)
			}
			wantOutcome(t, x.receive("wholesaler", file), OK, Received)
			_, after, _ := x.standing("wholesaler", pallet)
			if (before.Owner != after.Owner) != c.owner || (before.Holder != after.Holder) != c.holder {
				t.Errorf("owner from %s to %s, holder from %s to %s", before.Owner, after.Owner, before.Holder, after.Holder)
			}
			x.chain.settle()
		})
	}
	x := newExchange(t)
	_, _, err := x.desks["maker"].Ship(context.Background(), ShipRequest{Items: []string{"/00/003999910000000015"}, To: "wholesaler", CustodyOnly: true, TitleOnly: true})
	if err == nil || !strings.Contains(err.Error(), "exclude each other") {
		t.Errorf("neither custody nor title: error %v", err)
	}
}

func TestIntroducedGoodsAreTakenOnlyWhenAsked(t *testing.T) {
	x := newExchange(t)
	s := testShipment(1, 1, 2)
	pallet := x.pallets("maker", s)[0]
	x.handPrekeys("wholesaler", "maker", 2)
	file := x.ship("maker", "wholesaler", pallet)
	// As if the origin had been introduced: the chain's state is the test's to write.
	for key, value := range x.chain.chain.State.Rows {
		if key[0] == proof.PrefixOrigin {
			o, err := proof.DecodeOriginState(value)
			if err != nil {
				t.Fatal(err)
			}
			o.Class = proof.ClassIntroduced
			x.chain.chain.State.Rows[key] = o.Encode()
		}
	}
	r := x.receive("wholesaler", file)
	wantOutcome(t, r, CannotTell, NotAccepted)
	r, err := x.desks["wholesaler"].Receive(context.Background(), ReceiveRequest{File: bytes.NewReader(file), AcceptUnproved: true})
	if err != nil {
		t.Fatal(err)
	}
	wantOutcome(t, r, CannotTell, Received)
}

func TestAnUnfinishedShipmentToOneIsNotAnothers(t *testing.T) {
	x := newExchange(t)
	pallets := x.pallets("maker", testShipment(2, 1, 2))
	x.handPrekeys("wholesaler", "maker", 2)
	killAt(x.desks["maker"], 2) // planned, not submitted
	if _, _, err := x.desks["maker"].Ship(context.Background(), ShipRequest{Items: pallets, To: "wholesaler"}); err == nil {
		t.Fatal("it was not killed")
	}
	x.restart("maker")
	if _, _, err := x.desks["maker"].Ship(context.Background(), ShipRequest{Items: pallets[:1], To: "wholesaler"}); err == nil {
		t.Error("half of a planned shipment was shipped by itself")
	}
	report, file, err := x.desks["maker"].Ship(context.Background(), ShipRequest{Items: pallets, To: "wholesaler"})
	if err != nil || !report.Resumed {
		t.Errorf("resumed %v, error %v", report.Resumed, err)
	}
	wantOutcome(t, x.receive("wholesaler", file), OK, Received)
}

func ExampleEncodeGoods() {
	origin := ledgertest.HashOf("origin")
	pack := Goods{Path: "/01/00312345678906/21/S7K-00A1", Attrs: proof.Attrs{Lot: "LOT42", Expiry: "271130", Kind: proof.KindUnit}}
	box := Goods{
		Path: "/01/10312345678903/21/C1", Attrs: proof.Attrs{Lot: "LOT42", Expiry: "271130", Kind: proof.KindCase},
		Origin: origin, Salt: ledgertest.HashOf("salt"), Seed: ledgertest.HashOf("seed"), Sealed: []Goods{pack},
	}
	raw, err := EncodeGoods([]OriginOpening{{Origin: origin}}, []Goods{box})
	if err != nil {
		fmt.Println(err)
		return
	}
	_, goods, err := DecodeGoods(raw)
	if err != nil {
		fmt.Println(err)
		return
	}
	for thing, in := range goods[0].All() {
		fmt.Printf("%s in %q\n", thing.Path, in)
	}
	// Output:
	// /01/10312345678903/21/C1 in ""
	// /01/00312345678906/21/S7K-00A1 in "/01/10312345678903/21/C1"
}
