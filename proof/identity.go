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
// Digital Link path without domain, and checks the check digit.
func ParseIdentity(path string) (Identity, error) {
	parts := strings.Split(path, "/")
	switch {
	case len(path) > IDSizeMax:
	case len(parts) == 5 && parts[0] == "" && parts[1] == "01" && parts[3] == "21" && parts[4] != "" && checkedDigits(parts[2], 14):
		return Identity{GTIN: parts[2], Serial: parts[4]}, nil
	case len(parts) == 3 && parts[0] == "" && parts[1] == "00" && checkedDigits(parts[2], 18):
		return Identity{SSCC: parts[2]}, nil
	}
	return Identity{}, fmt.Errorf("couldn't read %q as an identifier: it must be /01/, 14 digits, /21/ and a serial number, or /00/ and 18 digits, with right check digits", path)
}

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
