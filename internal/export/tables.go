package export

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"
)

// tablesText says of every table and column of the private store how it leaves.
//
//go:embed tables.txt
var tablesText string

// Form is how a value stands in a line of a table's file. Each may also be null.
type Form string

// The forms of values.
const (
	Integer Form = "integer"
	Text    Form = "text"
	Flag    Form = "flag"   // false or true
	Hex     Form = "hex"    // bytes in lower case hexadecimal
	Base64  Form = "base64" // bytes, with padding
	JSON    Form = "json"   // any JSON value
	Moment  Form = "moment" // RFC 3339 in UTC, with Z
	Day     Form = "day"    // YYYY-MM-DD
)

// inStore are the forms of the store's times, which become Moment and Day.
var inStore = map[string]Form{"seconds": Moment, "millis": Moment, "nanos": Moment, "days": Day}

// Field is a member of each line of a table's file.
type Field struct {
	Name string      `json:"name" doc:"Name of the member, which is the column's"`
	Form Form        `json:"form" enum:"integer,text,flag,hex,base64,json,moment,day" doc:"flag: false or true; hex, base64: bytes; json: any value; moment: RFC 3339 in UTC; day: YYYY-MM-DD; each may be null"`
	Says string      `json:"says" doc:"What it says"`
	Of   []Reference `json:"of,omitempty" doc:"Where the value stands that it names; 0, the empty text and null name nothing"`

	stored string // its form in the store
}

// Reference says where the value stands that a field names.
type Reference struct {
	To    string `json:"to" doc:"documents, inbox, outbox or shipments, by their id, or TABLE.FIELD"`
	Where string `json:"where,omitempty" doc:"Only in lines where this member"`
	Is    string `json:"is,omitempty" doc:"has this value, in text"`
}

// LeftOut is a table or column that doesn't leave.
type LeftOut struct {
	Name string `json:"name"`
	Why  string `json:"why"`
}

// Elsewhere is a table whose rows leave in another file.
type Elsewhere struct {
	Name string `json:"name" doc:"The table"`
	File string `json:"file" doc:"The file, or the folder of files"`
	Says string `json:"says" doc:"What of it leaves"`
}

// Table is a table that leaves in a file of its own, tables/NAME.ndjson, a line a row.
type Table struct {
	Name    string    `json:"name"`
	Says    string    `json:"says" doc:"What a line is"`
	Fields  []Field   `json:"fields"`
	LeftOut []LeftOut `json:"left_out,omitempty" doc:"Columns that don't leave"`
}

// File is the name of the table's file.
func (t Table) File() string { return tablesFolder + t.Name + ".ndjson" }

// Tables are all tables of the private store, each in one of three ways. Every archive
// has its own as tables.json.
type Tables struct {
	Tables    []Table     `json:"tables"`
	Elsewhere []Elsewhere `json:"elsewhere" doc:"Tables whose rows leave in another file"`
	LeftOut   []LeftOut   `json:"left_out" doc:"Tables that don't leave"`
}

// StoreTables are the tables of this program.
func StoreTables() (Tables, error) {
	var all Tables
	for i, line := range strings.Split(tablesText, "\n") {
		if line == "" || line[0] == '#' {
			continue
		}
		if err := all.read(line); err != nil {
			return all, fmt.Errorf("couldn't read line %d of the tables of an export: %w", i+1, err)
		}
	}
	slices.SortFunc(all.Tables, func(a, b Table) int { return strings.Compare(a.Name, b.Name) })
	return all, nil
}

func (all *Tables) read(line string) error {
	head, says, ok := strings.Cut(line, ": ")
	words := strings.Fields(head)
	switch {
	case !ok || len(words) < 2:
		return fmt.Errorf("%q says nothing of anything", line)
	case line[0] == ' ':
		if len(all.Tables) == 0 {
			return fmt.Errorf("%q is of no table", line)
		}
		return all.Tables[len(all.Tables)-1].read(words, says)
	case words[0] == "table" && len(words) == 2:
		all.Tables = append(all.Tables, Table{Name: words[1], Says: says})
	case words[0] == "list" && len(words) == 4 && words[2] == "in":
		all.Elsewhere = append(all.Elsewhere, Elsewhere{words[1], words[3], says})
	case words[0] == "left" && len(words) == 2:
		all.LeftOut = append(all.LeftOut, LeftOut{words[1], says})
	default:
		return fmt.Errorf("%q is no table, list or what is left", line)
	}
	return nil
}

func (t *Table) read(words []string, says string) error {
	f := Field{Name: words[0], Form: Form(words[1]), Says: says, stored: words[1]}
	if f.stored == "-" {
		t.LeftOut = append(t.LeftOut, LeftOut{f.Name, says})
		return nil
	}
	if form, is := inStore[f.stored]; is {
		f.Form = form
	}
	if !slices.Contains([]Form{Integer, Text, Flag, Hex, Base64, JSON, Moment, Day}, f.Form) {
		return fmt.Errorf("%s.%s has form %q, which there isn't", t.Name, f.Name, f.stored)
	}
	for _, word := range words[2:] {
		to, is := strings.CutPrefix(word, "@")
		if !is {
			return fmt.Errorf("%s.%s: %q is no reference", t.Name, f.Name, word)
		}
		to, when, _ := strings.Cut(to, "?")
		where, value, _ := strings.Cut(when, "=")
		f.Of = append(f.Of, Reference{to, where, value})
	}
	t.Fields = append(t.Fields, f)
	return nil
}
