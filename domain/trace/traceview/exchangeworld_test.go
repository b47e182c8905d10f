package traceview

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pedigree/domain/trace/caseview"
	"pedigree/domain/trace/catalogview"
	"pedigree/domain/trace/partnerview"
	"pedigree/format/epcis/epcistest"
	"pedigree/format/gs1"
	"pedigree/internal/vault"
	"pedigree/ledger/ledgertest"
	"pedigree/proof"
)

// testSigner signs as an organisation with its test key.
type testSigner string

func (s testSigner) Org() string   { return string(s) }
func (s testSigner) KeyID() uint64 { return 1 }
func (s testSigner) Sign(h proof.Hash) (proof.Signature, error) {
	return proof.Sign(ledgertest.PrivateKey(string(s)), h), nil
}

// testMember is one member of the test world in the founding file's form.
func testMember(id, role, gln, prefix string, extra string) string {
	return fmt.Sprintf(`{"id": %q, "name": "The %s", "roles": %q, "key": %q, "identifiers": [{"kind": "gln", "value": %q}], "prefixes": [%q],
		"licences": [{"role": %q, "place": "US", "number": "L-1", "from": "2026-01-01", "to": "2027-12-31"}]%s}`,
		id, id, role, ledgertest.Key(id), gln, prefix, role, extra)
}

// exchangeFounding: a maker, a wholesaler, a dispenser, and a repackager who may
// commission too.
func exchangeFounding() string {
	validator := fmt.Sprintf(`, "validator": %q`, ledgertest.Key("validator"))
	return `{"members": [` + strings.Join([]string{
		testMember("maker", "manufacturer", "0399991000015", "0399991", validator),
		testMember("wholesaler", "wholesaler", "0614141000012", "0614141", ""),
		testMember("dispenser", "dispenser", "0399981000018", "0399981", ""),
		testMember("copycat", "manufacturer", "0399971000011", "0399971", ""),
	}, ",") + `]}`
}

// trade is three organisations and a copycat over one chain.
type trade struct {
	t     testing.TB
	chain *memoryChain
	desks map[string]*Desk
	made  int
}

func newExchange(t testing.TB) *trade {
	t.Helper()
	x := &trade{t: t, chain: newMemoryChain(t, exchangeFounding()), desks: map[string]*Desk{}}
	for _, id := range []string{"maker", "wholesaler", "dispenser", "copycat"} {
		x.desks[id] = x.desk(id, t.TempDir())
	}
	x.chain.fold = x.keepEvents
	return x
}

func (x *trade) desk(id, dir string) *Desk {
	x.t.Helper()
	v, err := vault.Open(context.Background(), inStore(x.t, vault.Config{Dir: dir, Key: ledgertest.HashOf("vault " + id), Schemas: append(slices.Clone(Schemas), catalogview.Schema, caseview.Schema, partnerview.Schema)}))
	if err != nil {
		x.t.Fatal(err)
	}
	x.t.Cleanup(func() {
		if err := v.Close(); err != nil {
			x.t.Error(err)
		}
	})
	return New(Config{
		Chain: x.chain, Sign: testSigner(id), Vault: v, Keys: testKeyring(id), Patience: -1,
		Now: func() time.Time { _, at := x.chain.Status(); return time.Unix(int64(at), 0).UTC() },
	})
}

// keepEvents remembers blocks until deliver hands them to the desks, as a node
// does after each block.
func (x *trade) keepEvents(height uint64, events [][]byte) {
	kept := make([][]byte, len(events))
	for i, e := range events {
		kept[i] = bytes.Clone(e)
	}
	x.chain.kept = append(x.chain.kept, keptBlock{height, kept})
}

// shipmentOf is what the epcistest package makes, with dates that are right now.
func testShipment(pallets, cases, packs int) epcistest.Shipment {
	return epcistest.Shipment{Pallets: pallets, CasesPerPallet: cases, PacksPerCase: packs, Expiry: "2028-06-30"}
}

func pathOf(t testing.TB, epc string) string {
	t.Helper()
	path, err := gs1.CanonicalPath(epc)
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// pallets brings sealed pallets onto the ledger without a document, and returns
// their paths.
func (x *trade) pallets(of string, s epcistest.Shipment) []string {
	x.t.Helper()
	packs, cases := &lot{number: "LOT-7A", expiry: "280630"}, &lot{number: "LOT-7A", expiry: "280630"}
	d, ctx := x.desks[of], context.Background()
	var paths []string
	var job int64
	err := d.vault.Update(ctx, func(tx *sql.Tx) error {
		var err error
		if job, err = d.startJob(tx, jobShip, proof.Hash{}); err != nil {
			return err
		}
		w := d.begin(tx, job)
		for p := range s.Pallets {
			top := &thing{path: pathOf(x.t, s.Pallet(p)), kind: proof.KindPallet}
			for c := range s.CasesPerPallet {
				n := p*s.CasesPerPallet + c
				box := &thing{path: pathOf(x.t, s.Case(n)), kind: proof.KindCase, lot: cases, parent: top}
				for k := range s.PacksPerCase {
					box.kids = append(box.kids, &thing{path: pathOf(x.t, s.Pack(n*s.PacksPerCase+k)), kind: proof.KindUnit, lot: packs, parent: box})
				}
				top.kids = append(top.kids, box)
			}
			cases.gtin, packs.gtin = top.kids[0].path[4:18], top.kids[0].kids[0].path[4:18]
			if err := x.bear(w, top); err != nil {
				return err
			}
			paths = append(paths, top.path)
		}
		return w.finish()
	})
	if err == nil {
		err = d.carryWhole(ctx, job)
	}
	if err != nil {
		x.t.Fatal(err)
	}
	return paths
}

func (x *trade) bear(w *work, top *thing) error {
	b := &birth{top: top, class: proof.ClassMade}
	if err := w.take(b); err != nil {
		return err
	}
	if err := w.d.bear(b, newGrower(), w.d.keys.Secret()); err != nil {
		return err
	}
	o := &operation{entries: []proof.Entry{b.entry}, signers: []int64{b.key0}, writes: 1, undo: undo{made: []string{top.path}}}
	if err := w.bring(b); err != nil {
		return err
	}
	w.add(o, top.path)
	return nil
}

// handPrekeys gives prekeys of one organisation to another.
func (x *trade) handPrekeys(from, to string, n int) {
	x.t.Helper()
	file, err := x.desks[from].IssuePrekeys(context.Background(), to, n)
	if err != nil {
		x.t.Fatal(err)
	}
	if _, err := x.desks[to].ImportPrekeys(context.Background(), file); err != nil {
		x.t.Fatal(err)
	}
}

// ship ships and fails the test when that fails.
func (x *trade) ship(from, to string, items ...string) []byte {
	x.t.Helper()
	report, file, err := x.desks[from].Ship(context.Background(), ShipRequest{Items: items, To: to, PO: "urn:epcglobal:cbv:bt:0614141000012:PO-1"})
	if err != nil {
		x.t.Fatal(err)
	}
	for _, it := range report.Items {
		if it.Refused != "" {
			x.t.Fatalf("%s was refused: %s", it.Path, it.Refused)
		}
	}
	return file
}

// receive receives and fails the test when that fails.
func (x *trade) receive(at string, file []byte, refuse ...RefuseItem) ReceiveReport {
	x.t.Helper()
	report, err := x.desks[at].Receive(context.Background(), ReceiveRequest{File: bytes.NewReader(file), Refuse: refuse})
	if err != nil {
		x.t.Fatal(err)
	}
	return report
}

// wantOutcome fails the test unless every record of a report ended so.
func wantOutcome(t testing.TB, r ReceiveReport, verdict Verdict, outcome Outcome) {
	t.Helper()
	for _, it := range r.Items {
		if it.Verdict != verdict || it.Outcome != outcome {
			t.Errorf("%s: %s and %s, want %s and %s; problems:", it.Path, it.Verdict, it.Outcome, verdict, outcome)
			for _, p := range append(it.Problems, r.Problems...) {
				t.Logf("  %s %s", p.Verdict, p)
			}
		}
	}
}

// status is an item's status as its organisation sees it.
func (x *trade) status(at, path string) int {
	x.t.Helper()
	var top item
	err := x.desks[at].vault.View(context.Background(), func(tx *sql.Tx) error {
		it, ok, err := loadItem(tx, path)
		if err != nil || !ok {
			return err
		}
		top, err = topOf(tx, it)
		return err
	})
	if err != nil {
		x.t.Fatal(err)
	}
	return top.status
}

// carryWhole brings what a test planned onto the ledger, and ends its job.
func (d *Desk) carryWhole(ctx context.Context, job int64) error {
	if _, err := d.carry(ctx, job); err != nil {
		return err
	}
	return d.endSettling(ctx, job)
}
