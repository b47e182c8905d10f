package proof_test

import (
	"crypto/sha256"
	"fmt"

	"pedigree/proof"
)

// tree is a state tree for tests, written from its rule in the plainest way. With
// a floor above 0 it looks as crowded as one of 2^floor keys: every subtree that
// nobody asked about, down to that depth, has some hash.
type tree struct {
	floor  int
	values map[proof.Hash][]byte // by SHA-256 of the key
	walked map[proof.Hash]bool   // paths that proofs will be asked for
}

func newTree(floor int) *tree {
	return &tree{floor: floor, values: map[proof.Hash][]byte{}, walked: map[proof.Hash]bool{}}
}

func (t *tree) set(key, value []byte) {
	t.values[sha256.Sum256(key)] = value
	t.walked[sha256.Sum256(key)] = true
}

// ask makes sure that an absent key has a path of its own down to the floor.
func (t *tree) ask(key []byte) { t.walked[sha256.Sum256(key)] = true }

func bitOf(h proof.Hash, i int) bool { return h[i/8]&(0x80>>(i%8)) != 0 }

func (t *tree) root() proof.Hash {
	var all []proof.Hash
	for p := range t.walked {
		all = append(all, p)
	}
	return t.node(all, 0, "")
}

func (t *tree) node(paths []proof.Hash, depth int, where string) proof.Hash {
	if len(paths) == 0 && depth <= t.floor && t.floor > 0 {
		return seedHash("crowd %s", where)
	}
	if done, h := t.end(paths, depth); done {
		return h
	}
	left, right := split(paths, depth)
	return proof.StateInnerHash(t.node(left, depth+1, where+"0"), t.node(right, depth+1, where+"1"))
}

// end tells whether the subtree has at most one leaf, and its hash.
func (t *tree) end(paths []proof.Hash, depth int) (bool, proof.Hash) {
	var present []proof.Hash
	for _, p := range paths {
		if _, ok := t.values[p]; ok {
			present = append(present, p)
		}
	}
	switch {
	case len(paths) > 0 && depth < t.floor || len(present) > 1:
		return false, proof.Hash{}
	case len(present) == 0:
		return true, proof.Hash{}
	default:
		return true, proof.StateLeafHash(present[0], sha256.Sum256(t.values[present[0]]))
	}
}

func split(paths []proof.Hash, depth int) (left, right []proof.Hash) {
	for _, p := range paths {
		if bitOf(p, depth) {
			right = append(right, p)
		} else {
			left = append(left, p)
		}
	}
	return left, right
}

// path proves what stands under a key that was set or asked for.
func (t *tree) path(key []byte) proof.StatePath {
	path := proof.Hash(sha256.Sum256(key))
	if !t.walked[path] {
		panic(fmt.Sprintf("nobody asked for %x", key))
	}
	var all, out []proof.Hash
	for p := range t.walked {
		all = append(all, p)
	}
	depth, where := 0, ""
	for {
		if done, _ := t.end(all, depth); done {
			break
		}
		left, right := split(all, depth)
		if bitOf(path, depth) {
			out = append(out, t.node(left, depth+1, where+"0"))
			all, where = right, where+"1"
		} else {
			out = append(out, t.node(right, depth+1, where+"1"))
			all, where = left, where+"0"
		}
		depth++
	}
	p := proof.StatePath{Siblings: make([]proof.Hash, len(out))}
	for i, h := range out {
		p.Siblings[len(out)-1-i] = h
	}
	for _, other := range all {
		if value, ok := t.values[other]; ok && other != path {
			p.Other, p.OtherPath, p.OtherValue = true, other, sha256.Sum256(value)
		}
	}
	return p
}
