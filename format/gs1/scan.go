package gs1

// Form says how a scan was written.
type Form int

// The forms Parse recognises.
const (
	ElementString Form = iota + 1 // AIs and values as a barcode holds them
	Bracketed                     // AIs in brackets, as printed under a barcode
	DigitalLink                   // a web address, or its path alone
	EPCURN                        // urn:epc:…
	Typed                         // bare numbers typed by a person
)

// String names the form.
func (f Form) String() string {
	switch f {
	case ElementString:
		return "element string"
	case Bracketed:
		return "bracketed"
	case DigitalLink:
		return "Digital Link"
	case EPCURN:
		return "EPC URN"
	case Typed:
		return "typed"
	}
	return "unknown"
}

// Element is one application identifier with its value, the value decoded.
type Element struct {
	AI, Value string
}

// Scan is what a code, address or text says, each element checked on its own.
type Scan struct {
	Form      Form
	Symbology string    // "]d2" and the like; "" when the reader sent none
	Elements  []Element // in the order they came in
	Prefix    string    // the GS1 company prefix where the form tells it (an EPC URN), else ""
}

// Value returns the value of an application identifier.
func (s Scan) Value(ai string) (string, bool) {
	for i := range s.Elements {
		if s.Elements[i].AI == ai {
			return s.Elements[i].Value, true
		}
	}
	return "", false
}

// GTIN returns the GTIN (AI 01).
func (s Scan) GTIN() (GTIN, bool) {
	v, ok := s.Value("01")
	return GTIN(v), ok
}

// Serial returns the serial number (AI 21).
func (s Scan) Serial() (string, bool) { return s.Value("21") }

// Lot returns the batch or lot number (AI 10).
func (s Scan) Lot() (string, bool) { return s.Value("10") }

// Expiry returns the expiry date (AI 17, or the date of AI 7003), its century
// resolved by ParseDate.
func (s Scan) Expiry() (Date, bool) {
	v, ok := s.Value("17")
	if !ok {
		if v, ok = s.Value("7003"); !ok || len(v) < 6 {
			return Date{}, false
		}
		v = v[:6]
	}
	d, err := ParseDate(v)
	return d, err == nil
}

// SSCC returns the SSCC (AI 00).
func (s Scan) SSCC() (SSCC, bool) {
	v, ok := s.Value("00")
	return SSCC(v), ok
}

// GLN returns the GLN of a place (AI 414), or else of a party (AI 417).
func (s Scan) GLN() (GLN, bool) {
	v, ok := s.Value("414")
	if !ok {
		v, ok = s.Value("417")
	}
	return GLN(v), ok
}
