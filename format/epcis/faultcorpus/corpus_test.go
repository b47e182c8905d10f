package faultcorpus

import (
	"bytes"
	_ "embed"
	"slices"
	"strings"
	"testing"

	"pedigree/format/dscsa"
	"pedigree/format/epcis"
	"pedigree/format/gs1"
)

//go:embed codes.txt
var codesText string

// codes are the rules that may speak of a kind: one that must, and others that
// follow from the same fault.
type codes struct {
	must string
	also []string
	seen map[string]bool // of also
}

func readCodes(t *testing.T) map[string]*codes {
	t.Helper()
	all := map[string]*codes{}
	for line := range strings.Lines(codesText) {
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' {
			continue
		}
		c := strings.Split(line, "|")
		if len(c) != 4 || strings.TrimSpace(c[3]) == "" {
			t.Fatalf("codes.txt: %q hasn't four columns, or no reason", line)
		}
		kind := strings.TrimSpace(c[0])
		if all[kind] != nil {
			t.Fatalf("codes.txt has %s twice", kind)
		}
		all[kind] = &codes{must: strings.TrimSpace(c[1]), also: strings.Fields(c[2]), seen: map[string]bool{}}
	}
	return all
}

func check(t *testing.T, f File, raw []byte) dscsa.Checked {
	t.Helper()
	c, err := dscsa.Check(bytes.NewReader(raw), dscsa.ReadOptions{File: f.Name, Now: Now})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestEveryFaultIsFoundAndClassed(t *testing.T) {
	expected, err := Expected()
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]Expectation{}
	for _, x := range expected {
		want[x.Kind] = x
	}
	rules, files := readCodes(t), 0
	for f, err := range Faulty() {
		if err != nil {
			t.Fatal(err)
		}
		files++
		x, ok := want[f.Kind]
		rule := rules[f.Kind]
		if !ok || rule == nil {
			t.Fatalf("%s: expected.txt or codes.txt doesn't have it", f.Kind)
		}
		judge(t, f, x, rule)
	}
	if files < FaultyMin {
		t.Errorf("%d documents, want %d", files, FaultyMin)
	}
	for kind, rule := range rules {
		for _, code := range rule.also {
			if !rule.seen[code] {
				t.Errorf("codes.txt: nothing gives %s for %s", code, kind)
			}
		}
	}
}

// judge holds what was found in one document against what is expected of its kind.
func judge(t *testing.T, f File, x Expectation, rule *codes) {
	t.Helper()
	known := map[string]bool{}
	for _, found := range check(t, f, f.Good).Found {
		known[found.Rule] = true
	}
	c := check(t, f, f.Bytes)
	var said []string
	var of []dscsa.Found
	for _, found := range c.Found {
		said = append(said, found.String())
		switch {
		case found.Rule == rule.must && !known[found.Rule]:
			of = append(of, found)
		case slices.Contains(rule.also, found.Rule):
			rule.seen[found.Rule] = true
		case found.Severity > epcis.Info:
			t.Errorf("%s: this has nothing to do with the fault: %s", f.Name, found.String())
		}
	}
	if len(of) == 0 {
		t.Errorf("%s: %s isn't found. It says:\n\t%s", f.Name, rule.must, strings.Join(said, "\n\t"))
		return
	}
	fix := of[0].Fix
	if got := [...]string{fix.Category, fix.Array, fix.Who, fix.Blocks}; got != [...]string{x.Category, x.Array, x.Who, x.Blocks} {
		t.Errorf("%s: classed %v, want %v", f.Name, got, [...]string{x.Category, x.Array, x.Who, x.Blocks})
	}
	if c.Blocks != x.Blocks {
		t.Errorf("%s: the document as a whole blocks %s, want %s:\n\t%s", f.Name, c.Blocks, x.Blocks, strings.Join(said, "\n\t"))
	}
	if fix.Do == "" || fix.Resolution == "" && fix.Blocks != dscsa.BlocksNothing {
		t.Errorf("%s: no resolution is offered: %+v", f.Name, fix)
	}
	if !slices.ContainsFunc(of, func(found dscsa.Found) bool { return speaks(found, x.Words, f.Subject) }) {
		t.Errorf("%s: no finding has the words %v for %q: %s", f.Name, x.Words, f.Subject, of[0].String())
	}
}

// speaks tells whether a finding has a word of each list; {} is the subject, in
// any of its forms.
func speaks(found dscsa.Found, words [][]string, subject string) bool {
	text := strings.ToLower(found.Text + " " + found.Subject + " " + found.Remedy)
	for _, either := range words {
		if either[0] == "{}" {
			either = spellings(subject)
		}
		if !slices.ContainsFunc(either, func(w string) bool { return w != "" && strings.Contains(text, strings.ToLower(w)) }) {
			return false
		}
	}
	return true
}

// spellings are an identifier as written, as a path and as its bare number.
func spellings(subject string) []string {
	all := []string{subject}
	if path, err := gs1.AppendPathFromURN(nil, subject); err == nil {
		all = append(all, string(path))
		if strings.HasPrefix(subject, "urn:epc:id:sgln:") || strings.HasPrefix(subject, "urn:epc:idpat:") {
			all = append(all, strings.Split(string(path), "/")[2])
		}
	}
	return all
}

func TestNothingIsFoundOnGoodFiles(t *testing.T) {
	files, infos := 0, map[string]int{}
	for f, err := range Good() {
		if err != nil {
			t.Fatal(err)
		}
		files++
		c := check(t, f, f.Bytes)
		for _, found := range c.Found {
			if found.Severity > epcis.Info {
				t.Errorf("%s", found.String())
			}
			infos[found.Rule]++
		}
		if c.Blocks != dscsa.BlocksNothing || c.Shipments != 1 || c.Packages == 0 {
			t.Errorf("%s: blocks %s, %d shipments of %d packages", f.Name, c.Blocks, c.Shipments, c.Packages)
		}
	}
	if files < GoodMin {
		t.Errorf("%d documents, want %d", files, GoodMin)
	}
	t.Logf("%d good documents; notes: %v", files, infos)
}
