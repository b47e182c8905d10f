package stocklist

import (
	"cmp"
	"errors"
	"fmt"
	"io"

	"pedigree/format/gs1"
	"pedigree/format/sheet"
)

// Options say how a list is read.
type Options struct {
	// Labelers tells how long the parts of a labeler's National Drug Codes are, where the
	// eleven digits alone don't; nil: then such a code is named and its line left out.
	Labelers gs1.LabelerTable

	linesMax int // LinesMax when zero
}

// Read reads a list. It calls line for each line that can be read, and bad for each one
// that can't; the line goes in without the cells that its Notes name. An error of one of
// them ends it. ErrFile: the file is no list.
func Read(r io.Reader, o Options, line func(*Line) error, bad func(Fault) error) (Head, error) {
	s, err := sheet.Open(r, sheet.Options{
		Limits:   sheet.Limits{Bytes: BytesMax, Record: recordBytesMax, Rows: cmp.Or(o.linesMax, LinesMax), Columns: columnsMax},
		AnyComma: true, Ragged: true,
		Lazy: true, // ="0012" is how some programs keep a number as text
	})
	if err != nil {
		return Head{}, noList(err)
	}
	h, err := headOf(s.Head, s.Comma)
	for err == nil {
		err = each(&h, o, s, line, bad)
	}
	if errors.Is(err, io.EOF) {
		err = nil
	}
	return h, err
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
func each(h *Head, o Options, s *sheet.Sheet, line func(*Line) error, bad func(Fault) error) error {
	record, number, err := s.Next()
	var broken *sheet.LineError
	if errors.As(err, &broken) {
		return bad(Fault{Line: number, Rule: RuleRecord, Text: "the line can't be read: " + broken.Text})
	}
	if err != nil {
		return noList(err)
	}
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
