package epcis

import (
	"bytes"
	"fmt"
	"strconv"
	"unicode/utf8"
)

// class of a byte in character data.
const (
	bytePlain  = 0
	byteSpace  = 1 // white space
	byteSlow   = 2 // '&', '\r', ']' and everything beyond ASCII: look closer
	byteRefuse = 3 // control characters
)

var byteClass = func() (t [256]uint8) {
	for c := range t {
		switch {
		case c == ' ' || c == '\t' || c == '\n':
			t[c] = byteSpace
		case c == '\r' || c == '&' || c == ']' || c >= 0x80:
			t[c] = byteSlow
		case c < 0x20:
			t[c] = byteRefuse
		}
	}
	return t
}()

// scanText scans character data up to the next markup. skip is true for white
// space outside the root element.
func (s *xmlScanner) scanText() (token xmlToken, skip bool, err error) {
	for {
		i := bytes.IndexByte(s.buf[s.pos:s.end], '<')
		if i >= 0 {
			return s.takeText(s.buf[s.pos : s.pos+i])
		}
		if s.end-s.pos > s.limits.TextBytes {
			return 0, false, s.tooLong()
		}
		ok, err := s.more()
		if err != nil {
			return 0, false, err
		}
		if !ok {
			return s.takeText(s.buf[s.pos:s.end])
		}
	}
}

func (s *xmlScanner) tooLong() error {
	return s.fail("epcis/limit-text", fmt.Sprintf("a text is longer than %d bytes", s.limits.TextBytes), "the document isn't EPCIS or is damaged")
}

func (s *xmlScanner) takeText(raw []byte) (token xmlToken, skip bool, err error) {
	if len(raw) > s.limits.TextBytes {
		return 0, false, s.tooLong()
	}
	text, blank, err := s.plainText(raw)
	if err != nil {
		return 0, false, err
	}
	if len(s.open) == 0 {
		if !blank {
			rule, where := "epcis/xml", "stands before"
			if s.started {
				rule, where = "epcis/trailing", "follows"
			}
			return 0, false, s.fail(rule, "text "+where+" the document", "remove it")
		}
		s.advance(s.pos + len(raw))
		return 0, true, nil
	}
	s.text, s.blank = text, blank
	s.advance(s.pos + len(raw))
	return xmlText, false, nil
}

// plainText checks character data and resolves references. The usual text has
// nothing to resolve and is returned as it stands in the window.
func (s *xmlScanner) plainText(raw []byte) (text []byte, blank bool, err error) {
	all := uint8(byteSpace)
	for _, c := range raw {
		k := byteClass[c]
		if k == bytePlain {
			all &^= byteSpace
			continue
		}
		all |= k
		if k >= byteSlow {
			return s.slowText(raw)
		}
	}
	return raw, all&byteSpace != 0 || len(raw) == 0, nil
}

func (s *xmlScanner) slowText(raw []byte) (text []byte, blank bool, err error) {
	if bytes.Contains(raw, []byte("]]>")) {
		return nil, false, s.fail("epcis/xml", "a text contains ']]>'", "write ]]&gt;")
	}
	if err := s.checkText(raw); err != nil {
		return nil, false, err
	}
	if bytes.IndexByte(raw, '&') < 0 && bytes.IndexByte(raw, '\r') < 0 {
		return raw, false, nil
	}
	out, err := s.unescape(s.scratch[:0], raw, false)
	if err != nil {
		return nil, false, err
	}
	s.scratch = out
	blank = bytes.IndexByte(raw, '&') < 0 && len(bytes.TrimLeft(out, " \t\n")) == 0
	return out, blank, nil
}

// checkText refuses what XML doesn't allow as a character.
func (s *xmlScanner) checkText(b []byte) error {
	for i := 0; i < len(b); {
		c := b[i]
		if c < utf8.RuneSelf {
			if byteClass[c] == byteRefuse {
				return s.fail("epcis/xml", fmt.Sprintf("a text contains the control character U+%04X", c), "remove it")
			}
			i++
			continue
		}
		r, n := utf8.DecodeRune(b[i:])
		if r == utf8.RuneError && n == 1 {
			return s.fail("epcis/encoding", "a text isn't UTF-8", "save the document as UTF-8")
		}
		if r == 0xFFFE || r == 0xFFFF {
			return s.fail("epcis/xml", fmt.Sprintf("a text contains U+%04X, which XML doesn't allow", r), "remove it")
		}
		i += n
	}
	return nil
}

// attributeValue normalises an attribute value as XML demands. owned is true
// when the value doesn't lie in the window.
func (s *xmlScanner) attributeValue(raw []byte) (value []byte, owned bool, err error) {
	if len(raw) > s.limits.TextBytes {
		return nil, false, s.tooLong()
	}
	simple := true
	for _, c := range raw {
		if byteClass[c] != bytePlain && c != ' ' && c != ']' || c == '<' {
			simple = false
			break
		}
	}
	if simple {
		return raw, false, nil
	}
	if bytes.IndexByte(raw, '<') >= 0 {
		return nil, false, s.fail("epcis/xml", "an attribute contains '<'", "write &lt;")
	}
	if err := s.checkText(raw); err != nil {
		return nil, false, err
	}
	out, err := s.unescape(nil, raw, true)
	return out, true, err
}

// unescape resolves references and line ends; in attributes white space becomes
// a space.
func (s *xmlScanner) unescape(out, raw []byte, attribute bool) ([]byte, error) {
	for i := 0; i < len(raw); i++ {
		c := raw[i]
		switch {
		case c == '&':
			end := bytes.IndexByte(raw[i:min(len(raw), i+12)], ';')
			if end < 0 {
				return nil, s.fail("epcis/xml", "'&' doesn't start a reference", "write &amp;")
			}
			r, ok := reference(raw[i+1 : i+end])
			if !ok {
				return nil, s.fail("epcis/entity", fmt.Sprintf("the entity &%.12s; isn't known", raw[i+1:i+end]), "only &amp; &lt; &gt; &quot; &apos; and character references can be used")
			}
			out = utf8.AppendRune(out, r)
			i += end
		case c == '\r':
			if i+1 < len(raw) && raw[i+1] == '\n' {
				i++
			}
			out = append(out, lineEnd(attribute))
		case attribute && (c == '\n' || c == '\t'):
			out = append(out, ' ')
		default:
			out = append(out, c)
		}
	}
	return out, nil
}

func lineEnd(attribute bool) byte {
	if attribute {
		return ' '
	}
	return '\n'
}

func reference(name []byte) (rune, bool) {
	switch string(name) {
	case "amp":
		return '&', true
	case "lt":
		return '<', true
	case "gt":
		return '>', true
	case "quot":
		return '"', true
	case "apos":
		return '\'', true
	}
	if len(name) < 2 || name[0] != '#' {
		return 0, false
	}
	base, text := 10, name[1:]
	if text[0] == 'x' {
		base, text = 16, text[1:]
	}
	if len(text) == 0 || text[0] == '+' || text[0] == '-' {
		return 0, false
	}
	n, err := strconv.ParseUint(string(text), base, 32)
	if err != nil || n > utf8.MaxRune {
		return 0, false
	}
	r := rune(n)
	return r, validChar(r)
}

func validChar(r rune) bool {
	switch {
	case r == '\t' || r == '\n' || r == '\r':
		return true
	case r >= 0x20 && r <= 0xD7FF, r >= 0xE000 && r <= 0xFFFD, r >= 0x10000 && r <= 0x10FFFF:
		return true
	}
	return false
}

// scanCDATA scans a CDATA section as text.
func (s *xmlScanner) scanCDATA() (token xmlToken, skip bool, err error) {
	const open = len("<![CDATA[")
	if len(s.open) == 0 {
		return 0, false, s.fail("epcis/xml", "CDATA stands outside the document", "remove it")
	}
	for {
		i := bytes.Index(s.buf[s.pos+open:s.end], []byte("]]>"))
		if i >= 0 {
			raw := s.buf[s.pos+open : s.pos+open+i]
			if err := s.checkText(raw); err != nil {
				return 0, false, err
			}
			s.text = raw
			if bytes.IndexByte(raw, '\r') >= 0 {
				s.scratch = append(s.scratch[:0], bytes.ReplaceAll(bytes.ReplaceAll(raw, []byte("\r\n"), []byte("\n")), []byte("\r"), []byte("\n"))...)
				s.text = s.scratch
			}
			s.blank = false
			s.advance(s.pos + open + i + len("]]>"))
			return xmlText, false, nil
		}
		if s.end-s.pos > s.limits.TextBytes {
			return 0, false, s.tooLong()
		}
		if ok, err := s.more(); err != nil || !ok {
			return 0, false, s.cut(err)
		}
	}
}

// validName tells whether b is an XML name without a colon.
func validName(b []byte) bool {
	if len(b) == 0 {
		return false
	}
	for i := 0; i < len(b); {
		c := b[i]
		if c < utf8.RuneSelf {
			letter := c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_'
			if !letter && (i == 0 || !(c >= '0' && c <= '9' || c == '-' || c == '.')) {
				return false
			}
			i++
			continue
		}
		r, n := utf8.DecodeRune(b[i:])
		if r == utf8.RuneError || !nameRune(r, i == 0) {
			return false
		}
		i += n
	}
	return true
}

func nameRune(r rune, first bool) bool {
	switch {
	case r >= 0xC0 && r <= 0x2FF && r != 0xD7 && r != 0xF7,
		r >= 0x370 && r <= 0x1FFF && r != 0x37E,
		r >= 0x200C && r <= 0x200D, r >= 0x2070 && r <= 0x218F, r >= 0x2C00 && r <= 0x2FEF,
		r >= 0x3001 && r <= 0xD7FF, r >= 0xF900 && r <= 0xFDCF, r >= 0xFDF0 && r <= 0xFFFD,
		r >= 0x10000 && r <= 0xEFFFF:
		return true
	}
	return !first && (r == 0xB7 || r >= 0x300 && r <= 0x36F || r >= 0x203F && r <= 0x2040)
}
