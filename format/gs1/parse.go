package gs1

import "strings"

// Parse reads a scan, an address or a typed text in any of the forms this
// package knows, telling the form from the text:
//
//   - ] begins a symbology identifier: an element string, or the plain digits
//     of an EAN/UPC or ITF-14 code, or a web address;
//   - ( begins bracketed text;
//   - urn:epc: begins an EPC URN;
//   - http://, https:// or / begins a Digital Link, read as ParseDigitalLink does;
//   - 8, 12 or 14 digits are a typed GTIN and 18 an SSCC; a GTIN, spaces and
//     more text are a GTIN with its serial number. 13 digits could be a GTIN or
//     a GLN and are refused;
//   - other text that begins with digits is an element string.
//
// White space around the text is dropped before anything else, so the offsets
// of an Error count from the first character that isn't.
func Parse(input string) (Scan, error) { return reading.Parse(input) }

// Parse is the function of that name with options.
func (o Options) Parse(input string) (Scan, error) {
	scan, err := o.parse(strings.Trim(input, " \t\r\n"))
	if err != nil {
		return Scan{}, err
	}
	return scan, nil
}

func (o Options) parse(s string) (Scan, *Error) {
	switch {
	case s == "":
		return Scan{}, refuse(RuleEmpty, s, "", 0, "there is nothing to read")
	case len(s) > MaxInputBytes:
		return Scan{}, tooLong(s)
	case s[0] == ']':
		return o.parseSymbology(s)
	case s[0] == separator, o.FNC1 != "" && strings.HasPrefix(s, o.FNC1):
		return o.elementScan(s)
	case s[0] == '(':
		return bracketedScan(s)
	case hasURNStart(s):
		return urnScan(s)
	case s[0] == '/', webScheme(s) > 0:
		return o.linkScan(s)
	case s[0]-'0' <= 9:
		return o.parseDigits(s)
	}
	if strings.Contains(s, "://") {
		return Scan{}, notWeb(s)
	}
	return Scan{}, refuse(RuleUnrecognised, s, "", 0, "this is no element string, bracketed text, Digital Link, EPC URN or number")
}

// parseDigits reads text that begins with a digit.
func (o Options) parseDigits(s string) (Scan, *Error) {
	if o.FNC1 != "" && strings.Contains(s, o.FNC1) {
		return o.elementScan(s)
	}
	if number, rest, ok := strings.Cut(s, " "); ok {
		return typedPair(s, number, rest)
	}
	if allDigits(s) {
		switch len(s) {
		case 18:
			return typedKey(s, "00", s, digitsWithCheck(s, "SSCC", 18))
		case 8, 12, 14:
			gtin, err := parseGTIN(s)
			return typedKey(s, "01", string(gtin), err)
		case 13:
			return Scan{}, refuse(RuleAmbiguous, s, "", 0, "13 digits can be a GTIN or a GLN")
		}
	}
	return o.elementScan(s)
}

func typedKey(input, ai, value string, err *Error) (Scan, *Error) {
	if err != nil {
		return Scan{}, err.within(input, err.Where, 0)
	}
	return Scan{Form: Typed, Elements: []Element{{ai, value}}}, nil
}

// typedPair reads a GTIN and a serial number with spaces between them.
func typedPair(input, number, rest string) (Scan, *Error) {
	gtin, err := parseGTIN(number)
	scan, err := typedKey(input, "01", string(gtin), err)
	if err != nil {
		return Scan{}, err
	}
	serial := strings.TrimLeft(rest, " ")
	if err := checkText(serial, "serial", RuleSerialLength, MaxSerial); err != nil {
		return Scan{}, err.within(input, "serial", len(input)-len(serial))
	}
	scan.Elements = append(scan.Elements, Element{"21", serial})
	return scan, nil
}
