package gs1

import (
	"iter"
	"slices"
	"testing"
)

func TestPrefixesAreLearntFromURNs(t *testing.T) {
	table, conflicts := PrefixesFromURNs(slices.Values([]string{
		"urn:epc:id:sgtin:0300010.012345.1", "urn:epc:id:sgtin:0300010.012345.2", "urn:epc:id:sgln:030002.000001.0",
		"urn:epc:class:lgtin:401234567890.0.L", "urn:epc:idpat:sgtin:0300030.012345.*",
		"urn:epc:id:gid:1.2.3", "https://id.gs1.org/01/04012345111118", "urn:epc:id:sgtin:0300040.01234.1", "null", "",
	}))
	if len(conflicts) > 0 {
		t.Fatal(conflicts)
	}
	for digits, want := range map[string]int{"030001012345": 7, "030002000001": 6, "401234567890": 12, "030003012345": 7, "030004012345": 0, "401234511111": 0} {
		if n, ok := table.PrefixLength(digits); n != want || ok != (want > 0) {
			t.Errorf("%s: got %d, %v, want %d", digits, n, ok, want)
		}
	}
}

func TestContradictingPrefixesAreReportedAndTheFirstStays(t *testing.T) {
	const short, long = "urn:epc:id:sgtin:030001.0012345.1", "urn:epc:id:sgtin:03000101.12345.1"
	for _, c := range []struct {
		name, first, second string
		want                int
	}{
		{"the shorter first", short, long, 6},
		{"the longer first", long, short, 8},
	} {
		table, conflicts := PrefixesFromURNs(slices.Values([]string{c.first, c.second, c.second, c.first}))
		if n, ok := table.PrefixLength("030001012345"); !ok || n != c.want {
			t.Errorf("%s: got %d, %v", c.name, n, ok)
		}
		if len(conflicts) != 1 || conflicts[0].Rule != RulePrefixOverlap || conflicts[0].Input != c.second {
			t.Errorf("%s: got %v", c.name, conflicts)
		}
	}
}

// numbered makes n URNs of different company prefixes of a number of digits.
func numbered(n, digits, from int) iter.Seq[string] {
	return func(yield func(string) bool) {
		for i := range n {
			if !yield("urn:epc:id:sscc:" + zeroPadded(uint64(from+i), digits) + "." + "11111111111"[:17-digits]) {
				return
			}
		}
	}
}

func TestLearntPrefixesAreLimited(t *testing.T) {
	both := func(a, b iter.Seq[string]) iter.Seq[string] {
		return func(yield func(string) bool) {
			a(yield)
			b(yield)
		}
	}
	_, conflicts := PrefixesFromURNs(both(numbered(1000, 6, 100000), numbered(1000, 7, 1000000)))
	if len(conflicts) != MaxPrefixConflicts {
		t.Errorf("%d conflicts are reported", len(conflicts))
	}
	l := learner{table: &Prefixes{known: make(map[string]struct{}, MaxPrefixes)}, begins: map[string]string{}, refused: map[string]struct{}{}}
	for i := range MaxPrefixes - 1 {
		l.table.known[zeroPadded(uint64(i), 12)] = struct{}{}
	}
	if !l.take("urn:epc:id:sscc:0300010.1234567890") || len(l.conflicts) > 0 {
		t.Errorf("the last prefix there is room for: %v", l.conflicts)
	}
	if l.take("urn:epc:id:sscc:0300011.1234567890") || len(l.conflicts) != 1 || l.conflicts[0].Rule != RuleTooLong {
		t.Errorf("one more: %v", l.conflicts)
	}
	if !l.take("urn:epc:id:sscc:0300010.1234567890") || len(l.conflicts) != 1 {
		t.Errorf("one that is known: %v", l.conflicts)
	}
}
