package proof

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
)

// Limits of custody objects.
const (
	IDSizeMax     = 255  // bytes of an identifier path
	AttrsSizeMax  = 128  // bytes of encoded attributes
	ChainIDMax    = 50   // bytes of a chain id (the engine's own limit)
	SlotDepthMax  = 12   // levels of a container's slot tree
	SlotDepthMin  = 1    // a container has at least two slots
	LotSizeMax    = 20   // GS1 AI (10)
	ExpirySize    = 6    // GS1 AI (17), YYMMDD
	QuantityMax   = 1e9  // units of a class-level quantity
	SlotsShownMax = 4096 // slots in one batch opening, 2^SlotDepthMax
)

// Kinds of thing that a custody leaf stands for.
const (
	KindUnit   = 1 // a saleable package with a serialised GTIN
	KindCase   = 2 // a container with a serialised GTIN
	KindPallet = 3 // a logistic unit with an SSCC
	KindBox    = 4 // a container made by a holder: tote, repacked case
)

// Origin is where a record descends from: H(06, chain id, key0). key0 is a
// one-time key that signs the commission, so nobody can make the same origin
// twice or show another maker's statement for it.
func Origin(chainID string, key0 Key) Hash {
	b := make([]byte, 0, 3+len(chainID)+KeySize)
	b = append(b, domainOrigin)
	b = binary.BigEndian.AppendUint16(b, uint16(len(chainID)))
	b = append(b, chainID...)
	return sha256.Sum256(append(b, key0[:]...))
}

// CommissionSeed derives the seed of one commission from an organisation's
// custody secret: HMAC-SHA-256(secret, 09, label).
func CommissionSeed(secret, label []byte) Hash {
	return hmac256(secret, []byte{domainSeed}, label)
}

// ChildSeed derives a child container's seed: HMAC-SHA-256(seed, 09, id). A
// case's seed opens that case only.
func ChildSeed(seed Hash, id string) Hash {
	return hmac256(seed[:], []byte{domainSeed}, []byte(id))
}

// ChildSalt derives the salt of a child's leaf: HMAC-SHA-256(seed, 01, id).
func ChildSalt(seed Hash, id string) Hash {
	return hmac256(seed[:], []byte{domainSalt}, []byte(id))
}

// Attrs are the attributes that a leaf commits to beside the identifier.
type Attrs struct {
	Lot      string // GS1 AI (10), empty for logistic units
	Expiry   string // YYMMDD with day 00 resolved, empty for logistic units
	Kind     uint64 // KindUnit, KindCase, KindPallet or KindBox
	Quantity uint64 // units inside where the standard names a quantity, else 0
}

// Encode returns the CBOR map {1: lot, 2: expiry, 3: kind, 4: quantity}; absent
// members are left out.
func (a Attrs) Encode() []byte {
	n := 0
	for _, present := range []bool{a.Lot != "", a.Expiry != "", a.Kind != 0, a.Quantity != 0} {
		if present {
			n++
		}
	}
	b := AppendMap(make([]byte, 0, 40), n)
	if a.Lot != "" {
		b = AppendText(AppendUint(b, 1), a.Lot)
	}
	if a.Expiry != "" {
		b = AppendText(AppendUint(b, 2), a.Expiry)
	}
	if a.Kind != 0 {
		b = AppendUint(AppendUint(b, 3), a.Kind)
	}
	if a.Quantity != 0 {
		b = AppendUint(AppendUint(b, 4), a.Quantity)
	}
	return b
}

// DecodeAttrs reads what Encode wrote.
func DecodeAttrs(b []byte) (Attrs, error) {
	r := NewReader(b)
	var a Attrs
	last := uint64(0)
	for n := r.Map(4); n > 0; n-- {
		key := r.UintMax(4)
		if r.err == nil && key <= last {
			r.fail("has attribute %d out of order", key)
		}
		last = key
		switch key {
		case 1:
			a.Lot = r.Text(LotSizeMax)
		case 2:
			a.Expiry = r.Text(ExpirySize)
		case 3:
			a.Kind = r.UintMax(KindBox)
		default:
			a.Quantity = r.UintMax(QuantityMax)
		}
	}
	if err := r.Done(); err != nil {
		return Attrs{}, fmt.Errorf("couldn't read attributes: %w", err)
	}
	if string(a.Encode()) != string(b) {
		return Attrs{}, fmt.Errorf("couldn't read attributes: %w", ErrCBOR)
	}
	return a, nil
}

// Leaf commits to an identifier and its attributes under a salt:
// H(02, salt, length of id, id, length of attrs, attrs), lengths in two bytes.
func Leaf(salt Hash, id string, attrs []byte) Hash {
	var stack [256]byte
	b := append(stack[:0], domainLeaf)
	b = append(b, salt[:]...)
	b = append(binary.BigEndian.AppendUint16(b, uint16(len(id))), id...)
	b = append(binary.BigEndian.AppendUint16(b, uint16(len(attrs))), attrs...)
	return sha256.Sum256(b)
}

// Node binds a leaf to what is sealed below it: H(03, leaf, depth, root). A unit
// has depth 0 and a root of 32 zero bytes.
func Node(leaf Hash, depth uint8, root Hash) Hash {
	var b [2 + 2*HashSize]byte
	b[0] = domainNode
	copy(b[1:], leaf[:])
	b[1+HashSize] = depth
	copy(b[2+HashSize:], root[:])
	return sha256.Sum256(b[:])
}

// slotInner is the inner node of a slot tree: H(04, left, right).
func slotInner(left, right Hash) Hash {
	var b [1 + 2*HashSize]byte
	b[0] = domainSlot
	copy(b[1:], left[:])
	copy(b[1+HashSize:], right[:])
	return sha256.Sum256(b[:])
}

// Statement commitment and the two other commitments of the custody rules.

// StatementCommitment hides a maker's signed statement until it is opened:
// H(13, salt, length of body in two bytes, body, signature).
func StatementCommitment(salt Hash, body []byte, sig Signature) Hash {
	b := append([]byte{domainStatement}, salt[:]...)
	b = append(binary.BigEndian.AppendUint16(b, uint16(len(body))), body...)
	return sha256.Sum256(append(b, sig[:]...))
}

// MemoCommitment ties a shipment on the ledger to the documents sent with it:
// H(14, salt, root), root being the RFC 6962 root over the shipment's event
// hashes in document order.
func MemoCommitment(salt, root Hash) Hash {
	b := append([]byte{domainMemo}, salt[:]...)
	return sha256.Sum256(append(b, root[:]...))
}

// ReasonCommitment hides why something was ended: H(15, salt, length, text).
func ReasonCommitment(salt Hash, text string) Hash {
	b := append([]byte{domainReason}, salt[:]...)
	b = append(binary.BigEndian.AppendUint16(b, uint16(len(text))), text...)
	return sha256.Sum256(b)
}
