package export

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// references knows what stands in the lists and tables to which fields refer. Numbers
// take memory for each gap between them, names 16 bytes each.
type references struct {
	known map[string]*names // by target
	full  map[string]bool   // targets with more names than are kept
}

// names are the values of one field.
type names struct {
	runs   []run // of numbers, ascending
	hashes map[[16]byte]struct{}
}

// run is numbers from the first to the last.
type run struct{ first, last int64 }

// byID are the lists to which fields refer, by the member id of their lines.
var byID = map[string]string{DocumentsFile: "documents", InboxFile: "inbox", OutboxFile: "outbox", ShipmentsFile: "shipments"}

func newReferences(all Tables) *references {
	r := &references{known: map[string]*names{}, full: map[string]bool{}}
	for _, t := range all.Tables {
		for _, f := range t.Fields {
			for _, of := range f.Of {
				r.known[of.To] = &names{hashes: map[[16]byte]struct{}{}}
			}
		}
	}
	return r
}

// targets are the fields of a file to which others refer, each with its name as a target.
func (r *references) targets(file string) map[string]string {
	fields := map[string]string{}
	if list, is := byID[file]; is && r.known[list] != nil {
		fields["id"] = list
	}
	table, is := strings.CutPrefix(strings.TrimSuffix(file, ".ndjson"), tablesFolder)
	for target := range r.known {
		if of, field, _ := strings.Cut(target, "."); is && of == table {
			fields[field] = target
		}
	}
	return fields
}

// learn notes what a line holds for those who refer to it.
func (r *references) learn(targets map[string]string, line []byte) error {
	if len(targets) == 0 {
		return nil
	}
	var row map[string]json.RawMessage
	if err := json.Unmarshal(line, &row); err != nil {
		return err
	}
	for field, target := range targets {
		if name := nameOf(row[field]); name != "" && !r.known[target].add(name) {
			r.full[target] = true
		}
	}
	return nil
}

// nameOf is a value in text; "" names nothing.
func nameOf(raw json.RawMessage) string {
	var text string
	if len(raw) > 0 && raw[0] == '"' {
		if json.Unmarshal(raw, &text) != nil {
			return ""
		}
		return text
	}
	if s := string(raw); s != "null" && s != "0" {
		return s
	}
	return ""
}

// missing calls fn with what a table's line refers to and isn't known.
func (r *references) missing(t Table, row map[string]json.RawMessage, fn func(field string, g Gone)) {
	for _, f := range t.Fields {
		name := nameOf(row[f.Name])
		if name == "" {
			continue
		}
		for _, of := range f.Of {
			if of.Where != "" && nameOf(row[of.Where]) != of.Is {
				continue
			}
			if known := r.known[of.To]; !r.full[of.To] && !known.has(name) {
				fn(f.Name, Gone{of.To, name})
			}
		}
	}
}

// add notes a name; false when there are too many.
func (n *names) add(name string) bool {
	if v, is := number(name); is {
		return n.number(v)
	}
	if len(n.hashes) >= namesMax {
		return false
	}
	n.hashes[short(name)] = struct{}{}
	return true
}

// number reads a name that is a number as JSON has it.
func number(name string) (int64, bool) {
	v, err := strconv.ParseInt(name, 10, 64)
	return v, err == nil && strconv.FormatInt(v, 10) == name
}

func (n *names) number(v int64) bool {
	at := n.after(v)
	switch {
	case at > 0 && n.runs[at-1].last >= v:
		return true
	case at > 0 && n.runs[at-1].last == v-1:
		n.runs[at-1].last = v
		if at < len(n.runs) && n.runs[at].first == v+1 {
			n.runs[at-1].last = n.runs[at].last
			n.runs = slices.Delete(n.runs, at, at+1)
		}
	case at < len(n.runs) && n.runs[at].first == v+1:
		n.runs[at].first = v
	case len(n.runs) >= namesMax:
		return false
	default:
		n.runs = slices.Insert(n.runs, at, run{v, v})
	}
	return true
}

// after is the place of the first run that begins after a number.
func (n *names) after(v int64) int {
	at, exact := slices.BinarySearchFunc(n.runs, v, func(r run, v int64) int {
		switch {
		case r.first < v:
			return -1
		case r.first > v:
			return 1
		}
		return 0
	})
	if exact {
		return at + 1
	}
	return at
}

func (n *names) has(name string) bool {
	if v, is := number(name); is {
		at := n.after(v)
		return at > 0 && n.runs[at-1].last >= v
	}
	_, there := n.hashes[short(name)]
	return there
}

func short(name string) [16]byte {
	sum := sha256.Sum256([]byte(name))
	return [16]byte(sum[:16])
}

// Gone is something that a table's line names and the store has no more: it was erased.
type Gone struct {
	Of   string `json:"of" doc:"documents, inbox, outbox or shipments, or TABLE.FIELD"`
	Name string `json:"name" doc:"Its number or id"`
}

// compare orders the lines of gone.ndjson.
func (g Gone) compare(h Gone) int {
	if c := strings.Compare(g.Of, h.Of); c != 0 {
		return c
	}
	return strings.Compare(g.Name, h.Name)
}

// String names it as people do.
func (g Gone) String() string { return fmt.Sprintf("%s %s", g.Of, g.Name) }
