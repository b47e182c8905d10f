package catalogview

import (
	"archive/zip"
	"bytes"
	"context"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"pedigree/format/dscsa"
	"pedigree/format/gs1"
)

const (
	productHead = "PRODUCTID\tPRODUCTNDC\tPRODUCTTYPENAME\tPROPRIETARYNAME\tPROPRIETARYNAMESUFFIX\tNONPROPRIETARYNAME\tDOSAGEFORMNAME\tLABELERNAME\tACTIVE_NUMERATOR_STRENGTH\tACTIVE_INGRED_UNIT\tNDC_EXCLUDE_FLAG\n"
	packageHead = "PRODUCTID\tNDCPACKAGECODE\tPACKAGEDESCRIPTION\tSTARTMARKETINGDATE\tENDMARKETINGDATE\tNDC_EXCLUDE_FLAG\n"
	tablets     = "id-1\t99991-123\tHUMAN PRESCRIPTION DRUG\tExample\tXR\texamplin\tTABLET\tMaker (test)\t10\tmg/1\tN\n"
	bottle      = "id-1\t99991-123-45\t100 TABLET in 1 BOTTLE\t20200101\t\tN\n"
)

// directory is an archive of the National Drug Code directory.
func directory(t testing.TB, products, packages string) *bytes.Reader {
	t.Helper()
	return zipped(t, productHead+products, packageHead+packages)
}

// directoryWith is the directory with one package of a type and marketing category.
func directoryWith(t testing.TB, kind, category string) *bytes.Reader {
	t.Helper()
	line := strings.Replace(tablets, "HUMAN PRESCRIPTION DRUG", kind, 1)
	with := func(line, value string) string { return strings.TrimSuffix(line, "\n") + "\t" + value + "\n" }
	return zipped(t, with(productHead, "MARKETINGCATEGORYNAME")+with(line, category), packageHead+bottle)
}

func zipped(t testing.TB, products, packages string) *bytes.Reader {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, f := range [][2]string{{"product.txt", products}, {"package.txt", packages}} {
		w, err := z.Create(f[0])
		if err == nil {
			_, err = io.WriteString(w, f[1])
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return bytes.NewReader(b.Bytes())
}

func (w *world) load(kind, name, asOf string, file io.Reader) Load {
	w.t.Helper()
	l, err := w.Load(w.t.Context(), kind, name, asOf, file)
	if err != nil {
		w.t.Fatal(err)
	}
	return l
}

func counts(l Load) string {
	return fmt.Sprintf("%d rows, %d changed, %d bad, again %v", l.Rows, l.Changed, l.Bad, l.Again)
}

func TestTheDirectoryIsLoadedAndAgainOnlyWhatChanged(t *testing.T) {
	w := newWorld(t)
	w.learn(wholesaler, "2026-01-10", dscsa.Product{GTIN: unit, Name: "Other"})
	if got := counts(w.load(KindNDC, "", "2026-03-01", directory(t, tablets, bottle+"id-2\t99991-999-01\tx\t\t\tN\n"))); got != "1 rows, 1 changed, 1 bad, again false" {
		t.Error(got)
	}
	f := w.find("2026-03-05")
	want := dscsa.Product{GTIN: unit, NDC: "99991-123-45", Name: "Example XR", Strength: "10 mg/1", Form: "TABLET"}
	if diff := cmp.Diff(want, f.Product); diff != "" || f.Package != "100 TABLET in 1 BOTTLE" || f.Owner != "Maker (test)" {
		t.Errorf("%s%q %q", diff, f.Package, f.Owner)
	}
	if diff := cmp.Diff([]string{`open name: ndc-directory "Example XR", partner "Other"`}, w.conflicts()); diff != "" {
		t.Error(diff)
	}
	// The case has the same code; how many are in a package isn't said of it.
	if f, err := w.Find(t.Context(), "10399991123452", day("2026-03-05")); err != nil || f.Name != "Example XR" || f.Package != "" {
		t.Errorf("the case is %q, %q, %v", f.Name, f.Package, err)
	}
	if got := counts(w.load(KindNDC, "", "2026-03-01", directory(t, tablets, bottle+"id-2\t99991-999-01\tx\t\t\tN\n"))); got != "1 rows, 1 changed, 1 bad, again true" {
		t.Error(got)
	}
	if got := counts(w.load(KindNDC, "", "2026-03-04", directory(t, tablets, bottle))); got != "1 rows, 0 changed, 0 bad, again false" {
		t.Error(got)
	}
	if got := counts(w.load(KindNDC, "", "2026-03-05", directory(t, strings.Replace(tablets, "XR", "SR", 1), bottle))); got != "1 rows, 1 changed, 0 bad, again false" {
		t.Error(got)
	}
	list, err := w.Loads(t.Context())
	if err != nil || len(list) != 3 || counts(list[0]) != "1 rows, 1 changed, 0 bad, again false" {
		t.Errorf("%v, %v", list, err)
	}
}

func TestALabelersTableGivesTheHyphens(t *testing.T) {
	w := newWorld(t)
	w.load(KindNDC, "", "", directory(t, strings.Replace(tablets, "99991-123", "0001-0123", 1), strings.Replace(bottle, "99991-123-45", "0001-0123-45", 1)))
	for _, text := range []string{"00001-0123-45", "00001012345"} { // either zero could be the one that fills
		f, err := w.Find(t.Context(), text, day("2026-03-05"))
		if err != nil || f.GTIN != "00300010123455" || f.NDC != "0001-0123-45" {
			t.Errorf("%s is %s, %s, %v", text, f.GTIN, f.NDC, err)
		}
	}
	// The number says its code of a product that no list has.
	w.learn(wholesaler, "2026-01-10", dscsa.Product{GTIN: "00300010555010", Name: "Second"})
	if f, err := w.Find(t.Context(), "00300010555010", day("2026-03-05")); err != nil || f.NDC != "0001-0555-01" {
		t.Errorf("%q, %v", f.NDC, err)
	}
}

func TestACodeThatIsUsedAgainIsTwoProductsByDate(t *testing.T) {
	w := newWorld(t)
	second := strings.NewReplacer("id-1", "id-2", "Example\tXR", "Second\t").Replace(tablets)
	w.load(KindNDC, "", "", directory(t, tablets+second, strings.Replace(bottle, "\t\tN", "\t20221231\tN", 1)+strings.NewReplacer("id-1", "id-2", "20200101", "20250101").Replace(bottle)))
	for on, name := range map[string]string{"2021-06-01": "Example XR", "2024-06-01": "Example XR", "2025-01-01": "Second"} {
		f := w.find(on)
		if f.Name != name {
			t.Errorf("on %s it is %q, want %q", on, f.Name, name)
		}
		if ended := f.Values[0].Ended; ended != (on == "2024-06-01") {
			t.Errorf("on %s: ended is %v", on, ended)
		}
	}
}

func TestWhatIsExcludedIsHistory(t *testing.T) {
	w := newWorld(t)
	w.learn(wholesaler, "2026-01-10", dscsa.Product{GTIN: unit, Name: "Other"})
	w.load(KindNDC, "", "2026-03-01", directory(t, tablets, strings.Replace(bottle, "\tN\n", "\tE\n", 1)))
	if got := w.conflicts(); len(got) != 0 {
		t.Errorf("what is excluded is in conflict: %v", got)
	}
	if f := w.find("2026-03-05"); f.Name != "Other" || f.Form != "TABLET" {
		t.Errorf("it is %q, %q", f.Name, f.Form)
	}
}

func TestAListClaimsWhatIsSoldWithoutAPrescription(t *testing.T) {
	w := newWorld(t)
	w.load(KindNDC, "", "", directory(t, strings.Replace(tablets, "HUMAN PRESCRIPTION DRUG", "HUMAN OTC DRUG", 1), bottle))
	if f := w.find("2026-03-05"); f.Duty != "not-prescription" || f.Values[len(f.Values)-1].Source.Kind != KindNDC {
		t.Errorf("%q of %+v", f.Duty, f.Values)
	}
}

func TestACSVIsLoaded(t *testing.T) {
	w := newWorld(t)
	file := "\xef\xbb\xbfGTIN,Name,net_content,from\r\n" + unit + ",\"Example\nTabs\",=100,2026-02-01\r\n10399991123452,null,,\r\n00399991123456,Wrong digit,,\r\n" + unit + ",Example,,99999999\r\n" + unit + "\r\n"
	l := w.load(KindCSV, "price list", "", strings.NewReader(file))
	if got := counts(l); got != "2 rows, 2 changed, 3 bad, again false" {
		t.Error(got, l.Lines)
	}
	f := w.find("2026-03-05")
	if f.Name != "Example Tabs" || f.NetContent != "=100" || f.Values[0].Source.Who != "" || f.Values[1].Source.Who != "price list" && f.Values[0].Source.Who != "price list" {
		t.Errorf("%+v", f.Values)
	}
	for name, c := range map[string]struct{ kind, name, asOf, file, text string }{
		"header only is a file":        {KindOwn, "", "", "gtin,name\n", ""},
		"nothing":                      {KindOwn, "", "", "", "first line"},
		"a column that is none":        {KindOwn, "", "", "gtin,price\n", `"price"`},
		"without the number":           {KindOwn, "", "", "name\n", `no column "gtin"`},
		"a column twice":               {KindOwn, "", "", "gtin,name,NAME\n", "twice"},
		"a quote that is never closed": {KindOwn, "", "", "gtin,name\n\"" + strings.Repeat("x\n", recordBytesMax), "a quote may not be closed"},
		"a kind that is none":          {"price", "", "", "gtin\n", "of the kind"},
		"a list without a name":        {KindCSV, "", "", "gtin\n", "has a name"},
		"of tomorrow's tomorrow":       {KindOwn, "", "2026-03-07", "gtin\n", "still to come"},
		"no archive":                   {KindNDC, "", "", "gtin\n", "no zip archive"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := w.Load(t.Context(), c.kind, c.name, c.asOf, strings.NewReader(c.file))
			if c.text == "" && err != nil || c.text != "" && (err == nil || !strings.Contains(err.Error(), c.text)) {
				t.Errorf("the error is %v, want one with %q", err, c.text)
			}
		})
	}
}

func TestALoadThatWasCutOffIsDoneAgain(t *testing.T) {
	w := newWorld(t)
	ctx, cancel := context.WithCancel(t.Context())
	file := directory(t, tablets, bottle)
	if _, err := w.Catalogue.Load(ctx, KindNDC, "", "", cancelling{file, cancel}); err == nil {
		t.Fatal("a load goes on without who asked for it")
	}
	if _, err := file.Seek(0, io.SeekStart); err != nil {
		t.Fatal(err)
	}
	if got := counts(w.load(KindNDC, "", "", file)); got != "1 rows, 1 changed, 0 bad, again false" {
		t.Error(got)
	}
}

// cancelling gives a file, and then cancels.
type cancelling struct {
	io.Reader
	cancel func()
}

func (c cancelling) Read(p []byte) (int, error) {
	n, err := c.Reader.Read(p)
	if err != nil {
		c.cancel()
	}
	return n, err
}

func TestProductsAreListedByPages(t *testing.T) {
	w := newWorld(t)
	var file strings.Builder
	file.WriteString("gtin,name\n")
	var gtins []string
	for i := range 7 {
		gtin, err := gs1.GTINFromNDC(i, "9999112345")
		if err != nil {
			t.Fatal(err)
		}
		gtins = append(gtins, string(gtin))
		fmt.Fprintf(&file, "%s,Product %d\n", gtin, i%2)
	}
	w.load(KindOwn, "", "", strings.NewReader(file.String()))
	for name, c := range map[string]struct {
		f    Filter
		want []string
	}{
		"all":             {Filter{}, gtins},
		"by their number": {Filter{Number: "1"}, gtins[1:2]},
		"by a word":       {Filter{Text: "PRODUCT 1"}, []string{gtins[1], gtins[3], gtins[5]}},
		"none":            {Filter{Text: "product 3"}, nil},
	} {
		for _, limit := range []int{1, 2, 3, 7, 100} {
			var got []string
			for c.f.After, c.f.Limit = "", limit; ; {
				p, err := w.List(t.Context(), c.f)
				if err != nil {
					t.Fatal(err)
				}
				for _, l := range p.Products {
					got = append(got, l.GTIN)
				}
				if c.f.After = p.Next; p.Next == "" {
					break
				}
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("%s, %d a page: %s", name, limit, diff)
			}
		}
	}
}

func FuzzCSV(f *testing.F) {
	f.Add("gtin,name,from\n" + unit + ",Example,2026-02-01\n")
	f.Add("\xef\xbb\xbfgtin,duty\r\n" + unit + ",medical-gas\r\n")
	f.Fuzz(func(t *testing.T, file string) {
		_ = readCSV(strings.NewReader(file), 1, func(e entry) {
			if err := e.values.check(); err != nil || len(e.gtin) != 14 || e.from < 0 {
				t.Errorf("%+v is read, %v", e, err)
			}
		}, func(Bad) error { return nil })
	})
}
