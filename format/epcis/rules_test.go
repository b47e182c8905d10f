package epcis_test

import (
	"errors"
	"flag"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"pedigree/format/epcis"
	"pedigree/format/gs1"
	"pedigree/internal/pagetest"
)

var update = flag.Bool("update", false, "write docs/reference/rules.md anew")

var ruleCode = regexp.MustCompile(`^(epcis|structure|gs1|cbv|dscsa)/[a-z0-9-]+$`)

// emitted lists the codes that the package's source names outside the catalogue.
func emitted(t *testing.T) map[string]string {
	t.Helper()
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	codes := map[string]string{}
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") || strings.HasPrefix(name, "rules") {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(f, func(n ast.Node) bool {
			lit, ok := n.(*ast.BasicLit)
			if !ok || lit.Kind != token.STRING {
				return true
			}
			if s, err := strconv.Unquote(lit.Value); err == nil && ruleCode.MatchString(s) {
				codes[s] = name
			}
			return true
		})
	}
	return codes
}

func TestEveryCodeHasARule(t *testing.T) {
	codes := emitted(t)
	if len(codes) < 100 {
		t.Fatalf("only %d codes were found in the source", len(codes))
	}
	for code, file := range codes {
		if _, ok := epcis.FindRule(code); !ok {
			t.Errorf("%s gives %s, which has no rule: add it to Rules, with a sample", file, code)
		}
	}
	seen := map[string]bool{}
	last := ""
	for _, r := range epcis.Rules {
		if codes[r.Code] == "" {
			t.Errorf("%s has a rule, and nothing gives it", r.Code)
		}
		if seen[r.Code] {
			t.Errorf("%s stands twice", r.Code)
		}
		seen[r.Code] = true
		family, _, _ := strings.Cut(r.Code, "/")
		if lastFamily, _, _ := strings.Cut(last, "/"); lastFamily == family && r.Code < last {
			t.Errorf("%s stands behind %s", r.Code, last)
		}
		last = r.Code
		if want := epcis.Set(strings.Replace(family, "epcis", "structure", 1)); r.Set != want {
			t.Errorf("%s belongs to %s, want %s", r.Code, r.Set, want)
		}
		if r.Meaning == "" || r.Remedy == "" || r.Source == "" {
			t.Errorf("%s doesn't say enough: %+v", r.Code, r)
		}
	}
}

// trial reads and checks a document. It returns what was found, a refusal as the
// last finding.
func trial(doc string, opts epcis.Options) []epcis.Finding {
	opts.File = "sample"
	check := epcis.NewChecker(epcis.CheckOptions{Now: now})
	var found []epcis.Finding
	r, err := epcis.NewReader(strings.NewReader(doc), opts)
	for err == nil {
		var e *epcis.Event
		if e, err = r.Next(); err == nil {
			found = append(found, check.Event(e)...)
		}
	}
	var refused *epcis.Error
	if errors.As(err, &refused) {
		return append(found, epcis.Finding{Severity: epcis.Fault, Set: epcis.SetStructure, Rule: refused.Rule, Text: refused.Text, Remedy: refused.Remedy, Where: epcis.Where{File: refused.File, Line: refused.Line}})
	}
	return append(found, check.Finish(r.Header())...)
}

// otherwise are rules that no single document breaks, with the test that does.
var otherwise = map[string]string{
	"epcis/read":        "TestAFailingSourceIsRefused",
	"epcis/unwritable":  "the tests of writing",
	"epcis/late-header": "the tests of converting",
}

func TestEveryRuleHasASampleThatBreaksIt(t *testing.T) {
	if found := trial(goodXML(), epcis.Options{}); len(found) > 0 {
		t.Fatalf("the good shipment: %v", found)
	}
	if found := trial(goodJSON, epcis.Options{}); len(found) > 0 {
		t.Fatalf("the good JSON document: %v", found)
	}
	broken := map[string]bool{}
	for _, s := range slices.Concat(readSamples(), structureSamples(), identifierSamples(), dscsaSamples()) {
		broken[s.rule] = true
		t.Run(s.rule, func(t *testing.T) { trySample(t, s) })
	}
	for _, r := range epcis.Rules {
		if !broken[r.Code] && otherwise[r.Code] == "" {
			t.Errorf("%s has no sample", r.Code)
		}
	}
}

func trySample(t *testing.T, s ruleSample) {
	rule, ok := epcis.FindRule(s.rule)
	if !ok {
		t.Fatal("there is no such rule")
	}
	family, _, _ := strings.Cut(s.rule, "/")
	var codes []string
	said := false
	for _, f := range trial(s.doc, s.opts) {
		if f.Rule == s.rule {
			said = said || strings.Contains(f.Text, s.says)
			if f.Severity > rule.Severity || f.Set != rule.Set || f.Where.File != "sample" || f.Remedy == "" {
				t.Errorf("the finding contradicts its rule, or says too little: %+v", f)
			}
		}
		// Documents in JSON and spoiled ones aren't shipments: other families' findings
		// count only where the sample expects them.
		if own, _, _ := strings.Cut(f.Rule, "/"); own == family || slices.Contains(s.found, f.Rule) {
			codes = append(codes, f.Rule)
		}
	}
	slices.Sort(codes)
	want := s.found
	if want == nil {
		want = []string{s.rule}
	}
	if diff := cmp.Diff(want, slices.Compact(codes)); diff != "" {
		t.Errorf("codes (-want +got):\n%s", diff)
	}
	if !said {
		t.Errorf("no finding says %q: %v", s.says, trial(s.doc, s.opts))
	}
}

func TestAFailingSourceIsRefused(t *testing.T) {
	_, _, err := epcis.ReadAll(io.MultiReader(strings.NewReader("<a"), brokenReader{}), epcis.Options{})
	var refused *epcis.Error
	if !errors.As(err, &refused) || refused.Rule != "epcis/read" {
		t.Errorf("%v", err)
	}
}

type brokenReader struct{}

func (brokenReader) Read([]byte) (int, error) { return 0, errors.New("the disk is gone") }

// TestTheRulesPageIsFresh holds docs/reference/rules.md against the catalogues:
// the tables come from the code, the rest is written by hand.
func TestTheRulesPageIsFresh(t *testing.T) {
	pagetest.Tables(t, filepath.Join("..", "..", "docs", "reference", "rules.md"), ruleTables(), *update)
}

// ruleTables are the tables of the page by name.
func ruleTables() map[string]string {
	tables := map[string]string{}
	for _, r := range epcis.Rules {
		family, _, _ := strings.Cut(r.Code, "/")
		if tables[family] == "" {
			tables[family] = "| code | severity | meaning | what to do | source |\n| --- | --- | --- | --- | --- |\n"
		}
		tables[family] += fmt.Sprintf("| `%s` | %s | %s | %s | %s |\n", r.Code, r.Severity, cell(r.Meaning), cell(r.Remedy), cell(r.Source))
	}
	tables["identifiers"] = "| code | meaning | what to do |\n| --- | --- | --- |\n"
	for _, r := range gs1.Rules {
		tables["identifiers"] += fmt.Sprintf("| `%s` | %s | %s |\n", r.Code, cell(r.Meaning), cell(r.Remedy))
	}
	tables["lenient"] = "| code | refused otherwise by | meaning | what to do |\n| --- | --- | --- | --- |\n"
	for _, r := range epcis.Tolerances {
		strict := "taken as it is"
		if r.Strict != "" {
			strict = "`" + r.Strict + "`"
		}
		tables["lenient"] += fmt.Sprintf("| `%s` | %s | %s | %s |\n", r.Code, strict, cell(r.Meaning), cell(r.Remedy))
	}
	tables["loss"] = "| code | lost in | meaning | what to do |\n| --- | --- | --- | --- |\n"
	for _, r := range epcis.Losses {
		tables["loss"] += fmt.Sprintf("| `%s` | %s | %s | %s |\n", r.Code, r.Into, cell(r.Meaning), cell(r.Remedy))
	}
	return tables
}

// cell writes a text for a table of Markdown.
func cell(s string) string {
	return strings.NewReplacer("|", `\|`, "<", "&lt;", "&", "&amp;").Replace(s)
}
