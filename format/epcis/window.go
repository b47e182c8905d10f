package epcis

import (
	"errors"
	"fmt"
	"io"
)

// window is the part of the input a scanner looks at. It grows only as far as
// one token needs and one token may.
type window struct {
	in   io.Reader
	buf  []byte
	pos  int   // next byte to scan
	end  int   // end of what was read
	line int   // line of buf[pos], from 1
	read int64 // bytes read so far
	max  int64 // bytes the document may have
	eof  bool
	file string

	asciiOnly bool // the document declares an encoding that is UTF-8 only in ASCII
}

func newWindow(in io.Reader, file string, max int64) *window {
	return &window{in: in, buf: make([]byte, readBufferBytes), line: 1, max: max, file: file}
}

// more reads further input behind what is there, dropping what lies before pos.
// It returns false at the end of the input. Slices into buf are invalid after it.
func (w *window) more() (bool, error) {
	if w.eof {
		return false, nil
	}
	if w.pos > 0 {
		copy(w.buf, w.buf[w.pos:w.end])
		w.end -= w.pos
		w.pos = 0
	}
	if w.end == len(w.buf) {
		grown := make([]byte, 2*len(w.buf))
		copy(grown, w.buf[:w.end])
		w.buf = grown
	}
	for tries := 0; tries < emptyReads; tries++ {
		n, err := w.in.Read(w.buf[w.end:])
		if err := w.count(n, err); err != nil {
			return false, err
		}
		if n > 0 {
			return true, nil
		}
		if w.eof {
			return false, nil
		}
	}
	return false, &Error{File: w.file, Line: w.line, Rule: "epcis/read", Text: "couldn't read the document: the source gives no bytes and no end", Remedy: "send the file again"}
}

func (w *window) count(n int, err error) error {
	if w.asciiOnly {
		if refused := w.checkASCII(w.buf[w.end : w.end+n]); refused != nil {
			return refused
		}
	}
	w.end += n
	w.read += int64(n)
	if w.read > w.max {
		return &Error{
			File: w.file, Line: w.line, Rule: "epcis/limit-bytes",
			Text: fmt.Sprintf("the document has more than %d bytes", w.max), Remedy: "send it in several documents",
		}
	}
	if errors.Is(err, io.EOF) {
		w.eof = true
		return nil
	}
	if err != nil {
		return &Error{
			File: w.file, Line: w.line, Rule: "epcis/read",
			Text: "couldn't read the document: " + err.Error(), Remedy: "send the file again",
		}
	}
	return nil
}

func (w *window) checkASCII(b []byte) error {
	for _, c := range b {
		if c >= 0x80 {
			return &Error{
				File: w.file, Line: w.line, Rule: "epcis/encoding",
				Text: "the document declares another encoding than UTF-8 and has characters beyond ASCII", Remedy: "save the document as UTF-8",
			}
		}
	}
	return nil
}

// ensure makes n bytes available at pos, if the input has them.
func (w *window) ensure(n int) (bool, error) {
	for w.end-w.pos < n {
		ok, err := w.more()
		if err != nil || !ok {
			return false, err
		}
	}
	return true, nil
}

// interner remembers short strings, so that the identifiers a document repeats
// (locations, steps, names) are allocated once.
type interner struct {
	seen map[string]string
}

func (t *interner) intern(b []byte) string {
	if len(b) == 0 {
		return ""
	}
	if len(b) > internedBytes {
		return string(b)
	}
	if s, ok := t.seen[string(b)]; ok {
		return s
	}
	s := string(b)
	if t.seen == nil {
		t.seen = make(map[string]string, 64)
	}
	if len(t.seen) < internedStrings {
		t.seen[s] = s
	}
	return s
}
