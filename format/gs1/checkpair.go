package gs1

import "strings"

// pairPrimes weigh the characters from right to left (GS1 General
// Specifications, section 7.9.5, which foresees values of up to 25 characters).
var pairPrimes = [...]int{2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83}

const (
	// pairValues holds CSET 82 in the order of its values, pairAlphabet the 32
	// characters a check character is one of.
	pairValues   = "!\"%&'()*+,-./0123456789:;<=>?ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz"
	pairAlphabet = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
	pairModulus  = 1021
)

// CheckCharacters computes the pair of check characters that ends a global
// model number (AI 8013): up to 23 characters of CSET 82.
func CheckCharacters(value string) (string, error) {
	if len(value) > len(pairPrimes) {
		return "", refuse(RuleLength, clip(value), "", len(pairPrimes), "at most "+itoa(len(pairPrimes))+" characters come before the check characters")
	}
	sum := 0
	for i := 0; i < len(value); i++ {
		v := strings.IndexByte(pairValues, value[i])
		if v < 0 {
			return "", refuse(RuleCharset, value, "", i, "the character "+quoteByte(value, i)+" may not stand here")
		}
		sum += v * pairPrimes[len(value)-1-i]
	}
	sum %= pairModulus
	return string([]byte{pairAlphabet[sum>>5], pairAlphabet[sum&31]}), nil
}

func wrongCheckPair(s string) *Error {
	at := len(s) - 2
	if at < 0 {
		return refuse(RuleLength, s, "", 0, "the value is too short to end in two check characters")
	}
	if want, err := CheckCharacters(s[:at]); err != nil || want != s[at:] {
		return refuse(RuleCheckCharacters, s, "", at, "the check characters are "+s[at:]+" but the other characters ask for "+want)
	}
	return nil
}

// shortestIBAN is the fewest characters an account number with its country and
// check digits is taken to have.
const shortestIBAN = 11

func wrongIBAN(s string) *Error {
	if len(s) < shortestIBAN {
		return refuse(RuleLength, s, "", len(s), "the value is too short for an IBAN")
	}
	if err := countryLetters.apply(s[:2]); err != nil {
		return err
	}
	rest := 0
	turned := s[4:] + s[:4]
	for i := 0; i < len(turned); i++ {
		switch c := turned[i]; {
		case c >= '0' && c <= '9':
			rest = (rest*10 + int(c-'0')) % 97
		case c >= 'A' && c <= 'Z':
			rest = (rest*100 + int(c-'A') + 10) % 97
		default:
			return refuse(RuleCharset, s, "", (i+4)%len(s), "the character "+quoteByte(turned, i)+" may not stand in an IBAN")
		}
	}
	if rest != 1 {
		return refuse(RuleCheckDigit, s, "", 2, "the check digits of the IBAN are wrong")
	}
	return nil
}
