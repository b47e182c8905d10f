package ndcdir

import (
	"archive/zip"
	"bufio"
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"
	"unicode/utf8"

	"pedigree/format/sheet"
)

// ErrFile says that a file as a whole is no part of a directory.
var ErrFile = errors.New("this is not the National Drug Code directory")

// fatal ends the reading; what is not fatal is said of one line.
type fatal struct{ error }

func (f fatal) Unwrap() error { return f.error }

type column struct {
	name     string
	optional bool
}

// ReadZip reads a directory from the archive that has both of its files, product.txt
// and package.txt (or .csv), as the FDA publishes it.
func ReadZip(r io.ReaderAt, size int64, each func(Package) error, bad func(Bad) error) (Counts, error) {
	if size > ZipBytesMax {
		return Counts{}, fmt.Errorf("%w: the archive has more than %d bytes", ErrFile, ZipBytesMax)
	}
	z, err := zip.NewReader(r, size)
	if err != nil {
		return Counts{}, fmt.Errorf("%w: it is no zip archive of product.txt and package.txt: %w", ErrFile, err)
	}
	if len(z.File) > entriesMax {
		return Counts{}, fmt.Errorf("%w: the archive has %d files, more than %d", ErrFile, len(z.File), entriesMax)
	}
	var files [2]io.ReadCloser
	for i, name := range []string{"product", "package"} {
		if files[i], err = entry(z, name); err != nil {
			return Counts{}, err
		}
		defer files[i].Close()
	}
	return Read(files[0], files[1], each, bad)
}

func entry(z *zip.Reader, name string) (io.ReadCloser, error) {
	i := slices.IndexFunc(z.File, func(f *zip.File) bool {
		base := strings.ToLower(path.Base(f.Name))
		return base == name+".txt" || base == name+".csv"
	})
	if i < 0 {
		return nil, fmt.Errorf("%w: the archive has no %s.txt", ErrFile, name)
	}
	if z.File[i].UncompressedSize64 > FileBytesMax {
		return nil, fmt.Errorf("%w: %s has more than %d bytes", ErrFile, z.File[i].Name, FileBytesMax)
	}
	f, err := z.File[i].Open()
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrFile, err)
	}
	return f, nil
}

// records gives the fields of one line after the other, with its number.
type records interface {
	next() (fields []string, line int, err error)
}

// read calls row for each line of a file, with the fields of the columns in their order.
func (d *directory) read(file string, in io.Reader, columns []column, row func(int, []string) error) error {
	source := open(in)
	head, _, err := source.next()
	if err != nil {
		return fmt.Errorf("%w: the first line of the %s file can't be read as names of columns: %w", ErrFile, file, err)
	}
	at, unknown, err := places(file, head, columns)
	if err != nil {
		return err
	}
	d.counts.Unknown += unknown
	fields := make([]string, len(columns))
	for {
		record, line, err := source.next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		var parse *csv.ParseError
		if err != nil && !errors.As(err, &parse) {
			return fmt.Errorf("%w: the %s file can't be read after line %d: %w", ErrFile, file, line, err)
		}
		if err == nil {
			err = pick(fields, record, at, len(head))
		}
		if err == nil {
			err = row(line, fields)
		}
		var end fatal
		switch {
		case errors.As(err, &end):
			return end.error
		case err != nil:
			d.counts.Bad++
			if err := d.bad(Bad{file, line, err.Error()}); err != nil {
				return err
			}
		}
	}
}

// places finds the columns of a file.
func places(file string, head []string, columns []column) (at []int, unknown int, err error) {
	if len(head) > columnsMax {
		return nil, 0, fmt.Errorf("%w: the %s file has %d columns, more than %d", ErrFile, file, len(head), columnsMax)
	}
	for i := range head {
		head[i] = strings.ToUpper(strings.TrimSpace(head[i]))
		if slices.Contains(head[:i], head[i]) {
			return nil, 0, fmt.Errorf("%w: the %s file has the column %q twice", ErrFile, file, head[i])
		}
		if !slices.Contains(ignored, head[i]) && !slices.ContainsFunc(columns, func(c column) bool { return c.name == head[i] }) {
			unknown++
		}
	}
	for _, c := range columns {
		place := slices.Index(head, c.name)
		if place < 0 && !c.optional {
			return nil, 0, fmt.Errorf("%w: the %s file has no column %s", ErrFile, file, c.name)
		}
		at = append(at, place)
	}
	return at, unknown, nil
}

// pick takes the fields of the columns out of a line.
func pick(into, record []string, at []int, columns int) error {
	if len(record) > columns {
		return fmt.Errorf("it has %d fields under %d columns", len(record), columns)
	}
	for i, place := range at {
		if into[i] = ""; place < 0 || place >= len(record) {
			continue
		}
		if len(record[place]) > fieldBytesMax {
			return fmt.Errorf("a field has more than %d bytes", fieldBytesMax)
		}
		text := record[place]
		if !utf8.ValidString(text) {
			text = sheet.Windows1252(text)
		}
		if strings.ContainsRune(text, 0) {
			return errors.New("a field has a zero byte")
		}
		into[i] = strings.TrimSpace(text)
	}
	return nil
}

// open tells by the first line whether fields are behind tabs, as published, or commas.
func open(in io.Reader) records {
	b := bufio.NewReaderSize(&capped{in, FileBytesMax}, lineBytesMax)
	if head, _ := b.Peek(3); string(head) == "\xef\xbb\xbf" {
		_, _ = b.Discard(3)
	}
	head, _ := b.Peek(4096)
	if first, _, _ := bytes.Cut(head, []byte("\n")); bytes.ContainsRune(first, '\t') {
		return &tabbed{in: b}
	}
	g := &gated{in: b}
	c := csv.NewReader(g)
	c.FieldsPerRecord, c.ReuseRecord = -1, true
	return &quoted{c, g}
}

// capped ends a file that is larger than its archive says.
type capped struct {
	in   io.Reader
	left int64
}

// Read implements io.Reader.
func (c *capped) Read(p []byte) (int, error) {
	n, err := c.in.Read(p)
	if c.left -= int64(n); c.left < 0 {
		return 0, fmt.Errorf("it has more than %d bytes", FileBytesMax)
	}
	return n, err
}

// tabbed reads lines whose fields are behind tabs. Such files are written without
// quoting, but for programs that put quotes around a whole field.
type tabbed struct {
	in   *bufio.Reader
	line int
}

func (t *tabbed) next() ([]string, int, error) {
	for {
		raw, err := t.in.ReadSlice('\n')
		if len(raw) == 0 && err != nil {
			return nil, t.line, err
		}
		t.line++
		if errors.Is(err, bufio.ErrBufferFull) {
			return nil, t.line, fmt.Errorf("a line has more than %d bytes", lineBytesMax)
		}
		if err != nil && !errors.Is(err, io.EOF) {
			return nil, t.line, err
		}
		text := strings.TrimRight(string(raw), "\r\n")
		if strings.TrimSpace(text) == "" {
			continue
		}
		fields := strings.Split(text, "\t")
		for i, f := range fields {
			if len(f) >= 2 && f[0] == '"' && f[len(f)-1] == '"' {
				fields[i] = strings.ReplaceAll(f[1:len(f)-1], `""`, `"`)
			}
		}
		return fields, t.line, nil
	}
}

// gated lets so many bytes of a record pass: a quote that is never closed must not take
// the memory.
type gated struct {
	in   io.Reader
	left int
}

// Read implements io.Reader.
func (g *gated) Read(p []byte) (int, error) {
	if g.left <= 0 {
		return 0, fmt.Errorf("a line has more than %d bytes; a quote may not be closed", lineBytesMax)
	}
	n, err := g.in.Read(p[:min(len(p), g.left)])
	g.left -= n
	return n, err
}

type quoted struct {
	*csv.Reader
	gate *gated
}

func (q *quoted) next() ([]string, int, error) {
	q.gate.left = lineBytesMax
	record, err := q.Read()
	line := 0
	var parse *csv.ParseError
	switch {
	case errors.As(err, &parse):
		line = parse.StartLine
	case err == nil && len(record) > 0:
		line, _ = q.FieldPos(0)
	}
	return record, line, err
}
