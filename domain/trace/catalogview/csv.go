package catalogview

import (
	"errors"
	"io"
	"slices"
	"strings"

	"pedigree/format/gs1"
	"pedigree/format/sheet"
)

// Columns of a CSV of products besides its fields. Only the first is needed.
const (
	columnGTIN = "gtin"
	columnFrom = "from"
)

// readCSV reads a file of products: a first line with the names of columns, gtin, from
// and Fields in any order, and a product on each other line. What doesn't say from when
// it holds, holds from the day of the file.
func readCSV(in io.Reader, day int64, each func(entry), bad func(Bad) error) error {
	s, err := sheet.Open(in, sheet.Options{Limits: sheet.Limits{Bytes: csvBytesMax, Record: recordBytesMax, Rows: csvRowsMax, Columns: csvColumnsMax}})
	if err != nil {
		return noProducts(err)
	}
	columns, err := columnsOf(s.Head)
	for err == nil {
		var record []string
		var line int
		record, line, err = s.Next()
		wrong := ""
		var broken *sheet.LineError
		if errors.As(err, &broken) {
			wrong, err = broken.Text, nil
		} else if err == nil {
			e, fault := product(columns, record, day)
			if fault == nil {
				each(e)
				continue
			}
			wrong = fault.Error()
		}
		if err == nil {
			err = bad(Bad{Line: line, Text: wrong})
		}
	}
	if errors.Is(err, io.EOF) {
		return nil
	}
	return noProducts(err)
}

// noProducts says of a file that is no table whose fault that is.
func noProducts(err error) error {
	var file *sheet.FileError
	switch {
	case !errors.As(err, &file):
		return err
	case file.Limit:
		return limited("the file of products can't be read: %w", err)
	}
	return invalid("the file of products can't be read: %w", err)
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
