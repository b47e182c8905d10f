package gs1

import "strings"

// Parse reads a scan, an address or a typed text in any of the forms this
// package knows, telling the form from the text:
//
//   - ] begins a symbology identifier: an element string, or the plain digits
//     of an EAN/UPC or ITF-14 code, or a web address;
//   - ( begins bracketed text;
//   - urn:epc: begins an EPC URN;
//   - http://, https:// or / begins a Digital Link;
//   - 8, 12 or 14 digits are a typed GTIN and 18 an SSCC; a GTIN, spaces and
//     more text are a GTIN with its serial number. 13 digits could be a GTIN or
//     a GLN and are refused;
//   - other text that begins with digits is an element string.
//
// White space around the text is dropped before anything else, so the offsets
// of an Error count from the first character that isn't.
func Parse(input string) (Scan, error) { return Options{}.Parse(input) }

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
	case s[0] == separator, s[0] == '^' && o.CaretIsFNC1:
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
	return Scan{}, refuse(RuleUnrecognised, s, "", 0, "this is no element string, bracketed text, Digital Link, EPC URN or number")
}

// parseDigits reads text that begins with a digit.
func (o Options) parseDigits(s string) (Scan, *Error) {
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

// parseSymbology reads text that begins with a symbology identifier.
func (o Options) parseSymbology(s string) (Scan, *Error) {
	if carriesElements(s) {
		return o.elementScan(s)
	}
	if len(s) < 3 {
		return Scan{}, refuse(RuleSymbology, s, "symbology identifier", 0, "the symbology identifier is cut off")
	}
	symbology, rest := s[:3], s[3:]
	switch symbology {
	case "]E0", "]E4", "]I1":
		return o.parsePlainCode(s, symbology, rest)
	case "]d1", "]Q1", "]J0":
		if webScheme(rest) == 0 {
			return Scan{}, refuse(RuleSymbology, s, "symbology identifier", 0, "the code isn't in GS1 mode and holds no web address")
		}
		scan, err := o.linkScan(rest)
		if err != nil {
			return Scan{}, err.within(s, err.Where, 3)
		}
		scan.Symbology = symbology
		return scan, nil
	}
	return Scan{}, refuse(RuleSymbology, s, "symbology identifier", 0, "this symbology identifier isn't that of a GS1 code")
}

// parsePlainCode reads an EAN-13 or UPC (13 digits), EAN-8 or ITF-14 code, and
// the element string of a composite component after "|]e0".
func (o Options) parsePlainCode(input, symbology, rest string) (Scan, *Error) {
	digits, composite, _ := strings.Cut(rest, "|")
	want := map[string]int{"]E0": 13, "]E4": 8, "]I1": 14}[symbology]
	if err := digitsWithCheck(digits, "GTIN", want); err != nil {
		return Scan{}, err.within(input, "GTIN", len(symbology))
	}
	gtin, _ := parseGTIN(digits)
	scan := Scan{Form: ElementString, Symbology: symbology, Elements: []Element{{"01", string(gtin)}}}
	if composite == "" {
		return scan, nil
	}
	if !strings.HasPrefix(composite, "]e0") {
		return Scan{}, refuse(RuleSymbology, input, "symbology identifier", len(input)-len(composite), "the composite component must begin with ]e0")
	}
	text := input
	if o.CaretIsFNC1 {
		text = strings.ReplaceAll(text, "^", string(rune(separator)))
	}
	var err *Error
	scan.Elements, err = readElements(scan.Elements, text, len(text)-len(composite)+3)
	return scan, err
}
