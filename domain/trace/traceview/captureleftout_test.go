package traceview

import (
	"bytes"
	"context"
	"testing"

	"pedigree/format/epcis"
)

// A file that was refused, and an event that was left out, say nothing of any
// thing: not in its trace, and not in what the receiver gets.
func TestWhatACaptureLeftOutIsNobodysHistory(t *testing.T) {
	good := newScene()
	pallet := good.pallet(0, 2, 3)
	whole := good.file(t)
	faulty := newScene()
	faulty.commission(faulty.packs(0, 3)...)
	faulty.pack(faulty.s.Case(7), faulty.packs(0, 3)...) // nobody commissioned that case
	faulty.commission(faulty.packs(90, 2)...).ILMD = epcis.NewILMD("L23456789012345678901", "2028-06-30")
	wrong := faulty.file(t)
	for name, c := range map[string]struct {
		bad     []byte
		onError OnError
	}{
		"a truncated file":          {whole[:len(whole)*2/3], Rollback},
		"a file with errors":        {wrong, Rollback},
		"an event left out of more": {wrong, Proceed},
	} {
		t.Run(name, func(t *testing.T) {
			x := newExchange(t)
			if r := x.capture("maker", "good.xml", whole, Rollback); r.Stage != CaptureDone {
				t.Fatalf("%s\n%s", r.Stage, faultsOf(r))
			}
			before := stepsOf(t, x, good.s.Pack(1))
			if r := x.capture("maker", "bad.xml", c.bad, c.onError); r.Faults == 0 {
				t.Fatal("the bad file has no fault")
			}
			x.chain.settle()
			if after := stepsOf(t, x, good.s.Pack(1)); len(after) != len(before) {
				t.Errorf("the trace has %d steps after the bad file, %d before: %v", len(after), len(before), after)
			}
			x.handPrekeys("wholesaler", "maker", 1)
			r := x.receive("wholesaler", x.ship("maker", "wholesaler", pallet))
			wantOutcome(t, r, OK, Received)
		})
	}
}

// The refused file comes first: what is right is captured, traced and shipped
// after it as if it had never been.
func TestATruncatedFileFollowedByTheWholeOneIsShipped(t *testing.T) {
	x, s := newExchange(t), newScene()
	pallet := s.pallet(0, 2, 3)
	whole := s.file(t)
	if r := x.capture("maker", "cut.xml", whole[:len(whole)*2/3], Rollback); r.Stage != CaptureRefused {
		t.Fatalf("the truncated file is %s", r.Stage)
	}
	if r := x.capture("maker", "whole.xml", whole, Rollback); r.Stage != CaptureDone {
		t.Fatalf("the whole file is %s\n%s", r.Stage, faultsOf(r))
	}
	x.handPrekeys("wholesaler", "maker", 1)
	file := x.ship("maker", "wholesaler", pallet)
	wantOutcome(t, x.receive("wholesaler", file), OK, Received)
	content := contentOf(t, x, file)
	if n := bytes.Count(content.Documents[0].Bytes, []byte("<ObjectEvent>")); n != 6 { // two times packs and a case, the pallet, shipping
		t.Errorf("%d object events in the document", n)
	}
}

func stepsOf(t *testing.T, x *trade, epc string) []TraceStep {
	t.Helper()
	tr, err := x.desks["maker"].Trace(context.Background(), epc)
	if err != nil {
		t.Fatal(err)
	}
	return tr.Steps
}

func contentOf(t *testing.T, x *trade, file []byte) Content {
	t.Helper()
	s, err := openShipmentFile(file)
	if err != nil {
		t.Fatal(err)
	}
	private, err := x.desks[s.To].keys.SealKey()
	if err != nil {
		t.Fatal(err)
	}
	c, err := s.open(private)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestAPartnersFileBesideItsShipmentTellsNothingTwice(t *testing.T) {
	x, s := newExchange(t), newScene()
	pallet := s.pallet(0, 2, 3)
	doc := s.file(t)
	if r := x.capture("maker", "lot.xml", doc, Rollback); r.Stage != CaptureDone {
		t.Fatalf("%s\n%s", r.Stage, faultsOf(r))
	}
	if r := x.capture("wholesaler", "lot.xml", doc, Rollback); r.Stage != CaptureDone || r.Own != 0 {
		t.Fatalf("the wholesaler's copy is %s, %d own\n%s", r.Stage, r.Own, faultsOf(r))
	}
	x.handPrekeys("wholesaler", "maker", 1)
	wantOutcome(t, x.receive("wholesaler", x.ship("maker", "wholesaler", pallet)), OK, Received)
	x.deliver()
	tr := x.trace("wholesaler", s.s.Pack(1))
	if got, want := kinds(tr), "commissioning maker proved\npacking maker signed\npacking maker signed\nshipping maker signed\nreceiving wholesaler proved"; got != want {
		t.Errorf("the trace is\n%s\nwant\n%s", got, want)
	}
	x.handPrekeys("dispenser", "wholesaler", 1)
	wantOutcome(t, x.receive("dispenser", x.ship("wholesaler", "dispenser", pallet)), OK, Received)
}
