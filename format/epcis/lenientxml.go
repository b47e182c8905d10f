package epcis

import (
	"bytes"
	"fmt"
	"strings"
	"time"
)

// tolerate remarks on a fault of the current event, or else of the document.
func (d *xmlDecoder) tolerate(code, subject, text string) {
	d.tolerateAt(d.startLine, code, subject, text)
}

func (d *xmlDecoder) tolerateAt(line int, code, subject, text string) {
	to, where := &d.header.remarks, Where{File: d.file, Line: line}
	if e := d.shapes.event; e != nil {
		to, where.Event = &e.remarks, e.Where.Event
	}
	if len(*to) < remarksKept {
		*to = append(*to, remark(code, subject, text, where))
	}
}

// settleProlog remarks on what stands before the root element.
func (d *xmlDecoder) settleProlog() {
	if d.doctypeLine > 0 {
		d.tolerateAt(d.doctypeLine, LenientDoctype, "DOCTYPE", "the document has a DOCTYPE, which declares nothing")
	}
	if d.declared != "" {
		d.tolerateAt(1, LenientEncoding, "encoding", fmt.Sprintf("the encoding is declared as %.20q, but the bytes are UTF-8", d.declared))
	}
}

// bareDoctype takes <!DOCTYPE name> if it has neither declarations nor an
// address, and leaves any other to be refused.
func (s *xmlScanner) bareDoctype() (bool, error) {
	if !s.lenient || s.started || s.doctypeLine > 0 {
		return false, nil
	}
	if _, err := s.ensure(doctypeBytes); err != nil {
		return false, err
	}
	tag := s.buf[s.pos:min(s.end, s.pos+doctypeBytes)]
	end := bytes.IndexByte(tag, '>')
	if end < 0 {
		return false, nil
	}
	rest := tag[len("<!DOCTYPE"):end]
	name := trimSpace(rest)
	if len(rest) == 0 || !asciiSpace(rest[0]) {
		return false, nil
	}
	if _, _, err := s.splitName(name); err != nil {
		return false, nil
	}
	s.doctypeLine = s.line
	s.advance(s.pos + end + 1)
	return true, nil
}

// otherEncoding tolerates a declared encoding when the bytes show another one:
// UTF-16 declared in what can't be UTF-16, and single-byte encodings as long as
// nothing but ASCII follows.
func (s *xmlScanner) otherEncoding(encoding string) bool {
	if !s.lenient {
		return false
	}
	name := strings.ToLower(encoding)
	switch {
	case name == "utf8", name == "utf-16", name == "utf-16le", name == "utf-16be", name == "unicode":
	case name == "ascii", strings.HasPrefix(name, "iso-8859-"), strings.HasPrefix(name, "windows-125"):
		s.asciiOnly = true
		if s.checkASCII(s.buf[s.pos:s.end]) != nil {
			return false
		}
	default:
		return false
	}
	s.declared = encoding
	return true
}

// lateOrLenient takes a time that isn't as the standard wants it.
func (d *xmlDecoder) lateOrLenient(name string, line int, raw []byte) (t time.Time, ok bool) {
	if !d.lenient {
		return t, false
	}
	text := string(trimSpace(raw))
	if text == "" && name != "eventTime" && name != "declarationTime" {
		d.tolerateAt(line, LenientEmpty, name, name+" is empty")
		return t, true
	}
	fixed, naive, ok := lenientTime(text)
	if !ok {
		return t, false
	}
	if t, ok = d.clock.parse(fixed); !ok {
		return t, false
	}
	if naive {
		if d.shapes.event == nil {
			return time.Time{}, false
		}
		d.late = append(d.late, lateTime{field: name, wall: t, line: line, text: text})
		return t, true
	}
	d.tolerateAt(line, LenientTime, name, fmt.Sprintf("%s %.40q is taken as %s", name, text, fixed))
	return t, true
}

// settleEvent completes what only the whole event tells.
func (d *xmlDecoder) settleEvent(e *Event) error {
	if missing := settleZone(e, d.late, d.tolerate); missing != nil {
		return d.badTime(missing.line, missing.field, []byte(missing.text))
	}
	settleAction(e, d.tolerate)
	return nil
}

// lenientField takes a field of an event that isn't the standard's: in another
// letter case as that field, otherwise as an extension.
func (d *xmlDecoder) lenientField(e *Event, name string, seen *uint32) error {
	if known := fold(name, eventNames); known != "" {
		d.tolerate(LenientCase, name, fmt.Sprintf("<%.60s> is taken as <%s>", name, known))
		return d.knownField(e, known, seen)
	}
	d.tolerate(LenientUnknown, name, fmt.Sprintf("<%.60s> isn't a field of an event and is kept as an extension", name))
	return d.keep(&e.Extensions)
}

// lenientChild keeps an element that has no namespace where one is demanded.
func (d *xmlDecoder) lenientChild(to *[]Node, parent string) error {
	d.tolerate(LenientUnknown, string(d.local), fmt.Sprintf("<%.60s> isn't a field of %s and is kept as an extension", d.local, parent))
	return d.keep(to)
}

// lenientType tells the event type of an element that isn't one by the letter.
func (d *xmlDecoder) lenientType() (EventType, bool) {
	if !d.lenient || !isCoreSpace(d.space) {
		return "", false
	}
	known := fold(string(d.local), eventTypes)
	return EventType(known), known != ""
}

// isQuantityEvent tells the event type that EPCIS 2.0 removed.
func (d *xmlDecoder) isQuantityEvent() bool {
	return d.lenient && isCoreSpace(d.space) && string(d.local) == "QuantityEvent"
}

// quantityField takes the two fields of their own that quantity events have.
func (d *xmlDecoder) quantityField(e *Event, name string, seen *uint32) (ok bool, err error) {
	var to *string
	bit := uint32(1) << fieldQuantities
	switch name {
	case "epcClass":
		to = &e.Quantities[0].Class
	case "quantity":
		to, bit = &e.Quantities[0].Quantity, 1<<fieldChildQuantities
	default:
		return false, nil
	}
	if *seen&bit != 0 {
		return true, d.fail("epcis/repeated", fmt.Sprintf("<%s> stands twice in one event", name), "keep one")
	}
	*seen |= bit
	*to, err = d.textValue()
	return true, err
}
