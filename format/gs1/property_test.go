package gs1

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// text draws 1 to most characters of a set.
func text(class uint8, most int) *rapid.Generator[string] {
	var alphabet []rune
	for c := rune(0); c < 128; c++ {
		if classOf[c]&class != 0 {
			alphabet = append(alphabet, c)
		}
	}
	return rapid.StringOfN(rapid.SampledFrom(alphabet), 1, most, most)
}

func digits(n int) *rapid.Generator[string] {
	return rapid.StringOfN(rapid.RuneFrom([]rune(decimal)), n, n, n)
}

// anyURN draws an EPC URN of any scheme and any length of company prefix.
func anyURN(t *rapid.T) string { return urnOf(t, rapid.SampledFrom(schemes).Draw(t, "scheme")) }

// urnOf draws an EPC URN of a scheme, with any length of company prefix.
func urnOf(t *rapid.T, s scheme) string {
	n := rapid.IntRange(MinPrefix, MaxPrefix).Draw(t, "prefix length")
	urn := urnStart + s.kind + ":" + s.name + ":" + digits(n).Draw(t, "prefix") + "."
	if s.digits > 0 {
		urn += digits(s.digits-n).Draw(t, "reference")
	} else {
		urn += EscapeURN(text(s.text, s.textMax-n).Draw(t, "reference"))
	}
	if s.pieces {
		urn += ".01.02"
	}
	switch {
	case s.pattern:
		urn += ".*"
	case s.lastDigits:
		urn += "." + rapid.StringMatching(`[1-9][0-9]{0,11}`).Draw(t, "number")
	case s.last != 0:
		urn += "." + EscapeURN(text(s.last, s.lastMax).Draw(t, "last"))
	}
	return urn
}

func TestEveryURNComesBackFromItsPath(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		urn := anyURN(t)
		path, err := PathFromURN(urn)
		if err != nil {
			t.Fatal(err)
		}
		scan, err := Parse(urn)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := scan.Path(); err != nil || got != path {
			t.Fatalf("the scan's path is %s, %v, not %s", got, err, path)
		}
		if !IsCanonical(path) {
			t.Fatalf("%s isn't canonical", path)
		}
		prefix, ok := CompanyPrefixOf(urn)
		if !ok {
			t.Fatal("there is no company prefix")
		}
		table, err := NewPrefixTable([]string{prefix})
		if err != nil {
			t.Fatal(err)
		}
		back, err := URNFromPath(path, table)
		if strings.HasPrefix(urn, "urn:epc:idpat:upui:") {
			urn = strings.Replace(urn, "upui", "sgtin", 1) // both name the class of the GTIN
		}
		if err != nil || back != urn {
			t.Fatalf("%s comes back as %s, %v", path, back, err)
		}
	})
}

// anyElements draws elements of a pack in any order, with any lot and serial.
func anyElements(t *rapid.T) []Element {
	body := digits(13).Draw(t, "gtin")
	all := []Element{
		{"01", body + string(mod10(body))},
		{"21", text(set82, MaxSerial).Draw(t, "serial")},
		{"10", text(set82, MaxLot).Draw(t, "lot")},
		{"17", rapid.StringMatching(`[0-9][0-9](0[1-9]|1[0-2])([01][0-9]|2[0-8])`).Draw(t, "expiry")},
		{"240", text(set82, 30).Draw(t, "additional")},
		{"3103", digits(6).Draw(t, "weight")},
	}
	picked := rapid.Permutation(all).Draw(t, "order")
	return picked[:rapid.IntRange(1, len(picked)).Draw(t, "count")]
}

func TestElementsComeBackFromEachForm(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := anyElements(t)
		element, err := BuildElementString(want)
		if err != nil {
			t.Fatal(err)
		}
		bracketed, err := BuildBracketed(want)
		if err != nil {
			t.Fatal(err)
		}
		for _, input := range []string{"]d2" + element, "\x1d" + element, bracketed} {
			got, err := Parse(input)
			if err != nil || caret(got.Elements) != caret(want) {
				t.Fatalf("%q is read as %v, %v", input, got.Elements, err)
			}
		}
		link, err := BuildDigitalLink("https://example.com/stem", want)
		if indexOf(want, "01") < 0 {
			if err == nil {
				t.Fatalf("a link without a key is made: %s", link)
			}
			return
		}
		got, err := Parse(link)
		if err != nil || len(got.Elements) != len(want) {
			t.Fatalf("%s is read as %v, %v", link, got.Elements, err)
		}
		for _, e := range want {
			if v, ok := got.Value(e.AI); !ok || v != e.Value {
				t.Fatalf("%s gives %s %q, not %q", link, e.AI, v, e.Value)
			}
		}
	})
}

func TestDifferentIdentifiersHaveDifferentPaths(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := text(set82, MaxSerial).Draw(t, "a"), text(set82, MaxSerial).Draw(t, "b")
		pathA, err := SGTINPath("00300010123455", a)
		if err != nil {
			t.Fatal(err)
		}
		pathB, err := SGTINPath("00300010123455", b)
		if err != nil {
			t.Fatal(err)
		}
		if (pathA == pathB) != (a == b) {
			t.Fatalf("%q has %s and %q has %s", a, pathA, b, pathB)
		}
	})
}
