package eventtree

import (
	"encoding/binary"
	"errors"
	"fmt"
	"slices"

	"pedigree/proof"

	"github.com/transparency-dev/merkle/compact"
)

var errStaged = errors.New("events are staged already; commit or discard them first")

// factory makes compact ranges; ranges of different factories don't mix.
var factory = compact.RangeFactory{Hash: joined}

// Tree is the writer's side of the event tree.
type Tree struct {
	now    edge
	staged *edge
}

// edge is the right border of a tree: enough to append to it.
type edge struct {
	leaves *compact.Range
	tiles  [groupsMax][][]byte // the hashes of each group's last tile, if it isn't full
}

// Open reads the right border of the tree with count events.
func Open(tiles Rows, count uint64) (*Tree, error) {
	e, err := readEdge(tiles, count)
	if err != nil {
		return nil, fmt.Errorf("couldn't open the event tree at %d events: %w", count, err)
	}
	return &Tree{now: e}, nil
}

func readEdge(tiles Rows, count uint64) (edge, error) {
	var e edge
	for g := range e.tiles {
		nodes := count >> (tileLevels * g)
		open := int(nodes % tileHashes)
		if open == 0 {
			continue
		}
		hashes, err := readTile(tiles, tileID{group: uint8(g), index: nodes / tileHashes}, open)
		if err != nil {
			return edge{}, err
		}
		e.tiles[g] = hashes[:open:open]
	}
	hashes, err := readNodes(tiles, compact.RangeNodes(0, count, nil))
	if err != nil {
		return edge{}, err
	}
	e.leaves, err = factory.NewRange(0, count, hashes)
	return e, err
}

// Count is the committed number of events.
func (t *Tree) Count() uint64 { return t.now.leaves.End() }

// Root is the committed root.
func (t *Tree) Root() (proof.Hash, error) { return rootOf(t.now.leaves) }

// rootOf gives the root of a whole tree; RFC 6962 gives the empty one a hash too.
func rootOf(r *compact.Range) (proof.Hash, error) {
	if r.End() == 0 {
		return proof.EmptyTree(), nil
	}
	root, err := r.GetRootHash(nil)
	return proof.Hash(root), err
}

// Stage appends events, writing them to events and the hashes to tiles, and
// returns the new root and count. Nothing is visible before Commit.
func (t *Tree) Stage(events, tiles Batch, list [][]byte) (root proof.Hash, count uint64, err error) {
	if t.staged != nil {
		return proof.Hash{}, 0, errStaged
	}
	next, err := t.now.clone()
	if err != nil {
		return proof.Hash{}, 0, err
	}
	w := writer{edge: next, batch: tiles}
	for _, event := range list {
		number := next.leaves.End()
		if err := events.Set(eventKey(number), event); err != nil {
			return proof.Hash{}, 0, fmt.Errorf("couldn't write event %d: %w", number, err)
		}
		leaf := proof.TreeLeaf(event)
		if err := next.leaves.Append(leaf[:], w.visit); err != nil {
			return proof.Hash{}, 0, fmt.Errorf("couldn't append event %d to the event tree: %w", number, err)
		}
	}
	w.flush()
	if w.err != nil {
		return proof.Hash{}, 0, fmt.Errorf("couldn't write the event tree: %w", w.err)
	}
	if root, err = rootOf(next.leaves); err != nil {
		return proof.Hash{}, 0, err
	}
	t.staged = next
	return root, next.leaves.End(), nil
}

// Commit makes the staged events current; the caller has committed its batch.
func (t *Tree) Commit() {
	if t.staged != nil {
		t.now, t.staged = *t.staged, nil
	}
}

// Discard forgets the staged events.
func (t *Tree) Discard() { t.staged = nil }

// clone copies what appending would change in place. Tiles may share memory:
// nothing below their length changes.
func (e *edge) clone() (*edge, error) {
	leaves, err := factory.NewRange(0, e.leaves.End(), slices.Clone(e.leaves.Hashes()))
	if err != nil {
		return nil, err
	}
	return &edge{leaves: leaves, tiles: e.tiles}, nil
}

// writer collects the hashes that a run of appends completes, and writes each
// tile once: when it is full, or at the end.
type writer struct {
	*edge
	batch  Batch
	index  [groupsMax]uint64 // of the tile that stands in edge.tiles
	filled [groupsMax]bool   // it has grown
	err    error
}

func (w *writer) visit(id compact.NodeID, hash []byte) {
	if id.Level%tileLevels != 0 || w.err != nil {
		return
	}
	g := id.Level / tileLevels
	w.tiles[g] = append(w.tiles[g], hash)
	w.index[g], w.filled[g] = id.Index/tileHashes, true
	if len(w.tiles[g]) == tileHashes {
		w.write(uint8(g))
		w.tiles[g], w.filled[g] = nil, false
	}
}

func (w *writer) flush() {
	for g, filled := range w.filled {
		if filled && w.err == nil {
			w.write(uint8(g))
		}
	}
}

func (w *writer) write(g uint8) {
	w.err = w.batch.Set(tileID{group: g, index: w.index[g]}.key(), encodeTile(w.tiles[g]))
}

const eventKeySize = 8

func eventKey(number uint64) []byte { return binary.BigEndian.AppendUint64(nil, number) }
