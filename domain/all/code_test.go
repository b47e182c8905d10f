package all_test

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"pedigree/domain/all"
	"pedigree/ledger"
)

var update = flag.Bool("update", false, "write new codes behind those of testdata/codes.golden")

const golden = "testdata/codes.golden"

// codes lists the kernel's codes and those of every module as lines.
func codes() []string {
	list := ledger.Codes()
	for _, m := range all.Modules() {
		list = append(list, m.Codes...)
	}
	out := make([]string, len(list))
	for i, c := range list {
		out[i] = fmt.Sprintf("%d %s %s", c.Number, c.Name, c.Kind)
	}
	return out
}

// TestErrorCodesAreAppendOnly holds the numbers, which are hashed into results:
// one that was ever given out keeps its meaning. With -update new ones are added.
func TestErrorCodesAreAppendOnly(t *testing.T) {
	b, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	held, now := map[string]bool{}, map[string]bool{}
	for _, line := range codes() {
		now[line] = true
	}
	for line := range strings.Lines(string(b)) {
		line = strings.TrimSpace(line)
		held[line] = true
		if !now[line] {
			t.Errorf("%q was given out and is gone: numbers, names and kinds never change", line)
		}
	}
	var added strings.Builder
	for _, line := range codes() {
		if !held[line] {
			fmt.Fprintln(&added, line)
		}
	}
	switch {
	case added.Len() == 0 || t.Failed():
	case !*update:
		t.Errorf("these codes are new; run the test with -update to add them to %s:\n%s", golden, added.String())
	default:
		if err := os.WriteFile(golden, append(b, added.String()...), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

func TestErrorCodesHaveANumberAndANameOfTheirModule(t *testing.T) {
	numbers, names := map[uint32]string{}, map[string]bool{}
	check := func(module string, c ledger.Code, least, most uint32) {
		if other, taken := numbers[c.Number]; taken {
			t.Errorf("%s has the number %d of %s", c.Name, c.Number, other)
		}
		if names[c.Name] || !strings.HasPrefix(c.Name, module+"/") || c.Number < least || c.Number > most {
			t.Errorf("%s (%d): want a name of its own under %s/, and a number from %d to %d", c.Name, c.Number, module, least, most)
		}
		if c.Kind < ledger.Invalid || c.Kind > ledger.Internal {
			t.Errorf("%s has no kind", c.Name)
		}
		numbers[c.Number], names[c.Name] = c.Name, true
	}
	for _, c := range ledger.Codes() {
		check("ledger", c, 1, 99)
	}
	for i, m := range all.Modules() {
		for _, c := range m.Codes {
			check(m.Name, c, uint32(100*(i+1)), uint32(100*(i+1)+99))
		}
	}
}
