package traceview

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"time"

	"pedigree/domain/trace/traceview/verdict"
	"pedigree/format/gs1"
	"pedigree/internal/vault"
	"pedigree/proof"
)

// choosing is a pick in the making, on one state of the stock and the ledger.
type choosing struct {
	j       *judging
	goodTil time.Time // packs of lines have to be good until then
	items   []PickedItem
	taken   map[string]bool // chosen already
	packs   []string        // of these, the packs
	boxes   map[string]item
	fine    map[string]verdict.Answer
	why     map[string]PickLeftOut // packs of the present line that were left out
	late    []PickLeftOut          // lots of it that expire too early
}

func newChoosing(j *judging, shelfDays int) *choosing {
	return &choosing{
		j: j, goodTil: j.now.AddDate(0, 0, shelfDays), taken: map[string]bool{}, boxes: map[string]item{},
		fine: map[string]verdict.Answer{}, why: map[string]PickLeftOut{},
	}
}

// named takes a thing that the request names, or refuses it.
func (c *choosing) named(path string) error {
	it, ok, err := loadItem(c.j.tx, path)
	if err != nil {
		return err
	}
	if !ok {
		return fmt.Errorf("%s is not in stock; check the identifier: %w", path, vault.ErrNotFound)
	}
	free, err := c.free(it)
	if err != nil {
		return err
	}
	if free == notFree {
		top, err := topOf(c.j.tx, it)
		if err != nil {
			return err
		}
		return fmt.Errorf("%s is not in your hands: %s", path, standingText(top))
	}
	if free != isFree {
		return fmt.Errorf("%s is reserved for an order, or on its way out; pedigree pick list and pedigree shipments show them", path)
	}
	packs := []string{path}
	if it.kind != proof.KindUnit {
		if packs, err = c.content(it, 0, PickPacksMax, 0); err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
	}
	for _, p := range packs {
		a, err := c.verdict(p)
		if err != nil {
			return err
		}
		if a.Word != verdict.OK {
			return fmt.Errorf("%s can't be picked: %s", p, a.Text)
		}
	}
	c.take(it, packs)
	return nil
}

// Whether a thing can be taken.
const (
	isFree   = iota
	reserved // by this pick or another
	notFree  // not in our hands
)

// free tells whether a thing is in hand, and neither it nor what it is in is reserved.
func (c *choosing) free(it item) (int, error) {
	if it.status == StatusDispensed {
		return notFree, nil
	}
	for range proof.NestMax + SealedLevelsMax + 1 {
		kept, err := c.kept(it.path)
		if err != nil || kept {
			return reserved, err
		}
		in := inside(&it)
		if in == "" {
			if it.status != StatusOnHand {
				return notFree, nil
			}
			return isFree, nil
		}
		if it, err = c.box(in); err != nil {
			return 0, err
		}
	}
	return 0, fmt.Errorf("couldn't find what %s is in: the stock rows form a circle; restore the private store from a backup", it.path)
}

// kept tells whether a thing itself is reserved, by this pick or another.
func (c *choosing) kept(path string) (bool, error) {
	if c.taken[path] {
		return true, nil
	}
	n := 0
	err := c.j.tx.QueryRow(`SELECT (SELECT COUNT(*) FROM pick_reserved r JOIN pick_pick p ON p.id = r.pick WHERE r.path = ? AND p.until > ?) +
		(SELECT COUNT(*) FROM pick_leaving WHERE path = ? AND waits = 1)`, path, c.j.now.Unix(), path).Scan(&n)
	if err != nil {
		return false, fmt.Errorf("couldn't look up whether %s is reserved: %w", path, err)
	}
	return n > 0, nil
}

// box reads a container once.
func (c *choosing) box(path string) (item, error) {
	if it, ok := c.boxes[path]; ok {
		return it, nil
	}
	it, err := mustItem(c.j.tx, path)
	if err == nil && len(c.boxes) < standingsKept {
		c.boxes[path] = it
	}
	return it, err
}

// verdict answers about a pack, once.
func (c *choosing) verdict(path string) (verdict.Answer, error) {
	if a, ok := c.fine[path]; ok {
		return a, nil
	}
	facts, _, err := c.j.of(path, path)
	if err != nil {
		return verdict.Answer{}, err
	}
	a := c.j.sum(path, facts)
	c.fine[path] = a
	return a, nil
}

// take adds a thing to the pick.
func (c *choosing) take(it item, packs []string) {
	c.taken[it.path] = true
	c.packs = append(c.packs, packs...)
	for _, p := range packs { // another line may not take what is in it
		c.taken[p] = true
	}
	c.items = append(c.items, PickedItem{
		Path: it.path, Kind: it.kind, GTIN: it.lot.gtin, Lot: it.lot.number, Expiry: it.lot.expiry, Packs: len(packs), In: inside(&it),
	})
}

// errNotWhole says that a container can't be taken as it is.
var errNotWhole = errors.New("not all that is in it can be picked")

// content lists the packs in a container at all levels, most at most; all of them have to
// be free and, unless lot is 0, of that lot.
func (c *choosing) content(it item, lot int64, most, level int) ([]string, error) {
	if level > treeLevelsMax+proof.NestMax+1 {
		return nil, fmt.Errorf("couldn't list what is in %s: more than %d levels", it.path, level)
	}
	kids, err := c.kids(it)
	if err != nil {
		return nil, err
	}
	var packs []string
	for _, k := range kids {
		kept, err := c.kept(k.path)
		if err != nil {
			return nil, err
		}
		if kept || k.status == StatusDispensed {
			return nil, errNotWhole
		}
		if k.kind == proof.KindUnit {
			if lot != 0 && k.lot.id != lot {
				return nil, errNotWhole
			}
			packs = append(packs, k.path)
		} else {
			in, err := c.content(k, lot, most-len(packs), level+1)
			if err != nil {
				return nil, err
			}
			packs = append(packs, in...)
		}
		if len(packs) > most {
			return nil, errNotWhole
		}
	}
	return packs, nil
}

// kids are the things that are directly in a container now.
func (c *choosing) kids(it item) ([]item, error) {
	var paths []string
	for _, e := range it.contents {
		if e.gone == nil {
			paths = append(paths, e.path)
		}
	}
	sealed, err := itemsByPath(c.j.tx, paths)
	if err != nil {
		return nil, err
	}
	var list []item
	for _, p := range paths {
		if k := sealed[p]; k != nil && !k.surfaced {
			list = append(list, *k)
		}
	}
	packed, err := packedItems(c.j.tx, it.path)
	return append(list, packed...), err
}

// leave notes why a pack is left out.
func (c *choosing) leave(path string, l *pickLot, rule, text string) {
	c.why[path] = PickLeftOut{Lot: l.lot, Expiry: l.expiry, Rule: rule, Text: text}
}

// leftOut sums up why packs of a line were left out.
func (c *choosing) leftOut() []PickLeftOut {
	counts := map[PickLeftOut]int{}
	for _, w := range c.why {
		counts[w]++
	}
	list := append([]PickLeftOut{}, c.late...)
	for w, n := range counts {
		w.Count = n
		list = append(list, w)
	}
	slices.SortFunc(list, func(a, b PickLeftOut) int {
		return cmp.Or(cmp.Compare(a.Expiry, b.Expiry), cmp.Compare(a.Lot, b.Lot), cmp.Compare(a.Rule, b.Rule), cmp.Compare(a.Text, b.Text))
	})
	return list[:min(len(list), pickLeftOutMax)]
}

// tooEarly tells whether a lot expires before packs have to be good still.
func (c *choosing) tooEarly(expiry string) bool {
	day, err := gs1.ParseDateIn(expiry, c.j.now.UTC().Year())
	return err == nil && day.Time().Before(c.goodTil)
}
