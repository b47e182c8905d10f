package keys

import (
	"errors"
	"fmt"
	"strings"

	"pedigree/proof"
)

// A sheet is a custody seed of 32 bytes as nine lines of nine characters, to be
// printed and typed back. Lines 1 to 8 carry four bytes of the seed each, line 9
// binds them and the organisation together.
//
// A line is a word of a Reed-Solomon code over the field of 32 elements: seven
// characters of five bits, and two that make the word vanish at a and at a squared.
// Any one or two wrong characters are found for certain, so any two that changed
// places as well. The seven hold the line's place (three bits) and 32 bits, so a
// line in another's place is found too.
const (
	seedLines = 8
	lineData  = 7
	lineChars = 9
)

// SheetLines is how many lines a sheet has.
const SheetLines = 9

// sheetTag marks the hash of which line 9 carries the first bytes.
const sheetTag = "pedigree/custody-sheet/1"

// digits are Crockford's: no I, L, O and U.
const digits = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

// ErrSheet says that a sheet, or a line of it, wasn't typed as it was printed.
var ErrSheet = errors.New("this isn't what the sheet says")

// Sheet returns the nine lines of a seed, without their numbers, in groups of three.
func Sheet(organisation string, seed [32]byte) []string {
	var lines []string
	for i := range seedLines {
		lines = append(lines, sheetLine(i, [4]byte(seed[4*i:])))
	}
	return append(lines, sheetLine(0, bindingOf(organisation, seed)))
}

// bindingOf is what line 9 carries: 32 bits that depend on the whole seed.
func bindingOf(organisation string, seed [32]byte) [4]byte {
	h := proof.TaggedHash(sheetTag, append(seed[:], organisation...))
	return [4]byte(h[:4])
}

// sheetLine writes a place below eight and four bytes.
func sheetLine(place int, b [4]byte) string {
	bits := uint64(place)<<32 | uint64(b[0])<<24 | uint64(b[1])<<16 | uint64(b[2])<<8 | uint64(b[3])
	var word [lineChars]byte
	for i := range lineData {
		word[i] = byte(bits>>(5*(lineData-1-i))) & 31
	}
	check(&word)
	var out strings.Builder
	for i, v := range word {
		if i > 0 && i%3 == 0 {
			out.WriteByte(' ')
		}
		out.WriteByte(digits[v])
	}
	return out.String()
}

// ParseSheetLine reads one line as a person types it: small letters, spaces and
// hyphens anywhere, I and L for 1, O for 0. number counts from 1.
func ParseSheetLine(number int, text string) (b [4]byte, err error) {
	word, err := typed(number, text)
	if err != nil {
		return b, err
	}
	if at, ok := wrongAt(word); !ok {
		where := "at least two characters are wrong or have changed places"
		if at > 0 {
			where = fmt.Sprintf("look at character %d, it may be the wrong one", at)
		}
		return b, fmt.Errorf("line %d: %w: %s; compare it with the sheet and type it again", number, ErrSheet, where)
	}
	var bits uint64
	for _, v := range word[:lineData] {
		bits = bits<<5 | uint64(v)
	}
	place := (number - 1) % seedLines // line 9 stands for itself by its contents
	if got := int(bits >> 32); got != place {
		return b, fmt.Errorf("line %d: %w: it is line %d", number, ErrSheet, got+1)
	}
	return [4]byte{byte(bits >> 24), byte(bits >> 16), byte(bits >> 8), byte(bits)}, nil
}

// typed turns the characters into the field's elements.
func typed(number int, text string) (word [lineChars]byte, err error) {
	n := 0
	for _, r := range strings.ToUpper(text) {
		switch r {
		case ' ', '-', '\t', '\r':
			continue
		case 'I', 'L':
			r = '1'
		case 'O':
			r = '0'
		}
		v := strings.IndexRune(digits, r)
		if v < 0 {
			return word, fmt.Errorf("line %d: %w: no sheet has the character %q", number, ErrSheet, r)
		}
		if n < lineChars {
			word[n] = byte(v)
		}
		n++
	}
	if n != lineChars {
		return word, fmt.Errorf("line %d: %w: it has %d characters, and must have %d", number, ErrSheet, n, lineChars)
	}
	return word, nil
}

// ParseSheet reads all nine lines. organisation is the id that the sheet names.
func ParseSheet(organisation, text string) (seed [32]byte, err error) {
	if len(text) > sheetBytesMax {
		return seed, fmt.Errorf("couldn't read the sheet: it has more than %d bytes", sheetBytesMax)
	}
	lines := strings.FieldsFunc(text, func(r rune) bool { return r == '\n' })
	if len(lines) != SheetLines {
		return seed, fmt.Errorf("couldn't read the sheet: %w: %d lines, and it must have %d; type the lines alone, without their numbers", ErrSheet, len(lines), SheetLines)
	}
	var parsed [SheetLines][4]byte
	for i, line := range lines {
		if parsed[i], err = ParseSheetLine(i+1, line); err != nil {
			return [32]byte{}, fmt.Errorf("couldn't read the sheet: %w", err)
		}
		if i < seedLines {
			copy(seed[4*i:], parsed[i][:])
		}
	}
	if bindingOf(organisation, seed) != parsed[seedLines] {
		return [32]byte{}, fmt.Errorf("couldn't read the sheet: %w: its lines don't belong together, or not to %s; are they all from one sheet of this organisation?", ErrSheet, organisation)
	}
	return seed, nil
}
