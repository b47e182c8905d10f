package gs1

import (
	"strconv"
	"strings"
)

// otherScheme describes an EPC scheme that has no GS1 key (EPC Tag Data
// Standard, sections 6.3.15 to 6.3.19): it can be checked and matched, but has
// no Digital Link form.
type otherScheme struct {
	name   string
	fields []field
	// class says that all parts but the last name a class; patterns, that the
	// standard knows patterns of the scheme.
	class, patterns bool
}

// field is one part of such a URN.
type field struct {
	name   string
	check  func(urn, where, part string, at int) *Error
	sample string // a right value, where a pattern has *
}

var otherSchemes = []otherScheme{
	{name: "gid", class: true, patterns: true, fields: []field{
		{"manager number", numberUpto(maxGIDManager), "0"},
		{"object class", numberUpto(maxGIDClass), "0"},
		{"serial number", numberUpto(maxGIDSerial), "0"},
	}},
	{name: "usdod", patterns: true, fields: []field{
		{"CAGE code or DODAAC", checkCAGE, "00000"},
		{"serial number", numberUpto(maxUSDoDSerial), "0"},
	}},
	{name: "adi", class: true, patterns: true, fields: []field{
		{"CAGE code or DODAAC", checkCAGE, "00000"},
		{"part number", checkADIPart, ""},
		{"serial number", checkADISerial, "1"},
	}},
	{name: "bic", fields: []field{{"container code", checkContainer, ""}}},
	{name: "imovn", fields: []field{{"IMO number", checkVessel, ""}}},
}

func otherOf(name string) *otherScheme {
	for i := range otherSchemes {
		if otherSchemes[i].name == name {
			return &otherSchemes[i]
		}
	}
	return nil
}

// checkBody checks the parts of the URN from offset at.
func (s *otherScheme) checkBody(urn string, at int) *Error {
	rest := urn[at:]
	for i, f := range s.fields {
		part := rest
		if i < len(s.fields)-1 {
			var found bool
			if part, rest, found = strings.Cut(rest, "."); !found {
				return refuse(RuleURN, urn, f.name, at, "there is no dot after the "+f.name)
			}
		}
		if err := f.check(urn, f.name, part, at); err != nil {
			return err
		}
		at += len(part) + 1
	}
	return nil
}

// numberUpto makes the check of a decimal number without needless zeros.
func numberUpto(most uint64) func(urn, where, part string, at int) *Error {
	return func(urn, where, part string, at int) *Error {
		if part == "" {
			return refuse(RuleEmpty, urn, where, at, "the "+where+" is empty")
		}
		if i := firstNonDigit(part); i >= 0 {
			return refuse(RuleDigits, urn, where, at+i, "only digits may stand in the "+where)
		}
		if len(part) > 1 && part[0] == '0' {
			return refuse(RuleValue, urn, where, at, "the "+where+" may not begin with zero")
		}
		n := uint64(0)
		for i := 0; i < len(part); i++ {
			if n = n*10 + uint64(part[i]-'0'); n > most {
				return refuse(RuleValue, urn, where, at, "the "+where+" is above "+strconv.FormatUint(most, 10))
			}
		}
		return nil
	}
}

// checkCAGE checks a CAGE code (5 characters) or DODAAC (6): digits and capitals
// without I and O.
func checkCAGE(urn, where, part string, at int) *Error {
	for i := 0; i < len(part); i++ {
		if c := part[i]; classOf[c]&digit == 0 && (c < 'A' || c > 'Z' || c == 'I' || c == 'O') {
			return refuse(RuleCharset, urn, where, at+i, "the character "+quoteByte(part, i)+" may not stand in a "+where)
		}
	}
	if len(part) != 5 && len(part) != 6 {
		return refuse(RuleLength, urn, where, at, "a "+where+" has 5 or 6 characters, not "+itoa(len(part)))
	}
	return nil
}

func checkADIPart(urn, where, part string, at int) *Error {
	_, err := adiCharacters(urn, where, part, at, maxADIPart)
	return err
}

// checkADISerial also takes the number sign that marks a serial number which
// isn't unique within the part number.
func checkADISerial(urn, where, part string, at int) *Error {
	rest, marked := strings.CutPrefix(part, "%23")
	most := maxADISerial
	if marked {
		most--
	}
	n, err := adiCharacters(urn, where, rest, at+len(part)-len(rest), most)
	if err == nil && n == 0 {
		return refuse(RuleEmpty, urn, where, at, "the "+where+" is empty")
	}
	return err
}

// adiCharacters counts the characters of a part: capitals, digits, hyphens and
// escaped slashes.
func adiCharacters(urn, where, part string, at, most int) (int, *Error) {
	n := 0
	for i := 0; i < len(part); i++ {
		c := part[i]
		switch {
		case strings.HasPrefix(part[i:], "%2F") || strings.HasPrefix(part[i:], "%2f"):
			i += 2
		case c == '/':
			return 0, refuse(RulePercent, urn, where, at+i, "a slash must be escaped, as %2F")
		case classOf[c]&set39 == 0 || c == '#':
			return 0, refuse(RuleCharset, urn, where, at+i, "the character "+quoteByte(part, i)+" may not stand in the "+where)
		}
		n++
	}
	if n > most {
		return 0, refuse(RuleLength, urn, where, at, "the "+where+" has "+itoa(n)+" characters, at most "+itoa(most)+" may stand there")
	}
	return n, nil
}

// containerKinds are the equipment categories of ISO 6346: freight containers,
// their detachable equipment, trailers and chassis.
const containerKinds = "UJZ"

// checkContainer checks a container code of ISO 6346: three capitals for the
// owner, the category, six digits and the check digit.
func checkContainer(urn, where, part string, at int) *Error {
	if len(part) != 11 {
		return refuse(RuleLength, urn, where, at, "a container code has 11 characters, not "+itoa(len(part)))
	}
	for i := range 3 {
		if part[i] < 'A' || part[i] > 'Z' {
			return refuse(RuleCharset, urn, where, at+i, "the owner code has three capital letters")
		}
	}
	if !strings.Contains(containerKinds, part[3:4]) {
		return refuse(RuleCode, urn, where, at+3, "the equipment category is U, J or Z, not "+quoteByte(part, 3))
	}
	if i := firstNonDigit(part[4:]); i >= 0 {
		return refuse(RuleDigits, urn, where, at+4+i, "only digits may follow the equipment category")
	}
	if want := containerCheck(part[:10]); part[10] != want {
		return refuse(RuleCheckDigit, urn, where, at+10, "the check digit is "+part[10:]+" but the other characters ask for "+string(want))
	}
	return nil
}

// containerCheck computes the check digit: letters count 10 to 38 without the
// multiples of 11, the weights are powers of two, the sum is taken modulo 11.
func containerCheck(s string) byte {
	sum := 0
	for i := 0; i < len(s); i++ {
		v := int(s[i] - '0')
		if s[i] >= 'A' {
			v = int(s[i]-'A') + 10
			v += (v - 1) / 10
		}
		sum += v << i
	}
	return byte('0' + sum%11%10)
}

// checkVessel checks an IMO number: seven digits, the last computed from the
// others with the weights 7 to 2.
func checkVessel(urn, where, part string, at int) *Error {
	if i := firstNonDigit(part); i >= 0 {
		return refuse(RuleDigits, urn, where, at+i, "only digits may stand in an IMO number")
	}
	if len(part) != 7 {
		return refuse(RuleLength, urn, where, at, "an IMO number has 7 digits, not "+itoa(len(part)))
	}
	sum := 0
	for i := range 6 {
		sum += int(part[i]-'0') * (7 - i)
	}
	if want := byte('0' + sum%10); part[6] != want {
		return refuse(RuleCheckDigit, urn, where, at+6, "the check digit is "+part[6:]+" but the other digits ask for "+string(want))
	}
	return nil
}
