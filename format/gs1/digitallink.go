package gs1

import "strings"

// ParseDigitalLink reads a GS1 Digital Link web address (http or https, as the
// standard asks) with any domain and stem, or its path alone. The primary key
// comes first among the elements, then its qualifiers, then the attributes of
// the query; the fragment is dropped. What the first versions of the standard
// allowed is read too: words for keys (/gtin/…/ser/…), GTINs of 8, 12 and 13
// digits, and ; between parameters. A compressed address is refused.
func ParseDigitalLink(input string) (Scan, error) { return reading.ParseDigitalLink(input) }

// ParseDigitalLink is the function of that name with options.
func (o Options) ParseDigitalLink(input string) (Scan, error) {
	scan, err := o.linkScan(input)
	if err != nil {
		return Scan{}, err
	}
	return scan, nil
}

// webScheme is the length of "http://" or "https://" at the start of s, in any
// case, or 0.
func webScheme(s string) int {
	for _, scheme := range [...]string{"https://", "http://"} {
		if len(s) >= len(scheme) && strings.EqualFold(s[:len(scheme)], scheme) {
			return len(scheme)
		}
	}
	return 0
}

// link is a Digital Link being read.
type link struct {
	options  Options
	input    string
	path     string // percent-encoded
	pathAt   int
	key      *AISpec
	segments []segment
	elements []Element
}

// typicalSegments is the room made for the path: three pairs and a short stem.
const typicalSegments = 8

// segment is one segment of the path, still percent-encoded.
type segment struct {
	text string
	at   int // offset in the input
}

func (o Options) linkScan(input string) (Scan, *Error) {
	if len(input) > MaxInputBytes {
		return Scan{}, tooLong(input)
	}
	if i := outside(input, uriByte); i >= 0 {
		return Scan{}, refuse(RuleURI, input, "", i, "the character "+quoteByte(input, i)+" may not stand in a web address")
	}
	l := link{options: o, input: input}
	l.pathAt = webScheme(input)
	if l.pathAt == 0 && !strings.HasPrefix(input, "/") {
		return Scan{}, notWeb(input)
	}
	if err := l.skipDomain(); err != nil {
		return Scan{}, err
	}
	rest, _, _ := strings.Cut(input[l.pathAt:], "#")
	var query string
	l.path, query, _ = strings.Cut(rest, "?")
	if err := l.readPath(); err != nil {
		return Scan{}, err
	}
	if err := l.readQuery(query, l.pathAt+len(l.path)+1); err != nil {
		return Scan{}, err
	}
	return Scan{Form: DigitalLink, Elements: l.elements}, nil
}

func notWeb(input string) *Error {
	return refuse(RuleURI, input, "", 0, "the address begins neither with http:// or https:// nor with /")
}

// skipDomain moves pathAt from the domain to the first slash after it.
func (l *link) skipDomain() *Error {
	if l.pathAt == 0 {
		return nil
	}
	rest := l.input[l.pathAt:]
	slash := strings.IndexByte(rest, '/')
	if slash < 1 {
		return refuse(RuleURI, l.input, "domain", l.pathAt, "there is no domain with a path after it")
	}
	if i := strings.IndexAny(rest[:slash], "_~?#@!$&'()*+,;=%"); i >= 0 {
		return refuse(RuleURI, l.input, "domain", l.pathAt+i, "the character "+quoteByte(rest, i)+" may not stand in a domain")
	}
	l.pathAt += slash
	return nil
}

// readPath finds the rightmost primary key and reads it with its qualifiers.
func (l *link) readPath() *Error {
	if err := l.cutPath(); err != nil {
		return err
	}
	first := l.findKey()
	if last := len(l.segments) - 1; first < 0 && last > 0 && l.segments[last].text == "" {
		l.segments = l.segments[:last] // a slash at the end
		first = l.findKey()
	}
	if first < 0 {
		return l.noKey()
	}
	l.elements = make([]Element, 0, typicalElements)
	for i := first; i < len(l.segments); i += 2 {
		spec := l.specOf(l.segments[i].text)
		value, err := l.value(spec, l.segments[i+1].text, l.segments[i+1].at)
		if err != nil {
			return err
		}
		if l.elements, err = appendElement(l.elements, Element{spec.AI, value}, l.input, l.segments[i].at); err != nil {
			return err
		}
	}
	return l.checkQualifiers(first)
}

func (l *link) cutPath() *Error {
	at := l.pathAt + 1
	l.segments = make([]segment, 0, typicalSegments)
	for rest, more := l.path[1:], true; more; {
		var text string
		text, rest, more = strings.Cut(rest, "/")
		if len(l.segments) == MaxPathSegments {
			return refuse(RuleTooLong, l.input, "path", at, "the path has more than "+itoa(MaxPathSegments)+" segments")
		}
		l.segments = append(l.segments, segment{text, at})
		at += len(text) + 1
	}
	return nil
}

// findKey walks the pairs of segments from the right to the first whose AI is a
// primary key, and stops where a pair doesn't begin with an AI.
func (l *link) findKey() int {
	for i := len(l.segments) - 2; i >= 0; i -= 2 {
		spec := l.specOf(l.segments[i].text)
		if spec == nil {
			return -1
		}
		if spec.Key {
			l.key = spec
			return i
		}
	}
	return -1
}

func (l *link) specOf(segment string) *AISpec {
	if spec := ais.exact(segment); spec != nil || !l.options.AlphaKeys {
		return spec
	}
	if ai, ok := alphaAI(segment); ok {
		return ais.exact(ai)
	}
	return nil
}

// value decodes and checks one value of the path or the query.
func (l *link) value(spec *AISpec, encoded string, at int) (string, *Error) {
	value, err := unescape(encoded, l.input, at)
	if err != nil {
		return "", err
	}
	if spec.AI == "01" && l.options.ShortGTIN && len(value) < 14 {
		gtin, err := parseGTIN(value)
		if err != nil {
			return "", err.within(l.input, "AI 01", at)
		}
		return string(gtin), nil
	}
	if err := spec.check(value); err != nil {
		return "", err.within(l.input, "AI "+spec.AI, at)
	}
	return value, nil
}

// checkQualifiers says whether the qualifiers fit the key, in order.
func (l *link) checkQualifiers(first int) *Error {
	if len(l.elements) == 1 {
		return nil
	}
	for alternatives, more := l.key.Qualifiers, true; more; {
		var sequence string
		sequence, alternatives, more = strings.Cut(alternatives, "|")
		if inOrder(l.elements[1:], sequence) {
			return nil
		}
	}
	return refuse(RuleQualifier, l.input, "path", l.segments[first+2].at, "the qualifiers of AI "+l.key.AI+" are "+orNone(l.key.Qualifiers)+", in that order")
}

func orNone(qualifiers string) string {
	if qualifiers == "" {
		return "none"
	}
	return strings.ReplaceAll(qualifiers, "|", " or ")
}

// inOrder says whether the AIs of the elements occur in the sequence in its order.
func inOrder(elements []Element, sequence string) bool {
	for i := range elements {
		for {
			var ai string
			var more bool
			ai, sequence, more = strings.Cut(sequence, ",")
			if ai == elements[i].AI {
				break
			}
			if !more {
				return false
			}
		}
	}
	return true
}
