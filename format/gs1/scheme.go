package gs1

// scheme describes one EPC scheme of the GS1 EPC Tag Data Standard (section 6.3)
// whose identifiers have a GS1 Digital Link form.
type scheme struct {
	kind, name string
	key        string // the primary key AI of the Digital Link form
	digits     int    // digits of company prefix and reference together; 0: the reference is text
	leading    bool   // the reference's first digit goes before the company prefix
	filler     bool   // a zero goes before the company prefix (GRAI)
	pieces     bool   // piece and total, two digits each, follow (ITIP)
	text       uint8  // for a text reference, its character set
	textMax    int    // for a text reference, the longest prefix and reference
	emptyRef   bool   // the reference may be empty
	qualifier  string // the AI of the last part; "" when there is none or it joins the key
	joined     bool   // the last part is appended to the key's value
	last       uint8  // the last part's character set; 0: no last part
	lastMax    int    // its longest length
	lastDigits bool   // it holds digits only
	pattern    bool   // idpat: the last part is "*" and isn't an element
}

const (
	kindID      = "id"
	kindClass   = "class"
	kindPattern = "idpat"
)

// schemes lists the ones that occur in supply chains first. The order of the
// rows of one key matters to URN: the first that fits is taken.
var schemes = []scheme{
	{kind: kindID, name: "sgtin", key: "01", digits: 13, leading: true, qualifier: "21", last: set82, lastMax: MaxSerial},
	{kind: kindID, name: "sscc", key: "00", digits: 17, leading: true},
	{kind: kindID, name: "sgln", key: "414", digits: 12, emptyRef: true, qualifier: "254", last: set82, lastMax: 20},
	{kind: kindClass, name: "lgtin", key: "01", digits: 13, leading: true, qualifier: "10", last: set82, lastMax: MaxLot},
	{kind: kindPattern, name: "sgtin", key: "01", digits: 13, leading: true, pattern: true},
	{kind: kindID, name: "pgln", key: "417", digits: 12, emptyRef: true},
	{kind: kindID, name: "grai", key: "8003", digits: 12, filler: true, emptyRef: true, joined: true, last: set82, lastMax: 16},
	{kind: kindID, name: "giai", key: "8004", text: set82, textMax: 30},
	{kind: kindID, name: "gsrn", key: "8018", digits: 17},
	{kind: kindID, name: "gsrnp", key: "8017", digits: 17},
	{kind: kindID, name: "gdti", key: "253", digits: 12, emptyRef: true, joined: true, last: set82, lastMax: 17},
	{kind: kindID, name: "cpi", key: "8010", text: set39, textMax: 30, qualifier: "8011", last: set39, lastMax: 12, lastDigits: true},
	{kind: kindID, name: "sgcn", key: "255", digits: 12, emptyRef: true, joined: true, last: set39, lastMax: 12, lastDigits: true},
	{kind: kindID, name: "ginc", key: "401", text: set82, textMax: 30, emptyRef: true},
	{kind: kindID, name: "gsin", key: "402", digits: 16},
	{kind: kindID, name: "itip", key: "8006", digits: 13, leading: true, pieces: true, qualifier: "21", last: set82, lastMax: MaxSerial},
	{kind: kindID, name: "upui", key: "01", digits: 13, leading: true, qualifier: "235", last: set82, lastMax: 28},
	{kind: kindPattern, name: "itip", key: "8006", digits: 13, leading: true, pieces: true, pattern: true},
	{kind: kindPattern, name: "upui", key: "01", digits: 13, leading: true, pattern: true},
	{kind: kindPattern, name: "grai", key: "8003", digits: 12, filler: true, emptyRef: true, pattern: true},
	{kind: kindPattern, name: "gdti", key: "253", digits: 12, emptyRef: true, pattern: true},
	{kind: kindPattern, name: "sgcn", key: "255", digits: 12, emptyRef: true, pattern: true},
	{kind: kindPattern, name: "cpi", key: "8010", text: set39, textMax: 30, pattern: true},
}

// form shows the parts of a URN of the scheme.
func (s *scheme) form() string {
	reference := "REFERENCE"
	switch {
	case s.digits == 13:
		reference = "INDICATORANDITEM"
	case s.leading:
		reference = "EXTENSIONANDSERIAL"
	}
	out := "urn:epc:" + s.kind + ":" + s.name + ":COMPANYPREFIX." + reference
	if s.pieces {
		out += ".PIECE.TOTAL"
	}
	switch {
	case s.pattern:
		return out + ".*"
	case s.last == 0:
		return out
	case s.qualifier == "10":
		return out + ".LOT"
	case s.qualifier == "254":
		return out + ".EXTENSION, whose extension is 0 where there is none"
	}
	return out + ".SERIAL"
}

func schemeOf(kind, name string) *scheme {
	for i := range schemes {
		if schemes[i].name == name && schemes[i].kind == kind {
			return &schemes[i]
		}
	}
	return nil
}

// parts counts the parts after the scheme's name.
func (s *scheme) parts() int {
	n := 2
	if s.pieces {
		n += 2
	}
	if s.last != 0 || s.pattern {
		n++
	}
	return n
}
