package traceview

import (
	"context"
	"database/sql"
	"fmt"

	"pedigree/internal/vault"
	"pedigree/proof"
)

// goodsImport writes received goods into the stock.
type goodsImport struct {
	tx          *sql.Tx
	partner     string
	commissions map[proof.Hash]int64
	lots        map[lot]int64
	born        map[string]int64 // path to the event that commissioned it
	packed      map[string]int64 // path to the event that packed it
	insert      *vault.BulkInsert
	known       *pathQuery
	here        map[string]*item // rows that are there already, of the record at hand
}

func newGoodsImport(ctx context.Context, tx *sql.Tx, partner string) (*goodsImport, error) {
	insert, err := vault.NewBulkInsert(ctx, tx, itemTable)
	if err != nil {
		return nil, fmt.Errorf("couldn't prepare to write the stock: %w", err)
	}
	return &goodsImport{
		tx: tx, partner: partner, commissions: map[proof.Hash]int64{}, lots: map[lot]int64{},
		born: map[string]int64{}, packed: map[string]int64{}, insert: insert, known: newItemQuery(tx),
	}, nil
}

// top writes a record that was offered and all that is in it.
func (m *goodsImport) top(g *Goods, p place) error {
	var paths []string
	for thing := range g.All() {
		paths = append(paths, thing.Path)
	}
	var err error
	if m.here, err = itemsOf(m.known, paths); err != nil {
		return err
	}
	for path := range m.here {
		if _, err := m.tx.Exec(`DELETE FROM trace_item WHERE path = ?`, path); err != nil {
			return fmt.Errorf("couldn't write the stock row of %s anew: %w", path, err)
		}
	}
	if err := m.record(g, p); err != nil {
		return err
	}
	if _, err := m.insert.Flush(); err != nil {
		return fmt.Errorf("couldn't write the stock rows of %s: %w", g.Path, err)
	}
	return nil
}

func (m *goodsImport) save(it *item) error {
	if err := m.insert.Add(itemValues(it)...); err != nil {
		return fmt.Errorf("couldn't write the stock row of %s or one just before: %w", it.path, err)
	}
	return nil
}

// event stores one event. What commissioning and packing say of each thing stands
// in its stock row, which is one of millions, instead of a row for each event.
func (m *goodsImport) event(e *eventRow, doc int64) error {
	all, bulk := e.items, map[int]map[string]int64{}
	if e.action == "ADD" {
		switch e.kind {
		case "ObjectEvent":
			bulk[RoleObject] = m.born
		case "AggregationEvent":
			bulk[RoleChild] = m.packed
		}
	}
	e.items = nil
	for _, it := range all {
		if bulk[it.role] == nil {
			e.items = append(e.items, it)
		}
	}
	id, err := e.store(m.tx, doc)
	e.items = all
	if err != nil {
		return err
	}
	for _, it := range all {
		if to := bulk[it.role]; to != nil {
			to[it.path] = id
		}
	}
	return nil
}

// origin saves the opening of an origin and remembers its row.
func (m *goodsImport) origin(o OriginOpening, state proof.OriginState, top string) error {
	c := commission{origin: o.Origin, class: state.Class, until: state.Until, top: top}
	if o.Body != nil {
		s, err := proof.DecodeStatement(o.Body)
		if err != nil {
			return err
		}
		c.maker, c.stmtBody, c.stmtSig, c.stmtSalt = s.Org, o.Body, o.Signature, o.Salt
	}
	id, err := saveCommission(m.tx, c)
	m.commissions[o.Origin] = id
	return err
}

// place says where goods come to stand in the stock.
type place struct {
	status             int
	ownerKey, holder   int64
	sealedIn, packedIn string
	ordinal            int
}

// record writes a thing with a record of its own and all that is in it.
func (m *goodsImport) record(g *Goods, p place) error {
	it, err := m.row(g, p)
	if err != nil {
		return err
	}
	it.surfaced, it.packedIn = true, p.packedIn
	it.ownerKey, it.holderKey = p.ownerKey, p.holder
	if it.sealedIn == "" {
		it.salt, it.seed = g.Salt, g.Seed
	}
	if err := m.save(&it); err != nil {
		return err
	}
	if err := m.children(g); err != nil {
		return err
	}
	for i := range g.Packed {
		if err := m.record(&g.Packed[i], place{status: StatusOnHand, packedIn: g.Path}); err != nil {
			return err
		}
	}
	return nil
}

// children writes what is sealed in goods. Only the status of the top-most record
// counts, so theirs is what it will be once that is received.
func (m *goodsImport) children(g *Goods) error {
	for i := range g.Sealed {
		c := &g.Sealed[i]
		if c.Gone != nil {
			continue
		}
		it, err := m.row(c, place{status: StatusOnHand, sealedIn: g.Path, ordinal: i})
		if err != nil {
			return err
		}
		if err := m.save(&it); err != nil {
			return err
		}
		if err := m.children(c); err != nil {
			return err
		}
	}
	return nil
}

// row returns the stock row of goods: the one that is there, if the goods were
// here before, or a new one.
func (m *goodsImport) row(g *Goods, p place) (item, error) {
	var it item
	if was := m.here[g.Path]; was != nil {
		it = *was
	}
	if it.salt.IsZero() && it.sealedIn == "" { // new, or only reported so far
		it = item{path: g.Path, born: it.born, packed: it.packed, sealedIn: p.sealedIn, ordinal: p.ordinal}
	}
	it.commission = m.commissions[g.Origin]
	it.kind, it.quantity, it.status, it.partner = g.Attrs.Kind, g.Attrs.Quantity, p.status, m.partner
	if it.born == 0 {
		it.born = m.born[g.Path]
	}
	if n := m.packed[g.Path]; n != 0 {
		it.packed = n
	}
	var err error
	if it.lot, err = m.lot(g); err != nil {
		return it, err
	}
	it.depth, it.root = g.Depth, g.Root
	it.contents = mergeContents(it.contents, g.Sealed)
	return it, nil
}

// mergeContents lists the sealed children of goods; what is only a hash now but
// was here by name before keeps its name.
func mergeContents(before []content, sealed []Goods) []content {
	if len(sealed) == 0 {
		return before
	}
	list := make([]content, len(sealed))
	for i := range sealed {
		switch {
		case sealed[i].Gone == nil:
			list[i].path = sealed[i].Path
		case len(before) == len(sealed):
			list[i] = before[i]
		default:
			list[i].gone = sealed[i].Gone
		}
	}
	return list
}

func (m *goodsImport) lot(g *Goods) (lot, error) {
	id, err := proof.ParseIdentity(g.Path)
	if err != nil || g.Attrs.Lot == "" {
		return lot{}, nil
	}
	l := lot{gtin: id.GTIN, number: g.Attrs.Lot, expiry: g.Attrs.Expiry}
	n, ok := m.lots[l]
	if !ok {
		if n, err = lotID(m.tx, l); err != nil {
			return l, err
		}
		m.lots[l] = n
	}
	l.id = n
	return l, nil
}
