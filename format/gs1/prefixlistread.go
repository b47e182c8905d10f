package gs1

import (
	"bufio"
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"strconv"
)

// ReadPrefixList reads GS1's list of company prefix lengths in either layout it
// is published in, told from its first character:
//
//	<GCPPrefixFormatList date="…"><entry prefix="0300010" gcpLength="7"/>…</GCPPrefixFormatList>
//	{"GCPPrefixFormatList":{"date":"…","entry":[{"prefix":"0300010","gcpLength":7},…]}}
//
// What else the JSON object holds (a disclaimer) is passed over. An entry may be
// repeated; a prefix with two lengths is refused. An error of the reader is
// returned as it came; the others are of the type Error.
func ReadPrefixList(r io.Reader) (*PrefixList, error) {
	limited := &limitedReader{from: r, left: MaxPrefixListBytes}
	in := bufio.NewReader(limited)
	list := &PrefixList{}
	var err error
	switch first := firstCharacter(in); first {
	case '{':
		err = list.readJSON(in)
	case '<':
		err = list.readXML(in)
	default:
		err = notAList("the text is neither JSON nor XML")
	}
	if limited.err != nil {
		return nil, limited.err
	}
	if err != nil {
		return nil, err
	}
	if err := list.finish(); err != nil {
		return nil, err
	}
	return list, nil
}

func notAList(text string) *Error { return refuse(RulePrefixList, "", "prefix list", 0, text) }

// limitedReader passes on at most left bytes, and remembers why it stopped.
type limitedReader struct {
	from io.Reader
	left int
	err  error
}

// Read refuses the byte after the last allowed one.
func (l *limitedReader) Read(p []byte) (int, error) {
	if len(p) > l.left+1 {
		p = p[:l.left+1]
	}
	n, err := l.from.Read(p)
	if n > l.left {
		l.err = refuse(RuleTooLong, "", "prefix list", 0, "the list has more than "+itoa(MaxPrefixListBytes)+" bytes")
		return 0, l.err
	}
	l.left -= n
	if err != nil && !errors.Is(err, io.EOF) {
		l.err = err
	}
	return n, err
}

// firstCharacter passes over a byte order mark and white space.
func firstCharacter(in *bufio.Reader) byte {
	if mark, _ := in.Peek(3); string(mark) == "\xef\xbb\xbf" {
		_, _ = in.Discard(3)
	}
	for {
		b, err := in.ReadByte()
		if err != nil {
			return 0
		}
		if b != ' ' && b != '\t' && b != '\r' && b != '\n' {
			_ = in.UnreadByte()
			return b
		}
	}
}

const (
	listName    = "GCPPrefixFormatList"
	entryName   = "entry"
	dateName    = "date"
	prefixName  = "prefix"
	lengthName  = "gcpLength"
	missingPart = "the list has no " + listName
)

func (l *PrefixList) readJSON(in io.Reader) error {
	d := json.NewDecoder(in)
	found := false
	err := eachMember(d, func(name string) error {
		if name != listName {
			return skipValue(d)
		}
		if found {
			return notAList("the list holds " + listName + " twice")
		}
		found = true
		return eachMember(d, func(name string) error {
			switch name {
			case dateName:
				return asList(d.Decode(&l.Date))
			case entryName:
				return l.readEntries(d)
			}
			return skipValue(d)
		})
	})
	switch {
	case err != nil:
		return err
	case !found:
		return notAList(missingPart)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return notAList("something follows the list")
	}
	return nil
}

func (l *PrefixList) readEntries(d *json.Decoder) error {
	if t, err := d.Token(); err != nil || t != json.Delim('[') {
		return notAList("entry isn't a list")
	}
	for d.More() {
		var e struct {
			Prefix *string      `json:"prefix"`
			Length *json.Number `json:"gcpLength"`
		}
		if err := d.Decode(&e); err != nil {
			return asList(err)
		}
		if e.Prefix == nil || e.Length == nil {
			return notAList("an entry lacks prefix or gcpLength")
		}
		if err := l.addText(*e.Prefix, e.Length.String()); err != nil {
			return err
		}
	}
	_, err := d.Token()
	return asList(err)
}

func (l *PrefixList) addText(prefix, length string) error {
	n, err := strconv.Atoi(length)
	if err != nil {
		return refuse(RulePrefixList, clip(length), "prefix list", 0, "the gcpLength of the prefix "+quote(clip(prefix))+" isn't a whole number")
	}
	if err := l.add(prefix, n); err != nil {
		return err
	}
	return nil
}

// eachMember calls f for each name of the object that comes next, before its
// value.
func eachMember(d *json.Decoder, f func(name string) error) error {
	if t, err := d.Token(); err != nil || t != json.Delim('{') {
		return notAList("there is no object where one must stand")
	}
	for d.More() {
		t, err := d.Token()
		if err != nil {
			return asList(err)
		}
		name, _ := t.(string)
		if err := f(name); err != nil {
			return err
		}
	}
	_, err := d.Token()
	return asList(err)
}

// skipValue passes over a value without keeping it.
func skipValue(d *json.Decoder) error {
	for depth := 0; ; {
		t, err := d.Token()
		if err != nil {
			return asList(err)
		}
		switch t {
		case json.Delim('{'), json.Delim('['):
			depth++
		case json.Delim('}'), json.Delim(']'):
			depth--
		}
		if depth == 0 {
			return nil
		}
	}
}

// asList turns a decoder's complaint into an Error.
func asList(err error) error {
	if err == nil {
		return nil
	}
	return notAList("the text can't be read: " + err.Error())
}

func (l *PrefixList) readXML(in io.Reader) error {
	d := xml.NewDecoder(in)
	depth, found := 0, false
	for {
		t, err := d.Token()
		if errors.Is(err, io.EOF) && depth == 0 && found {
			return nil
		}
		if err != nil {
			return asList(err)
		}
		switch t := t.(type) {
		case xml.Directive:
			return notAList("a document type declaration may not stand in the list")
		case xml.StartElement:
			depth++
			if err := l.element(t, depth, &found); err != nil {
				return err
			}
		case xml.EndElement:
			if depth--; depth < 0 {
				return notAList("an element ends that didn't begin")
			}
		}
	}
}

// element reads the root or an entry.
func (l *PrefixList) element(e xml.StartElement, depth int, found *bool) error {
	switch {
	case depth == 1 && e.Name.Local == listName && !*found:
		*found = true
		l.Date, _ = attribute(e, dateName)
		return nil
	case depth == 2 && e.Name.Local == entryName:
		prefix, hasPrefix := attribute(e, prefixName)
		length, hasLength := attribute(e, lengthName)
		if !hasPrefix || !hasLength {
			return notAList("an entry lacks prefix or gcpLength")
		}
		return l.addText(prefix, length)
	}
	return notAList("the element " + quote(clip(e.Name.Local)) + " may not stand there")
}

func attribute(e xml.StartElement, name string) (string, bool) {
	for _, a := range e.Attr {
		if a.Name.Local == name {
			return a.Value, true
		}
	}
	return "", false
}
