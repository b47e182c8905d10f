package epcis

import (
	"fmt"
	"strings"
	"time"
)

// jsonDecoder turns JSON-LD into the model.
type jsonDecoder struct {
	*jsonScanner
	clock  clock
	header Header
	events int

	budget  int
	nodes   int
	room    int
	entries int

	phase       phase
	scopes      []jsonScope
	context     bool   // the document's @context was seen
	listed      bool   // its event list was
	kind        string // the document's type
	pendingKey  string // first member of a bare event
	eventSpaces []Namespace
	arena       []byte
	bounds      []int
	left        dropped
	current     *Event     // being read, or nil
	late        []lateTime // of the current event
}

func newJSONDecoder(w *window, limits Limits) *jsonDecoder {
	d := &jsonDecoder{jsonScanner: &jsonScanner{window: w, limits: limits}}
	d.header = Header{File: w.file, Form: JSON}
	d.budget, d.nodes = limits.HeaderNodes, limits.HeaderNodes
	return d
}

func (d *jsonDecoder) documentHeader() *Header { return &d.header }

// stringValue takes a string.
func (d *jsonDecoder) stringValue() (string, error) {
	raw, err := d.rawString()
	if err != nil {
		return "", err
	}
	return d.names.intern(raw), nil
}

func (d *jsonDecoder) rawString() ([]byte, error) {
	c, err := d.need()
	if err != nil {
		return nil, err
	}
	if c == '[' && d.lenient {
		raw, err := d.listOfOne()
		return trimSpace(raw), err
	}
	if c != '"' {
		return nil, d.wrongKind("a string")
	}
	raw, err := d.scanString()
	return trimSpace(raw), err
}

func (d *jsonDecoder) termValue(t *term) (string, error) {
	s, err := d.stringValue()
	return t.bare(s), err
}

func (d *jsonDecoder) timeValue() (time.Time, error) {
	s, err := d.rawString()
	if err != nil {
		return time.Time{}, err
	}
	t, ok := d.clock.parse(string(s))
	if !ok {
		if t, ok = d.lateOrLenient(s); ok {
			return t, nil
		}
		return t, d.badTime(s)
	}
	return t, nil
}

func (d *jsonDecoder) badTime(s []byte) *Error {
	return d.fail("epcis/bad-time", fmt.Sprintf("%.40q isn't a date and time with an offset", s), "write it like 2026-01-31T13:45:00.000-05:00")
}

// numberValue takes a number as written.
func (d *jsonDecoder) numberValue() (string, error) {
	c, err := d.need()
	if err != nil {
		return "", err
	}
	if c == '"' && d.lenient {
		return d.quotedNumber()
	}
	if c != '-' && (c < '0' || c > '9') {
		return "", d.wrongKind("a number")
	}
	raw, err := d.scanNumber()
	return d.names.intern(raw), err
}

// scalar takes a string, number, boolean or null.
func (d *jsonDecoder) scalar() (string, Kind, error) {
	c, err := d.need()
	if err != nil {
		return "", 0, err
	}
	switch {
	case c == '"':
		raw, err := d.scanString()
		return d.names.intern(raw), KindText, err
	case c == '-' || c >= '0' && c <= '9':
		s, err := d.numberValue()
		return s, KindNumber, err
	case c == 't' || c == 'f' || c == 'n':
		word, err := d.scanLiteral()
		if word == "null" {
			return "", KindNull, err
		}
		return word, KindBool, err
	}
	return "", 0, d.wrongKind("a single value")
}

// stringList takes an array of identifiers; they share one allocation.
func (d *jsonDecoder) stringList() ([]string, error) {
	if err := d.beginArray(); err != nil {
		return nil, err
	}
	d.arena, d.bounds = d.arena[:0], d.bounds[:0]
	for {
		ok, err := d.nextItem()
		if err != nil {
			return nil, err
		}
		if !ok {
			return cutAt(string(d.arena), d.bounds), nil
		}
		if err := d.spendRoom(); err != nil {
			return nil, err
		}
		raw, err := d.rawString()
		if err != nil {
			return nil, err
		}
		d.arena = append(d.arena, raw...)
		d.bounds = append(d.bounds, len(d.arena))
	}
}

func (d *jsonDecoder) spendRoom() error {
	if d.room--; d.room < 0 {
		return d.fail("epcis/limit-epcs", fmt.Sprintf("an event has more than %d identifiers", d.limits.EPCsPerEvent), "split the event")
	}
	return nil
}

func (d *jsonDecoder) spend(n int) error {
	if d.budget -= n; d.budget < 0 {
		return d.fail("epcis/limit-nodes", fmt.Sprintf("more than %d extension values stand together", d.nodes), "send fewer extensions")
	}
	return nil
}

func (d *jsonDecoder) unknownIn(parent, key string) error {
	return d.fail("epcis/unknown-field", fmt.Sprintf("%.60q isn't a field of %s", key, parent), "correct its name (letter case counts), or give it a prefix declared in @context")
}

// extend appends the value of an unknown member as nodes. Its name is resolved
// later, because the context may stand behind it.
func (d *jsonDecoder) extend(to *[]Node, parent, key string) error {
	if key == "" {
		return d.nameless()
	}
	if strings.IndexByte(key, ':') < 0 {
		if !d.lenient {
			return d.unknownIn(parent, key)
		}
		d.tolerate(LenientUnknown, key, fmt.Sprintf("%.60q isn't a field of %s and is kept as an extension", key, parent))
	}
	return d.member(to, key)
}

// nameless refuses an empty name: no other form could hold it.
func (d *jsonDecoder) nameless() error {
	return d.fail("epcis/unknown-field", "a member has an empty name", "give it a name with a prefix declared in @context")
}

// member appends the value of any member.
func (d *jsonDecoder) member(to *[]Node, key string) error {
	c, err := d.need()
	if err != nil {
		return err
	}
	if c != '[' {
		n, err := d.node(key)
		if err == nil {
			*to = append(*to, n)
		}
		return err
	}
	if err := d.beginArray(); err != nil {
		return err
	}
	for empty := true; ; empty = false {
		ok, err := d.nextItem()
		if err != nil {
			return err
		}
		if !ok {
			if empty {
				*to = append(*to, Node{Name: Name{Local: key}, Kind: KindEmptyList, List: true})
				return d.spend(1)
			}
			return nil
		}
		n, err := d.node(key)
		if err != nil {
			return err
		}
		n.List = true
		*to = append(*to, n)
	}
}

// textMember holds the text of an XML element that also has attributes.
const textMember = "#text"

// node takes one value under a name.
func (d *jsonDecoder) node(key string) (Node, error) {
	n := Node{Name: Name{Local: key}}
	if err := d.spend(1); err != nil {
		return n, err
	}
	c, err := d.need()
	if err != nil {
		return n, err
	}
	switch c {
	case '{':
		n.Kind = KindObject
		if err := d.beginObject(); err != nil {
			return n, err
		}
		for {
			name, ok, err := d.nextMember()
			if err != nil || !ok {
				return n, err
			}
			switch name {
			case textMember:
				n.Text, _, err = d.scalar()
			case "":
				err = d.nameless()
			default:
				err = d.member(&n.Children, name)
			}
			if err != nil {
				return n, err
			}
		}
	case '[':
		n.Kind = KindArray
		if err := d.beginArray(); err != nil {
			return n, err
		}
		for {
			ok, err := d.nextItem()
			if err != nil || !ok {
				return n, err
			}
			item, err := d.node("")
			if err != nil {
				return n, err
			}
			n.Children = append(n.Children, item)
		}
	}
	n.Text, n.Kind, err = d.scalar()
	return n, err
}
