package proof

import "fmt"

// Open reads any object of this package; its type is that of the tag with which
// the object begins: Receipt, Bundle, StateProof, EventProof,
// ConsistencyProof, Witnessed or Fork.
// Files are the raw bytes, by habit with the ending .pedigree.
func Open(b []byte) (any, error) {
	switch tag := objectTag(b); tag {
	case TagReceipt:
		return opened(DecodeReceipt(b))
	case TagBundle:
		return opened(DecodeBundle(b))
	case TagStateProof:
		return opened(DecodeStateProof(b))
	case TagEventProof:
		return opened(DecodeEventProof(b))
	case TagConsistency:
		return opened(DecodeConsistencyProof(b))
	case TagWitnessed:
		return opened(DecodeWitnessed(b))
	case TagFork:
		return opened(DecodeFork(b))
	default:
		return nil, in(PartFormat, fmt.Errorf("%w: it does not begin with the tag of a receipt, bundle or proof", ErrCBOR))
	}
}

// opened gives no object at all beside an error.
func opened[T any](object T, err error) (any, error) {
	if err != nil {
		return nil, err
	}
	return object, nil
}

// objectTag reads the text that an object begins with, or "".
func objectTag(b []byte) string {
	r := NewReader(b)
	r.Array(objectFieldsMax)
	tag := r.Text(objectTagMax)
	if r.err != nil {
		return ""
	}
	return tag
}

const (
	objectFieldsMax = 16
	objectTagMax    = 32
)

// openReader reads the head of an object of a given tag and number of fields.
func openReader(b []byte, tag string, fields int) (*Reader, error) {
	if len(b) > ObjectSizeMax {
		return nil, in(PartFormat, fmt.Errorf("couldn't read %s: it has %d bytes where at most %d are allowed", tag, len(b), ObjectSizeMax))
	}
	r := NewReader(b)
	r.In(PartFormat)
	r.ArrayOf(fields)
	if got := r.Text(objectTagMax); r.err == nil && got != tag {
		r.fail("is %q where %q is expected", got, tag)
	}
	if r.err != nil {
		return nil, fmt.Errorf("couldn't read %s: %w", tag, r.err)
	}
	return r, nil
}
