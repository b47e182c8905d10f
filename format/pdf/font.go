package pdf

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// font is one of the standard fonts.
type font int

const (
	regular font = iota
	bold
	mono
)

// names of the fonts in the resources of each page, and as readers know them.
var fonts = [...]struct{ name, base string }{
	regular: {"F1", "Helvetica"}, bold: {"F2", "Helvetica-Bold"}, mono: {"F3", "Courier"},
}

// Widths of the characters 0x20 to 0x7E in thousandths of the size (the metrics of
// the standard fonts).
var helvetica = [...]int{
	278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556, 556, 556, 556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556,
	1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556, 833, 722, 778, 667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469, 556,
	333, 556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556, 556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584,
}

const (
	courierWidth = 600
	// widest is taken for characters whose width isn't in the table: nothing in
	// WinAnsiEncoding is wider.
	widest = 1015
	// boldMore is how much wider a bold character is at most, in hundredths.
	boldMore = 125
)

func (f font) width(encoded []byte) int {
	sum := 0
	for _, c := range encoded {
		switch {
		case f == mono:
			sum += courierWidth
		case c >= 0x20 && int(c)-0x20 < len(helvetica):
			sum += helvetica[c-0x20]
		default:
			sum += widest
		}
	}
	if f == bold {
		sum = sum * boldMore / 100
	}
	return sum
}

// beyondLatin1 are the characters of WinAnsiEncoding from 0x80 to 0x9F; 0 marks a
// place that has none.
var beyondLatin1 = [...]rune{
	'€', 0, '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', 0, 'Ž', 0,
	0, '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', 0, 'ž', 'Ÿ',
}

// encode puts text into WinAnsiEncoding.
func encode(text string) []byte {
	out := make([]byte, 0, len(text))
	for i, r := range text {
		c, ok := winAnsi(r)
		switch {
		case ok:
			out = append(out, c)
		case r == utf8.RuneError && !strings.HasPrefix(text[i:], "\uFFFD"):
			out = fmt.Appendf(out, `\x{%02X}`, text[i])
		default:
			out = fmt.Appendf(out, `\u{%04X}`, r)
		}
	}
	return out
}

// visible writes what can't be seen in a text by its number.
func visible(text string) string {
	var out strings.Builder
	for _, r := range text {
		if r == 0xFEFF || !unicode.IsGraphic(r) {
			fmt.Fprintf(&out, `\u{%04X}`, r)
			continue
		}
		out.WriteRune(r)
	}
	return out.String()
}

func winAnsi(r rune) (byte, bool) {
	if r >= 0x20 && r < 0x7F || r >= 0xA1 && r <= 0xFF && r != 0xAD {
		return byte(r), true
	}
	for i, known := range beyondLatin1 {
		if known == r && r != 0 {
			return byte(0x80 + i), true
		}
	}
	return 0, false
}
