//go:build linux

package hostile

import (
	"fmt"
	"io"
	"strings"
)

// endless repeats a text so many times, without ever holding it; fewer than 0
// times means for ever.
type endless struct {
	text string
	left int
	rest string
}

func repeat(text string, times int) io.Reader { return &endless{text: text, left: times} }

// Read implements io.Reader.
func (e *endless) Read(p []byte) (int, error) {
	n := 0
	for n < len(p) {
		if e.rest == "" {
			if e.left == 0 {
				break
			}
			e.left--
			e.rest = e.text
		}
		k := copy(p[n:], e.rest)
		e.rest = e.rest[k:]
		n += k
	}
	if n == 0 && len(p) > 0 {
		return 0, io.EOF
	}
	return n, nil
}

// join puts texts and readers one behind the other.
func join(parts ...any) func() io.Reader {
	return func() io.Reader {
		var list []io.Reader
		for _, part := range parts {
			switch v := part.(type) {
			case string:
				list = append(list, strings.NewReader(v))
			case func() io.Reader:
				list = append(list, v())
			}
		}
		return io.MultiReader(list...)
	}
}

func many(text string, times int) func() io.Reader {
	return func() io.Reader { return repeat(text, times) }
}

// counted repeats a pattern with a number in it.
func counted(pattern string, times int) func() io.Reader {
	return func() io.Reader {
		r, w := io.Pipe()
		go func() {
			var b strings.Builder
			for i := range times {
				fmt.Fprintf(&b, pattern, i)
				if b.Len() < 32<<10 && i+1 < times {
					continue
				}
				if _, err := io.WriteString(w, b.String()); err != nil {
					return // nobody reads on
				}
				b.Reset()
			}
			_ = w.Close()
		}()
		return r
	}
}

const (
	xmlHead  = `<?xml version="1.0" encoding="UTF-8"?><epcis:EPCISDocument xmlns:epcis="urn:epcglobal:epcis:xsd:1" xmlns:x="urn:example:x" schemaVersion="1.2" creationDate="2026-01-01T00:00:00Z"><EPCISBody><EventList>`
	xmlTail  = `</EventList></EPCISBody></epcis:EPCISDocument>`
	xmlEvent = `<ObjectEvent><eventTime>2026-01-01T00:00:00Z</eventTime><eventTimeZoneOffset>+00:00</eventTimeZoneOffset><epcList><epc>urn:epc:id:sgtin:0399991.012345.%d</epc></epcList><action>OBSERVE</action></ObjectEvent>`
	xmlOpen  = `<ObjectEvent><eventTime>2026-01-01T00:00:00Z</eventTime><eventTimeZoneOffset>+00:00</eventTimeZoneOffset><epcList/><action>OBSERVE</action>`
	xmlClose = `</ObjectEvent>` + xmlTail
	jsonHead = `{"@context":["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"],"type":"EPCISDocument","schemaVersion":"2.0","creationDate":"2026-01-01T00:00:00Z","epcisBody":{"eventList":[`
	jsonOpen = `{"type":"ObjectEvent","eventTime":"2026-01-01T00:00:00Z","eventTimeZoneOffset":"+00:00","action":"OBSERVE","epcList":[]`
	jsonTail = `]}}`
)

// documents are attacks with EPCIS documents.
func documents() []Attack {
	doc := func(name string, body func() io.Reader) Attack {
		return Attack{Name: name, Method: "POST", Path: "/api/v1/captures?dry_run=true&name=hostile", Type: "application/octet-stream", Body: body}
	}
	large := func(name string, body func() io.Reader) Attack {
		a := doc(name, body)
		a.Taken = true
		return a
	}
	return []Attack{
		doc("XML nested a million deep", join(xmlHead, xmlOpen, many("<x:a>", million), many("</x:a>", million), xmlClose)),
		doc("XML nested a million deep and never closed", join(xmlHead, xmlOpen, many("<x:a>", million))),
		doc("a million attributes of one element", join(xmlHead, xmlOpen, "<x:a", counted(` a%d="b"`, million), "/>", xmlClose)),
		doc("a million namespaces of one element", join(xmlHead, xmlOpen, "<x:a", counted(` xmlns:p%d="urn:a:b"`, million), "/>", xmlClose)),
		doc("a million unknown elements in one event", join(xmlHead, xmlOpen, many("<x:a/>", million), xmlClose)),
		doc("a line of 100 MB", join(xmlHead, xmlOpen, "<x:a>", many("a", longLineBytes), "</x:a>", xmlClose)),
		doc("a name of 100 MB", join(xmlHead, xmlOpen, "<", many("a", longLineBytes), "/>", xmlClose)),
		doc("100 MB of white space before anything", join(many(" ", longLineBytes), xmlHead, xmlTail)),
		doc("a processing instruction of 100 MB", join("<?a ", many("a", longLineBytes), "?>", xmlHead, xmlTail)),
		large("a comment of 100 MB", join(xmlHead, "<!--", many("a", longLineBytes), "-->", xmlTail)),
		doc("a comment that never ends", join(xmlHead, "<!--", many("a", longLineBytes))),
		doc("entities that multiply", join(`<!DOCTYPE a [<!ENTITY b "bbbbbbbbbb"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;"><!ENTITY d "&c;&c;&c;&c;&c;&c;">]><a>&d;</a>`)),
		doc("an entity that reads a file", join(`<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>`)),
		doc("a DOCTYPE that asks another machine", join(`<!DOCTYPE a SYSTEM "http://127.0.0.1:1/a.dtd">`+xmlHead+xmlTail)),
		doc("XML that is not UTF-8", join(xmlHead, xmlOpen, "<x:a>\xff\xfe</x:a>", xmlClose)),
		doc("garbage behind the document", join(xmlHead, xmlTail, many("a", million))),
		large("a hundred thousand events", join(xmlHead, counted(xmlEvent, manyEvents), xmlTail)),
		large("a hundred thousand identifiers in one event", join(xmlHead, strings.Replace(xmlOpen, "<epcList/>", "<epcList>", 1)[:strings.Index(xmlOpen, "<epcList/>")+len("<epcList>")], counted("<epc>urn:epc:id:sgtin:0399991.012345.%d</epc>", manyEvents), "</epcList><action>OBSERVE</action>", xmlClose)),
		doc("JSON nested a million deep", join(jsonHead, jsonOpen, `,"x:a":`, many("[", million), many("]", million), "}", jsonTail)),
		doc("JSON objects nested a million deep", join(jsonHead, jsonOpen, `,"x:a":`, many(`{"a":`, million), "1", many("}", million), "}", jsonTail)),
		doc("a million names in one object", join(jsonHead, jsonOpen, counted(`,"x:%d":1`, million), "}", jsonTail)),
		doc("a million values in one extension", join(jsonHead, jsonOpen, `,"x:a":[0`, many(",0", million), "]}", jsonTail)),
		doc("a string of 100 MB", join(jsonHead, jsonOpen, `,"x:a":"`, many("a", longLineBytes), `"}`, jsonTail)),
		doc("a number of 100 MB", join(jsonHead, jsonOpen, `,"x:a":`, many("1", longLineBytes), `}`, jsonTail)),
		doc("a name that stands twice", join(strings.Replace(jsonHead, `"type"`, `"type":"EPCISDocument","type"`, 1), jsonTail)),
		doc("a name in capitals", join(strings.Replace(jsonHead, `"type"`, `"TYPE"`, 1), jsonTail)),
		doc("an event's name that stands twice", join(jsonHead, jsonOpen, `,"action":"ADD"}`, jsonTail)),
		doc("JSON that is not UTF-8", join(jsonHead, jsonOpen, ",\"x:a\":\"\xff\"}", jsonTail)),
		doc("half a document", join(jsonHead, jsonOpen)),
		doc("nothing but zeros", many("\x00", longLineBytes)),
		{Name: "a compressed body, a thousand to one", Method: "POST", Path: "/api/v1/captures?dry_run=true&name=hostile", Type: "application/octet-stream", Header: map[string]string{"Content-Encoding": "gzip"}, Body: inflating},
		doc("a compressed document, a thousand to one", inflating),
	}
}
