package export

import (
	"errors"
	"fmt"
	"slices"

	"pedigree/proof"
)

// stockCheck follows the lines of stock.ndjson from a record down into what is sealed
// in it. It remembers one container of each level.
type stockCheck struct {
	trust proof.Trust
	above []stockPlace // the last line of each level
}

// stockPlace is what a line's contents are checked against.
type stockPlace struct {
	item   string
	slots  []proof.Hash // none where it says nothing of them
	taken  []bool
	proved bool
}

// add checks a line and tells whether it is of something held, and proved.
func (c *stockCheck) add(s StockLine) (isHeld, proved bool, err error) {
	if s.Level < 0 || s.Level > min(len(c.above), proof.BundleLevelsMax) {
		return false, false, fmt.Errorf("%s stands at level %d, after level %d", s.Item, s.Level, len(c.above)-1)
	}
	c.above = c.above[:s.Level]
	place := stockPlace{item: s.Item}
	if place.slots, err = s.slots(); err != nil {
		return false, false, err
	}
	if s.Level == 0 {
		place.proved, err = c.record(s)
	} else {
		place.proved, err = c.sealed(s)
	}
	if err != nil {
		return false, false, err
	}
	place.proved = place.proved && s.Unproved == ""
	place.taken = make([]bool, len(place.slots))
	c.above = append(c.above, place)
	return held(s.Status), place.proved, nil
}

// slots reads what stands in a container's slots, which lead to its root.
func (s StockLine) slots() ([]proof.Hash, error) {
	switch {
	case len(s.Slots) == 0:
		return nil, nil
	case s.Depth < 1 || s.Depth > proof.SlotDepthMax || len(s.Slots) != proof.HashSize<<s.Depth:
		return nil, fmt.Errorf("%s has a slot tree of depth %d with %d bytes", s.Item, s.Depth, len(s.Slots))
	}
	list := make([]proof.Hash, 1<<s.Depth)
	for i := range list {
		copy(list[i][:], s.Slots[i*proof.HashSize:])
	}
	if root := proof.SlotRoot(slices.Clone(list)); string(root[:]) != string(s.Root) {
		return nil, fmt.Errorf("what stands in the slots of %s doesn't lead to its root", s.Item)
	}
	return list, nil
}

// record checks the bundle of what has a record of its own.
func (c *stockCheck) record(s StockLine) (proved bool, err error) {
	if s.Proof == nil {
		if held(s.Status) && s.Unproved == "" {
			return false, fmt.Errorf("%s is %s, and there is neither a proof nor a word why", s.Item, s.Status)
		}
		return false, nil
	}
	b, err := proof.DecodeBundle(s.Proof)
	if err != nil {
		return false, err
	}
	r, err := b.Verify(c.trust, proof.Options{})
	if err != nil {
		return false, err
	}
	if b.Unit.ID != s.Item || string(b.Unit.Attrs) != string(s.attrs().Encode()) || len(b.Levels) > 0 {
		return false, fmt.Errorf("the proof is of %s, lot %q, expiry %q: not of this line", b.Unit.ID, r.Attrs.Lot, r.Attrs.Expiry)
	}
	if r.Record.State == proof.StateEnded || r.Outermost.State == proof.StateEnded {
		return false, fmt.Errorf("%s is %s here, and on the ledger it has ended", s.Item, s.Status)
	}
	if string(b.Unit.Salt[:]) != string(s.Salt) || int(b.Unit.Depth) != s.Depth || b.Unit.Depth > 0 && string(b.Unit.Root[:]) != string(s.Root) {
		return false, fmt.Errorf("the proof of %s has another salt, depth or root than this line", s.Item)
	}
	return true, nil
}

// sealed checks that something stands in its container's slot.
func (c *stockCheck) sealed(s StockLine) (proved bool, err error) {
	in := &c.above[s.Level-1]
	switch {
	case s.Proof != nil:
		return false, fmt.Errorf("%s has a proof of its own and stands in another record", s.Item)
	case s.Inside != in.item:
		return false, fmt.Errorf("%s is in %s, and the line one level up is %s", s.Item, s.Inside, in.item)
	case in.slots == nil && s.Slot == nil:
		if in.proved {
			return false, fmt.Errorf("%s is proved, and nothing says what is in its slots", in.item)
		}
		return false, nil
	case s.Slot == nil || in.slots == nil || *s.Slot < 0 || *s.Slot >= len(in.slots) || len(s.Salt) != proof.HashSize || len(s.Root) > 0 && len(s.Root) != proof.HashSize:
		return false, errors.New("it has no slot, salt or root of the sizes that " + in.item + " takes")
	case in.taken[*s.Slot]:
		return false, fmt.Errorf("slot %d of %s is taken already", *s.Slot, in.item)
	}
	var root proof.Hash
	copy(root[:], s.Root)
	leaf := proof.Leaf(proof.Hash(s.Salt), s.Item, s.attrs().Encode())
	if s.Depth < 0 || s.Depth > proof.SlotDepthMax || proof.Node(leaf, uint8(s.Depth), root) != in.slots[*s.Slot] {
		return false, fmt.Errorf("slot %d of %s holds something else than %s with lot %q and expiry %q", *s.Slot, in.item, s.Item, s.Lot, s.Expiry)
	}
	in.taken[*s.Slot] = true
	return in.proved, nil
}

// attrs are what the line's leaf commits to beside the item.
func (s StockLine) attrs() proof.Attrs {
	return proof.Attrs{Lot: s.Lot, Expiry: s.Expiry, Kind: uint64(max(0, slices.Index(kindNames[:], s.Kind))), Quantity: s.Quantity}
}
