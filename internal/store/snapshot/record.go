package snapshot

import (
	"encoding/binary"
	"fmt"
)

// Kind says what a record holds. Records of a snapshot come in the order of their
// kinds.
type Kind byte

// The kinds. A number is never used for a second purpose.
const (
	// StateRow is a raw state key and its value, in the order of keys.
	StateRow Kind = 1
	// Event is an event without a key, in the order of events.
	Event Kind = 2
	// SetItem is an item of an expiring set: the key is the set and its bucket,
	// the value the item; in the order of buckets and, in each, of joining.
	SetItem Kind = 3
)

// Record is one row of a snapshot.
type Record struct {
	Kind       Kind
	Key, Value []byte
}

func (r Record) check() error {
	switch {
	case r.Kind < StateRow || r.Kind > SetItem:
		return fmt.Errorf("%w: records of kind %d don't exist", ErrDamaged, r.Kind)
	case len(r.Key) > keyBytesMax || len(r.Value) > valueBytesMax:
		return fmt.Errorf("%w: a record with a key of %d and a value of %d bytes is too large", ErrDamaged, len(r.Key), len(r.Value))
	}
	return nil
}

func (r Record) append(b []byte) []byte {
	b = binary.AppendUvarint(append(b, byte(r.Kind)), uint64(len(r.Key)))
	b = binary.AppendUvarint(append(b, r.Key...), uint64(len(r.Value)))
	return append(b, r.Value...)
}

// Records calls fn with each record of a chunk. The slices are parts of the chunk.
func Records(chunk []byte, fn func(Record) error) error {
	if len(chunk) > ChunkBytesMax {
		return fmt.Errorf("%w: a chunk of %d bytes, at most %d are allowed", ErrDamaged, len(chunk), ChunkBytesMax)
	}
	for len(chunk) > 0 {
		r := Record{Kind: Kind(chunk[0])}
		rest := chunk[1:]
		var err error
		if r.Key, rest, err = cut(rest, keyBytesMax); err != nil {
			return err
		}
		if r.Value, rest, err = cut(rest, valueBytesMax); err != nil {
			return err
		}
		if err := r.check(); err != nil {
			return err
		}
		if err := fn(r); err != nil {
			return err
		}
		chunk = rest
	}
	return nil
}

// cut takes a length and as many bytes.
func cut(b []byte, limit uint64) (part, rest []byte, err error) {
	n, size := binary.Uvarint(b)
	if size <= 0 || size > 1 && b[size-1] == 0 || n > limit || n > uint64(len(b)-size) {
		return nil, nil, fmt.Errorf("%w: a record ends too early or has a wrong length", ErrDamaged)
	}
	return b[size : size+int(n)], b[size+int(n):], nil
}
