package tiview_test

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/csv"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pedigree/domain/trace/tiview"
	"pedigree/format/epcis/epcistest"
	"pedigree/internal/api"
	"pedigree/internal/vault"
)

// outbox has what left the scene, and what came with shipments.
type outbox struct {
	s    *scene
	list []tiview.Carried
}

// carry gives the scene a carrier.
func (s *scene) carry() *outbox {
	o := &outbox{s: s}
	s.d.Carriers = []tiview.Carrier{{Name: "parcel", After: o.after, Outcome: o.outcome}}
	return o
}

func (o *outbox) after(_ context.Context, place int64, _ []byte, limit int) ([]tiview.Carried, error) {
	var out []tiview.Carried
	for _, c := range o.list {
		if c.Place > place && len(out) < limit {
			out = append(out, c)
		}
	}
	return out, nil
}

func (o *outbox) outcome(_ context.Context, key []byte) (api.Said, error) {
	return api.Said{Text: "acknowledged " + string(key)}, nil
}

// put keeps a document and has it carried.
func (o *outbox) put(doc []byte, partner string, sent bool, about string) {
	o.s.t.Helper()
	way := vault.In
	if sent {
		way = vault.Out
	}
	kept, _, err := o.s.v.PutDocument(o.s.t.Context(), vault.DocumentInfo{Name: "asn.xml", MediaType: "application/xml", Direction: way, Partner: partner}, bytes.NewReader(doc))
	if err != nil {
		o.s.t.Fatal(err)
	}
	c := tiview.Carried{Key: fmt.Append(nil, len(o.list)+1), Place: int64(len(o.list) + 1), Document: kept.ID, Sent: sent, Partner: partner, At: o.s.now}
	if about != "" {
		c.About = []byte(about)
	}
	o.list = append(o.list, c)
}

func (s *scene) answer(q tiview.Question) *tiview.Answer {
	s.t.Helper()
	a, err := s.d.Answer(s.t.Context(), q)
	if err != nil {
		s.t.Fatal(err)
	}
	return a
}

func numbersOf(a *tiview.Answer) (list []int64) {
	for _, r := range a.Rows {
		list = append(list, r.Number)
	}
	slices.Sort(list)
	return list
}

// onward is what the scene's organisation sold on.
func onward() epcistest.Shipment {
	return epcistest.Shipment{FirstSerial: 500, Delivery: "DEL-9", Order: "PO-9", Lot: "LOT-9"}
}

func TestWhatLeftIsFoundLikeWhatCame(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		came := s.take(document(t, epcistest.Shipment{}), "maker").Number
		o := s.carry()
		o.put(document(t, onward()), "pharmacy", true, "")
		o.put(document(t, other()), "wholesaler", false, "shipment")
		all := s.answer(tiview.Question{})
		if all.Documents != 3 || all.Sent != 1 || all.Packages != 36 {
			t.Fatalf("%+v", all)
		}
		sent, ledger := came+1, came+2
		for name, test := range map[string]struct {
			q    tiview.Search
			want []int64
		}{
			"all that left":        {tiview.Search{Way: tiview.WayOut}, []int64{sent}},
			"all that came":        {tiview.Search{Way: tiview.WayIn}, []int64{came, ledger}},
			"by lot":               {tiview.Search{Lot: "LOT-9"}, []int64{sent}},
			"by GTIN and lot":      {tiview.Search{GTIN: "00399991123455", Lot: "LOT-8"}, []int64{ledger}},
			"by NDC":               {tiview.Search{NDC: "99991-123-45"}, []int64{came, sent, ledger}},
			"by serial number":     {tiview.Search{Serial: "100000000500"}, []int64{sent}},
			"by SSCC":              {tiview.Search{Item: "(00)003999910000000015"}, []int64{came}},
			"by receiver":          {tiview.Search{Partner: "pharmacy"}, []int64{sent}},
			"by order":             {tiview.Search{PO: "PO-9"}, []int64{sent}},
			"by order as a number": {tiview.Search{Number: "PO-9"}, []int64{sent}},
			"by despatch advice":   {tiview.Search{Number: "DEL-9"}, []int64{sent}},
			"by no such number":    {tiview.Search{Number: "DEL-10"}, nil},
			"by a day":             {tiview.Search{From: time.Date(2026, 3, 21, 0, 0, 0, 0, time.UTC)}, nil},
		} {
			if got := numbersOf(s.answer(tiview.Question{Search: test.q})); !slices.Equal(got, test.want) {
				t.Errorf("%s: %v, want %v", name, got, test.want)
			}
		}
		if got := s.find(tiview.Search{}); !slices.Equal(got, []int64{came}) {
			t.Errorf("what nobody has to deal with is listed: %v", got)
		}
		row := all.Rows[slices.IndexFunc(all.Rows, func(r tiview.AnswerRow) bool { return r.Number == sent })]
		if !row.Sent || row.Partner != "pharmacy" || row.State != tiview.Checked || row.Outcome != "acknowledged 1" {
			t.Errorf("%+v", row)
		}
		if more, err := s.d.CatchUp(t.Context(), 10); more || err != nil || s.answer(tiview.Question{}).Documents != 3 {
			t.Errorf("looked at again: more %v, %v", more, err)
		}
	})
}

func TestWhatIsKeptAsideChangesNothing(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		o := s.carry()
		o.put(document(t, epcistest.Shipment{}), "maker", false, "shipment")
		s.answer(tiview.Question{})
		first := s.take(document(t, epcistest.Shipment{}), "maker")
		if first.State != tiview.Waiting {
			t.Errorf("what came by itself is %s, though it has to be dealt with", first.State)
		}
		right := s.take(with(t, epcistest.Shipment{}, "LOT-7A", "LOT-7B"), "maker")
		if right.Replaces != first.Number {
			t.Errorf("it corrects %d", right.Replaces)
		}
		path := "/01/00399991123455/21/100000000001"
		err := s.v.View(t.Context(), func(tx *sql.Tx) error {
			said, err := s.d.Named(t.Context(), tx, []string{path})
			if len(said[path]) != 1 {
				t.Errorf("%d documents speak of a package", len(said[path]))
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.d.Give(t.Context(), 1, "wholesaler"); !errors.Is(err, tiview.ErrNotGiven) {
			t.Errorf("given away: %v", err)
		}
		a := s.answer(tiview.Question{Search: tiview.Search{Lot: "LOT-7A"}})
		if a.Documents != 2 || a.Packages != 24 {
			t.Errorf("%+v", a)
		}
	})
}

func TestOneShipmentInTwoFormatsIsPrintedOnce(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		o := s.carry()
		o.put(document(t, onward()), "pharmacy", true, "one")
		o.put(with(t, onward(), "TABLET", "CAPLET"), "pharmacy", true, "one")
		o.put(document(t, onward()), "pharmacy", true, "")
		o.put(with(t, onward(), "LOT-9", "LOT-10"), "pharmacy", true, "")
		a := s.answer(tiview.Question{})
		printed := 0
		for _, r := range a.Rows {
			if r.NotPrinted == "" {
				printed++
			}
		}
		if a.Documents != 4 || printed != 2 || a.Rows[1].SameAs != 1 || a.Rows[2].SameAs != 1 || a.Rows[3].Replaces != 1 || a.Rows[0].ReplacedBy != 4 {
			t.Errorf("%d printed of %+v", printed, a.Rows)
		}
	})
}

// all writes an answer in every form.
func (s *scene) all(a *tiview.Answer) map[string]string {
	s.t.Helper()
	out := map[string]string{}
	for name, write := range map[string]func(*bytes.Buffer) error{
		"html": func(b *bytes.Buffer) error { return s.d.WriteHTML(s.t.Context(), a, b) },
		"pdf":  func(b *bytes.Buffer) error { return s.d.WritePDF(s.t.Context(), a, b) },
		"csv":  func(b *bytes.Buffer) error { return a.CSV(b) },
	} {
		var b bytes.Buffer
		if err := write(&b); err != nil {
			s.t.Fatal(err)
		}
		out[name] = b.String()
	}
	return out
}

func TestAnAnswerSaysWhatWasAskedAndWhatItCannotTell(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		came := s.take(document(t, epcistest.Shipment{}), "maker")
		again := s.take(document(t, epcistest.Shipment{}), "maker")
		broken := s.take([]byte("<not/>"), "maker")
		o := s.carry()
		o.put(document(t, onward()), "pharmacy", true, "")
		a := s.answer(tiview.Question{AskedBy: "=HYPERLINK(1) <b>", By: "clerk", Search: tiview.Search{NDC: "99991-123-45"}})
		if len(a.Asked) != 1 || a.Asked[0] != (tiview.Condition{What: "NDC", Value: "99991-123-45"}) || a.Documents != 2 || !a.At.Equal(s.now) {
			t.Errorf("%+v", a)
		}
		written := s.all(a)
		for form, wants := range map[string][]string{
			"html": {"=HYPERLINK(1) &lt;b&gt;", "<th scope=\"row\"><a href=\"#document-1\">", "id=\"document-4\"", "aria-label=\"Document 4\"", "100000000511", "sent to <bdi>pharmacy</bdi>", "acknowledged 1", "End of the answer: 2 documents", fmt.Sprintf("table: %d.", broken.Number)},
			"pdf":  {"=HYPERLINK\\(1\\) <b>", "/Outlines", "100000000511", "sent to pharmacy", "acknowledged 1"},
			"csv":  {"LOT-7A", "LOT-9", "PO-9", "DEL-9"},
		} {
			for _, want := range wants {
				if !strings.Contains(written[form], want) {
					t.Errorf("the %s has no %q", form, want)
				}
			}
		}
		if strings.Count(written["html"], "<h1") != 1 || strings.Contains(written["html"], "<script") {
			t.Error("several first headings, or a script")
		}
		everything := s.answer(tiview.Question{})
		for _, r := range everything.Rows {
			if why := map[int64]string{again.Number: fmt.Sprintf("the same as document %d", came.Number), broken.Number: "can't be used"}[r.Number]; !strings.Contains(r.NotPrinted, why) || why == "" && r.NotPrinted != "" {
				t.Errorf("document %d: %q", r.Number, r.NotPrinted)
			}
		}
	})
}

func TestNoCellOfTheTableIsAFormula(t *testing.T) {
	s := newScene(t, false)
	s.take(with(t, epcistest.Shipment{}, "Sample Manufacturer<", "=cmd()<"), "+maker")
	rows, err := csv.NewReader(strings.NewReader(s.all(s.answer(tiview.Question{}))["csv"])).ReadAll()
	if err != nil || len(rows) != 2 {
		t.Fatalf("%d lines, %v", len(rows), err)
	}
	for i, cell := range rows[1] {
		if cell != "" && strings.ContainsAny(cell[:1], "=+-@\t\r") {
			t.Errorf("%s is %q", rows[0][i], cell)
		}
	}
	if !slices.Contains(rows[1], "'=cmd()") || !slices.Contains(rows[1], "'+maker") {
		t.Errorf("%q", rows[1])
	}
}

func TestAnErasedDocumentIsNamedAndNotPrinted(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		e := s.take(document(t, epcistest.Shipment{}), "maker")
		err := s.v.Update(t.Context(), func(tx *sql.Tx) error {
			made, _, err := s.d.EraseDocument(t.Context(), tx, 1)
			for _, id := range append(made, 1) {
				if err == nil {
					_, err = s.v.DestroyDocument(t.Context(), tx, id)
				}
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		a := s.answer(tiview.Question{Search: tiview.Search{Lot: "LOT-7A"}})
		if a.Documents != 1 || a.Rows[0].Number != e.Number || !strings.Contains(a.Rows[0].NotPrinted, "erased") || a.Packages != 0 {
			t.Errorf("%+v", a)
		}
		if found := s.answer(tiview.Question{Search: tiview.Search{Number: "PO-1001"}}); found.Documents != 0 {
			t.Error("it is found by a number that was erased")
		}
		s.all(a)
	})
}

func TestDocumentsOfBeforeAreFoundByTheirNumbers(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		e := s.take(document(t, epcistest.Shipment{}), "maker")
		s.d.ForgetNumbers(t)
		if a := s.answer(tiview.Question{Search: tiview.Search{Number: "DEL-2001"}}); !slices.Equal(numbersOf(a), []int64{e.Number}) {
			t.Errorf("%v", numbersOf(a))
		}
	})
}

func TestAnAnswerHasLimits(t *testing.T) {
	s := newScene(t, false)
	s.take(document(t, epcistest.Shipment{}), "maker")
	s.d.Copies(t, tiview.AnswerDocumentsMax-1)
	if a := s.answer(tiview.Question{}); a.Documents != tiview.AnswerDocumentsMax {
		t.Fatalf("%d documents", a.Documents)
	}
	s.d.Copies(t, 1)
	_, err := s.d.Answer(t.Context(), tiview.Question{Search: tiview.Search{Partner: "maker"}})
	if !errors.Is(err, tiview.ErrTooWide) || !strings.Contains(err.Error(), "a lot") || strings.Contains(err.Error(), "a partner") {
		t.Errorf("%v", err)
	}
	s.d.Packages(t, tiview.AnswerPackagesMax+1)
	a := s.answer(tiview.Question{Search: tiview.Search{Serial: "100000000001"}})
	if a.Documents != 1 || !strings.Contains(a.Rows[0].NotPrinted, "at most") {
		t.Errorf("%+v", a)
	}
	s.d.Packages(t, tiview.AnswerPackagesMax)
	if a := s.answer(tiview.Question{Search: tiview.Search{Serial: "100000000001"}}); a.Packages != tiview.AnswerPackagesMax {
		t.Errorf("%+v", a)
	}
	for name, q := range map[string]tiview.Question{
		"words without end":      {Search: tiview.Search{Number: strings.Repeat("a", 256)}},
		"an asker of any length": {AskedBy: strings.Repeat("a", tiview.NameBytesMax+1)},
	} {
		if _, err := s.d.Answer(t.Context(), q); !errors.Is(err, tiview.ErrWanting) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// BenchmarkAnAnswerOfSeveralHundredDocuments prints 400 documents of 12 packages.
func BenchmarkAnAnswerOfSeveralHundredDocuments(b *testing.B) {
	s := newScene(b, false)
	for i := range 400 {
		s.take(document(b, epcistest.Shipment{FirstSerial: 1 + 100*i, Delivery: fmt.Sprint("DEL-", i), Order: fmt.Sprint("PO-", i)}), "maker")
	}
	for _, form := range []string{"html", "pdf"} {
		b.Run(form, func(b *testing.B) {
			for b.Loop() {
				var out bytes.Buffer
				write := s.d.WriteHTML
				if form == "pdf" {
					write = s.d.WritePDF
				}
				if err := write(b.Context(), s.answer(tiview.Question{}), &out); err != nil {
					b.Fatal(err)
				}
				b.ReportMetric(float64(out.Len()), "bytes")
			}
		})
	}
}
