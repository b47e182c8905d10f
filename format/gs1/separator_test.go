package gs1

import (
	"errors"
	"strings"
	"testing"
)

// stands are the texts readers send for FNC1.
var stands = []string{"<GS>", "<FNC1>", "{GS}", "[GS]", "{FNC1}", "[FNC1]", "^", "|", "~1", `\F`, `\x1d`, `\u001d`, "␝", "\x1e"}

func TestTheSeparatorIsTheTextTheReaderSends(t *testing.T) {
	const want = "^01003000101234551727123110LOT4711^211001"
	for _, gs := range stands {
		text := "010030001012345517271231" + "10LOT4711" + gs + "211001"
		for _, input := range []string{text, gs + text, "]d2" + text, "]d2" + gs + text, text + gs} {
			scan, err := Options{FNC1: gs}.Parse(input)
			if err != nil || caret(scan.Elements) != want {
				t.Errorf("%q is read as %v, %v", input, scan.Elements, err)
			}
		}
		scan, err := Options{FNC1: gs}.Parse("]E00300010123455|]e0" + "10LOT4711" + gs + "211001")
		if err != nil || len(scan.Elements) != 3 {
			t.Errorf("a composite with %q is read as %v, %v", gs, scan.Elements, err)
		}
	}
}

func TestTextThatSeemsToStandForTheSeparatorIsNamed(t *testing.T) {
	for _, gs := range stands {
		input := "]d201003000101234551727123110LOT4711" + gs + "211001"
		_, err := Parse(input)
		var refused *Error
		if !errors.As(err, &refused) || refused.Rule != RuleSeparator || refused.Offset != strings.Index(input, gs) || !strings.Contains(refused.Remedy, "Options.FNC1") {
			t.Errorf("%q: got %v", gs, err)
		}
	}
	// In a form where the reader sends none, and in a value that only looks alike.
	for _, input := range []string{"(21)<GS>", "]d2010030001012345521<G>", "]d2010030001012345521A<", "]d2010030001012345521<<G<S>"} {
		if _, err := Parse(input); err != nil {
			t.Errorf("%s: %v", input, err)
		}
	}
	if _, err := Parse("]d2010030001012345521<<GS>10A"); ruleOf(err) != RuleSeparator {
		t.Errorf("got %v", err)
	}
	// A digit's place: a missing separator and a stand-in are told apart.
	if _, err := Parse("]d201003000101234|5"); ruleOf(err) != RuleSeparator {
		t.Errorf("got %v", err)
	}
	if _, err := Parse("]d2010030001012345521A\u00e9"); ruleOf(err) != RuleCharset {
		t.Errorf("got %v", err)
	}
}

func TestASpaceCanStandForTheSeparator(t *testing.T) {
	scan, err := Options{FNC1: " "}.Parse("010030001012345510LOT 211001")
	if err != nil || caret(scan.Elements) != "^010030001012345510LOT^211001" {
		t.Errorf("got %v, %v", scan.Elements, err)
	}
}

func TestALostSeparatorIsSuspected(t *testing.T) {
	for _, c := range []struct {
		name, input string
		lost        bool
	}{
		{"a serial behind the lot", "0100300010123455172712311" + "0LOT4711211001", true},
		{"a lot behind the serial", "010030001012345517271231" + "21SN10LOT", true},
		{"expiry and serial behind the lot", "0100300010123455" + "10LOT17271231" + "211001", true},
		{"a pack that is complete", "010030001012345517271231" + "10LOT4711\x1d211001", false},
		{"a lot that holds no serial", "0100300010123455172712311" + "0LOT4711", false},
		{"a lot that ends like an AI", "0100300010123455172712311" + "0LOT21", false},
		{"a lot that holds a wrong date", "0100300010123455" + "10LOT17271331", false},
		{"an expiry behind the lot, and the serial before", "0100300010123455" + "21SN\x1d10LOT17271231", false},
		{"a code that ends with an expiry", "0100300010123455" + "17271231", false},
		{"text that was typed with brackets", "(01)00300010123455(10)LOT211001", false},
		{"an SSCC", "00103000102345678901", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			scan, err := Parse(c.input)
			if err != nil {
				t.Fatal(err)
			}
			if err := scan.LostSeparator(); (err != nil) != c.lost || c.lost && ruleOf(err) != RuleSeparator {
				t.Errorf("got %v", err)
			}
		})
	}
	if err := (Scan{Form: ElementString}).LostSeparator(); err != nil {
		t.Error(err)
	}
}
