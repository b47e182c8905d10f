package epcis

import (
	"math"
	"strconv"
	"strings"

	"pedigree/format/gs1"
)

const canonicalDomain = "https://id.gs1.org"

// appendCanonical appends a value in the one form the event hash knows: web
// URIs for CBV URNs and the CURIEs of gs1 and cbv, numbers without superfluous
// zeros, GS1 identifiers as constrained canonical Digital Links.
func appendCanonical(out []byte, value string) []byte {
	switch c := value[0]; {
	case c == 'u':
		return appendURN(out, value)
	case c == 'h':
		if path, ok := constrain(value); ok {
			return append(append(out, canonicalDomain...), path...)
		}
	case c == 'g' && strings.HasPrefix(value, "gs1:"):
		return append(append(out, termMeasurement.web...), value[len("gs1:"):]...)
	case c == 'c' && strings.HasPrefix(value, "cbv:"):
		return append(append(out, "https://ref.gs1.org/cbv/"...), value[len("cbv:"):]...)
	case c >= '0' && c <= '9' || c == '-' || c == '+' || c == '.':
		return appendNumber(out, value)
	}
	return append(out, value...)
}

func appendURN(out []byte, value string) []byte {
	if strings.HasPrefix(value, "urn:epc:") {
		from := len(out)
		out = append(out, canonicalDomain...)
		grown, err := gs1.AppendPathFromURN(out, value)
		if err != nil {
			return append(out[:from], value...)
		}
		return relaxEscapes(grown, len(out))
	}
	if !strings.HasPrefix(value, "urn:epcglobal:cbv:") {
		return append(out, value...)
	}
	for _, t := range []*term{termBizStep, termDisposition, termTransaction, termParty, termReason} {
		if word, ok := strings.CutPrefix(value, t.urn); ok {
			return append(append(out, t.web...), word...)
		}
	}
	return append(out, value...)
}

// relaxEscapes turns %27, %3B and %3D back into characters: the hash escapes
// only what section 7 of the Digital Link standard reserves.
func relaxEscapes(b []byte, from int) []byte {
	to := from
	for i := from; i < len(b); i++ {
		c := b[i]
		if c == '%' && i+2 < len(b) {
			switch string(b[i+1 : i+3]) {
			case "27":
				c, i = '\'', i+2
			case "3B":
				c, i = ';', i+2
			case "3D":
				c, i = '=', i+2
			}
		}
		b[to] = c
		to++
	}
	return b[:to]
}

// appendNumber appends a decimal number in its shortest form, and text that
// isn't one as it is. Like the published vectors it goes through a binary
// floating point number, so whole numbers beyond 2^53 lose digits.
func appendNumber(out []byte, value string) []byte {
	if !isDecimal(value) {
		return append(out, value...)
	}
	f, err := strconv.ParseFloat(value, 64)
	if err != nil {
		return append(out, value...)
	}
	switch {
	case f == math.Trunc(f):
		if f == 0 {
			return append(out, '0')
		}
		return strconv.AppendFloat(out, f, 'f', 0, 64)
	case math.Abs(f) < 1e-4:
		return strconv.AppendFloat(out, f, 'e', -1, 64)
	}
	return strconv.AppendFloat(out, f, 'f', -1, 64)
}

// isDecimal tells a decimal number with optional sign, point and exponent.
func isDecimal(s string) bool {
	i, digits := 0, 0
	if s[0] == '+' || s[0] == '-' {
		i++
	}
	for point := false; i < len(s); i++ {
		c := s[i]
		if c == '.' && !point {
			point = true
			continue
		}
		if c < '0' || c > '9' {
			break
		}
		digits++
	}
	if digits == 0 {
		return false
	}
	if i < len(s) && (s[i] == 'e' || s[i] == 'E') {
		i++
		if i < len(s) && (s[i] == '+' || s[i] == '-') {
			i++
		}
		from := i
		for i < len(s) && s[i] >= '0' && s[i] <= '9' {
			i++
		}
		if i == from {
			return false
		}
	}
	return i == len(s)
}
