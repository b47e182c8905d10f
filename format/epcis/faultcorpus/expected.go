package faultcorpus

import (
	_ "embed"
	"fmt"
	"strings"
)

//go:embed expected.txt
var expectedText string

// Expectation is what must be said of a kind of fault, as expected.txt has it. The
// words of the columns are those of format/dscsa's remedies and of PDG's messages.
type Expectation struct {
	Kind        string
	How         string // how it is spoiled, or comes about
	Category    string // of the exception case
	Array       string // of the exceptions message
	Who         string // mends it
	Blocks      string // what waits
	Words       [][]string
	TwoDocument bool   // goods or a second document show it
	Must        string // what must happen, of a two-document kind
}

const (
	oneColumns = 7
	twoColumns = 8
	twoMark    = "two-document"
)

// Expected reads expected.txt: the kinds that Faulty makes in their order, then
// the two-document ones.
func Expected() ([]Expectation, error) { return parseExpected(expectedText) }

func parseExpected(text string) ([]Expectation, error) {
	var all []Expectation
	for n, line := range strings.Split(text, "\n") {
		if line == "" || line[0] == '#' {
			continue
		}
		c := strings.Split(line, "|")
		for i := range c {
			c[i] = strings.TrimSpace(c[i])
		}
		two := c[0] == twoMark
		if two && len(c) != twoColumns || !two && len(c) != oneColumns {
			return nil, fmt.Errorf("couldn't read expected.txt: line %d has %d columns", n+1, len(c))
		}
		if two {
			c = c[1:]
		}
		x := Expectation{Kind: c[0], How: c[1], Category: c[2], Array: c[3], Who: c[4], Blocks: c[5], TwoDocument: two}
		if two {
			x.Must = c[6]
		} else {
			for word := range strings.SplitSeq(c[6], ",") {
				x.Words = append(x.Words, strings.Split(word, "/"))
			}
		}
		all = append(all, x)
	}
	return all, nil
}
