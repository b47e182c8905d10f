package gs1

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"pgregory.net/rapid"
)

// One list of made-up lengths in both layouts.
const (
	listJSON = `{
  "_disclaimer": ["made up", {"nested": [1, 2]}],
  "GCPPrefixFormatList": {
    "date": "2026-11-01T00:00:00Z",
    "entry": [
      {"prefix": "0300", "gcpLength": 6},
      {"prefix": "0300010", "gcpLength": 7},
      {"prefix": "02", "gcpLength": 0},
      {"prefix": "4012", "gcpLength": 4, "note": "unknown names are passed over"},
      {"prefix": "401234567890", "gcpLength": 12},
      {"prefix": "0300019", "gcpLength": 0}
    ]
  }
}`
	listXML = `<?xml version="1.0" encoding="UTF-8"?>
<!-- made up -->
<GCPPrefixFormatList date="2026-11-01T00:00:00Z">
  <entry prefix="0300" gcpLength="6"/>
  <entry prefix="0300010" gcpLength="7"></entry>
  <entry prefix="02" gcpLength="0"/>
  <entry gcpLength="4" prefix="4012"/>
  <entry prefix="401234567890" gcpLength="12"/>
  <entry prefix="0300019" gcpLength="0"/>
</GCPPrefixFormatList>
`
)

func TestPrefixListsAreReadInBothLayouts(t *testing.T) {
	for name, text := range map[string]string{"JSON": listJSON, "XML": listXML, "JSON with a byte order mark": "\xef\xbb\xbf" + listJSON, "XML after white space": "\r\n\t " + strings.TrimPrefix(listXML, `<?xml version="1.0" encoding="UTF-8"?>`)} {
		t.Run(name, func(t *testing.T) {
			list, err := ReadPrefixList(iotest.OneByteReader(strings.NewReader(text)))
			if err != nil {
				t.Fatal(err)
			}
			if list.Len() != 6 || list.Date != "2026-11-01T00:00:00Z" {
				t.Errorf("got %d entries of %q", list.Len(), list.Date)
			}
			for digits, want := range map[string]int{
				"030001012345": 7, "0300010": 7, "030009999999": 6, "0300": 6, "030": 0,
				"021234567890": 0, "030001912345": 0, "401234567890": 12, "401234567891": MinPrefix, "4012345678905": 12, "": 0, "999999999999": 0,
			} {
				if n, ok := list.PrefixLength(digits); ok != (want > 0) || ok && n != want {
					t.Errorf("%s: got %d, %v, want %d", digits, n, ok, want)
				}
			}
			urn, err := URNFromPath("/01/00300010123455/21/1", list)
			if err != nil || urn != "urn:epc:id:sgtin:0300010.012345.1" {
				t.Errorf("got %s, %v", urn, err)
			}
		})
	}
	var none *PrefixList
	if _, ok := none.PrefixLength("0300010"); ok {
		t.Error("a list that isn't there knows a prefix")
	}
}

func entryJSON(entries string) string { return `{"GCPPrefixFormatList":{"entry":[` + entries + `]}}` }

func entryXML(entries string) string {
	return "<GCPPrefixFormatList>" + entries + "</GCPPrefixFormatList>"
}

func TestPrefixListsAreRefused(t *testing.T) {
	for name, text := range map[string]string{
		"nothing":                     "",
		"something else":              "0300010 7",
		"JSON of another kind":        `{"a":1}`,
		"JSON cut off":                listJSON[:200],
		"JSON with more after it":     listJSON + "x",
		"JSON with the list twice":    `{"GCPPrefixFormatList":{"entry":[]},"GCPPrefixFormatList":{"entry":[]}}`,
		"JSON without an object":      `{"GCPPrefixFormatList":[]}`,
		"JSON with one entry":         `{"GCPPrefixFormatList":{"entry":{"prefix":"0300010","gcpLength":7}}}`,
		"JSON with a numeric date":    `{"GCPPrefixFormatList":{"date":7,"entry":[]}}`,
		"no entries in JSON":          entryJSON(""),
		"no entries in XML":           entryXML(""),
		"an entry without length":     entryJSON(`{"prefix":"0300010"}`),
		"an entry without prefix":     entryJSON(`{"gcpLength":7}`),
		"an XML entry without length": entryXML(`<entry prefix="0300010"/>`),
		"a length of 3":               entryJSON(`{"prefix":"0300010","gcpLength":3}`),
		"a length of 13":              entryXML(`<entry prefix="0300010" gcpLength="13"/>`),
		"a negative length":           entryJSON(`{"prefix":"0300010","gcpLength":-7}`),
		"a broken length":             entryJSON(`{"prefix":"0300010","gcpLength":7.5}`),
		"a prefix of 13 digits":       entryJSON(`{"prefix":"0300010123455","gcpLength":7}`),
		"an empty prefix":             entryXML(`<entry prefix="" gcpLength="7"/>`),
		"a prefix with a letter":      entryJSON(`{"prefix":"030001A","gcpLength":7}`),
		"two lengths of a prefix":     entryJSON(`{"prefix":"0300010","gcpLength":7},{"prefix":"0300010","gcpLength":8}`),
		"two lengths in XML":          entryXML(`<entry prefix="0300010" gcpLength="7"/><entry prefix="0300010" gcpLength="0"/>`),
		"a document type":             "<!DOCTYPE GCPPrefixFormatList>" + entryXML(`<entry prefix="0300010" gcpLength="7"/>`),
		"another root":                `<list><entry prefix="0300010" gcpLength="7"/></list>`,
		"two roots":                   entryXML(`<entry prefix="0300010" gcpLength="7"/>`) + entryXML(""),
		"an entry within an entry":    entryXML(`<entry prefix="0300010" gcpLength="7"><entry prefix="0300011" gcpLength="7"/></entry>`),
		"XML cut off":                 `<GCPPrefixFormatList><entry prefix="0300010" gcpLength="7"/>`,
		"XML that doesn't match":      `<GCPPrefixFormatList><entry prefix="0300010" gcpLength="7"/></list>`,
	} {
		var refused *Error
		if list, err := ReadPrefixList(strings.NewReader(text)); !errors.As(err, &refused) || refused.Rule != RulePrefixList || list != nil {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

func TestARepeatedEntryIsTakenOnce(t *testing.T) {
	list, err := ReadPrefixList(strings.NewReader(entryJSON(`{"prefix":"0300010","gcpLength":7},{"prefix":"0300010","gcpLength":7}`)))
	if err != nil || list.Len() != 1 {
		t.Errorf("got %v", err)
	}
	// The same digits with and without a zero in front are two beginnings.
	list, err = ReadPrefixList(strings.NewReader(entryJSON(`{"prefix":"0300010","gcpLength":7},{"prefix":"300010","gcpLength":8}`)))
	if err != nil || list.Len() != 2 {
		t.Errorf("got %v", err)
	}
}

func TestAReadersErrorComesBack(t *testing.T) {
	broken := errors.New("broken")
	for _, start := range []string{"", listJSON[:100], listXML[:100]} {
		if _, err := ReadPrefixList(io.MultiReader(strings.NewReader(start), iotest.ErrReader(broken))); !errors.Is(err, broken) {
			t.Errorf("got %v", err)
		}
	}
}

// endless is a reader that gives one byte without end.
type endless byte

func (e endless) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = byte(e)
	}
	return len(p), nil
}

func TestPrefixListsAreLimited(t *testing.T) {
	for n, want := range map[int]string{MaxPrefixListBytes: "", MaxPrefixListBytes + 1: RuleTooLong} {
		limited := &limitedReader{from: io.LimitReader(endless(' '), int64(n)), left: MaxPrefixListBytes}
		if _, err := io.Copy(io.Discard, limited); ruleOf(err) != want {
			t.Errorf("%d bytes: %v", n, err)
		}
	}
	list := &PrefixList{entries: make([]uint64, MaxPrefixListEntries-1)}
	if err := list.add("0300010", 7); err != nil {
		t.Error(err)
	}
	if err := list.add("0300011", 7); err == nil || err.Rule != RuleTooLong {
		t.Errorf("one entry more: %v", err)
	}
}

func ruleOf(err error) string {
	var refused *Error
	if errors.As(err, &refused) {
		return refused.Rule
	}
	return ""
}

func TestTheLongestListedBeginningWins(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		lengths := rapid.MapOfN(rapid.StringMatching(`[01]{1,12}`), rapid.SampledFrom([]int{0, 6, 7, 8, 9, 10, 11, 12}), 1, 30).Draw(t, "list")
		var text bytes.Buffer
		for prefix, n := range lengths {
			fmt.Fprintf(&text, `<entry prefix=%q gcpLength="%d"/>`, prefix, n)
		}
		list, err := ReadPrefixList(strings.NewReader(entryXML(text.String())))
		if err != nil {
			t.Fatal(err)
		}
		digits := rapid.StringMatching(`[01]{0,17}`).Draw(t, "digits")
		want := 0
		for n := 1; n <= len(digits); n++ {
			if length, ok := lengths[digits[:n]]; ok {
				want = length
			}
		}
		if got, ok := list.PrefixLength(digits); ok != (want > 0) || ok && got != want {
			t.Fatalf("%s: got %d, %v, want %d", digits, got, ok, want)
		}
	})
}
