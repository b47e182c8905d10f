package gs1

// CheckDigit computes the GS1 mod-10 check digit ('0' to '9') that follows
// digits: weights 3 and 1 alternate from the right. (GS1 General
// Specifications, section 7.9.)
func CheckDigit(digits string) (byte, error) {
	if digits == "" {
		return 0, refuse(RuleEmpty, digits, "", 0, "there are no digits to compute a check digit of")
	}
	if len(digits) > MaxInputBytes {
		return 0, tooLong(digits)
	}
	if i := firstNonDigit(digits); i >= 0 {
		return 0, refuse(RuleDigits, digits, "", i, "only digits have a check digit")
	}
	return mod10(digits), nil
}

// mod10 takes digits only.
func mod10[T string | []byte](digits T) byte {
	sum, weight := 0, 3
	for i := len(digits) - 1; i >= 0; i-- {
		sum += int(digits[i]-'0') * weight
		weight = 4 - weight
	}
	return byte('0' + (10-sum%10)%10)
}

// digitsWithCheck reads exactly n digits whose last one is the check digit.
func digitsWithCheck(s, where string, n int) *Error {
	if s == "" {
		return refuse(RuleEmpty, s, where, 0, "the "+where+" is empty")
	}
	if i := firstNonDigit(s); i >= 0 {
		return refuse(RuleDigits, clip(s), where, i, "only digits may stand in a "+where)
	}
	if len(s) != n {
		return refuse(RuleLength, clip(s), where, min(len(s), n), "the "+where+" has "+itoa(len(s))+" digits, not "+itoa(n))
	}
	return wrongCheckDigit(s, where)
}

// wrongCheckDigit returns an error unless the last of the digits s is their check digit.
func wrongCheckDigit(s, where string) *Error {
	last := len(s) - 1
	want := mod10(s[:last])
	if s[last] == want {
		return nil
	}
	return refuse(RuleCheckDigit, s, where, last, "the check digit is "+s[last:]+" but the other digits ask for "+string(want))
}

func firstNonDigit(s string) int {
	for i := 0; i < len(s); i++ {
		if s[i]-'0' > 9 {
			return i
		}
	}
	return -1
}

func allDigits(s string) bool { return s != "" && firstNonDigit(s) < 0 }
