package network

import (
	"pedigree/domain/org"
	"pedigree/ledger"
)

// Limits of what members publish.
const (
	PeersMax             = 8   // nodes of one member
	NodeIDSize           = 40  // hexadecimal digits: the engine's id of a node
	AddrMax              = 259 // bytes: a host name of 253, a colon, a port
	HostNameMax          = 253 // bytes, RFC 1035 section 2.3.4
	HostLabelMax         = 63  // bytes between two dots, there too
	SealKeysMax          = 2   // of one mailbox: the present one and the former one
	SealKeySize          = 1216
	HeightsAheadMax      = org.HeightsAheadMax
	DocumentsMax         = 256 // names
	DocumentNameMax      = 64
	DocumentTitleMax     = 120
	DocumentSizeMax      = 64 << 20 // bytes of the document itself, which stays with the members
	UpgradesMax          = 1_000    // over the network's whole life
	UpgradeNoticeMin     = 10       // heights between the decision and the upgrade
	UpgradeTextMax       = 200
	VersionMax           = 1_000_000
	FirstVersion         = ledger.FirstVersion // in force from the founding on
	FoundingSizeMax      = 8 << 20
	FoundingPeersMax     = 1_000
	FoundingMailboxesMax = 1_000
)
