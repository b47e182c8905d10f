package expiryset

import (
	"encoding/binary"
	"errors"
	"fmt"

	"pedigree/internal/store/kv"
	"pedigree/proof"
)

// ErrCorrupt marks every row that can't be right.
var ErrCorrupt = errors.New("an expiring set is damaged")

// Rows is committed rows under one prefix: a view or a snapshot.
type Rows interface {
	Get(key []byte) (value []byte, found bool, err error)
	NewIter(lower, upper []byte) (*kv.Iter, error)
}

// Batch takes the rows that a change writes, under one prefix.
type Batch interface {
	Set(key, value []byte) error
	DeleteRange(lower, upper []byte) error
}

const (
	bucketKeySize = 1 + 8
	itemKeySize   = bucketKeySize + proof.HashSize
	chainSize     = 8 + proof.HashSize
	placeSize     = 8
)

// bucketKey is the key of a chain row, and what the keys of its items begin with.
func bucketKey(set byte, bucket uint64) []byte {
	return binary.BigEndian.AppendUint64(append(make([]byte, 0, itemKeySize), set), bucket)
}

// afterBucket is the first key past a bucket, or nil past the very last one.
func afterBucket(set byte, bucket uint64) []byte {
	if bucket < 1<<64-1 {
		return bucketKey(set, bucket+1)
	}
	return afterSet(set)
}

func afterSet(set byte) []byte {
	if set == 0xff {
		return nil
	}
	return []byte{set + 1}
}

func itemKey(set byte, bucket uint64, item proof.Hash) []byte {
	return append(bucketKey(set, bucket), item[:]...)
}

func encodeChain(b proof.SetBucket) []byte {
	return append(binary.BigEndian.AppendUint64(nil, b.Count), b.Chain[:]...)
}

func decodeChain(key, value []byte) (proof.SetBucket, error) {
	if len(key) != bucketKeySize || len(value) != chainSize {
		return proof.SetBucket{}, fmt.Errorf("%w: the chain row %x has %d bytes where %d are expected", ErrCorrupt, key, len(value), chainSize)
	}
	b := proof.SetBucket{
		Set:    key[0],
		Bucket: binary.BigEndian.Uint64(key[1:]),
		Count:  binary.BigEndian.Uint64(value),
		Chain:  proof.Hash(value[8:]),
	}
	if b.Count == 0 {
		return proof.SetBucket{}, fmt.Errorf("%w: bucket %d of set %d counts no items", ErrCorrupt, b.Bucket, b.Set)
	}
	return b, nil
}

// decodeItem reads an item row: the item and its place in the chain.
func decodeItem(key, value []byte) (item proof.Hash, place uint64, err error) {
	if len(key) != itemKeySize || len(value) != placeSize {
		return item, 0, fmt.Errorf("%w: the item row %x has %d bytes where %d are expected", ErrCorrupt, key, len(value), placeSize)
	}
	return proof.Hash(key[bucketKeySize:]), binary.BigEndian.Uint64(value), nil
}
