package catalogview

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"pedigree/format/gs1"
)

// The fields of a product.
const (
	FieldNDC          = "ndc"
	FieldName         = "name"
	FieldStrength     = "strength"
	FieldForm         = "form"
	FieldNetContent   = "net-content"
	FieldPackage      = "package" // the package in the words of a list
	FieldManufacturer = "manufacturer"
	FieldOwner        = "owner"    // whose label it is
	FieldPackager     = "packager" // who packs it, where that is another
	FieldDuty         = "duty"     // code of a ground for which the law's duties don't hold
	FieldRight        = "right"    // of a conflict: a manufacturer who has no right to the number
)

// What stands beside a claim that the law's duties don't hold: what shows it, and who
// entered it. They are no fields of a product.
const (
	whySaid = "duty-why"
	bySaid  = "duty-by"
)

// Fields are the fields that a source can fill, in the order in which they are shown.
var Fields = []string{FieldNDC, FieldName, FieldStrength, FieldForm, FieldNetContent, FieldPackage, FieldManufacturer, FieldOwner, FieldPackager, FieldDuty}

// compared are the fields in which sources that differ are a conflict. Sizes are not:
// each source counts another level of the same package.
var compared = []string{FieldNDC, FieldName, FieldStrength, FieldForm, FieldManufacturer, FieldOwner, FieldPackager, FieldDuty}

// Values are what one source says of a product, by field. An empty value says nothing.
type Values map[string]string

// check refuses values that can't be kept.
func (v Values) check() error {
	for field, text := range v {
		switch {
		case !slices.Contains(Fields, field):
			return invalid("a product has no field %q; the fields are %s", field, strings.Join(Fields, ", "))
		case !fit(text):
			return invalid("the %s has more than %d bytes, or characters that can't be printed or that turn the direction of writing", field, valueBytesMax)
		}
	}
	if v[FieldNDC] != "" && len(ndcForms(v[FieldNDC])) == 0 {
		return invalid("%q is no National Drug Code: write it with its hyphens, or as ten or eleven digits", v[FieldNDC])
	}
	if code := v[FieldDuty]; code != "" {
		if g, known := GroundOf(code); !known || g.Of != OfProduct {
			return invalid("%q is no ground for which a product is outside the duties; docs/reference/duty.md lists them", code)
		}
	}
	return nil
}

// fit tells whether a text may be kept and shown.
func fit(s string) bool {
	return len(s) <= valueBytesMax && utf8.ValidString(s) && !strings.ContainsFunc(s, func(r rune) bool {
		return r == utf8.RuneError || unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r)
	})
}

// clean leaves out what can't be kept, and the words that programs write for nothing.
func clean(s string) string {
	s = strings.Join(strings.Fields(s), " ")
	switch strings.ToLower(s) {
	case "null", "n/a", "none", "-":
		return ""
	}
	if !fit(s) {
		return ""
	}
	return s
}

// same tells whether two values mean the same: spaces, case and the way in which
// letters are encoded don't count, nor does "per one" behind a unit. Units are not
// converted.
func same(field, a, b string) bool {
	if field == FieldNDC {
		theirs := ndcForms(b)
		return slices.ContainsFunc(ndcForms(a), func(s string) bool { return slices.Contains(theirs, s) })
	}
	return normal(field, a) == normal(field, b)
}

func normal(field, s string) string {
	s = strings.ToLower(norm.NFC.String(strings.Join(strings.Fields(s), " ")))
	if field != FieldStrength {
		return s
	}
	parts := strings.Split(s, ";")
	for i, p := range parts {
		parts[i] = strings.ReplaceAll(strings.TrimSuffix(strings.TrimSpace(p), "/1"), " ", "")
	}
	return strings.Join(parts, ";")
}

// ndcForms are the ten digits that a National Drug Code can mean, one unless it is
// written as the eleven digits of the billing form.
func ndcForms(s string) (list []string) {
	if n, err := gs1.ParseNDC(s); err == nil {
		return []string{n.NDC10()}
	}
	digits := s
	if len(s) == 13 && s[5] == '-' && s[10] == '-' {
		digits = s[:5] + s[6:10] + s[11:]
	}
	if strings.ContainsFunc(digits, func(r rune) bool { return r < '0' || r > '9' }) {
		return nil
	}
	switch len(digits) {
	case 10:
		return []string{digits}
	case 11:
		for _, zero := range []int{0, 5, 9} {
			if digits[zero] == '0' {
				list = append(list, digits[:zero]+digits[zero+1:])
			}
		}
	}
	return list
}
