package epcis

import (
	"fmt"
	"strconv"
	"strings"
)

// jsonScanner is a strict pull reader for JSON (RFC 8259): no duplicate names,
// no names of another letter case, no lone surrogates, no trailing commas.
type jsonScanner struct {
	*window
	limits  Limits
	names   interner
	frames  []jsonFrame
	keys    []string // names seen in the open objects, one after another
	scratch []byte
	lenient bool
	remark  func(code, text string) // on a tolerated fault; set when lenient
}

type jsonFrame struct {
	array  bool
	single bool   // a value alone where a list belongs
	count  int    // members or items so far
	key    string // the current member
	keys   int    // start of this object's names in keys
	seen   map[string]struct{}
}

// seenInSlice is how many names an object may have before a map is used.
const seenInSlice = 24

// peek returns the next byte that isn't white space without taking it; 0 at the
// end of the input.
func (s *jsonScanner) peek() (byte, error) {
	for {
		for s.pos < s.end {
			switch c := s.buf[s.pos]; c {
			case '\n':
				s.line++
				s.pos++
			case ' ', '\t', '\r':
				s.pos++
			case 0:
				return 0, s.syntax("a NUL byte")
			default:
				return c, nil
			}
		}
		ok, err := s.more()
		if err != nil || !ok {
			return 0, err
		}
	}
}

// need is peek where the input mustn't end.
func (s *jsonScanner) need() (byte, error) {
	c, err := s.peek()
	if err == nil && c == 0 {
		err = s.fail("epcis/truncated", "the document ends too early", "send the whole file again")
	}
	return c, err
}

func (s *jsonScanner) syntax(what string) *Error {
	return s.fail("epcis/json", what+" isn't JSON", "correct the JSON")
}

func (s *jsonScanner) begin(array bool) error {
	if len(s.frames) >= s.limits.Depth {
		return s.fail("epcis/limit-depth", fmt.Sprintf("values are nested more than %d deep", s.limits.Depth), "the document isn't EPCIS or is damaged")
	}
	s.pos++
	s.frames = append(s.frames, jsonFrame{array: array, keys: len(s.keys)})
	return nil
}

// beginObject takes the '{' of an object the caller expects here.
func (s *jsonScanner) beginObject() error { return s.beginKind('{', "an object") }

// beginArray takes the '[' of an array the caller expects here.
func (s *jsonScanner) beginArray() error { return s.beginKind('[', "an array") }

func (s *jsonScanner) beginKind(open byte, what string) error {
	c, err := s.need()
	if err != nil {
		return err
	}
	if c != open {
		if open == '[' {
			if ok, err := s.single(c); ok || err != nil {
				return err
			}
		}
		return s.wrongKind(what)
	}
	return s.begin(open == '[')
}

func (s *jsonScanner) wrongKind(what string) error {
	c, err := s.need()
	if err != nil {
		return err
	}
	if !strings.ContainsRune(`{["-0123456789tfn`, rune(c)) {
		return s.syntax(fmt.Sprintf("%q here", c))
	}
	return s.fail("epcis/bad-value", "the value isn't "+what, "write "+what)
}

// nextMember moves to the next member of the open object and takes its name and
// colon. ok is false behind the last one.
func (s *jsonScanner) nextMember() (key string, ok bool, err error) {
	f := &s.frames[len(s.frames)-1]
	c, err := s.need()
	if err != nil {
		return "", false, err
	}
	if c == '}' {
		s.pos++
		s.keys = s.keys[:f.keys]
		s.frames = s.frames[:len(s.frames)-1]
		return "", false, nil
	}
	if f.count > 0 {
		if c != ',' {
			return "", false, s.syntax(fmt.Sprintf("%q between members", c))
		}
		s.pos++
		if c, err = s.need(); err != nil {
			return "", false, err
		}
	}
	if c != '"' {
		return "", false, s.syntax(fmt.Sprintf("%q where a name belongs", c))
	}
	raw, err := s.scanString()
	if err != nil {
		return "", false, err
	}
	key = s.names.intern(raw)
	if c, err = s.need(); err != nil {
		return "", false, err
	}
	if c != ':' {
		return "", false, s.syntax(fmt.Sprintf("%q behind a name", c))
	}
	s.pos++
	return key, true, s.enter(f, key)
}

// enter notes the member's name and refuses it when the object had it before.
func (s *jsonScanner) enter(f *jsonFrame, key string) error {
	f.key = key
	if f.count++; f.count > s.limits.MembersPerObject {
		return s.fail("epcis/limit-members", fmt.Sprintf("an object has more than %d members", s.limits.MembersPerObject), "the document isn't EPCIS or is damaged")
	}
	seen := s.keys[f.keys:]
	duplicate := false
	if f.seen == nil && len(seen) >= seenInSlice {
		f.seen = make(map[string]struct{}, 2*len(seen))
		for _, k := range seen {
			f.seen[k] = struct{}{}
		}
	}
	if f.seen != nil {
		_, duplicate = f.seen[key]
		f.seen[key] = struct{}{}
	} else {
		for _, k := range seen {
			duplicate = duplicate || k == key
		}
		s.keys = append(s.keys, key)
	}
	if duplicate {
		return s.fail("epcis/duplicate-key", fmt.Sprintf("the name %.60q stands twice in one object", key), "keep one")
	}
	return nil
}

// nextItem moves to the next item of the open array. ok is false behind the last.
func (s *jsonScanner) nextItem() (ok bool, err error) {
	f := &s.frames[len(s.frames)-1]
	if f.single {
		return s.nextSingle(f), nil
	}
	c, err := s.need()
	if err != nil {
		return false, err
	}
	if c == ']' {
		s.pos++
		s.frames = s.frames[:len(s.frames)-1]
		return false, nil
	}
	if f.count > 0 {
		if c != ',' {
			return false, s.syntax(fmt.Sprintf("%q between items", c))
		}
		s.pos++
		if c, err = s.need(); err != nil {
			return false, err
		}
		if c == ']' {
			return false, s.syntax("a comma before ']'")
		}
	}
	f.count++
	return true, nil
}

func (s *jsonScanner) fail(rule, text, remedy string) *Error {
	return &Error{File: s.file, Line: s.line, Path: s.path(), Rule: rule, Text: text, Remedy: remedy}
}

// path is the JSON pointer of the current value.
func (s *jsonScanner) path() string {
	const shown = pathNames
	var b strings.Builder
	for i, f := range s.frames {
		if len(s.frames) > shown && i == shown/2 {
			b.WriteString("/...")
		}
		if f.count == 0 || len(s.frames) > shown && i >= shown/2 && i < len(s.frames)-shown/2 {
			continue
		}
		b.WriteByte('/')
		if f.array {
			b.WriteString(strconv.Itoa(f.count - 1))
			continue
		}
		key := strings.ReplaceAll(strings.ReplaceAll(f.key, "~", "~0"), "/", "~1")
		b.WriteString(key[:min(len(key), 80)])
	}
	return b.String()
}
