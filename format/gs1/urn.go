package gs1

import "strings"

// urnParts is an EPC URN cut up, all substrings of it, with the shape of its
// numbers checked. The text parts are still escaped and unchecked.
type urnParts struct {
	scheme    *scheme
	urn       string
	prefix    string // GS1 company prefix
	reference string // item, serial, location or other reference
	pieces    string // "PP.TT" of an ITIP, or ""
	last      string // serial, lot or extension, escaped; "" when there is none
	refAt     int    // offsets in urn
	lastAt    int
}

const urnStart = "urn:epc:"

// hasURNStart compares without case: the scheme and the namespace of a URN are
// case-insensitive (RFC 8141), all that follows is not.
func hasURNStart(s string) bool {
	return len(s) >= len(urnStart) && (s[:len(urnStart)] == urnStart || strings.EqualFold(s[:len(urnStart)], urnStart))
}

// splitURN finds the scheme and the parts of an EPC URN.
func splitURN(urn string) (urnParts, *Error) {
	p := urnParts{urn: urn}
	kind, name, at, err := cutScheme(urn)
	if err != nil {
		return p, err
	}
	p.scheme = schemeOf(kind, name)
	if p.scheme == nil {
		return p, withoutLink(urn, kind, name)
	}
	if kind == kindPattern && widerThanClass(urn[at:], p.scheme) {
		return p, refuse(RulePattern, urn, "", at, "the pattern names more than one class")
	}
	if err := p.cut(at); err != nil {
		return p, err
	}
	return p, p.checkNumbers()
}

// cutScheme finds the kind and the scheme of an EPC URN, and where the rest
// begins.
func cutScheme(urn string) (kind, name string, at int, err *Error) {
	if len(urn) > MaxInputBytes {
		return "", "", 0, tooLong(urn)
	}
	if !hasURNStart(urn) {
		return "", "", 0, refuse(RuleURN, urn, "", 0, "the text doesn't begin with "+urnStart)
	}
	rest := urn[len(urnStart):]
	kindEnd := strings.IndexByte(rest, ':')
	if kindEnd < 0 {
		return "", "", 0, refuse(RuleURN, urn, "", len(urnStart), "there is no colon after the kind")
	}
	nameEnd := strings.IndexByte(rest[kindEnd+1:], ':')
	if nameEnd < 0 {
		return "", "", 0, refuse(RuleURN, urn, "", len(urnStart)+kindEnd+1, "there is no colon after the scheme")
	}
	nameEnd += kindEnd + 1
	return rest[:kindEnd], rest[kindEnd+1 : nameEnd], len(urnStart) + nameEnd + 1, nil
}

// withoutLink says why an EPC URN has no Digital Link form.
func withoutLink(urn, kind, name string) *Error {
	at := len(urnStart)
	where := kind + ":" + name
	switch {
	case kind == "tag" || kind == "raw" || kind == "pat":
		return refuse(RuleURNScheme, urn, "", at, "urn:epc:"+kind+" describes the memory of an RFID tag; an identifier begins with urn:epc:id")
	case kind == kindPattern:
		p, err := parsePattern(urn)
		if err != nil {
			return err
		}
		if !p.Class() {
			return refuse(RulePattern, urn, "", at, "the pattern doesn't name one class")
		}
	case kind != kindID && kind != kindClass:
		return refuse(RuleURNScheme, urn, "", at, "there is no kind "+quote(kind)+" of EPC URN")
	}
	if otherOf(name) != nil && kind != kindClass {
		return refuse(RuleURNScheme, urn, "", at, "the scheme "+where+" has no GS1 key, and so no Digital Link form")
	}
	return refuse(RuleURNScheme, urn, "", at, "there is no EPC scheme "+quote(where))
}

// misshapen refuses a URN and shows the form of its scheme.
func (p *urnParts) misshapen(where string, at int, text string) *Error {
	err := refuse(RuleURN, p.urn, where, at, text)
	err.Remedy = "compare with " + p.scheme.form()
	return err
}

// cut divides the text from offset at into the scheme's parts.
func (p *urnParts) cut(at int) *Error {
	body := p.urn[at:]
	dot := strings.IndexByte(body, '.')
	if dot < 0 {
		return p.misshapen("company prefix", at, "there is no dot after the company prefix")
	}
	p.prefix = body[:dot]
	p.refAt = at + dot + 1
	rest := p.urn[p.refAt:]
	if p.scheme.parts() == 2 {
		p.reference = rest
		return nil
	}
	dot = strings.IndexByte(rest, '.')
	if dot < 0 {
		return p.misshapen("", p.refAt, "there is no dot after the reference")
	}
	p.reference, rest = rest[:dot], rest[dot+1:]
	p.lastAt = p.refAt + dot + 1
	if p.scheme.pieces {
		if len(rest) < 6 || rest[2] != '.' || rest[5] != '.' || !allDigits(rest[:2]) || !allDigits(rest[3:5]) {
			return p.misshapen("piece and total", p.lastAt, "the piece and the total are two digits each, with a dot after each")
		}
		if err := pieceOfTotal.apply(rest[:2] + rest[3:5]); err != nil {
			return err.within(p.urn, "piece and total", p.lastAt)
		}
		p.pieces, rest = rest[:5], rest[6:]
		p.lastAt += 6
	}
	p.last = rest
	return nil
}

func (p *urnParts) checkNumbers() *Error {
	s := p.scheme
	at := p.refAt - 1 - len(p.prefix)
	if i := firstNonDigit(p.prefix); i >= 0 {
		return refuse(RuleDigits, p.urn, "company prefix", at+i, "only digits may stand in a company prefix")
	}
	if len(p.prefix) < MinPrefix || len(p.prefix) > MaxPrefix {
		return refuse(RulePrefixLength, p.urn, "company prefix", at, "the company prefix has "+itoa(len(p.prefix))+" digits, not 6 to 12")
	}
	if p.reference == "" && !s.emptyRef {
		return refuse(RuleEmpty, p.urn, "reference", p.refAt, "the reference is empty")
	}
	if s.digits > 0 {
		if i := firstNonDigit(p.reference); i >= 0 {
			return refuse(RuleDigits, p.urn, "reference", p.refAt+i, "only digits may stand in this reference")
		}
		if n := len(p.prefix) + len(p.reference); n != s.digits {
			return refuse(RulePrefixLength, p.urn, "company prefix", at, "the company prefix and the reference have "+itoa(n)+" digits together, not "+itoa(s.digits))
		}
	}
	if s.pattern && p.last != "*" {
		return refuse(RulePattern, p.urn, "", p.lastAt, "the last part of the pattern isn't *")
	}
	if s.last != 0 && p.last == "" {
		return refuse(RuleEmpty, p.urn, "", p.lastAt, "the last part is empty")
	}
	if s.lastDigits {
		return p.checkNumericLast()
	}
	return nil
}

func (p *urnParts) checkNumericLast() *Error {
	if i := firstNonDigit(p.last); i >= 0 {
		return refuse(RuleDigits, p.urn, "", p.lastAt+i, "only digits may stand in the last part")
	}
	if p.scheme.key == "8010" && len(p.last) > 1 && p.last[0] == '0' {
		return refuse(RuleValue, p.urn, "AI 8011", p.lastAt, "the serial of a component may not begin with zero")
	}
	return nil
}

// appendKeyDigits writes the numeric part of the key, check digit included.
func (p *urnParts) appendKeyDigits(dst []byte) []byte {
	start := len(dst)
	ref := p.reference
	switch {
	case p.scheme.leading:
		dst = append(dst, ref[0])
		ref = ref[1:]
	case p.scheme.filler:
		dst = append(dst, '0')
	}
	dst = append(dst, p.prefix...)
	if p.scheme.digits == 0 {
		return dst
	}
	dst = append(dst, ref...)
	dst = append(dst, mod10(dst[start:]))
	if p.pieces != "" {
		dst = append(dst, p.pieces[0], p.pieces[1], p.pieces[3], p.pieces[4])
	}
	return dst
}

// noExtension says whether the URN is of a GLN without extension, which an EPC
// URN writes as extension 0.
func (p *urnParts) noExtension() bool { return p.scheme.qualifier == "254" && p.last == "0" }

// appendText decodes an escaped text part of at most limit characters in the
// set onto dst, percent-encoded for a path when encode is set.
func (p *urnParts) appendText(dst []byte, s string, at int, set uint8, limit int, encode bool) ([]byte, *Error) {
	n := 0
	for i := 0; i < len(s); i++ {
		c, start := s[i], i
		if c == '%' {
			v, ok := unhex(s, i+1)
			if !ok {
				return dst, refuse(RulePercent, p.urn, "", at+i, "the percent sign isn't followed by two hexadecimal digits")
			}
			c = v
			i += 2
		} else if classOf[c]&urnEscaped != 0 {
			return dst, refuse(RulePercent, p.urn, "", at+i, "the character "+quoteByte(s, i)+" must be escaped in an EPC URN")
		}
		if classOf[c]&set == 0 {
			return dst, refuse(RuleCharset, p.urn, "", at+start, "the character "+quote(string([]byte{c}))+" may not stand here")
		}
		n++
		dst = appendByte(dst, c, encode)
	}
	if n > limit {
		return dst, p.overlong(at, n, limit)
	}
	return dst, nil
}

func (p *urnParts) overlong(at, n, limit int) *Error {
	rule := RuleLength
	if at == p.lastAt {
		rule = lengthRule(p.scheme.qualifier)
	}
	return refuse(rule, p.urn, "", at, "the part has "+itoa(n)+" characters, at most "+itoa(limit)+" may stand there")
}

// lengthRule is the code for a value of the AI that is too long.
func lengthRule(ai string) string {
	switch ai {
	case "10":
		return RuleLotLength
	case "21":
		return RuleSerialLength
	}
	return RuleLength
}
