package pdg

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// checker reads a message token by token, so that nothing of it is built before all
// of it is known to be right.
type checker struct {
	d     *json.Decoder
	items int
}

// wrong is a message that is refused, with the place in it.
func wrong(path, format string, args ...any) error {
	if path == "" {
		path = "message"
	}
	return fmt.Errorf("%w: %s %s", ErrMessage, path, fmt.Sprintf(format, args...))
}

// check refuses a message that is not of a shape, and returns the names of its
// outermost members. Without a shape only what every message has in common is checked.
func check(raw []byte, s *shape) (map[string]bool, error) {
	switch {
	case len(raw) > MessageBytesMax:
		return nil, wrong("", "has %d bytes, more than %d; send several", len(raw), MessageBytesMax)
	case !utf8.Valid(raw):
		return nil, wrong("", "is not UTF-8")
	}
	c := &checker{d: json.NewDecoder(bytes.NewReader(raw))}
	c.d.UseNumber()
	var m member
	if m.is = isObject; s != nil {
		m.of = s
	}
	names := map[string]bool{}
	if err := c.value("", m, 0, names); err != nil {
		return nil, err
	}
	if _, err := c.d.Token(); err != io.EOF {
		return nil, wrong("", "has more behind its end")
	}
	return names, nil
}

// value reads one value. names collects the members of an object.
func (c *checker) value(path string, m member, depth int, names map[string]bool) error {
	if depth > depthMax {
		return wrong(path, "stands in more than %d others", depthMax)
	}
	token, err := c.d.Token()
	if err != nil {
		return wrong(path, "is no JSON: %v", err)
	}
	switch token {
	case nil:
		if !m.null {
			return wrong(path, "is null, and has to be given")
		}
		return nil
	case json.Delim('{'):
		if m.is != isObject {
			return wrong(path, "is an object where none belongs")
		}
		return c.object(path, m, depth, names)
	case json.Delim('['):
		if m.is != isObjects && m.is != isTexts {
			return wrong(path, "is a list where none belongs")
		}
		return c.list(path, m, depth)
	}
	return m.plain(path, token)
}

func (c *checker) object(path string, m member, depth int, names map[string]bool) error {
	for c.d.More() {
		token, err := c.d.Token()
		name, ok := token.(string)
		if err != nil || !ok {
			return wrong(path, "is no JSON object")
		}
		at := under(path, name)
		if names[name] {
			return wrong(at, "stands there twice")
		}
		names[name] = true
		if m.of == nil { // of a sort that isn't known yet
			var skipped json.RawMessage
			if err := c.d.Decode(&skipped); err != nil {
				return wrong(at, "is no JSON: %v", err)
			}
			continue
		}
		inner, known := (*m.of)[name]
		if !known {
			return wrong(at, "is no member that the message may have; PDG's schema names %s", strings.Join(m.of.names(), ", "))
		}
		if err := c.value(at, inner, depth+1, map[string]bool{}); err != nil {
			return err
		}
	}
	if _, err := c.d.Token(); err != nil {
		return wrong(path, "is no JSON: %v", err)
	}
	if m.of == nil {
		return nil
	}
	for _, name := range m.of.names() {
		if (*m.of)[name].need && !names[name] {
			return wrong(under(path, name), "is missing")
		}
	}
	return nil
}

func (c *checker) list(path string, m member, depth int) error {
	one := member{is: isText}
	if m.is == isObjects {
		one = member{is: isObject, of: m.of}
	}
	for i := 0; c.d.More(); i++ {
		if c.items++; c.items > ItemsMax {
			return wrong(path, "brings the message to more than %d items; send several", ItemsMax)
		}
		if err := c.value(path+"["+strconv.Itoa(i)+"]", one, depth+1, map[string]bool{}); err != nil {
			return err
		}
	}
	if _, err := c.d.Token(); err != nil {
		return wrong(path, "is no JSON: %v", err)
	}
	return nil
}

// plain checks a text, a number or a truth.
func (m member) plain(path string, token json.Token) error {
	switch v := token.(type) {
	case string:
		return m.text(path, v)
	case json.Number:
		most := int64(quantityMax)
		if m.is == isNumber {
			most = timestampMax
		}
		if n, err := strconv.ParseInt(string(v), 10, 64); m.is != isNumber && m.is != isAmount || err != nil || n < 0 || n > most {
			return wrong(path, "is %.40q where a whole number up to %d belongs", v, most)
		}
		return nil
	case bool:
		if m.is != isBool {
			return wrong(path, "is %t where it does not belong", v)
		}
		return nil
	}
	return wrong(path, "is no JSON")
}

func (m member) text(path, v string) error {
	most := m.max
	if most == 0 {
		most = textMax
	}
	switch {
	case m.is != isText && m.is != isUUID:
		return wrong(path, "is a text where none belongs")
	case len(v) > most:
		return wrong(path, "has %d bytes, more than %d", len(v), most)
	case m.is == isUUID && !IsUUID(v):
		return wrong(path, "is %.80q, which is no UUID such as 446b282a-93c5-5859-8641-4b5571ba3878", v)
	case m.one != nil && !slices.Contains(m.one, v):
		return wrong(path, "is %.80q; it may be %s", v, strings.Join(m.one, ", "))
	}
	return nil
}

func under(path, name string) string {
	if len(name) > 60 {
		name = name[:60] + "…"
	}
	if name = strings.ToValidUTF8(name, ""); path == "" {
		return name
	}
	return path + "." + name
}

// names are the members of an object, sorted.
func (s *shape) names() []string {
	var list []string
	for name := range *s {
		list = append(list, name)
	}
	slices.Sort(list)
	return list
}

// IsUUID tells whether a text is a UUID as RFC 9562 writes it, in small letters.
func IsUUID(text string) bool {
	if len(text) != 36 {
		return false
	}
	for i := range len(text) {
		c := text[i]
		switch {
		case i == 8 || i == 13 || i == 18 || i == 23:
			if c != '-' {
				return false
			}
		case c < '0' || c > '9' && c < 'a' || c > 'f':
			return false
		}
	}
	return true
}
