package gs1

import "strings"

// parseSymbology reads text that begins with a symbology identifier (ISO/IEC
// 15424; GS1 General Specifications, section 5).
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
			return Scan{}, refuse(RuleSymbology, s, "symbology identifier", 0, "the code isn't in GS1 mode (no FNC1 in first place) and holds no web address")
		}
		scan, err := o.linkScan(rest)
		if err != nil {
			return Scan{}, err.within(s, err.Where, 3)
		}
		scan.Symbology = symbology
		return scan, nil
	}
	return Scan{}, notGS1Code(s)
}

// carriesElements says whether the symbology identifier is that of GS1-128,
// DataMatrix, QR, DataBar or DotCode in GS1 mode.
func carriesElements(input string) bool {
	if len(input) < 3 {
		return false
	}
	switch input[:3] {
	case "]C1", "]d2", "]Q3", "]e0", "]J1":
		return true
	}
	return false
}

// notGS1Code names the code where it is one that is taken for a GS1 code.
func notGS1Code(input string) *Error {
	text := "this symbology identifier isn't that of a GS1 code"
	switch {
	case strings.HasPrefix(input, "]E") || strings.HasPrefix(input, "]I1"):
		text = "the code holds a bare GTIN, or a GTIN and an add-on: it has no element strings"
	case strings.HasPrefix(input, "]C"):
		text = "the code is a Code 128 without FNC1 in first place; a GS1-128 sends ]C1"
	case strings.HasPrefix(input, "]d"):
		text = "the code is a DataMatrix that isn't in GS1 mode; a GS1 DataMatrix sends ]d2"
	case strings.HasPrefix(input, "]Q"):
		text = "the code is a QR code that isn't in GS1 mode; a GS1 QR code sends ]Q3"
	case strings.HasPrefix(input, "]I"):
		text = "the reader didn't check the check digit of the ITF code; an ITF-14 sends ]I1"
	case strings.HasPrefix(input, "]e"):
		text = "only the first data part of a DataBar or composite code (]e0) holds element strings"
	}
	return refuse(RuleSymbology, input, "symbology identifier", 0, text)
}

// plainLength is how many digits a code that carries a bare GTIN has: EAN-13
// (UPC, with a zero in front), EAN-8 and ITF-14.
func plainLength(symbology string, digits int) int {
	switch {
	case symbology == "]E4":
		return 8
	case symbology == "]I1":
		return 14
	case digits == 12: // a UPC from a reader that keeps the zero back
		return 12
	}
	return 13
}

// parsePlainCode reads an EAN-13 or UPC, EAN-8 or ITF-14 code, and the element
// string of a composite component after "|]e0".
func (o Options) parsePlainCode(input, symbology, rest string) (Scan, *Error) {
	digits, composite, _ := strings.Cut(rest, "|")
	if err := digitsWithCheck(digits, "GTIN", plainLength(symbology, len(digits))); err != nil {
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
	at := len(input) - len(composite) + len("]e0")
	var err *Error
	scan.Elements, err = readElements(scan.Elements, input[:at]+o.withSeparators(input[at:]), at)
	return scan, err
}
