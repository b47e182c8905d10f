package kv

// Prefix is the first byte of every key of one view. All of them are listed
// here and nowhere else; a number is never used for a second purpose, because
// an old store would be read with the new meaning.
type Prefix byte

const (
	// EngineBlocks holds the consensus engine's blocks and commits.
	EngineBlocks Prefix = 0x01
	// EngineState holds the consensus engine's state, validator sets and results.
	EngineState Prefix = 0x02
	// EngineEvidence holds evidence of misbehaviour that waits for a block.
	EngineEvidence Prefix = 0x03

	// LedgerMeta holds the single values of our state: height, app hash, format.
	LedgerMeta Prefix = 0x10
	// LedgerRows holds the typed maps in key order.
	LedgerRows Prefix = 0x11
	// LedgerStateTree holds the pages of the sparse Merkle tree over the rows.
	LedgerStateTree Prefix = 0x12
	// LedgerEvents holds every event by its number.
	LedgerEvents Prefix = 0x13
	// LedgerEventTree holds the inner hashes of the RFC 6962 event tree.
	LedgerEventTree Prefix = 0x14
	// LedgerSets holds the members of the sets with expiry, by time bucket.
	LedgerSets Prefix = 0x15
	// LedgerSetChains holds the hash chain of each time bucket.
	LedgerSetChains Prefix = 0x16

	// NodeLocal holds what this node remembers for itself and no root covers.
	NodeLocal Prefix = 0x20
	// NodeSnapshots holds the list of snapshots this node can serve.
	NodeSnapshots Prefix = 0x21

	// Bench holds what the benchmark applications keep.
	Bench Prefix = 0x70
)

// Prefixes lists every prefix in use with its name, in key order.
func Prefixes() []NamedPrefix {
	return []NamedPrefix{
		{EngineBlocks, "engine-blocks"},
		{EngineState, "engine-state"},
		{EngineEvidence, "engine-evidence"},
		{LedgerMeta, "ledger-meta"},
		{LedgerRows, "ledger-rows"},
		{LedgerStateTree, "ledger-state-tree"},
		{LedgerEvents, "ledger-events"},
		{LedgerEventTree, "ledger-event-tree"},
		{LedgerSets, "ledger-sets"},
		{LedgerSetChains, "ledger-set-chains"},
		{NodeLocal, "node-local"},
		{NodeSnapshots, "node-snapshots"},
		{Bench, "bench"},
	}
}

// NamedPrefix is a prefix and the name that tools print for it.
type NamedPrefix struct {
	Prefix Prefix
	Name   string
}

// key puts the prefix in front of a view's key.
func (p Prefix) key(k []byte) []byte {
	full := make([]byte, 1+len(k))
	full[0] = byte(p)
	copy(full[1:], k)
	return full
}

// bounds turns a view's range into the store's range. A nil lower starts at the
// view's first key, a nil upper ends after its last.
func (p Prefix) bounds(lower, upper []byte) (lo, hi []byte) {
	lo = p.key(lower)
	if upper == nil {
		return lo, []byte{byte(p) + 1}
	}
	return lo, p.key(upper)
}
