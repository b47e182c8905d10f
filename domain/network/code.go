package network

import "pedigree/ledger"

// The reasons for which the rules of the network refuse. Numbers are append-only.
var (
	CodeBadField         = ledger.Code{Number: 300, Name: "network/bad-field", Kind: ledger.Invalid}
	CodeTooMany          = ledger.Code{Number: 301, Name: "network/too-many", Kind: ledger.Limit}
	CodeNodeTaken        = ledger.Code{Number: 302, Name: "network/node-taken", Kind: ledger.Conflict}
	CodeUnknownPeer      = ledger.Code{Number: 303, Name: "network/unknown-peer", Kind: ledger.NotFound}
	CodeNoMailbox        = ledger.Code{Number: 304, Name: "network/no-mailbox", Kind: ledger.NotFound}
	CodeMailboxExists    = ledger.Code{Number: 305, Name: "network/mailbox-exists", Kind: ledger.Conflict}
	CodeKeyUsed          = ledger.Code{Number: 306, Name: "network/key-used", Kind: ledger.Conflict}
	CodeOverlap          = ledger.Code{Number: 307, Name: "network/overlap", Kind: ledger.Conflict}
	CodeBadHeight        = ledger.Code{Number: 308, Name: "network/bad-height", Kind: ledger.Invalid}
	CodeBadVersion       = ledger.Code{Number: 309, Name: "network/bad-version", Kind: ledger.Invalid}
	CodeUpgradeScheduled = ledger.Code{Number: 310, Name: "network/upgrade-scheduled", Kind: ledger.Conflict}
	CodeNoUpgrade        = ledger.Code{Number: 311, Name: "network/no-upgrade", Kind: ledger.NotFound}
	CodeNotHeld          = ledger.Code{Number: 312, Name: "network/not-held", Kind: ledger.Denied}
)

// Codes lists the module's codes in the order of their numbers.
func Codes() []ledger.Code {
	return []ledger.Code{
		CodeBadField, CodeTooMany, CodeNodeTaken, CodeUnknownPeer, CodeNoMailbox, CodeMailboxExists, CodeKeyUsed, CodeOverlap, CodeBadHeight,
		CodeBadVersion, CodeUpgradeScheduled, CodeNoUpgrade, CodeNotHeld,
	}
}
