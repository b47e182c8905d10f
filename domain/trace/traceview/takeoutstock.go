package traceview

import (
	"context"
	"database/sql"
	"fmt"

	"pedigree/proof"
)

// takeoutScan is how many rows of the stock are looked at in one statement.
const takeoutScan = 10_000

// StockTakeout is one thing in stock as it leaves with all else that an organisation
// has. Things come record by record: first what has a record of its own, or is in
// nothing, at level 0, then what is sealed in it, each container before its contents.
type StockTakeout struct {
	InventoryRow
	Quantity uint64
	Level    int // in how many containers of its record it is sealed

	// Of what is held, where the private store can open it. A unit has Depth 0 and no Root.
	Opened   bool
	Slot     int // in its container, where Level is above 0
	Salt     proof.Hash
	Depth    uint8
	Root     proof.Hash
	Slots    []proof.Hash // of a container that something is sealed in: the node in each slot
	Unproved string       // why what is held, or what is sealed in it, can't be opened
}

// EachStock calls fn with everything in stock, as of one moment.
func (d *Desk) EachStock(ctx context.Context, fn func(StockTakeout) error) error {
	err := d.vault.View(ctx, func(tx *sql.Tx) error {
		s := stockTaking{tx: tx, stand: newStandings(tx), items: newItemQuery(tx), fn: fn}
		return s.all(ctx)
	})
	if err != nil {
		return fmt.Errorf("couldn't take out the stock: %w", err)
	}
	return nil
}

// StockProof is the bundle of something that has a record of its own, if it stands as
// it did when it was taken out.
func (d *Desk) StockProof(ctx context.Context, s StockTakeout) ([]byte, error) {
	b, err := d.Provenance(ctx, s.Path, ProvenanceOptions{CurrentPlace: true})
	if err != nil {
		return nil, err
	}
	var now int
	err = d.vault.View(ctx, func(tx *sql.Tx) error {
		it, err := mustItem(tx, s.Path)
		if err == nil {
			now, err = newStandings(tx).of(&it)
		}
		return err
	})
	if err == nil && (now != s.Status || len(b.Levels) > 0 || b.Unit.Salt != s.Salt) {
		err = fmt.Errorf("it moved while the stock was taken out; it is %s now", StatusName(now))
	}
	if err != nil {
		return nil, err
	}
	return b.Encode(), nil
}

// Held tells whether something is ours and in our hands, or only on offer: then the
// ledger proves it.
func (s StockTakeout) Held() bool { return s.Status == StatusOnHand || s.Status == StatusOffered }

// stockTaking reads the stock in one transaction.
type stockTaking struct {
	tx    queryer
	stand *standings
	items *pathQuery
	fn    func(StockTakeout) error
	told  int64
}

func (s *stockTaking) all(ctx context.Context) error {
	rows, err := s.each(ctx, `i.surfaced = 1 OR i.sealed_in IS NULL`, s.record)
	if err == nil && rows != s.told {
		_, err = s.each(ctx, `i.surfaced = 0 AND i.sealed_in IS NOT NULL`, s.stray)
	}
	return err
}

// each calls fn with the rows of a condition, in the order of paths, and returns how
// many rows there are in all. It looks at a bounded number at once: among millions of
// packs few may have a record of their own.
func (s *stockTaking) each(ctx context.Context, condition string, fn func(item) error) (rows int64, err error) {
	for after := ""; ; {
		if err := ctx.Err(); err != nil {
			return rows, err
		}
		var n int64
		var last string
		err := s.tx.QueryRow(`SELECT COUNT(*), COALESCE(MAX(path), '') FROM (SELECT path FROM trace_item WHERE path > ? ORDER BY path LIMIT ?) AS next`, after, takeoutScan).Scan(&n, &last)
		if err != nil || n == 0 {
			return rows, err
		}
		page, err := queryItems(s.tx, itemSelect+`WHERE (`+condition+`) AND i.path > ? AND i.path <= ? ORDER BY i.path`, after, last)
		if err != nil {
			return rows, err
		}
		for _, it := range page {
			if err := fn(it); err != nil {
				return rows, err
			}
		}
		rows, after = rows+n, last
	}
}

// record tells of something with a record of its own, or in nothing, and of all that
// is sealed in it.
func (s *stockTaking) record(it item) error {
	status, err := s.stand.of(&it)
	if err != nil {
		return err
	}
	t := s.takeout(it, status)
	var o opening
	if t.Held() {
		if o, err = openItem(s.tx, it); err != nil {
			t.Unproved = err.Error()
		}
		t.Opened, t.Salt = err == nil, o.salt
	}
	return s.tell(t, it, o.seed)
}

// takeout is what is known of a row without its container.
func (s *stockTaking) takeout(it item, status int) StockTakeout {
	return StockTakeout{
		InventoryRow: InventoryRow{it.path, it.kind, it.lot.gtin, it.lot.number, it.lot.expiry, status, inside(&it), it.partner, "", ""},
		Quantity:     it.quantity, Depth: it.depth, Root: it.root,
	}
}

// tell tells of a thing and then of what is sealed in it and has no record of its own.
func (s *stockTaking) tell(t StockTakeout, it item, seed proof.Hash) error {
	if t.Level > treeLevelsMax {
		return fmt.Errorf("%s lies more than %d containers deep; restore the private store from a backup", it.path, treeLevelsMax)
	}
	var c container
	if t.Opened && it.depth > 0 {
		var err error
		if c, err = rebuild(s.tx, it, seed); err != nil {
			t.Unproved, c = err.Error(), container{}
		} else {
			t.Slots = c.nodes(it.depth)
		}
	}
	s.told++
	if err := s.fn(t); err != nil || len(it.contents) == 0 {
		return err
	}
	return s.contents(t, it, c, seed)
}

// nodes are what stands in each slot; zero in an empty one.
func (c container) nodes(depth uint8) []proof.Hash {
	list := make([]proof.Hash, 1<<depth)
	for _, s := range c.slots {
		list[s.Pos] = proof.Node(s.Leaf, s.Depth, s.Root)
	}
	return list
}

// contents tells of what is sealed in a container and has no record of its own.
func (s *stockTaking) contents(t StockTakeout, it item, c container, seed proof.Hash) error {
	children, err := s.children(it.contents)
	if err != nil {
		return err
	}
	derive := proof.NewDeriver(seed)
	for i, place := range it.contents {
		child, here := children[place.path]
		if !here || place.gone != nil || child.surfaced || child.sealedIn != it.path {
			continue
		}
		status, below := t.Status, proof.Hash{}
		if child.status == StatusDispensed {
			status = child.status
		}
		next := s.takeout(*child, status)
		next.Level = t.Level + 1
		if c.slots != nil {
			next.Opened, next.Slot, next.Salt = true, int(c.slots[i].Pos), derive.Salt(place.path)
			below = derive.Seed(place.path)
		}
		if err := s.tell(next, *child, below); err != nil {
			return err
		}
	}
	return nil
}

// children are the rows of what is sealed in a container.
func (s *stockTaking) children(contents []content) (map[string]*item, error) {
	var paths []string
	for _, c := range contents {
		if c.gone == nil {
			paths = append(paths, c.path)
		}
	}
	return itemsOf(s.items, paths)
}

// stray tells of a row whose container doesn't list it, for which it has no proof.
func (s *stockTaking) stray(it item) error {
	parent, err := mustItem(s.tx, it.sealedIn)
	if err == nil && parent.lists(it.path) {
		return nil
	}
	status := it.status
	if err == nil {
		if status, err = s.stand.of(&it); err != nil {
			return err
		}
	}
	t := s.takeout(it, status)
	if t.Held() {
		t.Unproved = "its container doesn't list it; look with pedigree fsck, and restore the private store from a backup"
	}
	return s.fn(t)
}

func (it *item) lists(path string) bool {
	for _, c := range it.contents {
		if c.gone == nil && c.path == path {
			return true
		}
	}
	return false
}
