package gs1

import (
	"errors"
	"testing"
)

var drugPack = []Element{{"01", "00300010123455"}, {"21", "A(1)"}, {"17", "271231"}, {"10", "LOT/1"}}

func TestElementsAreWrittenInEachForm(t *testing.T) {
	made := func(s string, err error) string {
		if err != nil {
			return err.Error()
		}
		return s
	}
	for _, c := range []struct{ name, got, want string }{
		{"an element string", made(BuildElementString(drugPack)), "010030001012345521A(1)\x1d1727123110LOT/1"},
		{"printed text", made(BuildBracketed(drugPack)), `(01)00300010123455(21)A\(1)(17)271231(10)LOT/1`},
		{"a Digital Link", made(BuildDigitalLink("https://id.gs1.org", drugPack)), "https://id.gs1.org/01/00300010123455/10/LOT%2F1/21/A%281%29?17=271231"},
		{"a Digital Link path", made(BuildDigitalLink("", drugPack)), "/01/00300010123455/10/LOT%2F1/21/A%281%29?17=271231"},
	} {
		if c.got != c.want {
			t.Errorf("%s: got %q, want %q", c.name, c.got, c.want)
		}
	}
}

func TestElementsThatContradictOrDoNotFitAreNotWritten(t *testing.T) {
	for name, elements := range map[string][]Element{
		"nothing":               nil,
		"an unknown AI":         {{"18", "1"}},
		"a wrong value":         {{"01", "1"}},
		"a separator in a lot":  {{"10", "A\x1d211"}},
		"two different serials": {{"21", "1"}, {"21", "2"}},
	} {
		for form, build := range map[string]func([]Element) (string, error){
			"an element string": BuildElementString,
			"printed text":      BuildBracketed,
			"a Digital Link":    func(e []Element) (string, error) { return BuildDigitalLink("", e) },
		} {
			if s, err := build(elements); err == nil {
				t.Errorf("%s is written as %s: %q", name, form, s)
			}
		}
	}
	var refused *Error
	if _, err := BuildDigitalLink("", []Element{{"10", "L1"}}); !errors.As(err, &refused) || refused.Rule != RuleNoKey {
		t.Errorf("a Digital Link without a key: got %v", err)
	}
	if _, err := BuildDigitalLink("", []Element{{"01", "00300010123455"}, {"254", "D1"}}); !errors.As(err, &refused) || refused.Rule != RuleAttribute {
		t.Errorf("a Digital Link with an extension of nothing: got %v", err)
	}
}

func TestAssociationsOfElements(t *testing.T) {
	for _, c := range []struct {
		name, input, rule string
	}{
		{"a drug pack", "(01)00300010123455(21)1(17)271231(10)L1", ""},
		{"a pallet with its content", "(00)103000102345678901(02)10300010123452(37)10", ""},
		{"a secondary serial needs a GTIN and a serial", "(01)00300010123455(250)X", RuleMissingAI},
		{"a secondary serial with both", "(01)00300010123455(21)1(250)X", ""},
		{"a content without its count", "(00)103000102345678901(02)10300010123452", RuleMissingAI},
		{"a GTIN and a count of contents", "(01)10300010123452(37)10(02)10300010123452", RuleExcludedAI},
		{"a weight in two precisions", "(01)90300010123458(3102)000001(3103)000010", RuleExcludedAI},
		{"a weight once", "(01)90300010123458(3102)000001", ""},
		{"a price per unit needs a measure by pattern", "(01)90300010123458(3103)000010(3920)100", ""},
		{"a serial and a third-party serial", "(01)00300010123455(21)1(235)T", RuleExcludedAI},
		{"a serial alone", "(21)1", RuleMissingAI},
		{"an expiry alone", "(17)271231", RuleMissingAI},
		{"an expiry of a coupon", "(255)0300010123455(17)271231", ""},
		{"the lot of the content of a pallet", "(00)103000102345678901(02)10300010123452(37)10(10)L1", ""},
		{"a count without a pallet", "(02)10300010123452(37)10", RuleMissingAI},
		{"a GTIN and a content", "(02)10300010123452(01)00300010123455", RuleExcludedAI},
		{"an NDC of a pack", "(01)00300010123455(715)0001-0123-45", ""},
		{"an NDC alone", "(715)0001-0123-45", RuleMissingAI},
		{"a place within a location", "(414)0300010000015(254)D1", ""},
		{"a place within nothing", "(254)D1", RuleMissingAI},
		{"a provider and a recipient", "(8017)030001012345678901(8018)030001012345678901", RuleExcludedAI},
		{"a wristband's birth date twice", "(8018)030001012345678901(7250)20270131(7251)202701312359", RuleExcludedAI},
		{"a potency without a lot", "(01)00300010123455(7004)100", RuleMissingAI},
		{"a potency with a lot", "(01)00300010123455(10)L1(7004)100", ""},
		{"a price by weight", "(01)90300010123458(3103)000010(3922)100", ""},
		{"a price by nothing", "(01)90300010123458(3922)100", RuleMissingAI},
		{"two amounts", "(8020)R1(3900)1(3901)10", RuleMissingAI},
		{"the ends of a temperature in two units", "(00)103000102345678901(4330)001000(4331)001000", RuleExcludedAI},
		{"a second address line without the first", "(00)103000102345678901(4303)X", RuleMissingAI},
	} {
		t.Run(c.name, func(t *testing.T) {
			scan, err := Parse(c.input)
			if err != nil {
				t.Fatal(err)
			}
			var refused *Error
			err = scan.CheckAssociations()
			switch {
			case c.rule == "" && err != nil:
				t.Error(err)
			case c.rule != "" && (!errors.As(err, &refused) || refused.Rule != c.rule):
				t.Errorf("got %v, want a refusal by %s", err, c.rule)
			}
		})
	}
	if err := (Scan{Elements: []Element{{"18", "1"}}}).CheckAssociations(); err != nil {
		t.Errorf("an AI assigned later has associations: %v", err)
	}
}
