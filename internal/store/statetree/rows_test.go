package statetree

import (
	"bytes"
	"testing"

	"pedigree/proof"

	"pgregory.net/rapid"
)

func FuzzDecodeNodeRow(f *testing.F) {
	f.Add(appendNodeKey(nil, place{}), appendNode(nil, node{count: 1}))
	f.Add(appendNodeKey(nil, place{bits: 12}.child(9)), appendNode(nil, node{hash: hashOf("x"), count: leavesMax}))
	f.Add([]byte{rowNode, bitsMax/pageBits + 1}, []byte{})
	f.Fuzz(func(t *testing.T, key, value []byte) {
		if p, err := decodeNodeKey(key); err == nil && !bytes.Equal(appendNodeKey(nil, p), key) {
			t.Errorf("key %x is read as %q, which is written %x", key, p, appendNodeKey(nil, p))
		}
		if n, err := decodeNode(value); err == nil && !bytes.Equal(appendNode(nil, n), value) {
			t.Errorf("value %x is read as %+v, which is written %x", value, n, appendNode(nil, n))
		}
	})
}

func FuzzDecodeLeafRow(f *testing.F) {
	p, v := hashOf("p"), hashOf("v")
	f.Add(appendLeafKey(nil, &p), v[:])
	f.Add([]byte{rowLeaf}, []byte{})
	f.Fuzz(func(t *testing.T, key, value []byte) {
		l, err := decodeLeaf(key, value)
		if err == nil && (!bytes.Equal(appendLeafKey(nil, &l.path), key) || !bytes.Equal(l.value[:], value)) {
			t.Errorf("row %x %x is read as %+v", key, value, l)
		}
	})
}

func TestNodeRowCountsFromOneToTheLimit(t *testing.T) {
	for count, ok := range map[uint64]bool{0: false, 1: true, leavesMax: true, leavesMax + 1: false} {
		if _, err := decodeNode(appendNode(nil, node{count: count})); (err == nil) != ok {
			t.Errorf("a count of %d gives %v", count, err)
		}
	}
}

func TestPlaceIsTheWayDownToIt(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		path := hashOf("%d", rapid.Int().Draw(t, "path"))
		p := place{}
		for range rapid.IntRange(0, bitsMax/pageBits).Draw(t, "nibbles") {
			up, chosen := p, slot(&path, p)
			p = p.child(chosen)
			if p.parent() != up {
				t.Fatalf("the parent of %q is %q, want %q", p, p.parent(), up)
			}
			if down := bitByBit(up, &path); down != p {
				t.Fatalf("four bits below %q is %q, slot %d is %q", up, down, chosen, p)
			}
		}
		key := appendNodeKey(nil, p)
		if back, err := decodeNodeKey(key); err != nil || back != p {
			t.Fatalf("key %x is read as %q with %v", key, back, err)
		}
		for range rapid.IntRange(0, min(3, bitsMax-p.bits)).Draw(t, "bits more") {
			p = half(p, &path)
		}
		if !p.holds(&path) {
			t.Fatalf("%q doesn't hold %s", p, path)
		}
		if p.bits > 0 {
			at := rapid.IntRange(0, p.bits-1).Draw(t, "bit")
			path[at/8] ^= 0x80 >> (at % 8)
			if p.holds(&path) {
				t.Fatalf("%q holds %s, which differs in bit %d", p, path, at)
			}
		}
	})
}

func half(p place, path *proof.Hash) place {
	left, right := p.halves()
	if bit(path, p.bits) {
		return right
	}
	return left
}

func bitByBit(p place, path *proof.Hash) place {
	for range pageBits {
		p = half(p, path)
	}
	return p
}
