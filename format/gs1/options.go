package gs1

// Options loosens or tightens reading. The zero value reads what the standards
// say today, and takes key qualifiers from the query of a Digital Link too,
// because labels in use have them there. The functions without options read with
// ShortGTIN and AlphaKeys.
type Options struct {
	// FNC1 is the text that stands for the separator FNC1 besides the byte 0x1D,
	// as the reader or the keyboard between was set to send it: "^", "|", "~1",
	// "<GS>", "{GS}", "\u241d". Where it is made of characters a value may hold,
	// such as "<GS>", no value can hold it any more. An Error then counts its
	// offset, and has its Input, with 0x1D in its place.
	FNC1 string
	// ShortGTIN takes a GTIN of 8, 12 or 13 digits in a Digital Link, as its
	// first versions allowed, and fills it with zeros.
	ShortGTIN bool
	// AlphaKeys takes the words of the first Digital Link versions for AIs in
	// the path, as in /gtin/…/lot/…/ser/….
	AlphaKeys bool
	// UnknownAI takes an AI of 2 to 4 digits this package doesn't know in the
	// query of a Digital Link, with up to 90 characters of CSET 82.
	UnknownAI bool
	// StrictAttributes refuses in the query of a Digital Link what belongs in
	// its path, or may not stand in a Digital Link at all.
	StrictAttributes bool
}

// reading is how the functions of the package without options read: today's
// standards, and what the first versions of Digital Link allowed besides.
var reading = Options{ShortGTIN: true, AlphaKeys: true}

// separator is FNC1 as a barcode reader sends it: the group separator.
const separator = '\x1d'
