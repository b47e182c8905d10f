package dscsa

import (
	"bytes"
	"errors"
	"fmt"
	"testing"
	"time"

	"pedigree/format/epcis"
	"pedigree/format/epcis/epcistest"
)

// amendments are a shipment's document, and one that only says of its packs that their lot
// was wrong.
func amendments(t *testing.T) (first, second []byte) {
	t.Helper()
	s := epcistest.Defaults()
	header, err := s.Header()
	if err != nil {
		t.Fatal(err)
	}
	var doc, more bytes.Buffer
	out, err := epcis.NewXMLWriter(&doc, header, epcis.XMLOptions{})
	if err != nil {
		t.Fatal(err)
	}
	amend, err := epcis.NewXMLWriter(&more, header, epcis.XMLOptions{})
	if err != nil {
		t.Fatal(err)
	}
	for e := range s.Events() {
		err = errors.Join(err, out.Write(e))
		if e.ILMD == nil {
			continue
		}
		wrong, right := *e, *e
		wrong.ErrorDeclaration = &epcis.ErrorDeclaration{DeclarationTime: s.Shipped.Add(time.Hour), Reason: "incorrect_data"}
		right.ILMD = epcis.NewILMD("LOT-7B", s.Expiry)
		err = errors.Join(err, amend.Write(&wrong), amend.Write(&right))
	}
	if err := errors.Join(err, out.Close(), amend.Close()); err != nil {
		t.Fatal(err)
	}
	return doc.Bytes(), more.Bytes()
}

func TestADocumentIsReadTogetherWithWhatAmendsIt(t *testing.T) {
	first, second := amendments(t)
	alone, err := Read(bytes.NewReader(second), ReadOptions{})
	if err != nil || len(alone.Shipments) > 0 || len(alone.Declared) != 2 || alone.Declared[0] != "/01/00399991123455/21/100000000001" {
		t.Fatalf("alone: %q, %d shipments, %v", alone.Declared, len(alone.Shipments), err)
	}
	r, err := ReadAmended(ReadOptions{}, bytes.NewReader(first), bytes.NewReader(second))
	if err != nil || len(r.Shipments) != 1 || len(r.Declared) > 0 || r.Packages != 12 {
		t.Fatalf("%+v, %v", r, err)
	}
	for n := range r.Tree.All("") {
		if n.Kind == KindPack && n.Lot != "LOT-7B" {
			t.Errorf("%s is of lot %s", n.Path, n.Lot)
		}
	}
	for _, f := range r.Findings {
		if f.Severity == epcis.Fault {
			t.Errorf("a correction is found wrong: %s", f.Text)
		}
	}
	if _, err := ReadAmended(ReadOptions{}, bytes.NewReader(first), bytes.NewReader(second[:len(second)/2])); err == nil {
		t.Error("an amendment that breaks off is read")
	}
	if r, err := ReadAmended(ReadOptions{}, bytes.NewReader(first), bytes.NewReader(second), bytes.NewReader(second)); err != nil || len(r.Declared) > 0 || r.Packages != 12 {
		t.Errorf("amended twice in the same way: %q, %v", r.Declared, err)
	}
}

func TestWhatAmendsADocumentIsBounded(t *testing.T) {
	first, second := amendments(t)
	for events, want := range map[int]bool{AmendmentEventsMax - 4: true, AmendmentEventsMax - 3: false} {
		a := &amending{stead: map[[32]byte]*substitute{}, events: events} // the amendment has four
		if err := a.read(bytes.NewReader(second), ReadOptions{Limits: epcis.Limits{DocumentBytes: DocumentBytesMax}}); (err == nil) != want {
			t.Errorf("with %d before it: %v", events, err)
		}
	}
	if _, err := ReadAmended(ReadOptions{}, bytes.NewReader(first), bytes.NewReader(first)); err != nil {
		t.Errorf("an amendment that declares nothing: %v", err)
	}
}

func ExampleReadAmended() {
	var doc bytes.Buffer
	if err := (epcistest.Shipment{}).WriteXML(&doc); err != nil {
		fmt.Println(err)
		return
	}
	r, err := ReadAmended(ReadOptions{File: "asn.xml"}, &doc)
	fmt.Println(r.Packages, len(r.Declared), err)
	// Output: 12 0 <nil>
}
