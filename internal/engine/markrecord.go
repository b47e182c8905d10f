package engine

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
)

// The steps of a round in the order in which a validator signs in it. The
// numbers are on the disk.
const (
	stepNone      uint8 = 0
	stepPropose   uint8 = 1
	stepPrevote   uint8 = 2
	stepPrecommit uint8 = 3
)

// The mark file holds two records, each at the start of its own block of
// 4096 bytes and no larger than one disk sector, which a disk writes whole or
// not at all. Record n goes to block n mod 2, so the one before it stays as it was.
const (
	slotBytes      = 4096
	recordBytes    = 512
	markBytes      = 2 * slotBytes
	signBytesMax   = 320
	signatureBytes = 64
)

var recordMagic = [8]byte{'P', 'D', 'G', 'M', 'A', 'R', 'K', '1'}

// markRecord is what the key signed last.
type markRecord struct {
	seq    uint64
	pubKey [32]byte
	height int64
	round  int32
	step   uint8
	// signBytes and signature are kept so that the same request after a crash
	// gets the same answer instead of a refusal that would stall the chain.
	signBytes []byte
	signature []byte
}

// compare orders two records by height, round and step.
func (r markRecord) compare(height int64, round int32, step uint8) int {
	switch {
	case r.height != height:
		return sign(r.height - height)
	case r.round != round:
		return sign(int64(r.round) - int64(round))
	default:
		return sign(int64(r.step) - int64(step))
	}
}

func sign(n int64) int {
	switch {
	case n < 0:
		return -1
	case n > 0:
		return 1
	}
	return 0
}

func (r markRecord) String() string {
	return fmt.Sprintf("height %d, round %d, step %d", r.height, r.round, r.step)
}

// encode lays the record out: magic, seq, key, height, round, step, the sign
// bytes with their length, the signature with its length, zeros, and the
// SHA-256 of all of it.
func (r markRecord) encode() ([]byte, error) {
	if len(r.signBytes) > signBytesMax || len(r.signature) > signatureBytes {
		return nil, fmt.Errorf("%d signed bytes and a signature of %d don't fit into the signing mark", len(r.signBytes), len(r.signature))
	}
	out := make([]byte, 0, recordBytes)
	out = append(out, recordMagic[:]...)
	out = binary.BigEndian.AppendUint64(out, r.seq)
	out = append(out, r.pubKey[:]...)
	out = binary.BigEndian.AppendUint64(out, uint64(r.height))
	out = binary.BigEndian.AppendUint32(out, uint32(r.round))
	out = append(out, r.step)
	out = binary.BigEndian.AppendUint16(out, uint16(len(r.signBytes)))
	out = append(out, r.signBytes...)
	out = append(out, byte(len(r.signature)))
	out = append(out, r.signature...)
	out = append(out, make([]byte, recordBytes-sha256.Size-len(out))...)
	sum := sha256.Sum256(out)
	return append(out, sum[:]...), nil
}

// decodeRecord reads one record and refuses any byte that encode wouldn't write.
func decodeRecord(b []byte) (r markRecord, err error) {
	if len(b) != recordBytes || !bytes.Equal(b[:8], recordMagic[:]) {
		return r, fmt.Errorf("%w: no record where one should be", ErrMarkDamaged)
	}
	sum := sha256.Sum256(b[:recordBytes-sha256.Size])
	if !bytes.Equal(sum[:], b[recordBytes-sha256.Size:]) {
		return r, fmt.Errorf("%w: wrong checksum", ErrMarkDamaged)
	}
	r.seq = binary.BigEndian.Uint64(b[8:])
	r.pubKey = [32]byte(b[16:48])
	r.height = int64(binary.BigEndian.Uint64(b[48:]))
	r.round = int32(binary.BigEndian.Uint32(b[56:]))
	r.step = b[60]
	rest := b[61 : recordBytes-sha256.Size]
	n := int(binary.BigEndian.Uint16(rest))
	if n > signBytesMax {
		return r, fmt.Errorf("%w: impossible length", ErrMarkDamaged)
	}
	r.signBytes, rest = rest[2:2+n], rest[2+n:]
	n = int(rest[0])
	if n > signatureBytes {
		return r, fmt.Errorf("%w: impossible length", ErrMarkDamaged)
	}
	r.signature = rest[1 : 1+n]
	again, err := r.encode()
	if err != nil || !bytes.Equal(again, b) {
		return r, fmt.Errorf("%w: bytes that nobody wrote", ErrMarkDamaged)
	}
	return r, nil
}

// newestRecord returns the later of the two records of a mark file. Both must
// be whole and consecutive: a record is only ever lost to damage, and a lost
// one may have been the latest.
func newestRecord(file []byte) (r markRecord, err error) {
	if len(file) != markBytes {
		return r, fmt.Errorf("%w: %d bytes long instead of %d", ErrMarkDamaged, len(file), markBytes)
	}
	even, err := decodeRecord(file[:recordBytes])
	if err != nil {
		return r, err
	}
	odd, err := decodeRecord(file[slotBytes : slotBytes+recordBytes])
	if err != nil {
		return r, err
	}
	if even.seq%2 != 0 || odd.seq%2 != 1 || even.pubKey != odd.pubKey {
		return r, fmt.Errorf("%w: records that don't belong together", ErrMarkDamaged)
	}
	switch {
	case odd.seq == even.seq+1:
		return odd, nil
	case even.seq == odd.seq+1:
		return even, nil
	}
	return r, fmt.Errorf("%w: records %d and %d don't follow each other", ErrMarkDamaged, even.seq, odd.seq)
}
