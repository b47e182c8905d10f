package trace

import "pedigree/ledger"

// The custody rules' reasons for refusal. Numbers are append-only: they are
// hashed into results.
var (
	CodeNoRecord        = ledger.Code{Number: 200, Name: "trace/no-record", Kind: ledger.NotFound}
	CodeNotLive         = ledger.Code{Number: 201, Name: "trace/not-live", Kind: ledger.Conflict}
	CodeNotOwner        = ledger.Code{Number: 202, Name: "trace/not-owner", Kind: ledger.Denied}
	CodeNotHolder       = ledger.Code{Number: 203, Name: "trace/not-holder", Kind: ledger.Denied}
	CodeOriginExists    = ledger.Code{Number: 204, Name: "trace/origin-exists", Kind: ledger.Conflict}
	CodeNoOrigin        = ledger.Code{Number: 205, Name: "trace/no-origin", Kind: ledger.NotFound}
	CodeWrongOrigin     = ledger.Code{Number: 206, Name: "trace/wrong-origin", Kind: ledger.Invalid}
	CodeKey0            = ledger.Code{Number: 207, Name: "trace/key0-not-signed", Kind: ledger.Denied}
	CodeNotCommissioner = ledger.Code{Number: 208, Name: "trace/not-commissioner", Kind: ledger.Denied}
	CodeBadShape        = ledger.Code{Number: 209, Name: "trace/bad-shape", Kind: ledger.Invalid}
	CodeBadOpening      = ledger.Code{Number: 210, Name: "trace/bad-opening", Kind: ledger.Invalid}
	CodeSurfaced        = ledger.Code{Number: 211, Name: "trace/already-surfaced", Kind: ledger.Conflict}
	CodeStopped         = ledger.Code{Number: 212, Name: "trace/stopped", Kind: ledger.Conflict}
	CodeRecalled        = ledger.Code{Number: 213, Name: "trace/recalled", Kind: ledger.Conflict}
	CodeSelfPack        = ledger.Code{Number: 214, Name: "trace/self-pack", Kind: ledger.Invalid}
	CodeTooDeep         = ledger.Code{Number: 215, Name: "trace/too-deep", Kind: ledger.Limit}
	CodeNotInBox        = ledger.Code{Number: 216, Name: "trace/not-in-box", Kind: ledger.Conflict}
	CodeDeadline        = ledger.Code{Number: 217, Name: "trace/deadline", Kind: ledger.Invalid}
	CodeNotTransit      = ledger.Code{Number: 218, Name: "trace/not-in-transit", Kind: ledger.Conflict}
	CodeTooLate         = ledger.Code{Number: 219, Name: "trace/too-late", Kind: ledger.Expired}
	CodeTooEarly        = ledger.Code{Number: 220, Name: "trace/too-early", Kind: ledger.Conflict}
	CodeNotReceiver     = ledger.Code{Number: 221, Name: "trace/not-receiver", Kind: ledger.Denied}
	CodeNotEmpty        = ledger.Code{Number: 222, Name: "trace/not-empty", Kind: ledger.Conflict}
	CodeClass           = ledger.Code{Number: 223, Name: "trace/wrong-class", Kind: ledger.Invalid}
	CodeFlags           = ledger.Code{Number: 224, Name: "trace/wrong-flags", Kind: ledger.Invalid}
	CodeNotOut          = ledger.Code{Number: 225, Name: "trace/not-left-network", Kind: ledger.Conflict}
	CodeStatement       = ledger.Code{Number: 226, Name: "trace/bad-statement", Kind: ledger.Invalid}
	CodeNoRecall        = ledger.Code{Number: 227, Name: "trace/no-recall", Kind: ledger.NotFound}
	CodeNotUnderRecall  = ledger.Code{Number: 228, Name: "trace/not-under-recall", Kind: ledger.Conflict}
	CodeAnswered        = ledger.Code{Number: 229, Name: "trace/already-answered", Kind: ledger.Conflict}
	CodeNotCouncil      = ledger.Code{Number: 230, Name: "trace/not-council", Kind: ledger.Denied}
	CodeNoRecovery      = ledger.Code{Number: 231, Name: "trace/no-recovery", Kind: ledger.NotFound}
	CodeRecovering      = ledger.Code{Number: 232, Name: "trace/recovering", Kind: ledger.Conflict}
	CodeTwice           = ledger.Code{Number: 233, Name: "trace/named-twice", Kind: ledger.Invalid}
	CodeLaterRecall     = ledger.Code{Number: 234, Name: "trace/under-later-recall", Kind: ledger.Conflict}
)

// Codes lists them in order.
func Codes() []ledger.Code {
	return []ledger.Code{
		CodeNoRecord, CodeNotLive, CodeNotOwner, CodeNotHolder, CodeOriginExists, CodeNoOrigin, CodeWrongOrigin, CodeKey0,
		CodeNotCommissioner, CodeBadShape, CodeBadOpening, CodeSurfaced, CodeStopped, CodeRecalled, CodeSelfPack, CodeTooDeep,
		CodeNotInBox, CodeDeadline, CodeNotTransit, CodeTooLate, CodeTooEarly, CodeNotReceiver, CodeNotEmpty, CodeClass,
		CodeFlags, CodeNotOut, CodeStatement, CodeNoRecall, CodeNotUnderRecall, CodeAnswered, CodeNotCouncil, CodeNoRecovery,
		CodeRecovering, CodeTwice, CodeLaterRecall,
	}
}
