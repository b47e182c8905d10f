package gs1

// GTIN identifies a trade item: always 14 digits, shorter ones filled with
// zeros on the left.
type GTIN string

// SSCC identifies one logistic unit: 18 digits.
type SSCC string

// GLN identifies a place or a party: 13 digits.
type GLN string

// ParseGTIN reads a GTIN of 8, 12, 13 or 14 digits and checks its check digit.
func ParseGTIN(s string) (GTIN, error) {
	g, err := parseGTIN(s)
	if err != nil {
		return "", err
	}
	return g, nil
}

func parseGTIN(s string) (GTIN, *Error) {
	switch n := len(s); n {
	case 8, 12, 13, 14:
		if err := digitsWithCheck(s, "GTIN", n); err != nil {
			return "", err
		}
		return GTIN("00000000000000"[:14-n] + s), nil
	case 0:
		return "", refuse(RuleEmpty, s, "GTIN", 0, "the GTIN is empty")
	}
	if i := firstNonDigit(s); i >= 0 {
		return "", refuse(RuleDigits, clip(s), "GTIN", i, "only digits may stand in a GTIN")
	}
	return "", refuse(RuleLength, clip(s), "GTIN", min(len(s), 14), "a GTIN has 8, 12, 13 or 14 digits, not "+itoa(len(s)))
}

// Indicator is the first of the 14 digits: 0 for a base item, 1 to 8 for a
// packaging level, 9 for a variable measure.
func (g GTIN) Indicator() byte { return g[0] }

// IsGTIN8 says whether the GTIN is one of 8 digits, which holds no GS1 company
// prefix.
func (g GTIN) IsGTIN8() bool { return len(g) == 14 && g[:6] == "000000" }

// NDC10 returns the ten digits of the US National Drug Code inside the GTIN,
// and false where it holds none.
func (g GTIN) NDC10() (string, bool) { return NDC10FromGTIN(g) }

// ParseSSCC reads the 18 digits of an SSCC and checks its check digit.
func ParseSSCC(s string) (SSCC, error) {
	if err := digitsWithCheck(s, "SSCC", 18); err != nil {
		return "", err
	}
	return SSCC(s), nil
}

// ParseGLN reads the 13 digits of a GLN and checks its check digit.
func ParseGLN(s string) (GLN, error) {
	if err := digitsWithCheck(s, "GLN", 13); err != nil {
		return "", err
	}
	return GLN(s), nil
}
