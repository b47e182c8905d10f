package sheet

import (
	"strings"
	"unicode/utf8"
)

// high are the characters 0x80 to 0x9f of Windows-1252; 0 is none.
var high = [32]rune{
	'€', 0, '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', 0, 'Ž', 0,
	0, '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', 0, 'ž', 'Ÿ',
}

// Windows1252 turns text of that code page into UTF-8. A byte that means nothing in it
// becomes U+FFFD.
func Windows1252(s string) string {
	if !strings.ContainsFunc(s, func(r rune) bool { return r >= utf8.RuneSelf }) {
		return s
	}
	out := make([]rune, 0, len(s))
	for i := range len(s) {
		r := rune(s[i])
		if r >= 0x80 && r < 0xa0 {
			if r = high[r-0x80]; r == 0 {
				r = utf8.RuneError
			}
		}
		out = append(out, r)
	}
	return string(out)
}

// Formula tells a cell that a spreadsheet takes for a formula by its first character.
func Formula(cell string) bool {
	return cell != "" && strings.ContainsAny(cell[:1], "=+-@\t\r")
}

// Harmless puts an apostrophe before what a spreadsheet would take for a formula, for a
// table that is written for people.
func Harmless(cell string) string {
	if Formula(cell) {
		return "'" + cell
	}
	return cell
}
