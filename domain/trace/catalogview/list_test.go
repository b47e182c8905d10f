package catalogview

import (
	"fmt"
	"strings"
	"testing"

	"pedigree/format/dscsa"
)

// listed are the GTINs that a listing shows.
func (w *world) listed(f Filter) (gtins []string) {
	w.t.Helper()
	p, err := w.List(w.t.Context(), f)
	if err != nil {
		w.t.Fatal(err)
	}
	for _, l := range p.Products {
		gtins = append(gtins, l.GTIN)
	}
	return gtins
}

func TestProductsAreFoundByWhatIsTyped(t *testing.T) {
	w := newWorld(t)
	other := checked("0039999000001")
	w.load(KindOwn, "", "2026-03-01", strings.NewReader("gtin,name,ndc,owner\n"+unit+",Samplin,99991-123-45,Maker (test)\n"+other+",Other,,Else (test)\n"))
	for text, want := range map[string]string{
		"": other + " " + unit, "sampl": unit, "maker (": unit, "else": other, // a name, an owner
		"99991-123-45": unit, "9999112345": unit, "99991012345": unit, "99991-0123-45": unit, // the code in each form
		unit: unit, unit[3:9]: unit, "00000000000000": "", "nobody": "", // a number, a part of it
	} {
		if got := strings.Join(w.listed(Filter{Text: text}), " "); got != want {
			t.Errorf("%q finds %q, want %q", text, got, want)
		}
	}
}

func TestProductsOfWhichSourcesDifferAreListedAlone(t *testing.T) {
	w := newWorld(t)
	w.load(KindOwn, "", "2026-03-01", strings.NewReader(manyProducts(5)))
	var differing []string
	for _, n := range []int{1, 3} {
		gtin := checked(fmt.Sprintf("003999900%04d", n))
		w.learn(wholesaler, "2026-01-10", dscsa.Product{GTIN: gtin, Name: "Other"})
		differing = append(differing, gtin)
	}
	if got := w.listed(Filter{Differing: true}); fmt.Sprint(got) != fmt.Sprint(differing) {
		t.Errorf("listed are %v, want %v", got, differing)
	}
	if got := w.listed(Filter{Differing: true, Limit: 1, After: differing[0]}); fmt.Sprint(got) != fmt.Sprint(differing[1:]) {
		t.Errorf("behind the first: %v", got)
	}
	if got := w.listed(Filter{Differing: true, Text: "example 3"}); fmt.Sprint(got) != fmt.Sprint(differing[1:]) {
		t.Errorf("with a name: %v", got)
	}
	all, err := w.Conflicts(t.Context(), Open, 0, 0)
	if err != nil || len(all) != 2 {
		t.Fatalf("%v, %v", all, err)
	}
	if _, err := w.Settle(t.Context(), all[0].N, "both", "two labels", "person-1"); err != nil {
		t.Fatal(err)
	}
	if got := w.listed(Filter{Differing: true}); fmt.Sprint(got) != fmt.Sprint(differing[:1]) {
		t.Errorf("after one was settled: %v", got)
	}
}
