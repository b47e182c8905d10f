package statetree

import (
	"bytes"
	"fmt"

	"pedigree/proof"
)

// place is the address of a subtree: the bits that all paths below it begin
// with. Unused bits of path are zero.
type place struct {
	path proof.Hash
	bits int
}

// child is the place four levels further down, at one slot of the page at p.
func (p place) child(slot int) place {
	p.path[p.bits/8] |= byte(slot) << (pageBits - p.bits%8)
	p.bits += pageBits
	return p
}

// halves are the two places one level further down.
func (p place) halves() (left, right place) {
	left, right = p, p
	right.path[p.bits/8] |= 0x80 >> (p.bits % 8)
	left.bits++
	right.bits++
	return left, right
}

// parent is the place of the page that p is a slot of; the root has none.
func (p place) parent() place {
	p.bits -= pageBits
	p.path[p.bits/8] &= 0xf0 << (pageBits - p.bits%8)
	return p
}

// holds reports whether a path lies below the place.
func (p place) holds(path *proof.Hash) bool {
	whole := p.bits / 8
	if !bytes.Equal(path[:whole], p.path[:whole]) {
		return false
	}
	return p.bits%8 == 0 || (path[whole]^p.path[whole])>>(8-p.bits%8) == 0
}

// String shows the nibbles that the bits reach into, and how many bits count.
func (p place) String() string {
	return fmt.Sprintf("%s/%d", p.path.String()[:(p.bits+pageBits-1)/pageBits], p.bits)
}

// slot returns the nibble of a path that chooses among the slots of a page.
func slot(path *proof.Hash, page place) int {
	return int(path[page.bits/8]>>(pageBits-page.bits%8)) & (fanout - 1)
}

// bit returns bit i of a path, most significant first.
func bit(path *proof.Hash, i int) bool { return path[i/8]&(0x80>>(i%8)) != 0 }

func comparePaths(a, b *proof.Hash) int { return bytes.Compare(a[:], b[:]) }
