package catalogview

import (
	"database/sql"
	"strings"
	"testing"

	"pedigree/domain/trace/traceview/verdict"
)

// duty asks for the ground of a thing or product on a day, as answers about it do.
func (w *world) duty(path, on string) (d verdict.Duty) {
	w.t.Helper()
	err := w.vault.View(w.t.Context(), func(tx *sql.Tx) (err error) {
		var claimed bool
		if d, claimed, err = w.Exempt(tx, path); err != nil || claimed {
			return err
		}
		gtin, of := strings.CutPrefix(path, "/01/")
		if gtin, _, _ = strings.Cut(gtin, "/"); of {
			d, err = w.Duty(tx, gtin, day(on))
		}
		return err
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return d
}

func (w *world) claim(c Claim) {
	w.t.Helper()
	c.By = "person-1"
	if c.Why == "" {
		c.Why = "the label"
	}
	if _, err := w.SetDuty(w.t.Context(), unit, c); err != nil {
		w.t.Fatal(err)
	}
}

const unitPack = "/01/" + unit + "/21/1"

func TestAGroundHoldsOnItsDays(t *testing.T) {
	w := newWorld(t)
	w.claim(Claim{Ground: "medical-gas", Since: "2026-01-10", Until: "2026-02-10"})
	w.claim(Claim{Ground: "imaging", Since: "2026-03-01"})
	w.claim(Claim{Ground: "", Since: "2026-03-20", Why: "entered for another product"})
	for on, want := range map[string]string{
		"2026-01-09": "", "2026-01-10": "medical-gas", "2026-02-10": "medical-gas", "2026-02-11": "",
		"2026-03-01": "imaging", "2026-03-19": "imaging", "2026-03-20": "",
	} {
		for _, path := range []string{unitPack, "/01/" + unit} {
			if d := w.duty(path, on); d.Ground != want || d.Doubt != "" {
				t.Errorf("on %s it is %+v, want %q", on, d, want)
			}
		}
	}
	d := w.duty(unitPack, "2026-01-10")
	if d.Basis.Known != verdict.Own || d.Basis.Source != "here" || !strings.Contains(d.Text, "581(13)") || strings.Contains(d.Text, "not confirmed") {
		t.Errorf("it rests on %+v", d)
	}
	f := w.find("2026-03-05")
	if v := f.Values[len(f.Values)-1]; v.Why != "the label" || v.By != "person-1" || v.Value != "imaging" {
		t.Errorf("the product shows %+v", v)
	}
}

func TestTheDirectoryClaimsGroundsByItsOwnWordsAlone(t *testing.T) {
	for _, c := range []struct{ kind, category, want string }{
		{"HUMAN OTC DRUG", "OTC MONOGRAPH DRUG", "not-prescription"},
		{"HUMAN PRESCRIPTION DRUG", "Unapproved medical gas", "medical-gas"},
		{"HUMAN PRESCRIPTION DRUG", "OUTSOURCING FACILITY COMPOUNDED HUMAN DRUG PRODUCT (EXEMPT FROM APPROVAL REQUIREMENTS)", "compounded"},
		{"HUMAN PRESCRIPTION DRUG", "UNAPPROVED HOMEOPATHIC", ""},
		{"HUMAN PRESCRIPTION DRUG", "NDA", ""},
	} {
		w := newWorld(t)
		w.load(KindNDC, "", "", directoryWith(t, c.kind, c.category))
		d := w.duty(unitPack, "2026-03-05")
		if d.Ground != c.want {
			t.Errorf("%s, %s: %+v, want %q", c.kind, c.category, d, c.want)
		}
		if c.want != "" && (d.Basis.Known != verdict.Reported || d.Basis.Source != "list" || d.Basis.AsOf.IsZero()) {
			t.Errorf("%s, %s rests on %+v", c.kind, c.category, d.Basis)
		}
	}
}

func TestAListDoesNotMakeAPrescriptionDrugFreeAgainstTheDirectory(t *testing.T) {
	w := newWorld(t)
	w.load(KindNDC, "", "", directoryWith(t, "HUMAN PRESCRIPTION DRUG", "NDA"))
	w.load(KindCSV, "price list", "", strings.NewReader("gtin,duty\n"+unit+",not-prescription\n"))
	if d := w.duty(unitPack, "2026-03-05"); d.Ground != "" || d.Doubt == "" || d.Command != "pedigree product duty" {
		t.Errorf("a list against the directory: %+v", d)
	}
	if f := w.find("2026-03-05"); f.Duty != notPrescription || f.DutyDoubt != doubtListed {
		t.Errorf("the product shows %q with the doubt %q", f.Duty, f.DutyDoubt)
	}
	w.claim(Claim{Ground: "not-prescription"})
	if d := w.duty(unitPack, "2026-03-05"); d.Ground != "not-prescription" {
		t.Errorf("by the organisation's own word: %+v", d)
	}
	if f := w.find("2026-03-05"); f.Duty != notPrescription || f.DutyDoubt != "" {
		t.Errorf("the product shows the doubt %q", f.DutyDoubt)
	}
}

func TestWhatIsNoClaimIsRefused(t *testing.T) {
	w := newWorld(t)
	for name, c := range map[string]Claim{
		"a ground of a transaction": {Ground: "samples", Why: "label"},
		"no ground of the table":    {Ground: "cheap", Why: "label"},
		"nothing that shows it":     {Ground: "imaging", Why: " "},
		"an end before the start":   {Ground: "imaging", Why: "label", Since: "2026-03-05", Until: "2026-03-04"},
		"no day":                    {Ground: "imaging", Why: "label", Since: "soon"},
	} {
		if _, err := w.SetDuty(t.Context(), unit, c); err == nil {
			t.Errorf("%s was taken", name)
		}
	}
	items := make([]string, exemptMax+1)
	for i := range items {
		items[i] = "(01)" + unit + "(21)1"
	}
	for name, c := range map[string]struct {
		items       []string
		ground, why string
	}{
		"a ground of a product":           {items[:1], "imaging", "invoice"},
		"a ground of what is given out":   {items[:1], "dispensing", "invoice"},
		"nothing that shows it":           {items[:1], "samples", ""},
		"a product without a serial":      {[]string{"(01)" + unit}, "samples", "invoice"},
		"a place":                         {[]string{"(414)0399991000011"}, "samples", "invoice"},
		"a text that is too long":         {[]string{strings.Repeat("1", exemptTextMax+1)}, "samples", "invoice"},
		"nothing":                         {nil, "samples", "invoice"},
		"more things than are taken once": {items, "samples", "invoice"},
	} {
		if _, err := w.AddExempt(t.Context(), c.items, c.ground, c.why, "person-1"); err == nil {
			t.Errorf("%s was taken", name)
		}
	}
	if list, err := w.AddExempt(t.Context(), items[:exemptMax], "samples", "invoice", "person-1"); err != nil || len(list) != exemptMax {
		t.Errorf("as many as are taken: %d, %v", len(list), err)
	}
}

func TestTheNewestClaimAboutATransactionCounts(t *testing.T) {
	w := newWorld(t)
	for _, ground := range []string{"samples", "emergency"} {
		if _, err := w.AddExempt(t.Context(), []string{"(01)" + unit + "(21)1"}, ground, "invoice 17", "person-1"); err != nil {
			t.Fatal(err)
		}
	}
	d := w.duty(unitPack, "2026-03-05")
	if d.Ground != "emergency" || !strings.Contains(d.Text, "581(24)(B)(iii)") || !strings.Contains(d.Text, "invoice 17") {
		t.Errorf("it is %+v", d)
	}
	if d := w.duty("/01/"+unit+"/21/2", "2026-03-05"); d.Ground != "" {
		t.Errorf("another pack is %+v", d)
	}
}
