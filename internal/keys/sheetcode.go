package keys

// The field of 32 elements: polynomials over two elements modulo x^5 + x^2 + 1,
// in which x is a generator, called a below.
const (
	fieldPolynomial = 0x25
	fieldOrder      = 31
)

// times multiplies two elements.
func times(p, q byte) byte {
	var sum byte
	for range 5 {
		if q&1 != 0 {
			sum ^= p
		}
		q >>= 1
		p <<= 1
		if p&32 != 0 {
			p ^= fieldPolynomial
		}
	}
	return sum
}

// power is a to the n-th.
func power(n int) byte {
	v := byte(1)
	for range n % fieldOrder {
		v = times(v, 2)
	}
	return v
}

// at evaluates a word, its first character the highest coefficient.
func at(word [lineChars]byte, x byte) byte {
	var v byte
	for _, c := range word {
		v = times(v, x) ^ c
	}
	return v
}

// check fills in the last two characters, so that the word vanishes at a and at a
// squared: the remainder of the data by (x + a)(x + a^2) = x^2 + (a + a^2)x + a^3.
func check(word *[lineChars]byte) {
	linear, constant := power(1)^power(2), power(3)
	var high, low byte
	for _, c := range word[:lineData] {
		lead := high ^ c
		high, low = low^times(lead, linear), times(lead, constant)
	}
	word[lineData], word[lineData+1] = high, low
}

// wrongAt tells whether a word belongs to the code. If one character in it were
// wrong, it would be the one at the place, counted from 1; 0 says that no single
// one explains it.
func wrongAt(word [lineChars]byte) (place int, ok bool) {
	one, two := at(word, power(1)), at(word, power(2))
	if one == 0 && two == 0 {
		return 0, true
	}
	if one == 0 || two == 0 {
		return 0, false
	}
	// A wrong character e before j others gives e a^j and e a^2j.
	for j := range lineChars {
		if times(one, power(j)) == two {
			return lineChars - j, false
		}
	}
	return 0, false
}
