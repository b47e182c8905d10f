package store

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"

	"pedigree/internal/store/eventtree"
	"pedigree/internal/store/expiryset"
	"pedigree/internal/store/kv"
	"pedigree/internal/store/statetree"
	"pedigree/proof"
)

// Report is what a check of the whole store counted.
type Report struct {
	Height   int64
	Keys     uint64 // in the typed maps
	Events   uint64
	SetItems uint64
	Entries  uint64
}

// Fsck recomputes the state root, the event root and the set root from the
// stored rows and compares every hash on the way with the one that is stored. An
// error names the first difference. It reads the last committed height through a
// snapshot, so blocks may go on beside it; it takes some seconds for a million
// keys.
func (s *Store) Fsck(ctx context.Context) (r Report, err error) {
	err = s.through(func(v *View) error { r, err = v.fsck(ctx); return err })
	if err != nil {
		return r, fmt.Errorf("couldn't confirm the ledger's state at height %d: %w", r.Height, err)
	}
	return r, nil
}

func (v *View) fsck(ctx context.Context) (Report, error) {
	r := Report{Height: v.head.height, Events: v.head.parts.EventCount}
	found := proof.AppHashParts{EventCount: r.Events}
	var err error
	if found.StateRoot, r.Keys, err = statetree.Check(ctx, v.rows.tree); err != nil {
		return r, err
	}
	if err := v.checkRows(ctx, r.Keys); err != nil {
		return r, err
	}
	if found.EventRoot, err = eventtree.Check(ctx, v.rows.events, v.rows.tiles, r.Events); err != nil {
		return r, err
	}
	if found.SetRoot, r.SetItems, err = expiryset.Check(ctx, v.rows.items, v.rows.chains); err != nil {
		return r, err
	}
	if r.Entries, err = v.checkMeta(ctx); err != nil {
		return r, err
	}
	if found != v.head.parts {
		return r, fmt.Errorf("%w: the head says %+v, the rows give %+v", ErrCorrupt, v.head.parts, found)
	}
	return r, nil
}

// checkRows compares each row of the typed maps with its leaf in the state tree.
// As many rows as leaves, and a leaf for each row, means a row for each leaf.
func (v *View) checkRows(ctx context.Context, want uint64) error {
	var got uint64
	err := v.rows.each(nil, func(key, value []byte) (bool, error) {
		if err := ctx.Err(); err != nil {
			return false, err
		}
		got++
		leaf, found, err := statetree.ValueHash(v.rows.tree, sha256.Sum256(key))
		if err != nil {
			return false, err
		}
		if !found || leaf != sha256.Sum256(value) {
			return false, fmt.Errorf("%w: state key %x and its leaf in the state tree differ", ErrCorrupt, key)
		}
		return true, nil
	})
	if err != nil || got == want {
		return err
	}
	return fmt.Errorf("%w: %d state rows are stored where the state tree has %d leaves", ErrCorrupt, got, want)
}

// checkMeta reads every entry mark, and every parts row up to the head's own.
func (v *View) checkMeta(ctx context.Context) (entries uint64, err error) {
	if v.head.began {
		newest, err := v.PartsAt(v.head.height)
		if err != nil {
			return 0, err
		}
		if newest != v.head.parts {
			return 0, fmt.Errorf("%w: the head and the newest parts row differ", ErrCorrupt)
		}
	}
	it, err := v.rows.meta.NewIter(nil, nil)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, it.Close()) }()
	for more := it.First(); more && err == nil; more = it.Next() {
		key := it.Key()
		switch {
		case (key[0] == rowHead || key[0] == rowBase) && len(key) == 1:
		case key[0] == rowParts && len(key) == len(partsKey(0)):
			err = v.checkParts(it)
		case key[0] == rowEntry && len(key) == 1+proof.HashSize:
			entries++
			_, err = decodeEntry(proof.Hash(key[1:]), it.Value())
		default:
			err = fmt.Errorf("%w: %x isn't the key of a row that this version writes", ErrCorrupt, key)
		}
		err = errors.Join(err, ctx.Err())
	}
	return entries, errors.Join(err, it.Error())
}

func (v *View) checkParts(it *kv.Iter) error {
	if bytes.Compare(it.Key(), partsKey(v.head.height)) > 0 {
		return fmt.Errorf("%w: the parts row %x lies past the head", ErrCorrupt, it.Key()[1:])
	}
	_, err := decodeParts(it)
	return err
}
