package proof

import (
	"encoding/binary"
	"errors"
	"fmt"
)

// The engine hashes and signs protocol buffers. Only the few messages that a
// verifier meets are written here, by hand: fields in ascending order, fields of
// zero left out. Reading one accepts any field order that writing it again gives
// back, which is exactly one.

// Wire types of protocol buffers.
const (
	wireVarint  = 0
	wireFixed64 = 1
	wireBytes   = 2
)

var errProtobuf = errors.New("not the engine's encoding")

func protoUint(b []byte, field byte, n uint64) []byte {
	if n == 0 {
		return b
	}
	return binary.AppendUvarint(append(b, field<<3|wireVarint), n)
}

func protoFixed(b []byte, field byte, n uint64) []byte {
	if n == 0 {
		return b
	}
	return binary.LittleEndian.AppendUint64(append(b, field<<3|wireFixed64), n)
}

func protoBytes(b []byte, field byte, s []byte) []byte {
	if len(s) == 0 {
		return b
	}
	return protoMessage(b, field, s)
}

// protoMessage appends an embedded message, which is written even when empty.
func protoMessage(b []byte, field byte, s []byte) []byte {
	b = binary.AppendUvarint(append(b, field<<3|wireBytes), uint64(len(s)))
	return append(b, s...)
}

func protoHash(b []byte, field byte, h Hash) []byte {
	if h.IsZero() {
		return b
	}
	return protoMessage(b, field, h[:])
}

// protoFieldsMax is the highest field number among the messages read here.
const protoFieldsMax = 2

// protoFields holds the fields of a message: numbers for varints, bytes for the
// others. Field 0 does not exist.
type protoFields struct {
	num   [protoFieldsMax + 1]uint64
	bytes [protoFieldsMax + 1][]byte
}

// readProto reads a message of varint and length-delimited fields.
func readProto(b []byte) (protoFields, error) {
	var f protoFields
	for len(b) > 0 {
		field, wire := b[0]>>3, b[0]&7
		n, width := binary.Uvarint(b[1:])
		if field < 1 || field > protoFieldsMax || width <= 0 {
			return f, fmt.Errorf("%w: field %d can't be read", errProtobuf, field)
		}
		b = b[1+width:]
		switch wire {
		case wireVarint:
			f.num[field] = n
		case wireBytes:
			if n > uint64(len(b)) {
				return f, fmt.Errorf("%w: field %d ends too early", errProtobuf, field)
			}
			f.bytes[field], b = b[:n], b[n:]
		default:
			return f, fmt.Errorf("%w: field %d has wire type %d", errProtobuf, field, wire)
		}
	}
	return f, nil
}

// hash gives a bytes field that holds a hash, or nothing.
func (f protoFields) hash(field int) (Hash, error) {
	switch b := f.bytes[field]; len(b) {
	case 0:
		return Hash{}, nil
	case HashSize:
		return Hash(b), nil
	default:
		return Hash{}, fmt.Errorf("%w: a hash of %d bytes", errProtobuf, len(b))
	}
}
