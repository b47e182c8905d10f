package expiryset

import (
	"context"
	"encoding/binary"
	"fmt"

	"pedigree/ledger"
	"pedigree/proof"
)

// Each calls fn with every item, bucket after bucket, each bucket's items in the
// order in which they joined: what joins another empty store in this order gives
// it the same root. Rows must not change meanwhile: pass snapshots.
func Each(ctx context.Context, items, chains Rows, fn func(ledger.SetItem) error) error {
	buckets, err := readChains(chains)
	if err != nil {
		return fmt.Errorf("couldn't read the expiring sets: %w", err)
	}
	for _, b := range buckets {
		if err := eachOf(ctx, items, b, checkWindow, fn); err != nil {
			return fmt.Errorf("couldn't read bucket %d of set %d: %w", b.Bucket, b.Set, err)
		}
	}
	return nil
}

func eachOf(ctx context.Context, items Rows, b proof.SetBucket, window uint64, fn func(ledger.SetItem) error) error {
	for from := uint64(0); from < b.Count; from += window {
		if err := ctx.Err(); err != nil {
			return err
		}
		list, err := readWindow(items, b, from, min(window, b.Count-from))
		if err != nil {
			return err
		}
		for _, item := range list {
			if err := fn(ledger.SetItem{Set: b.Set, Bucket: b.Bucket, Item: item}); err != nil {
				return err
			}
		}
	}
	return nil
}

// Bucket writes a set and a bucket as the keys of their rows begin.
func Bucket(set byte, bucket uint64) []byte { return bucketKey(set, bucket) }

// ParseBucket reads what Bucket wrote.
func ParseBucket(key []byte) (set byte, bucket uint64, err error) {
	if len(key) != bucketKeySize {
		return 0, 0, fmt.Errorf("%w: a bucket is named by %d bytes where %d are expected", ErrCorrupt, len(key), bucketKeySize)
	}
	return key[0], binary.BigEndian.Uint64(key[1:]), nil
}
