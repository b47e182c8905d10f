package epcis

import (
	"bytes"
	"fmt"
)

// scanStart scans a start tag or an empty-element tag.
func (s *xmlScanner) scanStart() error {
	tag, err := s.wholeTag()
	if err != nil {
		return err
	}
	s.startLine = s.line
	body := tag[1 : len(tag)-1]
	if len(body) > 0 && body[len(body)-1] == '/' {
		s.pending = true
		body = body[:len(body)-1]
	}
	name, rest := cutName(body)
	prefix, local, err := s.splitName(name)
	if err != nil {
		return err
	}
	if s.started && len(s.open) == 0 {
		return s.fail("epcis/trailing", "something follows the document", "remove what stands behind the last end tag")
	}
	s.started = true
	if len(s.open) >= s.limits.Depth {
		return s.fail("epcis/limit-depth", fmt.Sprintf("elements are nested more than %d deep", s.limits.Depth), "the document isn't EPCIS or is damaged")
	}
	s.open = append(s.open, xmlOpen{name: len(s.opened), spaces: len(s.spaces)})
	s.opened = append(s.opened, name...)
	if err := s.scanAttributes(rest); err != nil {
		return err
	}
	s.prefix, s.local = prefix, local
	space, ok := s.resolve(string(prefix))
	if !ok {
		return s.undeclared(prefix)
	}
	s.space = space
	s.advance(s.pos + len(tag))
	return nil
}

// wholeTag makes the tag at pos available up to its '>' outside quotes.
func (s *xmlScanner) wholeTag() ([]byte, error) {
	var quote byte
	for i := 1; ; i++ {
		if i >= s.limits.TagBytes {
			return nil, s.fail("epcis/limit-tag", fmt.Sprintf("a start tag is longer than %d bytes", s.limits.TagBytes), "it has too many or too long attributes: the document isn't EPCIS or is damaged")
		}
		if s.pos+i >= s.end {
			ok, err := s.more()
			if err != nil || !ok {
				return nil, s.cut(err)
			}
		}
		c := s.buf[s.pos+i]
		switch {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '"' || c == '\'':
			quote = c
		case c == '>':
			return s.buf[s.pos : s.pos+i+1], nil
		case c == '<':
			return nil, s.fail("epcis/xml", "a tag isn't closed before the next '<'", "correct the XML")
		}
	}
}

func cutName(b []byte) (name, rest []byte) {
	for i, c := range b {
		if c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '/' || c == '=' || c == '"' || c == '\'' {
			return b[:i], b[i:]
		}
	}
	return b, nil
}

func (s *xmlScanner) splitName(name []byte) (prefix, local []byte, err error) {
	local = name
	if i := bytes.IndexByte(name, ':'); i >= 0 {
		prefix, local = name[:i], name[i+1:]
		if !validName(prefix) {
			return nil, nil, s.fail("epcis/xml", fmt.Sprintf("%.40q isn't a name", name), "correct the XML")
		}
	}
	if !validName(local) {
		return nil, nil, s.fail("epcis/xml", fmt.Sprintf("%.40q isn't a name", name), "correct the XML")
	}
	if len(name) > s.limits.TextBytes {
		return nil, nil, s.fail("epcis/limit-text", fmt.Sprintf("a name is longer than %d bytes", s.limits.TextBytes), "the document isn't EPCIS or is damaged")
	}
	return prefix, local, nil
}

// scanAttributes reads the attributes, takes the namespace declarations out,
// resolves the prefixes of the others and refuses duplicates.
func (s *xmlScanner) scanAttributes(b []byte) error {
	s.settleAttributes()
	if len(b) == 0 {
		return nil
	}
	count := 0
	for {
		trimmed := bytes.TrimLeft(b, " \t\r\n")
		if len(trimmed) == 0 {
			return s.resolveAttributes()
		}
		if len(trimmed) == len(b) {
			return s.fail("epcis/xml", "attributes aren't separated by a space", "correct the XML")
		}
		if count++; count > s.limits.Attributes {
			return s.fail("epcis/limit-attributes", fmt.Sprintf("an element has more than %d attributes", s.limits.Attributes), "the document isn't EPCIS or is damaged")
		}
		rest, err := s.scanAttribute(trimmed)
		if err != nil {
			return err
		}
		b = rest
	}
}

func (s *xmlScanner) scanAttribute(b []byte) (rest []byte, err error) {
	name, rest := cutName(b)
	prefix, local, err := s.splitName(name)
	if err != nil {
		return nil, err
	}
	rest = bytes.TrimLeft(rest, " \t\r\n")
	if len(rest) == 0 || rest[0] != '=' {
		return nil, s.fail("epcis/xml", fmt.Sprintf("attribute %.40q has no value", name), "correct the XML")
	}
	rest = bytes.TrimLeft(rest[1:], " \t\r\n")
	if len(rest) == 0 || (rest[0] != '"' && rest[0] != '\'') {
		return nil, s.fail("epcis/xml", fmt.Sprintf("the value of attribute %.40q isn't quoted", name), "correct the XML")
	}
	end := bytes.IndexByte(rest[1:], rest[0])
	if end < 0 {
		return nil, s.fail("epcis/xml", fmt.Sprintf("the value of attribute %.40q isn't closed", name), "correct the XML")
	}
	raw := rest[1 : 1+end]
	value, owned, err := s.attributeValue(raw)
	if err != nil {
		return nil, err
	}
	if err := s.addAttribute(prefix, local, value, owned); err != nil {
		return nil, err
	}
	return rest[end+2:], nil
}

func (s *xmlScanner) addAttribute(prefix, local, value []byte, owned bool) error {
	switch {
	case len(prefix) == 0 && string(local) == "xmlns":
		return s.declare("", string(value))
	case string(prefix) == "xmlns":
		return s.declare(string(local), string(value))
	}
	s.attrs = append(s.attrs, xmlAttr{prefix: s.names.intern(prefix), local: s.names.intern(local), value: value, owned: owned})
	return nil
}

func (s *xmlScanner) declare(prefix, uri string) error {
	if prefix == "xmlns" || uri == spaceXMLNS || (prefix == "xml") != (uri == spaceXML) {
		return s.fail("epcis/xml", fmt.Sprintf("namespace prefix %.40q can't be declared as %.80q", prefix, uri), "correct the XML")
	}
	if uri == "" && prefix != "" {
		return s.fail("epcis/xml", fmt.Sprintf("namespace prefix %.40q is declared as nothing", prefix), "correct the XML")
	}
	if len(s.spaces) >= namespacesInUse {
		return s.fail("epcis/limit-namespaces", fmt.Sprintf("more than %d namespaces are declared at one time", namespacesInUse), "the document isn't EPCIS or is damaged")
	}
	for i := s.open[len(s.open)-1].spaces; i < len(s.spaces); i++ {
		if s.spaces[i].prefix == prefix {
			return s.fail("epcis/xml", fmt.Sprintf("namespace prefix %.40q is declared twice in one tag", prefix), "correct the XML")
		}
	}
	s.spaces = append(s.spaces, xmlSpace{prefix: s.names.intern([]byte(prefix)), uri: s.names.intern([]byte(uri))})
	return nil
}

func (s *xmlScanner) resolveAttributes() error {
	for i := range s.attrs {
		a := &s.attrs[i]
		if a.prefix != "" {
			space, ok := s.resolve(a.prefix)
			if !ok {
				return s.undeclared([]byte(a.prefix))
			}
			a.space = space
		} else {
			a.space = ""
		}
		for j := range s.attrs[:i] {
			if s.attrs[j].local == a.local && s.attrs[j].space == a.space {
				return s.fail("epcis/xml", fmt.Sprintf("attribute %.40q stands twice in one tag", a.local), "correct the XML")
			}
		}
	}
	return nil
}

// settleAttributes forgets the attributes of the last start tag and counts those
// nobody took. Those for schema processors don't matter.
func (s *xmlScanner) settleAttributes() {
	for i := range s.attrs {
		if a := &s.attrs[i]; !a.used && a.space != SpaceXSI {
			s.left.attributes++
			s.left.attribute = a.local
		}
	}
	s.attrs = s.attrs[:0]
}

func (s *xmlScanner) resolve(prefix string) (string, bool) {
	for i := len(s.spaces) - 1; i >= 0; i-- {
		if s.spaces[i].prefix == prefix {
			return s.spaces[i].uri, true
		}
	}
	return "", false
}

func (s *xmlScanner) undeclared(prefix []byte) error {
	return s.fail("epcis/unknown-prefix", fmt.Sprintf("namespace prefix %.40q isn't declared", prefix), fmt.Sprintf("declare xmlns:%.40s on the document", prefix))
}

// scanEnd scans an end tag and checks that it closes the open element.
func (s *xmlScanner) scanEnd() error {
	for {
		i := bytes.IndexByte(s.buf[s.pos:s.end], '>')
		if i >= 0 {
			name := bytes.TrimRight(s.buf[s.pos+2:s.pos+i], " \t\r\n")
			if err := s.matchEnd(name); err != nil {
				return err
			}
			s.advance(s.pos + i + 1)
			return s.closeElement()
		}
		if s.end-s.pos > s.limits.TagBytes {
			return s.fail("epcis/limit-tag", fmt.Sprintf("an end tag is longer than %d bytes", s.limits.TagBytes), "the document isn't EPCIS or is damaged")
		}
		if ok, err := s.more(); err != nil || !ok {
			return s.cut(err)
		}
	}
}

func (s *xmlScanner) matchEnd(name []byte) error {
	if len(s.open) == 0 {
		return s.fail("epcis/xml", fmt.Sprintf("</%.40s> closes nothing", name), "correct the XML")
	}
	if open := s.opened[s.open[len(s.open)-1].name:]; !bytes.Equal(open, name) {
		return s.fail("epcis/xml", fmt.Sprintf("<%.40s> is closed by </%.40s>", open, name), "correct the XML")
	}
	return nil
}

func (s *xmlScanner) closeElement() error {
	s.settleAttributes()
	last := s.open[len(s.open)-1]
	s.open = s.open[:len(s.open)-1]
	s.opened = s.opened[:last.name]
	s.spaces = s.spaces[:last.spaces]
	return nil
}
