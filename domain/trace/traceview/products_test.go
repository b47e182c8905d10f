package traceview

import (
	"bytes"
	"database/sql"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"pedigree/domain/trace/catalogview"
	"pedigree/format/dscsa"
)

// packGTIN is of the packs of a scene.
const packGTIN = "00399991123455"

// known is what a catalogue tells of the packs of a scene.
func (x *trade) known(org string, c *catalogview.Catalogue) catalogview.Facts {
	x.t.Helper()
	var f catalogview.Facts
	err := x.desks[org].vault.View(x.t.Context(), func(tx *sql.Tx) (err error) {
		f, _, err = c.Product(tx, packGTIN, time.Now())
		return err
	})
	if err != nil {
		x.t.Fatal(err)
	}
	return f
}

// productIn is what a shipment's document says of the packs.
func (x *trade) productIn(file []byte) (p dscsa.Product) {
	x.t.Helper()
	x.reseal(file, func(c *Content) {
		read, err := dscsa.Read(bytes.NewReader(c.Documents[0].Bytes), dscsa.ReadOptions{Now: x.desks["maker"].now()})
		if err != nil {
			x.t.Fatal(err)
		}
		for _, said := range dscsa.ProductsOf(read.Header) {
			if said.GTIN == packGTIN {
				p = said
			}
		}
	})
	return p
}

// withCatalogue gives a desk a catalogue in its own store.
func (x *trade) withCatalogue(org string) *catalogview.Catalogue {
	c := catalogview.New(catalogview.Config{Vault: x.desks[org].vault})
	x.desks[org].products = c
	return c
}

func TestAnswersNameTheProduct(t *testing.T) {
	x := newShelf(t)
	pack, gtin := pathOf(t, x.s.Pack(1)), "00399991123455"
	if a := x.judge("dispenser", pack); a[0].Product != "" {
		t.Fatalf("without a catalogue it is called %q", a[0].Product)
	}
	c := x.withCatalogue("dispenser")
	err := x.desks["dispenser"].vault.Update(t.Context(), func(tx *sql.Tx) error {
		return c.Learn(t.Context(), tx, "maker", time.Unix(0, 0), 1, []dscsa.Product{{GTIN: gtin, Name: "Samplium", Strength: "10 mg"}})
	})
	if err != nil {
		t.Fatal(err)
	}
	if a := x.judge("dispenser", pack); a[0].Product != "Samplium 10 mg" {
		t.Errorf("judged, it is called %q", a[0].Product)
	}
	report, err := x.desks["dispenser"].Dispense(t.Context(), []string{pack}, "dispensing")
	if err != nil || report[0].Product != "Samplium 10 mg" || report[0].Verdict != OK {
		t.Errorf("%+v, %v", report, err)
	}
}

func TestAShipmentTeachesTheCatalogueOfWhoTakesIt(t *testing.T) {
	x := newExchange(t)
	_, pallets := x.madePallets(2, 1, 2)
	x.handPrekeys("dispenser", "maker", 2)
	c := x.withCatalogue("dispenser")
	file := x.ship("maker", "dispenser", pallets[0])
	nothing := func(after string) {
		t.Helper()
		if f := x.known("dispenser", c); f.Name != "" {
			t.Errorf("after %s the catalogue says %q", after, f.Name)
		}
	}
	if _, err := x.desks["dispenser"].Receive(t.Context(), ReceiveRequest{File: bytes.NewReader(file), CheckOnly: true}); err != nil {
		t.Fatal(err)
	}
	nothing("a look at it")
	edited := x.reseal(file, func(c *Content) {
		c.Documents[0].Bytes = bytes.ReplaceAll(c.Documents[0].Bytes, []byte("LOT-7A"), []byte("LOT-7B"))
	})
	wantOutcome(t, x.receive("dispenser", edited), Stop, NotAccepted)
	nothing("a document that was edited")

	wantOutcome(t, x.receive("dispenser", file), OK, Received)
	f := x.known("dispenser", c)
	if f.Name == "" || f.Strength == "" || f.NDC == "" {
		t.Fatalf("the catalogue learned %+v", f.Product)
	}
	for _, v := range f.Values {
		if v.Field == catalogview.FieldName && (v.Source.Who != "maker" || v.Source.Document == 0) {
			t.Errorf("the name is the word of %+v", v.Source)
		}
	}
	x.deliver()
	answers, err := x.desks["dispenser"].Judge(t.Context(), []string{pallets[0]})
	if err != nil || len(answers) != 1 {
		t.Fatal(answers, err)
	}

	before := len(f.Values)
	wantOutcome(t, x.receive("dispenser", x.ship("maker", "dispenser", pallets[1])), OK, Received)
	if f = x.known("dispenser", c); len(f.Values) != before || len(f.Conflicts) != 0 {
		t.Errorf("the same word again: %+v", f)
	}
}

func TestADocumentNamesProductsAsTheCatalogueDoes(t *testing.T) {
	own := dscsa.Product{GTIN: packGTIN, NDC: "99991-1234-5", Name: "Otherium", Strength: "10 mg", Form: "TABLET", NetContent: "30 tablets", Manufacturer: "Maker (test)"}
	shipped := func(x *trade, pallets []string) dscsa.Product {
		t.Helper()
		x.handPrekeys("wholesaler", "maker", 1)
		c := x.withCatalogue("maker")
		err := x.desks["maker"].vault.Update(t.Context(), func(tx *sql.Tx) error {
			return c.Learn(t.Context(), tx, "list", x.desks["maker"].now().AddDate(1, 0, 0), 0, []dscsa.Product{own})
		})
		if err != nil {
			t.Fatal(err)
		}
		return x.productIn(x.ship("maker", "wholesaler", pallets[0]))
	}
	bare := newExchange(t)
	if diff := cmp.Diff(own, shipped(bare, bare.pallets("maker", testShipment(1, 1, 2)))); diff != "" {
		t.Errorf("where no document names the product (-catalogue +document):\n%s", diff)
	}
	told := newExchange(t)
	_, pallets := told.madePallets(1, 1, 2)
	if p := shipped(told, pallets); p.Name == "" || p.Name == own.Name || p.Manufacturer == own.Manufacturer {
		t.Errorf("what upstream says was overwritten: %+v", p)
	}
}
