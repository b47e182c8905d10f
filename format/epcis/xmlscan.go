package epcis

import (
	"bytes"
	"fmt"
	"strings"
	"unicode/utf8"
)

type xmlToken uint8

const (
	xmlStart xmlToken = iota
	xmlEnd
	xmlText
	xmlEOF
)

// xmlScanner is a strict tokenizer for the XML that EPCIS needs: UTF-8, well
// formed, namespaces declared, the five predefined entities and character
// references, no DOCTYPE and so no entity of anybody's making.
type xmlScanner struct {
	*window
	limits Limits
	names  interner

	open    []xmlOpen // elements not yet closed
	opened  []byte    // their qualified names, one after another
	spaces  []xmlSpace
	started bool  // the root element was seen
	origin  int64 // offset of the first byte behind a byte order mark
	pending bool  // an empty-element tag owes its end

	prefix, local []byte // of the current start tag, into buf or scratch
	space         string
	attrs         []xmlAttr
	text          []byte // of the current text token
	blank         bool   // the text is white space only
	scratch       []byte
	startLine     int
	left          dropped

	lenient     bool
	doctypeLine int    // of a tolerated DOCTYPE, 0 for none
	declared    string // a tolerated encoding that isn't that of the bytes
}

// dropped counts what a reader saw and the model has no place for.
type dropped struct {
	comments   int    // comments and processing instructions
	attributes int    // attributes of the standard's own elements that it doesn't define
	attribute  string // the name of the last one
	contexts   int    // JSON-LD contexts by address, other than the standard's, and keywords in contexts
	context    string // the last of them
}

type xmlOpen struct {
	name   int // start of the qualified name in opened
	spaces int // declarations before this element
}

type xmlSpace struct {
	prefix, uri string
}

type xmlAttr struct {
	prefix, local string
	space         string
	value         []byte
	owned         bool // value lies in its own memory, not in buf
	used          bool // somebody took it
}

func newXMLScanner(w *window, limits Limits) *xmlScanner {
	return &xmlScanner{window: w, limits: limits, spaces: []xmlSpace{{"xml", spaceXML}, {"", ""}}}
}

// next moves to the next token. What it left in the scanner is valid until the
// following call.
func (s *xmlScanner) next() (xmlToken, error) {
	if s.pending {
		s.pending = false
		return xmlEnd, s.closeElement()
	}
	for {
		if s.pos == s.end {
			ok, err := s.more()
			if err != nil {
				return 0, err
			}
			if !ok {
				return s.finish()
			}
		}
		if s.buf[s.pos] != '<' {
			token, skip, err := s.scanText()
			if err != nil || !skip {
				return token, err
			}
			continue
		}
		token, skip, err := s.scanMarkup()
		if err != nil || !skip {
			return token, err
		}
	}
}

func (s *xmlScanner) finish() (xmlToken, error) {
	if len(s.open) > 0 {
		return 0, s.fail("epcis/truncated", fmt.Sprintf("the document ends inside <%s>", s.opened[s.open[len(s.open)-1].name:]), "send the whole file again")
	}
	if !s.started {
		return 0, s.fail("epcis/truncated", "the document is empty", "send the whole file again")
	}
	return xmlEOF, nil
}

// scanMarkup scans what starts with '<'. skip is true for comments and
// processing instructions.
func (s *xmlScanner) scanMarkup() (token xmlToken, skip bool, err error) {
	if ok, err := s.ensure(2); err != nil || !ok {
		return 0, false, s.cut(err)
	}
	switch s.buf[s.pos+1] {
	case '/':
		token, err = xmlEnd, s.scanEnd()
		return token, false, err
	case '?':
		return 0, true, s.skipInstruction()
	case '!':
		return s.scanDeclaration()
	default:
		return xmlStart, false, s.scanStart()
	}
}

func (s *xmlScanner) scanDeclaration() (token xmlToken, skip bool, err error) {
	if ok, err := s.ensure(4); err != nil || !ok {
		return 0, false, s.cut(err)
	}
	if bytes.HasPrefix(s.buf[s.pos:s.end], []byte("<!--")) {
		return 0, true, s.skipComment()
	}
	if ok, err := s.ensure(9); err != nil || !ok {
		return 0, false, s.cut(err)
	}
	switch {
	case bytes.HasPrefix(s.buf[s.pos:s.end], []byte("<![CDATA[")):
		return s.scanCDATA()
	case bytes.HasPrefix(s.buf[s.pos:s.end], []byte("<!DOCTYPE")):
		if bare, err := s.bareDoctype(); bare || err != nil {
			return 0, true, err
		}
		return 0, false, s.fail("epcis/doctype", "the document has a DOCTYPE", "remove the DOCTYPE line: EPCIS needs none, and it can carry harmful entities")
	}
	return 0, false, s.fail("epcis/xml", "'<!' starts neither a comment nor CDATA", "correct the XML")
}

// skipComment drops a comment of any length without holding it.
func (s *xmlScanner) skipComment() error {
	s.left.comments++
	s.pos += len("<!--")
	for {
		i := bytes.Index(s.buf[s.pos:s.end], []byte("--"))
		if i < 0 {
			keep := max(s.pos, s.end-utf8.UTFMax)
			for keep > s.pos && !utf8.RuneStart(s.buf[keep]) {
				keep--
			}
			if err := s.checkText(s.buf[s.pos:keep]); err != nil {
				return err
			}
			s.advance(keep)
			if ok, err := s.more(); err != nil || !ok {
				return s.cut(err)
			}
			continue
		}
		if err := s.checkText(s.buf[s.pos : s.pos+i]); err != nil {
			return err
		}
		s.advance(s.pos + i)
		if ok, err := s.ensure(3); err != nil || !ok {
			return s.cut(err)
		}
		if s.buf[s.pos+2] != '>' {
			return s.fail("epcis/xml", "a comment contains '--'", "correct the XML")
		}
		s.pos += 3
		return nil
	}
}

func (s *xmlScanner) skipInstruction() error {
	first := s.read-int64(s.end-s.pos) == s.origin
	for from := 2; ; {
		i := bytes.Index(s.buf[s.pos+from:s.end], []byte("?>"))
		if i >= 0 {
			body := s.buf[s.pos+2 : s.pos+from+i]
			if err := s.checkInstruction(body, first); err != nil {
				return err
			}
			s.advance(s.pos + from + i + 2)
			return nil
		}
		from = max(2, s.end-s.pos-1)
		if from > s.limits.TagBytes {
			return s.fail("epcis/limit-tag", fmt.Sprintf("a processing instruction is longer than %d bytes", s.limits.TagBytes), "remove it")
		}
		if ok, err := s.more(); err != nil || !ok {
			return s.cut(err)
		}
	}
}

// checkInstruction looks at the XML declaration; other instructions are ignored.
func (s *xmlScanner) checkInstruction(body []byte, first bool) error {
	target, rest, _ := bytes.Cut(body, []byte(" "))
	if !strings.EqualFold(string(target), "xml") {
		if len(target) == 0 || !validName(target) {
			if t, _, _ := bytes.Cut(body, []byte("\n")); !validName(bytes.TrimSpace(t)) {
				return s.fail("epcis/xml", "a processing instruction has no name", "correct the XML")
			}
		}
		s.left.comments++
		return nil
	}
	if string(target) != "xml" || !first {
		return s.fail("epcis/xml", "the XML declaration isn't at the very start", "remove what stands before <?xml")
	}
	encoding := pseudoAttribute(rest, "encoding")
	if encoding != "" && !strings.EqualFold(encoding, "UTF-8") && !strings.EqualFold(encoding, "US-ASCII") && !s.otherEncoding(encoding) {
		return s.fail("epcis/encoding", fmt.Sprintf("the encoding is %+q", encoding), "save the document as UTF-8")
	}
	if version := pseudoAttribute(rest, "version"); version != "1.0" {
		return s.fail("epcis/xml", fmt.Sprintf("the XML version is %q", version), "use XML 1.0")
	}
	return nil
}

func pseudoAttribute(b []byte, name string) string {
	i := bytes.Index(b, []byte(name))
	if i < 0 {
		return ""
	}
	rest := bytes.TrimLeft(b[i+len(name):], " \t\r\n")
	if len(rest) == 0 || rest[0] != '=' {
		return ""
	}
	rest = bytes.TrimLeft(rest[1:], " \t\r\n")
	if len(rest) == 0 || (rest[0] != '"' && rest[0] != '\'') {
		return ""
	}
	value, _, _ := bytes.Cut(rest[1:], rest[:1])
	return string(value)
}

// advance moves pos and keeps the line.
func (s *xmlScanner) advance(to int) {
	s.line += bytes.Count(s.buf[s.pos:to], []byte{'\n'})
	s.pos = to
}

// cut is the error of an input that ends inside markup.
func (s *xmlScanner) cut(err error) error {
	if err != nil {
		return err
	}
	return s.fail("epcis/truncated", "the document ends inside a tag, a comment or CDATA", "send the whole file again")
}

func (s *xmlScanner) fail(rule, text, remedy string) *Error {
	return &Error{File: s.file, Line: s.line, Path: s.path(), Rule: rule, Text: text, Remedy: remedy}
}

// path names the open elements, outermost first.
func (s *xmlScanner) path() string {
	const shown = pathNames
	var b strings.Builder
	for i := range s.open {
		if len(s.open) > shown && i == shown/2 {
			b.WriteString("/...")
		}
		if len(s.open) > shown && i >= shown/2 && i < len(s.open)-shown/2 {
			continue
		}
		to := len(s.opened)
		if i+1 < len(s.open) {
			to = s.open[i+1].name
		}
		name := s.opened[s.open[i].name:to]
		if j := bytes.IndexByte(name, ':'); j >= 0 {
			name = name[j+1:]
		}
		b.WriteByte('/')
		b.Write(name[:min(len(name), 80)])
	}
	return b.String()
}
