package gs1

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// sameThing gives one EPC URN of each scheme and the canonical path of it.
var sameThing = []struct{ name, urn, path string }{
	{"a serialised pack", "urn:epc:id:sgtin:0300010.012345.1001", "/01/00300010123455/21/1001"},
	{"a case of the same product", "urn:epc:id:sgtin:0300010.112345.1001", "/01/10300010123452/21/1001"},
	{"a company prefix of 6 digits", "urn:epc:id:sgtin:030001.0012345.1", "/01/00300010123455/21/1"},
	{"a company prefix of 12 digits", "urn:epc:id:sgtin:030001012345.0.1", "/01/00300010123455/21/1"},
	{"a serial with escapes", "urn:epc:id:sgtin:0300010.012345.a%2Fb%25%22", "/01/00300010123455/21/a%2Fb%25%22"},
	{"a serial with dots and signs", "urn:epc:id:sgtin:0300010.012345.a.b-c_d!e(f)*+,:;='", "/01/00300010123455/21/a.b-c_d%21e%28f%29%2A%2B%2C%3A%3B%3D%27"},
	{"a serial of 20 escapes", "urn:epc:id:sgtin:0300010.012345." + strings.Repeat("%3C", 20), "/01/00300010123455/21/" + strings.Repeat("%3C", 20)},
	{"a logistic unit", "urn:epc:id:sscc:0300010.1234567890", "/00/103000102345678901"},
	{"a place without extension", "urn:epc:id:sgln:0300010.00001.0", "/414/0300010000015"},
	{"a place with extension", "urn:epc:id:sgln:0300010.00001.dock'1", "/414/0300010000015/254/dock%271"},
	{"a place that is a whole prefix", "urn:epc:id:sgln:030001000001..0", "/414/0300010000015"},
	{"a party", "urn:epc:id:pgln:0300010.00001", "/417/0300010000015"},
	{"a lot", "urn:epc:class:lgtin:0300010.012345.L1", "/01/00300010123455/10/L1"},
	{"a product class", "urn:epc:idpat:sgtin:0300010.012345.*", "/01/00300010123455"},
	{"a returnable asset", "urn:epc:id:grai:0300010.12345.A1", "/8003/00300010123455A1"},
	{"a returnable asset class", "urn:epc:idpat:grai:0300010.12345.*", "/8003/00300010123455"},
	{"an asset", "urn:epc:id:giai:0300010.A%2F1", "/8004/0300010A%2F1"},
	{"a recipient of a service", "urn:epc:id:gsrn:0300010.1234567890", "/8018/030001012345678901"},
	{"a provider of a service", "urn:epc:id:gsrnp:0300010.1234567890", "/8017/030001012345678901"},
	{"a document", "urn:epc:id:gdti:0300010.12345.PO-1", "/253/0300010123455PO-1"},
	{"a document class", "urn:epc:idpat:gdti:0300010.12345.*", "/253/0300010123455"},
	{"a component", "urn:epc:id:cpi:0300010.A-1%23%2F.77", "/8010/0300010A-1%23%2F/8011/77"},
	{"a component class", "urn:epc:idpat:cpi:0300010.A-1.*", "/8010/0300010A-1"},
	{"a coupon", "urn:epc:id:sgcn:0300010.12345.77", "/255/030001012345577"},
	{"a coupon class", "urn:epc:idpat:sgcn:0300010.12345.*", "/255/0300010123455"},
	{"a consignment", "urn:epc:id:ginc:0300010.xyz47%2F11", "/401/0300010xyz47%2F11"},
	{"a shipment", "urn:epc:id:gsin:0300010.123456789", "/402/03000101234567893"},
	{"a piece of an item", "urn:epc:id:itip:0300010.012345.01.02.9", "/8006/003000101234550102/21/9"},
	{"a class of pieces", "urn:epc:idpat:itip:0300010.012345.01.02.*", "/8006/003000101234550102"},
	{"a third-party serial", "urn:epc:id:upui:0300010.012345.51qIgY)%3C", "/01/00300010123455/235/51qIgY%29%3C"},
}

func TestPathFromURN(t *testing.T) {
	for _, c := range sameThing {
		t.Run(c.name, func(t *testing.T) {
			got, err := PathFromURN(c.urn)
			if err != nil || got != c.path {
				t.Fatalf("got %s, %v, want %s", got, err, c.path)
			}
			appended, err := AppendPathFromURN([]byte("x"), c.urn)
			if err != nil || string(appended) != "x"+c.path {
				t.Errorf("appended %s, %v", appended, err)
			}
			scan, err := Parse(c.urn)
			if err != nil {
				t.Fatal(err)
			}
			if path, err := scan.Path(); err != nil || path != c.path {
				t.Errorf("the scan's path is %s, %v", path, err)
			}
			if !IsCanonical(c.path) {
				t.Error("the path isn't canonical")
			}
			prefix, ok := CompanyPrefixOf(c.urn)
			if !ok || !PrefixMatches(prefix, c.path) || PrefixMatches("9"+prefix[1:], c.path) {
				t.Errorf("the company prefix %s, %v doesn't match the path alone", prefix, ok)
			}
			table, err := NewPrefixTable([]string{prefix})
			if err != nil {
				t.Fatal(err)
			}
			if back, err := URNFromPath("https://id.gs1.org"+c.path+"?17=271231", table); err != nil || back != c.urn {
				t.Errorf("back from the path: %s, %v", back, err)
			}
			if back, err := scan.URN(nil); err != nil || back != c.urn {
				t.Errorf("back from the scan: %s, %v", back, err)
			}
		})
	}
}

func TestPathFromURNRefuses(t *testing.T) {
	for _, c := range []struct {
		name, urn, rule string
		offset          int
	}{
		{"nothing", "", RuleURN, 0},
		{"only the start", "urn:epc:", RuleURN, 8},
		{"only the kind", "urn:epc:id:", RuleURN, 11},
		{"capitals in the scheme", "urn:epc:id:SGTIN:0300010.012345.1", RuleURNScheme, 8},
		{"a tag URI", "urn:epc:tag:sgtin-96:1.0300010.012345.1", RuleURNScheme, 8},
		{"a class of a scheme that has none", "urn:epc:class:sgtin:0300010.012345.1", RuleURNScheme, 8},
		{"no dot", "urn:epc:id:sscc:0300010", RuleURN, 16},
		{"no reference", "urn:epc:id:sscc:0300010.", RuleEmpty, 24},
		{"a letter in the prefix", "urn:epc:id:sgtin:03OOO10.012345.1", RuleDigits, 19},
		{"a letter in the reference", "urn:epc:id:sgtin:0300010.01234S.1", RuleDigits, 30},
		{"a prefix of 5 digits", "urn:epc:id:sgtin:03000.01012345.1", RulePrefixLength, 17},
		{"a prefix of 13 digits", "urn:epc:id:sgtin:0300010123455..1", RulePrefixLength, 17},
		{"a digit too few", "urn:epc:id:sgtin:0300010.01234.1", RulePrefixLength, 17},
		{"a digit too many", "urn:epc:id:sgln:0300010.000011.0", RulePrefixLength, 16},
		{"no serial", "urn:epc:id:sgtin:0300010.012345.", RuleEmpty, 32},
		{"a serial of 21 characters", "urn:epc:id:sgtin:0300010.012345." + strings.Repeat("%2F", 21), RuleSerialLength, 32},
		{"a lot of 21 characters", "urn:epc:class:lgtin:0300010.012345." + strings.Repeat("A", 21), RuleLotLength, 35},
		{"an extension of 21 characters", "urn:epc:id:sgln:0300010.00001." + strings.Repeat("A", 21), RuleLength, 30},
		{"a slash in a serial", "urn:epc:id:sgtin:0300010.012345.A/B", RulePercent, 33},
		{"an escape cut off", "urn:epc:id:sgtin:0300010.012345.A%2", RulePercent, 33},
		{"an escape that isn't hexadecimal", "urn:epc:id:sgtin:0300010.012345.A%2G", RulePercent, 33},
		{"an escaped space", "urn:epc:id:sgtin:0300010.012345.A%20B", RuleCharset, 33},
		{"a space", "urn:epc:id:sgtin:0300010.012345.A B", RuleCharset, 33},
		{"a byte beyond ASCII", "urn:epc:id:sgtin:0300010.012345.é", RuleCharset, 32},
		{"a pattern of a serial", "urn:epc:idpat:sgtin:0300010.012345.1*", RulePattern, 35},
		{"a pattern of all items", "urn:epc:idpat:sgtin:0300010.*.*", RulePattern, 20},
		{"a piece without its total", "urn:epc:id:itip:0300010.012345.01.9", RuleURN, 31},
		{"an asset of 31 characters", "urn:epc:id:giai:0300010." + strings.Repeat("A", 24), RuleLength, 24},
		{"a component in small letters", "urn:epc:id:cpi:0300010.abc.1", RuleCharset, 23},
		{"a component serial with a zero in front", "urn:epc:id:cpi:0300010.ABC.01", RuleValue, 27},
		{"a component serial with a letter", "urn:epc:id:cpi:0300010.ABC.1A", RuleDigits, 28},
		{"a text beyond the limit", "urn:epc:id:sgtin:0300010.012345." + strings.Repeat("1", MaxInputBytes), RuleTooLong, MaxInputBytes},
	} {
		t.Run(c.name, func(t *testing.T) {
			path, err := PathFromURN(c.urn)
			var refused *Error
			if !errors.As(err, &refused) || refused.Rule != c.rule || refused.Offset != c.offset || path != "" {
				t.Errorf("got %q, %v, want a refusal by %s at %d", path, err, c.rule, c.offset)
			}
			if dst, err := AppendPathFromURN([]byte("x"), c.urn); err == nil || string(dst) != "x" {
				t.Errorf("appended %s, %v", dst, err)
			}
			if _, err := ParseURN(c.urn); err == nil {
				t.Error("it is read as a scan")
			}
		})
	}
}

func TestPathIsOfTheFinestIdentifier(t *testing.T) {
	for _, c := range []struct{ name, input, path string }{
		{"the serial before the lot", "(01)00300010123455(17)271231(10)L1(21)1001", "/01/00300010123455/21/1001"},
		{"the lot where there is no serial", "(01)00300010123455(17)271231(10)L1", "/01/00300010123455/10/L1"},
		{"the third-party serial before the lot", "(01)00300010123455(235)T1(10)L1", "/01/00300010123455/235/T1"},
		{"a variant is left out", "(01)00300010123455(22)V1", "/01/00300010123455"},
		{"the SSCC of a label that has a GTIN too", "(01)10300010123452(37)10(00)103000102345678901", "/00/103000102345678901"},
		{"the key of an address, whatever its query says", "/01/00300010123455?00=103000102345678901", "/01/00300010123455"},
		{"an extension 0 is none", "(414)0300010000015(254)0", "/414/0300010000015"},
		{"a serial is percent-encoded", `(01)00300010123455(21)/%"`, "/01/00300010123455/21/%2F%25%22"},
		{"the domain, the stem and the case of escapes don't matter", "https://example.com/x/01/00300010123455/21/%2f", "/01/00300010123455/21/%2F"},
		{"needless escapes of letters are undone", "/01/00300010123455/21/%41%2D", "/01/00300010123455/21/A-"},
		{"a payment slip", "(415)0300010000015(8020)R1", "/415/0300010000015/8020/R1"},
		{"a service relation instance is left out", "(8018)030001012345678901(8019)1", "/8018/030001012345678901"},
		{"a scan without a key", "(10)L1(17)271231", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			scan, err := Parse(c.input)
			if err != nil {
				if c.path != "" {
					t.Fatal(err)
				}
				return
			}
			got, err := scan.Path()
			if got != c.path || (err == nil) != (c.path != "") {
				t.Errorf("got %q, %v, want %q", got, err, c.path)
			}
		})
	}
}

func TestPathChecksAScanMadeByHand(t *testing.T) {
	for _, bad := range [][]Element{
		{{"01", "1"}},
		{{"01", "00300010123456"}},
		{{"01", "00300010123455"}, {"21", ""}},
		{{"01", "00300010123455"}, {"21", "a b"}},
		nil,
	} {
		scan := Scan{Form: ElementString, Elements: bad}
		if path, err := scan.Path(); err == nil {
			t.Errorf("%v has the path %s", bad, path)
		}
		if urn, err := scan.URN(nil); err == nil {
			t.Errorf("%v has the URN %s", bad, urn)
		}
	}
}

func TestOnlyOneSpellingOfAPathIsCanonical(t *testing.T) {
	for _, path := range []string{
		"https://id.gs1.org/01/00300010123455", "/01/00300010123455/", "/01/00300010123455/21/%2f", "/01/00300010123455/21/%41",
		"/01/00300010123455/21/a+b", "/01/00300010123455/10/L/21/1", "/414/0300010000015/254/0", "/x/01/00300010123455", "/01/00300010123455?", "",
		"urn:epc:id:sgtin:0300010.012345.1",
	} {
		if IsCanonical(path) {
			t.Errorf("%s is taken for canonical", path)
		}
	}
}

func TestPathsAndURNsFromParts(t *testing.T) {
	const gtin, sscc, gln = GTIN("00300010123455"), SSCC("103000102345678901"), GLN("0300010000015")
	made := func(s string, err error) string {
		if err != nil {
			return err.Error()
		}
		return s
	}
	got := []string{
		made(GTINPath(gtin)), made(GTINPatternURN(7, gtin)),
		made(SGTINPath(gtin, "A/1")), made(SGTINURN(7, gtin, "A/1")),
		made(LGTINPath(gtin, "L'1")), made(LGTINURN(7, gtin, "L'1")),
		made(SSCCPath(sscc)), made(SSCCURN(7, sscc)),
		made(SGLNPath(gln, "")), made(SGLNURN(7, gln, "")),
		made(SGLNPath(gln, "0")), made(SGLNURN(7, gln, "0")),
		made(SGLNPath(gln, "D1")), made(SGLNURN(12, gln, "D1")),
		made(PGLNURN(6, gln)),
	}
	want := []string{
		"/01/00300010123455", "urn:epc:idpat:sgtin:0300010.012345.*",
		"/01/00300010123455/21/A%2F1", "urn:epc:id:sgtin:0300010.012345.A%2F1",
		"/01/00300010123455/10/L%271", "urn:epc:class:lgtin:0300010.012345.L'1",
		"/00/103000102345678901", "urn:epc:id:sscc:0300010.1234567890",
		"/414/0300010000015", "urn:epc:id:sgln:0300010.00001.0",
		"/414/0300010000015", "urn:epc:id:sgln:0300010.00001.0",
		"/414/0300010000015/254/D1", "urn:epc:id:sgln:030001000001..D1",
		"urn:epc:id:pgln:030001.000001",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	for name, err := range map[string]error{
		"a path of a GTIN with a wrong check digit": errOf(GTINPath("00300010123456")),
		"a path of an overlong serial":              errOf(SGTINPath(gtin, strings.Repeat("1", 21))),
		"a path of an empty lot":                    errOf(LGTINPath(gtin, "")),
		"a URN of an overlong serial":               errOf(SGTINURN(7, gtin, strings.Repeat("1", 21))),
		"a URN of an empty lot":                     errOf(LGTINURN(7, gtin, "")),
		"a URN of an SSCC of 17 digits":             errOf(SSCCURN(7, sscc[:17])),
		"a URN of an extension with a space":        errOf(SGLNURN(7, gln, "D 1")),
		"a prefix of 5 digits":                      errOf(SGTINURN(5, gtin, "1")),
		"a prefix of 13 digits":                     errOf(SSCCURN(13, sscc)),
	} {
		if err == nil {
			t.Errorf("%s is made", name)
		}
	}
}

func TestKeysWithoutAnEPCSchemeHaveNoURN(t *testing.T) {
	table, err := NewPrefixTable([]string{"0300010", "1987654"})
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"/8013/1987654Ad4X4bL5ttr2310c2K", "/415/0300010000015/8020/R1", "/8006/003000101234550102/10/L1"} {
		var refused *Error
		if urn, err := URNFromPath(path, table); !errors.As(err, &refused) || refused.Rule != RuleURNScheme {
			t.Errorf("%s: got %s, %v", path, urn, err)
		}
	}
	for _, path := range []string{"/8004/0300010", "/8004/03000A", "/01/04012345111118/21/1"} {
		if urn, err := URNFromPath(path, table); err == nil {
			t.Errorf("%s has the URN %s", path, urn)
		}
	}
}

func TestEscapesAreUndone(t *testing.T) {
	var all []byte
	for c := byte(0x21); c < 0x7f; c++ {
		if classOf[c]&set82 != 0 {
			all = append(all, c)
		}
	}
	value := string(all)
	if len(value) != 82 {
		t.Fatalf("CSET 82 has %d characters", len(value))
	}
	if back, err := UnescapeURN(EscapeURN(value)); err != nil || back != value {
		t.Errorf("got %s, %v", back, err)
	}
	if back, err := UnescapePath(EscapePath(value)); err != nil || back != value {
		t.Errorf("got %s, %v", back, err)
	}
	if got, want := EscapeURN("\"%&/<>?#a-z"), "%22%25%26%2F%3C%3E%3F%23a-z"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	for _, bad := range []string{"%", "a%2", "%zz", "%2g"} {
		if v, err := UnescapePath(bad); err == nil {
			t.Errorf("%s is read as %s", bad, v)
		}
	}
}
