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

// checkRefusalWhole says whether a refusal has all its parts.
func checkRefusalWhole(t *testing.T, err error) {
	t.Helper()
	var refused *Error
	if !errors.As(err, &refused) || remedyOf(refused.Rule) == "" || refused.Text == "" || refused.Remedy == "" || refused.Offset < 0 || refused.Offset > len(refused.Input) {
		t.Errorf("the refusal isn't whole: %#v", err)
	}
}

func FuzzParseElementString(f *testing.F) {
	for _, s := range []string{
		"0100300010123455172712311" + "0LOT4711\x1d211001", "]d2\x1d01003000101234552" + "1A<GS>", "]C100103000102345678901", "]e0", "\x1d", "10A\x1d\x1d21B", "80030030001012345" + "5A|", "]E0300010123455|]e010A^211", "7007270101270202\x1d4309",
	} {
		f.Add(s, "^")
		f.Add(s, "<GS>")
	}
	f.Fuzz(func(t *testing.T, s, fnc1 string) {
		scan, err := ParseElementString(s)
		if err != nil {
			checkRefusalWhole(t, err)
		} else {
			checkRewritten(t, scan)
			if err := scan.LostSeparator(); err != nil {
				checkRefusalWhole(t, err)
			}
		}
		scan, err = Options{FNC1: fnc1}.Parse(s)
		if err != nil {
			checkRefusalWhole(t, err)
			return
		}
		for _, e := range scan.Elements {
			if err := CheckValue(e.AI, e.Value); err != nil {
				t.Errorf("%q with the separator %q is read, with %v", s, fnc1, err)
			}
		}
	})
}

func FuzzParseBracketed(f *testing.F) {
	for _, s := range []string{"(01)00300010123455(21)A\\(1)", " (10) L1 (17)271231 ", "(10)a(b", "((01)", "(01", "(18)1", "(21)\\", "(21)\\(", "()", "(240)a\\\\(b"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		scan, err := ParseBracketed(s)
		if err != nil {
			checkRefusalWhole(t, err)
			return
		}
		checkRewritten(t, scan)
	})
}

func FuzzParseDigitalLink(f *testing.F) {
	for _, s := range []string{
		"https://example.com/a/01/00300010123455/21/1?17=271231;10=L#x", "/gtin/4012345111118/ser/%2f", "/01/02345673/", "http://[::1]:8/00/103000102345678901?&&=", "/414/0300010000015/254/0", "/8003/00300010123455A%25", "HTTPS://X/8004/0300010%2B", "/01/00300010123455?240=a;b;17=270200", "//01//", "/party/0300010000015?3103=000195&3103=000195",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		scan, err := ParseDigitalLink(s)
		if err != nil {
			checkRefusalWhole(t, err)
			if _, err := (Options{}).ParseDigitalLink(s); err == nil {
				t.Errorf("%q is read with fewer options only", s)
			}
			return
		}
		path, err := scan.Path()
		if err != nil || !IsCanonical(path) {
			t.Fatalf("%q has the path %q, %v", s, path, err)
		}
		if again, err := CanonicalPath(s); err != nil || again != path {
			t.Errorf("%q has the canonical path %q, %v, its scan %q", s, again, err, path)
		}
		link, err := BuildDigitalLink("https://example.com", scan.Elements)
		if err != nil {
			checkRefusalWhole(t, err)
			return
		}
		if again, err := CanonicalPath(link); err != nil || again != path {
			t.Errorf("%q is written %q, whose path is %q, %v", s, link, again, err)
		}
	})
}

func FuzzCheckEPC(f *testing.F) {
	for _, urn := range rightEPCs {
		f.Add(urn)
	}
	f.Add("urn:epc:id:adi:2SI94.A%2.1")
	f.Add("urn:epc:raw:96.x3")
	f.Fuzz(func(t *testing.T, urn string) {
		err := CheckEPC(urn)
		if err != nil {
			checkRefusalWhole(t, err)
		}
		path, pathErr := PathFromURN(urn)
		switch {
		case pathErr == nil && err != nil:
			t.Errorf("%q has the path %s and yet %v", urn, path, err)
		case pathErr != nil && err == nil:
			if rule := ruleOf(pathErr); rule != RuleURNScheme && rule != RulePattern {
				t.Errorf("%q is right and has no path: %v", urn, pathErr)
			}
		}
	})
}

func FuzzParsePattern(f *testing.F) {
	for _, urn := range []string{
		"urn:epc:idpat:sgtin:0300010.012345.*", "urn:epc:idpat:sgtin:*.*.*", "urn:epc:idpat:itip:0300010.012345.01.02.*", "urn:epc:idpat:giai:0300010.a.b", "urn:epc:idpat:sgln:030001000001..*",
		"urn:epc:idpat:adi:2S194..*", "urn:epc:idpat:gid:1.2.3", "urn:epc:idpat:cpi:0300010.A%23.*", "urn:epc:idpat:sscc:*.*", "urn:epc:idpat:usdod:2S194.*",
	} {
		f.Add(urn, "urn:epc:id:sgtin:0300010.012345.1")
		f.Add(urn, "/01/00300010123455/21/1")
	}
	f.Fuzz(func(t *testing.T, urn, id string) {
		p, err := ParsePattern(urn)
		if err != nil {
			checkRefusalWhole(t, err)
			return
		}
		if !p.Matches(urn) || CheckEPC(urn) != nil {
			t.Errorf("%s doesn't match itself, or isn't right", p)
		}
		if path, err := p.Path(); err == nil && (!p.Class() || !IsCanonical(path) || !p.Matches(path) && p.name != "upui") {
			t.Errorf("%s has the path %s", p, path)
		}
		if p.Matches(id) && hasURNStart(id) && CheckEPC(id) != nil {
			t.Errorf("%s matches %q, which isn't right", p, id)
		}
	})
}

func FuzzReadPrefixList(f *testing.F) {
	for _, s := range []string{listJSON, listXML, entryJSON(`{"prefix":"0300010","gcpLength":7}`), entryXML(`<entry prefix="0300010" gcpLength="7"/>`), "", "{", "<", "\xef\xbb\xbf<", `{"GCPPrefixFormatList":{"entry":[{"prefix":1}]}}`} {
		f.Add(s, "0300010123455")
	}
	f.Fuzz(func(t *testing.T, s, digits string) {
		list, err := ReadPrefixList(strings.NewReader(s))
		if err != nil {
			checkRefusalWhole(t, err)
			return
		}
		if list.Len() == 0 {
			t.Errorf("%q is read as nothing", s)
		}
		if n, ok := list.PrefixLength(digits); ok && (n < MinPrefix || n > MaxPrefix) {
			t.Errorf("%q has a company prefix of %d digits", digits, n)
		}
	})
}

func FuzzSplitNDC(f *testing.F) {
	f.Add("00001012345", "0001012345")
	f.Add("12345-0678-90", "1234567890")
	f.Fuzz(func(t *testing.T, eleven, ten string) {
		n, err := SplitNDC11(eleven, nil)
		if err != nil {
			checkRefusalWhole(t, err)
		} else if back, err := ParseNDC(n.String()); err != nil || back.NDC11() != strings.ReplaceAll(eleven, "-", "") {
			t.Errorf("%q is read as %v, %v", eleven, back, err)
		}
		if len(ten) < 5 {
			return
		}
		n, err = SplitNDC(ten, Labelers{ten[:5]: 3})
		if err != nil {
			checkRefusalWhole(t, err)
			return
		}
		if again, err := SplitNDC11(n.NDC11(), Labelers{n.Labeler: 3}); err != nil || again != n {
			t.Errorf("%v comes back as %v, %v", n, again, err)
		}
	})
}
