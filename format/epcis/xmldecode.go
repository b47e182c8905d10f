package epcis

import (
	"bytes"
	"fmt"
	"time"
	"unicode/utf8"
)

// xmlDecoder turns tokens into the model.
type xmlDecoder struct {
	*xmlScanner
	clock  clock
	header Header
	events int // read so far

	budget  int // nodes the current event or header may still have
	nodes   int // the budget at its start
	room    int // identifiers the current event may still have
	entries int // master data elements so far

	lists  int    // open EventList and extension elements around the events
	phase  phase  // where the decoder stands
	arena  []byte // identifiers of the list being read
	bounds []int
	gather []byte // pieces of a text
	shapes shapeWatch
	late   []lateTime // of the current event

	counted bool // the current event is a QuantityEvent
}

// phase is where a decoder stands in its document.
type phase uint8

const (
	phaseEvents phase = iota // inside the event list
	phaseBare                // the document is one event
	phaseDone                // everything was read
)

func newXMLDecoder(w *window, limits Limits) *xmlDecoder {
	d := &xmlDecoder{xmlScanner: newXMLScanner(w, limits)}
	d.header = Header{File: w.file, Form: XML}
	return d
}

func (d *xmlDecoder) failAt(line int, rule, text, remedy string) *Error {
	err := d.fail(rule, text, remedy)
	err.Line = line
	return err
}

// child moves to the next child of the open element: true at its start tag,
// false at the end of the open element. Text between children is refused.
func (d *xmlDecoder) child() (bool, error) {
	for {
		token, err := d.next()
		if err != nil {
			return false, err
		}
		switch token {
		case xmlStart:
			d.shapes.enter(d)
			return true, nil
		case xmlEnd, xmlEOF:
			d.shapes.leave(d)
			return false, nil
		}
		if !d.blank {
			return false, d.fail("epcis/unexpected-text", fmt.Sprintf("text %.40q stands where only elements belong", d.text), "remove the text")
		}
	}
}

// rawText reads the text of the open element and its end tag. The result is
// valid until the next token.
func (d *xmlDecoder) rawText() ([]byte, error) {
	token, err := d.next()
	if err != nil {
		return nil, err
	}
	if token == xmlEnd {
		return nil, nil
	}
	if token == xmlStart {
		return nil, d.unexpected()
	}
	d.gather = append(d.gather[:0], d.text...)
	for {
		token, err = d.next()
		switch {
		case err != nil:
			return nil, err
		case token == xmlEnd:
			return d.gather, nil
		case token == xmlStart:
			return nil, d.unexpected()
		}
		if len(d.gather)+len(d.text) > d.limits.TextBytes {
			return nil, d.tooLong()
		}
		d.gather = append(d.gather, d.text...)
	}
}

func (d *xmlDecoder) unexpected() error {
	return d.fail("epcis/unknown-field", fmt.Sprintf("element <%.60s> stands where only text belongs", d.local), "remove the element")
}

// textValue reads the open element's text with outer white space removed.
func (d *xmlDecoder) textValue() (string, error) {
	raw, err := d.rawText()
	if err != nil {
		return "", err
	}
	return d.names.intern(trimSpace(raw)), nil
}

func trimSpace(b []byte) []byte {
	for len(b) > 0 && asciiSpace(b[0]) {
		b = b[1:]
	}
	for len(b) > 0 && asciiSpace(b[len(b)-1]) {
		b = b[:len(b)-1]
	}
	return b
}

func asciiSpace(c byte) bool { return c == ' ' || c == '\t' || c == '\n' || c == '\r' }

func (d *xmlDecoder) termValue(t *term) (string, error) {
	s, err := d.textValue()
	return t.bare(s), err
}

func (d *xmlDecoder) timeValue() (time.Time, error) {
	line, name := d.startLine, string(d.local)
	raw, err := d.rawText()
	if err != nil {
		return time.Time{}, err
	}
	t, ok := d.clock.parse(string(trimSpace(raw)))
	if !ok {
		if t, ok = d.lateOrLenient(name, line, raw); ok {
			return t, nil
		}
		return time.Time{}, d.badTime(line, name, raw)
	}
	return t, nil
}

func (d *xmlDecoder) badTime(line int, name string, raw []byte) error {
	return d.failAt(line, "epcis/bad-time", fmt.Sprintf("%s %.40q isn't a date and time with an offset", name, trimSpace(raw)), "write it like 2026-01-31T13:45:00.000-05:00")
}

// stringList reads a list whose items are named item, such as epcList. The
// identifiers of a list share one allocation.
func (d *xmlDecoder) stringList(item string) ([]string, error) {
	d.arena, d.bounds = d.arena[:0], d.bounds[:0]
	for {
		more, err := d.child()
		if err != nil {
			return nil, err
		}
		if !more {
			break
		}
		if string(d.local) != item || !isCoreSpace(d.space) {
			return nil, d.fail("epcis/unknown-field", fmt.Sprintf("element <%.60s> isn't known in a list of <%s>", d.local, item), "end the list before it if its end tag is missing; else remove it, or put it in a namespace of its own outside the list")
		}
		if d.room--; d.room < 0 {
			return nil, d.fail("epcis/limit-epcs", fmt.Sprintf("an event has more than %d identifiers", d.limits.EPCsPerEvent), "split the event")
		}
		raw, err := d.rawText()
		if err != nil {
			return nil, err
		}
		d.arena = append(d.arena, trimSpace(raw)...)
		d.bounds = append(d.bounds, len(d.arena))
	}
	return cutAt(string(d.arena), d.bounds), nil
}

// cutAt cuts one string at bounds. The result is never nil.
func cutAt(all string, bounds []int) []string {
	out := make([]string, len(bounds))
	from := 0
	for i, to := range bounds {
		out[i] = all[from:to]
		from = to
	}
	return out
}

// node reads the open element, whatever it is, with all it holds.
func (d *xmlDecoder) node() (Node, error) {
	if d.budget--; d.budget < 0 {
		return Node{}, d.fail("epcis/limit-nodes", fmt.Sprintf("more than %d extension elements stand together", d.nodes), "send fewer extensions")
	}
	n := Node{Name: Name{Space: d.space, Local: d.names.intern(d.local)}, Prefix: d.names.intern(d.prefix)}
	n.Attrs = d.nodeAttrs()
	var text []byte
	for {
		token, err := d.next()
		switch {
		case err != nil:
			return Node{}, err
		case token == xmlText:
			if len(text)+len(d.text) > d.limits.TextBytes {
				return Node{}, d.tooLong()
			}
			text = append(text, d.text...)
		case token == xmlStart:
			if len(trimSpace(text)) > 0 {
				n.Children = append(n.Children, Node{Text: string(text)})
			}
			text = text[:0]
			c, err := d.node()
			if err != nil {
				return Node{}, err
			}
			n.Children = append(n.Children, c)
		default:
			d.closeNode(&n, text)
			return n, nil
		}
	}
}

func (d *xmlDecoder) closeNode(n *Node, text []byte) {
	if len(n.Children) == 0 {
		n.Text = d.names.intern(text)
		return
	}
	n.Kind = KindObject
	if len(trimSpace(text)) > 0 {
		n.Children = append(n.Children, Node{Text: string(text)})
	}
}

func (d *xmlDecoder) nodeAttrs() []Attr {
	if len(d.attrs) == 0 {
		return nil
	}
	out := make([]Attr, len(d.attrs))
	for i, a := range d.attrs {
		d.attrs[i].used = true
		out[i] = Attr{Name: Name{Space: a.space, Local: a.local}, Prefix: a.prefix, Value: string(a.value)}
	}
	return out
}

func (d *xmlDecoder) attr(local string) (string, bool) {
	for i := range d.attrs {
		if d.attrs[i].local == local && d.attrs[i].space == "" {
			d.attrs[i].used = true
			return d.names.intern(trimSpace(d.attrs[i].value)), true
		}
	}
	return "", false
}

// skipMark drops a UTF-8 byte order mark and refuses those of other encodings.
func skipMark(w *window) error {
	if _, err := w.ensure(4); err != nil {
		return err
	}
	b := w.buf[w.pos:w.end]
	if bytes.HasPrefix(b, []byte{0xEF, 0xBB, 0xBF}) {
		w.pos += 3
		return nil
	}
	utf16 := bytes.HasPrefix(b, []byte{0xFE, 0xFF}) || bytes.HasPrefix(b, []byte{0xFF, 0xFE})
	if utf16 || len(b) > 1 && (b[0] == 0 || b[1] == 0) {
		return &Error{File: w.file, Line: 1, Rule: "epcis/encoding", Text: "the document is UTF-16 or UTF-32", Remedy: "save the document as UTF-8"}
	}
	if len(b) > 1 && b[0] == 0x1F && b[1] == 0x8B {
		return &Error{File: w.file, Line: 1, Rule: "epcis/encoding", Text: "the document is compressed (gzip)", Remedy: "unpack it first"}
	}
	if len(b) > 0 && !utf8.RuneStart(b[0]) {
		return &Error{File: w.file, Line: 1, Rule: "epcis/encoding", Text: "the document isn't UTF-8", Remedy: "save the document as UTF-8"}
	}
	return nil
}
