package expiryset

import (
	"cmp"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"

	"pedigree/ledger"
	"pedigree/proof"
)

var (
	errStaged  = errors.New("a change is staged already; commit or discard it first")
	errTwice   = errors.New("the item joins the same bucket twice")
	errBuckets = fmt.Errorf("there would be more than %d buckets; drop the expired ones", BucketsMax)
)

// Sets is the writer's side of all expiring sets.
type Sets struct {
	now    []proof.SetBucket // by set and bucket
	staged []proof.SetBucket
	isOpen bool // something is staged
}

// Open reads the chains of all buckets.
func Open(chains Rows) (*Sets, error) {
	now, err := readChains(chains)
	if err != nil {
		return nil, fmt.Errorf("couldn't open the expiring sets: %w", err)
	}
	return &Sets{now: now}, nil
}

func readChains(chains Rows) (list []proof.SetBucket, err error) {
	it, err := chains.NewIter(nil, nil)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, it.Close()) }()
	for more := it.First(); more; more = it.Next() {
		b, err := decodeChain(it.Key(), it.Value())
		if err != nil {
			return nil, err
		}
		if list = append(list, b); len(list) > BucketsMax {
			return nil, fmt.Errorf("%w: there are more than %d buckets", ErrCorrupt, BucketsMax)
		}
	}
	return list, it.Error()
}

// Root is the committed set root.
func (s *Sets) Root() proof.Hash { return proof.SetRoot(s.now) }

// Stage lets items join, then drops buckets, and returns the new set root. Rows
// go to the batches; nothing is visible before Commit.
func (s *Sets) Stage(items, chains Batch, adds []ledger.SetItem, drops []ledger.SetDrop) (proof.Hash, error) {
	if s.isOpen {
		return proof.Hash{}, errStaged
	}
	next := slices.Clone(s.now)
	if len(adds) > 0 {
		var err error
		if next, err = join(items, chains, next, adds); err != nil {
			return proof.Hash{}, err
		}
	}
	for _, d := range drops {
		var err error
		if next, err = drop(items, chains, next, d); err != nil {
			return proof.Hash{}, fmt.Errorf("couldn't drop the buckets of set %d below %d: %w", d.Set, d.Before, err)
		}
	}
	s.staged, s.isOpen = next, true
	return proof.SetRoot(next), nil
}

// Commit makes the staged change current; the caller has committed its batch.
func (s *Sets) Commit() {
	if s.isOpen {
		s.now, s.staged, s.isOpen = s.staged, nil, false
	}
}

// Discard forgets the staged change.
func (s *Sets) Discard() { s.staged, s.isOpen = nil, false }

type bucketID struct {
	set    byte
	number uint64
}

func join(items, chains Batch, next []proof.SetBucket, adds []ledger.SetItem) ([]proof.SetBucket, error) {
	seen := make(map[ledger.SetItem]bool, len(adds))
	changed := make(map[bucketID]bool)
	for _, a := range adds {
		if seen[a] {
			return nil, fmt.Errorf("couldn't add %s to bucket %d of set %d: %w", a.Item, a.Bucket, a.Set, errTwice)
		}
		seen[a] = true
		i, found := find(next, a.Set, a.Bucket)
		if !found {
			if len(next) == BucketsMax {
				return nil, fmt.Errorf("couldn't open bucket %d of set %d: %w", a.Bucket, a.Set, errBuckets)
			}
			next = slices.Insert(next, i, proof.SetBucket{Set: a.Set, Bucket: a.Bucket})
		}
		b := &next[i]
		place := binary.BigEndian.AppendUint64(nil, b.Count)
		if err := items.Set(itemKey(a.Set, a.Bucket, a.Item), place); err != nil {
			return nil, fmt.Errorf("couldn't add %s to bucket %d of set %d: %w", a.Item, a.Bucket, a.Set, err)
		}
		b.Count, b.Chain = b.Count+1, proof.SetStep(a.Set, a.Bucket, b.Chain, a.Item)
		changed[bucketID{a.Set, a.Bucket}] = true
	}
	for _, b := range next {
		if !changed[bucketID{b.Set, b.Bucket}] {
			continue
		}
		if err := chains.Set(bucketKey(b.Set, b.Bucket), encodeChain(b)); err != nil {
			return nil, fmt.Errorf("couldn't write the chain of bucket %d of set %d: %w", b.Bucket, b.Set, err)
		}
	}
	return next, nil
}

// drop forgets the buckets of a set below one. Where there are none it writes
// nothing, because every range deletion costs later reads.
func drop(items, chains Batch, next []proof.SetBucket, d ledger.SetDrop) ([]proof.SetBucket, error) {
	from, _ := find(next, d.Set, 0)
	to, _ := find(next, d.Set, d.Before)
	if from == to {
		return next, nil
	}
	lower, upper := bucketKey(d.Set, 0), bucketKey(d.Set, d.Before)
	if err := errors.Join(items.DeleteRange(lower, upper), chains.DeleteRange(lower, upper)); err != nil {
		return nil, err
	}
	return slices.Delete(next, from, to), nil
}

// find returns where a bucket stands in the list, or would stand.
func find(list []proof.SetBucket, set byte, bucket uint64) (int, bool) {
	return slices.BinarySearchFunc(list, proof.SetBucket{Set: set, Bucket: bucket}, func(a, b proof.SetBucket) int {
		return cmp.Or(cmp.Compare(a.Set, b.Set), cmp.Compare(a.Bucket, b.Bucket))
	})
}

// Has reports whether a bucket holds an item.
func Has(items Rows, set byte, bucket uint64, item proof.Hash) (bool, error) {
	_, found, err := items.Get(itemKey(set, bucket, item))
	return found, err
}
