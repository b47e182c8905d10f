package epcis

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"
)

// xmlEvent wraps the inside of an ObjectEvent into a document.
func xmlEvent(inside string) string {
	return `<epcis:EPCISDocument xmlns:epcis="urn:epcglobal:epcis:xsd:2" xmlns:x="https://x.example.com/" schemaVersion="2.0" creationDate="2026-01-01T00:00:00Z">` +
		`<EPCISBody><EventList><ObjectEvent><eventTime>2026-01-01T00:00:00Z</eventTime><eventTimeZoneOffset>+00:00</eventTimeZoneOffset>` +
		`<epcList/><action>OBSERVE</action>` + inside + `</ObjectEvent></EventList></EPCISBody></epcis:EPCISDocument>`
}

// jsonEvent wraps members of an ObjectEvent into a document.
func jsonEvent(inside string) string {
	return `{"@context":["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld",{"x":"https://x.example.com/"}],` +
		`"type":"EPCISDocument","schemaVersion":"2.0","creationDate":"2026-01-01T00:00:00Z","epcisBody":{"eventList":[` +
		`{"type":"ObjectEvent","eventTime":"2026-01-01T00:00:00Z","eventTimeZoneOffset":"+00:00","epcList":[],"action":"OBSERVE"` +
		inside + `}]}}`
}

func refusal(t *testing.T, doc io.Reader, limits Limits) *Error {
	t.Helper()
	_, _, err := ReadAll(doc, Options{File: "partner.xml", Limits: limits})
	if err == nil {
		return nil
	}
	var refused *Error
	if !errors.As(err, &refused) {
		t.Fatalf("an error of type %T: %v", err, err)
	}
	return refused
}

var refusals = []struct {
	name string
	doc  string
	rule string
}{
	{"a DOCTYPE", `<!DOCTYPE a [<!ENTITY b "c">]>` + xmlEvent(""), "epcis/doctype"},
	{"an entity of one's own", xmlEvent("<x:a>&b;</x:a>"), "epcis/entity"},
	{"a reference to a character XML forbids", xmlEvent("<x:a>&#0;</x:a>"), "epcis/entity"},
	{"an ampersand alone", xmlEvent("<x:a>a & b</x:a>"), "epcis/xml"},
	{"an undeclared prefix", xmlEvent("<y:a/>"), "epcis/unknown-prefix"},
	{"an undeclared prefix of an attribute", xmlEvent(`<x:a y:b="c"/>`), "epcis/unknown-prefix"},
	{"the same attribute twice", xmlEvent(`<x:a b="1" b="2"/>`), "epcis/xml"},
	{"the same attribute under two prefixes", xmlEvent(`<x:a xmlns:y="https://x.example.com/" x:b="1" y:b="2"/>`), "epcis/xml"},
	{"tags that cross", xmlEvent("<x:a><x:b></x:a></x:b>"), "epcis/xml"},
	{"an attribute without quotes", xmlEvent("<x:a b=c/>"), "epcis/xml"},
	{"attributes that touch", xmlEvent(`<x:a b="1"c="2"/>`), "epcis/xml"},
	{"a less-than sign in an attribute", xmlEvent(`<x:a b="<"/>`), "epcis/xml"},
	{"two hyphens in a comment", xmlEvent("<!-- a -- b -->"), "epcis/xml"},
	{"the end of CDATA in a text", xmlEvent("<x:a>a]]>b</x:a>"), "epcis/xml"},
	{"a control character", xmlEvent("<x:a>a\x01b</x:a>"), "epcis/xml"},
	{"a text that isn't UTF-8", xmlEvent("<x:a>a\xffb</x:a>"), "epcis/encoding"},
	{"another encoding declared", `<?xml version="1.0" encoding="ISO-8859-1"?>` + xmlEvent(""), "epcis/encoding"},
	{"UTF-16", "\xff\xfe<\x00a\x00", "epcis/encoding"},
	{"a gzip file", "\x1f\x8b\x08\x00\x00", "epcis/encoding"},
	{"XML 1.1", `<?xml version="1.1"?>` + xmlEvent(""), "epcis/xml"},
	{"an XML declaration behind a space", ` <?xml version="1.0"?>` + xmlEvent(""), "epcis/xml"},
	{"text behind the document", xmlEvent("") + "x", "epcis/trailing"},
	{"a second document behind the first", xmlEvent("") + xmlEvent(""), "epcis/trailing"},
	{"an end tag too many", xmlEvent("") + "</a>", "epcis/xml"},
	{"a document cut in a tag", xmlEvent("")[:200], "epcis/truncated"},
	{"a document cut between tags", strings.TrimSuffix(xmlEvent(""), "</epcis:EPCISDocument>"), "epcis/truncated"},
	{"nothing", "", "epcis/truncated"},
	{"white space only", " \n ", "epcis/truncated"},
	{"something else", "PK\x03\x04", "epcis/not-epcis"},
	{"another XML document", "<html/>", "epcis/not-epcis"},
	{"a local name of EPCIS in a foreign namespace", `<EPCISDocument xmlns="https://x.example.com/"/>`, "epcis/not-epcis"},
	{"a document without a body", `<e:EPCISDocument xmlns:e="urn:epcglobal:epcis:xsd:2"/>`, "epcis/no-body"},
	{"an event type that was removed", strings.ReplaceAll(xmlEvent(""), "ObjectEvent", "QuantityEvent"), "epcis/unknown-event"},
	{"an unknown field", xmlEvent("<bizstep>a:b</bizstep>"), "epcis/unknown-field"},
	{"a field twice", xmlEvent("<action>ADD</action>"), "epcis/repeated"},
	{"text between fields", xmlEvent("loose"), "epcis/unexpected-text"},
	{"an element inside an identifier", xmlEvent("<bizStep><b/></bizStep>"), "epcis/unknown-field"},
	{"ilmd without a namespace", xmlEvent("<ilmd><lotNumber>7</lotNumber></ilmd>"), "epcis/unknown-field"},
	{"a time without offset", strings.ReplaceAll(xmlEvent(""), "00Z</eventTime>", "00</eventTime>"), "epcis/bad-time"},
	{"the 31st of February", strings.ReplaceAll(xmlEvent(""), "2026-01-01T00:00:00Z</eventTime>", "2026-02-31T00:00:00Z</eventTime>"), "epcis/bad-time"},

	{"the same name twice", jsonEvent(`,"bizStep":"shipping","bizStep":"receiving"`), "epcis/duplicate-key"},
	{"the same name twice, once escaped", jsonEvent(`,"bizStep":"shipping","biz\u0053tep":"receiving"`), "epcis/duplicate-key"},
	{"the same name twice in an extension", jsonEvent(`,"x:a":{"x:b":1,"x:b":2}`), "epcis/duplicate-key"},
	{"another letter case", jsonEvent(`,"BizStep":"shipping"`), "epcis/unknown-field"},
	{"another letter case of the document", strings.Replace(jsonEvent(""), `"epcisBody"`, `"EPCISBody"`, 1), "epcis/unknown-field"},
	{"a prefix that isn't declared", jsonEvent(`,"y:a":1`), "epcis/unknown-prefix"},
	{"an empty name", jsonEvent(`,"x:a":{"":1}`), "epcis/unknown-field"},
	{"a prefix without a name", jsonEvent(`,"x:a":{"x:":1}`), "epcis/unknown-field"},
	{"an extension without a prefix", jsonEvent(`,"a":1`), "epcis/unknown-field"},
	{"no context", `{"type":"EPCISDocument","epcisBody":{"eventList":[]}}`, "epcis/no-context"},
	{"no type", `{"@context":[],"epcisBody":{"eventList":[]}}`, "epcis/not-epcis"},
	{"another type", `{"@context":[],"type":"Thing"}`, "epcis/not-epcis"},
	{"an event without a type", strings.Replace(jsonEvent(""), `"type":"ObjectEvent",`, "", 1), "epcis/unknown-event"},
	{"a list where a string belongs", jsonEvent(`,"bizStep":["shipping"]`), "epcis/bad-value"},
	{"a string where a list belongs", jsonEvent(`,"childEPCs":"urn:a:b"`), "epcis/bad-value"},
	{"a quantity as a string", jsonEvent(`,"quantityList":[{"epcClass":"urn:a:b","quantity":"5"}]`), "epcis/bad-value"},
	{"an unknown field of a quantity", jsonEvent(`,"quantityList":[{"epcClass":"urn:a:b","weight":5}]`), "epcis/unknown-field"},
	{"a second event list", strings.Replace(jsonEvent(""), `}]}}`, `}],"eventList":[]}}`, 1), "epcis/duplicate-key"},
	{"a comma too many", jsonEvent(`,`), "epcis/json"},
	{"a comma too many in a list", jsonEvent(`,"childEPCs":["urn:a:b",]`), "epcis/json"},
	{"single quotes", jsonEvent(`,'bizStep':"shipping"`), "epcis/json"},
	{"a number with a leading zero", jsonEvent(`,"x:a":01`), "epcis/json"},
	{"a number without digits", jsonEvent(`,"x:a":-`), "epcis/json"},
	{"a word that isn't JSON", jsonEvent(`,"x:a":nil`), "epcis/json"},
	{"half of a surrogate pair", jsonEvent(`,"x:a":"\ud800"`), "epcis/json"},
	{"an unknown escape", jsonEvent(`,"x:a":"\x"`), "epcis/json"},
	{"a line end in a string", jsonEvent(",\"x:a\":\"\n\""), "epcis/json"},
	{"a string that isn't UTF-8", jsonEvent(",\"x:a\":\"\xff\""), "epcis/encoding"},
	{"something behind the object", jsonEvent("") + "{}", "epcis/trailing"},
	{"an object cut short", jsonEvent("")[:300], "epcis/truncated"},
	{"a string cut short", `{"@context":["abc`, "epcis/truncated"},
}

func TestBadDocumentsAreRefused(t *testing.T) {
	for _, c := range refusals {
		t.Run(c.name, func(t *testing.T) {
			refused := refusal(t, strings.NewReader(c.doc), Limits{})
			if refused == nil {
				t.Fatal("accepted")
			}
			if refused.Rule != c.rule {
				t.Errorf("refused by %s (%v), want %s", refused.Rule, refused, c.rule)
			}
			if refused.File != "partner.xml" || refused.Line < 1 || refused.Remedy == "" {
				t.Errorf("the refusal doesn't say where or what to do: %+v", *refused)
			}
		})
	}
}

func TestGoodDocumentsAreAccepted(t *testing.T) {
	for name, doc := range map[string]string{
		"plain XML":                     xmlEvent(""),
		"plain JSON":                    jsonEvent(""),
		"a byte order mark":             "\xef\xbb\xbf" + xmlEvent(""),
		"a mark before the declaration": "\xef\xbb\xbf<?xml version='1.0' encoding='utf-8'?>" + xmlEvent(""),
		"comments around the document":  "<!-- a -->" + xmlEvent("<!-- b -->") + "<!-- c -->\n",
		"CDATA and references":          xmlEvent("<x:a><![CDATA[<&>]]>&lt;&#x41;&#66;</x:a>"),
		"an instruction":                "<?xml-stylesheet href='a'?>" + xmlEvent(""),
		"every JSON value":              jsonEvent(`,"x:a":[1,-2.5e+3,true,false,null,"\ud83d\ude00",{},[],[[]]]`),
		"the context at the end":        `{"type":"EPCISDocument","epcisBody":{"eventList":[{"type":"ObjectEvent","eventTime":"2026-01-01T00:00:00Z","x:a":1}]},"@context":{"x":"https://x.example.com/"}}`,
	} {
		t.Run(name, func(t *testing.T) {
			if refused := refusal(t, strings.NewReader(doc), Limits{}); refused != nil {
				t.Error(refused)
			}
		})
	}
}

// TestTheSizeOfReadsDoesNotMatter feeds every document byte by byte.
func TestTheSizeOfReadsDoesNotMatter(t *testing.T) {
	for _, c := range refusals {
		whole := refusal(t, strings.NewReader(c.doc), Limits{})
		bytewise := refusal(t, iotest.OneByteReader(strings.NewReader(c.doc)), Limits{})
		if bytewise == nil || whole.Rule != bytewise.Rule || whole.Line != bytewise.Line {
			t.Errorf("%s: %v at once, %v byte by byte", c.name, whole, bytewise)
		}
	}
}

func TestARefusalNamesLinePathAndEvent(t *testing.T) {
	doc := strings.Replace(xmlEvent(""), "<action>", "\n\n<extra>1</extra><action>", 1)
	want := Error{File: "partner.xml", Line: 3, Path: "/EPCISDocument/EPCISBody/EventList/ObjectEvent/extra", Event: 1, Rule: "epcis/unknown-field"}
	got := *refusal(t, strings.NewReader(doc), Limits{})
	got.Text, got.Remedy = "", ""
	if got != want {
		t.Errorf("XML: %+v, want %+v", got, want)
	}
	doc = strings.Replace(jsonEvent(""), `"action"`, "\n\"Action\":1,\"action\"", 1)
	want.Line, want.Path = 2, "/epcisBody/eventList/0/Action"
	got = *refusal(t, strings.NewReader(doc), Limits{})
	got.Text, got.Remedy = "", ""
	if got != want {
		t.Errorf("JSON: %+v, want %+v", got, want)
	}
}

// endless repeats a piece for ever behind a start, and counts what was taken.
type endless struct {
	start, piece string
	taken        int
	rest         string
}

func (e *endless) Read(b []byte) (int, error) {
	if e.taken == 0 {
		e.rest = e.start
	}
	if e.rest == "" {
		e.rest = strings.Repeat(e.piece, 100)
	}
	n := copy(b, e.rest)
	e.rest = e.rest[n:]
	e.taken += n
	return n, nil
}

func TestHarmfulDocumentsAreRefusedEarly(t *testing.T) {
	million := func(piece string) string { return strings.Repeat(piece, 1_000_000) }
	attributes := &bytes.Buffer{}
	for i := range 1_000_000 {
		fmt.Fprintf(attributes, ` a%d="b"`, i)
	}
	open := strings.TrimSuffix(jsonEvent(""), "}]}}")
	inEvent, _, _ := strings.Cut(xmlEvent("|"), "|")
	for _, c := range []struct{ name, start, piece, rule string }{
		{"a million attributes", inEvent + "<x:a" + attributes.String(), " ", "epcis/limit-tag"},
		{"attributes without end", `<a `, `b="c" `, "epcis/limit-tag"},
		{"a million levels of XML", million("<a>"), "<a>", "epcis/not-epcis"},
		{"a million levels inside an event", inEvent + million("<x:a>"), "<x:a>", "epcis/limit-depth"},
		{"a million levels of JSON", open + `,"x:a":` + million("["), "[", "epcis/limit-depth"},
		{"a million levels of JSON objects", open + `,"x:a":` + million(`{"x:a":`), `{"x:a":`, "epcis/limit-depth"},
		{"a text without end", inEvent + "<x:a>", "text ", "epcis/limit-text"},
		{"a string without end", open + `,"x:a":"`, "text ", "epcis/limit-text"},
		{"an escaped string without end", open + `,"x:a":"`, `\n`, "epcis/limit-text"},
		{"members without end", open, "", "epcis/limit-members"},
		{"a number without end", open + `,"x:a":1`, "0", "epcis/limit-text"},
		{"white space without end", " ", " ", "epcis/limit-text"},
		{"a comment inside a tag without end", "<a <!-- ", "-", "epcis/xml"},
	} {
		t.Run(c.name, func(t *testing.T) {
			in := &endless{start: c.start, piece: c.piece}
			if c.rule == "epcis/limit-members" {
				members := bytes.NewBufferString(in.start)
				for i := range 1_000_000 {
					fmt.Fprintf(members, `,"x:%d":1`, i)
				}
				in.start, in.piece = members.String(), " "
			}
			refused := refusal(t, in, Limits{})
			if refused == nil || refused.Rule != c.rule {
				t.Fatalf("refused by %v, want %s", refused, c.rule)
			}
			if in.taken > 512<<10 {
				t.Errorf("%d bytes were read before the refusal", in.taken)
			}
		})
	}
}
