package proof

import "encoding/binary"

// Prefixes of the typed maps in the state tree. This is the one list: a map's
// raw key is its prefix byte and the key's encoding. Numbers are append-only.
const (
	PrefixQuota        = 0x01 // kernel: entries and writes per organisation and epoch
	PrefixParams       = 0x02 // kernel: chain parameters
	PrefixMember       = 0x10 // org: organisation to Member
	PrefixCompanyGS1   = 0x11 // org: GS1 company prefix to organisation
	PrefixProposal     = 0x12 // org: proposals under vote
	PrefixValidator    = 0x13 // org: consensus key to organisation and power
	PrefixCouncil      = 0x14 // org: counts and the quorum
	PrefixKeyOwner     = 0x15 // org: public key to organisation, so that no key serves two
	PrefixIdentifier   = 0x16 // org: GLN, NPI or DEA number to organisation
	PrefixVote         = 0x17 // org: votes on open proposals
	PrefixOrgRecovery  = 0x18 // org: organisation to its recovery under way
	PrefixOffer        = 0x19 // org: delegate and number to an offer to use it
	PrefixLapse        = 0x1a // org: open proposals by the second at which they lapse
	PrefixRecord       = 0x20 // trace: origin and leaf to Record
	PrefixOrigin       = 0x21 // trace: origin to Origin
	PrefixRecall       = 0x22 // trace: recall number to Recall
	PrefixRecovery     = 0x23 // trace: pending recoveries
	PrefixFreeze       = 0x24 // trace: until when a record is frozen
	PrefixPruneDue     = 0x25 // trace: origins by the day on which they may be pruned
	PrefixTraceCounter = 0x26 // trace: the next recall number
	PrefixPeers        = 0x30 // network: organisation to its nodes
	PrefixNode         = 0x31 // network: node id to organisation, so that no node is two members'
	PrefixMailbox      = 0x32 // network: organisation to its mailbox
	PrefixDocument     = 0x33 // network: name to the document that is in force
	PrefixUpgrade      = 0x34 // network: height to the version of the rules from there on
	PrefixAnchor       = 0x38 // anchor: organisation and purpose to the latest root
)

// RecordKey is the state key of a custody record.
func RecordKey(origin, leaf Hash) []byte {
	b := make([]byte, 0, 1+2*HashSize)
	b = append(b, PrefixRecord)
	return append(append(b, origin[:]...), leaf[:]...)
}

// OriginKey is the state key of an origin's counters.
func OriginKey(origin Hash) []byte { return append([]byte{PrefixOrigin}, origin[:]...) }

// MemberKey is the state key of an organisation.
func MemberKey(org string) []byte { return append([]byte{PrefixMember}, org...) }

// RecallKey is the state key of a recall.
func RecallKey(seq uint64) []byte {
	return binary.BigEndian.AppendUint64([]byte{PrefixRecall}, seq)
}
