package gs1

import (
	"strings"
	"testing"
)

func TestParseGTINFillsShortOnesWithZeros(t *testing.T) {
	for in, want := range map[string]GTIN{
		"02345673":       "00000002345673",
		"416000336108":   "00416000336108",
		"2112345678900":  "02112345678900",
		"00300010123455": "00300010123455",
	} {
		got, err := ParseGTIN(in)
		if err != nil || got != want {
			t.Errorf("%s: got %s, %v, want %s", in, got, err, want)
		}
	}
}

func TestKeysRefuseEveryOtherCheckDigit(t *testing.T) {
	for _, c := range []struct {
		name, key string
		parse     func(string) error
	}{
		{"GTIN", "00300010123455", func(s string) error { return errOf(ParseGTIN(s)) }},
		{"SSCC", "103000102345678901", func(s string) error { return errOf(ParseSSCC(s)) }},
		{"GLN", "0300010000015", func(s string) error { return errOf(ParseGLN(s)) }},
	} {
		if err := c.parse(c.key); err != nil {
			t.Errorf("%s: %v", c.name, err)
		}
		body, right := c.key[:len(c.key)-1], c.key[len(c.key)-1]
		for digit := byte('0'); digit <= '9'; digit++ {
			if digit != right && c.parse(body+string(digit)) == nil {
				t.Errorf("%s %s%c is accepted", c.name, body, digit)
			}
		}
		for _, wrong := range []string{"", body, c.key + "0", strings.Repeat("x", len(c.key)), c.key[:3] + "\x1d" + c.key[4:]} {
			if c.parse(wrong) == nil {
				t.Errorf("%s %q is accepted", c.name, wrong)
			}
		}
	}
}

func TestCheckDigitIsOneOfTheDigits(t *testing.T) {
	for digits, want := range map[string]byte{"0030001012345": '5', "1030001012345": '2', "629104150021": '3', "0": '0', "1": '7'} {
		got, err := CheckDigit(digits)
		if err != nil || got != want {
			t.Errorf("%s: got %c, %v, want %c", digits, got, err, want)
		}
	}
	for _, wrong := range []string{"", "12a", strings.Repeat("1", MaxInputBytes+1)} {
		if _, err := CheckDigit(wrong); err == nil {
			t.Errorf("%.20q has a check digit", wrong)
		}
	}
	if _, err := CheckDigit(strings.Repeat("1", MaxInputBytes)); err != nil {
		t.Error(err)
	}
}

func TestLotAndSerialAreLimitedTo20CharactersOfCSET82(t *testing.T) {
	for name, check := range map[string]func(string) error{"lot": CheckLot, "serial": CheckSerial} {
		for _, good := range []string{"1", strings.Repeat("z", 20), "!\"%&'()*+,-./:;<=>?_"} {
			if err := check(good); err != nil {
				t.Errorf("%s %q: %v", name, good, err)
			}
		}
		for _, bad := range []string{"", strings.Repeat("z", 21), "a b", "a#", "a$", "a@", "[", "~", "é", "\x00", "\x1d", "\x7f"} {
			if check(bad) == nil {
				t.Errorf("%s %q is accepted", name, bad)
			}
		}
	}
}

func TestGTINKnowsItsParts(t *testing.T) {
	unit, packCase := GTIN("00300010123455"), GTIN("10300010123452")
	if unit.Indicator() != '0' || packCase.Indicator() != '1' {
		t.Error("the indicator isn't the first digit")
	}
	for _, g := range []GTIN{unit, packCase} {
		if ndc, ok := g.NDC10(); !ok || ndc != "0001012345" {
			t.Errorf("%s holds the NDC %s, %v", g, ndc, ok)
		}
	}
	for _, g := range []GTIN{"04012345111118", "00400010123452", "0030001", ""} {
		if ndc, ok := g.NDC10(); ok {
			t.Errorf("%s holds the NDC %s", g, ndc)
		}
	}
	if !GTIN("00000002345673").IsGTIN8() || unit.IsGTIN8() {
		t.Error("a GTIN-8 isn't told by its six zeros")
	}
}
