package gs1

import "strings"

// NDC is a US National Drug Code with its parts known: labeler, product and
// package, of 4-4-2, 5-3-2 or 5-4-1 digits (21 CFR 207.33).
type NDC struct {
	Labeler, Product, Package string
}

// ParseNDC reads a National Drug Code with hyphens: 4-4-2, 5-3-2 or 5-4-1.
func ParseNDC(s string) (NDC, error) {
	if len(s) != 12 {
		return NDC{}, refuse(RuleNDC, clip(s), "NDC", min(len(s), 12), "ten digits and two hyphens are needed")
	}
	labeler, rest, _ := strings.Cut(s, "-")
	product, pack, _ := strings.Cut(rest, "-")
	n := NDC{labeler, product, pack}
	if !allDigits(labeler) || !allDigits(product) || !allDigits(pack) || !knownSplit(len(labeler), len(product)) {
		return NDC{}, refuse(RuleNDC, s, "NDC", 0, "the parts aren't 4-4-2, 5-3-2 or 5-4-1 digits")
	}
	return n, nil
}

func knownSplit(labeler, product int) bool {
	return labeler == 4 && product == 4 || labeler == 5 && (product == 3 || product == 4)
}

// String writes the code with its hyphens.
func (n NDC) String() string { return n.Labeler + "-" + n.Product + "-" + n.Package }

// NDC10 is the ten digits without hyphens, as a GTIN holds them.
func (n NDC) NDC10() string { return n.Labeler + n.Product + n.Package }

// NDC11 is the eleven digits of the billing form, 5-4-2 without hyphens: the
// short part is filled with a zero on the left.
func (n NDC) NDC11() string {
	return zeros(n.Labeler, 5) + zeros(n.Product, 4) + zeros(n.Package, 2)
}

func zeros(s string, width int) string { return "00000"[:max(0, width-len(s))] + s }

// NDC11 turns a hyphenated National Drug Code into the eleven digits of the
// 5-4-2 form.
func NDC11(hyphenated string) (string, error) {
	n, err := ParseNDC(hyphenated)
	if err != nil {
		return "", err
	}
	return n.NDC11(), nil
}

// SplitNDC11 turns the eleven digits of the billing form, with or without the
// hyphens of 5-4-2, back into the code as registered: one of the three parts has
// a zero in front that isn't its own. Where only one part begins with zero that
// is certain; otherwise the labeler table, which may be nil, must decide, and
// where it can't the error is gs1/ndc-split-unknown.
func SplitNDC11(ndc11 string, labelers LabelerTable) (NDC, error) {
	s := ndc11
	if len(s) == 13 && s[5] == '-' && s[10] == '-' {
		s = s[:5] + s[6:10] + s[11:]
	}
	if len(s) != 11 || !allDigits(s) {
		return NDC{}, refuse(RuleNDC, clip(ndc11), "NDC", 0, "eleven digits are needed, or 5-4-2 with hyphens")
	}
	labeler, product, pack := s[:5], s[5:9], s[9:]
	var all, known []NDC
	for _, n := range [...]NDC{{labeler[1:], product, pack}, {labeler, product[1:], pack}, {labeler, product, pack[1:]}} {
		if n.NDC11() != s {
			continue
		}
		all = append(all, n)
		if labelers == nil {
			continue
		}
		if digits, ok := labelers.ProductDigits(n.Labeler); ok && digits == len(n.Product) {
			known = append(known, n)
		}
	}
	switch {
	case len(known) == 1:
		return known[0], nil
	case len(all) == 1:
		return all[0], nil
	case len(all) == 0:
		return NDC{}, refuse(RuleNDC, clip(ndc11), "NDC", 0, "none of the parts begins with the zero that fills it")
	}
	return NDC{}, refuse(RuleNDCSplit, ndc11, "NDC", 0, "the zero in front of the labeler, the product or the package can be the one that fills it")
}

// NDC10FromGTIN returns the ten digits of the National Drug Code inside a GTIN
// (digits 4 to 13, after an indicator and "03"), and false where it holds none.
// A GTIN of that shape is a US drug's by GS1's allocation, but not every US
// drug has a GTIN of that shape.
func NDC10FromGTIN(g GTIN) (string, bool) {
	if len(g) != 14 || g[1] != '0' || g[2] != '3' || !allDigits(string(g)) {
		return "", false
	}
	return string(g[3:13]), true
}

// GTINFromNDC makes the GTIN of a National Drug Code, given as ten digits
// without hyphens, at a packaging level: indicator 0 for the unit, 1 to 8 above.
func GTINFromNDC(indicator int, ndc10 string) (GTIN, error) {
	if len(ndc10) != 10 || !allDigits(ndc10) {
		return "", refuse(RuleNDC, clip(ndc10), "NDC", 0, "ten digits without hyphens are needed")
	}
	if indicator < 0 || indicator > 8 {
		return "", refuse(RuleValue, itoa(indicator), "indicator", 0, "the indicator digit of a drug pack is 0 to 8")
	}
	s := itoa(indicator) + "03" + ndc10
	return GTIN(s + string(mod10(s))), nil
}

// LabelerTable knows the configuration each labeler registered: for a labeler
// code of 4 or 5 digits, how many digits its product codes have.
type LabelerTable interface {
	ProductDigits(labeler string) (int, bool)
}

// Labelers is a LabelerTable held in memory: labeler code to the number of
// digits of its product codes.
type Labelers map[string]int

// ProductDigits returns the digits of the labeler's product codes.
func (l Labelers) ProductDigits(labeler string) (int, bool) {
	n, ok := l[labeler]
	return n, ok
}

// SplitNDC puts the hyphens into ten digits. Only the labeler table can say
// where they go; where it knows neither reading, or both, the answer is the
// error gs1/ndc-split-unknown.
func SplitNDC(ndc10 string, labelers LabelerTable) (NDC, error) {
	if len(ndc10) != 10 || !allDigits(ndc10) {
		return NDC{}, refuse(RuleNDC, clip(ndc10), "NDC", 0, "ten digits without hyphens are needed")
	}
	var found []NDC
	for labeler := 4; labeler <= 5; labeler++ {
		product, ok := labelers.ProductDigits(ndc10[:labeler])
		if ok && knownSplit(labeler, product) {
			found = append(found, NDC{ndc10[:labeler], ndc10[labeler : labeler+product], ndc10[labeler+product:]})
		}
	}
	switch len(found) {
	case 1:
		return found[0], nil
	case 2:
		return NDC{}, refuse(RuleNDCSplit, ndc10, "NDC", 0, "both "+found[0].String()+" and "+found[1].String()+" fit the labeler table")
	}
	return NDC{}, refuse(RuleNDCSplit, ndc10, "NDC", 0, "the labeler table holds neither "+ndc10[:4]+" nor "+ndc10[:5])
}
