package gs1

import "strings"

// Pattern is a pure identity pattern of the EPC Tag Data Standard (section 8):
// the EPC URNs of one scheme whose first parts are given. Patterns are
// comparable with ==.
type Pattern struct {
	text  string
	name  string // of the scheme
	parts [patternParts]string
	count int // parts the scheme has
	fixed int // parts that are given; the others are *
}

// patternParts is the largest number of parts a scheme has: those of an ITIP.
const patternParts = 5

const wildcard = "*"

// ParsePattern reads an EPC pattern, such as urn:epc:idpat:sgtin:0614141.*.*. A *
// replaces whole parts, from the right without a gap; piece and total of an ITIP
// go together. The parts that are given are checked as those of an EPC URN are.
// A pattern without * names one EPC.
func ParsePattern(urn string) (Pattern, error) {
	p, err := parsePattern(urn)
	if err != nil {
		return Pattern{}, err
	}
	return p, nil
}

func parsePattern(urn string) (Pattern, *Error) {
	kind, name, at, err := cutScheme(urn)
	if err != nil {
		return Pattern{}, err
	}
	if kind != kindPattern {
		return Pattern{}, refuse(RulePattern, urn, "", len(urnStart), "a pattern begins with "+urnStart+kindPattern)
	}
	p := Pattern{text: urn, name: name}
	if p.count = partsOf(name); p.count == 0 {
		return Pattern{}, refuse(RuleURNScheme, urn, "", at-len(name)-1, "there are no patterns of the scheme "+quote(name))
	}
	if err := p.cut(at); err != nil {
		return Pattern{}, err
	}
	if err := p.checkFixed(at); err != nil {
		return Pattern{}, err
	}
	return p, nil
}

// partsOf is the number of parts of the EPC URNs of a scheme that has patterns,
// or 0.
func partsOf(name string) int {
	if s := schemeOf(kindID, name); s != nil {
		return s.parts()
	}
	if s := otherOf(name); s != nil && s.patterns {
		return len(s.fields)
	}
	return 0
}

// cut divides the text from offset at into the parts and counts those given.
func (p *Pattern) cut(at int) *Error {
	rest := p.text[at:]
	p.fixed = p.count
	for i := range p.count {
		part, more, found := rest, "", false
		if i < p.count-1 {
			part, more, found = strings.Cut(rest, ".")
			if !found {
				return refuse(RuleURN, p.text, "", at, "the pattern has "+itoa(i+1)+" parts, those of the scheme "+p.name+" have "+itoa(p.count))
			}
		}
		switch {
		case part == wildcard:
			p.fixed = min(p.fixed, i)
		case p.fixed < p.count:
			return refuse(RulePattern, p.text, "", at, "a part is given after a *, which may only replace parts from the right")
		case strings.Contains(part, wildcard):
			return refuse(RulePattern, p.text, "", at+strings.IndexByte(part, '*'), "a * may only replace a whole part; a star that belongs to a value is written %2A")
		}
		p.parts[i] = part
		at += len(part) + 1
		rest = more
	}
	if p.name == "itip" && p.fixed == 3 {
		return refuse(RulePattern, p.text, "piece and total", len(p.text), "a * may not replace the total where the piece is given")
	}
	return nil
}

// checkFixed checks the given parts, by checking an EPC URN that has them.
func (p *Pattern) checkFixed(at int) *Error {
	parts := p.parts
	for i := p.fixed; i < p.count; i++ {
		parts[i] = p.sample(i)
	}
	head := urnStart + kindID + ":" + p.name + ":"
	err := checkEPC(head + strings.Join(parts[:p.count], "."))
	if err == nil {
		return nil
	}
	moved := err.within(p.text, "", at-len(head))
	moved.Offset = min(moved.Offset, len(p.text))
	return moved
}

// sample is a right value of part i, which the pattern leaves open.
func (p *Pattern) sample(i int) string {
	if s := otherOf(p.name); s != nil {
		return s.fields[i].sample
	}
	s := schemeOf(kindID, p.name)
	switch {
	case i == 0:
		return "000000"
	case i > 1 && s.pieces && i < p.count-1:
		return "01"
	case i > 1:
		return "1"
	case s.digits == 0:
		return "0"
	}
	prefix := MinPrefix
	if p.fixed > 0 {
		prefix = len(p.parts[0])
	}
	return strings.Repeat("0", max(0, s.digits-prefix))
}

// String returns the pattern as it was read.
func (p Pattern) String() string { return p.text }

// Scheme returns the name of the EPC scheme, such as "sgtin".
func (p Pattern) Scheme() string { return p.name }

// Exact says whether the pattern leaves nothing open and so names one EPC.
func (p Pattern) Exact() bool { return p.count > 0 && p.fixed == p.count }

// Class says whether the pattern names one class of things: all parts but the
// last are given, in a scheme whose last part is a serial number. EPCIS takes
// such a pattern where it asks for a class (CBV, section 8.3).
func (p Pattern) Class() bool {
	if p.count == 0 || p.fixed != p.count-1 {
		return false
	}
	if s := otherOf(p.name); s != nil {
		return s.class
	}
	return schemeOf(kindPattern, p.name) != nil
}

// Path returns the canonical Digital Link path of the class the pattern names,
// such as /01/00300010123455. Wider and narrower patterns, and those of a scheme
// without a GS1 key, have none.
func (p Pattern) Path() (string, error) { return PathFromURN(p.text) }

// CompanyPrefix returns the GS1 company prefix of the pattern, and false where
// it is open or the scheme has none.
func (p Pattern) CompanyPrefix() (string, bool) {
	if p.fixed == 0 || otherOf(p.name) != nil {
		return "", false
	}
	return p.parts[0], true
}

// Matches says whether an identifier is among those the pattern names: an EPC
// URN, a narrower or equal pattern, or a Digital Link. Where a Digital Link
// doesn't tell the end of the company prefix, the pattern's own is taken.
func (p Pattern) Matches(id string) bool {
	if !hasURNStart(id) {
		scan, err := reading.linkScan(id)
		if err != nil {
			return false
		}
		urn, uriErr := scan.URN(onlyPrefix(p.parts[0]))
		if uriErr != nil {
			return false
		}
		id = urn
	}
	kind, name, at, err := cutScheme(id)
	if err != nil || name != p.name || kind != kindID && kind != kindPattern {
		return false
	}
	if checkEPC(id) != nil {
		return false
	}
	rest := id[at:]
	for i := range p.fixed {
		part := rest
		if i < p.count-1 {
			part, rest, _ = strings.Cut(rest, ".")
		}
		if part != p.parts[i] && !sameUnescaped(part, p.parts[i]) {
			return false
		}
	}
	return true
}

func sameUnescaped(a, b string) bool {
	if a == wildcard {
		return false
	}
	plainA, errA := unescape(a, a, 0)
	plainB, errB := unescape(b, b, 0)
	return errA == nil && errB == nil && plainA == plainB
}

// onlyPrefix is a table that knows one company prefix; where that is open, it
// takes any digits for one.
type onlyPrefix string

// PrefixLength answers for the one prefix.
func (p onlyPrefix) PrefixLength(digits string) (int, bool) {
	if p == wildcard {
		return MinPrefix, true
	}
	return len(p), strings.HasPrefix(digits, string(p))
}

// widerThanClass says whether a pattern of a class scheme leaves more open than
// the last part.
func widerThanClass(body string, s *scheme) bool {
	for range s.parts() - 1 {
		var part string
		if part, body, _ = strings.Cut(body, "."); part == wildcard {
			return true
		}
	}
	return false
}
