package tiview_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"pedigree/domain/trace/tiview"
	"pedigree/format/epcis/epcistest"
)

func (s *scene) form(n int64) *tiview.Printed {
	s.t.Helper()
	p, err := s.d.Form(s.t.Context(), n)
	if err != nil {
		s.t.Fatal(err)
	}
	return p
}

func TestPrintNamesEveryPackage(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		e := s.take(document(t, epcistest.Shipment{}), "maker")
		form := s.form(e.Number)
		var html, pdf bytes.Buffer
		if err := form.HTML(&html); err != nil {
			t.Fatal(err)
		}
		if err := form.PDF(&pdf); err != nil {
			t.Fatal(err)
		}
		for name, text := range map[string]string{"html": html.String(), "pdf": pdf.String()} {
			for _, want := range []string{
				"Sample Manufacturer", "1 Sample Street, Springfield, IL 62701, US", "Sample Wholesaler", "99991-123-45", "Samplium", "10 mg", "TABLET", "100 tablets",
				"LOT-7A", "2028-06-30", "2026-03-20", "PO-1001", "100000000001", "100000000012", "500000003", "003999910000000015", form.SHA256,
			} {
				if !strings.Contains(text, want) {
					t.Errorf("the %s has no %q", name, want)
				}
			}
			if n := strings.Count(text, "*"); n < 15 {
				t.Errorf("the %s marks %d things as inferred, want 12 packages and 3 cases", name, n)
			}
		}
		if !strings.Contains(html.String(), epcistest.LegalNotice[:20]) || strings.Contains(html.String(), "<script") {
			t.Error("no statement, or a script")
		}
	})
}

func TestWhatIsPrintedInADrillIsMarked(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		e := s.take(document(t, epcistest.Shipment{}), "maker")
		for _, drill := range []bool{true, false} {
			s.d.Drill = drill
			var html, pdf, all, answer, rows bytes.Buffer
			form := s.form(e.Number)
			a, err := s.d.Answer(t.Context(), tiview.Question{})
			if err = errors.Join(err, form.HTML(&html), form.PDF(&pdf)); err != nil {
				t.Fatal(err)
			}
			if err := errors.Join(s.d.WriteHTML(t.Context(), a, &all), s.d.WritePDF(t.Context(), a, &answer), a.CSV(&rows)); err != nil {
				t.Fatal(err)
			}
			for name, text := range map[string]string{"document as html": html.String(), "document as pdf": pdf.String(), "answer as html": all.String(), "answer as pdf": answer.String()} {
				if strings.Contains(text, "DRILL: made for practice") != drill {
					t.Errorf("with drill %v the %s says otherwise", drill, name)
				}
			}
			if strings.Contains(rows.String(), ",drill\n") != drill || strings.Contains(pdf.String(), "(DRILL) Tj") != drill {
				t.Errorf("with drill %v the rows or the watermark say otherwise", drill)
			}
		}
	})
}

func TestPrintEscapesNames(t *testing.T) {
	const bad, written = "&lt;script&gt;alert(1)&lt;/script&gt; \u202Etxt &amp; Søn", "<script>alert(1)</script>"
	onBoth(t, func(t *testing.T, s *scene) {
		e := s.take(with(t, epcistest.Shipment{}, "Sample Manufacturer<", bad+"<"), "<img src=x>")
		form := s.form(e.Number)
		if !strings.Contains(form.Shipments[0].Seller.Name, written) {
			t.Fatalf("name %q", form.Shipments[0].Seller.Name)
		}
		var html, pdf bytes.Buffer
		if err := form.HTML(&html); err != nil {
			t.Fatal(err)
		}
		if err := form.PDF(&pdf); err != nil {
			t.Fatal(err)
		}
		if strings.Contains(html.String(), "<script") || strings.Contains(html.String(), "<img") {
			t.Error("a name became markup")
		}
		if !strings.Contains(html.String(), "<bdi>&lt;script&gt;") {
			t.Error("the name isn't kept apart from the text around it")
		}
		if !strings.Contains(pdf.String(), `\\u{202E}txt`) {
			t.Error("a mark that turns text around is hidden in the PDF")
		}
	})
}

func TestAMissingStatementIsSaid(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		e := s.take(with(t, epcistest.Shipment{}, "affirmTransactionStatement>true", "affirmTransactionStatement>false"), "maker")
		var html, pdf bytes.Buffer
		if err := s.form(e.Number).HTML(&html); err != nil {
			t.Fatal(err)
		}
		if err := s.form(e.Number).PDF(&pdf); err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(html.String(), "has no affirmed transaction statement") || !strings.Contains(pdf.String(), "NO AFFIRMED TRANSACTION STATEMENT") {
			t.Error("the page doesn't say that the statement is missing")
		}
	})
}

func TestWhatCannotBeReadIsNotPrinted(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		e := s.take([]byte("<not/>"), "maker")
		if _, err := s.d.Form(t.Context(), e.Number); err == nil {
			t.Error("printed")
		}
		if _, err := s.d.Form(t.Context(), 99); err == nil {
			t.Error("printed what isn't there")
		}
	})
}
