package proof

import (
	"fmt"
	"strings"
)

// Identity is what an identifier path names: GS1 application identifier 01
// with 21 (a serialised trade item) or 00 (a logistic unit).
type Identity struct {
	GTIN   string // 14 digits, or empty
	Serial string // percent-encoded as in the path; only with a GTIN
	SSCC   string // 18 digits, or empty
}

// ParseIdentity reads /01/<GTIN>/21/<serial> or /00/<SSCC>, the canonical GS1
// Digital Link path without domain, and checks the check digit. A serial number
// has one spelling only: with two, one package could be stated twice and no
// Duplicate be proved.
func ParseIdentity(path string) (Identity, error) {
	parts := strings.Split(path, "/")
	switch {
	case len(path) > IDSizeMax:
	case len(parts) == 5 && parts[0] == "" && parts[1] == "01" && parts[3] == "21" && isSerial(parts[4]) && checkedDigits(parts[2], 14):
		return Identity{GTIN: parts[2], Serial: parts[4]}, nil
	case len(parts) == 3 && parts[0] == "" && parts[1] == "00" && checkedDigits(parts[2], 18):
		return Identity{SSCC: parts[2]}, nil
	}
	return Identity{}, fmt.Errorf("couldn't read %q as an identifier: it must be /01/, 14 digits, /21/ and a serial number, or /00/ and 18 digits, with right check digits", path)
}

// serialMax is the length of GS1 AI (21) before it is percent-encoded.
const serialMax = 20

// isSerial reports whether s is a serial number as a path spells it: characters of
// the GS1 set 82, those that RFC 3986 does not call unreserved as a percent sign
// and two upper-case digits.
func isSerial(s string) bool {
	n := 0
	for ; len(s) > 0; n++ {
		switch c := s[0]; {
		case c >= '0' && c <= '9', c >= 'A' && c <= 'Z', c >= 'a' && c <= 'z', c == '-', c == '.', c == '_':
			s = s[1:]
		case len(s) >= 3 && strings.Contains(serialEscapes, s[:3]):
			s = s[3:]
		default:
			return false
		}
	}
	return n > 0 && n <= serialMax
}

// serialEscapes are the escapes of ! " % & ' ( ) * + , / : ; < = > ?
const serialEscapes = "%21%22%25%26%27%28%29%2A%2B%2C%2F%3A%3B%3C%3D%3E%3F"

// checkedDigits reports whether s has n digits of which the last is the GS1 check
// digit of the others.
func checkedDigits(s string, n int) bool {
	if len(s) != n {
		return false
	}
	sum := 0
	for i := range s {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
		weight := 1
		if (n-i)%2 == 0 {
			weight = 3
		}
		sum += weight * int(s[i]-'0')
	}
	return sum%10 == 0
}

// companyDigits are the digits of a GTIN that begin with a GS1 company prefix:
// without the indicator digit before them and the check digit after them.
func companyDigits(gtin string) string { return gtin[1:13] }
