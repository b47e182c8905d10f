package store

import (
	"errors"
	"fmt"

	"pedigree/internal/store/kv"
	"pedigree/ledger"
	"pedigree/proof"
)

// ErrHeight is returned for a height that the store has no parts of.
var ErrHeight = errors.New("the store doesn't hold that height")

// get finds nothing under a key that can't be written, like any Backend.
func (r spaces) get(key []byte) (value []byte, found bool, err error) {
	if len(key) == 0 || len(key) > KeyBytesMax {
		return nil, false, nil
	}
	return r.state.Get(key)
}

func (r spaces) each(prefix []byte, fn func(key, value []byte) (bool, error)) (err error) {
	it, err := r.state.NewIter(prefix, after(prefix))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, it.Close()) }()
	for more := it.First(); more; more = it.Next() {
		if on, err := fn(it.Key(), it.Value()); err != nil || !on {
			return err
		}
	}
	return it.Error()
}

func (r spaces) entry(id proof.Hash) (mark ledger.EntryMark, found bool, err error) {
	b, found, err := r.meta.Get(entryKey(id))
	if err != nil || !found {
		return ledger.EntryMark{}, false, err
	}
	mark, err = decodeEntry(id, b)
	return mark, err == nil, err
}

// partsAt finds the newest parts row that isn't above height.
func (r spaces) partsAt(height int64, newest head) (parts proof.AppHashParts, err error) {
	if height < 0 || height > newest.height || !newest.began {
		return parts, fmt.Errorf("couldn't find the parts of height %d: %w", height, ErrHeight)
	}
	it, err := r.meta.NewIter([]byte{rowParts}, []byte{rowParts + 1})
	if err != nil {
		return parts, err
	}
	defer func() { err = errors.Join(err, it.Close()) }()
	if !it.SeekLT(partsKey(height + 1)) {
		return parts, errors.Join(it.Error(), fmt.Errorf("couldn't find the parts of height %d, which may be pruned: %w", height, ErrHeight))
	}
	return decodeParts(it)
}

func decodeParts(it *kv.Iter) (proof.AppHashParts, error) {
	parts, err := proof.DecodeAppHashParts(it.Value())
	if err != nil {
		return parts, fmt.Errorf("%w: parts row %x: %w", ErrCorrupt, it.Key()[1:], err)
	}
	return parts, nil
}
