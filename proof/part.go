package proof

import (
	"errors"
	"fmt"
)

// Parts of the objects that a reader may be shown; steps of a Report carry the
// same names.
const (
	PartFormat    = "format"    // the file itself: its tag, its end
	PartTrust     = "trust"     // the reader's own trust file
	PartEntry     = "entry"     // envelope of a receipt
	PartSigners   = "signers"   // signatures of an entry's signers
	PartAdmission = "admission" // signatures of an entry's admission keys
	PartResult    = "result"    // what the ledger answered
	PartEvent     = "event"     // an event and its path
	PartValue     = "value"     // a state key, its value or absence
	PartRewrite   = "history"   // one event tree extends another
	PartMaker     = "maker"
	PartStatement = "statement"
	PartUnit      = "unit"
	PartPath      = "path"
	PartRecord    = "record"
	PartOrigin    = "origin"
	PartLicence   = "licence"
	PartPrefix    = "prefix"
	PartHeader    = "header"
	PartPlace     = "place"
	PartPresence  = "presence"
	PartWitnesses = "witnesses" // cosigned checkpoint
	PartFork      = "fork"      // two headers of one height
)

// PartError tells which part of an object could not be read or does not hold.
type PartError struct {
	Part string
	Err  error
}

// Error names the part and the reason.
func (e *PartError) Error() string { return e.Part + ": " + e.Err.Error() }

// Unwrap gives the reason.
func (e *PartError) Unwrap() error { return e.Err }

// FailedPart names the part that an error of this package is about, or "".
func FailedPart(err error) string {
	var p *PartError
	if errors.As(err, &p) {
		return p.Part
	}
	return ""
}

// in wraps an error with the part it is about, unless it names one already.
func in(part string, err error) error {
	if err == nil || FailedPart(err) != "" {
		return err
	}
	return &PartError{Part: part, Err: err}
}

// refuse makes an error of a part that does not hold.
func refuse(part, format string, args ...any) error {
	return &PartError{Part: part, Err: fmt.Errorf("%w: %s", ErrProof, fmt.Sprintf(format, args...))}
}
