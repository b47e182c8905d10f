package stocklist

import (
	"bufio"
	"cmp"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"

	"pedigree/format/gs1"
)

// Options say how a list is read.
type Options struct {
	// Labelers tells how long the parts of a labeler's National Drug Codes are, where the
	// eleven digits alone don't; nil: then such a code is named and its line left out.
	Labelers gs1.LabelerTable

	linesMax int // LinesMax when zero
}

// gate lets so many bytes of a record pass: a quote that is never closed must not take
// the memory.
type gate struct {
	r         io.Reader
	left, all int
	long      bool
	huge      bool
}

// Read implements io.Reader.
func (g *gate) Read(p []byte) (int, error) {
	if g.left <= 0 || g.all <= 0 {
		g.long, g.huge = g.left <= 0, g.all <= 0
		return 0, io.ErrUnexpectedEOF
	}
	n, err := g.r.Read(p[:min(len(p), g.left, g.all)])
	g.left, g.all = g.left-n, g.all-n
	return n, err
}

// Read reads a list. It calls line for each line that can be read, and bad for each one
// that can't; the line goes in without the cells that its Notes name. An error of one of
// them ends it. ErrFile: the file is no list.
func Read(r io.Reader, o Options, line func(*Line) error, bad func(Fault) error) (Head, error) {
	in := bufio.NewReaderSize(r, headBytesMax)
	if err := skipMark(in); err != nil {
		return Head{}, err
	}
	first, _ := in.Peek(headBytesMax) // what is wrong with it, its reader meets again
	g := &gate{r: in, left: recordBytesMax, all: BytesMax}
	c := csv.NewReader(g)
	c.Comma, c.ReuseRecord, c.FieldsPerRecord = commaOf(first), true, -1
	c.LazyQuotes = true // ="0012" is how some programs keep a number as text
	record, err := c.Read()
	if err != nil {
		return Head{}, fmt.Errorf("%w: its first line can't be read as names of columns: %w", ErrFile, err)
	}
	h, err := headOf(record, c.Comma)
	if err != nil {
		return h, err
	}
	most := cmp.Or(o.linesMax, LinesMax)
	for n := 0; ; n++ {
		g.left = recordBytesMax
		record, err := c.Read()
		switch {
		case g.huge:
			return h, fmt.Errorf("%w: it has more than %d bytes; give it in parts", ErrFile, BytesMax)
		case g.long:
			return h, fmt.Errorf("%w: a line has more than %d bytes; a quote may not be closed", ErrFile, recordBytesMax)
		case errors.Is(err, io.EOF):
			return h, nil
		case n >= most:
			return h, fmt.Errorf("%w: it has more than %d lines; give it in parts", ErrFile, most)
		}
		if err := each(&h, o, c, record, err, line, bad); err != nil {
			return h, err
		}
	}
}

// skipMark leaves out a byte order mark, and refuses what is no text.
func skipMark(in *bufio.Reader) error {
	head, _ := in.Peek(4)
	switch text := string(head); {
	case strings.HasPrefix(text, "\xef\xbb\xbf"):
		_, _ = in.Discard(3)
	case strings.HasPrefix(text, "PK\x03\x04"):
		return fmt.Errorf("%w: it is a workbook or a zip archive; save the sheet as CSV (UTF-8)", ErrFile)
	case strings.HasPrefix(text, "\xff\xfe"), strings.HasPrefix(text, "\xfe\xff"):
		return fmt.Errorf("%w: it is text in UTF-16; save it as CSV (UTF-8)", ErrFile)
	case text == "":
		return fmt.Errorf("%w: it is empty; its first line names the columns", ErrFile)
	}
	return nil
}

// each reads one record.
func each(h *Head, o Options, c *csv.Reader, record []string, failed error, line func(*Line) error, bad func(Fault) error) error {
	var parse *csv.ParseError
	if errors.As(failed, &parse) {
		return bad(Fault{Line: parse.StartLine, Rule: RuleRecord, Text: "the line can't be read: " + parse.Err.Error()})
	}
	if failed != nil {
		return fmt.Errorf("couldn't read the list: %w", failed)
	}
	number, _ := c.FieldPos(0)
	w := row{head: h, options: o, line: Line{Number: number}}
	blank, ok := w.cells(record)
	if blank {
		return nil
	}
	if !ok || !w.read() {
		return bad(w.fault)
	}
	return line(&w.line)
}
