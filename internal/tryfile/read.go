package tryfile

import (
	"context"
	"errors"
	"io"

	"pedigree/format/epcis"
	"pedigree/internal/turns"
)

// Read hands each event of a document on, in turns with other work unless hand is nil.
// The header is what was read of it, also when there is an error.
func Read(ctx context.Context, in io.Reader, o epcis.Options, hand *turns.Hand, use func(*epcis.Event) error) (*epcis.Header, error) {
	hand.Take()
	defer hand.Give()
	r, err := epcis.NewReader(hand.Reader(in), o)
	if r == nil {
		return &epcis.Header{File: o.File}, err
	}
	for err == nil {
		var e *epcis.Event
		if e, err = r.Next(); err == nil {
			err = use(e)
		}
		if ctx.Err() != nil {
			return r.Header(), ctx.Err()
		}
		hand.Pause()
	}
	if errors.Is(err, io.EOF) {
		err = nil
	}
	return r.Header(), err
}

// Fault tells a fault in a document, which has place, rule and remedy, from a failure
// to get at it.
func Fault(err error) (*epcis.Error, bool) {
	var fault *epcis.Error
	ok := errors.As(err, &fault) && fault.Rule != "epcis/read"
	return fault, ok
}
