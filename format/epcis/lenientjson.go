package epcis

import (
	"bytes"
	"errors"
	"fmt"
	"time"
)

// tolerate remarks on a fault of the current event, or else of the document.
func (d *jsonDecoder) tolerate(code, subject, text string) {
	to, where := &d.header.remarks, Where{File: d.file, Line: d.line, Path: d.path()}
	if d.current != nil {
		to, where.Event = &d.current.remarks, d.current.Where.Event
	}
	if len(*to) < remarksKept {
		*to = append(*to, remark(code, subject, text, where))
	}
}

// key is the name of the member being read.
func (d *jsonDecoder) key() string {
	for i := len(d.frames) - 1; i >= 0; i-- {
		if f := &d.frames[i]; !f.array {
			return f.key
		}
	}
	return ""
}

// single opens a list that isn't one: the value stands alone.
func (s *jsonScanner) single(c byte) (bool, error) {
	if !s.lenient || c == 'n' || c == '[' {
		return false, nil
	}
	s.remark(LenientSingle, "a single value stands where a list belongs")
	if err := s.begin(true); err != nil {
		return false, err
	}
	s.pos--
	s.frames[len(s.frames)-1].single = true
	return true, nil
}

// nextSingle yields the one item of such a list.
func (s *jsonScanner) nextSingle(f *jsonFrame) bool {
	if f.count == 0 {
		f.count = 1
		return true
	}
	s.frames = s.frames[:len(s.frames)-1]
	return false
}

// listOfOne takes the string in a list of one.
func (d *jsonDecoder) listOfOne() ([]byte, error) {
	if err := d.beginArray(); err != nil {
		return nil, err
	}
	ok, err := d.nextItem()
	if err != nil {
		return nil, err
	}
	if !ok {
		return nil, d.fail("epcis/bad-value", "an empty list stands where a string belongs", "write a string")
	}
	c, err := d.need()
	if err != nil {
		return nil, err
	}
	if c != '"' {
		return nil, d.wrongKind("a string")
	}
	raw, err := d.scanString()
	if err != nil {
		return nil, err
	}
	raw = bytes.Clone(raw)
	if ok, err = d.nextItem(); err != nil {
		return nil, err
	}
	if ok {
		return nil, d.fail("epcis/bad-value", "several values stand where one belongs", "write one string")
	}
	d.tolerate(LenientList, d.key(), "a list of one stands where a single value belongs")
	return raw, nil
}

// quotedNumber takes a number in quotes.
func (d *jsonDecoder) quotedNumber() (string, error) {
	raw, err := d.scanString()
	if err != nil {
		return "", err
	}
	text := string(trimSpace(raw))
	if text == "" || !isDecimal(text) {
		return "", d.fail("epcis/bad-value", fmt.Sprintf("%.40q isn't a number", text), "write a number")
	}
	d.tolerate(LenientNumber, d.key(), fmt.Sprintf("the number %.40s is written as a string", text))
	return d.names.intern([]byte(text)), nil
}

// null takes null as an absent value of a standard field.
func (d *jsonDecoder) null(key string) (bool, error) {
	if !d.lenient || key == "" {
		return false, nil
	}
	c, err := d.need()
	if err != nil || c != 'n' {
		return false, err
	}
	if _, err := d.scanLiteral(); err != nil {
		return false, err
	}
	d.tolerate(LenientEmpty, key, fmt.Sprintf("%.60q is null", key))
	return true, nil
}

// lateOrLenient takes a time that isn't as the standard wants it.
func (d *jsonDecoder) lateOrLenient(s []byte) (t time.Time, ok bool) {
	if !d.lenient {
		return t, false
	}
	name, text := d.key(), string(s)
	if known := fold(name, eventNames); known != "" {
		name = known
	}
	if text == "" && name != "eventTime" && name != "declarationTime" {
		d.tolerate(LenientEmpty, name, name+" is empty")
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
		if d.current == nil {
			return time.Time{}, false
		}
		d.late = append(d.late, lateTime{field: name, wall: t, line: d.line, text: text})
		return t, true
	}
	d.tolerate(LenientTime, name, fmt.Sprintf("%s %.40q is taken as %s", name, text, fixed))
	return t, true
}

// settleEvent completes what only the whole event tells.
func (d *jsonDecoder) settleEvent(e *Event) error {
	if missing := settleZone(e, d.late, d.tolerate); missing != nil {
		err := d.badTime([]byte(missing.text))
		err.Line = missing.line
		return err
	}
	settleAction(e, d.tolerate)
	if known := fold(string(e.Type), eventTypes); known != "" && known != string(e.Type) {
		d.tolerate(LenientCase, "type", fmt.Sprintf("the type %q is taken as %s", e.Type, known))
		e.Type = EventType(known)
	}
	return nil
}

// folded returns the standard's name for a member in another letter case.
func (d *jsonDecoder) folded(key string, known []string) (string, error) {
	name := fold(key, known)
	if !d.lenient || name == "" || name == key {
		return key, nil
	}
	f := &d.frames[len(d.frames)-1]
	if err := d.enter(f, name); err != nil { // the object may have it in the right case too
		return "", err
	}
	f.count--
	d.tolerate(LenientCase, key, fmt.Sprintf("%.60q is taken as %q", key, name))
	return name, nil
}

// assumeContext goes on without @context, as if the standard one were there.
func (d *jsonDecoder) assumeContext(err error) error {
	var refused *Error
	if !d.lenient || !errors.As(err, &refused) || refused.Rule != "epcis/no-context" {
		return err
	}
	d.context = true
	d.tolerate(LenientContext, "@context", "the document has no @context; that of EPCIS 2.0 is assumed")
	return nil
}
