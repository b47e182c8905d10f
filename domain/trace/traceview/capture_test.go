package traceview

import (
	"bytes"
	"context"
	"database/sql"
	"strings"
	"testing"

	"pedigree/domain/trace"
	"pedigree/format/epcis"
	"pedigree/format/epcis/epcistest"
	"pedigree/ledger"
	"pedigree/proof"
)

// document writes events as a US partner sends them.
func document(t testing.TB, events []*epcis.Event) []byte {
	t.Helper()
	header, err := epcistest.Defaults().Header()
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	w, err := epcis.NewXMLWriter(&b, header, epcis.XMLOptions{Indent: "  "})
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range events {
		if err := w.Write(e); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func (x *trade) capture(of, name string, doc []byte, way OnError) CaptureReport {
	x.t.Helper()
	r, err := x.desks[of].Capture(context.Background(), CaptureRequest{Name: name, MediaType: "application/xml", Reader: bytes.NewReader(doc), OnError: way})
	if err != nil {
		x.t.Fatal(err)
	}
	return r
}

func faultsOf(r CaptureReport) string {
	var b strings.Builder
	for _, f := range r.Findings {
		if f.Severity == epcis.Fault {
			b.WriteString(f.String() + "\n")
		}
	}
	for _, f := range r.Refused {
		b.WriteString("refused: " + f.Text + "\n")
	}
	return b.String()
}

// standing is an item's record on the ledger.
func (x *trade) standing(of, path string) (item, proof.Record, bool) {
	x.t.Helper()
	d := x.desks[of]
	var it item
	var rec proof.Record
	var on bool
	err := d.vault.View(context.Background(), func(tx *sql.Tx) error {
		var err error
		if it, err = mustItem(tx, path); err != nil {
			return err
		}
		o, err := openItem(tx, it)
		if err != nil {
			return err
		}
		return d.chain.Read(func(s ledger.State) error {
			rec, on = trace.GetRecord(s, trace.Name{Origin: o.origin, Leaf: o.leaf})
			return nil
		})
	})
	if err != nil {
		x.t.Fatal(err)
	}
	return it, rec, on
}

func TestAFileOfAThousandPacksBecomesOneCommissionPerPallet(t *testing.T) {
	x := newExchange(t)
	s := epcistest.Shipment{Pallets: 2, CasesPerPallet: 10, PacksPerCase: 50}
	var b bytes.Buffer
	if err := s.WriteXML(&b); err != nil {
		t.Fatal(err)
	}
	r := x.capture("maker", "packs.xml", b.Bytes(), Rollback)
	if r.Stage != CaptureDone || r.Commissions != 2 || r.Things != 1022 || r.Faults != 0 {
		t.Fatalf("stage %s, %d commissions, %d things, %d errors:\n%s", r.Stage, r.Commissions, r.Things, r.Faults, faultsOf(r))
	}
	for p := range 2 {
		it, rec, on := x.standing("maker", pathOf(t, s.Pallet(p)))
		if !on || rec.State != proof.StateLive || rec.Root != it.root || rec.Depth != 4 {
			t.Errorf("pallet %d: on the ledger %v, record %+v", p, on, rec)
		}
	}
	pack := pathOf(t, s.Pack(777))
	it, _, on := x.standing("maker", pack)
	if on || it.surfaced || it.sealedIn != pathOf(t, s.Case(15)) || it.lot.number != "LOT-7A" || it.lot.expiry != "280630" {
		t.Errorf("pack: on the ledger %v, stock %+v", on, it)
	}
	x.surfaced("maker", pack)
	if _, rec, on := x.standing("maker", pack); !on || rec.State != proof.StateLive {
		t.Errorf("opened pack: on the ledger %v, record %+v", on, rec)
	}
	x.chain.settle()
}

// surfaced opens everything above an item, for real.
func (x *trade) surfaced(of string, paths ...string) {
	x.t.Helper()
	d, ctx := x.desks[of], context.Background()
	var job int64
	err := d.vault.Update(ctx, func(tx *sql.Tx) (err error) {
		if job, err = d.startJob(tx, jobShip, proof.Hash{}); err != nil {
			return err
		}
		w := d.begin(tx, job)
		if err := w.surfaceAll(paths, 0); err != nil {
			return err
		}
		return w.finish()
	})
	if err == nil {
		err = d.carryWhole(ctx, job)
	}
	if err != nil {
		x.t.Fatal(err)
	}
}

func reader(b []byte) *bytes.Reader { return bytes.NewReader(b) }
