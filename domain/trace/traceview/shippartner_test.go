package traceview

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"pedigree/format/dscsa"
	"pedigree/format/epcis"
	"pedigree/internal/api"
)

// clinicGLN is of a buyer outside the network.
const clinicGLN = "0300007000011"

// testBook is an address book with the places and the word that a test says. It keeps
// what it was asked as the real one does, in the transaction.
type testBook struct {
	parties map[string]dscsa.Party
	word    string
	asked   []string
	buyers  map[string]Buyer // by number or GLN
}

func (b *testBook) PartnerOf(_ *sql.Tx, name string) (Buyer, bool, error) {
	p, ok := b.buyers[name]
	return p, ok, nil
}

func (b *testBook) CheckOutside(_ *sql.Tx, to Buyer, why string) (Authority, error) {
	b.asked = append(b.asked, to.Name+" "+strings.Fields(why)[0])
	return Authority{Word: b.word, Text: "its licence ended", Evidence: int64(len(b.asked))}, nil
}

func (b *testBook) PartyOf(_ *sql.Tx, gln string) (dscsa.Party, bool, error) {
	p, ok := b.parties[gln]
	return p, ok, nil
}

func (b *testBook) CheckBuyer(_ *sql.Tx, org, _, why string) (Authority, error) {
	b.asked = append(b.asked, org+" "+strings.Fields(why)[0])
	return Authority{Word: b.word, Text: "its licence ended", Evidence: int64(len(b.asked))}, nil
}

func bookOf(word string) *testBook {
	clinic := Buyer{Number: 4, Name: "Clinic (test)", GLNs: []string{clinicGLN}}
	b := &testBook{word: word, parties: map[string]dscsa.Party{}, buyers: map[string]Buyer{
		"4": clinic, clinicGLN: clinic, "5": {Number: 5, Org: "wholesaler", Name: "Wholesaler", GLNs: []string{"0614141000012"}}, "6": {Number: 6, Name: "No place"},
	}}
	for _, gln := range []string{"0399991000015", "0614141000012", "0399981000018", clinicGLN} {
		b.parties[gln] = dscsa.Party{GLN: gln, Name: "Place " + gln, Address: epcis.Address{Street1: "1 Example Street", City: "Springfield", State: "IL", Postal: "62701", Country: "US"}}
	}
	return b
}

func (x *trade) foundIn(file []byte) []string {
	x.t.Helper()
	var rules []string
	x.reseal(file, func(c *Content) {
		checked, err := dscsa.Check(bytes.NewReader(c.Documents[0].Bytes), dscsa.ReadOptions{Now: x.desks["maker"].now()})
		if err != nil {
			x.t.Fatal(err)
		}
		for _, f := range checked.Found {
			rules = append(rules, f.Rule)
		}
	})
	return rules
}

func TestADocumentNamesBothPartiesWithTheirAddresses(t *testing.T) {
	for name, c := range map[string]struct {
		book Partners
		want bool
	}{"without an address book addresses are missing": {nil, true}, "with one they are there": {bookOf(SellerAuthorised), false}} {
		x := newExchange(t)
		pallets := x.pallets("maker", testShipment(1, 1, 2))
		x.handPrekeys("wholesaler", "maker", 1)
		x.desks["maker"].partners = c.book
		report, file, err := x.desks["maker"].Ship(context.Background(), ShipRequest{Items: pallets, To: "wholesaler", PO: "PO-1"})
		if err != nil {
			t.Fatal(err)
		}
		if rules := x.foundIn(file); slices.Contains(rules, "dscsa/place-attribute") != c.want {
			t.Errorf("%s: %v", name, rules)
		}
		told := slices.ContainsFunc(report.Findings, func(f dscsa.Found) bool { return f.Rule == "dscsa/place-attribute" })
		if told != c.want {
			t.Errorf("%s: the report tells %v", name, report.Findings)
		}
	}
}

func TestADocumentThatWouldHoldUpGoodsOrDataIsNotOffered(t *testing.T) {
	x := newExchange(t)
	bare := newExchange(t)
	unnamed := bare.pallets("maker", testShipment(1, 1, 2))
	bare.handPrekeys("wholesaler", "maker", 1)
	s, pallets := x.madePallets(2, 1, 2)
	x.handPrekeys("wholesaler", "maker", 4)
	d, ctx := x.desks["maker"], context.Background()
	refused := func(what string, x *trade, r ShipRequest, want ...string) {
		t.Helper()
		r.To = "wholesaler"
		report, file, err := x.desks["maker"].Ship(ctx, r)
		var c api.Refusal
		if err == nil || file != nil || !errors.As(err, &c) || c.Code() != "trace/document-faults" {
			t.Fatalf("%s: %+v, %v", what, report, err)
		}
		for _, w := range want {
			if !strings.Contains(err.Error(), w) {
				t.Errorf("%s: %q is not in %v", what, w, err)
			}
		}
		if got := x.status("maker", pathOf(t, s.s.Pallet(0))); got != StatusOnHand {
			t.Errorf("%s: the pallet is %s", what, StatusName(got))
		}
	}
	refused("addresses are missing and only whole data will do", bare, ShipRequest{Items: unnamed, Strict: true}, "11 findings", "Nothing was offered")
	x.chain.pass(uint64((3 * 365 * 24 * time.Hour).Seconds())) // past the expiry date
	refused("the goods have expired", x, ShipRequest{Items: pallets[:1]}, "hold up the goods", "dscsa/expired")
	list, err := d.Shipments(ctx, ShipmentFilter{})
	if err != nil || len(list) != 0 {
		t.Errorf("%d shipments, %v", len(list), err)
	}
	if _, _, err := d.Ship(ctx, ShipRequest{Items: pallets[1:], To: "wholesaler", Return: true}); err != nil {
		t.Errorf("as a return they can go: %v", err)
	}
}

func TestTheBuyersAuthorityIsAskedWhenGoodsAreOffered(t *testing.T) {
	for _, c := range []struct {
		name, word string
		request    ShipRequest
		want       *Authority
		refused    bool
	}{
		{"an authorised buyer gets the goods", SellerAuthorised, ShipRequest{}, &Authority{Word: SellerAuthorised, Evidence: 1}, false},
		{"of an unknown one it is told", SellerUnknown, ShipRequest{}, &Authority{Word: SellerUnknown, Evidence: 1}, false},
		{"one without authority gets none", SellerNotAuthorised, ShipRequest{}, nil, true},
		{"but its goods go back to it", SellerNotAuthorised, ShipRequest{Return: true}, &Authority{Word: SellerNotAuthorised, Evidence: 1}, false},
		{"a drill asks nobody", SellerNotAuthorised, ShipRequest{Force: true}, nil, false},
	} {
		x := newExchange(t)
		_, pallets := x.madePallets(1, 1, 2)
		x.handPrekeys("wholesaler", "maker", 1)
		book := bookOf(c.word)
		d := x.desks["maker"]
		d.partners = book
		c.request.Items, c.request.To = pallets, "wholesaler"
		report, _, err := d.Ship(context.Background(), c.request)
		if c.refused {
			var known api.Refusal
			if !errors.As(err, &known) || known.Code() != "trace/buyer-not-authorised" || x.status("maker", pallets[0]) != StatusOnHand {
				t.Errorf("%s: %v", c.name, err)
			}
			continue
		}
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
		}
		if diff := cmp.Diff(c.want, report.Buyer); diff != "" {
			t.Errorf("%s: %s", c.name, diff)
		}
		if c.request.Force {
			continue
		}
		again, _, err := d.Ship(context.Background(), c.request)
		if err != nil || !again.Resumed || len(book.asked) != 1 {
			t.Errorf("%s: asked %v times, %v", c.name, book.asked, err)
		}
		if diff := cmp.Diff(c.want, again.Buyer); diff != "" {
			t.Errorf("%s, asked again: %s", c.name, diff)
		}
	}
}
