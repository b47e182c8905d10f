package traceview

import (
	"database/sql"
	"testing"
	"time"

	"pedigree/domain/trace/catalogview"
	"pedigree/format/dscsa"
)

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
