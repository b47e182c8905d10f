package epcis

import (
	"fmt"
	"strings"
	"testing"
)

// repeat joins n pieces made by f.
func repeat(n int, f func(i int) string) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(f(i))
	}
	return b.String()
}

func jsonList(n int, f func(i int) string) string {
	return strings.TrimSuffix(repeat(n, func(i int) string { return f(i) + "," }), ",")
}

func xmlEvents(n int) string {
	head, rest, _ := strings.Cut(xmlEvent(""), "<ObjectEvent>")
	event, tail, _ := strings.Cut(rest, "</ObjectEvent>")
	return head + repeat(n, func(int) string { return "<ObjectEvent>" + event + "</ObjectEvent>" }) + tail
}

func jsonEvents(n int) string {
	head, rest, _ := strings.Cut(jsonEvent(""), `"eventList":[`)
	event, _ := strings.CutSuffix(rest, "]}}")
	return head + `"eventList":[` + jsonList(n, func(int) string { return event }) + "]}}"
}

func xmlVocabulary(n int) string {
	return strings.Replace(xmlEvent(""), "<EPCISBody>", `<EPCISHeader><extension><EPCISMasterData><VocabularyList><Vocabulary type="urn:a:b"><VocabularyElementList>`+
		repeat(n, func(i int) string {
			return fmt.Sprintf(`<VocabularyElement id="urn:a:%d"><attribute id="urn:a:b">c</attribute></VocabularyElement>`, i)
		})+
		`</VocabularyElementList></Vocabulary></VocabularyList></EPCISMasterData></extension></EPCISHeader><EPCISBody>`, 1)
}

func jsonVocabulary(n int) string {
	return strings.Replace(jsonEvent(""), `"epcisBody"`, `"epcisHeader":{"epcisMasterData":{"vocabularyList":[{"type":"urn:a:b","vocabularyElementList":[`+
		jsonList(n, func(i int) string {
			return fmt.Sprintf(`{"id":"urn:a:%d","attributes":[{"id":"urn:a:b","attribute":"c"}]}`, i)
		})+
		`]}]}},"epcisBody"`, 1)
}

func TestEachLimitHoldsAtItsValueAndOneBeyond(t *testing.T) {
	xmlEPCs := func(n int) string {
		return strings.Replace(xmlEvent(""), "<epcList/>", "<epcList>"+repeat(n, func(i int) string { return fmt.Sprintf("<epc>urn:a:%d</epc>", i) })+"</epcList>", 1)
	}
	jsonEPCs := func(n int) string {
		return strings.Replace(jsonEvent(""), `"epcList":[]`, `"epcList":[`+jsonList(n, func(i int) string { return fmt.Sprintf(`"urn:a:%d"`, i) })+"]", 1)
	}
	for _, c := range []struct {
		name   string
		doc    func(n int) string
		limits func(n int) Limits
		n      int
		rule   string
	}{
		{"bytes", func(n int) string { return xmlEvent("") + strings.Repeat(" ", n-len(xmlEvent(""))) }, func(n int) Limits { return Limits{DocumentBytes: int64(n)} }, 1000, "epcis/limit-bytes"},
		{"depth of XML", func(n int) string { return xmlEvent(strings.Repeat("<x:a>", n-4) + strings.Repeat("</x:a>", n-4)) }, func(n int) Limits { return Limits{Depth: n} }, 20, "epcis/limit-depth"},
		{"depth of XML by default", func(n int) string { return xmlEvent(strings.Repeat("<x:a>", n-4) + strings.Repeat("</x:a>", n-4)) }, func(int) Limits { return Limits{} }, DefaultDepth, "epcis/limit-depth"},
		{"depth of JSON", func(n int) string { return jsonEvent(`,"x:a":` + strings.Repeat("[", n-4) + strings.Repeat("]", n-4)) }, func(n int) Limits { return Limits{Depth: n} }, 20, "epcis/limit-depth"},
		{"depth of JSON by default", func(n int) string { return jsonEvent(`,"x:a":` + strings.Repeat("[", n-4) + strings.Repeat("]", n-4)) }, func(int) Limits { return Limits{} }, DefaultDepth, "epcis/limit-depth"},
		{"attributes", func(n int) string {
			return xmlEvent("<x:a" + repeat(n, func(i int) string { return fmt.Sprintf(` a%d="b"`, i) }) + "/>")
		}, func(n int) Limits { return Limits{Attributes: n} }, 10, "epcis/limit-attributes"},
		{"attributes by default", func(n int) string {
			return xmlEvent("<x:a" + repeat(n, func(i int) string { return fmt.Sprintf(` a%d="b"`, i) }) + "/>")
		}, func(int) Limits { return Limits{} }, DefaultAttributes, "epcis/limit-attributes"},
		{"text of XML", func(n int) string { return xmlEvent("<x:a>" + strings.Repeat("t", n) + "</x:a>") }, func(n int) Limits { return Limits{TextBytes: n} }, 100, "epcis/limit-text"},
		{"text of XML in pieces", func(n int) string {
			return xmlEvent("<x:a>" + strings.Repeat("t", n-50) + "<!-- -->" + strings.Repeat("t", 50) + "</x:a>")
		}, func(n int) Limits { return Limits{TextBytes: n} }, 100, "epcis/limit-text"},
		{"text of a field in pieces", func(n int) string {
			return xmlEvent("<bizStep>" + strings.Repeat("t", n-50) + "<!-- -->" + strings.Repeat("t", 50) + "</bizStep>")
		}, func(n int) Limits { return Limits{TextBytes: n} }, 100, "epcis/limit-text"},
		{"an attribute's text", func(n int) string { return xmlEvent(`<x:a b="` + strings.Repeat("t", n) + `"/>`) }, func(n int) Limits { return Limits{TextBytes: n} }, 100, "epcis/limit-text"},
		{"CDATA", func(n int) string { return xmlEvent("<x:a><![CDATA[" + strings.Repeat("t", n) + "]]></x:a>") }, func(n int) Limits { return Limits{TextBytes: n} }, DefaultTextBytes, "epcis/limit-text"},
		{"text of JSON", func(n int) string { return jsonEvent(`,"x:a":"` + strings.Repeat("t", n) + `"`) }, func(n int) Limits { return Limits{TextBytes: n} }, 100, "epcis/limit-text"},
		{"escaped text of JSON", func(n int) string { return jsonEvent(`,"x:a":"\n` + strings.Repeat("t", n-1) + `"`) }, func(n int) Limits { return Limits{TextBytes: n} }, 100, "epcis/limit-text"},
		{"text of JSON by default", func(n int) string { return jsonEvent(`,"x:a":"` + strings.Repeat("t", n) + `"`) }, func(int) Limits { return Limits{} }, DefaultTextBytes, "epcis/limit-text"},
		{"a start tag", func(n int) string { return xmlEvent("<x:a" + strings.Repeat(" ", n-6) + "/>") }, func(n int) Limits { return Limits{TagBytes: n} }, 500, "epcis/limit-tag"},
		{"identifiers in XML", xmlEPCs, func(n int) Limits { return Limits{EPCsPerEvent: n} }, 10, "epcis/limit-epcs"},
		{"identifiers in JSON", jsonEPCs, func(n int) Limits { return Limits{EPCsPerEvent: n} }, 10, "epcis/limit-epcs"},
		{"identifiers in XML by default", xmlEPCs, func(int) Limits { return Limits{} }, DefaultEPCsPerEvent, "epcis/limit-epcs"},
		{"extensions in XML", func(n int) string { return xmlEvent(strings.Repeat("<x:a/>", n)) }, func(n int) Limits { return Limits{NodesPerEvent: n} }, 10, "epcis/limit-nodes"},
		{"extensions in JSON", func(n int) string { return jsonEvent(`,"x:a":[` + jsonList(n, func(int) string { return "1" }) + "]") }, func(n int) Limits { return Limits{NodesPerEvent: n} }, 10, "epcis/limit-nodes"},
		{"members", func(n int) string {
			return jsonEvent(`,"x:a":{` + jsonList(n, func(i int) string { return fmt.Sprintf(`"x:%d":1`, i) }) + "}")
		}, func(n int) Limits { return Limits{MembersPerObject: n} }, 40, "epcis/limit-members"},
		{"events in XML", xmlEvents, func(n int) Limits { return Limits{Events: n} }, 5, "epcis/limit-events"},
		{"events in JSON", jsonEvents, func(n int) Limits { return Limits{Events: n} }, 5, "epcis/limit-events"},
		{"master data in XML", xmlVocabulary, func(n int) Limits { return Limits{VocabularyEntries: n} }, 5, "epcis/limit-vocabulary"},
		{"master data in JSON", jsonVocabulary, func(n int) Limits { return Limits{VocabularyEntries: n} }, 5, "epcis/limit-vocabulary"},
		{"header nodes in XML", func(n int) string {
			return strings.Replace(xmlEvent(""), "<EPCISBody>", "<EPCISHeader>"+strings.Repeat("<x:a/>", n)+"</EPCISHeader><EPCISBody>", 1)
		}, func(n int) Limits { return Limits{HeaderNodes: n} }, 10, "epcis/limit-nodes"},
		{"namespaces", func(n int) string {
			levels := (n - 6) / 50 // the document, xml, the default and two of its own stand already
			doc := ""
			for l := range levels {
				doc += "<x:a" + repeat(50, func(i int) string { return fmt.Sprintf(` xmlns:p%d="urn:a:%d"`, l*50+i, i) }) + ">"
			}
			doc += "<x:a" + repeat(n-5-levels*50+1, func(i int) string { return fmt.Sprintf(` xmlns:q%d="urn:a:b"`, i) }) + "/>"
			return xmlEvent(doc + strings.Repeat("</x:a>", levels))
		}, func(int) Limits { return Limits{} }, namespacesInUse, "epcis/limit-namespaces"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if refused := refusal(t, strings.NewReader(c.doc(c.n)), c.limits(c.n)); refused != nil {
				t.Errorf("refused at the limit of %d: %v", c.n, refused)
			}
			refused := refusal(t, strings.NewReader(c.doc(c.n+1)), c.limits(c.n))
			if refused == nil || refused.Rule != c.rule {
				t.Errorf("one beyond the limit of %d: %v, want %s", c.n, refused, c.rule)
			}
		})
	}
}
