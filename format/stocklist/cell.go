package stocklist

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"pedigree/format/gs1"
)

// bare takes a cell out of what programs wrap around it: spaces, the ="..." and the
// apostrophe with which numbers are kept as text, and the words for nothing.
func bare(text string) string {
	text = strings.TrimFunc(text, func(r rune) bool { return unicode.IsSpace(r) || r == '\u00a0' || r == '\ufeff' || r == '\u200b' })
	if inner, ok := strings.CutPrefix(text, `="`); ok && strings.HasSuffix(inner, `"`) {
		text = strings.TrimSuffix(inner, `"`)
	}
	text = strings.TrimPrefix(text, "'")
	switch strings.ToLower(text) {
	case "null", "(null)", "none", "nil", "n/a", "na", "-", "--", "nan":
		return ""
	}
	return text
}

// isFormula tells a formula, and the mark of one that failed. A code that a reader
// wrote begins with ]d2 or a bracket, and a serial number may have any sign in it.
func isFormula(text string) bool {
	if strings.HasPrefix(text, "=") || strings.HasPrefix(text, "@") {
		return true
	}
	return len(text) > 1 && text[0] == '#' && (text[1] == '#' || strings.HasSuffix(text, "!") || strings.HasSuffix(text, "?") || text == "#N/A")
}

// damaged says what a spreadsheet did to a number, or "".
func damaged(text string) string {
	digits, rest := leadingDigits(text)
	if digits == 0 || rest == "" {
		return ""
	}
	body, exponent, scientific := strings.Cut(strings.ToUpper(text), "E+")
	if scientific && isNumber(body) && onlyDigits(exponent) && exponent != "" {
		return fmt.Sprintf("%s is a number that a spreadsheet has rounded: its last digits are lost", quoted(text))
	}
	if (rest[0] == '.' || rest[0] == ',') && strings.Trim(rest[1:], "0") == "" && len(rest) > 1 {
		return fmt.Sprintf("%s is a number with decimals that a program has added", quoted(text))
	}
	return ""
}

func leadingDigits(text string) (n int, rest string) {
	for n < len(text) && text[n] >= '0' && text[n] <= '9' {
		n++
	}
	return n, text[n:]
}

func onlyDigits(text string) bool {
	_, rest := leadingDigits(text)
	return rest == ""
}

// isNumber tells 1, 1.23 and 1,23.
func isNumber(text string) bool {
	n, rest := leadingDigits(text)
	return n > 0 && (rest == "" || (rest[0] == '.' || rest[0] == ',') && len(rest) > 1 && onlyDigits(rest[1:]))
}

// digits reads a number with a check digit that must have one of some lengths. A number
// that is shorter has lost zeros.
func (w *row) digits(c Column, rule string, text string, longest int, lengths ...int) (string, bool) {
	text = strings.NewReplacer(" ", "", "\u00a0", "").Replace(text)
	if why := damaged(text); why != "" {
		return "", w.out(RuleDamagedNumber, c, why)
	}
	if !onlyDigits(text) {
		return "", w.out(rule, c, fmt.Sprintf("%s has something other than digits in it", quoted(text)))
	}
	for _, n := range lengths {
		if len(text) == n {
			return text, true
		}
	}
	if len(text) < longest {
		return "", w.out(RuleLostZeros, c, fmt.Sprintf("%s has %d digits where %d are needed", quoted(text), len(text), longest))
	}
	return "", w.out(rule, c, fmt.Sprintf("%s has %d digits where %d are needed", quoted(text), len(text), longest))
}

// rounded tells a number whose check digit is wrong because a spreadsheet kept only its
// first 15 digits.
func rounded(text string) bool { return len(text) > 15 && strings.Trim(text[15:], "0") == "" }

// product reads the GTIN, or makes it of a National Drug Code.
func (w *row) product() bool {
	if text := w.cell[ColumnGTIN]; text != "" {
		digits, ok := w.digits(ColumnGTIN, RuleGTIN, text, 14, 8, 12, 13, 14)
		if !ok {
			return false
		}
		gtin, err := gs1.ParseGTIN(digits)
		if err != nil {
			return w.out(RuleGTIN, ColumnGTIN, reasonOf(err))
		}
		w.line.GTIN = string(gtin)
		return true
	}
	text := w.cell[ColumnNDC]
	if why := damaged(text); why != "" {
		return w.out(RuleDamagedNumber, ColumnNDC, why)
	}
	ndc, err := gs1.ParseNDC(text)
	if err != nil {
		switch {
		case onlyDigits(text) && len(text) == 10:
			return w.out(RuleNDC, ColumnNDC, fmt.Sprintf("%s may be ten digits, or eleven of which a spreadsheet has cut off a zero", quoted(text)))
		case onlyDigits(text) && len(text) < 10:
			return w.out(RuleLostZeros, ColumnNDC, fmt.Sprintf("%s has %d digits where ten or eleven are needed", quoted(text), len(text)))
		}
		if ndc, err = gs1.SplitNDC11(text, w.options.Labelers); err != nil {
			return w.out(RuleNDC, ColumnNDC, reasonOf(err))
		}
	}
	gtin, err := gs1.GTINFromNDC(0, ndc.NDC10())
	if err != nil {
		return w.out(RuleNDC, ColumnNDC, reasonOf(err))
	}
	w.line.GTIN = string(gtin)
	return true
}

// sscc reads the number of a logistic unit into a path.
func (w *row) sscc(c Column, into *string) bool {
	text := w.cell[c]
	if digits, ok := strings.CutPrefix(text, "(00)"); ok {
		text = digits
	}
	digits, ok := w.digits(c, RuleSSCC, text, 18, 18)
	if !ok {
		return false
	}
	path, err := gs1.SSCCPath(gs1.SSCC(digits))
	if err != nil {
		if rounded(digits) {
			return w.out(RuleDamagedNumber, c, fmt.Sprintf("of %s a spreadsheet has kept 15 digits and put zeros for the rest", quoted(digits)))
		}
		return w.out(RuleSSCC, c, reasonOf(err))
	}
	*into = path
	return true
}

// inside reads what the thing is in. A cell that can't be read doesn't keep it out.
func (w *row) inside() {
	c, text := ColumnInside, w.cell[ColumnInside]
	if text == "" && w.line.GTIN != "" {
		c, text = ColumnSSCC, w.cell[ColumnSSCC]
	}
	if text == "" {
		return
	}
	before := w.fault
	var path string
	if onlyDigits(text) || damaged(text) != "" || strings.HasPrefix(text, "(00)") {
		if !w.sscc(c, &path) {
			w.note(RuleInside, c, w.fault.Text)
			w.fault = before
			return
		}
	} else {
		scan, err := gs1.Parse(text)
		if err == nil {
			path, err = scan.Path()
		}
		if err != nil || !strings.HasPrefix(path, "/00/") && !strings.Contains(path, "/21/") {
			w.note(RuleInside, c, fmt.Sprintf("%s is no SSCC and no serialised case", quoted(text)))
			return
		}
	}
	if path == w.line.Path {
		w.note(RuleInside, c, "it would be in itself")
		return
	}
	w.line.In = path
}

// origin reads from where a thing came and where it is.
func (w *row) origin() {
	w.gln(ColumnPlace, RulePlace, &w.line.Place)
	w.gln(ColumnSellerGLN, RuleSeller, &w.line.SellerGLN)
	seller := w.cell[ColumnSeller]
	if w.line.SellerGLN == "" && len(seller) == 13 && onlyDigits(seller) {
		w.cell[ColumnSellerGLN] = seller
		w.gln(ColumnSellerGLN, RuleSeller, &w.line.SellerGLN)
		seller = ""
	}
	w.text(ColumnSeller, seller, &w.line.Seller)
	w.text(ColumnReference, w.cell[ColumnReference], &w.line.Reference)
	if text := w.cell[ColumnReceived]; text != "" {
		day, rule, why := readDay(text)
		if rule != "" {
			w.note(RuleReceived, ColumnReceived, why)
			return
		}
		w.line.Received = day
	}
}

func (w *row) gln(c Column, rule string, into *string) {
	text := w.cell[c]
	if text == "" {
		return
	}
	gln, err := gs1.ParseGLN(text)
	if err != nil {
		w.note(rule, c, reasonOf(err))
		return
	}
	*into = string(gln)
}

// text takes a name: one that a screen would show otherwise than it stands is left out.
func (w *row) text(c Column, text string, into *string) {
	if len(text) > textBytesMax || text != shown(text) {
		w.note(RuleText, c, "it is too long, or has characters that aren't shown")
		return
	}
	*into = text
}

// shown leaves out what a screen does not show, or shows elsewhere.
func shown(text string) string {
	return strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) || r == utf8.RuneError {
			return -1
		}
		return r
	}, text)
}

// quoted repeats the beginning of a cell.
func quoted(text string) string {
	if runes := []rune(text); len(runes) > quotedMax {
		return fmt.Sprintf("%q…", string(runes[:quotedMax]))
	}
	return fmt.Sprintf("%q", text)
}
