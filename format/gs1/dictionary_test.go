package gs1

import (
	"fmt"
	"os"
	"regexp"
	"sort"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"pedigree/internal/sharedtest"
)

// dictionaryRow writes a row of the table as the syntax dictionary does, with
// one space between parts.
func dictionaryRow(spec AISpec) string {
	parts := []string{spec.AI}
	flags := ""
	if spec.Predefined {
		flags += "*"
	}
	if spec.Attribute {
		flags += "?"
	}
	if flags != "" {
		parts = append(parts, flags)
	}
	for _, c := range spec.Components {
		text := fmt.Sprintf("%c%d", c.Type, c.Max)
		if c.Min != c.Max {
			text = fmt.Sprintf("%c..%d", c.Type, c.Max)
		}
		if c.Optional {
			text = "[" + text + "]"
		}
		for _, check := range c.Checks {
			text += "," + check.String()
		}
		parts = append(parts, text)
	}
	var attributes []string
	if spec.Requires != "" {
		attributes = append(attributes, "req="+spec.Requires)
	}
	if spec.Excludes != "" {
		attributes = append(attributes, "ex="+spec.Excludes)
	}
	switch {
	case spec.Qualifiers != "":
		attributes = append(attributes, "dlpkey="+spec.Qualifiers)
	case spec.Key:
		attributes = append(attributes, "dlpkey")
	}
	sort.Strings(attributes)
	parts = append(parts, attributes...)
	row := strings.Join(parts, " ")
	if spec.Title != "" {
		row += " # " + spec.Title
	}
	return row
}

// readDictionary returns the rows of the published dictionary, ranges written
// out, by AI.
func readDictionary(t *testing.T) map[string]string {
	t.Helper()
	text, err := os.ReadFile(sharedtest.Path(t, "epcis", "gs1-syntax", "gs1-syntax-dictionary.txt"))
	if err != nil {
		t.Fatal(err)
	}
	rows := map[string]string{}
	line := regexp.MustCompile(`^(\d+)(?:-(\d+))?\s+(.*)$`)
	for _, l := range strings.Split(string(text), "\n") {
		m := line.FindStringSubmatch(l)
		if m == nil {
			continue
		}
		rest := sortedAttributes(m[3])
		last := m[1]
		if m[2] != "" {
			last = m[2]
		}
		for n := number(m[1]); n <= number(last); n++ {
			ai := zeroFilled(n, len(m[1]))
			rows[ai] = ai + " " + rest
		}
	}
	return rows
}

// sortedAttributes puts the attributes of a row, whose order means nothing, in
// the order of the alphabet.
func sortedAttributes(rest string) string {
	body, title, titled := strings.Cut(rest, " # ")
	var parts, attributes []string
	for _, f := range strings.Fields(body) {
		if strings.HasPrefix(f, "req=") || strings.HasPrefix(f, "ex=") || strings.HasPrefix(f, "dlpkey") {
			attributes = append(attributes, f)
			continue
		}
		parts = append(parts, f)
	}
	sort.Strings(attributes)
	row := strings.Join(append(parts, attributes...), " ")
	if titled {
		row += " # " + strings.TrimSpace(title)
	}
	return row
}

func TestTableIsTheSyntaxDictionary(t *testing.T) {
	got := map[string]string{}
	for _, spec := range ais.specs {
		got[spec.AI] = dictionaryRow(spec)
	}
	want := readDictionary(t)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("the table differs from the dictionary (-dictionary +table):\n%s", diff)
	}
	t.Logf("%d application identifiers agree", len(want))
}

func TestTableIsSound(t *testing.T) {
	seen := map[string]bool{}
	for _, spec := range ais.specs {
		if seen[spec.AI] {
			t.Errorf("AI %s is there twice", spec.AI)
		}
		seen[spec.AI] = true
		if got := ais.lengths[number(spec.AI[:2])]; int(got) != len(spec.AI) {
			t.Errorf("AI %s has %d digits, others that begin with %s have %d", spec.AI, len(spec.AI), spec.AI[:2], got)
		}
		optional := false
		for i, c := range spec.Components {
			if c.Min != c.Max && i != len(spec.Components)-1 {
				t.Errorf("AI %s varies in length before its last component", spec.AI)
			}
			if optional && !c.Optional {
				t.Errorf("AI %s has a component that must follow one that may be missing", spec.AI)
			}
			optional = c.Optional
			if spec.Predefined && c.Min != c.Max {
				t.Errorf("AI %s is of predefined length but varies", spec.AI)
			}
		}
	}
}
