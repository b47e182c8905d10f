package proof

import (
	"crypto/sha256"
	"errors"
	"fmt"
)

// StateDepthMax is the greatest number of levels in the state tree.
const StateDepthMax = 256

// ErrProof marks every proof that does not lead to the root it claims.
var ErrProof = errors.New("proof does not hold")

// StateLeafHash is the hash of one key and value in the state tree:
// SHA-256(00, SHA-256(key), SHA-256(value)).
func StateLeafHash(path, valueHash Hash) Hash {
	var b [1 + 2*HashSize]byte
	b[0] = domainTreeLeaf
	copy(b[1:], path[:])
	copy(b[1+HashSize:], valueHash[:])
	return sha256.Sum256(b[:])
}

// StateInnerHash is the hash of an inner node: SHA-256(01, left, right).
func StateInnerHash(left, right Hash) Hash {
	var b [1 + 2*HashSize]byte
	b[0] = domainTreeInner
	copy(b[1:], left[:])
	copy(b[1+HashSize:], right[:])
	return sha256.Sum256(b[:])
}

// StatePath proves that the state tree holds one value under a key, or nothing.
//
// The tree is a binary sparse Merkle tree over SHA-256(key), most significant
// bit first. An empty subtree hashes to 32 zero bytes; a subtree with exactly
// one leaf is that leaf; otherwise it is StateInnerHash of its halves. With one
// key in the tree the root is that leaf's hash; with none it is zero.
type StatePath struct {
	// Siblings from the leaf upward; a zero hash is an empty subtree. Their
	// number is the depth at which the leaf, or the empty place, stands.
	Siblings []Hash
	// OtherPath and OtherValue are set only in a proof of absence that ends at
	// another key's leaf: that key's hash and its value's hash.
	OtherPath, OtherValue Hash
	// Other reports that they are set.
	Other bool
}

// VerifyPresent checks that root holds value under key.
func (p StatePath) VerifyPresent(root Hash, key, value []byte) error {
	if p.Other {
		return fmt.Errorf("%w: a proof of absence was shown as one of presence", ErrProof)
	}
	path := Hash(sha256.Sum256(key))
	return p.lead(root, path, StateLeafHash(path, sha256.Sum256(value)))
}

// VerifyAbsent checks that root holds nothing under key.
func (p StatePath) VerifyAbsent(root Hash, key []byte) error {
	path := Hash(sha256.Sum256(key))
	if !p.Other {
		return p.lead(root, path, Hash{})
	}
	if p.OtherPath == path {
		return fmt.Errorf("%w: the leaf shown as another key's is this key's own", ErrProof)
	}
	for i := 0; i < len(p.Siblings) && i < StateDepthMax; i++ {
		if pathBit(p.OtherPath, i) != pathBit(path, i) {
			return fmt.Errorf("%w: the other key's leaf does not stand on this key's path", ErrProof)
		}
	}
	return p.lead(root, path, StateLeafHash(p.OtherPath, p.OtherValue))
}

func (p StatePath) lead(root, path, h Hash) error {
	depth := len(p.Siblings)
	if depth > StateDepthMax {
		return fmt.Errorf("%w: it has %d levels where at most %d are possible", ErrProof, depth, StateDepthMax)
	}
	for i, sib := range p.Siblings {
		if pathBit(path, depth-1-i) {
			h = StateInnerHash(sib, h)
		} else {
			h = StateInnerHash(h, sib)
		}
	}
	if h != root {
		return fmt.Errorf("%w: the path leads to state root %s, the header's is %s", ErrProof, h, root)
	}
	return nil
}

// pathBit returns bit i of a path, most significant first.
func pathBit(path Hash, i int) bool { return path[i/8]&(0x80>>(i%8)) != 0 }

// Append appends [depth, bitmap, siblings, other] where bitmap has one bit per
// level from the leaf upward (most significant bit first), siblings holds only
// the non-empty ones one after another, and other is null or 64 bytes.
func (p StatePath) Append(b []byte) []byte {
	b = appendSparse(AppendArray(b, 4), p.Siblings)
	if !p.Other {
		return AppendNull(b)
	}
	return AppendBytes(b, append(append([]byte{}, p.OtherPath[:]...), p.OtherValue[:]...))
}

// StatePath reads what Append wrote.
func (r *Reader) StatePath() StatePath {
	r.ArrayOf(4)
	p := StatePath{Siblings: r.sparse(StateDepthMax)}
	if !r.Null() {
		other := r.Fixed(2 * HashSize)
		p.Other, p.OtherPath, p.OtherValue = true, Hash(other[:HashSize]), Hash(other[HashSize:])
	}
	return p
}

// appendSparse appends three items: number of hashes, bitmap of those that are
// not zero, and these one after another.
func appendSparse(b []byte, hashes []Hash) []byte {
	bitmap := make([]byte, (len(hashes)+7)/8)
	var set []byte
	for i, s := range hashes {
		if !s.IsZero() {
			bitmap[i/8] |= 0x80 >> (i % 8)
			set = append(set, s[:]...)
		}
	}
	b = AppendUint(b, uint64(len(hashes)))
	return AppendBytes(AppendBytes(b, bitmap), set)
}

// sparse reads what appendSparse wrote, at most limit hashes.
func (r *Reader) sparse(limit int) []Hash {
	n := int(r.UintMax(uint64(limit)))
	bitmap := r.Fixed((n + 7) / 8)
	set := r.Bytes(limit * HashSize)
	if r.err != nil {
		return nil
	}
	out := make([]Hash, n)
	for i := range out {
		if bitmap[i/8]&(0x80>>(i%8)) == 0 {
			continue
		}
		if len(set) < HashSize {
			r.fail("has fewer hashes than its bitmap names")
			return out
		}
		out[i] = Hash(set[:HashSize])
		if out[i].IsZero() {
			r.fail("has an empty hash where its bitmap names one")
		}
		set = set[HashSize:]
	}
	if len(set) != 0 || n%8 != 0 && bitmap[n/8]<<(n%8) != 0 {
		r.fail("has hashes that its bitmap does not name")
	}
	return out
}
