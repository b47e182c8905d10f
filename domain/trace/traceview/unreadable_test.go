package traceview

import (
	"strings"
	"testing"

	"pedigree/domain/trace/traceview/verdict"
)

// What readers send and people type that names no pack: each text says what it is and
// what to do, in words of the counter.
func TestWhatIsReadThatIsNoPackIsExplained(t *testing.T) {
	x := newShelf(t)
	w := newWeb(t, x.desks["dispenser"])
	for name, c := range map[string]struct{ text, says, next string }{
		"nothing":                              {" \r\n", "Nothing was read.", "scan the code on the pack again"},
		"the address of a leaflet":             {"]Q1https://www.example.com/leaflet?lang=en", "an address of a web page", "DataMatrix"},
		"the address without a scheme":         {"www.example.com", "an address of a web page", "DataMatrix"},
		"an EAN code":                          {"4006381333931", "names a product, GTIN 04006381333931", "enter why in the catalogue"},
		"an EAN code as the reader sends it":   {"]E04006381333931", "names a product, GTIN 04006381333931", "DataMatrix"},
		"a UPC code":                           {"036000291452", "names a product, GTIN 00036000291452", "DataMatrix"},
		"a product's Digital Link":             {"https://id.example.org/01/00399991123455", "names a product, GTIN 00399991123455", "DataMatrix"},
		"a code with lot and no serial number": {"(01)00399991123455(10)LOT-7A", "names a product, GTIN 00399991123455", "DataMatrix"},
		"an EAN code with a wrong digit":       {"4006381333932", "check digit", "each digit"},
		"a GTIN with a wrong digit":            {"(01)00399991123456(21)1", "check digit", "each digit"},
		"a pack's code without separators":     {"]d201003999911234551728063010LOT-7A21100000000001", "run into each other", "(01)GTIN(21)SERIAL"},
		"the same without the symbol":          {"01003999911234551728063010LOT-7A21100000000001", "run into each other", "byte 1D"},
		"a code cut off":                       {"]d20100399991123455172806", "run into each other", "(01)GTIN(21)SERIAL"},
		"a place":                              {"(414)0399991000015", "a place, not goods", "the code on the pack"},
		"garbled characters":                   {"\x00\xff]d2", "", ""},
		"words":                                {"hello", "no code of a pack", "type the numbers"},
	} {
		t.Run(name, func(t *testing.T) {
			text := strings.ToValidUTF8(c.text, "?")
			for _, a := range []verdict.Answer{w.judge(text)[0], x.judge("dispenser", c.text)[0]} {
				if a.Word != CannotTell || a.Rule != verdict.RuleUnreadable || !strings.Contains(a.Text, c.says) || !strings.Contains(a.Next, c.next) || a.Next == "" || a.Path != "" {
					t.Errorf("%s by %s, path %q: %s Next: %s", a.Word, a.Rule, a.Path, a.Text, a.Next)
				}
			}
			if d := w.dispense(text)[0]; d.Verdict != CannotTell || d.Rule != verdict.RuleUnreadable {
				t.Errorf("dispensed: %+v", d)
			}
		})
	}
	for name, text := range map[string]string{"a pallet of ours": x.pallet, "a pallet that nobody knows": "(00)006141410000000012"} {
		if d := w.dispense(text)[0]; d.Verdict == OK || !strings.Contains(d.Text, "not") {
			t.Errorf("%s: %+v", name, d)
		}
	}
}
