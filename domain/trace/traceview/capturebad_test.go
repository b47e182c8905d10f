package traceview

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"pedigree/format/epcis"
	"pedigree/format/epcis/epcistest"
	"pedigree/format/gs1"
	"pedigree/internal/sharedtest"
	"pedigree/ledger/ledgertest"
	"pedigree/proof"
)

// wrong is one faulty document: before is captured first, then bad is refused
// with a finding of a rule.
type wrong struct {
	before, bad func(s *scene)
	rule        string
	says        string // a part of the text or the remedy
}

var wrongs = map[string]wrong{
	"a serial number with a wrong check digit in its GTIN": {
		bad: func(s *scene) {
			s.commission("https://id.gs1.org/01/00399991123456/21/5")
		}, rule: "gs1/check-digit", says: "check digit",
	},
	"a lot of 21 characters": {
		bad: func(s *scene) {
			s.commission(s.s.Pack(0)).ILMD = epcis.NewILMD("L23456789012345678901", "2028-06-30")
		}, rule: "gs1/lot", says: "1 to 20 characters",
	},
	"an expiry on 31 February": {
		bad: func(s *scene) { s.commission(s.s.Pack(0)).ILMD = epcis.NewILMD("LOT", "2028-02-31") }, rule: "gs1/expiry", says: "CCYY-MM-DD",
	},
	"shipping what the sender does not hold": {
		bad: func(s *scene) { s.ship(s.s.Pallet(4)) }, rule: "stock/not-held", says: "neither commissioned in this document nor is it in stock",
	},
	"shipping what was shipped before": {
		before: func(s *scene) { s.commission(s.packs(0, 1)...); s.remove("destroying", "destroyed", s.s.Pack(0)) },
		bad:    func(s *scene) { s.ship(s.s.Pack(0)) }, rule: "stock/not-held", says: "has left the supply",
	},
	"a serial commissioned twice in two documents": {
		before: func(s *scene) { s.commission(s.packs(0, 5)...) },
		bad:    func(s *scene) { s.commission(s.packs(4, 3)...) }, rule: "stock/commissioned-before", says: "see event 1 of document 1, line",
	},
	"a serial commissioned twice in one document": {
		bad: func(s *scene) { s.commission(s.s.Pack(0)); s.commission(s.s.Pack(0)) }, rule: "dscsa/commissioned-twice", says: "event 1",
	},
	"a child packed in two parents": {
		bad: func(s *scene) {
			s.commission(s.packs(0, 2)...)
			s.commission(s.s.Case(0), s.s.Case(1))
			s.pack(s.s.Case(0), s.packs(0, 2)...)
			s.pack(s.s.Case(1), s.s.Pack(1))
		}, rule: "dscsa/two-parents", says: "unpack",
	},
	"a child still sealed in a container of an earlier document": {
		before: func(s *scene) { s.pallet(0, 1, 3) },
		bad:    func(s *scene) { s.pack(s.s.Pallet(5), s.s.Pack(1)) }, rule: "stock/packed-elsewhere", says: "still sealed in /01/10399991123452/21/500000001",
	},
	"a parent without children": {
		bad: func(s *scene) { s.commission(s.s.Case(0)); s.pack(s.s.Case(0)) }, rule: "dscsa/no-children", says: "name the children",
	},
	"packing what nobody commissioned": {
		bad: func(s *scene) { s.commission(s.s.Case(0)); s.pack(s.s.Case(0), s.s.Pack(3)) }, rule: "stock/not-held", says: "does not hold",
	},
	"shipping before commissioning": {
		bad: func(s *scene) {
			s.ship(s.s.Pallet(0))
			s.pallet(0, 1, 1)
		}, rule: "dscsa/shipped-before-commissioned", says: "commission, pack, ship",
	},
	"a time in the future": {
		bad: func(s *scene) {
			s.at = time.Date(2026, 12, 1, 0, 0, 0, 0, time.UTC)
			s.commission(s.s.Pack(0))
		}, rule: "dscsa/future", says: "clock",
	},
	"goods that have expired": {
		bad: func(s *scene) { s.commission(s.s.Pack(0)).ILMD = epcis.NewILMD("LOT", "2026-10-31") }, rule: "stock/expired", says: "what has expired is not commissioned",
	},
	"dispensing what was dispensed, although its case is here": {
		before: func(s *scene) { s.pallet(0, 1, 3); s.remove("dispensing", "dispensed", s.s.Pack(1)) },
		bad:    func(s *scene) { s.remove("dispensing", "dispensed", s.s.Pack(1)) }, rule: "stock/not-held", says: "it was dispensed",
	},
	"repackaged goods without a lot": {
		before: func(s *scene) { s.commission(s.packs(0, 1)...) },
		bad: func(s *scene) {
			s.add(&epcis.Event{Type: epcis.TransformationEvent, BizStep: "repackaging", Inputs: s.packs(0, 1), Outputs: s.packs(5, 1)})
		}, rule: "stock/lot-missing", says: "lotNumber",
	},
	"a GTIN of somebody else's prefix": {
		bad: func(s *scene) { s.commission("urn:epc:id:sgtin:0614141.012345.9") }, rule: "stock/foreign-prefix", says: "prefix",
	},
	"unpacking from the wrong container": {
		before: func(s *scene) { s.pallet(0, 2, 2) },
		bad:    func(s *scene) { s.unpack(s.s.Case(0), s.s.Pack(3)) }, rule: "stock/not-in-parent", says: "is in /01/10399991123452/21/500000002",
	},
	"taking something out of a case that lies on a pallet": {
		before: func(s *scene) { s.pallet(0, 2, 2) },
		bad:    func(s *scene) { s.unpack(s.s.Case(0), s.s.Pack(0)) }, rule: "stock/parent-packed", says: "unpack it first",
	},
}

func findingOf(r CaptureReport, rule string) (epcis.Finding, bool) {
	for _, f := range r.Findings {
		if f.Rule == rule && f.Severity == epcis.Fault {
			return f, true
		}
	}
	return epcis.Finding{}, false
}

func TestABadDocumentIsRefusedWholeWithPlaceRuleAndRemedy(t *testing.T) {
	for name, c := range wrongs {
		t.Run(name, func(t *testing.T) {
			x, s := newExchange(t), newScene()
			if c.before != nil {
				c.before(s)
				x.taken(s)
			}
			c.bad(s)
			rows := len(x.chain.chain.State.Rows)
			r := x.capture("maker", "bad.xml", s.file(t), Rollback)
			f, found := findingOf(r, c.rule)
			if r.Stage != CaptureRefused || !found {
				t.Fatalf("the file is %s, %s is among the errors: %v\n%s", r.Stage, c.rule, found, faultsOf(r))
			}
			if f.Where.File != "bad.xml" || f.Where.Line == 0 || f.Remedy == "" || !strings.Contains(f.Text+f.Remedy, c.says) {
				t.Errorf("finding %q", f)
			}
			if r.Operations != 0 || len(x.chain.chain.State.Rows) != rows {
				t.Errorf("something was done: %d operations, %d rows of state more", r.Operations, len(x.chain.chain.State.Rows)-rows)
			}
			stored, err := x.desks["maker"].Findings(context.Background(), r.Document, 1, 100)
			if err != nil || len(stored) != len(r.Findings) {
				t.Errorf("%d findings stored of %d: %v", len(stored), len(r.Findings), err)
			}
		})
	}
}

func TestProceedTakesTheRestOfABadDocument(t *testing.T) {
	x, s := newExchange(t), newScene()
	s.pallet(0, 1, 3)
	s.commission(s.s.Pack(50), s.s.Pack(51)).ILMD = epcis.NewILMD("L23456789012345678901", "2028-06-30") // event 6
	s.commission(s.s.Case(9))
	s.pack(s.s.Case(9), s.packs(50, 2)...) // event 8 builds on 6
	s.number(s.s.Pallet(9))
	s.pack(s.s.Pallet(9), s.s.Case(9)) // event 10 builds on 8
	s.commission(s.packs(90, 2)...)
	doc := s.file(t)
	if r := x.capture("maker", "mixed.xml", doc, Rollback); r.Stage != CaptureRefused || r.Operations != 0 {
		t.Fatalf("rollback: %s with %d operations", r.Stage, r.Operations)
	}
	r := x.capture("maker", "mixed.xml", doc, Proceed)
	if r.Stage != CaptureDone || r.Left != 3 || r.Commissions != 3 {
		t.Fatalf("proceed: %s, %d left out, %d commissions\n%s", r.Stage, r.Left, r.Commissions, faultsOf(r))
	}
	if f, ok := findingOf(r, "stock/depends"); !ok || f.Where.Event != 8 || !strings.Contains(f.Text, "event 6") {
		t.Errorf("what builds on the bad event: %v", f)
	}
	if _, rec, on := x.standing("maker", pathOf(t, s.s.Pallet(0))); !on || rec.Depth == 0 {
		t.Errorf("the sound pallet: %v %+v", on, rec)
	}
	x.chain.settle()
	// Corrected, the rest comes in by another document.
	s.commission(s.packs(50, 2)...)
	s.commission(s.s.Case(9))
	s.pack(s.s.Case(9), s.packs(50, 2)...)
	if r := x.taken(s); r.Commissions != 1 {
		t.Errorf("the corrected case: %d commissions", r.Commissions)
	}
}

func TestProceedLeavesOutWhatOnlyTheEndOfTheDocumentShows(t *testing.T) {
	x, s := newExchange(t), newScene()
	s.commission(s.packs(0, 2)...)
	s.number(s.s.Pallet(0))
	s.ship(s.s.Pallet(0)) // event 3: nothing was packed into it
	r := x.capture("maker", "empty.xml", s.file(t), Proceed)
	if _, ok := findingOf(r, "dscsa/no-children"); !ok || r.Stage != CaptureDone || r.Left != 1 || len(r.Notes) != 0 {
		t.Errorf("%s, %d left out, notes %+v\n%s", r.Stage, r.Left, r.Notes, faultsOf(r))
	}
}

func TestADocumentThatCantBeReadIsRefused(t *testing.T) {
	x := newExchange(t)
	for _, text := range []string{"", "not a document", "<a>", `{"type": "EPCISDocument"`} {
		r := x.capture("maker", "broken", []byte(text), Proceed)
		if r.Stage != CaptureRefused || r.Faults != 1 || r.Findings[0].Remedy == "" {
			t.Errorf("%q: %s, %v", text, r.Stage, r.Findings)
		}
	}
}

func TestTheGuidelinesExampleIsCheckedAndRefusedBecauseItHasExpired(t *testing.T) {
	example, err := os.ReadFile(sharedtest.Path(t, "epcis", "openepcis/1.2/EPCIS/XML/Capture/Documents/GS1_US_Pharma_Example_2_2_1_1.xml"))
	if err != nil {
		t.Fatal(err)
	}
	founding := `{"members": [` + testMember("guideline", "manufacturer", glnOf(t, "030001111111"), "030001", fmt.Sprintf(`, "validator": %q`, ledgertest.Key("validator"))) + `]}`
	x := &trade{t: t, chain: newMemoryChain(t, founding), desks: map[string]*Desk{}}
	x.desks["guideline"] = x.desk("guideline", t.TempDir())
	r := x.capture("guideline", "example.xml", example, Rollback)
	f, expired := findingOf(r, "stock/expired")
	if r.Stage != CaptureRefused || !expired || r.Own == 0 {
		t.Fatalf("%s, %d own events of %d\n%s", r.Stage, r.Own, r.Events, faultsOf(r))
	}
	for _, other := range r.Findings {
		if other.Severity == epcis.Fault && other.Rule != "stock/expired" && other.Rule != "stock/depends" {
			t.Errorf("another error: %s", other)
		}
	}
	if !strings.Contains(f.Text, "2025-03-27") || r.Document == 0 {
		t.Errorf("document %d: %s", r.Document, f)
	}
}

func glnOf(t *testing.T, digits string) string {
	t.Helper()
	check, err := gs1.CheckDigit(digits)
	if err != nil {
		t.Fatal(err)
	}
	return digits + string(rune(check))
}

func TestTheSameShapeWithPresentDatesIsTaken(t *testing.T) {
	x := newExchange(t)
	x.prekeys("wholesaler", "maker", 1)
	s := epcistest.Shipment{Pallets: 1, CasesPerPallet: 2, PacksPerCase: 3}
	var b bytes.Buffer
	if err := s.WriteJSON(&b); err != nil {
		t.Fatal(err)
	}
	r := x.capture("maker", "present.jsonld", b.Bytes(), Rollback)
	if r.Stage != CaptureDone || r.Commissions != 1 || len(r.Notes) != 0 {
		t.Fatalf("%s, %d commissions, notes %+v\n%s", r.Stage, r.Commissions, r.Notes, faultsOf(r))
	}
	if _, rec, _ := x.standing("maker", pathOf(t, s.Pallet(0))); rec.State != proof.StateTransit {
		t.Errorf("the pallet is %+v", rec)
	}
}
