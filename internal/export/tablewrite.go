package export

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
)

// SpoolTables reads every table that leaves to the disk: each calls row with each row of
// a table, its columns by name with int64, string, []byte or nil.
func (w *Writer) SpoolTables(each func(table string, row func(map[string]any) error) error) error {
	for _, t := range w.all.Tables {
		s, err := w.Spool(t.File(), func(line func(any) error) error {
			return each(t.Name, func(row map[string]any) error {
				text, err := t.line(row)
				if err != nil {
					return err
				}
				return line(text)
			})
		})
		if err != nil {
			return err
		}
		w.spools[t.Name] = s
	}
	return nil
}

// AddGone writes the list of what tables name and isn't there any more. It comes after
// every list and table to which they refer was spooled.
func (w *Writer) AddGone() error {
	gone := map[Gone]bool{}
	for _, t := range w.all.Tables {
		s := w.spools[t.Name]
		if s == nil {
			return fmt.Errorf("couldn't write the export: table %s was not read", t.Name)
		}
		if !t.refers() {
			continue
		}
		err := s.Each(func(line []byte) error {
			var row map[string]json.RawMessage
			if err := json.Unmarshal(line, &row); err != nil {
				return err
			}
			w.refer.missing(t, row, func(_ string, g Gone) { gone[g] = true })
			if len(gone) > goneMax {
				return fmt.Errorf("its tables name more than %d things that were erased", goneMax)
			}
			return w.ctx.Err()
		})
		if err != nil {
			return fmt.Errorf("couldn't write %s of the export: %w", GoneFile, err)
		}
	}
	return w.AddLines(GoneFile, func(line func(any) error) error {
		list := make([]Gone, 0, len(gone))
		for g := range gone {
			list = append(list, g)
		}
		slices.SortFunc(list, Gone.compare)
		for _, g := range list {
			if err := line(g); err != nil {
				return err
			}
		}
		return nil
	})
}

func (t Table) refers() bool {
	return slices.ContainsFunc(t.Fields, func(f Field) bool { return len(f.Of) > 0 })
}

// AddTables writes what the tables are, and each of them.
func (w *Writer) AddTables() error {
	text, err := encodeJSON(w.all)
	if err != nil {
		return err
	}
	if err := w.AddBytes(TablesFile, text); err != nil {
		return err
	}
	for _, t := range w.all.Tables {
		if w.spools[t.Name] == nil {
			return errors.New("couldn't write the export: its tables were not read")
		}
		if err := w.AddSpool(w.spools[t.Name]); err != nil {
			return err
		}
	}
	return nil
}
