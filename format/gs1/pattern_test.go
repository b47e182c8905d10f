package gs1

import (
	"errors"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestPatternsAreRead(t *testing.T) {
	for _, c := range []struct {
		name, urn    string
		class, exact bool
		path         string
	}{
		{"one item", "urn:epc:idpat:sgtin:0300010.012345.1001", false, true, ""},
		{"all of a product", "urn:epc:idpat:sgtin:0300010.012345.*", true, false, "/01/00300010123455"},
		{"all of a company", "urn:epc:idpat:sgtin:0300010.*.*", false, false, ""},
		{"all items", "urn:epc:idpat:sgtin:*.*.*", false, false, ""},
		{"all logistic units of a company", "urn:epc:idpat:sscc:0300010.*", false, false, ""},
		{"all logistic units", "urn:epc:idpat:sscc:*.*", false, false, ""},
		{"all within a place", "urn:epc:idpat:sgln:0300010.00001.*", false, false, ""},
		{"all places of a company of 12 digits", "urn:epc:idpat:sgln:030001000001.*.*", false, false, ""},
		{"all parties of a company", "urn:epc:idpat:pgln:0300010.*", false, false, ""},
		{"all of an asset type", "urn:epc:idpat:grai:0300010.12345.*", true, false, "/8003/00300010123455"},
		{"all assets of a company", "urn:epc:idpat:giai:0300010.*", false, false, ""},
		{"one asset with dots", "urn:epc:idpat:giai:0300010.a.b.c", false, true, ""},
		{"all recipients", "urn:epc:idpat:gsrn:0300010.*", false, false, ""},
		{"all providers", "urn:epc:idpat:gsrnp:*.*", false, false, ""},
		{"all of a document type", "urn:epc:idpat:gdti:0300010.12345.*", true, false, "/253/0300010123455"},
		{"all of a component", "urn:epc:idpat:cpi:0300010.A%23.*", true, false, "/8010/0300010A%23"},
		{"all of a coupon", "urn:epc:idpat:sgcn:0300010.12345.*", true, false, "/255/0300010123455"},
		{"all consignments", "urn:epc:idpat:ginc:0300010.*", false, false, ""},
		{"all shipments", "urn:epc:idpat:gsin:0300010.*", false, false, ""},
		{"all of a piece", "urn:epc:idpat:itip:0300010.012345.01.02.*", true, false, "/8006/003000101234550102"},
		{"all pieces of an item", "urn:epc:idpat:itip:0300010.012345.*.*.*", false, false, ""},
		{"all pieces of a company", "urn:epc:idpat:itip:0300010.*.*.*.*", false, false, ""},
		{"all pieces", "urn:epc:idpat:itip:*.*.*.*.*", false, false, ""},
		{"all of a tobacco product", "urn:epc:idpat:upui:0300010.012345.*", true, false, "/01/00300010123455"},
		{"all of a general class", "urn:epc:idpat:gid:1.2.*", true, false, ""},
		{"all of a general manager", "urn:epc:idpat:gid:1.*.*", false, false, ""},
		{"all of a supplier", "urn:epc:idpat:usdod:2S194.*", false, false, ""},
		{"all of a part", "urn:epc:idpat:adi:2S194.PQ7.*", true, false, ""},
		{"all of a supplier without part", "urn:epc:idpat:adi:2S194..*", true, false, ""},
		{"all of an aerospace supplier", "urn:epc:idpat:adi:2S194.*.*", false, false, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			p, err := ParsePattern(c.urn)
			if err != nil {
				t.Fatal(err)
			}
			if p.String() != c.urn || !strings.HasPrefix(c.urn, "urn:epc:idpat:"+p.Scheme()+":") || p.Class() != c.class || p.Exact() != c.exact {
				t.Errorf("got %s, class %v, exact %v", p, p.Class(), p.Exact())
			}
			path, err := p.Path()
			if path != c.path || (err == nil) != (c.path != "") {
				t.Errorf("got the path %q, %v", path, err)
			}
			if err := CheckEPC(c.urn); err != nil {
				t.Error(err)
			}
			if !p.Matches(c.urn) {
				t.Error("it doesn't match itself")
			}
		})
	}
}

func TestPatternsAreRefused(t *testing.T) {
	for _, c := range []struct {
		name, urn, rule string
		offset          int
	}{
		{"a serial after an open product", "urn:epc:idpat:sgtin:0300010.*.1", RulePattern, 30},
		{"a product after an open company", "urn:epc:idpat:sgtin:*.012345.*", RulePattern, 22},
		{"a star in a serial", "urn:epc:idpat:sgtin:0300010.012345.1*", RulePattern, 36},
		{"a star in a product", "urn:epc:idpat:sgtin:0300010.01234*.*", RulePattern, 33},
		{"an open total of a given piece", "urn:epc:idpat:itip:0300010.012345.01.*.*", RulePattern, 40},
		{"two parts of three", "urn:epc:idpat:sgtin:0300010.*", RuleURN, 28},
		{"one part of two", "urn:epc:idpat:sscc:*", RuleURN, 19},
		{"stars without number", "urn:epc:idpat:sscc:*.*.*", RulePattern, 21},
		{"a company prefix of 5 digits", "urn:epc:idpat:sgtin:03000.*.*", RulePrefixLength, 20},
		{"a company prefix of 13 digits", "urn:epc:idpat:sgtin:0300010123455.*.*", RulePrefixLength, 20},
		{"a letter in a company prefix", "urn:epc:idpat:sscc:030001A.*", RuleDigits, 25},
		{"a product of too many digits", "urn:epc:idpat:sgtin:0300010.0123456.*", RulePrefixLength, 20},
		{"an overlong serial", "urn:epc:idpat:sgtin:0300010.012345." + strings.Repeat("1", 21), RuleSerialLength, 35},
		{"a piece beyond its total", "urn:epc:idpat:itip:0300010.012345.03.02.*", RuleValue, 34},
		{"a component in small letters", "urn:epc:idpat:cpi:0300010.abc.*", RuleCharset, 26},
		{"a lot", "urn:epc:idpat:lgtin:0300010.012345.*", RuleURNScheme, 14},
		{"containers", "urn:epc:idpat:bic:*", RuleURNScheme, 14},
		{"vessels", "urn:epc:idpat:imovn:*", RuleURNScheme, 14},
		{"a tag", "urn:epc:pat:sgtin-96:3.0300010.*.*", RulePattern, 8},
		{"an identity", "urn:epc:id:sgtin:0300010.012345.1", RulePattern, 8},
		{"a wrong CAGE code", "urn:epc:idpat:adi:2SI94.*.*", RuleCharset, 20},
	} {
		t.Run(c.name, func(t *testing.T) {
			var refused *Error
			p, err := ParsePattern(c.urn)
			if !errors.As(err, &refused) || refused.Rule != c.rule || refused.Offset != c.offset || refused.Input != c.urn {
				t.Errorf("got %v, want a refusal by %s at %d", err, c.rule, c.offset)
			}
			if p != (Pattern{}) {
				t.Errorf("a pattern is returned beside the error: %v", p)
			}
		})
	}
}

func TestPatternsMatch(t *testing.T) {
	for _, c := range []struct {
		name, pattern, id string
		want              bool
	}{
		{"an item of the product", "sgtin:0300010.012345.*", "urn:epc:id:sgtin:0300010.012345.1", true},
		{"the same with another spelling of its start", "sgtin:0300010.012345.*", "URN:epc:id:sgtin:0300010.012345.1", true},
		{"the same as a Digital Link", "sgtin:0300010.012345.*", "https://id.gs1.org/01/00300010123455/21/1", true},
		{"the same as a path", "sgtin:0300010.*.*", "/01/00300010123455/21/1", true},
		{"any item as a path", "sgtin:*.*.*", "/01/00300010123455/21/1", true},
		{"a case, whose indicator differs", "sgtin:0300010.012345.*", "urn:epc:id:sgtin:0300010.112345.1", false},
		{"a case of the company", "sgtin:0300010.*.*", "urn:epc:id:sgtin:0300010.112345.1", true},
		{"an item of another company", "sgtin:0300010.*.*", "urn:epc:id:sgtin:0300011.012345.1", false},
		{"an item of another company as a path", "sgtin:0300011.*.*", "/01/00300010123455/21/1", false},
		{"a company prefix that begins alike", "sgtin:0300010.*.*", "urn:epc:id:sgtin:03000101.12345.1", false},
		{"the very item", "sgtin:0300010.012345.a%2fb", "urn:epc:id:sgtin:0300010.012345.a%2Fb", true},
		{"another item", "sgtin:0300010.012345.a%2fb", "urn:epc:id:sgtin:0300010.012345.a%2Fc", false},
		{"a product class within the company", "sgtin:0300010.*.*", "urn:epc:idpat:sgtin:0300010.012345.*", true},
		{"a product class as a path", "sgtin:0300010.*.*", "/01/00300010123455", true},
		{"a wider pattern", "sgtin:0300010.012345.*", "urn:epc:idpat:sgtin:0300010.*.*", false},
		{"all within all", "sgtin:*.*.*", "urn:epc:idpat:sgtin:*.*.*", true},
		{"a lot, which is no EPC", "sgtin:*.*.*", "urn:epc:class:lgtin:0300010.012345.L1", false},
		{"a lot as a path", "sgtin:*.*.*", "/01/00300010123455/10/L1", false},
		{"a logistic unit", "sgtin:*.*.*", "urn:epc:id:sscc:0300010.1234567890", false},
		{"a wrong item", "sgtin:*.*.*", "urn:epc:id:sgtin:0300010.012345." + strings.Repeat("1", 21), false},
		{"a wrong path", "sgtin:*.*.*", "/01/00300010123456/21/1", false},
		{"text", "sgtin:*.*.*", "0300010", false},
		{"a place with extension", "sgln:0300010.00001.*", "/414/0300010000015/254/D1", true},
		{"a place without extension", "sgln:0300010.00001.*", "/414/0300010000015", true},
		{"an asset with dots", "giai:0300010.a.b", "urn:epc:id:giai:0300010.a.b", true},
		{"an asset with a part more", "giai:0300010.a.b", "urn:epc:id:giai:0300010.a.b.c", false},
		{"all pieces of an item", "itip:0300010.012345.*.*.*", "urn:epc:id:itip:0300010.012345.01.02.9", true},
		{"a general identifier", "gid:1.2.*", "urn:epc:id:gid:1.2.3", true},
		{"a general identifier of another class", "gid:1.2.*", "urn:epc:id:gid:1.22.3", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			p, err := ParsePattern("urn:epc:idpat:" + c.pattern)
			if err != nil {
				t.Fatal(err)
			}
			if got := p.Matches(c.id); got != c.want {
				t.Errorf("got %v", got)
			}
		})
	}
	if (Pattern{}).Matches("urn:epc:id:sgtin:0300010.012345.1") || (Pattern{}).Class() || (Pattern{}).Exact() {
		t.Error("the zero pattern matches")
	}
}

func TestPatternsKnowTheirCompanyPrefix(t *testing.T) {
	for urn, want := range map[string]string{
		"urn:epc:idpat:sgtin:0300010.*.*": "0300010", "urn:epc:idpat:sgtin:*.*.*": "", "urn:epc:idpat:gid:1.2.*": "",
	} {
		p, err := ParsePattern(urn)
		if err != nil {
			t.Fatal(err)
		}
		if got, ok := p.CompanyPrefix(); got != want || ok != (want != "") {
			t.Errorf("%s: got %q, %v", urn, got, ok)
		}
	}
}

// openParts makes the patterns of an EPC URN, from all open to none.
func openParts(urn string, count int) []string {
	words := strings.SplitN(urn, ":", 5)
	head, parts := "urn:epc:idpat:"+words[3]+":", strings.SplitN(words[4], ".", count)
	var all []string
	for fixed := 0; fixed <= count; fixed++ {
		if count == patternParts && fixed == 3 {
			continue
		}
		open := append([]string{}, parts...)
		for i := fixed; i < count; i++ {
			open[i] = wildcard
		}
		all = append(all, head+strings.Join(open, "."))
	}
	return all
}

func TestEveryPatternOfAURNMatchesIt(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		urn := anyURN(t)
		if !strings.HasPrefix(urn, "urn:epc:id:") || strings.Contains(urn, wildcard) {
			t.Skip("no pure identity that a pattern can hold")
		}
		path, err := PathFromURN(urn)
		if err != nil {
			t.Fatal(err)
		}
		name := strings.Split(urn, ":")[3]
		for _, text := range openParts(urn, partsOf(name)) {
			p, err := ParsePattern(text)
			if err != nil {
				t.Fatalf("%s: %v", text, err)
			}
			if !p.Matches(urn) {
				t.Fatalf("%s doesn't match %s", p, urn)
			}
			if _, given := p.CompanyPrefix(); given && !p.Matches(path) {
				t.Fatalf("%s doesn't match %s", p, path)
			}
			if p.Exact() && p.Matches(urn+"x") {
				t.Fatalf("%s matches %sx", p, urn)
			}
		}
	})
}
