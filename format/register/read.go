package register

import (
	"bufio"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
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

// gate lets so many bytes of a record pass.
type gate struct {
	r          io.Reader
	left, all  int
	over, huge bool
}

func (g *gate) Read(p []byte) (int, error) {
	if g.left <= 0 || g.all <= 0 {
		g.over, g.huge = g.left <= 0, g.all <= 0
		return 0, io.ErrUnexpectedEOF
	}
	n, err := g.r.Read(p[:min(len(p), g.left, g.all)])
	g.left, g.all = g.left-n, g.all-n
	return n, err
}

// Read reads a list and calls row for each line, or bad for one that can't be read.
func Read(r io.Reader, m Mapping, row func(Row) error, bad func(Bad) error) error {
	in := bufio.NewReader(r)
	if head, _ := in.Peek(4); strings.HasPrefix(string(head), "PK\x03\x04") {
		return fmt.Errorf("%w: it is a zip archive; unpack it first", ErrFile)
	}
	if head, _ := in.Peek(3); string(head) == "\xef\xbb\xbf" {
		_, _ = in.Discard(3)
	}
	g := &gate{r: in, left: recordBytesMax, all: BytesMax}
	c := csv.NewReader(g)
	c.ReuseRecord = true
	if m.Separator != "" && m.Separator != "," {
		c.Comma, c.LazyQuotes = rune(m.Separator[0]), true // such files are written without quoting
	}
	head, err := c.Read()
	if err != nil {
		return fmt.Errorf("%w: its first line can't be read as names of columns: %w", ErrFile, g.why(err))
	}
	at, err := m.columns(head)
	if err != nil {
		return err
	}
	for rows := 0; ; rows++ {
		g.left = recordBytesMax
		record, err := c.Read()
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case g.over || g.huge:
			return fmt.Errorf("%w: %w", ErrFile, g.why(err))
		case rows >= RowsMax:
			return fmt.Errorf("%w: it has more than %d lines", ErrFile, RowsMax)
		}
		if err := m.each(c, record, err, at, row, bad); err != nil {
			return err
		}
	}
}

// why names the limit that a reader ran into.
func (g *gate) why(err error) error {
	switch {
	case g.huge:
		return fmt.Errorf("it has more than %d bytes", BytesMax)
	case g.over:
		return fmt.Errorf("a line has more than %d bytes; a quote may not be closed", recordBytesMax)
	}
	return err
}

// each reads one record.
func (m Mapping) each(c *csv.Reader, record []string, failed error, at [6]int, row func(Row) error, bad func(Bad) error) error {
	var parse *csv.ParseError
	if errors.As(failed, &parse) {
		return bad(Bad{parse.StartLine, parse.Err.Error()})
	}
	if failed != nil {
		return fmt.Errorf("couldn't read the list: %w", failed)
	}
	line, _ := c.FieldPos(0)
	r, err := m.row(record, at)
	if err != nil {
		return bad(Bad{line, err.Error()})
	}
	r.Line = line
	return row(r)
}

// columns finds the columns, and refuses a file that lacks one or has one more.
func (m Mapping) columns(head []string) (at [6]int, err error) {
	if len(head) > columnsMax {
		return at, fmt.Errorf("%w: it has %d columns, more than %d", ErrFile, len(head), columnsMax)
	}
	names := make([]string, len(head))
	for i, name := range head {
		names[i] = m.text(strings.TrimSpace(name))
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
		return strings.TrimSpace(m.text(record[at[i]]))
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

// high are the characters 0x80 to 0x9f of Windows-1252; 0 is none.
var high = [32]rune{
	'€', 0, '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', 0, 'Ž', 0,
	0, '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', 0, 'ž', 'Ÿ',
}

// text is a field in UTF-8.
func (m Mapping) text(s string) string {
	if m.Encoding != "windows-1252" {
		return s
	}
	return Windows1252(s)
}

// Windows1252 turns text of that code page into UTF-8. A byte that means nothing in it
// becomes U+FFFD.
func Windows1252(s string) string {
	if !strings.ContainsFunc(s, func(r rune) bool { return r >= utf8.RuneSelf }) {
		return s
	}
	out := make([]rune, 0, len(s))
	for i := range len(s) {
		r := rune(s[i])
		if r >= 0x80 && r < 0xa0 {
			if r = high[r-0x80]; r == 0 {
				r = utf8.RuneError
			}
		}
		out = append(out, r)
	}
	return string(out)
}
