package gs1

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"pedigree/internal/sharedtest"
)

// published is a row of the published dictionary, cut up by this test alone.
type published struct {
	ai, flags  string
	components []string
	req, ex    []string
	key        bool
	qualifiers []string // alternatives
}

func readPublished(t *testing.T) []published {
	t.Helper()
	text, err := os.ReadFile(sharedtest.Path(t, "epcis", "gs1-syntax", "gs1-syntax-dictionary.txt"))
	if err != nil {
		t.Fatal(err)
	}
	var rows []published
	line := regexp.MustCompile(`^(\d+)(?:-(\d+))?\s+([*?]*)\s+([NXYZ\[].*)$`)
	for l := range strings.SplitSeq(string(text), "\n") {
		m := line.FindStringSubmatch(l)
		if m == nil {
			continue
		}
		row := published{flags: m[3]}
		body, _, _ := strings.Cut(m[4], "#")
		for _, word := range strings.Fields(body) {
			switch name, value, _ := strings.Cut(word, "="); name {
			case "req":
				row.req = strings.Split(value, ",")
			case "ex":
				row.ex = strings.Split(value, ",")
			case "dlpkey":
				row.key, row.qualifiers = true, strings.Split(value, "|")
			default:
				row.components = append(row.components, word)
			}
		}
		last := m[1]
		if m[2] != "" {
			last = m[2]
		}
		for n := number(m[1]); n <= number(last); n++ {
			row.ai = zeroFilled(n, len(m[1]))
			rows = append(rows, row)
		}
	}
	if len(rows) < 400 {
		t.Fatalf("only %d rows are found in the dictionary", len(rows))
	}
	return rows
}

// samples are right values by the check of the dictionary that asks for more
// than characters and length.
var samples = map[string]string{
	"yymmd0": "270100", "yymmdd": "270131", "yyyymmdd": "20270131", "hhmi": "2359", "hh": "23", "mi": "59", "ss": "59",
	"iso3166": "840", "iso3166999": "999", "iso3166alpha2": "US", "iso4217": "840", "iso5218": "9", "pcenc": "%20", "yesno": "1",
	"hyphen": "-", "importeridx": "A", "packagetype": "200", "mediatype": "80", "posinseqslash": "1/2", "nonzero": "0001", "winding": "9",
	"zero": "0", "pieceoftotal": "0102", "iban": "DE91100000000123456789", "nozeroprefix": "1", "csumalpha": "1987654Ad4X4bL5ttr2310c2K",
	"couponcode": "0123456" + "123456" + "1" + "1" + "1" + "1" + "0" + "123", "couponposoffer": "001234561234560123456", "latitude": "0000000000", "longitude": "3600000000",
}

// sampleOf makes a right value of a component, its shortest or its longest.
func sampleOf(component string, longest bool) string {
	parts := strings.Split(strings.NewReplacer("[", "", "]", "").Replace(component), ",")
	for _, check := range parts[1:] {
		if s, ok := samples[check]; ok {
			if check == "nonzero" {
				return strings.Repeat("9", number(parts[0][1:]))
			}
			return s
		}
	}
	size, variable := strings.CutPrefix(parts[0][1:], "..")
	n := number(size)
	if variable && !longest {
		n = 1
		if strings.Contains(component, "gcppos") {
			n = shortestLicence
		}
	}
	value := strings.Repeat("1", n)
	if strings.Contains(component, ",csum,") {
		value = value[:n-1] + string(mod10(value[:n-1]))
	}
	return value
}

// sampleValue makes a right value of the row.
func (row published) sampleValue(optional, longest bool) string {
	value := ""
	for _, c := range row.components {
		if optional || c[0] != '[' {
			value += sampleOf(c, longest)
		}
	}
	return value
}

func TestEveryComponentOfTheDictionaryIsEnforced(t *testing.T) {
	for _, row := range readPublished(t) {
		for _, value := range []string{row.sampleValue(true, true), row.sampleValue(true, false), row.sampleValue(false, true), row.sampleValue(false, false)} {
			if err := CheckValue(row.ai, value); err != nil {
				t.Errorf("%v", err)
			}
		}
		value := row.sampleValue(true, true)
		if last := row.components[len(row.components)-1]; CheckValue(row.ai, value+strings.Repeat("1", 90)) == nil {
			t.Errorf("AI %s (%s) may be longer", row.ai, last)
		}
		if short := row.sampleValue(false, false); CheckValue(row.ai, short[:len(short)-1]) == nil {
			t.Errorf("AI %s may be %q", row.ai, short[:len(short)-1])
		}
		at := 0
		for _, c := range row.components {
			kind := strings.TrimPrefix(c, "[")[0]
			foreign := map[byte]string{'N': "A", 'X': "~", 'Y': "a", 'Z': "+"}[kind]
			if wrong := value[:at] + foreign + value[at+1:]; CheckValue(row.ai, wrong) == nil {
				t.Errorf("AI %s may be %q", row.ai, wrong)
			}
			at += len(sampleOf(c, true))
		}
	}
}

func TestEveryLinterOfTheDictionaryIsACheck(t *testing.T) {
	made := map[string]bool{}
	for check := checkDigit; check <= longitude; check++ {
		made[check.String()] = true
	}
	for _, row := range readPublished(t) {
		for _, c := range row.components {
			for _, linter := range strings.Split(strings.NewReplacer("[", "", "]", "").Replace(c), ",")[1:] {
				if !made[linter] {
					t.Errorf("AI %s asks for %s, which isn't made", row.ai, linter)
				}
			}
		}
	}
}

func TestEveryFlagOfTheDictionaryIsEnforced(t *testing.T) {
	strict := Options{StrictAttributes: true}
	for _, row := range readPublished(t) {
		value := row.sampleValue(true, true)
		other := Element{"90", "1"}
		if row.ai == "90" {
			other.AI = "91"
		}
		text, err := BuildElementString([]Element{{row.ai, value}, other})
		if err != nil {
			t.Error(err)
			continue
		}
		if separated := strings.Contains(text, "\x1d"); separated == strings.Contains(row.flags, "*") {
			t.Errorf("AI %s, flags %q, is written %q", row.ai, row.flags, text)
		}
		if again, err := ParseElementString(text); err != nil || len(again.Elements) != 2 || again.Elements[0].Value != value {
			t.Errorf("%q is read as %v, %v", text, again.Elements, err)
		}
		link := "/00/103000102345678901?" + row.ai + "=" + EscapePath(value)
		if row.ai == "00" {
			link = "/01/00300010123455?00=103000102345678901"
		}
		if _, err := strict.ParseDigitalLink(link); (err == nil) != strings.Contains(row.flags, "?") {
			t.Errorf("AI %s, flags %q, as an attribute: %v", row.ai, row.flags, err)
		}
	}
}

func TestEveryKeyOfTheDictionaryIsEnforced(t *testing.T) {
	rows := readPublished(t)
	pair := map[string]string{}
	for _, row := range rows {
		pair[row.ai] = "/" + row.ai + "/" + EscapePath(row.sampleValue(true, true))
	}
	for _, row := range rows {
		_, err := ParseDigitalLink(pair[row.ai])
		if (err == nil) != row.key {
			t.Errorf("AI %s as a key: %v", row.ai, err)
		}
		if !row.key {
			continue
		}
		if _, err := ParseDigitalLink(pair[row.ai] + pair["240"]); err == nil {
			t.Errorf("AI 240 may qualify AI %s", row.ai)
		}
		for _, sequence := range row.qualifiers {
			if sequence == "" {
				continue
			}
			forward, backward := pair[row.ai], ""
			list := strings.Split(sequence, ",")
			for _, q := range list {
				forward += pair[q]
				backward = pair[q] + backward
				if _, err := ParseDigitalLink(pair[row.ai] + pair[q]); err != nil {
					t.Error(err)
				}
			}
			if _, err := ParseDigitalLink(forward); err != nil {
				t.Error(err)
			}
			if _, err := ParseDigitalLink(pair[row.ai] + backward); (err == nil) != (len(list) == 1) {
				t.Errorf("the qualifiers of AI %s backwards: %v", row.ai, err)
			}
		}
		if len(row.qualifiers) > 1 {
			mixed := pair[row.ai] + pair[strings.Split(row.qualifiers[0], ",")[0]] + pair[row.qualifiers[1]]
			if _, err := ParseDigitalLink(mixed); err == nil {
				t.Errorf("the alternatives of AI %s may be mixed", row.ai)
			}
		}
	}
}

// aiOf is an AI that a pattern of the dictionary stands for, other than one.
func aiOf(pattern, not string) string {
	for _, spec := range ais.specs {
		if spec.AI != not && matchesAI(pattern, spec.AI) {
			return spec.AI
		}
	}
	return ""
}

func TestEveryAssociationOfTheDictionaryIsEnforced(t *testing.T) {
	// judged returns the rule that refuses the first of the AIs beside the others.
	judged := func(ais ...string) string {
		var scan Scan
		for _, ai := range ais {
			scan.Elements = append(scan.Elements, Element{ai, "1"})
		}
		err := scan.CheckAssociations()
		if err == nil || err.(*Error).Where != "AI "+ais[0] {
			return ""
		}
		return err.(*Error).Rule
	}
	for _, row := range readPublished(t) {
		alone := ""
		if row.req != nil {
			alone = RuleMissingAI
		}
		if got := judged(row.ai); got != alone {
			t.Errorf("AI %s alone is refused by %q, want %q", row.ai, got, alone)
		}
		for _, group := range row.req {
			with := []string{row.ai}
			for _, pattern := range strings.Split(group, "+") {
				with = append(with, aiOf(pattern, row.ai))
			}
			if got := judged(with...); got == RuleMissingAI {
				t.Errorf("AI %s with %s still lacks something", row.ai, group)
			}
			if len(with) > 2 {
				if got := judged(with[:2]...); got != RuleMissingAI {
					t.Errorf("AI %s with half of %s lacks nothing", row.ai, group)
				}
			}
		}
		for _, pattern := range row.ex {
			if other := aiOf(pattern, row.ai); judged(row.ai, other) != RuleExcludedAI {
				t.Errorf("AI %s may stand with AI %s", row.ai, other)
			}
		}
	}
}
