package dscsa

import (
	"fmt"
	"hash/maphash"
	"strings"

	"pedigree/format/epcis"
	"pedigree/format/gs1"
)

// things are all packages, cases and logistic units that a document names. They
// hold no pointers of their own, so that two million of them cost the garbage
// collector nothing: identifiers stand in blocks of bytes.
type things struct {
	seed   maphash.Seed
	slots  []uint32 // index plus one; a power of two
	blocks [][]thing
	count  uint32
	text   [][]byte

	lots     []lotExpiry
	lotIndex map[lotExpiry]uint32
	cases    map[string]bool // GTINs of which one was seen to hold others
}

// thing is what is known of one identifier while events are followed.
type thing struct {
	text   uint32 // block and position
	size   uint16
	kind   uint8
	height uint8  // at most so many levels are inside
	lot    uint32 // index plus one
	parent uint32 // each an index plus one, 0 for none
	first  uint32
	last   uint32
	before uint32
	after  uint32
}

type lotExpiry struct{ lot, expiry string }

func newThings() *things {
	return &things{
		seed: maphash.MakeSeed(), slots: make([]uint32, 1024),
		lotIndex: map[lotExpiry]uint32{}, cases: map[string]bool{},
	}
}

// at returns the thing of an index plus one.
func (t *things) at(id uint32) *thing {
	id--
	return &t.blocks[id/thingBlock][id%thingBlock]
}

func (t *things) bytes(id uint32) []byte {
	o := t.at(id)
	at := o.text % textBlockBytes
	return t.text[o.text/textBlockBytes][at : at+uint32(o.size)]
}

func (t *things) path(id uint32) string { return string(t.bytes(id)) }

// find returns a thing's index plus one, or 0.
func (t *things) find(path []byte) uint32 {
	_, id := t.slot(path)
	return id
}

func (t *things) slot(path []byte) (at uint64, id uint32) {
	mask := uint64(len(t.slots) - 1)
	for at = maphash.Bytes(t.seed, path) & mask; ; at = (at + 1) & mask {
		id = t.slots[at]
		if id == 0 || string(t.bytes(id)) == string(path) {
			return at, id
		}
	}
}

// add returns a thing's index plus one; one that is new is remembered.
func (t *things) add(path []byte) (uint32, error) {
	if 4*uint64(t.count) >= 3*uint64(len(t.slots)) {
		t.grow()
	}
	at, id := t.slot(path)
	if id != 0 {
		return id, nil
	}
	if t.count >= ThingsMax {
		return 0, tooLarge("the document names more than %d packages, cases and logistic units", ThingsMax)
	}
	if len(path) > PathBytesMax {
		return 0, tooLarge("an identifier has more than %d bytes", PathBytesMax)
	}
	if t.count%thingBlock == 0 {
		t.blocks = append(t.blocks, make([]thing, thingBlock))
	}
	t.count++
	t.slots[at] = t.count
	*t.at(t.count) = thing{text: t.keep(path), size: uint16(len(path)), kind: kindOf(path)}
	return t.count, nil
}

func tooLarge(format string, args ...any) error {
	return &epcis.Error{Rule: "epcis/limit-bytes", Text: fmt.Sprintf(format, args...), Remedy: "send it in several documents"}
}

// keep stores an identifier and returns where.
func (t *things) keep(path []byte) uint32 {
	n := len(t.text)
	if n == 0 || len(t.text[n-1])+len(path) > textBlockBytes {
		t.text = append(t.text, make([]byte, 0, textBlockBytes))
		n++
	}
	block := &t.text[n-1]
	at := len(*block)
	*block = append(*block, path...)
	return uint32((n-1)*textBlockBytes + at)
}

func (t *things) grow() {
	t.slots = make([]uint32, 2*len(t.slots))
	mask := uint64(len(t.slots) - 1)
	for id := uint32(1); id <= t.count; id++ {
		at := maphash.Bytes(t.seed, t.bytes(id)) & mask
		for t.slots[at] != 0 {
			at = (at + 1) & mask
		}
		t.slots[at] = id
	}
}

// lotNumber returns the index plus one of a lot and expiry date, 0 for neither.
func (t *things) lotNumber(v lotExpiry) (uint32, error) {
	if v == (lotExpiry{}) {
		return 0, nil
	}
	if n, ok := t.lotIndex[v]; ok {
		return n, nil
	}
	if len(t.lots) >= LotsMax {
		return 0, tooLarge("the document names more than %d lots", LotsMax)
	}
	t.lots = append(t.lots, v)
	t.lotIndex[v] = uint32(len(t.lots))
	return uint32(len(t.lots)), nil
}

const gtinPathBytes = len("/01/") + 14

// kindOf tells a thing's kind by its identifier alone: what has a GTIN counts as
// a package until it is seen to hold others.
func kindOf(path []byte) uint8 {
	switch {
	case isSerial(path):
		return KindPack
	case len(path) == len("/00/")+18 && string(path[:4]) == "/00/":
		return KindPallet
	}
	return KindBox
}

func isSerial[P string | []byte](path P) bool {
	return len(path) > gtinPathBytes+4 && string(path[:4]) == "/01/" && string(path[gtinPathBytes:gtinPathBytes+4]) == "/21/"
}

// gtinOf returns the GTIN of a package's or case's path, or "".
func gtinOf(path string) string {
	if !isSerial(path) {
		return ""
	}
	return path[len("/01/"):gtinPathBytes]
}

// serialOf returns the serial number of a package's or case's path, or "".
func serialOf(path string) string {
	if !isSerial(path) {
		return ""
	}
	serial, err := gs1.UnescapePath(path[gtinPathBytes+4:])
	if err != nil {
		return path[gtinPathBytes+4:]
	}
	return serial
}

// appendThing turns an identifier as a document writes it into its path. What is
// no GS1 key stays as it is.
func appendThing(dst []byte, id string) []byte {
	if strings.HasPrefix(id, "urn:epc:") {
		if path, err := gs1.AppendPathFromURN(dst, id); err == nil {
			return path
		}
	} else if strings.HasPrefix(id, "http") {
		if path, err := gs1.CanonicalPath(id); err == nil {
			return append(dst, path...)
		}
	}
	return append(dst, id...)
}
