package proof

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/binary"
	"encoding/hex"
	"fmt"
)

// HashSize is the length in bytes of every hash in the system.
const HashSize = 32

// Hash is a SHA-256 or SHA-512/256 value, according to the object it names.
type Hash [HashSize]byte

// String returns the hash in lower-case hexadecimal.
func (h Hash) String() string { return hex.EncodeToString(h[:]) }

// IsZero reports whether every byte is zero, which stands for "none".
func (h Hash) IsZero() bool { return h == Hash{} }

// ParseHash reads 64 hexadecimal digits.
func ParseHash(s string) (Hash, error) {
	b, err := hex.DecodeString(s)
	if err != nil || len(b) != HashSize {
		return Hash{}, fmt.Errorf("couldn't read %q as a hash: it must be 64 hexadecimal digits", s)
	}
	return Hash(b), nil
}

// Domain bytes: the first byte of everything that is hashed with SHA-256, so
// that a hash made for one purpose can never be shown for another. The custody
// bytes are those of the custody rules, section 1; 00 and 01 are also RFC 6962's
// leaf and inner bytes, which occur only in trees of fixed shape.
const (
	domainTreeLeaf  = 0x00 // RFC 6962 leaf; state tree leaf
	domainTreeInner = 0x01 // RFC 6962 inner node; state tree inner node
	domainSalt      = 0x01 // HMAC input: salt of a child
	domainLeaf      = 0x02 // custody leaf
	domainNode      = 0x03 // custody node
	domainSlot      = 0x04 // inner node of a container's slot tree
	domainOrigin    = 0x06 // origin from chain and one-time key
	domainSeed      = 0x09 // HMAC input: seed of a child container or commission
	domainAppHash   = 0x10 // application hash
	domainSetStep   = 0x11 // one step of an expiring set's chain
	domainSetRoot   = 0x12 // root over all expiring sets
	domainStatement = 0x13 // commitment to a maker's statement
	domainMemo      = 0x14 // commitment to a shipment's documents
	domainReason    = 0x15 // commitment to the reason of an end
	domainSlotOrder = 0x16 // HMAC input: occupied slot positions
)

// TaggedHash is SHA-512/256 over a tag and a body, each with its length: one
// length byte, the tag, four length bytes (big-endian), the body. It is what
// every signature in the system signs.
func TaggedHash(tag string, body []byte) Hash {
	h := sha512.New512_256()
	h.Write([]byte{byte(len(tag))})
	h.Write([]byte(tag))
	h.Write(binary.BigEndian.AppendUint32(nil, uint32(len(body))))
	h.Write(body)
	return Hash(h.Sum(nil))
}

// Tags of everything that is signed.
const (
	TagEntry     = "pedigree/entry/1"
	TagStatement = "pedigree/statement/1"
	TagPrekeys   = "pedigree/prekeys/1"
	TagShipment  = "pedigree/shipment/1"
	TagPresence  = "pedigree/presence/1"
	TagNode      = "pedigree/node/1"
)

func hmac256(key []byte, parts ...[]byte) Hash {
	m := hmac.New(sha256.New, key)
	for _, p := range parts {
		m.Write(p)
	}
	return Hash(m.Sum(nil))
}

// AppHashParts is what the application hash of a height commits to. It is a pure
// function of persisted state and does not change on an empty block.
type AppHashParts struct {
	EventCount uint64 // events since the first block
	EventRoot  Hash   // RFC 6962 root over all events in order
	StateRoot  Hash   // root of the state tree
	SetRoot    Hash   // root over the expiring sets
}

// AppHashFormat is the version of the application hash.
const AppHashFormat = 1

// AppHashPartsSize is the length of the encoded parts.
const AppHashPartsSize = 2 + 8 + 3*HashSize

// Encode returns domain byte, format byte, event count (8 bytes big-endian),
// event root, state root and set root: the input of the application hash.
func (p AppHashParts) Encode() []byte {
	b := make([]byte, 0, AppHashPartsSize)
	b = append(b, domainAppHash, AppHashFormat)
	b = binary.BigEndian.AppendUint64(b, p.EventCount)
	b = append(b, p.EventRoot[:]...)
	b = append(b, p.StateRoot[:]...)
	return append(b, p.SetRoot[:]...)
}

// Hash is the application hash that the next block's header carries.
func (p AppHashParts) Hash() Hash { return sha256.Sum256(p.Encode()) }

// DecodeAppHashParts reads what Encode wrote.
func DecodeAppHashParts(b []byte) (AppHashParts, error) {
	if len(b) != AppHashPartsSize || b[0] != domainAppHash || b[1] != AppHashFormat {
		return AppHashParts{}, fmt.Errorf("couldn't read the application hash parts: they must be %d bytes of format %d", AppHashPartsSize, AppHashFormat)
	}
	return AppHashParts{
		EventCount: binary.BigEndian.Uint64(b[2:]),
		EventRoot:  Hash(b[10:42]),
		StateRoot:  Hash(b[42:74]),
		SetRoot:    Hash(b[74:106]),
	}, nil
}

// SetStep returns the chain value after item joins an expiring set's bucket
// whose chain value was prev: H(11, set, bucket, prev, item).
func SetStep(set byte, bucket uint64, prev, item Hash) Hash {
	b := make([]byte, 0, 10+2*HashSize)
	b = append(b, domainSetStep, set)
	b = binary.BigEndian.AppendUint64(b, bucket)
	b = append(b, prev[:]...)
	return sha256.Sum256(append(b, item[:]...))
}

// SetBucket is one bucket of an expiring set as the set root sees it.
type SetBucket struct {
	Set    byte   // which set
	Bucket uint64 // its time bucket
	Count  uint64 // items in it
	Chain  Hash   // chain value after the last item
}

// SetRoot commits to all buckets, which stand in ascending order of set and
// bucket: H(12, count, then set, bucket, count and chain of each).
func SetRoot(buckets []SetBucket) Hash {
	b := make([]byte, 0, 9+len(buckets)*(17+HashSize))
	b = append(b, domainSetRoot)
	b = binary.BigEndian.AppendUint64(b, uint64(len(buckets)))
	for _, k := range buckets {
		b = append(b, k.Set)
		b = binary.BigEndian.AppendUint64(b, k.Bucket)
		b = binary.BigEndian.AppendUint64(b, k.Count)
		b = append(b, k.Chain[:]...)
	}
	return sha256.Sum256(b)
}
