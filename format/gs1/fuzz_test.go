package gs1

import (
	"errors"
	"strings"
	"testing"
)

func FuzzParse(f *testing.F) {
	for _, s := range []string{
		"]d20100300010123455172712311" + "0LOT4711\x1d211001", "(01)00300010123455(21)A\\(1)", "https://example.com/01/00300010123455/21/1?17=271231",
		"urn:epc:id:sgtin:0300010.012345.a%2Fb", "urn:epc:id:itip:0300010.012345.01.02.9", "103000102345678901", "00300010123455 1001", "]E00300010123455|]e010A\x1d211",
		"/414/0300010000015/254/0", "]", "^", "]C1", "(", "urn:epc:id:cpi:0300010.A%23.1", "/01/00300010123455?10=%", "80011234123451239", "]e0", "/%", "//", "/00//",
	} {
		f.Add(s)
	}
	loose := Options{FNC1: "^", ShortGTIN: true, AlphaKeys: true, UnknownAI: true}
	f.Fuzz(func(t *testing.T, s string) {
		if scan, err := loose.Parse(s); err == nil && len(scan.Elements) == 0 {
			t.Errorf("%q is read as nothing", s)
		}
		scan, err := Parse(s)
		if err != nil {
			var refused *Error
			if !errors.As(err, &refused) || remedyOf(refused.Rule) == "" || refused.Offset < 0 || refused.Offset > len(refused.Input) {
				t.Errorf("the refusal isn't whole: %#v", err)
			}
			return
		}
		for _, e := range scan.Elements {
			if err := CheckValue(e.AI, e.Value); err != nil {
				t.Errorf("%q is read, with %v", s, err)
			}
		}
		checkRewritten(t, scan)
	})
}

// checkRewritten writes a scan in each form and reads it again.
func checkRewritten(t *testing.T, scan Scan) {
	t.Helper()
	element, err := BuildElementString(scan.Elements)
	if err != nil {
		t.Fatal(err)
	}
	bracketed, err := BuildBracketed(scan.Elements)
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{"]d2" + element, bracketed} {
		again, err := Parse(text)
		if err != nil || caret(again.Elements) != caret(scan.Elements) {
			t.Errorf("%q is read again as %v, %v", text, again.Elements, err)
		}
	}
	path, err := scan.Path()
	if err != nil {
		return
	}
	if !IsCanonical(path) {
		t.Errorf("the path %s isn't canonical", path)
	}
}

func FuzzPathFromURN(f *testing.F) {
	for _, c := range sameThing {
		f.Add(c.urn)
	}
	f.Fuzz(func(t *testing.T, urn string) {
		path, err := PathFromURN(urn)
		scan, scanErr := ParseURN(urn)
		if (err == nil) != (scanErr == nil) {
			t.Fatalf("%q: the path says %v, the scan says %v", urn, err, scanErr)
		}
		if err != nil {
			if strings.HasPrefix(path, "/") {
				t.Fatalf("%q is refused and has the path %s", urn, path)
			}
			return
		}
		again, err := scan.Path()
		if err != nil || again != path {
			t.Fatalf("%q has the path %s, its scan %s, %v", urn, path, again, err)
		}
		if !IsCanonical(path) {
			t.Fatalf("the path %s isn't canonical", path)
		}
		back, err := scan.URN(nil)
		if err != nil {
			t.Fatalf("%s has no URN: %v", path, err)
		}
		if twice, err := PathFromURN(back); err != nil || twice != path {
			t.Fatalf("%s gives %s, which gives %s, %v", path, back, twice, err)
		}
		if !PrefixMatches(scan.Prefix, path) && !strings.HasPrefix(path, "/01/000000") {
			t.Fatalf("the company prefix %s doesn't match %s", scan.Prefix, path)
		}
	})
}

func FuzzParseNDC(f *testing.F) {
	f.Add("0001-0123-45")
	f.Add("12345-678-90")
	f.Fuzz(func(t *testing.T, s string) {
		n, err := ParseNDC(s)
		if err != nil {
			return
		}
		if n.String() != s || len(n.NDC10()) != 10 || len(n.NDC11()) != 11 {
			t.Errorf("%q is read as %v", s, n)
		}
		if g, err := GTINFromNDC(0, n.NDC10()); err != nil {
			t.Errorf("%v has no GTIN: %v", n, err)
		} else if back, ok := g.NDC10(); !ok || back != n.NDC10() {
			t.Errorf("%s holds %s", g, back)
		}
	})
}

func FuzzParseDate(f *testing.F) {
	f.Add("271231", "2027-12-31")
	f.Fuzz(func(t *testing.T, short, iso string) {
		if d, err := ParseDate(short); err == nil {
			if back, err := ParseDate(d.YYMMDD()); err != nil || back != d {
				t.Errorf("%q is %v, which reads as %v, %v", short, d, back, err)
			}
		}
		if d, err := ParseISODate(iso); err == nil && d.String() != iso {
			t.Errorf("%q is written %s", iso, d)
		}
	})
}
