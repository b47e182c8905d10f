package gs1

import (
	"errors"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// forms writes elements in the three forms that don't tell the company prefix.
func forms(t *rapid.T, elements []Element) map[Form]string {
	element, err := BuildElementString(elements)
	if err != nil {
		t.Fatal(err)
	}
	bracketed, err := BuildBracketed(elements)
	if err != nil {
		t.Fatal(err)
	}
	link, err := BuildDigitalLink("https://example.com:8080/a/21/b", elements)
	if err != nil {
		t.Fatal(err)
	}
	return map[Form]string{ElementString: "]d2" + element, Bracketed: bracketed, DigitalLink: link}
}

// checkForms converts an EPC URN to each other form and back.
func checkForms(t *rapid.T, urn string) {
	scan, err := ParseURN(urn)
	if err != nil {
		t.Fatal(err)
	}
	path, err := scan.Path()
	if err != nil {
		t.Fatal(err)
	}
	table, err := NewPrefixTable([]string{scan.Prefix})
	if err != nil {
		t.Fatal(err)
	}
	want := strings.Replace(urn, "idpat:upui", "idpat:sgtin", 1) // both name the class of the GTIN
	for form, text := range forms(t, scan.Elements) {
		got, err := Parse(text)
		if err != nil || got.Form != form || caret(got.Elements) != caret(scan.Elements) {
			t.Fatalf("%s: %s is read as the %s %v, %v", urn, text, got.Form, got.Elements, err)
		}
		if p, err := got.Path(); err != nil || p != path {
			t.Fatalf("%s has the path %s, %v, not %s", text, p, err, path)
		}
		if back, err := got.URN(table); err != nil || back != want {
			t.Fatalf("%s has the URN %s, %v, not %s", text, back, err, want)
		}
		for name, unknown := range map[string]PrefixTable{"no table": nil, "an empty table": &Prefixes{}, "an empty list": &PrefixList{}} {
			var refused *Error
			if back, err := got.URN(unknown); !errors.As(err, &refused) || refused.Rule != RulePrefixUnknown {
				t.Fatalf("with %s, %s has the URN %s, %v", name, text, back, err)
			}
		}
	}
	if learnt, conflicts := PrefixesFromURNs(func(yield func(string) bool) { yield(urn) }); len(conflicts) > 0 {
		t.Fatal(conflicts[0])
	} else if back, err := URNFromPath(path, learnt); err != nil || back != want {
		t.Fatalf("%s has the URN %s, %v with the prefix learnt from %s", path, back, err, urn)
	}
}

func TestEachFormGivesEachOtherForEveryScheme(t *testing.T) {
	for _, s := range schemes {
		t.Run(s.kind+" "+s.name, func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) { checkForms(t, urnOf(t, s)) })
		})
	}
}

func TestEveryRightURNPassesCheckEPC(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		urn := anyURN(t)
		if err := CheckEPC(urn); err != nil && !(strings.HasPrefix(urn, "urn:epc:idpat:") && strings.Count(urn, wildcard) > 1) {
			t.Fatal(err)
		}
	})
}
