package dscsa_test

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"pedigree/format/dscsa"
	"pedigree/format/epcis"
)

// TestAShipmentStaysTheSameInEachVersion converts drawn shipments from each version to
// each other one: what a receiver reads is the same.
func TestAShipmentStaysTheSameInEachVersion(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawShipment(t)
		from := rapid.SampledFrom(dscsa.Versions).Draw(t, "from")
		to := rapid.SampledFrom(dscsa.Versions).Draw(t, "to")
		if from == to {
			return
		}
		now := s.Shipped.Add(time.Hour)
		var doc, out bytes.Buffer
		if err := dscsa.Write(&doc, from, s, nil); err != nil {
			t.Fatal(err)
		}
		o := dscsa.ConvertOptions{File: "asn.xml", Now: now}
		checked, err := dscsa.Check(bytes.NewReader(doc.Bytes()), dscsa.ReadOptions{Now: now})
		if err != nil {
			t.Fatal(err)
		}
		c, err := dscsa.CheckAs(bytes.NewReader(doc.Bytes()), checked, to, o)
		if err != nil {
			t.Fatalf("%s to %s: %v\n%s", from, to, err, doc.String())
		}
		want := checked.Blocks // all parties drawn are of one company
		if s.Prefixes == nil && (to == dscsa.R12 || to == dscsa.R13) && want == dscsa.BlocksNothing {
			want = dscsa.BlocksData // nobody knows how to write the identifiers
		}
		if c.Blocks != want {
			t.Fatalf("%s to %s holds up %s, want %s: %v", from, to, c.Blocks, want, c.Lost)
		}
		losses, err := dscsa.Convert(&out, bytes.NewReader(doc.Bytes()), to, o)
		if err != nil || losses != c.Losses {
			t.Fatal(losses, c.Losses, err)
		}
		r, err := dscsa.Read(bytes.NewReader(out.Bytes()), dscsa.ReadOptions{Now: now})
		if err != nil {
			t.Fatalf("%v\n%s", err, out.String())
		}
		if r.Version != to || string(to) != c.Checked.Version {
			t.Fatalf("it is %s, want %s", r.Version, to)
		}
		if diff := cmp.Diff(s, r.Shipments[0], ignored...); diff != "" {
			t.Fatalf("%s to %s: %s\n%s", from, to, diff, out.String())
		}
		if same := !s.Direct || from != dscsa.R12 && to != dscsa.R12; same && !slices.Equal(checked.Hashes, r.Hashes) {
			t.Fatalf("%s to %s: other hashes\n%s", from, to, out.String())
		}
	})
}

// document writes a small shipment, with a change.
func document(t *testing.T, v dscsa.Version, change func(string) string) string {
	t.Helper()
	var doc bytes.Buffer
	if err := dscsa.Write(&doc, v, rapid.Custom(drawnPlain).Example(1), nil); err != nil {
		t.Fatal(err)
	}
	return change(doc.String())
}

func drawnPlain(t *rapid.T) *dscsa.Shipment {
	s := drawShipment(t)
	s.DropShipment, s.Return, s.RMA = false, false, ""
	return s
}

func TestWhatAConversionLosesIsNamed(t *testing.T) {
	sensor := `"sensorElementList":[{"sensorReport":[{"type":"Temperature","value":26.0,"uom":"CEL"}]}],"action"`
	for _, test := range []struct {
		name     string
		from, to dscsa.Version
		change   func(string) string
		rule     string
		blocks   string
	}{
		{"sensor data has no place in R1.3", dscsa.EPCIS2, dscsa.R13, func(s string) string { return strings.Replace(s, `"action"`, sensor, 1) }, epcis.LossSensor, dscsa.BlocksNothing},
		{"an association is not told", dscsa.EPCIS2, dscsa.R13, func(s string) string {
			return strings.Replace(s, `"eventList":[`, `"eventList":[{"type":"AssociationEvent","eventTime":"2026-01-01T00:00:00Z","eventTimeZoneOffset":"+00:00","parentID":"urn:epc:id:grai:0614141.12345.400","childEPCs":["urn:epc:id:giai:0614141.5"],"action":"ADD","bizStep":"assembling"},`, 1)
		}, epcis.LossAssociation, dscsa.BlocksData},
	} {
		t.Run(test.name, func(t *testing.T) {
			doc := document(t, test.from, test.change)
			checked, err := dscsa.Check(strings.NewReader(doc), dscsa.ReadOptions{})
			if err != nil {
				t.Fatal(err)
			}
			c, err := dscsa.CheckAs(strings.NewReader(doc), checked, test.to, dscsa.ConvertOptions{})
			if err != nil {
				t.Fatalf("%v\n%s", err, doc)
			}
			at := slices.IndexFunc(c.Lost, func(l dscsa.Lost) bool { return l.Rule == test.rule })
			if at < 0 || c.Lost[at].Blocks != test.blocks || c.Lost[at].Remedy == "" || rankOf(c.Blocks) < rankOf(test.blocks) {
				t.Errorf("%s, %+v", c.Blocks, c.Lost)
			}
		})
	}
}

func rankOf(blocks string) int {
	return slices.Index([]string{dscsa.BlocksNothing, dscsa.BlocksData, dscsa.BlocksGoods}, blocks)
}

func TestOnlySoManyLossesAreListed(t *testing.T) {
	event := `{"type":"ObjectEvent","eventTime":"2026-01-01T00:00:00Z","eventTimeZoneOffset":"+00:00","epcList":["urn:epc:id:sgtin:0614141.112345.%d"],"action":"OBSERVE","bizStep":"shipping","persistentDisposition":{"set":["completeness_verified"]}}`
	for _, n := range []int{100, 101} {
		var events []string
		for i := range n {
			events = append(events, fmt.Sprintf(event, i))
		}
		doc := `{"@context":"https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld","type":"EPCISDocument","schemaVersion":"2.0","creationDate":"2026-01-01T00:00:00Z","epcisBody":{"eventList":[` + strings.Join(events, ",") + `]}}`
		c, err := dscsa.CheckAs(strings.NewReader(doc), dscsa.Checked{}, dscsa.R13, dscsa.ConvertOptions{})
		if err != nil {
			t.Fatal(err)
		}
		listed := 0
		for _, l := range c.Lost {
			if l.Rule == epcis.LossPersistent {
				listed++
			}
		}
		if c.Losses < n || listed != 100 {
			t.Errorf("%d losses, %d of one rule listed", c.Losses, listed)
		}
	}
}

func TestWhatIsNoDocumentIsNotConverted(t *testing.T) {
	for _, doc := range []string{"", "no document", "<a/>", `{"type":"EPCISDocument"`} {
		if _, err := dscsa.CheckAs(strings.NewReader(doc), dscsa.Checked{}, dscsa.R13, dscsa.ConvertOptions{}); err == nil {
			t.Errorf("%q was converted", doc)
		}
	}
	if _, err := dscsa.Convert(&bytes.Buffer{}, strings.NewReader("<a/>"), "R9", dscsa.ConvertOptions{}); err == nil || !strings.Contains(err.Error(), `"R9" isn't one of`) {
		t.Error(err)
	}
}

func ExampleCheckAs() {
	doc := `{"@context":"https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld","type":"EPCISDocument","schemaVersion":"2.0",
		"creationDate":"2026-01-01T00:00:00Z","epcisBody":{"eventList":[{"type":"ObjectEvent","eventTime":"2026-01-01T00:00:00Z",
		"eventTimeZoneOffset":"+00:00","epcList":["https://id.gs1.org/01/00614141123452/21/7"],"action":"OBSERVE","bizStep":"shipping"}]}}`
	checked, err := dscsa.Check(strings.NewReader(doc), dscsa.ReadOptions{})
	if err != nil {
		fmt.Println(err)
		return
	}
	c, err := dscsa.CheckAs(strings.NewReader(doc), checked, dscsa.R13, dscsa.ConvertOptions{})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(c.To, c.Losses, c.Lost[0].Rule, c.Lost[0].Blocks)
	// Output: R1.3 1 loss/prefix-unknown data
}
