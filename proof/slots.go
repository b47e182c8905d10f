package proof

import (
	"encoding/binary"
	"fmt"
)

// Slot is one place in a container's slot tree, shown with what stands there.
type Slot struct {
	Pos   uint16 // 0 to 2^depth - 1
	Leaf  Hash
	Depth uint8 // depth of the child's own slot tree; 0 for a unit
	Root  Hash  // root of the child's own slot tree; zero for a unit
}

// node is the hash that stands in the slot.
func (s Slot) node() Hash { return Node(s.Leaf, s.Depth, s.Root) }

// SlotDepth is the smallest depth whose tree has n slots, or an error when n is
// more than a container can hold.
func SlotDepth(n int) (uint8, error) {
	for d := SlotDepthMin; d <= SlotDepthMax; d++ {
		if n <= 1<<d {
			return uint8(d), nil
		}
	}
	return 0, fmt.Errorf("couldn't make a container of %d items: at most %d fit", n, 1<<SlotDepthMax)
}

// SlotOrder is the permutation of a container's slots: child i stands in slot
// SlotOrder(seed, depth)[i]. It hides the order and the fill of a line. It is a
// Fisher-Yates shuffle from the last slot down, whose numbers are the successive
// two-byte big-endian words of HMAC-SHA-256(seed, 16, counter in four bytes) for
// counter 0, 1, ...; a word at or above the greatest multiple of the range below
// 65,536 is skipped.
func SlotOrder(seed Hash, depth uint8) []uint16 {
	n := 1 << depth
	order := make([]uint16, n)
	for i := range order {
		order[i] = uint16(i)
	}
	words := slotWords{seed: seed}
	for i := n - 1; i > 0; i-- {
		j := words.below(i + 1)
		order[i], order[j] = order[j], order[i]
	}
	return order
}

type slotWords struct {
	seed    Hash
	block   Hash
	used    int
	counter uint32
	started bool
}

func (w *slotWords) next() int {
	if !w.started || w.used == HashSize {
		w.block = hmac256(w.seed[:], binary.BigEndian.AppendUint32([]byte{domainSlotOrder}, w.counter))
		w.started, w.used = true, 0
		w.counter++
	}
	v := binary.BigEndian.Uint16(w.block[w.used:])
	w.used += 2
	return int(v)
}

func (w *slotWords) below(n int) int {
	limit := 1 << 16 / n * n
	for {
		if v := w.next(); v < limit {
			return v % n
		}
	}
}

// SlotTree holds every hash of one container's slot tree.
type SlotTree struct {
	depth  uint8
	levels [][]Hash // levels[0] are the slots
}

// NewSlotTree builds the tree of a container from the hashes in its slots
// (Node of each child; zero for an empty slot). len(slots) is 2^depth.
func NewSlotTree(depth uint8, slots []Hash) *SlotTree {
	t := &SlotTree{depth: depth, levels: make([][]Hash, depth+1)}
	t.levels[0] = slots
	for d := 1; d <= int(depth); d++ {
		below := t.levels[d-1]
		level := make([]Hash, len(below)/2)
		for i := range level {
			level[i] = slotInner(below[2*i], below[2*i+1])
		}
		t.levels[d] = level
	}
	return t
}

// Root is the container's root.
func (t *SlotTree) Root() Hash { return t.levels[t.depth][0] }

// Depth is the number of levels.
func (t *SlotTree) Depth() uint8 { return t.depth }

// Siblings returns the hashes from slot pos up to below the root.
func (t *SlotTree) Siblings(pos uint16) []Hash {
	sibs := make([]Hash, t.depth)
	for d := range sibs {
		sibs[d] = t.levels[d][(pos>>d)^1]
	}
	return sibs
}

// Batch returns the hashes that a batch opening of the given slots needs: those
// of the largest subtrees without a shown slot, in depth-first order. Positions
// are strictly ascending.
func (t *SlotTree) Batch(positions []uint16) []Hash {
	var out []Hash
	t.batch(int(t.depth), 0, positions, &out)
	return out
}

func (t *SlotTree) batch(level, index int, shown []uint16, out *[]Hash) {
	if len(shown) == 0 {
		*out = append(*out, t.levels[level][index])
		return
	}
	if level == 0 {
		return
	}
	cut := splitSlots(level, index, len(shown), func(i int) uint16 { return shown[i] })
	t.batch(level-1, 2*index, shown[:cut], out)
	t.batch(level-1, 2*index+1, shown[cut:], out)
}

// splitSlots returns how many of the ascending positions fall in the left half
// of the subtree at (level, index).
func splitSlots(level, index, n int, pos func(int) uint16) int {
	middle := (2*index + 1) << (level - 1)
	cut := 0
	for cut < n && int(pos(cut)) < middle {
		cut++
	}
	return cut
}

// VerifySlotPath checks that slot stands in a container of the given depth and root.
func VerifySlotPath(depth uint8, root Hash, slot Slot, siblings []Hash) error {
	if len(siblings) != int(depth) || int(slot.Pos) >= 1<<depth {
		return fmt.Errorf("%w: slot %d with %d hashes does not fit a container of depth %d", ErrProof, slot.Pos, len(siblings), depth)
	}
	h, err := slotRoot(slot, siblings)
	if err != nil {
		return err
	}
	if h != root {
		return fmt.Errorf("%w: the slot path leads to root %s, the container's is %s", ErrProof, h, root)
	}
	return nil
}

// slotRoot is the root to which a slot leads in a container whose depth is the
// number of siblings.
func slotRoot(slot Slot, siblings []Hash) (Hash, error) {
	if len(siblings) < SlotDepthMin || len(siblings) > SlotDepthMax || int(slot.Pos) >= 1<<len(siblings) {
		return Hash{}, fmt.Errorf("%w: a container of depth %d has no slot %d", ErrProof, len(siblings), slot.Pos)
	}
	h := slot.node()
	for d, sib := range siblings {
		if slot.Pos>>d&1 == 1 {
			h = slotInner(sib, h)
		} else {
			h = slotInner(h, sib)
		}
	}
	return h, nil
}

// VerifySlotBatch checks a batch opening: slots strictly ascending, hashes in the
// order that Batch gives, all of them used.
func VerifySlotBatch(depth uint8, root Hash, slots []Slot, hashes []Hash) error {
	if len(slots) == 0 || depth < SlotDepthMin || depth > SlotDepthMax {
		return fmt.Errorf("%w: a batch opening needs at least one slot and a depth from %d to %d", ErrProof, SlotDepthMin, SlotDepthMax)
	}
	for i, s := range slots {
		if int(s.Pos) >= 1<<depth || i > 0 && s.Pos <= slots[i-1].Pos {
			return fmt.Errorf("%w: slot positions must ascend and stay below %d", ErrProof, 1<<depth)
		}
	}
	rest := hashes
	got, ok := batchRoot(int(depth), 0, slots, &rest)
	if !ok || len(rest) != 0 {
		return fmt.Errorf("%w: the batch opening has too few or too many hashes", ErrProof)
	}
	if got != root {
		return fmt.Errorf("%w: the batch opening leads to root %s, the container's is %s", ErrProof, got, root)
	}
	return nil
}

func batchRoot(level, index int, slots []Slot, rest *[]Hash) (Hash, bool) {
	if len(slots) == 0 {
		if len(*rest) == 0 {
			return Hash{}, false
		}
		h := (*rest)[0]
		*rest = (*rest)[1:]
		return h, true
	}
	if level == 0 {
		return slots[0].node(), true
	}
	cut := splitSlots(level, index, len(slots), func(i int) uint16 { return slots[i].Pos })
	left, okL := batchRoot(level-1, 2*index, slots[:cut], rest)
	right, okR := batchRoot(level-1, 2*index+1, slots[cut:], rest)
	return slotInner(left, right), okL && okR
}
