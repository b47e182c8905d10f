package traceview

import (
	"errors"
	"slices"
	"strings"

	"pedigree/domain/trace/traceview/verdict"
	"pedigree/format/gs1"
)

// readItem finds the one thing that a text names, or says why it names none.
func readItem(text string, b verdict.Basis) (string, *verdict.Fact) {
	path, err := itemPath(text)
	if err == nil && isObject([]byte(path)) {
		return path, nil
	}
	f := verdict.New(verdict.RuleUnreadable, "", "The text names no single thing with an identity of its own.", b)
	var refused *gs1.Error
	if errors.As(err, &refused) {
		f.Text, f.Next, f.Basis.Evidence = sentence(refused.Text), refused.Remedy, refused.Rule
	} else if err != nil {
		f.Text = sentence(err.Error())
	}
	rule := f.Basis.Evidence
	switch trimmed := strings.TrimSpace(text); {
	case trimmed == "":
		f.Text, f.Next = "Nothing was read.", "scan the code on the pack again"
	case webPage(trimmed):
		f.Text = "This is an address of a web page, as leaflets and advertisements have it, and names no pack."
		f.Next = "scan the square code (DataMatrix) beside the pack's GTIN, serial number, lot and expiry date"
	case err == nil && strings.HasPrefix(path, "/414/"):
		f.Text, f.Next = "This code names a place, not goods.", "scan the code on the pack"
	case rule == gs1.RuleUnrecognised:
		f.Text = "This is no code of a pack, case or pallet."
	case elements(trimmed) && (slices.Contains(runTogether, rule) || runsOn(trimmed)):
		f.Text = "The elements of this code run into each other: the separators between them (FNC1) are missing, or a character was misread. " + f.Text
		f.Next = "type what is printed on the pack, as (01)GTIN(21)SERIAL; if it happens with each code, have the reader set to send the separator (byte 1D)"
	case rule == gs1.RuleCheckDigit, rule == gs1.RuleAmbiguous && !ean(trimmed):
		if rule == gs1.RuleAmbiguous {
			f.Text = "This looks like an EAN code, and its check digit is wrong."
		}
		f.Text += " A digit was misread or mistyped."
		f.Next = "scan the code again, or compare each digit with the print on the pack"
	default:
		alone(text, &f)
	}
	return "", &f
}

// runTogether are the rules that a code breaks when its separators are lost.
var runTogether = []string{gs1.RuleUnknownAI, gs1.RuleRepeatedAI, gs1.RuleLotLength, gs1.RuleSerialLength, gs1.RuleLength, gs1.RuleMissingAI, gs1.RuleDate}

// elements tells whether a text is what a reader sends of a GS1 code: no brackets, no
// address, and a product or logistic unit at its beginning.
func elements(text string) bool {
	if strings.HasPrefix(text, "]") && len(text) > 3 {
		text = text[3:]
	}
	text = strings.TrimPrefix(text, "\x1d")
	return len(text) > 18 && (strings.HasPrefix(text, "01") || strings.HasPrefix(text, "00"))
}

// runsOn tells whether a code can be read, and its lot may hold the serial number too.
func runsOn(text string) bool {
	scan, err := gs1.Parse(text)
	return err == nil && swallowed(scan, text)
}

// ean tells whether a text is an EAN code with a right check digit.
func ean(text string) bool {
	_, err := gs1.ParseGTIN(text)
	return err == nil
}

// webPage tells whether a text is the address of a page that names nothing.
func webPage(text string) bool {
	if strings.HasPrefix(text, "]") && len(text) > 3 {
		text = text[3:]
	}
	lower := strings.ToLower(text)
	if !strings.HasPrefix(lower, "http://") && !strings.HasPrefix(lower, "https://") && !strings.HasPrefix(lower, "www.") {
		return false
	}
	scan, err := gs1.Parse(text)
	return err != nil || len(scan.Elements) == 0
}

// alone says of a code without a serial number which product it names.
func alone(text string, f *verdict.Fact) {
	path, ok := codeOfProduct(text)
	if !ok {
		return
	}
	f.Text = "This code names a product, GTIN " + productOf(path) + ", and no single pack: it has no serial number."
	f.Next = "scan the square code (DataMatrix) on the same pack; where nobody has to trace the product, enter why in the catalogue"
	f.Command = "pedigree product duty " + productOf(path)
}
