package export

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
)

// tableCheck is what a check knows of the tables of an archive.
type tableCheck struct {
	all    Tables
	named  map[string]*Table // by file
	refer  *references
	gone   map[Gone]bool
	before Gone
	lost   bool // what they are can't be read
}

// files are the names of the tables' files.
func (c *tableCheck) files() (list []string) {
	for _, t := range c.all.Tables {
		list = append(list, t.File())
	}
	return list
}

// readTables reads what the tables of this archive are, and then what stands in those to
// which others refer. Where this program knows other tables it says so.
func (c *checking) readTables() error {
	c.tables = tableCheck{named: map[string]*Table{}, gone: map[Gone]bool{}}
	raw, err := c.small(TablesFile, smallBytesMax)
	if err == nil {
		err = decodeStrict(raw, &c.tables.all)
	}
	if err == nil {
		err = c.tables.all.checkForms()
	}
	if err != nil {
		c.tables.all, c.tables.lost = Tables{}, true
		c.fault(TablesFile, "it can't be read: %v", err)
	}
	for i := range c.tables.all.Tables {
		t := &c.tables.all.Tables[i]
		c.tables.named[t.File()] = t
	}
	c.tables.refer = newReferences(c.tables.all)
	if err := c.compareTables(); err != nil {
		return err
	}
	return c.learn()
}

// checkForms refuses tables that couldn't be checked.
func (all Tables) checkForms() error {
	if all.Tables == nil {
		return errors.New("it names no tables")
	}
	if len(all.Tables) > tablesMax {
		return fmt.Errorf("it has more than %d tables", tablesMax)
	}
	seen := map[string]bool{}
	for _, t := range all.Tables {
		if seen[t.Name] || t.Name == "" {
			return fmt.Errorf("table %q is there twice, or has no name", t.Name)
		}
		seen[t.Name] = true
		for _, f := range t.Fields {
			if !slices.Contains([]Form{Integer, Text, Flag, Hex, Base64, JSON, Moment, Day}, f.Form) {
				return fmt.Errorf("%s.%s has form %q, which this program doesn't know", t.Name, f.Name, f.Form)
			}
		}
	}
	return nil
}

// compareTables notes in what the archive's tables are others than this program's.
func (c *checking) compareTables() error {
	own, err := StoreTables()
	if err != nil {
		return err
	}
	known := map[string]Table{}
	for _, t := range own.Tables {
		known[t.Name] = t.shape()
	}
	for _, t := range c.tables.all.Tables {
		mine, there := known[t.Name]
		switch delete(known, t.Name); {
		case !there:
			c.note("table %s is none that this program knows: its lines were checked by tables.json alone", t.Name)
		case !reflect.DeepEqual(t.shape(), mine):
			c.note("table %s has other fields than this program knows: its lines were checked by tables.json alone", t.Name)
		}
	}
	for _, t := range own.Tables {
		if _, missing := known[t.Name]; missing {
			c.note("there is no table %s: the program that wrote this had none, or left it out", t.Name)
		}
	}
	return nil
}

// shape is a table without what it says to people.
func (t Table) shape() Table {
	out := Table{Name: t.Name}
	for _, f := range t.Fields {
		out.Fields = append(out.Fields, Field{Name: f.Name, Form: f.Form, Of: append([]Reference(nil), f.Of...)})
	}
	return out
}

// learn reads what others refer to. A line that can't be read is told of later.
func (c *checking) learn() error {
	for name, e := range c.places {
		targets := c.tables.refer.targets(name)
		if len(targets) == 0 {
			continue
		}
		for in := readLines(c.a.open(e)); ; {
			line, err := in.next()
			if err == nil {
				err = c.tables.refer.learn(targets, line)
			}
			if err != nil {
				break
			}
			if err := c.ctx.Err(); err != nil {
				return err
			}
		}
	}
	if e, there := c.places[GoneFile]; there {
		for in := readLines(c.a.open(e)); len(c.tables.gone) <= goneMax; {
			line, err := in.next()
			var g Gone
			if err != nil || json.Unmarshal(line, &g) != nil {
				break
			}
			c.tables.gone[g] = true
		}
	}
	for _, target := range sortedKeys(c.tables.refer.full) {
		c.note("whether each value that refers to %s is there was not checked: it has more than %d", target, namesMax)
	}
	return nil
}

func sortedKeys(m map[string]bool) (list []string) {
	for name := range m {
		list = append(list, name)
	}
	slices.Sort(list)
	return list
}

// row checks a line of a table, and that what it refers to is there, or gone.
func (c *checking) row(t *Table, line []byte) error {
	row, err := t.check(line)
	if err != nil {
		return err
	}
	var dangling []string
	c.tables.refer.missing(*t, row, func(field string, g Gone) {
		if c.tables.gone[g] {
			return
		}
		dangling = append(dangling, fmt.Sprintf("%s names %s, which isn't there", field, g))
	})
	if len(dangling) > 0 {
		return errors.New(strings.Join(dangling, "; "))
	}
	return nil
}

// gone checks a line of what is named and was erased.
func (c *checking) gone(line []byte) error {
	var g Gone
	if err := decodeStrict(line, &g); err != nil {
		return err
	}
	if g.compare(c.tables.before) <= 0 {
		return fmt.Errorf("%s stands after %s", g, c.tables.before)
	}
	known := c.tables.refer.known[g.Of]
	if known == nil || known.has(g.Name) && !c.tables.refer.full[g.Of] {
		return fmt.Errorf("%s is there, or nothing refers to such a thing", g)
	}
	c.tables.before = g
	c.report.Gone++
	return nil
}
