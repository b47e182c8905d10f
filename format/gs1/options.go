package gs1

// Options loosens or tightens reading. The zero value reads what the standards
// say today, and takes key qualifiers from the query of a Digital Link too,
// because labels in use have them there.
type Options struct {
	// CaretIsFNC1 reads the character ^ as the separator FNC1, as some scanners
	// are set to send it. ^ can't be part of a value, so nothing is lost.
	CaretIsFNC1 bool
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

// separator is FNC1 as a barcode reader sends it: the group separator.
const separator = '\x1d'
