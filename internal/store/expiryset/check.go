package expiryset

import (
	"context"
	"errors"
	"fmt"

	"pedigree/proof"
)

// Check recomputes every chain from its items. It returns the set root and the
// number of items, or an error that names the first difference. Rows must not
// change meanwhile: pass snapshots.
func Check(ctx context.Context, items, chains Rows) (root proof.Hash, count uint64, err error) {
	buckets, err := readChains(chains)
	if err != nil {
		return proof.Hash{}, 0, fmt.Errorf("couldn't confirm the expiring sets: %w", err)
	}
	for _, b := range buckets {
		if err := checkBucket(ctx, items, b, checkWindow); err != nil {
			return proof.Hash{}, 0, fmt.Errorf("couldn't confirm bucket %d of set %d: %w", b.Bucket, b.Set, err)
		}
		count += b.Count
	}
	if err := checkTotal(items, count); err != nil {
		return proof.Hash{}, 0, fmt.Errorf("couldn't confirm the expiring sets: %w", err)
	}
	return proof.SetRoot(buckets), count, nil
}

// checkBucket runs along the chain, one window of places after another.
func checkBucket(ctx context.Context, items Rows, b proof.SetBucket, window uint64) error {
	var chain proof.Hash
	for from := uint64(0); from < b.Count; from += window {
		if err := ctx.Err(); err != nil {
			return err
		}
		list, err := readWindow(items, b, from, min(window, b.Count-from))
		if err != nil {
			return err
		}
		for _, item := range list {
			chain = proof.SetStep(b.Set, b.Bucket, chain, item)
		}
	}
	if chain != b.Chain {
		return fmt.Errorf("%w: its chain row says %s, its items give %s", ErrCorrupt, b.Chain, chain)
	}
	return nil
}

// readWindow returns the items whose places are from to from + n, in order.
func readWindow(items Rows, b proof.SetBucket, from, n uint64) (list []proof.Hash, err error) {
	it, err := items.NewIter(bucketKey(b.Set, b.Bucket), afterBucket(b.Set, b.Bucket))
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, it.Close()) }()
	filled := make(map[uint64]proof.Hash)
	for more := it.First(); more; more = it.Next() {
		item, place, err := decodeItem(it.Key(), it.Value())
		if err != nil {
			return nil, err
		}
		if place >= b.Count {
			return nil, fmt.Errorf("%w: item %s has place %d where %d are counted", ErrCorrupt, item, place, b.Count)
		}
		if place < from || place-from >= n {
			continue
		}
		if other, taken := filled[place]; taken {
			return nil, fmt.Errorf("%w: items %s and %s have the same place %d", ErrCorrupt, other, item, place)
		}
		filled[place] = item
	}
	for place := from; place < from+n; place++ {
		item, found := filled[place]
		if !found {
			return nil, fmt.Errorf("%w: the item at place %d is missing", ErrCorrupt, place)
		}
		list = append(list, item)
	}
	return list, it.Error()
}

// checkTotal finds items that stand outside every bucket.
func checkTotal(items Rows, want uint64) (err error) {
	it, err := items.NewIter(nil, nil)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, it.Close()) }()
	var got uint64
	for more := it.First(); more; more = it.Next() {
		got++
	}
	if err := it.Error(); err != nil || got == want {
		return err
	}
	return fmt.Errorf("%w: %d items are stored where the buckets count %d", ErrCorrupt, got, want)
}
