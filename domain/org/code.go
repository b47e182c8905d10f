package org

import "pedigree/ledger"

// The reasons for which the member rules refuse. Numbers are append-only.
var (
	CodeUnknownMember     = ledger.Code{Number: 100, Name: "org/unknown-member", Kind: ledger.NotFound}
	CodeSuspended         = ledger.Code{Number: 101, Name: "org/suspended", Kind: ledger.Denied}
	CodeRemoved           = ledger.Code{Number: 102, Name: "org/removed", Kind: ledger.Denied}
	CodeUnknownKey        = ledger.Code{Number: 103, Name: "org/unknown-key", Kind: ledger.NotFound}
	CodeKeyEarly          = ledger.Code{Number: 104, Name: "org/key-not-yet-valid", Kind: ledger.Denied}
	CodeKeyRetired        = ledger.Code{Number: 105, Name: "org/key-retired", Kind: ledger.Denied}
	CodeKeyCompromised    = ledger.Code{Number: 106, Name: "org/key-compromised", Kind: ledger.Denied}
	CodeBadField          = ledger.Code{Number: 107, Name: "org/bad-field", Kind: ledger.Invalid}
	CodeBadIdentifier     = ledger.Code{Number: 108, Name: "org/bad-identifier", Kind: ledger.Invalid}
	CodeBadHeight         = ledger.Code{Number: 109, Name: "org/bad-height", Kind: ledger.Invalid}
	CodeBadDay            = ledger.Code{Number: 110, Name: "org/bad-day", Kind: ledger.Invalid}
	CodeBadQuorum         = ledger.Code{Number: 111, Name: "org/bad-quorum", Kind: ledger.Invalid}
	CodeTooMany           = ledger.Code{Number: 112, Name: "org/too-many", Kind: ledger.Limit}
	CodeNotCouncil        = ledger.Code{Number: 113, Name: "org/not-council", Kind: ledger.Denied}
	CodeNotOwn            = ledger.Code{Number: 114, Name: "org/not-own", Kind: ledger.Denied}
	CodeMemberExists      = ledger.Code{Number: 115, Name: "org/member-exists", Kind: ledger.Conflict}
	CodeStanding          = ledger.Code{Number: 116, Name: "org/standing", Kind: ledger.Conflict}
	CodeLastMember        = ledger.Code{Number: 117, Name: "org/last-member", Kind: ledger.Conflict}
	CodeKeyTaken          = ledger.Code{Number: 118, Name: "org/key-taken", Kind: ledger.Conflict}
	CodeKeyUnsigned       = ledger.Code{Number: 119, Name: "org/key-unsigned", Kind: ledger.Denied}
	CodeKeyEnded          = ledger.Code{Number: 120, Name: "org/key-ended", Kind: ledger.Conflict}
	CodeLastKey           = ledger.Code{Number: 121, Name: "org/last-key", Kind: ledger.Conflict}
	CodeIdentifierTaken   = ledger.Code{Number: 122, Name: "org/identifier-taken", Kind: ledger.Conflict}
	CodePrefixOverlap     = ledger.Code{Number: 123, Name: "org/prefix-overlap", Kind: ledger.Conflict}
	CodeUnknownPrefix     = ledger.Code{Number: 124, Name: "org/unknown-prefix", Kind: ledger.NotFound}
	CodeDelegated         = ledger.Code{Number: 125, Name: "org/delegated", Kind: ledger.Conflict}
	CodeUnknownDelegation = ledger.Code{Number: 126, Name: "org/unknown-delegation", Kind: ledger.NotFound}
	CodeLastValidator     = ledger.Code{Number: 127, Name: "org/last-validator", Kind: ledger.Conflict}
	CodeValidatorBusy     = ledger.Code{Number: 128, Name: "org/validator-busy", Kind: ledger.Conflict}
	CodeUnknownValidator  = ledger.Code{Number: 129, Name: "org/unknown-validator", Kind: ledger.NotFound}
	CodeNotLicensor       = ledger.Code{Number: 130, Name: "org/not-licensor", Kind: ledger.Denied}
	CodeLicenceExists     = ledger.Code{Number: 131, Name: "org/licence-exists", Kind: ledger.Conflict}
	CodeUnknownLicence    = ledger.Code{Number: 132, Name: "org/unknown-licence", Kind: ledger.NotFound}
	CodeLicenceEnded      = ledger.Code{Number: 133, Name: "org/licence-ended", Kind: ledger.Conflict}
	CodeNotProposable     = ledger.Code{Number: 134, Name: "org/not-proposable", Kind: ledger.Invalid}
	CodeProposalExists    = ledger.Code{Number: 135, Name: "org/proposal-exists", Kind: ledger.Conflict}
	CodeUnknownProposal   = ledger.Code{Number: 136, Name: "org/unknown-proposal", Kind: ledger.NotFound}
	CodeProposalLapsed    = ledger.Code{Number: 137, Name: "org/proposal-lapsed", Kind: ledger.Expired}
	CodeVoted             = ledger.Code{Number: 138, Name: "org/voted", Kind: ledger.Conflict}
	CodeNotProposer       = ledger.Code{Number: 139, Name: "org/not-proposer", Kind: ledger.Denied}
	CodeRecovering        = ledger.Code{Number: 140, Name: "org/recovering", Kind: ledger.Conflict}
	CodeNoRecovery        = ledger.Code{Number: 141, Name: "org/no-recovery", Kind: ledger.NotFound}
	CodeRecoveryEarly     = ledger.Code{Number: 142, Name: "org/recovery-early", Kind: ledger.Expired}
	CodeRecoveryVetoed    = ledger.Code{Number: 143, Name: "org/recovery-vetoed", Kind: ledger.Expired}
)

// Codes lists the module's codes in the order of their numbers.
func Codes() []ledger.Code {
	return []ledger.Code{
		CodeUnknownMember, CodeSuspended, CodeRemoved, CodeUnknownKey, CodeKeyEarly, CodeKeyRetired, CodeKeyCompromised, CodeBadField,
		CodeBadIdentifier, CodeBadHeight, CodeBadDay, CodeBadQuorum, CodeTooMany, CodeNotCouncil, CodeNotOwn, CodeMemberExists,
		CodeStanding, CodeLastMember, CodeKeyTaken, CodeKeyUnsigned, CodeKeyEnded, CodeLastKey, CodeIdentifierTaken, CodePrefixOverlap,
		CodeUnknownPrefix, CodeDelegated, CodeUnknownDelegation, CodeLastValidator, CodeValidatorBusy, CodeUnknownValidator,
		CodeNotLicensor, CodeLicenceExists, CodeUnknownLicence, CodeLicenceEnded, CodeNotProposable, CodeProposalExists,
		CodeUnknownProposal, CodeProposalLapsed, CodeVoted, CodeNotProposer, CodeRecovering, CodeNoRecovery, CodeRecoveryEarly,
		CodeRecoveryVetoed,
	}
}
