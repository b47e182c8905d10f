package gs1

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestParseTellsTheFormFromTheText(t *testing.T) {
	pack := []Element{{"01", "00300010123455"}, {"17", "271231"}, {"10", "LOT4711"}, {"21", "1001"}}
	serialised := []Element{{"01", "00300010123455"}, {"21", "1001"}}
	for _, c := range []struct {
		name, input string
		want        Scan
	}{
		{"a DataMatrix with its symbology identifier", "]d20100300010123455172712311" + "0LOT4711\x1d211001", Scan{Form: ElementString, Symbology: "]d2", Elements: pack}},
		{"the same with a leading FNC1 too", "]d2\x1d0100300010123455172712311" + "0LOT4711\x1d211001", Scan{Form: ElementString, Symbology: "]d2", Elements: pack}},
		{"the same without a symbology identifier", "\x1d0100300010123455172712311" + "0LOT4711\x1d211001", Scan{Form: ElementString, Elements: pack}},
		{"the same bare", "0100300010123455172712311" + "0LOT4711\x1d211001", Scan{Form: ElementString, Elements: pack}},
		{"the same with an FNC1 at the end", "0100300010123455172712311" + "0LOT4711\x1d211001\x1d", Scan{Form: ElementString, Elements: pack}},
		{"the same with FNC1 after predefined lengths", "0100300010123455\x1d17271231\x1d10LOT4711\x1d211001", Scan{Form: ElementString, Elements: pack}},
		{"a line end after it, as a scanner types it", "0100300010123455172712311" + "0LOT4711\x1d211001\r\n", Scan{Form: ElementString, Elements: pack}},
		{"a GS1-128 on a pallet", "]C100103000102345678901", Scan{Form: ElementString, Symbology: "]C1", Elements: []Element{{"00", "103000102345678901"}}}},
		{"a GS1 QR code", "]Q30100300010123455211001", Scan{Form: ElementString, Symbology: "]Q3", Elements: serialised}},
		{"a DataBar", "]e00100300010123455211001", Scan{Form: ElementString, Symbology: "]e0", Elements: serialised}},
		{"a GS1 DotCode", "]J10100300010123455211001", Scan{Form: ElementString, Symbology: "]J1", Elements: serialised}},
		{"a UPC from a reader that drops its first zero", "]E0300010123455", Scan{Form: ElementString, Symbology: "]E0", Elements: []Element{{"01", "00300010123455"}}}},
		{"an EAN-13", "]E04012345111118", Scan{Form: ElementString, Symbology: "]E0", Elements: []Element{{"01", "04012345111118"}}}},
		{"an EAN-8", "]E402345673", Scan{Form: ElementString, Symbology: "]E4", Elements: []Element{{"01", "00000002345673"}}}},
		{"an EAN-13 with a composite part", "]E04012345111118|]e010A\x1d211", Scan{Form: ElementString, Symbology: "]E0", Elements: []Element{{"01", "04012345111118"}, {"10", "A"}, {"21", "1"}}}},
		{"a GS1-128 with a leading FNC1", "]C1\x1d00103000102345678901", Scan{Form: ElementString, Symbology: "]C1", Elements: []Element{{"00", "103000102345678901"}}}},
		{"a Digital Link in a DataMatrix", "]d1https://example.com/01/00300010123455/21/1001", Scan{Form: DigitalLink, Symbology: "]d1", Elements: serialised}},
		{"a Digital Link in a DotCode", "]J0https://example.com/01/00300010123455/21/1001", Scan{Form: DigitalLink, Symbology: "]J0", Elements: serialised}},
		{"a UPC with its symbology identifier", "]E00300010123455", Scan{Form: ElementString, Symbology: "]E0", Elements: []Element{{"01", "00300010123455"}}}},
		{"an ITF-14 on a case", "]I110300010123452", Scan{Form: ElementString, Symbology: "]I1", Elements: []Element{{"01", "10300010123452"}}}},
		{"printed text", "(01)00300010123455(17)271231(10)LOT4711(21)1001", Scan{Form: Bracketed, Elements: pack}},
		{"printed text with spaces", " (01) 00300010123455 (17) 271231  (10)LOT4711 (21)1001 ", Scan{Form: Bracketed, Elements: pack}},
		{"printed text with a bracket in the serial", `(01)00300010123455(21)A\(1)`, Scan{Form: Bracketed, Elements: []Element{{"01", "00300010123455"}, {"21", "A(1)"}}}},
		{"a Digital Link", "https://id.example.com/01/00300010123455/21/1001", Scan{Form: DigitalLink, Elements: serialised}},
		{"a Digital Link in a QR code", "]Q1HTTPS://ID.EXAMPLE.COM/01/00300010123455/21/1001", Scan{Form: DigitalLink, Symbology: "]Q1", Elements: serialised}},
		{"a Digital Link with a stem, a lot, a query and a fragment", "http://example.com/a/b/01/00300010123455/10/LOT4711/21/1001?17=271231&lang=en#top", Scan{Form: DigitalLink, Elements: []Element{{"01", "00300010123455"}, {"10", "LOT4711"}, {"21", "1001"}, {"17", "271231"}}}},
		{"a Digital Link with the lot in its query", "https://example.com/01/00300010123455/21/1001?10=LOT4711&17=271231", Scan{Form: DigitalLink, Elements: []Element{{"01", "00300010123455"}, {"21", "1001"}, {"10", "LOT4711"}, {"17", "271231"}}}},
		{"a Digital Link path", "/01/00300010123455/21/1001", Scan{Form: DigitalLink, Elements: serialised}},
		{"a Digital Link path with escapes in either case", "/01/00300010123455/21/%2fA%2F", Scan{Form: DigitalLink, Elements: []Element{{"01", "00300010123455"}, {"21", "/A/"}}}},
		{"a Digital Link of a dock door", "/414/0300010000015/254/D1", Scan{Form: DigitalLink, Elements: []Element{{"414", "0300010000015"}, {"254", "D1"}}}},
		{"an EPC URN", "urn:epc:id:sgtin:0300010.012345.1001", Scan{Form: EPCURN, Prefix: "0300010", Elements: serialised}},
		{"an EPC URN with its first parts in capitals", "URN:EPC:id:sgtin:0300010.012345.1001", Scan{Form: EPCURN, Prefix: "0300010", Elements: serialised}},
		{"18 typed digits", "103000102345678901", Scan{Form: Typed, Elements: []Element{{"00", "103000102345678901"}}}},
		{"14 typed digits", "00300010123455", Scan{Form: Typed, Elements: []Element{{"01", "00300010123455"}}}},
		{"12 typed digits", "300010123455", Scan{Form: Typed, Elements: []Element{{"01", "00300010123455"}}}},
		{"8 typed digits", "02345673", Scan{Form: Typed, Elements: []Element{{"01", "00000002345673"}}}},
		{"a GTIN and a serial typed with spaces", "00300010123455  1001", Scan{Form: Typed, Elements: serialised}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := Parse(c.input)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestParseRefuses(t *testing.T) {
	for _, c := range []struct {
		name, input, rule string
		offset            int
	}{
		{"a wrong check digit in a DataMatrix", "]d20100300010123456211001", RuleCheckDigit, 18},
		{"a lot of 21 characters in a DataMatrix", "]d2010030001012345510" + strings.Repeat("A", 21), RuleLotLength, 41},
		{"an expiry on 31 February in a DataMatrix", "]d2010030001012345517270231", RuleDate, 25},
		{"an expiry in month 13", "(17)271301", RuleDate, 6},
		{"an SSCC with a wrong check digit", "103000102345678902", RuleCheckDigit, 17},
		{"a typed GTIN with a wrong check digit", "00300010123456", RuleCheckDigit, 13},
		{"a typed serial with a space", "00300010123455 10 01", RuleCharset, 17},
		{"a typed GTIN of 11 digits before a serial", "30001012345 1001", RuleLength, 11},
		{"a missing FNC1 after the lot", "0100300010123455" + "10LOT4711172712312110012345678", RuleLotLength, 38},
		{"a GTIN cut off by FNC1", "01003000101234\x1d211001", RuleLength, 14},
		{"an AI that isn't one", "]d2010030001012345518271231", RuleUnknownAI, 19},
		{"an AI cut off", "]d201003000101234553", RuleUnknownAI, 19},
		{"a lower-case hash in a lot", "(10)A#1", RuleCharset, 5},
		{"a Code 128 that isn't a GS1-128", "]C0" + "0100300010123455", RuleSymbology, 0},
		{"a DataMatrix that isn't in GS1 mode", "]d1" + "0100300010123455", RuleSymbology, 0},
		{"a QR code that isn't in GS1 mode", "]Q1" + "0100300010123455", RuleSymbology, 0},
		{"an old DataMatrix", "]d0" + "0100300010123455", RuleSymbology, 0},
		{"an EAN with an add-on", "]E3401234511111812345", RuleSymbology, 0},
		{"an add-on alone", "]E112", RuleSymbology, 0},
		{"an ITF code whose check digit wasn't read", "]I010300010123452", RuleSymbology, 0},
		{"a later data part of a DataBar", "]e1" + "0100300010123455", RuleSymbology, 0},
		{"a PDF417", "]L00100300010123455", RuleSymbology, 0},
		{"an EAN-8 of 13 digits", "]E44012345111118", RuleLength, 11},
		{"an ITF-14 of 13 digits", "]I14012345111118", RuleLength, 16},
		{"an EAN-13 of 14 digits", "]E010300010123452", RuleLength, 16},
		{"letters in an EAN-13", "]E0401234511111A", RuleDigits, 15},
		{"nothing in an EAN-13", "]E0", RuleEmpty, 3},
		{"a GS1 symbology read as another mode", "]C2" + "00103000102345678901", RuleSymbology, 0},
		{"nothing after the symbology identifier", "]d2", RuleEmpty, 3},
		{"a cut off symbology identifier", "]d", RuleSymbology, 0},
		{"free text in a QR code", "]Q1hello", RuleSymbology, 0},
		{"a UPC with a wrong check digit", "]E00300010123456", RuleCheckDigit, 15},
		{"a composite without its identifier", "]E00300010123455|10A", RuleSymbology, 17},
		{"a composite with a wrong date", "]E00300010123455|]e017270231", RuleDate, 26},
		{"text after a bracket", "(01)00300010123455(21", RuleBracket, 18},
		{"an empty bracket", "()1", RuleUnknownAI, 1},
		{"a bracketed value without its bracket", "(01)00300010123455)(21)1", RuleLength, 18},
		{"no domain", "https:///01/00300010123455", RuleURI, 8},
		{"no path", "https://example.com", RuleURI, 8},
		{"a port in the path's place", "https://user@example.com/01/00300010123455", RuleURI, 12},
		{"a wrong check digit in a Digital Link", "https://example.com/01/00300010123456", RuleCheckDigit, 36},
		{"a GTIN of 11 digits in a Digital Link", "https://example.com/01/30001012345", RuleLength, 34},
		{"an address that is neither http nor https", "ftp://example.com/01/00300010123455", RuleURI, 0},
		{"a lot of 21 characters in a Digital Link", "/01/00300010123455/10/" + strings.Repeat("A", 21), RuleLotLength, 42},
		{"an escape cut off in a Digital Link", "/01/00300010123455/21/A%2", RulePercent, 23},
		{"an escaped space in a Digital Link", "/01/00300010123455/21/A%20B", RuleCharset, 23},
		{"an empty serial in a Digital Link", "/01/00300010123455/21/", RuleEmpty, 22},
		{"a serial twice in a Digital Link", "/01/00300010123455/21/1/21/2", RuleRepeatedAI, 24},
		{"two serials in a Digital Link, one in the query", "/01/00300010123455/21/1?21=2", RuleRepeatedAI, 24},
		{"a wrong date in a query", "/01/00300010123455?17=270231", RuleDate, 26},
		{"an attribute without a value", "/01/00300010123455?17", RuleEmpty, 21},
		{"an unknown AI in a query", "/01/00300010123455?18=1", RuleUnknownAI, 19},
		{"an SSCC with a serial", "/00/103000102345678901/21/1", RuleQualifier, 23},
		{"a serial alone", "/21/1001", RuleNoKey, 0},
		{"the root", "/", RuleNoKey, 0},
		{"a URN of something else", "urn:isbn:0451450523", RuleUnrecognised, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			scan, err := Parse(c.input)
			var refused *Error
			if !errors.As(err, &refused) {
				t.Fatalf("got %v, %v, want a refusal by %s", scan, err, c.rule)
			}
			if refused.Rule != c.rule || refused.Offset != c.offset {
				t.Errorf("refused by %s at %d, want %s at %d: %v", refused.Rule, refused.Offset, c.rule, c.offset, err)
			}
			if len(scan.Elements) > 0 {
				t.Errorf("elements are returned beside the error: %v", scan.Elements)
			}
		})
	}
}

func TestOptionsLoosenAndTighten(t *testing.T) {
	for _, c := range []struct {
		name, input string
		options     Options
	}{
		{"a caret for FNC1", "^0100300010123455^10A^211", Options{FNC1: "^"}},
		{"a caret for FNC1 in a composite", "]E00300010123455|]e010A^211", Options{FNC1: "^"}},
		{"a short GTIN", "/01/300010123455", Options{ShortGTIN: true}},
		{"words for keys", "/gtin/00300010123455/ser/1", Options{AlphaKeys: true}},
		{"an AI assigned later", "/01/00300010123455?18=1", Options{UnknownAI: true}},
	} {
		if _, err := (Options{}).Parse(c.input); err == nil {
			t.Errorf("%s is read without the option", c.name)
		}
		if _, err := c.options.Parse(c.input); err != nil {
			t.Errorf("%s isn't read with the option: %v", c.name, err)
		}
	}
	const query = "/01/00300010123455?10=A"
	if _, err := Parse(query); err != nil {
		t.Error(err)
	}
	if _, err := (Options{StrictAttributes: true}).Parse(query); err == nil {
		t.Error("a qualifier in the query is read in spite of the option")
	}
}

func TestTypedFunctionsReadTheirOwnFormOnly(t *testing.T) {
	inputs := map[Form]string{
		ElementString: "0100300010123455211",
		Bracketed:     "(01)00300010123455(21)1",
		DigitalLink:   "/01/00300010123455/21/1",
		EPCURN:        "urn:epc:id:sgtin:0300010.012345.1",
	}
	readers := map[Form]func(string) (Scan, error){
		ElementString: ParseElementString, Bracketed: ParseBracketed, DigitalLink: ParseDigitalLink, EPCURN: ParseURN,
	}
	for form, input := range inputs {
		for reader, read := range readers {
			scan, err := read(input)
			if (err == nil) != (form == reader) {
				t.Errorf("the reader of the form %s reads %s: %v, %v", reader, input, scan, err)
			}
			if err == nil && scan.Form != form {
				t.Errorf("%s is read as the form %s", input, scan.Form)
			}
		}
	}
	if s := Form(0).String(); s != "unknown" {
		t.Errorf("the zero form is called %s", s)
	}
}

func TestScanGivesItsValues(t *testing.T) {
	scan, err := Parse("(00)103000102345678901(01)00300010123455(10)L1(17)280200(21)1001(414)0300010000015")
	if err != nil {
		t.Fatal(err)
	}
	gtin, _ := scan.GTIN()
	sscc, _ := scan.SSCC()
	gln, _ := scan.GLN()
	lot, _ := scan.Lot()
	serial, _ := scan.Serial()
	expiry, _ := scan.Expiry()
	got := []string{string(gtin), string(sscc), string(gln), lot, serial, expiry.YYMMDD()}
	want := []string{"00300010123455", "103000102345678901", "0300010000015", "L1", "1001", "280229"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if d, ok := (Scan{Elements: []Element{{"7003", "2712312359"}}}).Expiry(); !ok || d.YYMMDD() != "271231" {
		t.Errorf("the date of an expiry time is %v, %v", d, ok)
	}
	if g, ok := (Scan{Elements: []Element{{"417", "0300010000015"}}}).GLN(); !ok || g != "0300010000015" {
		t.Errorf("the GLN of a party is %v, %v", g, ok)
	}
	var empty Scan
	for name, ok := range map[string]bool{
		"GTIN": isThere(empty.GTIN()), "SSCC": isThere(empty.SSCC()), "GLN": isThere(empty.GLN()),
		"lot": isThere(empty.Lot()), "serial": isThere(empty.Serial()), "expiry": isThere(empty.Expiry()),
	} {
		if ok {
			t.Errorf("an empty scan has a %s", name)
		}
	}
	if d, ok := (Scan{Elements: []Element{{"7003", "27"}}}).Expiry(); ok {
		t.Errorf("a cut off expiry time gives %v", d)
	}
}

func isThere[T any](_ T, ok bool) bool { return ok }

func TestCompressedAddressesAreToldFromOthers(t *testing.T) {
	for address, want := range map[string]string{
		"https://example.com/DBHKVAdpQgqrpYfj":             RuleCompressed,
		"https://example.com/AQnYUc1gmiCNV4JG":             RuleCompressed,
		"https://example.com/AAnYUc1gmiCNV4JG":             RuleCompressed,
		"https://example.com/QBnYUc1gmiCNV4JG":             RuleCompressed,
		"https://example.com/AQnYUc":                       RuleNoKey,
		"https://example.com/EgnYUc1gmiCNV4JG":             RuleNoKey,
		"https://example.com/aqnyuc1gmicnv4jg":             RuleNoKey,
		"https://example.com/=QnYUc1gmiCNV4JG":             RuleNoKey,
		"https://ref.gs1.org/cbv/BizStep-sensor_reporting": RuleNoKey,
		"https://example.org/about-us/WarehouseInOhio":     RuleNoKey,
		"https://example.org/news/2027/AnnualReport.html":  RuleNoKey,
	} {
		var refused *Error
		if _, err := Parse(address); !errors.As(err, &refused) || refused.Rule != want {
			t.Errorf("%s: got %v, want %s", address, err, want)
		}
	}
}

func TestFormsHaveNames(t *testing.T) {
	seen := map[string]bool{}
	for f := ElementString; f <= Typed; f++ {
		seen[f.String()] = true
	}
	if len(seen) != 5 || seen["unknown"] {
		t.Errorf("the forms are called %v", seen)
	}
}
