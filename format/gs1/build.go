package gs1

import "strings"

// BuildElementString writes elements as a barcode holds them, in the order
// given: FNC1 (0x1D) after each value that isn't of predefined length unless it
// is last. There is no leading FNC1 and no symbology identifier.
func BuildElementString(elements []Element) (string, error) {
	if err := checkElements(elements); err != nil {
		return "", err
	}
	var b strings.Builder
	for i, e := range elements {
		b.WriteString(e.AI)
		b.WriteString(e.Value)
		if i < len(elements)-1 && !ais.exact(e.AI).Predefined {
			b.WriteByte(separator)
		}
	}
	return b.String(), nil
}

// BuildBracketed writes elements as they are printed under a barcode, AIs in
// brackets. A bracket within a value is written \( so that ParseBracketed reads
// the same elements again.
func BuildBracketed(elements []Element) (string, error) {
	if err := checkElements(elements); err != nil {
		return "", err
	}
	var b strings.Builder
	for _, e := range elements {
		b.WriteByte('(')
		b.WriteString(e.AI)
		b.WriteByte(')')
		b.WriteString(strings.ReplaceAll(e.Value, "(", `\(`))
	}
	return b.String(), nil
}

// BuildDigitalLink writes elements as a Digital Link: the stem (such as
// https://id.gs1.org, without a slash at its end; empty for the path alone),
// the first primary key among the elements, its qualifiers in their order, and
// all other elements as the query: those of predefined length first.
func BuildDigitalLink(stem string, elements []Element) (string, error) {
	if err := checkElements(elements); err != nil {
		return "", err
	}
	elements = distinct(elements)
	key := -1
	for i := range elements {
		if ais.exact(elements[i].AI).Key {
			key = i
			break
		}
	}
	if key < 0 {
		return "", refuse(RuleNoKey, "", "", 0, "none of the elements is a primary key")
	}
	in := make([]bool, len(elements))
	in[key] = true
	dst := identity{key: elements[key].AI, value: elements[key].Value}.appendPath([]byte(stem))
	spec := ais.exact(elements[key].AI)
	for _, ai := range pathQualifiers(spec, elements) {
		at := indexOf(elements, ai)
		in[at] = true
		dst = append(append(append(dst, '/'), ai...), '/')
		dst = appendEscaped(dst, elements[at].Value)
	}
	dst, err := appendQuery(dst, spec, elements, in)
	if err != nil {
		return "", err
	}
	return string(dst), nil
}

// pathQualifiers are the qualifiers of the key that are present, of the
// alternative that has most of them.
func pathQualifiers(key *AISpec, elements []Element) []string {
	var best []string
	for alternatives, more := key.Qualifiers, key.Qualifiers != ""; more; {
		var sequence string
		sequence, alternatives, more = strings.Cut(alternatives, "|")
		var present []string
		for _, ai := range strings.Split(sequence, ",") {
			if indexOf(elements, ai) >= 0 {
				present = append(present, ai)
			}
		}
		if len(present) > len(best) {
			best = present
		}
	}
	return best
}

func appendQuery(dst []byte, key *AISpec, elements []Element, in []bool) ([]byte, *Error) {
	mark := byte('?')
	for _, predefined := range [...]bool{true, false} {
		for i, e := range elements {
			spec := ais.exact(e.AI)
			if in[i] || spec.Predefined != predefined {
				continue
			}
			if !spec.Attribute || isQualifier(key, e.AI) {
				return nil, refuse(RuleAttribute, e.Value, "AI "+e.AI, 0, "this AI may not be an attribute of AI "+key.AI)
			}
			dst = append(append(append(dst, mark), e.AI...), '=')
			dst = appendEscaped(dst, e.Value)
			mark = '&'
		}
	}
	return dst, nil
}

// checkElements says whether each element is right and none contradicts another.
func checkElements(elements []Element) *Error {
	if len(elements) == 0 {
		return refuse(RuleEmpty, "", "", 0, "there are no elements")
	}
	if len(elements) > MaxElements {
		return refuse(RuleTooLong, "", "", 0, "there are more than "+itoa(MaxElements)+" elements")
	}
	for i, e := range elements {
		if err := checkElement(e.AI, e.Value); err != nil {
			return err
		}
		if at := indexOf(elements, e.AI); at < i && elements[at].Value != e.Value {
			return refuse(RuleRepeatedAI, e.Value, "AI "+e.AI, 0, "the value differs from that of the same AI before it")
		}
	}
	return nil
}

func distinct(elements []Element) []Element {
	kept := make([]Element, 0, len(elements))
	for _, e := range elements {
		if indexOf(kept, e.AI) < 0 {
			kept = append(kept, e)
		}
	}
	return kept
}

func indexOf(elements []Element, ai string) int {
	for i := range elements {
		if elements[i].AI == ai {
			return i
		}
	}
	return -1
}
