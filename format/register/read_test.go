package register

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// board is a mapping of a list that is made up for tests.
const board = `{"source": "board-us-il", "kind": "licence", "role": "wholesaler", "place": "US-IL", "complete": true, "dates": "MM/DD/YYYY",
	"columns": {"key": "License", "from": "Issued", "to": "Expires", "status": "Status"}, "ignored": ["Name"],
	"statuses": {"ACTIVE": "active", "REVOKED": "revoked"}}`

const header = "Name,License,Issued,Expires,Status\n"

func mapping(t testing.TB, change func(m *Mapping)) Mapping {
	t.Helper()
	m, err := ParseMapping([]byte(board))
	if err != nil {
		t.Fatal(err)
	}
	change(&m)
	return m
}

func all(file io.Reader, m Mapping) (rows []Row, bad []Bad, err error) {
	err = Read(file, m, func(r Row) error { rows = append(rows, r); return nil }, func(b Bad) error { bad = append(bad, b); return nil })
	return rows, bad, err
}

func TestALineIsARowOrIsToldWithItsNumber(t *testing.T) {
	same := func(*Mapping) {}
	for name, c := range map[string]struct {
		change func(m *Mapping)
		file   string
		rows   []Row
		bad    string
	}{
		"a licence in effect":         {same, header + "Co,A-1,01/02/1970,01/03/1970,ACTIVE\n", []Row{{2, "A-1", "A-1", 1, 2, 0, Active}}, ""},
		"line ends of Windows":        {same, "\xef\xbb\xbf" + strings.ReplaceAll(header, "\n", "\r\n") + "Co,A-1,,,REVOKED\r\n", []Row{{2, "A-1", "A-1", 0, 0, 0, Revoked}}, ""},
		"a name over two lines":       {same, header + "\"Co\nInc\",A-1,,,ACTIVE\nCo,A-2,,,ACTIVE\n", []Row{{2, "A-1", "A-1", 0, 0, 0, Active}, {4, "A-2", "A-2", 0, 0, 0, Active}}, ""},
		"a formula is text":           {same, header + "Co,=1+1,,,ACTIVE\n", []Row{{2, "=1+1", "=1+1", 0, 0, 0, Active}}, ""},
		"the year 9999":               {same, header + "Co,A-1,,12/31/9999,ACTIVE\n", []Row{{2, "A-1", "A-1", 0, 2932896, 0, Active}}, ""},
		"the day first":               {func(m *Mapping) { m.Dates = "DD/MM/YYYY" }, header + "Co,A-1,02/01/1970,,ACTIVE\n", []Row{{2, "A-1", "A-1", 1, 0, 0, Active}}, ""},
		"Windows-1252":                {func(m *Mapping) { m.Encoding = "windows-1252" }, header + "Caf\xe9,\x80-1,,,ACTIVE\n", []Row{{2, "€-1", "€-1", 0, 0, 0, Active}}, ""},
		"tabs":                        {func(m *Mapping) { m.Separator = "\t" }, strings.ReplaceAll(header, ",", "\t") + "Co \"x\"\tA-1\t\t\tACTIVE\n", []Row{{2, "A-1", "A-1", 0, 0, 0, Active}}, ""},
		"a key that isn't UTF-8":      {same, header + "Co,\x80-1,,,ACTIVE\n", nil, "2: its key or number"},
		"no key":                      {same, header + "Co,,,,ACTIVE\n", nil, "2: its key or number"},
		"a day in the other form":     {same, header + "Co,A-1,31/12/2026,,ACTIVE\n", nil, "2: the day"},
		"a day before 1970":           {same, header + "Co,A-1,12/31/1969,,ACTIVE\n", nil, "2: the day"},
		"first day after the last":    {same, header + "Co,A-1,01/03/2026,01/02/2026,ACTIVE\n", nil, "2: its first day is after"},
		"a status that nobody mapped": {same, header + "Co,A-1,,,PENDING\n", nil, `2: the mapping doesn't say what the status "PENDING"`},
		"a field too few":             {same, header + "Co,A-1,,\n", nil, "2: wrong number of fields"},
		"a bare quote":                {same, header + "Co \"x\",A-1,,,ACTIVE\n", nil, "2: bare"},
	} {
		t.Run(name, func(t *testing.T) {
			rows, bad, err := all(strings.NewReader(c.file), mapping(t, c.change))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.rows, rows); diff != "" {
				t.Errorf("rows (-want +got):\n%s", diff)
			}
			said := ""
			for _, b := range bad {
				said += fmt.Sprintf("%d: %s", b.Line, b.Text)
			}
			if !strings.HasPrefix(said, c.bad) || (c.bad == "") != (said == "") {
				t.Errorf("bad lines are %q, want %q", said, c.bad)
			}
		})
	}
}

func TestAnotherFileIsRefusedWithItsReason(t *testing.T) {
	for name, c := range map[string]struct{ file, says string }{
		"empty":                          {"", "first line"},
		"a zip archive":                  {"PK\x03\x04....", "unpack it first"},
		"a column too few":               {"Name,License,Issued,Expires\n", `no column "Status"`},
		"a column too many":              {"Name,License,Issued,Expires,Status,Phone\n", `column "Phone"`},
		"a column twice":                 {"Name,License,License,Expires,Status\n", "twice"},
		"a quote that is never closed":   {header + `"` + strings.Repeat("a", 2*recordBytesMax), "quote may not be closed"},
		"a head over the limit":          {strings.Repeat("a", recordBytesMax+1), "more than 65536 bytes"},
		"more columns than a list has":   {strings.Repeat("a,", columnsMax) + "a\n", "201 columns"},
		"a list of another board's form": {"Lic No|Status\n", "column"},
	} {
		t.Run(name, func(t *testing.T) {
			_, _, err := all(strings.NewReader(c.file), mapping(t, func(*Mapping) {}))
			if !errors.Is(err, ErrFile) || !strings.Contains(err.Error(), c.says) {
				t.Errorf("it is answered with %v, want %q", err, c.says)
			}
		})
	}
}

func TestAMappingLeavesNothingOpen(t *testing.T) {
	for name, c := range map[string]struct{ old, new, says string }{
		"no kind":                      {`"kind": "licence"`, `"kind": ""`, "kind"},
		"a source that is no name":     {"board-us-il", "Board of IL", "source"},
		"no place":                     {`"place": "US-IL"`, `"place": ""`, "place"},
		"dates without a form":         {"MM/DD/YYYY", "", "dates"},
		"no key":                       {`"key": "License", `, "", "key"},
		"a status without its meaning": {`"statuses": {"ACTIVE": "active", "REVOKED": "revoked"}`, `"statuses": {}`, "statuses"},
		"a status that is none":        {`"active"`, `"fine"`, "none of active"},
		"a field nobody knows":         {`"complete"`, `"total"`, "unknown field"},
		"an age over a year":           {`"complete": true`, `"age_days": 367`, "age_days"},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := ParseMapping([]byte(strings.Replace(board, c.old, c.new, 1))); err == nil || !strings.Contains(err.Error(), c.says) {
				t.Errorf("it is answered with %v, want %q", err, c.says)
			}
		})
	}
	if _, err := ParseMapping([]byte(strings.Repeat(" ", MappingMax+1))); err == nil {
		t.Error("a mapping over the limit was read")
	}
}

func FuzzRegister(f *testing.F) {
	f.Add(header + "Co,A-1,01/02/1970,01/03/1970,ACTIVE\n")
	f.Add("\xef\xbb\xbf" + header + "\"Co\nInc\",A-1,,,REVOKED\r\n")
	m := mapping(f, func(*Mapping) {})
	f.Fuzz(func(t *testing.T, file string) {
		rows, _, err := all(strings.NewReader(file), m)
		if err != nil && !errors.Is(err, ErrFile) {
			t.Fatalf("an error that isn't the file's: %v", err)
		}
		for _, r := range rows {
			if r.Key == "" || r.Number == "" || r.Line < 2 || r.From != 0 && r.To != 0 && r.From > r.To || r.Status == "" {
				t.Fatalf("a row that says nothing: %+v", r)
			}
		}
	})
}
