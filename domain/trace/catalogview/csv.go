package catalogview

import (
	"bufio"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"pedigree/format/gs1"
)

// Columns of a CSV of products besides its fields. Only the first is needed.
const (
	columnGTIN = "gtin"
	columnFrom = "from"
)

// gate lets so many bytes of a record pass: a quote that is never closed must not take
// the memory.
type gate struct {
	in        io.Reader
	left, all int
}

// Read implements io.Reader.
func (g *gate) Read(p []byte) (int, error) {
	if g.left <= 0 || g.all <= 0 {
		return 0, fmt.Errorf("a line has more than %d bytes, or the file more than %d; a quote may not be closed", recordBytesMax, csvBytesMax)
	}
	n, err := g.in.Read(p[:min(len(p), g.left, g.all)])
	g.left, g.all = g.left-n, g.all-n
	return n, err
}

// readCSV reads a file of products: a first line with the names of columns, gtin, from
// and Fields in any order, and a product on each other line. What doesn't say from when
// it holds, holds from the day of the file.
func readCSV(in io.Reader, day int64, each func(entry), bad func(Bad) error) error {
	b := bufio.NewReader(in)
	if head, _ := b.Peek(3); string(head) == "\xef\xbb\xbf" {
		_, _ = b.Discard(3)
	}
	g := &gate{b, recordBytesMax, csvBytesMax}
	c := csv.NewReader(g)
	c.ReuseRecord = true
	head, err := c.Read()
	if err != nil {
		return invalid("the first line can't be read as names of columns: %w", err)
	}
	columns, err := columnsOf(head)
	if err != nil {
		return err
	}
	for rows := 0; ; rows++ {
		g.left = recordBytesMax
		record, err := c.Read()
		var parse *csv.ParseError
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil && !errors.As(err, &parse):
			return invalid("the file can't be read: %w", err)
		case rows >= csvRowsMax:
			return limited("the file has more than %d lines", csvRowsMax)
		}
		line := 0
		if err != nil {
			line, err = parse.StartLine, parse.Err
		} else {
			line, _ = c.FieldPos(0)
			var e entry
			if e, err = product(columns, record, day); err == nil {
				each(e)
			}
		}
		if err != nil {
			if err := bad(Bad{Line: line, Text: err.Error()}); err != nil {
				return err
			}
		}
	}
}

func columnsOf(head []string) (columns []string, err error) {
	for _, name := range head {
		name = strings.ReplaceAll(strings.ToLower(strings.TrimSpace(name)), "_", "-")
		if name != columnGTIN && name != columnFrom && !slices.Contains(Fields, name) {
			return nil, invalid("the file has a column %q; the columns are %s, %s, %s", name, columnGTIN, columnFrom, strings.Join(Fields, ", "))
		}
		if slices.Contains(columns, name) {
			return nil, invalid("the file has the column %q twice", name)
		}
		columns = append(columns, name)
	}
	if !slices.Contains(columns, columnGTIN) {
		return nil, invalid("the file has no column %q", columnGTIN)
	}
	return columns, nil
}

// product reads a line.
func product(columns, record []string, day int64) (entry, error) {
	e := entry{from: day, values: Values{}}
	for i, name := range columns {
		text := strings.Join(strings.Fields(record[i]), " ")
		switch name {
		case columnGTIN:
			gtin, err := gs1.ParseGTIN(text)
			if err != nil {
				return e, err
			}
			e.gtin = string(gtin)
		case columnFrom:
			var err error
			if e.from, err = parseDay(text, day); err != nil {
				return e, err
			}
		default:
			if text != "" && !strings.EqualFold(text, "null") {
				e.values[name] = strings.Clone(text)
			}
		}
	}
	return e, e.values.check()
}
