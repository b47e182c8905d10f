package epcis

import (
	"errors"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/google/go-cmp/cmp"
)

var fixedTime = time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC)

func TestTheHeaderOfAUSDocumentIsTyped(t *testing.T) {
	h, _ := readFile(t, filepath.Join("testdata", "shipment.xml"))
	product := h.Find(VocabularyEPCClass, "urn:epc:idpat:sgtin:0399991.012345.*")
	place := h.Find(VocabularyLocation, "urn:epc:id:sgln:0399991.00001.0")
	if product == nil || place == nil || h.Find(VocabularyLocation, "x") != nil || h.Find("x", "x") != nil {
		t.Fatal("the master data isn't found")
	}
	got := []string{
		h.SchemaVersion, h.CreationDate.Format(time.RFC3339), h.Sender(), h.Receiver(), h.SBDH.InstanceID, h.SBDH.Type, h.GuidelineVersion,
		h.Statement.LegalNotice, product.NDC(), product.ProductName(), product.Manufacturer(), product.DosageForm(), product.Strength(), product.NetContent(),
		place.Children[0], h.Extensions[0].Text, h.Extensions[0].Attrs[0].Value,
	}
	want := []string{
		"1.2", "2026-03-20T15:00:00Z", "urn:epc:id:sgln:0399991.00001.0", "urn:epc:id:sgln:0614141.00001.0", "SAMPLE-1", "Events", "GS1 US DSCSA R1.3",
		"The seller met its duties.", "99991-123-45", "Samplium", "Sample Maker", "TABLET", "10 mg", "100 tablets",
		"urn:epc:id:sgln:0399991.00001.7", "first & last", "7",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	address := Address{Name: "Sample Maker", Street1: "1 Sample Street", City: "Springfield", State: "IL", Postal: "62701", Country: "US"}
	if diff := cmp.Diff(address, place.Address()); diff != "" {
		t.Error(diff)
	}
	if !h.Statement.Affirmed() || (*TransactionStatement)(nil).Affirmed() {
		t.Error("affirmed wrongly")
	}
}

func TestEventsAreTyped(t *testing.T) {
	_, events := readFile(t, filepath.Join("testdata", "shipment.xml"))
	made, packed, shipped := events[0], events[1], events[2]
	if made.ILMD.Lot() != "LOT-7A" || made.ILMD.Expiry() != "2028-06-30" || packed.ILMD.Lot() != "" {
		t.Errorf("lot %q, expiry %q", made.ILMD.Lot(), made.ILMD.Expiry())
	}
	if _, offset := made.EventTime.Zone(); offset != -5*3600 || made.EventTimeZoneOffset != "-05:00" {
		t.Errorf("offset %d, %s", offset, made.EventTimeZoneOffset)
	}
	if drop, present := shipped.DropShipment(); !drop || !present {
		t.Error("the drop shipment mark is lost")
	}
	if _, present := packed.DropShipment(); present {
		t.Error("a drop shipment mark from nowhere")
	}
	shipped.SetDropShipment(false)
	packed.SetDropShipment(true)
	if drop, present := shipped.DropShipment(); drop || !present || len(shipped.Extensions) != 1 {
		t.Error("the drop shipment mark isn't changed")
	}
	if drop, present := packed.DropShipment(); !drop || !present {
		t.Error("the drop shipment mark isn't set")
	}
	if shipped.Transaction("po") == "" || shipped.Transaction("inv") != "" || shipped.Source("location") == "" || shipped.Destination("owning_party") != "urn:epc:id:sgln:0614141.00001.0" {
		t.Error("the parties or transactions aren't found")
	}
	want := []string{"urn:epc:id:sscc:0399991.0000000001", "urn:epc:id:sgtin:0399991.012345.A%2F1", "urn:epc:id:sgtin:0399991.012345.A2"}
	if diff := cmp.Diff(want, slices.Collect(packed.Objects())); diff != "" {
		t.Error(diff)
	}
	for range packed.Objects() {
		break // an early end must not panic
	}
}

func TestWhatCannotBeHashedSaysSo(t *testing.T) {
	for _, e := range []*Event{{Type: "QuantityEvent", EventTime: fixedTime}, {Type: ObjectEvent}} {
		if _, err := e.PreHash(); err == nil {
			t.Errorf("%s without time: no error", e.Type)
		}
		if _, err := e.HashID(); err == nil {
			t.Errorf("%s without time: no error", e.Type)
		}
	}
}

func TestAFailingSourceIsReported(t *testing.T) {
	broken := errors.New("the line is dead")
	for _, doc := range []string{xmlEvent(""), jsonEvent("")} {
		for _, cut := range []int{0, 10, 200, len(doc) - 1} {
			_, _, err := ReadAll(io.MultiReader(strings.NewReader(doc[:cut]), iotest.ErrReader(broken)), Options{})
			var refused *Error
			if !errors.As(err, &refused) || refused.Rule != "epcis/read" || !strings.Contains(refused.Text, "the line is dead") {
				t.Errorf("cut at %d: %v", cut, err)
			}
		}
	}
}

type silent struct{}

func (silent) Read([]byte) (int, error) { return 0, nil }

func TestASourceThatGivesNothingIsReported(t *testing.T) {
	if refused := refusal(t, silent{}, Limits{}); refused == nil || refused.Rule != "epcis/read" {
		t.Errorf("%v", refused)
	}
}

func TestAReaderKeepsItsError(t *testing.T) {
	r, err := NewReader(strings.NewReader(xmlEvent("<x:a>")), Options{})
	if err != nil {
		t.Fatal(err)
	}
	_, first := r.Next()
	_, second := r.Next()
	if first == nil || first != second {
		t.Errorf("%v, then %v", first, second)
	}
}

func TestReadersTellTheForm(t *testing.T) {
	for doc, want := range map[string]Form{xmlEvent(""): XML, jsonEvent(""): JSON} {
		r, err := NewReader(strings.NewReader(doc), Options{})
		if err != nil {
			t.Fatal(err)
		}
		if r.Form() != want || r.Header().Form != want {
			t.Errorf("%s, want %s", r.Form(), want)
		}
	}
}

func TestHeaderMembersBehindTheEventsAreKnownAtTheEnd(t *testing.T) {
	doc := strings.Replace(jsonEvent(""), `"type":"EPCISDocument",`, "", 1)
	doc = strings.TrimSuffix(doc, "}") + `,"type":"EPCISDocument","sender":"urn:epc:id:sgln:0399991.00001.0"}`
	r, err := NewReader(strings.NewReader(doc), Options{})
	if err != nil {
		t.Fatal(err)
	}
	if r.Header().Sender() != "" {
		t.Error("known too early")
	}
	for err == nil {
		_, err = r.Next()
	}
	if err != io.EOF || r.Header().Sender() != "urn:epc:id:sgln:0399991.00001.0" {
		t.Errorf("%v, sender %q", err, r.Header().Sender())
	}
}
