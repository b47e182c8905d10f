package epcis

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"
)

var (
	to11   = Target{XML, "1.1"}
	to12   = Target{XML, "1.2"}
	to20   = Target{XML, "2.0"}
	toJSON = Target{JSON, "2.0"}
)

// xmlHeader puts a header and something behind the body around an event.
func xmlHeader(header, tail string) string {
	doc := strings.Replace(xmlEvent(""), "<EPCISBody>", "<EPCISHeader>"+header+"</EPCISHeader><EPCISBody>", 1)
	return strings.Replace(doc, "</epcis:EPCISDocument>", tail+"</epcis:EPCISDocument>", 1)
}

// lossSamples has one document per code, its target, and what the loss says.
var lossSamples = map[string]struct {
	doc   string
	to    Target
	ids   IDStyle
	field string
	kept  string // what the result must hold all the same
	gone  string // what it mustn't
}{
	LossSensor:           {doc: xmlEvent(`<sensorElementList><sensorElement><sensorReport type="gs1:Temperature" value="26" uom="CEL"/></sensorElement></sensorElementList>`), to: to12, field: "sensorElementList", gone: "sensor"},
	LossPersistent:       {doc: jsonEvent(`,"persistentDisposition":{"set":["in_transit"]}`), to: to12, field: "persistentDisposition", gone: "persistent"},
	LossCertification:    {doc: jsonEvent(`,"certificationInfo":"https://x.example.com/c"`), to: to12, field: "certificationInfo", gone: "certification"},
	LossAssociation:      {doc: strings.Replace(jsonEvent(`,"parentID":"urn:x:p","childEPCs":["urn:x:c"]`), `"ObjectEvent"`, `"AssociationEvent"`, 1), to: to12, field: "AssociationEvent", gone: "urn:x:p"},
	LossWord:             {doc: jsonEvent(`,"bizStep":"sampling"`), to: to12, field: "bizStep", kept: "urn:epcglobal:cbv:bizstep:sampling"},
	LossErrorDeclaration: {doc: xmlEvent(`<errorDeclaration><declarationTime>2026-01-02T00:00:00Z</declarationTime></errorDeclaration>`), to: to11, field: "errorDeclaration", gone: "ObjectEvent"},
	LossEventID:          {doc: jsonEvent(`,"eventID":"urn:uuid:1"`), to: to11, field: "eventID", gone: "urn:uuid:1"},
	LossMasterData: {
		doc: xmlHeader(`<extension><EPCISMasterData><VocabularyList><Vocabulary type="urn:x:t"/></VocabularyList></EPCISMasterData></extension>`, ""), to: to11,
		field: "EPCISMasterData", gone: "Vocabulary",
	},
	LossOtherType:         {doc: xmlEvent(`<childEPCs><epc>urn:x:c</epc></childEPCs>`), to: to20, field: "childEPCs", gone: "urn:x:c"},
	LossPrefixUnknown:     {doc: jsonEvent(`,"parentID":"https://id.gs1.org/00/006141411234567890"`), to: toJSON, ids: AsEPCURN, field: "parentID", kept: "https://id.gs1.org/00/006141411234567890"},
	LossNoDigitalLink:     {doc: jsonEvent(`,"parentID":"urn:epc:id:gid:1.2.3"`), to: toJSON, ids: AsDigitalLink, field: "parentID", kept: "urn:epc:id:gid:1.2.3"},
	LossNoURN:             {doc: jsonEvent(`,"parentID":"https://id.gs1.org/00/006141411234567891"`), to: toJSON, ids: AsEPCURN, field: "parentID", kept: "https://id.gs1.org/00/006141411234567891"},
	LossLinkDetail:        {doc: jsonEvent(`,"parentID":"https://x.example.com/00/106141412345678908","readPoint":{"id":"urn:epc:id:sgln:0614141.00001.0"}`), to: toJSON, ids: AsEPCURN, field: "parentID", kept: "urn:epc:id:sscc:0614141.1234567890"},
	LossSBDH:              {doc: xmlHeader(`<s:StandardBusinessDocumentHeader xmlns:s="`+SpaceSBDH+`"><s:Sender><s:Identifier Authority="A">urn:x:s</s:Identifier></s:Sender></s:StandardBusinessDocumentHeader>`, ""), to: toJSON, field: "Sender/Identifier/@Authority", kept: "urn:x:s"},
	LossComment:           {doc: xmlEvent("<!-- a note -->"), to: to12, field: "comment", gone: "a note"},
	LossAttribute:         {doc: strings.Replace(xmlEvent(""), "<ObjectEvent>", `<ObjectEvent x:by="carla">`, 1), to: to12, field: "by", gone: "carla"},
	LossContext:           {doc: strings.Replace(jsonEvent(""), `{"x":`, `"https://y.example.com/own.jsonld",{"x":`, 1), to: toJSON, field: "@context", gone: "own.jsonld", kept: "https://x.example.com/"},
	LossMixed:             {doc: xmlEvent(`<x:a>one<x:b>two</x:b></x:a>`), to: toJSON, field: "a", kept: "one"},
	LossOrder:             {doc: xmlEvent(`<x:a>1</x:a><x:b>2</x:b><x:a>3</x:a>`), to: toJSON, field: "extension", kept: `["1","3"]`},
	LossNoNamespace:       {doc: xmlEvent(`<extension><a>1</a></extension>`), to: toJSON, field: "extension", gone: `"a"`},
	LossValueKind:         {doc: jsonEvent(`,"x:a":12.50`), to: to12, field: "a", kept: ">12.50<"},
	LossList:              {doc: jsonEvent(`,"x:a":["one"]`), to: to12, field: "a", kept: ">one<"},
	LossNestedList:        {doc: jsonEvent(`,"x:a":[["uno"]]`), to: to12, field: "a", gone: "uno"},
	LossName:              {doc: jsonEvent(`,"x:1 a":"uno"`), to: to12, field: "extension", gone: "uno"},
	LossMasterDocument:    {doc: masterDocument(SpaceMaster2, "2.0"), to: toJSON, field: "EPCISMasterDataDocument", kept: `"type":"EPCISDocument"`},
	LossQueryHeader:       {doc: queryWithHeader, to: toJSON, field: "guidelineVersion", gone: "R1.3"},
	LossHeaderExtension:   {doc: xmlHeader(`<x:a>one</x:a>`, ""), to: to20, field: "a", kept: ">one<"},
	LossDocumentID:        {doc: strings.Replace(jsonEvent(""), `"type":"EPCISDocument"`, `"id":"urn:x:doc","type":"EPCISDocument"`, 1), to: to12, field: "id", gone: "urn:x:doc"},
	LossDocumentExtension: {doc: xmlHeader("", "<extension><a>uno</a></extension>"), to: toJSON, field: "a", gone: "uno"},
}

const queryWithHeader = `<q:EPCISQueryDocument xmlns:q="urn:epcglobal:epcis-query:xsd:1" xmlns:g="http://epcis.gs1us.org/hc/ns" schemaVersion="1.2" creationDate="2026-01-01T00:00:00Z">` +
	`<EPCISHeader><g:guidelineVersion>R1.3</g:guidelineVersion></EPCISHeader><EPCISBody><q:QueryResults><queryName>SimpleEventQuery</queryName><resultsBody><EventList/></resultsBody></q:QueryResults></EPCISBody></q:EPCISQueryDocument>`

func TestEveryLossIsNamedWithPlaceAndRemedy(t *testing.T) {
	for _, rule := range Losses {
		t.Run(rule.Code, func(t *testing.T) {
			c, ok := lossSamples[rule.Code]
			if !ok {
				t.Fatal("no sample document loses this")
			}
			got, err := convert(t, []byte(c.doc), ConvertOptions{From: Options{File: "source"}, To: c.to, IDs: c.ids})
			if err != nil {
				t.Fatal(err)
			}
			if len(got.losses) != 1 {
				t.Fatalf("%d losses: %v", len(got.losses), got.losses)
			}
			l := got.losses[0]
			if l.Rule != rule.Code || l.Field != c.field || l.Where.File != "source" || l.Text == "" || l.Remedy != rule.Remedy || !strings.Contains(l.String(), "["+rule.Code+"]") {
				t.Errorf("the loss says %+v, the field is %s", l, c.field)
			}
			if c.kept != "" && !strings.Contains(got.text, c.kept) || c.gone != "" && strings.Contains(got.text, c.gone) {
				t.Errorf("want %q kept and %q left out of\n%s", c.kept, c.gone, got.text)
			}
			var out bytes.Buffer
			_, err = Convert(&out, strings.NewReader(c.doc), ConvertOptions{To: c.to, IDs: c.ids, RefuseLoss: true})
			var refused *Error
			if !errors.As(err, &refused) || refused.Rule != rule.Code || refused.Remedy == "" {
				t.Errorf("refused with %v", err)
			}
		})
	}
	if len(lossSamples) != len(Losses) {
		t.Errorf("%d samples for %d codes", len(lossSamples), len(Losses))
	}
}

func TestTargetsThatDoNotExistAreRefused(t *testing.T) {
	for _, o := range []ConvertOptions{
		{To: Target{JSON, "1.2"}}, {To: Target{XML, "1.0"}}, {To: Target{Form: 7}}, {IDs: 7},
	} {
		if _, err := Convert(io.Discard, strings.NewReader(xmlEvent("")), o); err == nil {
			t.Errorf("%+v was accepted", o.To)
		}
	}
}

func TestAHeaderBehindTheEventsNeedsASourceThatCanBeReadTwice(t *testing.T) {
	late := strings.Replace(jsonEvent(""), `"type":"EPCISDocument",`, "", 1)
	late = strings.TrimSuffix(late, "}") + `,"type":"EPCISDocument","sender":"urn:epc:id:sgln:0399991.00001.0"}`
	for name, c := range map[string]struct {
		src  io.Reader
		rule string
	}{
		"a file":                         {strings.NewReader(late), ""},
		"a pipe":                         {onlyReader{strings.NewReader(late)}, "epcis/late-header"},
		"a pipe with the header in time": {onlyReader{strings.NewReader(jsonEvent(""))}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			var out bytes.Buffer
			report, err := Convert(&out, c.src, ConvertOptions{To: to12})
			var refused *Error
			if c.rule == "" && err != nil || c.rule != "" && (!errors.As(err, &refused) || refused.Rule != c.rule) {
				t.Fatalf("got %v, want %q", err, c.rule)
			}
			if report.Events != 1 || !strings.Contains(out.String(), "</ObjectEvent>") {
				t.Errorf("the event wasn't written: %+v", report)
			}
			if name == "a file" && !strings.Contains(out.String(), "urn:epc:id:sgln:0399991.00001.0") {
				t.Error("the sender is lost")
			}
		})
	}
}

func TestElementsBehindTheEventsAreKept(t *testing.T) {
	doc := xmlHeader("", `<x:tail>end</x:tail>`)
	for _, to := range targets {
		for name, src := range map[string]io.Reader{"file": strings.NewReader(doc), "pipe": onlyReader{strings.NewReader(doc)}} {
			var out bytes.Buffer
			if _, err := Convert(&out, src, ConvertOptions{To: to, RefuseLoss: true}); err != nil {
				t.Fatal(err)
			}
			h, _, err := ReadAll(&out, Options{})
			if err != nil || len(h.Document) != 1 || h.Document[0].Text != "end" || h.Document[0].Name.Space != "https://x.example.com/" {
				t.Errorf("%s from a %s: %v, %+v", to, name, err, h)
			}
		}
	}
}

// TestAnEventIsWrittenWholeOrNot has an event that can't be written between two
// that can.
func TestAnEventIsWrittenWholeOrNot(t *testing.T) {
	doc := strings.Replace(jsonEvent(""), `]}}`, `,{"type":"ObjectEvent","eventTime":"2026-01-01T00:00:00Z","action":"OBSERVE","eventID":"urn:x:\u0001"},{"type":"ObjectEvent"}]}}`, 1)
	doc = strings.Replace(doc, `"epcList":[]`, `"epcList":["urn:x:first"]`, 1)
	var out bytes.Buffer
	report, err := Convert(&out, strings.NewReader(doc), ConvertOptions{To: to20})
	var refused *Error
	if !errors.As(err, &refused) || refused.Rule != "epcis/unwritable" || refused.Event != 2 {
		t.Errorf("got %v", err)
	}
	if report.Events != 1 || !strings.HasSuffix(out.String(), "</ObjectEvent>") || strings.Count(out.String(), "<ObjectEvent>") != 1 {
		t.Errorf("%d events, the output is\n%s", report.Events, out.String())
	}
}

func TestWritersGoOnAfterARefusedEvent(t *testing.T) {
	good := &Event{Type: ObjectEvent, EventTime: fixedTime, Action: Observe, EPCs: []string{"urn:x:a"}}
	bad := &Event{Type: ObjectEvent, EventTime: fixedTime, EPCs: []string{"\xff"}, Extensions: []Node{{Name: Name{"https://x.example.com/", "a"}}}}
	for _, open := range []func(*Header) func(io.Writer) (documentWriter, error){openXML12, openXML20, openJSON} {
		var out bytes.Buffer
		w, err := open(&Header{CreationDate: fixedTime})(&out)
		if err != nil {
			t.Fatal(err)
		}
		for i, e := range []*Event{bad, good, bad, good} {
			if err := w.Write(e); (err != nil) != (e == bad) {
				t.Errorf("event %d: %v", i+1, err)
			}
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		if _, events, err := ReadAll(&out, Options{}); err != nil || len(events) != 2 {
			t.Errorf("%v, %d events", err, len(events))
		}
	}
}
