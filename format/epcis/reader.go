package epcis

import (
	"errors"
	"fmt"
	"io"
)

// Options say how to read. The zero value reads with the default limits.
type Options struct {
	File    string // name of the document, for errors and findings
	Limits  Limits // zero fields mean the defaults
	Lenient bool   // take what can be understood without guessing, see Tolerances, and remark on it
}

// Reader reads one document event by event.
type Reader struct {
	decoder decoder
	form    Form
	err     error
}

// decoder is what the XML and the JSON side have in common.
type decoder interface {
	openDocument() error
	nextEvent() (*Event, error)
	documentHeader() *Header
	leftOut() dropped
}

func (d *xmlDecoder) documentHeader() *Header { return &d.header }

func (d *xmlDecoder) leftOut() dropped { return d.left }

func (d *jsonDecoder) leftOut() dropped { return d.left }

// NewReader reads the document up to its first event. It finds out itself
// whether the document is XML or JSON. Errors are of type *Error.
func NewReader(r io.Reader, opts Options) (*Reader, error) {
	limits := opts.Limits.withDefaults()
	w := newWindow(r, opts.File, limits.DocumentBytes)
	if err := skipMark(w); err != nil {
		return nil, err
	}
	first, err := firstByte(w)
	if err != nil {
		return nil, err
	}
	reader := &Reader{}
	switch first {
	case '<':
		d := newXMLDecoder(w, limits)
		d.origin = w.read - int64(w.end-w.pos)
		d.lenient = opts.Lenient
		reader.decoder, reader.form = d, XML
	case '{':
		d := newJSONDecoder(w, limits)
		if d.lenient = opts.Lenient; d.lenient {
			d.remark = func(code, text string) { d.tolerate(code, d.key(), text) }
		}
		reader.decoder, reader.form = d, JSON
	case 0:
		return nil, &Error{File: opts.File, Line: w.line, Rule: "epcis/truncated", Text: "the document is empty", Remedy: "send the whole file again"}
	default:
		return nil, &Error{
			File: opts.File, Line: w.line, Rule: "epcis/not-epcis",
			Text: fmt.Sprintf("the document starts with %q: neither XML nor a JSON object", first), Remedy: "send EPCIS as XML or JSON-LD",
		}
	}
	return reader, reader.decoder.openDocument()
}

// firstByte returns the first byte that isn't white space, or 0 at the end.
func firstByte(w *window) (byte, error) {
	for i := w.pos; ; i++ {
		if i >= w.end {
			before := i - w.pos
			ok, err := w.more()
			if err != nil || !ok {
				return 0, err
			}
			i = w.pos + before
		}
		if !asciiSpace(w.buf[i]) {
			return w.buf[i], nil
		}
		if i-w.pos > DefaultTextBytes {
			return 0, &Error{File: w.file, Line: w.line, Rule: "epcis/limit-text", Text: "the document starts with nothing but white space", Remedy: "send the file again"}
		}
	}
}

// Form tells whether the document is XML or JSON.
func (r *Reader) Form() Form { return r.form }

// Header returns what stands outside the events. For JSON documents it is whole
// only after Next returned io.EOF, because members may stand in any order.
func (r *Reader) Header() *Header { return r.decoder.documentHeader() }

// dropped counts what was read so far and has no place in the model.
func (r *Reader) dropped() dropped { return r.decoder.leftOut() }

// Next returns the next event, or io.EOF when the document has ended as it
// should. After any error the reader returns the same error again.
func (r *Reader) Next() (*Event, error) {
	if r.err != nil {
		return nil, r.err
	}
	e, err := r.decoder.nextEvent()
	if err != nil {
		r.err = err
		return nil, err
	}
	return e, nil
}

// ReadAll reads a whole document into memory. It suits small documents; use
// NewReader for those that may be large.
func ReadAll(r io.Reader, opts Options) (*Header, []*Event, error) {
	reader, err := NewReader(r, opts)
	if err != nil {
		return nil, nil, err
	}
	var events []*Event
	for {
		e, err := reader.Next()
		if errors.Is(err, io.EOF) {
			return reader.Header(), events, nil
		}
		if err != nil {
			return nil, nil, err
		}
		events = append(events, e)
	}
}
