package epcis

import (
	"errors"
	"hash/maphash"
	"strings"

	"pedigree/format/gs1"
)

// objectKind says what an identifier identifies.
type objectKind uint8

const (
	kindOther    objectKind = iota // a class, a place, a document, somebody's own
	kindSerial                     // GTIN with serial: a pack or a case
	kindSSCC                       // a logistic unit
	kindPlace                      // GLN
	kindProduct                    // GTIN alone or with lot
	kindUnusable                   // not a valid identifier
)

// keyMaker turns identifiers into canonical paths without allocating for URNs.
type keyMaker struct {
	path []byte
}

// key returns the canonical Digital Link path of an identifier, valid until the
// next call, and its kind. For identifiers outside GS1 it is the identifier.
func (k *keyMaker) key(id string) (path []byte, kind objectKind, err error) {
	switch {
	case strings.HasPrefix(id, "urn:epc:"):
		path, err := gs1.AppendPathFromURN(k.path[:0], id)
		if err != nil {
			k.path = append(k.path[:0], id...)
			if err = withoutLink(id, err); err != nil {
				return k.path, kindUnusable, err
			}
			return k.path, kindOther, nil
		}
		k.path = path
	case strings.HasPrefix(id, "http"):
		canonical, ok := constrain(id)
		if !ok {
			k.path = append(k.path[:0], id...)
			return k.path, kindOther, nil
		}
		k.path = append(k.path[:0], canonical...)
		if _, err := linkOptions.ParseDigitalLink(id); err != nil {
			return k.path, kindUnusable, err
		}
	default:
		k.path = append(k.path[:0], id...)
		return k.path, kindOther, nil
	}
	return k.path, kindOf(k.path), nil
}

// withoutLink forgives a right EPC URN of a scheme that has no GS1 key, such as
// urn:epc:id:gid: CBV 2.0, section 8.2, admits those too.
func withoutLink(id string, err error) error {
	var refused *gs1.Error
	if errors.As(err, &refused) && refused.Rule == gs1.RuleURNScheme {
		return gs1.CheckEPC(id)
	}
	return err
}

// linkOptions read what EPCIS documents hold: the words of Digital Link 1.0 too.
var linkOptions = gs1.Options{AlphaKeys: true, ShortGTIN: true, UnknownAI: true}

func kindOf(path []byte) objectKind {
	const gtin = len("/01/") + 14
	switch {
	case len(path) > gtin+4 && string(path[:4]) == "/01/":
		if string(path[gtin:gtin+4]) == "/21/" {
			return kindSerial
		}
		if string(path[gtin:gtin+4]) == "/235" {
			return kindOther // a single object, but not one with a serial number
		}
		return kindProduct
	case len(path) == gtin && string(path[:4]) == "/01/":
		return kindProduct
	case len(path) == len("/00/")+18 && string(path[:4]) == "/00/":
		return kindSSCC
	case len(path) > 5 && (string(path[:5]) == "/414/" || string(path[:5]) == "/417/"):
		return kindPlace
	}
	return kindOther
}

// object is what the checks remember of one identifier.
type object struct {
	hi, lo       uint64
	commissioned uint32 // ordinal of the event, 0 for none
	packed       uint32 // event that packed it into its parent, 0 for none
	shipped      uint32 // event that shipped it, 0 for none
	last         uint32 // event that last named it
	parent       uint32 // index of the parent plus one
	emptied      uint32 // event that last unpacked everything from it
	lot          uint32 // index of lot and expiry plus one
	flags        objectFlags
}

type objectFlags uint8

const (
	flagParent   objectFlags = 1 << iota // something was packed into it
	flagEnded                            // decommissioned, destroyed or dispensed
	flagReceived                         // received
	flagSerial                           // a pack or a case, not a logistic unit
)

// objectTable finds objects by a keyed 128-bit hash of their canonical path. The
// identifiers themselves aren't kept: a million of them would be larger than all
// the rest.
type objectTable struct {
	seedHi, seedLo maphash.Seed
	slots          []uint32 // index into objects plus one; a power of two
	objects        []object
}

func newObjectTable() objectTable {
	return objectTable{seedHi: maphash.MakeSeed(), seedLo: maphash.MakeSeed(), slots: make([]uint32, 1024)}
}

// index returns the index of an object, adding it if it is new.
func (t *objectTable) index(path []byte) int {
	hi, lo := maphash.Bytes(t.seedHi, path), maphash.Bytes(t.seedLo, path)
	if 4*len(t.objects) >= 3*len(t.slots) {
		t.grow()
	}
	for i := lo & uint64(len(t.slots)-1); ; i = (i + 1) & uint64(len(t.slots)-1) {
		n := t.slots[i]
		if n == 0 {
			t.objects = append(t.objects, object{hi: hi, lo: lo})
			t.slots[i] = uint32(len(t.objects))
			return len(t.objects) - 1
		}
		if o := &t.objects[n-1]; o.lo == lo && o.hi == hi {
			return int(n - 1)
		}
	}
}

func (t *objectTable) grow() {
	t.slots = make([]uint32, 2*len(t.slots))
	for n := range t.objects {
		i := t.objects[n].lo & uint64(len(t.slots)-1)
		for t.slots[i] != 0 {
			i = (i + 1) & uint64(len(t.slots)-1)
		}
		t.slots[i] = uint32(n + 1)
	}
}
