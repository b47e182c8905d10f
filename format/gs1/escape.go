package gs1

import "strings"

// EscapeURN writes a value as the EPC Tag Data Standard wants it inside an EPC
// URN: the characters " # % & / < > ? become a percent sign and two upper-case
// hexadecimal digits, all others stay.
func EscapeURN(value string) string {
	return escape(value, func(c byte) bool { return classOf[c]&urnEscaped == 0 })
}

// UnescapeURN reads a value back from an EPC URN.
func UnescapeURN(escaped string) (string, error) { return unescaped(escaped) }

// EscapePath writes a value as one segment of the canonical Digital Link path:
// every byte but A-Z a-z 0-9 - . _ ~ becomes a percent sign and two upper-case
// hexadecimal digits.
func EscapePath(value string) string {
	return escape(value, func(c byte) bool { return classOf[c]&unreserved != 0 })
}

// UnescapePath reads a value back from a segment of a Digital Link path.
func UnescapePath(segment string) (string, error) { return unescaped(segment) }

func escape(value string, plain func(byte) bool) string {
	var dst []byte
	for i := 0; i < len(value); i++ {
		if plain(value[i]) {
			if dst != nil {
				dst = append(dst, value[i])
			}
			continue
		}
		if dst == nil {
			dst = append(make([]byte, 0, len(value)+16), value[:i]...)
		}
		dst = appendHex(dst, value[i])
	}
	if dst == nil {
		return value
	}
	return string(dst)
}

func unescaped(s string) (string, error) {
	v, err := unescape(s, s, 0)
	if err != nil {
		return "", err
	}
	return v, nil
}

// unescape decodes s, which begins at offset at of input.
func unescape(s, input string, at int) (string, *Error) {
	first := strings.IndexByte(s, '%')
	if first < 0 {
		return s, nil
	}
	dst := append(make([]byte, 0, len(s)), s[:first]...)
	for i := first; i < len(s); i++ {
		c := s[i]
		if c == '%' {
			v, ok := unhex(s, i+1)
			if !ok {
				return "", refuse(RulePercent, clip(input), "", at+i, "the percent sign isn't followed by two hexadecimal digits")
			}
			c = v
			i += 2
		}
		dst = append(dst, c)
	}
	return string(dst), nil
}

// appendByte appends c, percent-encoded when encode is set and the byte isn't
// unreserved.
func appendByte(dst []byte, c byte, encode bool) []byte {
	if encode && classOf[c]&unreserved == 0 {
		return appendHex(dst, c)
	}
	return append(dst, c)
}

func appendHex(dst []byte, c byte) []byte { return append(dst, '%', upHex[c>>4], upHex[c&15]) }

// appendEscaped appends a whole value, percent-encoded for a path.
func appendEscaped(dst []byte, value string) []byte {
	for i := 0; i < len(value); i++ {
		dst = appendByte(dst, value[i], true)
	}
	return dst
}

func unhex(s string, i int) (byte, bool) {
	if i+1 >= len(s) {
		return 0, false
	}
	high, low := nibble(s[i]), nibble(s[i+1])
	return high<<4 | low&15, high < 16 && low < 16
}

func nibble(c byte) byte {
	switch {
	case c >= '0' && c <= '9':
		return c - '0'
	case c >= 'A' && c <= 'F':
		return c - 'A' + 10
	case c >= 'a' && c <= 'f':
		return c - 'a' + 10
	}
	return 255
}
