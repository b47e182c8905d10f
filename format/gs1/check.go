package gs1

import "strings"

// Check is a rule for the content of a component, beyond its characters and
// length.
type Check uint8

// The checks of the GS1 syntax dictionary.
const (
	checkDigit         Check = iota + 1 // mod-10 check digit in last place
	checkPair                           // pair of check characters (mod 1021) in last place
	prefixFirst                         // begins with a GS1 company prefix
	prefixSecond                        // a GS1 company prefix from the second digit on
	dateDay0                            // YYMMDD where day 00 is the last of the month
	dateYYMMDD                          // YYMMDD
	dateYYYYMMDD                        // YYYYMMDD
	timeHHMM                            // hour and minute
	hour                                // 00 to 23
	minute                              // 00 to 59
	second                              // 00 to 59
	countryNumber                       // ISO 3166 number
	countryNumberOr999                  // ISO 3166 number, or 999 for several
	countryLetters                      // ISO 3166 two letters
	currencyNumber                      // ISO 4217 number
	sex                                 // ISO 5218: 0, 1, 2 or 9
	percentText                         // percent signs begin escapes
	yesNo                               // 0 or 1
	hyphen                              // the sign of a temperature below zero
	importerIndex                       // base64url character (EU 2018/574)
	packageType                         // UN/ECE recommendation 21 with GS1's additions
	mediaType                           // ICCBBA medium of an identification
	positionInSequence                  // "1/2"
	nonZero                             // not all zeros
	winding                             // 0, 1 or 9
	zero                                // all zeros
	pieceOfTotal                        // two digits each, neither zero, piece within total
	iban                                // ISO 13616 account number, mod 97
	noLeadingZero                       // doesn't begin with zero, unless it is "0"
	hasNonDigit                         // holds a character that is no digit
	coupon                              // North American coupon, its required fields
	couponOffer                         // North American positive offer file coupon
	latitude                            // at most 1800000000
	longitude                           // at most 3600000000
)

// checkNames are the names the syntax dictionary gives the checks, in the order
// of the constants.
var checkNames = [...]string{
	"", "csum", "csumalpha", "gcppos1", "gcppos2", "yymmd0", "yymmdd", "yyyymmdd", "hhmi", "hh", "mi", "ss",
	"iso3166", "iso3166999", "iso3166alpha2", "iso4217", "iso5218", "pcenc", "yesno", "hyphen", "importeridx",
	"packagetype", "mediatype", "posinseqslash", "nonzero", "winding", "zero", "pieceoftotal", "iban",
	"nozeroprefix", "hasnondigit", "couponcode", "couponposoffer", "latitude", "longitude",
}

// String is the name of the check in the GS1 syntax dictionary.
func (c Check) String() string { return checkNames[c] }

// shortestPrefix is the fewest digits any GS1 company prefix has.
const shortestPrefix = 4

// apply makes the check; the offsets of its error are in s.
func (c Check) apply(s string) *Error {
	switch c {
	case checkDigit:
		return wrongCheckDigit(s, "")
	case prefixFirst:
		return prefixAt(s, 0)
	case prefixSecond:
		return prefixAt(s, 1)
	case dateDay0:
		_, err := parseDate(s, ReferenceYear, true)
		return err
	case dateYYMMDD:
		_, err := parseDate(s, ReferenceYear, false)
		return err
	case dateYYYYMMDD:
		return longDate(s)
	case timeHHMM, hour, minute, second:
		return c.applyTime(s)
	case checkPair:
		return wrongCheckPair(s)
	case iban:
		return wrongIBAN(s)
	case coupon, couponOffer:
		return wrongCoupon(s, c == couponOffer)
	}
	if c.listed() {
		return c.applyList(s)
	}
	return c.applyText(s)
}

func prefixAt(s string, at int) *Error {
	if len(s) < at+shortestPrefix {
		return refuse(RuleLength, s, "", len(s), "the value is too short to hold a GS1 company prefix")
	}
	if i := firstNonDigit(s[at : at+shortestPrefix]); i >= 0 {
		return refuse(RuleDigits, s, "", at+i, "only digits may stand in the GS1 company prefix")
	}
	return nil
}

func longDate(s string) *Error {
	year := twoDigits(s, 0)*100 + twoDigits(s, 2)
	if _, err := DateOf(year, twoDigits(s, 4), twoDigits(s, 6)); err != nil {
		return refuse(RuleDate, s, "", 0, "there is no such day")
	}
	return nil
}

func (c Check) applyTime(s string) *Error {
	most := 59
	if c == hour || c == timeHHMM {
		most = 23
	}
	if n := twoDigits(s, 0); n > most {
		return refuse(RuleTime, s, "", 0, s[:2]+" is more than "+itoa(most))
	}
	if c == timeHHMM && twoDigits(s, 2) > 59 {
		return refuse(RuleTime, s, "", 2, s[2:4]+" is more than 59")
	}
	return nil
}

// applyText makes the checks that are a condition on the text alone.
func (c Check) applyText(s string) *Error {
	ok, text := true, ""
	switch c {
	case percentText:
		if at := badEscape(s); at >= 0 {
			return refuse(RulePercent, s, "", at, "the percent sign isn't followed by two hexadecimal digits")
		}
	case sex:
		ok, text = s == "0" || s == "1" || s == "2" || s == "9", "the code is 0, 1, 2 or 9"
	case yesNo:
		ok, text = s == "0" || s == "1", "the code is 0 (no) or 1 (yes)"
	case hyphen:
		ok, text = s == "-", "only a hyphen may stand here"
	case importerIndex:
		ok, text = classOf[s[0]]&set64 != 0 && s != "=", "the importer index is a letter, a digit, - or _"
	case mediaType:
		n := twoDigits(s, 0)
		ok, text = n >= 1 && n <= 10 || n >= 80, "the medium is 01 to 10 or 80 to 99"
	case positionInSequence:
		ok, text = isPosition(s), "a position is written 1/2, without zeros in front, and within the total"
	case nonZero:
		ok, text = strings.Trim(s, "0") != "", "the number may not be zero"
	case zero:
		ok, text = strings.Trim(s, "0") == "", "only zeros may stand here"
	case winding:
		ok, text = s == "0" || s == "1" || s == "9", "the winding direction is 0, 1 or 9"
	case pieceOfTotal:
		piece, total := twoDigits(s, 0), twoDigits(s, 2)
		ok, text = piece > 0 && piece <= total, "the piece is numbered from 01 to the total"
	case noLeadingZero:
		ok, text = s == "0" || s[0] != '0', "the number may not begin with zero"
	case hasNonDigit:
		ok, text = firstNonDigit(s) >= 0, "the value may not be digits alone"
	case latitude:
		ok, text = s <= "1800000000", "the latitude is at most 1800000000"
	case longitude:
		ok, text = s <= "3600000000", "the longitude is at most 3600000000"
	}
	if ok {
		return nil
	}
	return refuse(RuleValue, s, "", 0, text)
}

func badEscape(s string) int {
	for i := 0; i < len(s); i++ {
		if s[i] != '%' {
			continue
		}
		if _, ok := unhex(s, i+1); !ok {
			return i
		}
	}
	return -1
}

func isPosition(s string) bool {
	position, total, ok := strings.Cut(s, "/")
	if !ok || !allDigits(position) || !allDigits(total) || position[0] == '0' || total[0] == '0' {
		return false
	}
	return len(position) < len(total) || len(position) == len(total) && position <= total
}
