package export

import (
	"encoding/json"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestTablesAreReadAndWhatIsUnclearIsRefused(t *testing.T) {
	var all Tables
	for _, line := range []string{
		"left a_secret: it opens what nobody else may open", "list a_b in stock.ndjson: under items", "table a_c: A thing",
		"  n integer @a_d.n?way=1 @documents: its number", "  at millis: when", "  key -: it is a key",
	} {
		if err := all.read(line); err != nil {
			t.Fatal(err)
		}
	}
	want := Tables{
		LeftOut: []LeftOut{{"a_secret", "it opens what nobody else may open"}}, Elsewhere: []Elsewhere{{"a_b", "stock.ndjson", "under items"}},
		Tables: []Table{{
			Name: "a_c", Says: "A thing", LeftOut: []LeftOut{{"key", "it is a key"}},
			Fields: []Field{
				{Name: "n", Form: Integer, Says: "its number", Of: []Reference{{"a_d.n", "way", "1"}, {To: "documents"}}, stored: "integer"},
				{Name: "at", Form: Moment, Says: "when", stored: "millis"},
			},
		}},
	}
	if diff := cmp.Diff(want, all, cmp.AllowUnexported(Field{})); diff != "" {
		t.Error(diff)
	}
	for _, line := range []string{"table a", "  n: no form", "  n verse: another form", "  n integer a_d.n: no reference", "list a stock.ndjson: how", "zebra a: b"} {
		if err := all.read(line); err == nil {
			t.Errorf("%q was read", line)
		}
	}
	if err := new(Tables).read("  n integer: of no table"); err == nil {
		t.Error("a field of no table was read")
	}
}

func TestAValueOfTheStoreLeavesInItsForm(t *testing.T) {
	for name, test := range map[string]struct {
		stored string
		value  any
		want   string // "" is refused
	}{
		"nothing": {"text", nil, "null"}, "a number": {"integer", int64(-7), "-7"}, "a flag": {"flag", int64(1), "true"},
		"seconds": {"seconds", int64(86401), `"1970-01-02T00:00:01Z"`}, "milliseconds": {"millis", int64(1500), `"1970-01-01T00:00:01.5Z"`},
		"nanoseconds": {"nanos", int64(1), `"1970-01-01T00:00:00.000000001Z"`}, "a day": {"days", int64(31), `"1970-02-01"`}, "no time": {"days", int64(0), "null"},
		"a text": {"text", "a\nb", `"a\nb"`}, "a text in bytes": {"text", []byte("ü"), `"ü"`}, "bytes in hexadecimal": {"hex", []byte{1, 255}, `"01ff"`},
		"bytes in base64": {"base64", []byte{1, 255}, `"Af8="`}, "a JSON value": {"json", []byte("{ \"a\":\n1}"), `{"a":1}`}, "no JSON value": {"json", []byte{}, "null"},
		"what isn't JSON": {"json", []byte("so"), `"so"`}, "a year after 9999": {"days", int64(1 << 40), ""}, "a number for a text": {"text", int64(1), ""},
		"bytes for a number": {"integer", []byte{1}, ""}, "a fraction": {"integer", 1.5, ""},
	} {
		f := Field{Name: "x", Form: Form(test.stored), stored: test.stored}
		if form, is := inStore[test.stored]; is {
			f.Form = form
		}
		got, err := f.encode(test.value)
		if (err == nil) != (test.want != "") || err == nil && string(got) != test.want {
			t.Errorf("%s leaves as %s, %v", name, got, err)
		}
		if err == nil && f.Form.check(got) != nil {
			t.Errorf("%s leaves as %s, which a check refuses: %v", name, got, f.Form.check(got))
		}
	}
}

func TestAValueOfAnotherFormIsRefused(t *testing.T) {
	for form, list := range map[Form][]string{
		Integer: {`"1"`, "1.5", "1e3", "{}"}, Text: {"1", "{}"}, Flag: {"1", `"true"`}, Hex: {`"0"`, `"0G"`, `"AA"`}, Base64: {`"A"`, `"Af8"`, `"Af9="`},
		Moment: {`"2026-01-01"`, `"2026-01-01T00:00:00+01:00"`, `"2026-13-01T00:00:00Z"`}, Day: {`"2026-02-30"`, `"20260101"`, "5"},
	} {
		for _, value := range list {
			if form.check(json.RawMessage(value)) == nil {
				t.Errorf("%s is taken for %s", value, form)
			}
		}
		if err := form.check(json.RawMessage("null")); err != nil {
			t.Errorf("null is no %s: %v", form, err)
		}
	}
}

func TestNamesAreKnownInWhateverOrderTheyCome(t *testing.T) {
	seed := rand.Uint64()
	random := rand.New(rand.NewPCG(seed, 1))
	n, model := names{hashes: map[[16]byte]struct{}{}}, map[string]bool{}
	for range 2000 {
		name := strconv.Itoa(random.IntN(1000))
		switch random.IntN(3) {
		case 0:
			name = "x" + name
		case 1:
			name = "0" + name // no number as JSON has it
		}
		model[name] = true
		if !n.add(name) {
			t.Fatalf("seed %d: %s was not taken", seed, name)
		}
		for i := 1; i < len(n.runs); i++ {
			if n.runs[i].first <= n.runs[i-1].last+1 {
				t.Fatalf("seed %d: runs %v and %v touch", seed, n.runs[i-1], n.runs[i])
			}
		}
	}
	for i := range 1000 {
		for _, name := range []string{strconv.Itoa(i), "x" + strconv.Itoa(i), "0" + strconv.Itoa(i)} {
			if n.has(name) != model[name] {
				t.Errorf("seed %d: %q is known: %v", seed, name, n.has(name))
			}
		}
	}
}

func TestNamesAreKeptUpToALimit(t *testing.T) {
	n := names{runs: make([]run, 0, namesMax), hashes: map[[16]byte]struct{}{}}
	for i := range int64(namesMax) {
		if !n.number(2 * i) {
			t.Fatalf("gap %d was not kept", i)
		}
	}
	if n.number(2 * namesMax) {
		t.Error("more gaps are kept than the limit says")
	}
	if !n.number(1) || !n.has("1") {
		t.Error("a number that fills a gap was not kept")
	}
	r := newReferences(Tables{Tables: []Table{{Name: "a", Fields: []Field{{Name: "b", Of: []Reference{{To: "a.c"}}}}}}})
	r.full["a.c"] = true
	r.missing(Table{Name: "a", Fields: []Field{{Name: "b", Of: []Reference{{To: "a.c"}}}}}, map[string]json.RawMessage{"b": json.RawMessage("5")}, func(field string, g Gone) {
		t.Errorf("%s is missed where not all are known: %s", field, g)
	})
}

func TestTheWriterSaysWhatIsGone(t *testing.T) {
	w, _, _ := writing(t, t.Context())
	defer w.Close()
	err := w.SpoolTables(func(table string, row func(map[string]any) error) error {
		if table != "dock_source" && table != "case_pace" {
			return nil
		}
		if table == "case_pace" {
			return row(map[string]any{"partner": "x", "days": int64(3)})
		}
		for _, n := range []int64{9, 7, 0} {
			if err := row(map[string]any{"session": n, "document": int64(0)}); err != nil {
				return err
			}
		}
		return nil
	})
	if err == nil {
		err = w.AddGone()
	}
	if err != nil {
		t.Fatal(err)
	}
	if w.m.Lines[GoneFile] != 2 || w.last != GoneFile {
		t.Errorf("%d lines, last %s", w.m.Lines[GoneFile], w.last)
	}
	if err := w.AddTables(); err != nil {
		t.Fatal(err)
	}
	if w.m.Lines["tables/dock_source.ndjson"] != 3 {
		t.Errorf("%v", w.m.Lines)
	}
}

func TestARowWithoutAColumnIsRefused(t *testing.T) {
	w, _, _ := writing(t, t.Context())
	defer w.Close()
	err := w.SpoolTables(func(_ string, row func(map[string]any) error) error { return row(map[string]any{}) })
	if err == nil || !strings.Contains(err.Error(), "has no column") {
		t.Error(err)
	}
}

func TestOtherTablesThanTheProgramsAreNotedAndNoFault(t *testing.T) {
	all, err := StoreTables()
	if err != nil {
		t.Fatal(err)
	}
	c := checking{ctx: t.Context()}
	for name, test := range map[string]struct {
		change func(Tables) Tables
		want   string
	}{
		"the same":     {func(a Tables) Tables { return a }, ""},
		"a table more": {func(a Tables) Tables { a.Tables = append(a.Tables, Table{Name: "zebra"}); return a }, "zebra is none that this program knows"},
		"a table less": {func(a Tables) Tables { a.Tables = a.Tables[1:]; return a }, "there is no table case_case"},
		"a field less": {func(a Tables) Tables { a.Tables[0].Fields = a.Tables[0].Fields[1:]; return a }, "case_case has other fields"},
	} {
		c.report = Report{}
		c.tables.all = test.change(Tables{Tables: slices.Clone(all.Tables)})
		if err := c.compareTables(); err != nil {
			t.Fatal(err)
		}
		if got := strings.Join(c.report.Notes, "\n"); (got == "") != (test.want == "") || !strings.Contains(got, test.want) {
			t.Errorf("%s: %q", name, got)
		}
		if !c.report.OK() {
			t.Errorf("%s: %v", name, c.report.Faults)
		}
	}
}

func FuzzARowIsCheckedWhateverItIs(f *testing.F) {
	all, err := StoreTables()
	if err != nil {
		f.Fatal(err)
	}
	f.Add([]byte(`{"partner":"x","days":3}`))
	r := newReferences(all)
	f.Fuzz(func(t *testing.T, line []byte) {
		for _, table := range all.Tables {
			if row, err := table.check(line); err == nil {
				r.missing(table, row, func(string, Gone) {})
				if len(row) != len(table.Fields) {
					t.Errorf("%s is taken for a row of %s", line, table.Name)
				}
			}
		}
	})
}
