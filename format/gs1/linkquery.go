package gs1

import "strings"

// readQuery reads the parameters of the query whose names are AIs. Other names
// belong to whoever runs the site and are passed over.
func (l *link) readQuery(query string, at int) *Error {
	count := 0
	for more := query != ""; more; {
		var parameter string
		parameter, query, more = cutParameter(query)
		if count++; count > MaxQueryParameters {
			return refuse(RuleTooLong, l.input, "query", at, "the query has more than "+itoa(MaxQueryParameters)+" parameters")
		}
		name, value, _ := strings.Cut(parameter, "=")
		if allDigits(name) {
			if err := l.readAttribute(name, value, at); err != nil {
				return err
			}
		}
		at += len(parameter) + 1
	}
	return nil
}

// cutParameter cuts a query after its first parameter: at &, or at the ; that the
// first versions of Digital Link allowed too. As labels have an unescaped ; in
// values, that one only counts where an AI and = follow.
func cutParameter(query string) (parameter, rest string, more bool) {
	for i := 0; i < len(query); i++ {
		if query[i] == '&' || query[i] == ';' && beginsParameter(query[i+1:]) {
			return query[:i], query[i+1:], true
		}
	}
	return query, "", false
}

func beginsParameter(s string) bool {
	ai, _, found := strings.Cut(s, "=")
	return found && ais.exact(ai) != nil
}

// unknownAI takes the place of the row of an AI that isn't in the table.
var unknownAI = AISpec{Attribute: true, Components: []Component{txtUpto(90)}}

func (l *link) readAttribute(ai, encoded string, at int) *Error {
	spec := ais.exact(ai)
	if spec == nil {
		if !l.options.UnknownAI || len(ai) < 2 || len(ai) > 4 {
			return refuse(RuleUnknownAI, l.input, "query", at, "there is no application identifier "+ai)
		}
		spec = &unknownAI
	}
	if l.options.StrictAttributes {
		if err := l.checkAttribute(spec, ai, at); err != nil {
			return err
		}
	}
	value, err := l.value(spec, strings.ReplaceAll(encoded, "+", " "), min(at+len(ai)+1, len(l.input)))
	if err != nil {
		return err
	}
	l.elements, err = appendElement(l.elements, Element{ai, value}, l.input, at)
	return err
}

// checkAttribute refuses what belongs in the path, is there twice, or may not
// stand in a query.
func (l *link) checkAttribute(spec *AISpec, ai string, at int) *Error {
	if !spec.Attribute || isQualifier(l.key, ai) {
		return refuse(RuleAttribute, l.input, "AI "+ai, at, "this AI may not be an attribute of AI "+l.key.AI)
	}
	for _, e := range l.elements {
		if e.AI == ai {
			return refuse(RuleRepeatedAI, l.input, "AI "+ai, at, "the AI is there twice")
		}
	}
	return nil
}

func isQualifier(key *AISpec, ai string) bool {
	for rest, more := key.Qualifiers, true; more; {
		var q string
		i := strings.IndexAny(rest, ",|")
		if more = i >= 0; more {
			q, rest = rest[:i], rest[i+1:]
		} else {
			q = rest
		}
		if q == ai {
			return true
		}
	}
	return false
}

// shortestCompressed is the fewest characters the last segment of a compressed
// Digital Link is taken to have: a GTIN alone needs more.
const shortestCompressed = 10

// noKey tells a compressed address from one without a GS1 key, by its last
// segment. A compressed address looks like any long word, so this can be wrong
// either way; both are refused.
func (l *link) noKey() *Error {
	last := l.segments[len(l.segments)-1]
	if looksCompressed(last.text) {
		return refuse(RuleCompressed, l.input, "path", last.at, "the last segment looks like a compressed Digital Link")
	}
	return refuse(RuleNoKey, l.input, "path", l.pathAt, "no pair of segments is a GS1 key and its value")
}

// looksCompressed says whether the segment could be compressed elements: long
// enough, base64url with letters of both cases, and its first eight bits either
// the beginning of the AI of a primary key in binary-coded decimal or one of the
// short codes for a group of AIs, which have a letter for their second digit.
func looksCompressed(s string) bool {
	if len(s) < shortestCompressed || outside(s, set64) >= 0 || !strings.ContainsAny(s, upper) || !strings.ContainsAny(s, lower) {
		return false
	}
	first, second := strings.IndexByte(base64URL, s[0]), strings.IndexByte(base64URL, s[1])
	if first < 0 || second < 0 {
		return false
	}
	bits := first<<2 | second>>4
	high, low := bits>>4, bits&15
	if high > 9 || low > 9 {
		return high <= 9
	}
	switch ais.lengths[high*10+low] {
	case 0:
		return false
	case 2:
		return ais.exact(string([]byte{upHex[high], upHex[low]})).isKey()
	}
	return true
}

// isKey says whether the row is there and that of a primary key.
func (spec *AISpec) isKey() bool { return spec != nil && spec.Key }
