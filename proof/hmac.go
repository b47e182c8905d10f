package proof

import (
	"crypto/hmac"
	"crypto/sha256"
	"hash"
)

// Deriver derives the salts and seeds of many children of one container. It gives
// what ChildSalt and ChildSeed give; the container's seed is worked into the hash
// once instead of once for each child. It is not safe for concurrent use.
type Deriver struct {
	mac hash.Hash
	in  []byte
	out [HashSize]byte
}

// NewDeriver returns a deriver for the children of the container with this seed.
func NewDeriver(seed Hash) *Deriver {
	return &Deriver{mac: hmac.New(sha256.New, seed[:]), in: make([]byte, 0, 1+IDSizeMax)}
}

// Salt is ChildSalt(seed, id).
func (d *Deriver) Salt(id string) Hash { return d.sum(domainSalt, id) }

// Seed is ChildSeed(seed, id).
func (d *Deriver) Seed(id string) Hash { return d.sum(domainSeed, id) }

func (d *Deriver) sum(domain byte, id string) Hash {
	d.in = append(append(d.in[:0], domain), id...)
	d.mac.Reset()
	d.mac.Write(d.in)
	return Hash(d.mac.Sum(d.out[:0]))
}

// SlotRoot is the root of the slot tree over these slots, as NewSlotTree gives
// it. It works in place: what stood in slots is lost. Their number is a power of
// two.
func SlotRoot(slots []Hash) Hash {
	for len(slots) > 1 {
		half := slots[:len(slots)/2]
		for i := range half {
			half[i] = slotInner(slots[2*i], slots[2*i+1])
		}
		slots = half
	}
	return slots[0]
}
