package traceview

import (
	"crypto/sha256"
	"encoding/binary"
	"slices"

	"pedigree/format/dscsa"
)

// Things remembers which things are in a container, in eight bytes for each: whoever scans
// one of them finds the delivery without its file being opened again. By 64 bits of their
// digests, so one that was never in it is taken for one of it less than once in 10^12 scans.
type Things []uint64

// NewThings remembers a thing of a tree and all that is in it.
func NewThings(tree *dscsa.Tree, path string) Things {
	var list Things
	for n := range tree.All(path) {
		list = append(list, thingMark(n.Path))
	}
	slices.Sort(list)
	return slices.Clip(list)
}

// Hold tells whether a canonical path is one of them.
func (t Things) Hold(path string) bool {
	_, found := slices.BinarySearch(t, thingMark(path))
	return found
}

func thingMark(path string) uint64 {
	sum := sha256.Sum256([]byte(path))
	return binary.BigEndian.Uint64(sum[:])
}
