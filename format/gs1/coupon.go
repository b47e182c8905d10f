package gs1

// couponReader walks the fields of a North American coupon code, each of fixed
// length or led by a digit that gives its length.
type couponReader struct {
	text string
	at   int
	bad  string
}

func (r *couponReader) fixed(n int, what string) string {
	if r.bad != "" {
		return ""
	}
	if len(r.text)-r.at < n {
		r.bad = "the " + what + " is cut off"
		return ""
	}
	r.at += n
	return r.text[r.at-n : r.at]
}

// counted reads a field whose first digit, from least to most, plus base is the
// number of digits that follow.
func (r *couponReader) counted(least, most byte, base int, what string) {
	length := r.fixed(1, what)
	if r.bad != "" {
		return
	}
	if length[0] < least || length[0] > most {
		r.at--
		r.bad = "the length of the " + what + " is wrong"
		return
	}
	r.fixed(int(length[0]-'0')+base, what)
}

// wrongCoupon reads the fields every coupon has. The optional fields of AI 8110
// that follow them are taken as they are.
func wrongCoupon(s string, offerFile bool) *Error {
	if i := firstNonDigit(s); i >= 0 {
		return refuse(RuleDigits, s, "", i, "only digits may stand in a coupon code")
	}
	r := couponReader{text: s}
	if offerFile {
		if format := r.fixed(1, "format"); r.bad == "" && format > "1" {
			return refuse(RuleValue, s, "", 0, "the coupon format is 0 or 1")
		}
	}
	r.counted('0', '6', 6, "company prefix")
	r.fixed(6, "offer code")
	if offerFile {
		r.counted('0', '9', 6, "serial number")
		if r.bad == "" && r.at < len(s) {
			r.bad = "there is more after the serial number"
		}
	} else {
		r.counted('1', '5', 0, "save value")
		r.counted('1', '5', 0, "purchase requirement")
		code := r.fixed(1, "purchase requirement code")
		if r.bad == "" && code > "4" && code != "9" {
			r.bad = "the purchase requirement code is 0 to 4 or 9"
		}
		r.fixed(3, "purchase family code")
	}
	if r.bad != "" {
		return refuse(RuleValue, s, "", r.at, r.bad)
	}
	return nil
}
