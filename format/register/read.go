package register

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"pedigree/format/sheet"
)

// Row is one line of a list. Days are days since 1970-01-01; 0 is none.
type Row struct {
	Line            int
	Key, Number     string
	From, To, Since int64
	Status          Status
}

// Bad is a line that can't be read.
type Bad struct {
	Line int    `json:"line"`
	Text string `json:"text"`
}

// ErrFile says that the file as a whole is not the list that the mapping describes.
var ErrFile = errors.New("this file is not the list that its mapping describes")

// Read reads a list and calls row for each line, or bad for one that can't be read.
func Read(r io.Reader, m Mapping, row func(Row) error, bad func(Bad) error) error {
	o := sheet.Options{
		Limits:      sheet.Limits{Bytes: BytesMax, Record: recordBytesMax, Rows: RowsMax, Columns: columnsMax},
		Windows1252: m.Encoding == "windows-1252",
	}
	if m.Separator != "" && m.Separator != "," {
		o.Comma, o.Lazy = rune(m.Separator[0]), true // such files are written without quoting
	}
	s, err := sheet.Open(r, o)
	if err != nil {
		return noList(err)
	}
	at, err := m.columns(s.Head)
	for err == nil {
		err = m.each(s, at, row, bad)
	}
	if errors.Is(err, io.EOF) {
		err = nil
	}
	return err
}

// noList says of a file that is no table that it is no list either.
func noList(err error) error {
	var file *sheet.FileError
	if errors.As(err, &file) {
		return fmt.Errorf("%w: %w", ErrFile, err)
	}
	return err
}

// each reads one record. io.EOF: there is no more.
func (m Mapping) each(s *sheet.Sheet, at [6]int, row func(Row) error, bad func(Bad) error) error {
	record, line, err := s.Next()
	var broken *sheet.LineError
	if errors.As(err, &broken) {
		return bad(Bad{line, broken.Text})
	}
	if err != nil {
		return noList(err)
	}
	r, err := m.row(record, at)
	if err != nil {
		return bad(Bad{line, err.Error()})
	}
	r.Line = line
	return row(r)
}

// columns finds the columns, and refuses a file that lacks one or has one more.
func (m Mapping) columns(head []string) (at [6]int, err error) {
	names := make([]string, len(head))
	for i, name := range head {
		names[i] = strings.TrimSpace(name)
		if !slices.Contains(m.Columns.list(), names[i]) && !slices.Contains(m.Ignored, names[i]) {
			return at, fmt.Errorf("%w: it has a column %q, which the mapping neither uses nor ignores", ErrFile, names[i])
		}
		if slices.Contains(names[:i], names[i]) {
			return at, fmt.Errorf("%w: it has the column %q twice", ErrFile, names[i])
		}
	}
	for i, name := range m.Columns.list() {
		at[i] = slices.Index(names, name)
		if name != "" && at[i] < 0 {
			return at, fmt.Errorf("%w: it has no column %q", ErrFile, name)
		}
	}
	return at, nil
}

func (m Mapping) row(record []string, at [6]int) (r Row, err error) {
	field := func(i int) string {
		if at[i] < 0 {
			return ""
		}
		return strings.TrimSpace(record[at[i]])
	}
	r.Key, r.Number, r.Status = field(0), field(1), Active
	if r.Number == "" {
		r.Number = r.Key
	}
	for _, s := range []string{r.Key, r.Number} {
		if s == "" || len(s) > keyBytesMax || !utf8.ValidString(s) || strings.ContainsRune(s, 0) {
			return r, fmt.Errorf("its key or number is empty, has more than %d bytes, or isn't in the mapping's encoding", keyBytesMax)
		}
	}
	for i, day := range map[int]*int64{2: &r.From, 3: &r.To, 5: &r.Since} {
		if *day, err = m.day(field(i)); err != nil {
			return r, err
		}
	}
	if r.From != 0 && r.To != 0 && r.From > r.To {
		return r, errors.New("its first day is after its last")
	}
	if m.Columns.Status != "" {
		known := false
		if r.Status, known = m.Statuses[field(4)]; !known {
			return r, fmt.Errorf("the mapping doesn't say what the status %q means", field(4))
		}
	}
	return r, nil
}

// day reads a day from 1970 to 9999; an empty text is none.
func (m Mapping) day(s string) (int64, error) {
	if s == "" {
		return 0, nil
	}
	t, err := time.Parse(dateForms[m.Dates], s)
	if err != nil || t.Year() < 1970 {
		return 0, fmt.Errorf("the day %q is not one from 1970 on in the form %s", s, m.Dates)
	}
	return t.Unix() / 86400, nil
}
