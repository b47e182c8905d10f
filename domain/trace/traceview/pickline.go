package traceview

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"slices"

	"pedigree/domain/trace/traceview/verdict"
	"pedigree/proof"
)

// pickLot is one lot of a product, with the boxes that its packs are directly in.
type pickLot struct {
	id          int64
	gtin        string
	lot, expiry string
	boxes       []pickBox
}

type pickBox struct {
	path  string
	packs int
	open  bool // something was taken out of it, or other things are in it too
}

// line chooses packs of one product, lot after lot by expiry; it returns what is missing.
func (c *choosing) line(l *PickLine) (*PickMissing, error) {
	lots, err := c.lots(l)
	if err != nil {
		return nil, fmt.Errorf("couldn't look for packs of %s: %w", l.GTIN, err)
	}
	c.why, c.late = map[string]PickLeftOut{}, nil
	need := l.Count
	for i := range lots {
		if need == 0 {
			return nil, nil
		}
		if need, err = c.lot(&lots[i], need); err != nil {
			return nil, err
		}
	}
	if need == 0 {
		return nil, nil
	}
	return &PickMissing{GTIN: l.GTIN, Lot: l.Lot, Asked: l.Count, Found: l.Count - need, LeftOut: c.leftOut()}, nil
}

// lots reads the lots of a line, those that expire first first, and in one pass what
// boxes their packs are in.
func (c *choosing) lots(l *PickLine) ([]pickLot, error) {
	rows, err := c.j.tx.Query(`SELECT id, lot, expiry FROM trace_lot WHERE gtin = ? AND (? = '' OR lot = ?) ORDER BY expiry, lot LIMIT ?`, l.GTIN, l.Lot, l.Lot, pickLotsMax)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var lots []pickLot
	place := map[int64]int{}
	for rows.Next() {
		lot := pickLot{gtin: l.GTIN}
		if err := rows.Scan(&lot.id, &lot.lot, &lot.expiry); err != nil {
			return nil, err
		}
		place[lot.id] = len(lots)
		lots = append(lots, lot)
	}
	if err := rows.Err(); err != nil {
		return nil, err
	}
	boxes, err := c.j.tx.Query(`SELECT lot, CASE surfaced WHEN 1 THEN packed_in ELSE sealed_in END AS box, COUNT(*) FROM trace_item
		WHERE path >= ? AND path < ? AND kind = ? AND lot IS NOT NULL AND status <> ? AND CASE surfaced WHEN 1 THEN packed_in ELSE sealed_in END IS NOT NULL
		GROUP BY 1, 2 ORDER BY 1, 2`, "/01/"+l.GTIN+"/21/", "/01/"+l.GTIN+"/210", int64(proof.KindUnit), StatusDispensed)
	if err != nil {
		return nil, err
	}
	defer boxes.Close()
	for boxes.Next() {
		var lot int64
		var b pickBox
		if err := boxes.Scan(&lot, &b.path, &b.packs); err != nil {
			return nil, err
		}
		if i, ok := place[lot]; ok {
			lots[i].boxes = append(lots[i].boxes, b)
		}
	}
	return lots, boxes.Err()
}

// lot chooses packs of one lot, and returns how many are needed still.
func (c *choosing) lot(l *pickLot, need int) (int, error) {
	early := c.tooEarly(l.expiry)
	if early {
		return need, c.countEarly(l)
	}
	for _, step := range []func(*pickLot, int) (int, error){c.wholes, c.loose, c.fromBoxes} {
		var err error
		if need, err = step(l, need); err != nil || need == 0 {
			return need, err
		}
	}
	return need, nil
}

// wholes takes containers as they are, the largest first.
func (c *choosing) wholes(l *pickLot, need int) (int, error) {
	slices.SortStableFunc(l.boxes, func(a, b pickBox) int { return cmp.Compare(b.packs, a.packs) })
	for _, b := range l.boxes {
		if b.packs > need {
			continue
		}
		if need == 0 {
			break
		}
		it, err := c.box(b.path)
		if err != nil {
			return need, err
		}
		packs, err := c.whole(it, l, need)
		for err == nil { // what it is in goes as a whole too, if it can
			in := inside(&it)
			if in == "" {
				break
			}
			up, boxErr := c.box(in)
			if boxErr != nil {
				return need, boxErr
			}
			more, wider := c.whole(up, l, need)
			if errors.Is(wider, errNotWhole) {
				break
			}
			it, packs, err = up, more, wider
		}
		if errors.Is(err, errNotWhole) {
			continue
		}
		if err != nil {
			return need, err
		}
		c.take(it, packs)
		need -= len(packs)
	}
	return need, nil
}

// whole lists the packs of a container when all of them can be taken.
func (c *choosing) whole(it item, l *pickLot, most int) ([]string, error) {
	free, err := c.free(it)
	if err != nil {
		return nil, err
	}
	if free != isFree {
		return nil, errNotWhole
	}
	packs, err := c.content(it, l.id, most, 0)
	if err != nil {
		return nil, err
	}
	for _, p := range packs {
		a, err := c.verdict(p)
		if err != nil {
			return nil, err
		}
		if a.Word != verdict.OK {
			return nil, errNotWhole
		}
	}
	if len(packs) == 0 {
		return nil, errNotWhole
	}
	return packs, nil
}

// loose takes packs that are in nothing.
func (c *choosing) loose(l *pickLot, need int) (int, error) {
	for after := ""; need > 0; {
		list, err := c.loosePage(l, after)
		if err != nil || len(list) == 0 {
			return need, err
		}
		if need, err = c.some(l, list, need); err != nil {
			return need, err
		}
		after = list[len(list)-1].path
	}
	return need, nil
}

func (c *choosing) loosePage(l *pickLot, after string) ([]item, error) {
	return queryItems(c.j.tx, itemSelect+`WHERE i.path > ? AND i.path >= ? AND i.path < ? AND i.kind = ? AND i.lot = ? AND i.surfaced = 1 AND i.packed_in IS NULL AND i.status = ?
		ORDER BY i.path LIMIT ?`, after, "/01/"+l.gtin+"/21/", "/01/"+l.gtin+"/210", int64(proof.KindUnit), l.id, StatusOnHand, stockCheckPage)
}

// fromBoxes takes packs out of boxes: of those that are open already first, then of the
// smallest sealed one that has enough, or the largest.
func (c *choosing) fromBoxes(l *pickLot, need int) (int, error) {
	for i := range l.boxes {
		it, err := c.box(l.boxes[i].path)
		if err != nil {
			return need, err
		}
		l.boxes[i].open = len(it.contents) != l.boxes[i].packs
	}
	left := slices.Clone(l.boxes)
	for need > 0 && len(left) > 0 {
		i := next(left, need)
		it, err := c.box(left[i].path)
		if err != nil {
			return need, err
		}
		kids, err := c.kids(it)
		if err != nil {
			return need, err
		}
		kids = slices.DeleteFunc(kids, func(k item) bool { return k.kind != proof.KindUnit || k.lot.id != l.id })
		if need, err = c.some(l, kids, need); err != nil {
			return need, err
		}
		left = slices.Delete(left, i, i+1)
	}
	return need, nil
}

// next is the box that is opened next.
func next(boxes []pickBox, need int) int {
	best, score := 0, math.MaxInt
	for i, b := range boxes {
		s := PickPacksMax + b.packs // the smallest that has enough
		switch {
		case b.open:
			s = min(b.packs, PickPacksMax)
		case b.packs < need:
			s = math.MaxInt - 1 - b.packs // the largest of the others
		}
		if s < score {
			best, score = i, s
		}
	}
	return best
}

// some takes packs of a list, and notes why it leaves the others.
func (c *choosing) some(l *pickLot, list []item, need int) (int, error) {
	for _, it := range list {
		if need == 0 {
			break
		}
		free, err := c.free(it)
		if err != nil {
			return need, err
		}
		if free == reserved && !c.taken[it.path] {
			c.leave(it.path, l, RulePickReserved, "It is reserved for another order.")
		}
		if free != isFree {
			continue
		}
		a, err := c.verdict(it.path)
		if err != nil {
			return need, err
		}
		if a.Word != verdict.OK {
			c.leave(it.path, l, a.Rule, a.Text)
			continue
		}
		c.take(it, []string{it.path})
		need--
	}
	return need, nil
}

// countEarly notes how many packs of a lot are in hand that expire too early.
func (c *choosing) countEarly(l *pickLot) error {
	n := 0
	for _, b := range l.boxes {
		it, err := c.box(b.path)
		if err != nil {
			return err
		}
		free, err := c.free(it)
		if err != nil {
			return err
		}
		if free == isFree {
			n += b.packs
		}
	}
	for after := ""; ; {
		list, err := c.loosePage(l, after)
		if err != nil {
			return err
		}
		if len(list) == 0 {
			break
		}
		n += len(list)
		after = list[len(list)-1].path
	}
	if n > 0 {
		c.late = append(c.late, PickLeftOut{Lot: l.lot, Expiry: l.expiry, Count: n, Rule: RulePickShelfLife, Text: "It expires on " + expiryText(l.expiry) + ", too early for this order."})
	}
	return nil
}
