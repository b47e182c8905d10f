package gs1

// AISpec is what the standard says about one application identifier. The rows
// are facts of the GS1 General Specifications (section 3) and of the GS1 syntax
// dictionary; the four lists are in the aitable_*.go files. To teach this
// package a new identifier, add a row.
type AISpec struct {
	AI         string // "01"
	last       string // for a row that stands for a range, its last AI
	Title      string // the data title printed on labels: "GTIN"
	Predefined bool   // of predefined length: no separator (FNC1) follows it
	Attribute  bool   // may stand in the query of a Digital Link
	Components []Component
	Requires   string // AIs one group of which must be present: "01+21,02,35nn"
	Excludes   string // AIs that may not be present: "255,37"
	Key        bool   // may begin the path of a Digital Link
	Qualifiers string // ordered qualifiers of the key, alternatives by "|": "22,10,21|235"
}

// Component is one part of an element's value. Only the last may vary in
// length, and no part that must be there follows one that may be missing.
type Component struct {
	Type     byte // 'N' digits, 'X' CSET 82, 'Y' CSET 39, 'Z' base64url
	Min, Max int  // in characters
	Optional bool
	Checks   []Check // made in order
}

func num(n int, checks ...Check) Component        { return Component{'N', n, n, false, checks} }
func numUpto(n int, checks ...Check) Component    { return Component{'N', 1, n, false, checks} }
func txt(n int, checks ...Check) Component        { return Component{'X', n, n, false, checks} }
func txtUpto(n int, checks ...Check) Component    { return Component{'X', 1, n, false, checks} }
func cpiUpto(n int, checks ...Check) Component    { return Component{'Y', 1, n, false, checks} }
func base64Upto(n int, checks ...Check) Component { return Component{'Z', 1, n, false, checks} }

func opt(c Component) Component {
	c.Optional = true
	return c
}

// aiTable finds the row of an AI. The first two digits say how long an AI is,
// so its number alone is the index.
type aiTable struct {
	specs   []AISpec
	row     [10000]uint16 // index into specs plus one, by the AI's number
	lengths [100]uint8    // digits of the AIs that begin with these two; 0: none do
}

var ais = buildAITable(shortAIs, measureAIs, attributeAIs, specialAIs)

func buildAITable(lists ...[]AISpec) *aiTable {
	t := &aiTable{}
	for _, list := range lists {
		for _, spec := range list {
			t.add(spec)
		}
	}
	return t
}

func (t *aiTable) add(spec AISpec) {
	first := number(spec.AI)
	last := first
	if spec.last != "" {
		last = number(spec.last)
	}
	width := len(spec.AI)
	spec.last = ""
	for n := first; n <= last; n++ {
		spec.AI = zeroFilled(n, width)
		t.specs = append(t.specs, spec)
		t.row[n] = uint16(len(t.specs))
		t.lengths[number(spec.AI[:2])] = uint8(width)
	}
}

func number(digits string) int {
	n := 0
	for i := 0; i < len(digits); i++ {
		n = n*10 + int(digits[i]-'0')
	}
	return n
}

func zeroFilled(n, width int) string {
	s := itoa(n)
	return "0000"[:width-len(s)] + s
}

// prefixed returns the row of the AI that s begins with, or nil.
func (t *aiTable) prefixed(s string) *AISpec {
	if len(s) < 2 || s[0]-'0' > 9 || s[1]-'0' > 9 {
		return nil
	}
	width := int(t.lengths[twoDigits(s, 0)])
	if width == 0 || len(s) < width {
		return nil
	}
	n := twoDigits(s, 0)
	for i := 2; i < width; i++ {
		if s[i]-'0' > 9 {
			return nil
		}
		n = n*10 + int(s[i]-'0')
	}
	row := t.row[n]
	if row == 0 {
		return nil
	}
	return &t.specs[row-1]
}

// exact returns the row of the AI that is all of s, or nil.
func (t *aiTable) exact(s string) *AISpec {
	spec := t.prefixed(s)
	if spec == nil || len(spec.AI) != len(s) {
		return nil
	}
	return spec
}

// LookupAI returns what the standard says about an application identifier.
func LookupAI(ai string) (AISpec, bool) {
	spec := ais.exact(ai)
	if spec == nil {
		return AISpec{}, false
	}
	return *spec, true
}
