package sheet

// commas may separate cells; the first one does where none stands out.
const commas = ",;\t|"

// commaOf finds what separates the cells of a first line: what stands there most often
// outside quotes.
func commaOf(head []byte) rune {
	counts := map[rune]int{}
	quoted := false
	for _, r := range string(head) {
		switch {
		case r == '"':
			quoted = !quoted
		case r == '\n' && !quoted:
			return mostOf(counts)
		case !quoted:
			counts[r]++
		}
	}
	return mostOf(counts)
}

func mostOf(counts map[rune]int) rune {
	best := rune(commas[0])
	for _, r := range commas[1:] {
		if counts[r] > counts[best] {
			best = r
		}
	}
	return best
}
