package sheet

import (
	"bufio"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"
)

// peekBytes is how much of a file tells what separates its cells.
const peekBytes = 16 << 10

// Limits of a table. Each one must be given.
type Limits struct {
	Bytes   int // of the file
	Record  int // bytes of one line, or of several that a quote joins
	Rows    int // records besides the first line
	Columns int
}

// Options say how a table is written.
type Options struct {
	Limits

	// Comma separates cells; a comma when zero.
	Comma rune
	// AnyComma finds what separates cells in the first line: a comma, a semicolon, a tab or
	// a bar.
	AnyComma bool
	// Lazy takes a quote within a cell for text. Some programs write ="0012" to keep a
	// number as text, and files with tabs are written without quoting.
	Lazy bool
	// Ragged takes lines that have more or fewer cells than the first.
	Ragged bool
	// Windows1252 says that the text is in that code page, and not in UTF-8.
	Windows1252 bool
}

// FileError says that a file as a whole can't be read as a table, and why.
type FileError struct {
	Limit bool // it is over a limit; in parts it could be read
	text  string
}

// Error implements error.
func (e *FileError) Error() string { return e.text }

func notThis(format string, args ...any) error { return &FileError{text: fmt.Sprintf(format, args...)} }

func tooMuch(format string, args ...any) error {
	return &FileError{Limit: true, text: fmt.Sprintf(format, args...)}
}

// LineError says what is wrong with one line. The next one can be read.
type LineError struct {
	Line int
	Text string
}

// Error implements error.
func (e *LineError) Error() string { return fmt.Sprintf("line %d: %s", e.Line, e.Text) }

// Sheet is a table that is being read.
type Sheet struct {
	Head  []string // the names of the columns, as the file has them
	Comma rune     // what separates cells

	options Options
	gate    *gate
	csv     *csv.Reader
	rows    int
	line    int // on which the last record began; 0 before the first
}

// Open reads the first line of a table. A FileError says that the file is none; any other
// error is of the reader.
func Open(r io.Reader, o Options) (*Sheet, error) {
	in := bufio.NewReaderSize(r, peekBytes)
	if err := skipMark(in); err != nil {
		return nil, err
	}
	s := &Sheet{options: o, Comma: ',', gate: &gate{r: in, left: o.Record, all: o.Bytes}}
	if o.Comma != 0 {
		s.Comma = o.Comma
	}
	if o.AnyComma {
		first, _ := in.Peek(peekBytes) // what is wrong with it, its reader meets again
		s.Comma = commaOf(first)
	}
	s.csv = csv.NewReader(s.gate)
	s.csv.Comma, s.csv.LazyQuotes, s.csv.ReuseRecord = s.Comma, o.Lazy, true
	if o.Ragged {
		s.csv.FieldsPerRecord = -1
	}
	head, err := s.csv.Read()
	switch {
	case s.gate.failed != nil:
		return nil, fmt.Errorf("couldn't read the file: %w", s.gate.failed)
	case s.gate.shut:
		return nil, s.tooLong()
	case errors.Is(err, io.EOF):
		return nil, notThis("it is empty; its first line names the columns")
	case err != nil:
		return nil, notThis("its first line can't be read as names of columns: %v", err)
	case len(head) > o.Columns:
		return nil, tooMuch("its first line names %d columns, more than %d", len(head), o.Columns)
	}
	s.Head, s.line = s.text(append([]string(nil), head...)), 1
	return s, nil
}

// skipMark leaves out a byte order mark, and refuses what is no text.
func skipMark(in *bufio.Reader) error {
	head, _ := in.Peek(4)
	switch text := string(head); {
	case strings.HasPrefix(text, "\xef\xbb\xbf"):
		_, _ = in.Discard(3)
	case strings.HasPrefix(text, "PK\x03\x04"):
		return notThis("it is a workbook or a zip archive; save the sheet as CSV (UTF-8), or unpack it first")
	case strings.HasPrefix(text, "\xff\xfe"), strings.HasPrefix(text, "\xfe\xff"):
		return notThis("it is text in UTF-16; save it as CSV (UTF-8)")
	}
	return nil
}

// Next reads a record and tells the line on which it begins. The record is good until the
// next call. io.EOF: there is no more; a LineError: this one can't be read; a FileError:
// the file is over a limit; any other error is of the reader.
func (s *Sheet) Next() (record []string, line int, err error) {
	s.gate.left = s.options.Record
	record, err = s.csv.Read()
	var parse *csv.ParseError
	switch {
	case s.gate.failed != nil:
		return nil, s.line, fmt.Errorf("couldn't read the file after line %d: %w", s.line, s.gate.failed)
	case s.gate.shut:
		return nil, s.line, s.tooLong()
	case errors.Is(err, io.EOF):
		return nil, s.line, io.EOF
	case s.rows >= s.options.Rows:
		return nil, s.line, tooMuch("it has more than %d lines; give it in parts", s.options.Rows)
	case errors.As(err, &parse):
		s.rows, s.line = s.rows+1, parse.StartLine
		return nil, s.line, &LineError{s.line, parse.Err.Error()}
	case err != nil:
		return nil, s.line, fmt.Errorf("couldn't read the file after line %d: %w", s.line, err)
	}
	s.rows++
	s.line, _ = s.csv.FieldPos(0)
	return s.text(record), s.line, nil
}

// tooLong names the limit that the file ran into.
func (s *Sheet) tooLong() error {
	if s.gate.left > 0 {
		return tooMuch("it has more than %d bytes; give it in parts", s.options.Bytes)
	}
	if s.line == 0 {
		return tooMuch("its first line has more than %d bytes; a quote may not be closed", s.options.Record)
	}
	return tooMuch("the line after line %d has more than %d bytes; a quote may not be closed", s.line, s.options.Record)
}

func (s *Sheet) text(record []string) []string {
	if s.options.Windows1252 {
		for i := range record {
			record[i] = Windows1252(record[i])
		}
	}
	return record
}

// gate lets so many bytes of a record, and of the file, pass: a quote that is never
// closed must not take the memory.
type gate struct {
	r         io.Reader
	left, all int
	shut      bool  // more was asked for than may pass
	failed    error // of the reader
}

// Read implements io.Reader.
func (g *gate) Read(p []byte) (int, error) {
	most := min(len(p), g.left, g.all)
	if most <= 0 {
		// A file that ends just here is within its limits.
		var one [1]byte
		n, err := io.ReadFull(g.r, one[:])
		g.shut = n > 0
		return 0, g.judge(err)
	}
	n, err := g.r.Read(p[:most])
	g.left, g.all = g.left-n, g.all-n
	return n, g.judge(err)
}

func (g *gate) judge(err error) error {
	if g.shut {
		return io.ErrUnexpectedEOF
	}
	if err != nil && !errors.Is(err, io.EOF) {
		g.failed = err
	}
	return err
}
