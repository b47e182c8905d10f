package proof

import "time"

// TagBundle begins every encoded Bundle.
const TagBundle = "pedigree/bundle/1"

// Bundle proves where one package comes from, to anyone, without a connection:
// from its maker's statement to a header that the validators signed. It has the
// same size after one hop or sixty.
//
// A whole sealed container could be shown by one bundle of the container, its
// seed and the identifiers inside, from which every leaf follows (ChildSalt,
// SlotOrder); such an object would take a tag of its own and use this one
// unchanged.
type Bundle struct {
	Unit   UnitOpening
	Levels []Container // sealed containers around the unit, from the inside out
	Record StateValue  // record of the last container, or of the unit itself
	// Parents are the records that the record is packed in, each the parent of
	// the one before; empty when they are not shown.
	Parents []StateValue
	Origin  Hash
	Counts  StateValue  // OriginState of the origin
	Maker   *MakerProof // nil when nobody is shown to have made it
	// Absent shows that the unit and the containers in between have no record of
	// their own, so that they are still sealed in: one path for the unit and for
	// each container but the last, or none at all.
	Absent   []StatePath
	Parts    AppHashParts
	Header   Attestation
	Presence *Presence // nil when the holder was not asked
}

// UnitOpening opens the leaf of the package that the bundle is about; that may
// be a whole sealed container.
type UnitOpening struct {
	ID    string // GS1 Digital Link path, /01/../21/.. or /00/..
	Attrs []byte // Attrs.Encode
	Salt  Hash
	Depth uint8 // of the slot tree sealed in it; 0 for a unit
	Root  Hash  // of that slot tree; zero for a unit
}

// Leaf is the custody leaf that it opens.
func (u UnitOpening) Leaf() Hash { return Leaf(u.Salt, u.ID, u.Attrs) }

// Container is one sealed container on the way from a unit to its record.
type Container struct {
	Leaf     Hash   // the container's own leaf
	Pos      uint16 // slot of the inner one
	Siblings []Hash // from the slot upward; their number is the container's depth
}

// MakerProof is the maker's signed statement and its entry among the members.
type MakerProof struct {
	Body      []byte // Statement.Encode
	Signature Signature
	Salt      Hash // of the commitment in the origin
	Member    StateValue
}

// Presence shows that the holder of the record's keys answered just now.
type Presence struct {
	Nonce     []byte // chosen by the verifier
	Signature Signature
}

// PresenceMessage is what the holder signs to show that the package's keys are in
// its hands: the tagged hash of [1, chain, origin, leaf of the unit, nonce].
func PresenceMessage(chainID string, origin, leaf Hash, nonce []byte) Hash {
	b := AppendText(AppendUint(AppendArray(nil, 5), 1), chainID)
	b = AppendBytes(AppendBytes(AppendBytes(b, origin[:]), leaf[:]), nonce)
	return TaggedHash(TagPresence, b)
}

// Options are what a verifier knows besides the Trust. The zero value asks
// nothing.
type Options struct {
	Nonce  []byte        // the verifier's own nonce; empty: the holder was not asked
	Now    time.Time     // zero: ages are not judged
	MaxAge time.Duration // how old the header may be at Now; zero: any age
	// Witnesses says which witnesses must vouch; nil: they are not asked about.
	Witnesses *WitnessPolicy
}

// BundleReport is what a bundle proved.
type BundleReport struct {
	Report
	Unit      Identity
	Attrs     Attrs
	Origin    Hash
	Leaf      Hash // of the unit
	State     OriginState
	Record    Record    // nearest surfaced record
	Outermost Record    // the last record shown that it is packed in, or itself
	Statement Statement // zero when no maker is shown
	Member    Member    // zero when no maker is shown
}

// recordLeaf is the leaf of the record that the bundle shows.
func (b Bundle) recordLeaf() Hash {
	if n := len(b.Levels); n > 0 {
		return b.Levels[n-1].Leaf
	}
	return b.Unit.Leaf()
}
