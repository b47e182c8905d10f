package traceview

import (
	"fmt"
	"slices"

	"pedigree/domain/trace"
	"pedigree/proof"
)

// open surfaces sealed children of a live, top-most container. They get its keys.
func (w *work) open(in string, paths []string) error {
	r, err := w.record(in)
	if err != nil {
		return err
	}
	c, err := w.tree(r)
	if err != nil {
		return err
	}
	places := make([]int, 0, len(paths))
	for _, p := range paths {
		i := slices.IndexFunc(r.contents, func(c content) bool { return c.path == p })
		if i < 0 {
			return fmt.Errorf("couldn't open %s: its row doesn't list %s", in, p)
		}
		places = append(places, i)
	}
	slices.SortFunc(places, func(a, b int) int { return int(c.slots[a].Pos) - int(c.slots[b].Pos) })
	for part := range slices.Chunk(places, openSlotsMax) {
		if err := w.openSlots(r, c, part); err != nil {
			return err
		}
	}
	return nil
}

// openSlots surfaces the children with these ordinals, in ascending order of
// their slots, by one entry.
func (w *work) openSlots(r record, c *container, places []int) error {
	var names naming
	m := trace.Open{Rec: names.ref(r)}
	o := &operation{signers: []int64{r.holderKey}, writes: len(places) + 1}
	touched := []string{r.path}
	var positions []uint16
	for _, i := range places {
		m.Opening.Slots = append(m.Opening.Slots, slotMessage(c.slots[i]))
		positions = append(positions, c.slots[i].Pos)
		child, err := mustItem(w.tx, r.contents[i].path)
		if err != nil {
			return err
		}
		o.undo.remember(&child)
		child.surfaced, child.partner = true, r.partner
		if child.status != StatusDispensed { // the patient's, wherever its record is
			child.status = r.status
		}
		child.ownerKey, child.holderKey = r.ownerKey, r.holderKey
		if err := move(w.tx, &child); err != nil {
			return err
		}
		touched = append(touched, child.path)
	}
	for _, h := range c.tree.Batch(positions) {
		m.Opening.Hashes = append(m.Opening.Hashes, h[:]...)
	}
	m.Origins = names.origins
	return w.step(kindOpen, &m, o, touched...)
}

// unpack takes records out of the live, top-most one that they are directly in.
// They get its keys.
func (w *work) unpack(box string, paths []string) error {
	r, err := w.record(box)
	if err != nil {
		return err
	}
	for len(paths) > 0 {
		n, err := w.unpackSome(r, paths)
		if err != nil {
			return err
		}
		paths = paths[n:]
	}
	return nil
}

// unpackSome takes out as many records as one entry names.
func (w *work) unpackSome(r record, paths []string) (int, error) {
	var names naming
	m := trace.Unpack{Box: names.ref(r)}
	o := &operation{signers: []int64{r.holderKey}, writes: 1}
	touched := []string{r.path}
	for _, p := range paths[:min(len(paths), packRecordsMax)] {
		if len(names.origins) == trace.OriginsMax {
			break
		}
		kid, err := w.record(p)
		if err != nil {
			return 0, err
		}
		if kid.packedIn != r.path {
			return 0, fmt.Errorf("couldn't unpack %s: it isn't packed in %s", p, r.path)
		}
		m.Recs = append(m.Recs, names.ref(kid))
		o.writes++
		o.undo.remember(&kid.item)
		kid.packedIn, kid.partner = "", r.partner
		if kid.status != StatusDispensed {
			kid.status = r.status
		}
		kid.ownerKey, kid.holderKey = r.ownerKey, r.holderKey
		if err := move(w.tx, &kid.item); err != nil {
			return 0, err
		}
		touched = append(touched, p)
	}
	m.Origins = names.origins
	return len(m.Recs), w.step(kindUnpack, &m, o, touched...)
}

// pack puts items into a container, after making all of them live and top-most.
func (w *work) pack(box string, paths []string) error {
	if err := w.surfaceAll(append([]string{box}, paths...), 0); err != nil {
		return err
	}
	r, err := w.record(box)
	if err != nil {
		return err
	}
	for len(paths) > 0 {
		n, err := w.packSome(r, paths)
		if err != nil {
			return err
		}
		paths = paths[n:]
	}
	return nil
}

// packSome packs as many of the items as one entry takes.
func (w *work) packSome(r record, paths []string) (int, error) {
	var names naming
	m := trace.Pack{Box: names.ref(r)}
	o := &operation{signers: r.both(), writes: 1}
	touched := []string{r.path}
	n := 0
	for _, p := range paths[:min(len(paths), packRecordsMax)] {
		kid, err := w.record(p)
		if err != nil {
			return 0, err
		}
		if len(o.signers)+countNew(o.signers, kid.both()) > packSignersMax || len(names.origins) == trace.OriginsMax {
			break
		}
		for _, k := range kid.both() {
			if !contains(o.signers, k) {
				o.signers = append(o.signers, k)
			}
		}
		m.Recs = append(m.Recs, names.ref(kid))
		o.undo.remember(&kid.item)
		kid.packedIn, kid.ownerKey, kid.holderKey = r.path, 0, 0
		if kid.packed == 0 { // a later packing is linked to the item as an event
			kid.packed = w.event
		}
		if err := move(w.tx, &kid.item); err != nil {
			return 0, err
		}
		touched = append(touched, p)
		o.writes++
		n++
	}
	m.Origins = names.origins
	return n, w.step(kindPack, &m, o, touched...)
}

// inside lists everything packed in a record at any level, innermost first.
func (w *work) inside(path string, level int) ([]item, error) {
	if level > proof.NestMax {
		return nil, fmt.Errorf("couldn't list what is packed in %s: more than %d levels", path, proof.NestMax)
	}
	kids, err := packedItems(w.tx, path)
	if err != nil {
		return nil, err
	}
	var list []item
	for _, k := range kids {
		deeper, err := w.inside(k.path, level+1)
		if err != nil {
			return nil, err
		}
		list = append(append(list, deeper...), k)
	}
	return list, nil
}
