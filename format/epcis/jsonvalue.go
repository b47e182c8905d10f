package epcis

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// scanString takes a string and returns its value, valid until the next token.
func (s *jsonScanner) scanString() ([]byte, error) {
	i := s.pos + 1
	for {
		for i < s.end {
			c := s.buf[i]
			if c == '"' {
				value := s.buf[s.pos+1 : i]
				s.pos = i + 1
				return value, s.checkLength(len(value))
			}
			if c == '\\' || c < 0x20 || c >= utf8.RuneSelf {
				return s.scanHardString()
			}
			i++
		}
		if err := s.checkLength(i - s.pos - 1); err != nil {
			return nil, err
		}
		from := i - s.pos
		ok, err := s.more()
		if err != nil {
			return nil, err
		}
		if !ok {
			return nil, s.fail("epcis/truncated", "the document ends inside a string", "send the whole file again")
		}
		i = s.pos + from
	}
}

func (s *jsonScanner) checkLength(n int) error {
	if n > s.limits.TextBytes {
		return s.fail("epcis/limit-text", fmt.Sprintf("a string is longer than %d bytes", s.limits.TextBytes), "the document isn't EPCIS or is damaged")
	}
	return nil
}

// scanHardString takes a string with escapes or characters beyond ASCII.
func (s *jsonScanner) scanHardString() ([]byte, error) {
	s.pos++
	out := s.scratch[:0]
	for {
		if ok, err := s.ensure(1); err != nil || !ok {
			return nil, s.cutString(err)
		}
		c := s.buf[s.pos]
		switch {
		case c == '"':
			s.pos++
			s.scratch = out
			return out, s.checkLength(len(out))
		case c == '\\':
			r, err := s.scanEscape()
			if err != nil {
				return nil, err
			}
			out = utf8.AppendRune(out, r)
		case c < 0x20:
			return nil, s.syntax("a control character in a string")
		case c < utf8.RuneSelf:
			out = append(out, c)
			s.pos++
		default:
			if _, err := s.ensure(utf8.UTFMax); err != nil {
				return nil, err
			}
			r, n := utf8.DecodeRune(s.buf[s.pos:s.end])
			if r == utf8.RuneError && n <= 1 {
				return nil, s.fail("epcis/encoding", "a string isn't UTF-8", "save the document as UTF-8")
			}
			out = append(out, s.buf[s.pos:s.pos+n]...)
			s.pos += n
		}
		if err := s.checkLength(len(out)); err != nil {
			return nil, err
		}
	}
}

func (s *jsonScanner) cutString(err error) error {
	if err != nil {
		return err
	}
	return s.fail("epcis/truncated", "the document ends inside a string", "send the whole file again")
}

func (s *jsonScanner) scanEscape() (rune, error) {
	if ok, err := s.ensure(2); err != nil || !ok {
		return 0, s.cutString(err)
	}
	c := s.buf[s.pos+1]
	if i := strings.IndexByte(`"\/bfnrt`, c); i >= 0 {
		s.pos += 2
		return rune("\"\\/\b\f\n\r\t"[i]), nil
	}
	if c != 'u' {
		return 0, s.syntax(fmt.Sprintf("the escape \\%c", c))
	}
	r, err := s.scanHex()
	if err != nil || !utf16.IsSurrogate(r) {
		return r, err
	}
	if ok, err := s.ensure(2); err != nil || !ok {
		return 0, s.cutString(err)
	}
	if s.buf[s.pos] == '\\' && s.buf[s.pos+1] == 'u' {
		low, err := s.scanHex()
		if err != nil {
			return 0, err
		}
		if r = utf16.DecodeRune(r, low); r != utf8.RuneError {
			return r, nil
		}
	}
	return 0, s.syntax("half of a surrogate pair")
}

func (s *jsonScanner) scanHex() (rune, error) {
	if ok, err := s.ensure(6); err != nil || !ok {
		return 0, s.cutString(err)
	}
	n, err := strconv.ParseUint(string(s.buf[s.pos+2:s.pos+6]), 16, 32)
	if err != nil || s.buf[s.pos+2] == '+' {
		return 0, s.syntax("a \\u escape without four hexadecimal digits")
	}
	s.pos += 6
	return rune(n), nil
}

// scanNumber takes a number as written.
func (s *jsonScanner) scanNumber() ([]byte, error) {
	const longest = numberBytes
	if _, err := s.ensure(longest); err != nil {
		return nil, err
	}
	b := s.buf[s.pos:min(s.end, s.pos+longest)]
	n := numberLength(b)
	if n == 0 {
		return nil, s.syntax("this number")
	}
	if n == longest {
		return nil, s.fail("epcis/limit-text", fmt.Sprintf("a number has more than %d digits", longest), "write it shorter")
	}
	s.pos += n
	return b[:n], nil
}

// numberLength returns the length of the JSON number at the start of b, or 0.
func numberLength(b []byte) int {
	i := 0
	digits := func() int {
		from := i
		for i < len(b) && b[i] >= '0' && b[i] <= '9' {
			i++
		}
		return i - from
	}
	if i < len(b) && b[i] == '-' {
		i++
	}
	start := i
	whole := digits()
	if whole == 0 || whole > 1 && b[start] == '0' {
		return 0
	}
	if i < len(b) && b[i] == '.' {
		i++
		if digits() == 0 {
			return 0
		}
	}
	if i < len(b) && (b[i] == 'e' || b[i] == 'E') {
		i++
		if i < len(b) && (b[i] == '+' || b[i] == '-') {
			i++
		}
		if digits() == 0 {
			return 0
		}
	}
	return i
}

// scanLiteral takes true, false or null.
func (s *jsonScanner) scanLiteral() (string, error) {
	for _, word := range []string{"true", "false", "null"} {
		if s.buf[s.pos] != word[0] {
			continue
		}
		ok, err := s.ensure(len(word))
		if err != nil {
			return "", err
		}
		if ok && bytes.HasPrefix(s.buf[s.pos:s.end], []byte(word)) {
			s.pos += len(word)
			return word, nil
		}
	}
	return "", s.syntax("this word")
}
