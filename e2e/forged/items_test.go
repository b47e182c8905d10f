package forged

import (
	"encoding/binary"
	"errors"
	"math/rand/v2"
	"slices"
)

// item is one CBOR item in an object: where it begins, where what follows its head
// begins, where it ends, its major type and its number.
type item struct {
	at, body, end int
	major         byte
	n             uint64
	parent        int // its place in the list; -1 for the object itself
}

const (
	uintType  = 0
	bytesType = 2
	textType  = 3
	arrayType = 4
	depthMax  = 32
)

var errItem = errors.New("not an item")

// head writes the shortest head.
func head(major byte, n uint64) []byte {
	switch {
	case n < 24:
		return []byte{major<<5 | byte(n)}
	case n < 1<<8:
		return []byte{major<<5 | 24, byte(n)}
	case n < 1<<16:
		return binary.BigEndian.AppendUint16([]byte{major<<5 | 25}, uint16(n))
	case n < 1<<32:
		return binary.BigEndian.AppendUint32([]byte{major<<5 | 26}, uint32(n))
	}
	return binary.BigEndian.AppendUint64([]byte{major<<5 | 27}, n)
}

// itemsOf lists the items of an object, each before what is in it.
func itemsOf(b []byte) (list []item, err error) {
	_, err = walk(b, 0, -1, 0, &list)
	return list, err
}

func walk(b []byte, at, parent, depth int, list *[]item) (end int, err error) {
	if at >= len(b) || depth > depthMax {
		return 0, errItem
	}
	it := item{at: at, major: b[at] >> 5, n: uint64(b[at] & 31), parent: parent}
	width := 0
	if it.n >= 24 {
		width = 1 << (it.n - 24)
		if it.n > 27 || at+1+width > len(b) {
			return 0, errItem
		}
		it.n = 0
		for _, c := range b[at+1 : at+1+width] {
			it.n = it.n<<8 | uint64(c)
		}
	}
	it.body = at + 1 + width
	own := len(*list)
	*list = append(*list, it)
	end = it.body
	switch it.major {
	case bytesType, textType:
		if end += int(it.n); end > len(b) {
			return 0, errItem
		}
	case arrayType:
		for range it.n {
			if end, err = walk(b, end, own, depth+1, list); err != nil {
				return 0, err
			}
		}
	}
	(*list)[own].end = end
	return end, nil
}

// splice puts something in the place of a part of an object.
func splice(b []byte, from, to int, in []byte) []byte {
	return slices.Concat(b[:from], in, b[to:])
}

// otherItem changes one item of an object so that it is well-formed still.
func otherItem(r *rand.Rand, b, other []byte) []byte {
	list, err := itemsOf(b)
	if err != nil || len(list) < 3 {
		return b
	}
	it := list[1+r.IntN(len(list)-1)]
	switch r.IntN(6) {
	case 0: // null
		return splice(b, it.at, it.end, []byte{0xf6})
	case 1: // one that stands elsewhere, of the same type
		return replaced(r, b, it, b, list)
	case 2: // one of another object
		if theirs, err := itemsOf(other); err == nil {
			return replaced(r, b, it, other, theirs)
		}
		return b
	case 3: // once more, or not at all
		return recounted(r, b, it, list)
	}
	switch it.major {
	case uintType:
		edges := []uint64{0, 1, it.n + 1, it.n - 1, it.n << 1, it.n ^ 1<<r.IntN(63), 1<<31 - 1, 1 << 32, 1<<53 - 1, 1 << 53, 1<<63 - 1, 1 << 63, 1<<64 - 1}
		return splice(b, it.at, it.body, head(uintType, edges[r.IntN(len(edges))]))
	case bytesType:
		return otherBytes(r, b, it)
	}
	return b
}

func replaced(r *rand.Rand, b []byte, it item, from []byte, list []item) []byte {
	for range 20 {
		if o := list[r.IntN(len(list))]; o.major == it.major && o.parent >= 0 {
			return splice(b, it.at, it.end, from[o.at:o.end])
		}
	}
	return b
}

// recounted takes an item out of its array, or puts it in twice.
func recounted(r *rand.Rand, b []byte, it item, list []item) []byte {
	p := list[it.parent]
	if p.major != arrayType {
		return b
	}
	in, n := []byte(nil), p.n-1
	if r.IntN(2) == 0 {
		in, n = slices.Concat(b[it.at:it.end], b[it.at:it.end]), p.n+1
	}
	out := splice(b, it.at, it.end, in)
	return splice(out, p.at, p.body, head(arrayType, n))
}

// otherBytes takes a hash out of a row of hashes, puts one in, changes two about, or
// makes the bytes shorter or longer.
func otherBytes(r *rand.Rand, b []byte, it item) []byte {
	const size = 32
	v := slices.Clone(b[it.body:it.end])
	hashes := len(v) / size
	switch c := r.IntN(5); {
	case c == 0 && hashes > 0:
		at := size * r.IntN(hashes)
		v = splice(v, at, at+size, nil)
	case c == 1 && hashes > 0:
		at := size * r.IntN(hashes)
		v = splice(v, at, at, v[at:at+size])
	case c == 2 && hashes > 1:
		i, j := size*r.IntN(hashes), size*r.IntN(hashes)
		first := slices.Clone(v[i : i+size])
		copy(v[i:], v[j:j+size])
		copy(v[j:], first)
	case c == 3 && len(v) > 0:
		v = v[:r.IntN(len(v))]
	case len(v) > 0:
		v[r.IntN(len(v))] ^= 1 << r.IntN(8)
	default:
		v = append(v, byte(r.Uint32()))
	}
	return splice(b, it.at, it.end, append(head(bytesType, uint64(len(v))), v...))
}
