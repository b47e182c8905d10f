package gs1

import (
	"encoding/json"
	"os"
	"strings"
	"testing"

	"pedigree/internal/sharedtest"
)

// engineVectors are pairs of inputs and outcomes published with another
// implementation of the same standards.
type engineVectors struct {
	Groups []struct {
		Group   string         `json:"group"`
		Vectors []engineVector `json:"vectors"`
	} `json:"groups"`
}

type engineVector struct {
	OK        bool    `json:"ok"`
	Link      string  `json:"dl_uri"`
	Stem      *string `json:"stem"`
	Bracketed string  `json:"bracketed_ai"`
	Data      string  `json:"ai_data"`
	ScanData  *string `json:"scan_data"`
	Symbology string  `json:"symbology"`
	Message   string  `json:"message"`
	Line      int     `json:"line"`
}

func readVectors(t *testing.T, group string) []engineVector {
	t.Helper()
	text, err := os.ReadFile(sharedtest.Path(t, "epcis", "gs1-syntax", "syntax-engine-vectors.json"))
	if err != nil {
		t.Fatal(err)
	}
	var all engineVectors
	if err := json.Unmarshal(text, &all); err != nil {
		t.Fatal(err)
	}
	for _, g := range all.Groups {
		if g.Group == group {
			return g.Vectors
		}
	}
	t.Fatalf("there is no group %s of vectors", group)
	return nil
}

// caret is how the vectors write FNC1: before the first element and after each
// value that isn't of predefined length.
func caret(elements []Element) string {
	var b strings.Builder
	separate := true
	for _, e := range elements {
		if separate {
			b.WriteByte('^')
		}
		b.WriteString(e.AI + e.Value)
		spec, _ := LookupAI(e.AI)
		separate = !spec.Predefined
	}
	return b.String()
}

// outcome is what one vector came to: "" when it agrees.
func outcome(wantOK bool, want, got string, err error) string {
	switch {
	case wantOK && err != nil:
		return "refused: " + err.Error()
	case !wantOK && err == nil:
		return "accepted as " + got
	case wantOK && got != want:
		return "got " + got + ", want " + want
	}
	return ""
}

// tally reports the vectors that disagree unless the list of known differences
// names their line, and the differences that are no more.
func tally(t *testing.T, group string, vectors []engineVector, known map[int]string, try func(engineVector) string) {
	t.Helper()
	agreed := 0
	for _, v := range vectors {
		bad := try(v)
		reason, expected := known[v.Line]
		switch {
		case bad == "" && expected:
			t.Errorf("line %d agrees now, take it off the list (%s)", v.Line, reason)
		case bad != "" && !expected:
			t.Errorf("line %d: %s", v.Line, bad)
		case bad == "":
			agreed++
		default:
			t.Logf("line %d differs on purpose: %s", v.Line, reason)
		}
	}
	t.Logf("%s: %d of %d agree, %d differ on purpose", group, agreed, len(vectors), len(known))
}

func TestDigitalLinkVectorsAreRead(t *testing.T) {
	short := map[int]bool{1449: true, 1459: true, 1469: true, 1484: true, 1494: true, 1635: true}
	known := map[int]string{
		1344: "the scheme of a web address is read in any case, as RFC 3986 has it",
	}
	tally(t, "dl_parse", readVectors(t, "dl_parse"), known, func(v engineVector) string {
		o := Options{
			StrictAttributes: true,
			ShortGTIN:        short[v.Line],
			AlphaKeys:        v.Line == 1438,
			UnknownAI:        v.Line == 1767,
		}
		scan, err := o.ParseDigitalLink(v.Link)
		return outcome(v.OK, v.Data, caret(scan.Elements), err)
	})
}

func TestDigitalLinkVectorsAreWritten(t *testing.T) {
	tally(t, "dl_generate", readVectors(t, "dl_generate"), nil, func(v engineVector) string {
		stem := "https://id.gs1.org"
		if v.Stem != nil {
			stem = *v.Stem
		}
		scan, err := ParseBracketed(v.Bracketed)
		if err != nil {
			return outcome(v.OK, v.Link, "", err)
		}
		link, err := BuildDigitalLink(stem, scan.Elements)
		return outcome(v.OK, v.Link, link, err)
	})
}

func TestBracketedVectorsAreRead(t *testing.T) {
	tally(t, "bracketed_parse", readVectors(t, "bracketed_parse"), nil, func(v engineVector) string {
		scan, err := ParseBracketed(v.Bracketed)
		return outcome(v.OK, v.Data, caret(scan.Elements), err)
	})
}

func TestElementStringVectorsAreRead(t *testing.T) {
	o := Options{FNC1: "^"}
	tally(t, "ai_data_valid", readVectors(t, "ai_data_valid"), nil, func(v engineVector) string {
		_, err := o.ParseElementString(v.Data)
		return outcome(v.OK, "", "", err)
	})
}

// notGS1 is why this package refuses a code whose content is no GS1 data.
const notGS1 = "the code holds free text, which is no GS1 identifier"

func TestScanVectorsAreRead(t *testing.T) {
	known := map[int]string{852: notGS1, 854: notGS1, 880: notGS1, 882: notGS1, 894: notGS1, 896: notGS1}
	tally(t, "scan_process", readVectors(t, "scan_process"), known, func(v engineVector) string {
		scan, err := Parse(*v.ScanData)
		if !v.OK {
			return outcome(false, "", caret(scan.Elements), err)
		}
		return outcome(true, messageElements(t, v.Message), caret(scan.Elements), err)
	})
}

func TestScanDataOfGeneratedVectorsIsRead(t *testing.T) {
	const nothing = "the vector is about drawing a symbol that can't be drawn; there is no scan to read"
	known := map[int]string{
		642: nothing, 737: nothing, 744: nothing, 761: nothing,
		646: notGS1, 648: notGS1, 656: notGS1, 664: notGS1, 666: notGS1, 755: notGS1,
	}
	tally(t, "scan_generate", readVectors(t, "scan_generate"), known, func(v engineVector) string {
		if v.ScanData == nil {
			return "there is no scan data"
		}
		scan, err := Parse(*v.ScanData)
		return outcome(true, messageElements(t, v.Message), caret(scan.Elements), err)
	})
}

// messageElements rewrites the vectors' message (an address, the digits of an
// EAN code, or elements, with the composite part after a bar) as elements.
func messageElements(t *testing.T, message string) string {
	t.Helper()
	if webScheme(message) > 0 {
		scan, err := Parse(message)
		if err != nil {
			t.Fatal(err)
		}
		return caret(scan.Elements)
	}
	linear, composite, _ := strings.Cut(message, "|")
	if allDigits(linear) {
		if len(linear) == 12 && linear[0] == '2' { // an EAN-13 without its check digit
			linear += string(mod10(linear))
		}
		gtin, err := ParseGTIN(linear)
		if err != nil {
			t.Fatal(err)
		}
		return "^01" + string(gtin) + strings.TrimPrefix(composite, "^")
	}
	return strings.TrimSuffix(linear+composite, "^")
}
