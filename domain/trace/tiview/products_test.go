package tiview_test

import (
	"bytes"
	"strings"
	"testing"

	"pedigree/domain/trace/tiview"
	"pedigree/format/epcis/epcistest"
)

func TestTheCatalogueLearnsFromDocumentsAndNamesWhatOneLeavesOut(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		without := func(first int) []byte {
			return with(t, epcistest.Shipment{FirstSerial: first, Delivery: "late", Lot: "LOT-9"}, ">Samplium<", "><")
		}
		unnamed := s.take(without(5000), "maker")
		if lots := s.show(unnamed.Number).Lots; lots[0].Product != "" {
			t.Fatalf("what nobody named is called %q", lots[0].Product)
		}
		named := s.take(document(t, epcistest.Shipment{}), "maker")
		for _, n := range []int64{unnamed.Number, named.Number} {
			for _, l := range s.show(n).Lots {
				if l.Product != "Samplium 10 mg" {
					t.Errorf("in document %d %s is called %q", n, l.GTIN, l.Product)
				}
			}
		}
		const mark = "Samplium 10 mg (by the catalogue; the document has no name)"
		for n, want := range map[int64]bool{unnamed.Number: true, named.Number: false} {
			var html, pdf bytes.Buffer
			form := s.form(n)
			if err := form.HTML(&html); err != nil {
				t.Fatal(err)
			}
			if err := form.PDF(&pdf); err != nil {
				t.Fatal(err)
			}
			if in := [2]bool{strings.Contains(html.String(), mark), strings.Contains(pdf.String(), "the catalogue; the document has no name")}; in != [2]bool{want, want} {
				t.Errorf("document %d has the catalogue's name on page and PDF: %v, want %v", n, in, want)
			}
		}
	})
}

func TestAnArchiveIsBroughtOverAgainWithoutDuplicates(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		doc := document(t, epcistest.Shipment{})
		bring := func(from string) tiview.Entry {
			t.Helper()
			e, err := s.d.Take(t.Context(), tiview.Arrival{Partner: from, Name: "asn.xml", Means: tiview.WayArchive, Archive: true, Reader: bytes.NewReader(doc)})
			if err != nil {
				t.Fatal(err)
			}
			return e
		}
		first := bring("maker")
		if again := bring("maker"); again.Number != first.Number || again.State != first.State {
			t.Errorf("brought over again, entry %d is %d, %v", first.Number, again.Number, again.State)
		}
		if sent := s.take(doc, "maker"); sent.State != tiview.Duplicate || sent.SameAs != first.Number {
			t.Errorf("sent by its partner, it is %v of %d", sent.State, sent.SameAs)
		}
		if other := bring("wholesaler"); other.Number == first.Number || other.Means != tiview.WayArchive {
			t.Errorf("of another partner it is entry %d by %s", other.Number, other.Means)
		}
	})
}
