package catalogview

import (
	"database/sql"
	"errors"
	"go/token"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"pedigree/format/dscsa"
	"pedigree/format/gs1"
	"pedigree/internal/vault"
	"pedigree/internal/vault/pgtest"
)

func TestTheMostTrustedSourceIsShownAndTheOthersBesideIt(t *testing.T) {
	w := newWorld(t)
	w.learn(wholesaler, "2026-01-10", dscsa.Product{GTIN: unit, Name: "EXAMPLE  TABS", Strength: "10mg", Form: "TABLET"})
	w.learn(maker, "2026-01-11", dscsa.Product{GTIN: unit, Name: "Example", Strength: "10 MG/1", Manufacturer: "Maker (test)"})
	f := w.find("2026-03-05")
	want := dscsa.Product{GTIN: unit, NDC: "0399991123455"[2:12], Name: "Example", Strength: "10 MG/1", Form: "TABLET", Manufacturer: "Maker (test)"}
	want.NDC = "9999112345"
	if diff := cmp.Diff(want, f.Product); diff != "" {
		t.Error(diff)
	}
	var name Value
	for _, v := range f.Values {
		if v.Field == FieldName {
			name = v
		}
	}
	if name.Source.Kind != KindOwner || len(name.Others) != 1 || name.Others[0].Source.Kind != KindPartner || name.Others[0].Value != "EXAMPLE TABS" {
		t.Errorf("the name is told as %+v", name)
	}
	err := w.vault.View(t.Context(), func(tx *sql.Tx) error {
		if got, err := w.Name(tx, unit); got != "Example 10 MG/1" || err != nil {
			t.Errorf("its name is %q, %v", got, err)
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}

func TestAConflictIsShownNotOverwritten(t *testing.T) {
	w := newWorld(t)
	w.learn(wholesaler, "2026-01-10", dscsa.Product{GTIN: unit, Name: "Exemple", Form: "Tablet"})
	w.learn(maker, "2026-01-11", dscsa.Product{GTIN: unit, Name: "Example", Form: "TABLET "})
	found := `name: label-owner "Example", partner "Exemple"`
	if diff := cmp.Diff([]string{"open " + found}, w.conflicts()); diff != "" {
		t.Fatal(diff)
	}
	list, err := w.Conflicts(t.Context(), Open, 0, 0)
	if err != nil {
		t.Fatal(err)
	}
	k, err := w.Settle(t.Context(), list[0].N, "b", "the label says so", "person-1")
	if err != nil || k.State != Settled || k.Chosen != "b" || k.By != "person-1" {
		t.Fatalf("settled as %+v, %v", k, err)
	}
	if f := w.find("2026-03-05"); f.Name != "Exemple" {
		t.Errorf("after it was settled the name is %q", f.Name)
	}
	if _, err := w.Settle(t.Context(), k.N, "a", "again", "person-2"); err == nil {
		t.Error("a conflict is settled twice")
	}

	// A source that says something new opens it again; the old row stays.
	w.learn(maker, "2026-02-11", dscsa.Product{GTIN: unit, Name: "Example Plus"})
	want := []string{`open name: label-owner "Example Plus", partner "Exemple"`, "over " + found}
	if diff := cmp.Diff(want, w.conflicts()); diff != "" {
		t.Fatal(diff)
	}
	if f := w.find("2026-03-05"); f.Name != "Example Plus" {
		t.Errorf("after it was opened again the name is %q", f.Name)
	}

	// Sources that agree again end it.
	w.learn(wholesaler, "2026-02-12", dscsa.Product{GTIN: unit, Name: "EXAMPLE PLUS"})
	want[0] = strings.Replace(want[0], "open", "over", 1)
	if diff := cmp.Diff(want, w.conflicts()); diff != "" {
		t.Fatal(diff)
	}

	// What was known on an earlier day can still be told.
	if f := w.find("2026-01-20"); f.Name != "Example" || f.Form != "TABLET" {
		t.Errorf("of January is told %q, %q", f.Name, f.Form)
	}
}

func TestWhatIsTypedComesFirstAndCanBeTakenBack(t *testing.T) {
	w := newWorld(t)
	w.learn(maker, "2026-01-11", dscsa.Product{GTIN: unit, Name: "Example"})
	w.set(Values{FieldName: "Ours", FieldForm: "TABLET"})
	if f := w.find("2026-03-05"); f.Name != "Ours" || f.Form != "TABLET" {
		t.Errorf("typed, it is %q, %q", f.Name, f.Form)
	}
	w.set(Values{FieldName: ""})
	if f := w.find("2026-03-05"); f.Name != "Example" || f.Form != "TABLET" {
		t.Errorf("taken back, it is %q, %q", f.Name, f.Form)
	}
}

func TestTheSameDocumentAgainSaysNothingNew(t *testing.T) {
	w := newWorld(t)
	p := dscsa.Product{GTIN: unit, Name: "Example", Form: "TABLET"}
	for _, at := range []string{"2026-01-11", "2026-01-11", "2026-02-11"} {
		w.learn(maker, at, p)
	}
	if v := w.find("2026-03-05").Values; v[len(v)-1].From != "2026-01-11" {
		t.Errorf("it holds from %s", v[len(v)-1].From)
	}
	// A document that says less takes nothing away.
	w.learn(maker, "2026-02-12", dscsa.Product{GTIN: unit, Strength: "10 mg"})
	if f := w.find("2026-03-05"); f.Name != "Example" || f.Strength != "10 mg" {
		t.Errorf("it is %q, %q", f.Name, f.Strength)
	}
}

func TestWhatCantBeKeptIsLeftOutOfADocument(t *testing.T) {
	w := newWorld(t)
	w.learn(wholesaler, "2026-01-11", dscsa.Product{GTIN: unit, Name: strings.Repeat("x", 10_000), Form: "null", Strength: "10\u202emg", Manufacturer: "<b>Maker</b>", NDC: "soon"})
	f := w.find("2026-03-05")
	if diff := cmp.Diff(dscsa.Product{GTIN: unit, NDC: "9999112345", Manufacturer: "<b>Maker</b>"}, f.Product); diff != "" {
		t.Error(diff)
	}
}

func TestADayOfAcquisition(t *testing.T) {
	w := newWorld(t)
	w.learn(maker, "2026-01-11", dscsa.Product{GTIN: unit, Name: "Example", Manufacturer: "Maker (test)"})
	right := func(number, who, from string) {
		t.Helper()
		if _, err := w.AddRight(t.Context(), Right{Number: number, Kind: FieldOwner, Who: who, From: from, Ground: "announcement", By: "person-1"}); err != nil {
			t.Fatal(err)
		}
	}
	right("0399991", "Maker (test)", "2010-01-01")
	right(unit, "Buyer (test)", "2026-02-01")
	for on, owner := range map[string]string{"2026-01-31": "Maker (test)", "2026-02-01": "Buyer (test)", "2009-12-31": ""} {
		if f := w.find(on); f.Owner != owner {
			t.Errorf("on %s it is %q's, want %q", on, f.Owner, owner)
		}
	}
	if got := w.conflicts(); len(got) != 0 {
		t.Errorf("the packages made before are a conflict: %v", got)
	}
	if f := w.find("2026-03-05"); len(f.Rights) != 2 {
		t.Errorf("the chain is %v", f.Rights)
	}
	// Who neither owns the number nor packs under it is shown.
	w.learn(maker, "2026-03-01", dscsa.Product{GTIN: unit, Manufacturer: "Somebody (test)"})
	if diff := cmp.Diff([]string{`open right: label-owner "Somebody (test)", own "Buyer (test); Maker (test)"`}, w.conflicts()); diff != "" {
		t.Error(diff)
	}
	if _, err := w.AddRight(t.Context(), Right{Number: "0399991", Kind: FieldPackager, Who: "Somebody (test)", Ground: "contract", By: "person-1"}); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{`over right: label-owner "Somebody (test)", own "Buyer (test); Maker (test)"`}, w.conflicts()); diff != "" {
		t.Error(diff)
	}
}

func TestOneGTINWithTwoNDCsIsAConflictAndOneNDCOnTwoLevelsIsNot(t *testing.T) {
	w := newWorld(t)
	w.learn(maker, "2026-01-11", dscsa.Product{GTIN: unit, NDC: "99991-123-45"})
	w.learn(maker, "2026-01-11", dscsa.Product{GTIN: "10399991123452", NDC: "99991-123-45"})
	w.learn(wholesaler, "2026-01-11", dscsa.Product{GTIN: unit, NDC: "99991012345"}) // the billing form
	if got := w.conflicts(); len(got) != 0 {
		t.Errorf("the same code is a conflict: %v", got)
	}
	w.learn(wholesaler, "2026-01-12", dscsa.Product{GTIN: unit, NDC: "99991-123-46"})
	if diff := cmp.Diff([]string{`open ndc: label-owner "99991-123-45", partner "99991-123-46"`}, w.conflicts()); diff != "" {
		t.Error(diff)
	}
}

func TestNDCBothWays(t *testing.T) {
	w := newWorld(t)
	w.set(Values{FieldName: "Example"})
	for text, want := range map[string]string{
		"00399991123455": unit, "99991-123-45": unit, "99991-0123-45": unit, "99991012345": unit, "9999112345": unit,
		"(01)00399991123455(21)1": unit, "399991123455": unit, "0001-0123-45": "00300010123455",
	} {
		f, err := w.Find(t.Context(), text, day("2026-03-05"))
		if want == unit && (err != nil || f.GTIN != want) {
			t.Errorf("%q is %q, %v", text, f.GTIN, err)
		}
		if want != unit && !errors.Is(err, ErrNotFound) {
			t.Errorf("%q is %v, want a product %s of which nothing is known", text, err, want)
		}
	}
	for _, text := range []string{"00399991123456", "99991-123", "", "soon", "(00)003999910000000015"} {
		if f, err := w.Find(t.Context(), text, day("2026-03-05")); err == nil {
			t.Errorf("%q is %s", text, f.GTIN)
		}
	}
}

func TestAnNDCKeepsItsMeaningInEachForm(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		split := rapid.SampledFrom([][2]int{{4, 4}, {5, 3}, {5, 4}}).Draw(t, "split")
		ten := rapid.StringMatching(`[0-9]{10}`).Draw(t, "digits")
		n := gs1.NDC{Labeler: ten[:split[0]], Product: ten[split[0] : split[0]+split[1]], Package: ten[split[0]+split[1]:]}
		for _, form := range []string{n.String(), n.NDC10(), n.NDC11()} {
			if !same(FieldNDC, n.String(), form) {
				t.Errorf("%s and %s are not the same", n, form)
			}
		}
		other := gs1.NDC{Labeler: n.Labeler, Product: n.Product, Package: strings.Repeat("9", len(n.Package))}
		if other != n && same(FieldNDC, n.String(), other.String()) {
			t.Errorf("%s and %s are the same", n, other)
		}
	})
}

func TestValuesAreComparedByTheirMeaning(t *testing.T) {
	for name, c := range map[string]struct {
		field, a, b string
		want        bool
	}{
		"spaces and case":            {FieldName, "Example  Tabs", "EXAMPLE TABS", true},
		"letters encoded otherwise":  {FieldName, "Caf\u00e9", "Cafe\u0301", true},
		"per one":                    {FieldStrength, "10 mg/1", "10mg", true},
		"per one of several":         {FieldStrength, "10 mg/1; 5 mg/1", "10 MG; 5 MG", true},
		"another unit":               {FieldStrength, "1 g", "1000 mg", false},
		"per five":                   {FieldStrength, "10 mg/5", "10 mg", false},
		"another order of the words": {FieldForm, "TABLET, FILM COATED", "FILM COATED TABLET", false},
	} {
		t.Run(name, func(t *testing.T) {
			if got := same(c.field, c.a, c.b); got != c.want {
				t.Errorf("%q and %q: %v", c.a, c.b, got)
			}
		})
	}
}

func TestWhatCantBeTypedIsRefused(t *testing.T) {
	w := newWorld(t)
	for name, values := range map[string]Values{
		"nothing":           {},
		"an unknown field":  {"price": "1"},
		"a long name":       {FieldName: strings.Repeat("x", valueBytesMax+1)},
		"a turned text":     {FieldName: "a\u202eb"},
		"a code that isn't": {FieldNDC: "12345"},
		"a ground of deeds": {FieldDuty: "charity"},
		"no ground":         {FieldDuty: "cheap"},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := w.Set(t.Context(), unit, values, ""); err == nil {
				t.Error("it is taken")
			}
		})
	}
	w.set(Values{FieldName: strings.Repeat("x", valueBytesMax)})
	for name, r := range map[string]Right{
		"no number":        {Number: "39x", Kind: FieldOwner, Who: "A", Ground: "g"},
		"thirteen digits":  {Number: "0399991123455", Kind: FieldOwner, Who: "A", Ground: "g"},
		"no kind":          {Number: "0399991", Kind: "seller", Who: "A", Ground: "g"},
		"no ground":        {Number: "0399991", Kind: FieldOwner, Who: "A"},
		"it ends too soon": {Number: "0399991", Kind: FieldOwner, Who: "A", Ground: "g", From: "2026-02-01", To: "2026-01-31"},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := w.AddRight(t.Context(), r); err == nil {
				t.Error("it is taken")
			}
		})
	}
}

func TestDutyGrounds(t *testing.T) {
	seen := map[string]bool{}
	transactions := 0
	for _, g := range Grounds {
		if g.Code == "" || g.Text == "" || !strings.HasPrefix(g.Clause, "58") || seen[g.Code] {
			t.Errorf("the ground %+v is not whole, or stands twice", g)
		}
		seen[g.Code] = true
		if g.Of == OfTransaction && g.Code != "specific-patient" { // of section 582
			transactions++
			if roman := "581(24)(B)(" + clauses[transactions-1] + ")"; g.Clause != roman {
				t.Errorf("%s is %s, want %s", g.Code, g.Clause, roman)
			}
		}
	}
	if transactions != len(clauses) {
		t.Errorf("%d clauses of section 581(24)(B) are there, want %d", transactions, len(clauses))
	}
	w := newWorld(t)
	w.set(Values{FieldDuty: "medical-gas"})
	if f := w.find("2026-03-05"); f.Duty != "medical-gas" {
		t.Errorf("the duty is %q", f.Duty)
	}
	if f := w.find("2026-03-04"); f.Duty != "" {
		t.Errorf("the day before it is %q", f.Duty)
	}
}

var clauses = strings.Fields("i ii iii iv v vi vii viii ix x xi xii xiii xiv xv xvi xvii xviii")

func TestTheCatalogueIsTheSameUnderAnotherKey(t *testing.T) {
	w := newWorldIn(t, func(vault.Config) string { return pgtest.Name(t) })
	w.learn(wholesaler, "2026-01-10", dscsa.Product{GTIN: unit, Name: "Exemple"})
	w.learn(maker, "2026-01-11", dscsa.Product{GTIN: unit, Name: "Example"})
	if _, err := w.AddRight(t.Context(), Right{Number: unit, Kind: FieldOwner, Who: "Maker (test)", Ground: "label", By: "person-1"}); err != nil {
		t.Fatal(err)
	}
	before, conflicts := w.find("2026-03-05"), w.conflicts()
	if _, err := w.vault.Rekey(t.Context(), [32]byte{9}); err != nil {
		t.Fatal(err)
	}
	w.Catalogue = New(Config{Vault: w.vault, Registry: w.registry})
	w.learn(maker, "2026-01-11", dscsa.Product{GTIN: unit, Name: "Example"})
	if diff := cmp.Diff(before, w.find("2026-03-05"), cmpopts); diff != "" {
		t.Error(diff)
	}
	w.set(Values{FieldForm: "TABLET"}) // the conflict is looked at again, and is the same
	if diff := cmp.Diff(conflicts, w.conflicts()); diff != "" {
		t.Error(diff)
	}
}

// cmpopts leaves out what only the store knows.
var cmpopts = cmp.FilterPath(func(p cmp.Path) bool {
	f, is := p.Last().(cmp.StructField)
	return is && !token.IsExported(f.Name())
}, cmp.Ignore())
