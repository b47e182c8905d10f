package epcistest_test

import (
	"bytes"
	"io"
	"os"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"pedigree/format/epcis"
	"pedigree/format/epcis/epcistest"
)

// read parses a document, checks it with every rule and returns the event hashes.
func read(t *testing.T, doc []byte) (hashes []string, findings []epcis.Finding) {
	t.Helper()
	r, err := epcis.NewReader(bytes.NewReader(doc), epcis.Options{File: "shipment"})
	if err != nil {
		t.Fatal(err)
	}
	check := epcis.NewChecker(epcis.CheckOptions{Now: time.Date(2026, 4, 1, 0, 0, 0, 0, time.UTC)})
	for {
		e, err := r.Next()
		if err == io.EOF {
			return hashes, append(findings, check.Finish(r.Header())...)
		}
		if err != nil {
			t.Fatal(err)
		}
		id, err := e.HashID()
		if err != nil {
			t.Fatal(err)
		}
		hashes = append(hashes, id)
		findings = append(findings, check.Event(e)...)
	}
}

func TestAShipmentBreaksNoRule(t *testing.T) {
	for name, s := range map[string]epcistest.Shipment{
		"the default":             {},
		"several pallets":         {Pallets: 3, CasesPerPallet: 7, PacksPerCase: 5, EventEPCs: 10},
		"a pallet of one pack":    {Pallets: 1, CasesPerPallet: 1, PacksPerCase: 1},
		"with another own prefix": {Sender: epcistest.Party{Prefix: "061414", Name: "Sample Maker", Owner: "000011", Location: "000012", Street: "3 Road", City: "Town", State: "NY", Postal: "10001"}, Item: "123456"},
	} {
		t.Run(name, func(t *testing.T) {
			var doc bytes.Buffer
			if err := s.WriteXML(&doc); err != nil {
				t.Fatal(err)
			}
			_, findings := read(t, doc.Bytes())
			for _, f := range findings {
				t.Error(f)
			}
		})
	}
}

func TestXMLAndJSONHoldTheSameEvents(t *testing.T) {
	s := epcistest.Shipment{Pallets: 2, CasesPerPallet: 3, PacksPerCase: 4}
	var x, j bytes.Buffer
	if err := s.WriteXML(&x); err != nil {
		t.Fatal(err)
	}
	if err := s.WriteJSON(&j); err != nil {
		t.Fatal(err)
	}
	fromXML, _ := read(t, x.Bytes())
	fromJSON, findings := read(t, j.Bytes())
	if diff := cmp.Diff(fromXML, fromJSON); diff != "" {
		t.Error(diff)
	}
	for _, f := range findings {
		t.Error(f)
	}
	if want := 2 + 6 + 4 + 1; len(fromXML) != want {
		t.Errorf("%d events, want %d", len(fromXML), want)
	}
}

func TestTheSameShipmentGivesTheSameBytes(t *testing.T) {
	var a, b bytes.Buffer
	if err := (epcistest.Shipment{Pallets: 2}).WriteXML(&a); err != nil {
		t.Fatal(err)
	}
	if err := (epcistest.Shipment{Pallets: 2}).WriteXML(&b); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(a.Bytes(), b.Bytes()) {
		t.Error("the documents differ")
	}
}

func TestImpossibleShipmentsAreRefused(t *testing.T) {
	for name, s := range map[string]epcistest.Shipment{
		"too many objects":           {Pallets: 1_000_000, CasesPerPallet: 1000, PacksPerCase: 10},
		"an item of the wrong size":  {Item: "1"},
		"a place of the wrong size":  {Sender: epcistest.Party{Prefix: "0614141", Owner: "1", Location: "00002"}},
		"a negative number of cases": {CasesPerPallet: -1},
		"shipped before it was made": {Made: time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC)},
	} {
		t.Run(name, func(t *testing.T) {
			if err := s.WriteXML(io.Discard); err == nil {
				t.Error("accepted")
			}
		})
	}
}

func ExampleShipment_WriteXML() {
	s := epcistest.Shipment{Pallets: 1, CasesPerPallet: 1, PacksPerCase: 2}
	if err := s.WriteXML(io.Discard); err != nil {
		panic(err)
	}
	_, _ = io.WriteString(os.Stdout, s.Pack(0)+"\n"+s.Case(0)+"\n"+s.Pallet(0)+"\n")
	// Output:
	// urn:epc:id:sgtin:0399991.012345.100000000001
	// urn:epc:id:sgtin:0399991.112345.500000001
	// urn:epc:id:sscc:0399991.0000000001
}
