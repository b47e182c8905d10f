package traceview

import (
	"bytes"
	"context"
	"database/sql"
	"testing"

	"pedigree/format/epcis/epcistest"
)

// checked is what CheckStock finds in an organisation's stock.
func (x *trade) checked(of string) (r StockReport, faults []error) {
	x.t.Helper()
	d := x.desks[of]
	get := func(key []byte) ([]byte, bool, error) {
		value, found := x.chain.chain.State.Rows[string(key)]
		return value, found, nil
	}
	r, err := CheckStock(context.Background(), d.vault, d.keys, get, func(err error) { faults = append(faults, err) })
	if err != nil {
		x.t.Fatal(err)
	}
	return r, faults
}

func TestADamagedStockIsFound(t *testing.T) {
	s := epcistest.Shipment{Pallets: 1, CasesPerPallet: 2, PacksPerCase: 3}
	for name, damage := range map[string]string{
		"":                        ``,
		"a pack's lot":            `UPDATE trace_lot SET lot = lot || 'X'`,
		"a pack's quantity":       `UPDATE trace_item SET quantity = quantity + 1 WHERE sealed_in IS NOT NULL`,
		"a case's root":           `UPDATE trace_item SET root = zeroblob(32) WHERE sealed_in IS NOT NULL AND depth > 0`,
		"the pallet's salt":       `UPDATE trace_item SET salt = randomblob(32) WHERE salt IS NOT NULL`,
		"the pallet's seed":       `UPDATE trace_item SET seed = randomblob(32) WHERE seed IS NOT NULL`,
		"a pack's row is gone":    `DELETE FROM trace_item WHERE path = (SELECT MIN(path) FROM trace_item WHERE depth IS NULL)`,
		"the commission's origin": `UPDATE trace_commission SET origin = randomblob(32)`,
		"a one-time key":          `UPDATE trace_key SET pub = randomblob(33) WHERE idx = 1`,
		"a key's number":          `UPDATE trace_key SET idx = idx + 100000 WHERE idx = 1`,
	} {
		t.Run("damaged: "+name, func(t *testing.T) {
			x := newExchange(t)
			var b bytes.Buffer
			if err := s.WriteXML(&b); err != nil {
				t.Fatal(err)
			}
			x.capture("maker", "packs.xml", b.Bytes(), Rollback)
			err := x.desks["maker"].vault.Update(context.Background(), func(tx *sql.Tx) error {
				_, err := tx.Exec(says(damage))
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			r, faults := x.checked("maker")
			if (len(faults) > 0) != (damage != "") {
				t.Errorf("the check found %+v and %v", r, faults)
			}
			if damage == "" && (r.Containers != 3 || r.Records != 1 || r.Keys == 0 || r.Waiting != 0) {
				t.Errorf("the check counted %+v", r)
			}
		})
	}
}

func TestKeysThatWereSkippedAreNeverHandedOut(t *testing.T) {
	x := newExchange(t)
	d := x.desks["maker"]
	var last, next int64
	take := func(into *int64) {
		err := d.vault.Update(context.Background(), func(tx *sql.Tx) (err error) {
			*into, err = d.keys.Take(tx, PurposeOwner, 1)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	take(&last)
	if err := SkipKeys(context.Background(), d.vault, d.keys, 1000); err != nil {
		t.Fatal(err)
	}
	take(&next)
	if next != last+1001 {
		t.Errorf("after key %d and 1000 that are left out comes %d", last, next)
	}
	if err := SkipKeys(context.Background(), d.vault, d.keys, 0); err == nil {
		t.Error("no keys were left out without an error")
	}
	if _, faults := x.checked("maker"); len(faults) > 0 {
		t.Error(faults)
	}
}

// BenchmarkCheckStock checks 60 pallets of 50 cases of 40 packs.
func BenchmarkCheckStock(b *testing.B) {
	x := newExchange(b)
	var doc bytes.Buffer
	if err := (epcistest.Shipment{Pallets: 60, CasesPerPallet: 50, PacksPerCase: 40}).WriteXML(&doc); err != nil {
		b.Fatal(err)
	}
	x.capture("maker", "packs.xml", doc.Bytes(), Rollback)
	b.ResetTimer()
	for b.Loop() {
		if r, faults := x.checked("maker"); len(faults) > 0 || r.Containers != 60*51 {
			b.Fatalf("%+v, %v", r, faults)
		}
	}
	b.ReportMetric(float64(60*50*40*b.N)/b.Elapsed().Seconds(), "packs/s")
}
