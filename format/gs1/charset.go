package gs1

import "strconv"

// The three character sets of element strings (GS1 General Specifications,
// section 7.11) and the bytes that a URI or an EPC URN may hold as they are.
const (
	set82      uint8 = 1 << iota // CSET 82: lot, serial and most text
	set39                        // CSET 39: component/part identifiers
	set64                        // base64url: digital signatures
	unreserved                   // RFC 3986: never percent-encoded in a path
	urnEscaped                   // EPC Tag Data Standard: escaped in an EPC URN
	uriByte                      // RFC 3986: may occur anywhere in a URI
	digit                        // 0 to 9
)

const (
	upper   = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	lower   = "abcdefghijklmnopqrstuvwxyz"
	decimal = "0123456789"
	upHex   = "0123456789ABCDEF"

	base64URL = upper + lower + decimal + "-_"
)

var classOf = buildClasses()

func buildClasses() (t [256]uint8) {
	mark := func(class uint8, chars string) {
		for i := 0; i < len(chars); i++ {
			t[chars[i]] |= class
		}
	}
	mark(digit, decimal)
	mark(set82, upper+lower+decimal+"!\"%&'()*+,-./:;<=>?_")
	mark(set39, upper+decimal+"#-/")
	mark(set64, upper+lower+decimal+"-_=")
	mark(unreserved, upper+lower+decimal+"-._~")
	mark(urnEscaped, "\"%&/<>?#")
	mark(uriByte, upper+lower+decimal+"-._~:/?#[]@!$&'()*+,;=%")
	return t
}

// outside is the offset of the first byte of s that isn't in the class, or -1.
func outside(s string, class uint8) int {
	for i := 0; i < len(s); i++ {
		if classOf[s[i]]&class == 0 {
			return i
		}
	}
	return -1
}

// CheckLot says whether lot can be a batch or lot number (AI 10): 1 to 20
// characters of CSET 82.
func CheckLot(lot string) error {
	if err := checkText(lot, "lot", RuleLotLength, MaxLot); err != nil {
		return err
	}
	return nil
}

// CheckSerial says whether serial can be a serial number (AI 21): 1 to 20
// characters of CSET 82.
func CheckSerial(serial string) error {
	if err := checkText(serial, "serial", RuleSerialLength, MaxSerial); err != nil {
		return err
	}
	return nil
}

func checkText(s, where, rule string, limit int) *Error {
	if s == "" {
		return refuse(RuleEmpty, s, where, 0, "the "+where+" is empty")
	}
	if len(s) > limit {
		return refuse(rule, clip(s), where, limit, "the "+where+" has "+itoa(len(s))+" characters, at most "+itoa(limit)+" may stand there")
	}
	if i := outside(s, set82); i >= 0 {
		return refuse(RuleCharset, s, where, i, "the character "+quoteByte(s, i)+" may not stand in a "+where)
	}
	return nil
}

func itoa(n int) string { return strconv.Itoa(n) }

// quoteByte shows the byte at i, escaped when it isn't printable ASCII.
func quoteByte(s string, i int) string { return strconv.QuoteToASCII(s[i : i+1]) }

// clip keeps a refused text from holding on to something huge.
func clip(s string) string {
	if len(s) > MaxInputBytes {
		return s[:MaxInputBytes]
	}
	return s
}

func tooLong(s string) *Error {
	return refuse(RuleTooLong, clip(s), "", MaxInputBytes, "the text has "+itoa(len(s))+" bytes, at most "+itoa(MaxInputBytes)+" are read")
}

func quote(s string) string { return strconv.QuoteToASCII(s) }
