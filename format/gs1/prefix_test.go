package gs1

import (
	"errors"
	"testing"
)

func TestPrefixTableFindsTheLicensedPrefix(t *testing.T) {
	table, err := NewPrefixTable([]string{"0300010", "030002", "401234567890", "0300010"})
	if err != nil {
		t.Fatal(err)
	}
	for digits, want := range map[string]int{"030001012345": 7, "030002999999": 6, "401234567890": 12, "40123456789": 0, "0300011": 0, "03000": 0, "": 0} {
		if n, ok := table.PrefixLength(digits); n != want || ok != (want > 0) {
			t.Errorf("%s: got %d, %v, want %d", digits, n, ok, want)
		}
	}
	var none *Prefixes
	if _, ok := none.PrefixLength("0300010"); ok {
		t.Error("a table that isn't there knows a prefix")
	}
}

func TestPrefixTableRefusesWhatIsNoPrefix(t *testing.T) {
	for name, prefixes := range map[string][]string{
		"5 digits":                        {"03000"},
		"13 digits":                       {"0300010123455"},
		"letters":                         {"03000A1"},
		"nothing":                         {""},
		"one within another":              {"0300010", "03000101"},
		"one within another, in reverse":  {"03000101", "0300010"},
		"one within another, five apart":  {"030001012345", "0300010"},
		"the longest within the shortest": {"030001", "030001012345"},
	} {
		if _, err := NewPrefixTable(prefixes); err == nil {
			t.Errorf("%s: %v is taken", name, prefixes)
		}
	}
}

func TestPrefixTableIsLimited(t *testing.T) {
	prefixes := make([]string, MaxPrefixes+1)
	for i := range prefixes {
		prefixes[i] = "0300010"
	}
	if _, err := NewPrefixTable(prefixes[:MaxPrefixes]); err != nil {
		t.Error(err)
	}
	var refused *Error
	if _, err := NewPrefixTable(prefixes); !errors.As(err, &refused) || refused.Rule != RuleTooLong {
		t.Errorf("got %v", err)
	}
}

func TestPrefixMatchesTheKeyWithoutIndicatorOrExtension(t *testing.T) {
	for _, c := range []struct {
		name, prefix, path string
		want               bool
	}{
		{"a unit", "0300010", "/01/00300010123455/21/1", true},
		{"a case, whose indicator differs", "0300010", "/01/10300010123452/21/1", true},
		{"the indicator taken for the prefix", "1030001", "/01/10300010123452/21/1", false},
		{"a pallet, whose extension digit comes first", "0300010", "/00/103000102345678901", true},
		{"a place", "0300010", "/414/0300010000015/254/D1", true},
		{"another company's unit", "0300010", "/01/04012345111118/21/1", false},
		{"another company's prefix that begins alike", "0300011", "/01/00300010123455", false},
		{"a GTIN-8, whose zeros are no prefix", "000000", "/01/00000002345673", false},
		{"a key that isn't complete", "0300010", "/01/0030001", false},
		{"no prefix", "", "/01/00300010123455", false},
		{"letters for a prefix", "030001A", "/8004/030001A1", false},
		{"an address instead of a path", "0300010", "https://id.gs1.org/01/00300010123455", false},
		{"something that is no key", "0300010", "/10/0300010", false},
		{"nothing", "0300010", "", false},
		{"a slash", "0300010", "/", false},
		{"a key without a value", "0300010", "/01/", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := PrefixMatches(c.prefix, c.path); got != c.want {
				t.Errorf("got %v", got)
			}
		})
	}
}

func TestCompanyPrefixOfAnythingElseIsNone(t *testing.T) {
	for _, s := range []string{"", "urn:epc:id:sgtin:03.1.1", "urn:epc:id:gid:95100000.12345.400", "/01/00300010123455", "urn:epc:id:sgtin:0300010"} {
		if p, ok := CompanyPrefixOf(s); ok {
			t.Errorf("%s has the company prefix %s", s, p)
		}
	}
}

func TestTheFirstTableThatKnowsAnswers(t *testing.T) {
	table := func(prefix string) *Prefixes {
		made, err := NewPrefixTable([]string{prefix})
		if err != nil {
			t.Fatal(err)
		}
		return made
	}
	tables := PrefixTables{nil, (*Prefixes)(nil), table("0300010"), table("03000101"), table("0300020")}
	for digits, want := range map[string]int{"030001012345": 7, "030002012345": 7, "030003012345": 0} {
		if n, ok := tables.PrefixLength(digits); n != want || ok != (want > 0) {
			t.Errorf("%s: got %d, %v, want %d", digits, n, ok, want)
		}
	}
}
