package org

import "pedigree/proof"

// Limits of the member rules. A member's entry with every list full stays under
// the kernel's limit of a state value.
const (
	MembersMax           = 10_000
	FoundingMembersMax   = 1_000
	FoundingSizeMax      = 8 << 20 // bytes of the module's part of the founding file
	IDMax                = proof.OrgIDMax
	NameMax              = proof.OrgNameMax
	KeysMax              = proof.MemberKeysMax
	KeysOwnMax           = KeysMax - 8 // that a member adds itself: a thief must not use up those for recoveries
	PrefixesMax          = proof.MemberPrefixesMax
	LicencesMax          = proof.MemberLicencesMax
	IdentifiersMax       = proof.MemberIDsMax
	PrefixDigitsMin      = 4
	PrefixDigitsMax      = proof.PrefixDigitsMax
	DelegationsMax       = 64 // numbers delegated under one company prefix
	HeightsAheadMax      = 10_000_000
	LicencePlaceMax      = 6 // ISO 3166-2, such as US-CA
	LicenceNumberMax     = 40
	LicenceKeepDays      = 7 * 365 // a licence that lapsed longer ago may make room
	DayMax               = 84_005  // 2199-12-31
	ValidatorsMax        = 128
	ValidatorPowerMax    = 1_000
	QuorumDenominatorMax = 100
	ProposalMessageMax   = 8 << 10        // bytes
	ProposalSeconds      = 30 * 24 * 3600 // after which a proposal lapses
	OpenProposalsMax     = 64
	RecoverySeconds      = 7 * 24 * 3600 // for which a recovery stands in the open
	RecoveryPauseSeconds = 24 * 3600     // between a veto and the next recovery
	ReasonMax            = 200           // bytes of a recovery's reason
	OpenPerMemberMax     = 4
	EntriesPerDayMin     = 1_000 // with less, the council could lock itself out
	WritesPerDayMin      = 1_000
)
