package gs1

import "strings"

// ParseBracketed reads AIs in round brackets, as they are printed under a
// barcode: (01)…(17)…(21)…. A bracket that belongs to a value is written \(.
// Spaces around an element are dropped; no value holds one.
func ParseBracketed(input string) (Scan, error) {
	scan, err := bracketedScan(input)
	if err != nil {
		return Scan{}, err
	}
	return scan, nil
}

func bracketedScan(input string) (Scan, *Error) {
	if len(input) > MaxInputBytes {
		return Scan{}, tooLong(input)
	}
	scan := Scan{Form: Bracketed}
	at := skipSpaces(input, 0)
	if at == len(input) {
		return Scan{}, refuse(RuleEmpty, input, "", at, "there are no elements")
	}
	for at < len(input) {
		ai, valueAt, err := bracketedAI(input, at)
		if err != nil {
			return Scan{}, err
		}
		end := bracketedEnd(input, valueAt)
		value := strings.ReplaceAll(strings.TrimRight(input[valueAt:end], " "), `\(`, "(")
		if err := checkElement(ai, value); err != nil {
			return Scan{}, err.within(input, "AI "+ai, valueAt)
		}
		if scan.Elements, err = appendElement(scan.Elements, Element{ai, value}, input, valueAt); err != nil {
			return Scan{}, err
		}
		at = end
	}
	return scan, nil
}

// bracketedAI reads the AI whose bracket opens at offset at, and says where its
// value begins.
func bracketedAI(input string, at int) (ai string, valueAt int, err *Error) {
	if input[at] != '(' {
		return "", 0, refuse(RuleBracket, input, "", at, "an opening bracket must stand here")
	}
	length := strings.IndexByte(input[at:], ')')
	if length < 0 {
		return "", 0, refuse(RuleBracket, input, "", at, "the bracket isn't closed")
	}
	ai = input[at+1 : at+length]
	if ais.exact(ai) == nil {
		return "", 0, refuse(RuleUnknownAI, input, "", at+1, "there is no application identifier "+quote(ai))
	}
	return ai, skipSpaces(input, at+length+1), nil
}

// bracketedEnd is the offset of the next bracket that isn't escaped, or the end.
func bracketedEnd(input string, at int) int {
	for i := at; i < len(input); i++ {
		if input[i] == '(' && (i == at || input[i-1] != '\\') {
			return i
		}
	}
	return len(input)
}

func skipSpaces(s string, at int) int {
	for at < len(s) && s[at] == ' ' {
		at++
	}
	return at
}
