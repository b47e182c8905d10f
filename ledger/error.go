package ledger

import (
	"errors"
	"fmt"
)

// Kind says what sort of refusal an error is. HTTP and the command line map
// kinds once; rules never do.
type Kind uint8

// The kinds of refusal.
const (
	Invalid     Kind = iota + 1 // the entry itself is wrong
	Denied                      // the sender may not do this
	NotFound                    // what it names does not exist
	Conflict                    // the state does not allow it now
	Expired                     // too late, or too early
	Limit                       // over a limit
	Unavailable                 // could not be checked or taken now
	Internal                    // a fault of the program
)

var kindNames = [...]string{"", "invalid", "denied", "not_found", "conflict", "expired", "limit", "unavailable", "internal"}

// String returns the kind's name as the API shows it.
func (k Kind) String() string {
	if int(k) >= len(kindNames) {
		return "internal"
	}
	return kindNames[k]
}

// Code is one reason for refusal. Its number is hashed into results, so numbers
// and names are append-only; texts may improve. The kernel has 1-99, each module
// a hundred of its own.
type Code struct {
	Number uint32
	Name   string // such as trace/not-holder
	Kind   Kind
}

// Errorf makes an error of this code; the text says what is wrong and what to do.
func (c Code) Errorf(format string, args ...any) *Error {
	return &Error{Code: c, Text: fmt.Sprintf(format, args...)}
}

// Error is a refusal with a stable code.
type Error struct {
	Code Code
	Text string
}

// Error returns the code's name and the text.
func (e *Error) Error() string { return e.Code.Name + ": " + e.Text }

// CodeOf returns the code of an error, or the internal code for one that has none.
func CodeOf(err error) Code {
	var e *Error
	if errors.As(err, &e) {
		return e.Code
	}
	return CodeInternal
}

// The kernel's own codes.
var (
	CodeInternal      = Code{1, "ledger/internal", Internal}
	CodeMalformed     = Code{2, "ledger/malformed", Invalid}
	CodeTooLarge      = Code{3, "ledger/too-large", Limit}
	CodeWrongChain    = Code{4, "ledger/wrong-chain", Invalid}
	CodeExpired       = Code{5, "ledger/expired", Expired}
	CodeTooFarAhead   = Code{6, "ledger/valid-too-long", Invalid}
	CodeReplayed      = Code{7, "ledger/replayed", Conflict}
	CodeNotAdmitted   = Code{8, "ledger/not-admitted", Denied}
	CodeBadSignature  = Code{9, "ledger/bad-signature", Denied}
	CodeQuota         = Code{10, "ledger/quota", Limit}
	CodeWrites        = Code{11, "ledger/too-many-writes", Limit}
	CodeUnknownModule = Code{12, "ledger/unknown-module", Invalid}
	CodeUnknownKind   = Code{13, "ledger/unknown-kind", Invalid}
	CodeWeakKey       = Code{14, "ledger/weak-key", Invalid}
	CodeEvents        = Code{15, "ledger/too-many-events", Limit}
	CodeNested        = Code{16, "ledger/nested-proposal", Invalid}
)

// Codes lists the kernel's codes.
func Codes() []Code {
	return []Code{
		CodeInternal, CodeMalformed, CodeTooLarge, CodeWrongChain, CodeExpired, CodeTooFarAhead, CodeReplayed, CodeNotAdmitted,
		CodeBadSignature, CodeQuota, CodeWrites, CodeUnknownModule, CodeUnknownKind, CodeWeakKey, CodeEvents, CodeNested,
	}
}
