package storetest

import (
	"crypto/sha256"
	"encoding/binary"
	"sort"

	"pedigree/proof"
)

// StateRoot returns the root of the state tree over keys and values: the binary
// tree over SHA-256(key) in which an empty half is zero and a half with one key
// is that key's leaf.
func StateRoot(state map[string][]byte) proof.Hash {
	leaves := make(map[proof.Hash]proof.Hash, len(state))
	for key, value := range state {
		path := proof.Hash(sha256.Sum256([]byte(key)))
		leaves[path] = sha256.Sum256(append(append([]byte{0}, path[:]...), sum(value)...))
	}
	return LeavesRoot(leaves)
}

// LeavesRoot returns the root over leaf hashes at given paths, for tests that
// choose paths no key can be found for.
func LeavesRoot(leaves map[proof.Hash]proof.Hash) proof.Hash { return stateRoot(leaves, 0) }

func stateRoot(leaves map[proof.Hash]proof.Hash, depth int) proof.Hash {
	left, right := map[proof.Hash]proof.Hash{}, map[proof.Hash]proof.Hash{}
	for path, leaf := range leaves {
		if len(leaves) == 1 {
			return leaf
		}
		if path[depth/8]>>(7-depth%8)&1 == 0 {
			left[path] = leaf
		} else {
			right[path] = leaf
		}
	}
	if len(leaves) == 0 {
		return proof.Hash{}
	}
	l, r := stateRoot(left, depth+1), stateRoot(right, depth+1)
	return sha256.Sum256(append(append([]byte{1}, l[:]...), r[:]...))
}

// EventRoot returns the Merkle tree hash of RFC 6962 section 2.1 over events.
func EventRoot(events [][]byte) proof.Hash {
	switch len(events) {
	case 0:
		return sha256.Sum256(nil)
	case 1:
		return sha256.Sum256(append([]byte{0}, events[0]...))
	}
	k := 1
	for 2*k < len(events) {
		k *= 2
	}
	l, r := EventRoot(events[:k]), EventRoot(events[k:])
	return sha256.Sum256(append(append([]byte{1}, l[:]...), r[:]...))
}

// Bucket names one bucket of an expiring set.
type Bucket struct {
	Set    byte
	Number uint64
}

// SetRoot returns the root over expiring sets, given the items of each bucket in
// the order in which they joined.
func SetRoot(sets map[Bucket][]proof.Hash) proof.Hash {
	var order []Bucket
	for b := range sets {
		order = append(order, b)
	}
	sort.Slice(order, func(i, j int) bool {
		return order[i].Set < order[j].Set || order[i].Set == order[j].Set && order[i].Number < order[j].Number
	})
	root := append([]byte{0x12}, number(uint64(len(order)))...)
	for _, b := range order {
		var chain proof.Hash
		for _, item := range sets[b] {
			step := append([]byte{0x11, b.Set}, number(b.Number)...)
			chain = sha256.Sum256(append(append(step, chain[:]...), item[:]...))
		}
		root = append(append(root, b.Set), number(b.Number)...)
		root = append(append(root, number(uint64(len(sets[b])))...), chain[:]...)
	}
	return sha256.Sum256(root)
}

func sum(b []byte) []byte {
	h := sha256.Sum256(b)
	return h[:]
}

func number(n uint64) []byte { return binary.BigEndian.AppendUint64(nil, n) }
