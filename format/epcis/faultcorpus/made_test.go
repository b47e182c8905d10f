package faultcorpus

import (
	"crypto/sha256"
	"encoding/hex"
	"flag"
	"fmt"
	"iter"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write docs/reference/corpus.md anew")

const page = "../../../docs/reference/corpus.md"

// tally is a corpus in numbers.
type tally struct {
	files, bytes int
	names        map[string]bool
	forms        map[Form]int
	digest       string
}

func count(t *testing.T, files iter.Seq2[File, error]) tally {
	t.Helper()
	c, sum := tally{names: map[string]bool{}, forms: map[Form]int{}}, sha256.New()
	for f, err := range files {
		if err != nil {
			t.Fatal(err)
		}
		if c.names[f.Name] {
			t.Errorf("%s is made twice", f.Name)
		}
		c.names[f.Name] = true
		c.files++
		c.bytes += len(f.Bytes)
		c.forms[f.Form]++
		fmt.Fprintf(sum, "%s %d\n", f.Name, len(f.Bytes))
		sum.Write(f.Bytes)
	}
	c.digest = hex.EncodeToString(sum.Sum(nil))
	return c
}

// TestTheCorpusIsMadeByRule makes all of it twice, and holds it against the
// digests in the documentation: the same recipes give the same bytes, everywhere.
func TestTheCorpusIsMadeByRule(t *testing.T) {
	good, bad := count(t, Good()), count(t, Faulty())
	if again := count(t, Good()); again.digest != good.digest {
		t.Error("good documents made twice aren't equal")
	}
	if again := count(t, Faulty()); again.digest != bad.digest {
		t.Error("spoiled documents made twice aren't equal")
	}
	want, err := Expected()
	if err != nil {
		t.Fatal(err)
	}
	var one []Expectation
	for _, x := range want {
		if !x.TwoDocument {
			one = append(one, x)
		}
	}
	kinds := Kinds()
	if len(kinds) < KindsMin || bad.files < FaultyMin || good.files < GoodMin {
		t.Errorf("%d kinds, %d spoiled and %d good documents", len(kinds), bad.files, good.files)
	}
	if !slices.EqualFunc(one, kinds, func(x Expectation, kind string) bool { return x.Kind == kind }) {
		t.Errorf("expected.txt doesn't list the kinds in their order: %v", kinds)
	}
	holdPage(t, corpusPage(good, bad, one, want))
}

// TestNothingOfTheCorpusIsKept looks for documents among the recipes.
func TestNothingOfTheCorpusIsKept(t *testing.T) {
	entries, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		switch name := e.Name(); {
		case strings.HasSuffix(name, ".go"), name == "expected.txt", name == "codes.txt":
		default:
			t.Errorf("%s is neither a recipe nor a list", name)
		}
	}
}

func TestAWrongLineOfExpectationsIsRefused(t *testing.T) {
	for name, line := range map[string]string{
		"a column too few":                      "a | b | c | d | e | f",
		"a column too many":                     "a | b | c | d | e | f | g | h",
		"a two-document row without its answer": "two-document | a | b | c | d | e | f",
	} {
		if _, err := parseExpected("# a comment\n\n" + line); err == nil || !strings.Contains(err.Error(), "line 3 has") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func holdPage(t *testing.T, body string) {
	t.Helper()
	have, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	const mark = "<!-- corpus -->\n"
	notes, _, ok := strings.Cut(string(have), mark)
	if !ok {
		t.Fatalf("%s has no line %q", page, mark)
	}
	if *update {
		if err := os.WriteFile(page, []byte(notes+mark+body), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if notes+mark+body != string(have) {
		t.Errorf("%s isn't what the recipes say: run make generate", page)
	}
}

func corpusPage(good, bad tally, one, all []Expectation) string {
	var b strings.Builder
	b.WriteString("\n| documents | good | with one fault |\n| --- | --- | --- |\n")
	for _, f := range slices.Sorted(maps.Keys(good.forms)) {
		fmt.Fprintf(&b, "| %s | %d | %d |\n", f, good.forms[f], bad.forms[f])
	}
	fmt.Fprintf(&b, "| all | %d | %d |\n| bytes | %d | %d |\n", good.files, bad.files, good.bytes, bad.bytes)
	fmt.Fprintf(&b, "| seen | none with a finding above a note | all found and classed |\n")
	fmt.Fprintf(&b, "| bound (95 %%) | false alarms below %.2f %% | misses below %.2f %% |\n", bound(good.files), bound(bad.files))
	fmt.Fprintf(&b, "| SHA-256 | `%s` | `%s` |\n", good.digest, bad.digest)
	fmt.Fprintf(&b, "\n## The %d kinds of faults\n\n%d documents each.\n\n| kind | how it is spoiled | category | reported in | who | blocks |\n| --- | --- | --- | --- | --- | --- |\n", len(one), FaultyVariants)
	for _, x := range one {
		fmt.Fprintf(&b, "| `%s` | %s | %s | %s | %s | %s |\n", x.Kind, x.How, x.Category, x.Array, x.Who, x.Blocks)
	}
	fmt.Fprintf(&b, "\n## What one document can't show\n\nThe %d kinds that goods or a second document show. They aren't among the %d.\n\n| kind | how it comes about | category | reported in | what must happen |\n| --- | --- | --- | --- | --- |\n", len(all)-len(one), bad.files)
	for _, x := range all {
		if x.TwoDocument {
			fmt.Fprintf(&b, "| `%s` | %s | %s | %s | %s |\n", x.Kind, x.How, x.Category, x.Array, x.Must)
		}
	}
	return b.String()
}

// bound is the rule of three: of n tries none failed, so with 95 % confidence
// fewer than 3/n do, in percent.
func bound(n int) float64 { return 300 / float64(n) }
