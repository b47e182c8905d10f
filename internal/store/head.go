package store

import (
	"encoding/binary"
	"errors"
	"fmt"

	"pedigree/ledger"
	"pedigree/proof"
)

// ErrCorrupt marks every row of this package that can't be right.
var ErrCorrupt = errors.New("the store is damaged")

// The first byte of a key under kv.LedgerMeta says what the row is.
const (
	rowHead  = 0x00
	rowParts = 0x01
	rowEntry = 0x02
)

// format is the version of everything this package writes.
const format = 1

const (
	headSize  = 1 + 8 + proof.AppHashPartsSize
	entrySize = 8 + 4 + 4
)

// head is the last committed height and what its application hash commits to.
type head struct {
	height int64
	parts  proof.AppHashParts
	began  bool   // something has been committed
	keys   uint64 // in the state, not part of the row
}

func headKey() []byte { return []byte{rowHead} }

func partsKey(height int64) []byte {
	return binary.BigEndian.AppendUint64([]byte{rowParts}, uint64(height))
}

func entryKey(id proof.Hash) []byte { return append([]byte{rowEntry}, id[:]...) }

func (h head) encode() []byte {
	b := append(make([]byte, 0, headSize), format)
	b = binary.BigEndian.AppendUint64(b, uint64(h.height))
	return append(b, h.parts.Encode()...)
}

func decodeHead(b []byte) (head, error) {
	if len(b) != headSize || b[0] != format {
		return head{}, fmt.Errorf("%w: the head row must be %d bytes of format %d; was the store written by another version?", ErrCorrupt, headSize, format)
	}
	parts, err := proof.DecodeAppHashParts(b[9:])
	if err != nil {
		return head{}, fmt.Errorf("%w: head row: %w", ErrCorrupt, err)
	}
	h := head{height: int64(binary.BigEndian.Uint64(b[1:])), parts: parts, began: true}
	if h.height < 0 {
		return head{}, fmt.Errorf("%w: the head row has the height %d", ErrCorrupt, h.height)
	}
	return h, nil
}

func encodeEntry(e ledger.EntryMark) []byte {
	b := binary.BigEndian.AppendUint64(make([]byte, 0, entrySize), uint64(e.Height))
	b = binary.BigEndian.AppendUint32(b, uint32(e.Index))
	return binary.BigEndian.AppendUint32(b, e.Code)
}

func decodeEntry(id proof.Hash, b []byte) (ledger.EntryMark, error) {
	if len(b) != entrySize {
		return ledger.EntryMark{}, fmt.Errorf("%w: entry %s has a row of %d bytes where %d are expected", ErrCorrupt, id, len(b), entrySize)
	}
	e := ledger.EntryMark{
		ID:     id,
		Height: int64(binary.BigEndian.Uint64(b)),
		Index:  int(binary.BigEndian.Uint32(b[8:])),
		Code:   binary.BigEndian.Uint32(b[12:]),
	}
	if e.Height < 0 {
		return ledger.EntryMark{}, fmt.Errorf("%w: entry %s has the height %d", ErrCorrupt, id, e.Height)
	}
	return e, nil
}
