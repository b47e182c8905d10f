package eventtree

import (
	"bytes"
	"context"
	"errors"
	"fmt"

	"pedigree/internal/store/kv"
	"pedigree/proof"

	"github.com/transparency-dev/merkle/compact"
)

// Check recomputes the tree from the events and compares every stored hash. It
// returns the root over count events, or an error that names the first
// difference. Rows must not change meanwhile: pass snapshots.
func Check(ctx context.Context, events, tiles Rows, count uint64) (root proof.Hash, err error) {
	c := checker{tiles: tiles, leaves: factory.NewEmptyRange(0)}
	err = c.events(ctx, events, count)
	if err == nil {
		err = c.last(count)
	}
	if err == nil {
		err = c.strays()
	}
	if err != nil {
		return proof.Hash{}, fmt.Errorf("couldn't confirm the event tree: %w", err)
	}
	return rootOf(c.leaves)
}

type checker struct {
	tiles  Rows
	leaves *compact.Range
	open   [groupsMax][][]byte // hashes recomputed, tile not yet compared
	rows   uint64              // tile rows that the events account for
	err    error
}

func (c *checker) events(ctx context.Context, events Rows, count uint64) (err error) {
	it, err := events.NewIter(nil, nil)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, it.Close()) }()
	number := uint64(0)
	for more := it.First(); more; more = it.Next() {
		key, err := decodeEventKey(it.Key())
		if err != nil {
			return err
		}
		if key != number || number == count {
			return fmt.Errorf("%w: event %d stands where event %d of %d is expected", ErrCorrupt, key, number, count)
		}
		leaf := proof.TreeLeaf(it.Value())
		if err := errors.Join(ctx.Err(), c.leaves.Append(leaf[:], c.visit), c.err); err != nil {
			return err
		}
		number++
	}
	if number != count {
		return fmt.Errorf("%w: %d events are stored where %d are counted", ErrCorrupt, number, count)
	}
	return it.Error()
}

func (c *checker) visit(id compact.NodeID, hash []byte) {
	if id.Level%tileLevels != 0 || c.err != nil {
		return
	}
	g := id.Level / tileLevels
	c.open[g] = append(c.open[g], hash)
	if len(c.open[g]) == tileHashes {
		c.err = c.compare(tileID{group: uint8(g), index: id.Index / tileHashes}, c.open[g])
		c.open[g] = nil
	}
}

// last compares the tiles that aren't full.
func (c *checker) last(count uint64) error {
	for g, hashes := range c.open {
		if len(hashes) == 0 {
			continue
		}
		id := tileID{group: uint8(g), index: count >> (tileLevels * g) / tileHashes}
		if err := c.compare(id, hashes); err != nil {
			return err
		}
	}
	return nil
}

func (c *checker) compare(id tileID, want [][]byte) error {
	c.rows++
	row, found, err := c.tiles.Get(id.key())
	if err != nil {
		return err
	}
	if id.group == 0 && len(row) == len(want)*proof.HashSize {
		for i, hash := range want {
			if !bytes.Equal(row[i*proof.HashSize:(i+1)*proof.HashSize], hash) {
				return fmt.Errorf("%w: event %d and its hash in %s differ", ErrCorrupt, id.index*tileHashes+uint64(i), id)
			}
		}
	}
	if !found || !bytes.Equal(row, encodeTile(want)) {
		return fmt.Errorf("%w: %s doesn't hold the hashes that its events give", ErrCorrupt, id)
	}
	return nil
}

// strays finds tile rows that no event accounts for.
func (c *checker) strays() (err error) {
	it, err := c.tiles.NewIter(nil, nil)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, it.Close()) }()
	rows := uint64(0)
	for more := it.First(); more; more = it.Next() {
		rows++
	}
	if err := it.Error(); err != nil || rows == c.rows {
		return err
	}
	return c.nameStray(it)
}

func (c *checker) nameStray(it *kv.Iter) error {
	for more := it.First(); more; more = it.Next() {
		id, err := decodeTileKey(it.Key())
		if err != nil {
			return err
		}
		if id.index*tileHashes >= c.leaves.End()>>(tileLevels*id.group) {
			return fmt.Errorf("%w: %s lies past the last event", ErrCorrupt, id)
		}
	}
	return fmt.Errorf("%w: there are more tiles than the events give", ErrCorrupt)
}
