package traceview

import (
	"database/sql"
	"errors"
	"fmt"

	"pedigree/proof"
)

// goodsBuilder gathers goods from the stock with the openings of their origins.
type goodsBuilder struct {
	tx      queryer
	origins []OriginOpening
	seen    map[proof.Hash]bool
	items   int
}

func newGoodsBuilder(tx queryer) *goodsBuilder {
	return &goodsBuilder{tx: tx, seen: map[proof.Hash]bool{}}
}

// record returns a thing with a record of its own, and all that is in it.
func (b *goodsBuilder) record(it item) (Goods, error) {
	o, err := openItem(b.tx, it)
	if err != nil {
		return Goods{}, err
	}
	if err := b.origin(o.origin); err != nil {
		return Goods{}, err
	}
	g := Goods{Path: it.path, Attrs: it.attrs(), Origin: o.origin, Salt: o.salt, Seed: o.seed}
	if g.Sealed, err = b.sealed(it, o.seed); err != nil {
		return Goods{}, err
	}
	if err := g.deriveSealed(); err != nil {
		return Goods{}, err
	}
	if g.Root != it.root {
		return Goods{}, fmt.Errorf("couldn't rebuild %s: its contents lead to another root than was commissioned; restore the private store from a backup", it.path)
	}
	packed, err := packedItems(b.tx, it.path)
	if err != nil {
		return Goods{}, err
	}
	for _, child := range packed {
		c, err := b.record(child)
		if err != nil {
			return Goods{}, err
		}
		g.Packed = append(g.Packed, c)
	}
	if b.items++; b.items > GoodsItemsMax {
		return Goods{}, fmt.Errorf("couldn't gather the goods: they are more than %d things; ship them in several files", GoodsItemsMax)
	}
	return g, nil
}

// sealed returns what stands in a container's slot tree; what has surfaced since
// is only a hash there.
func (b *goodsBuilder) sealed(it item, seed proof.Hash) ([]Goods, error) {
	if len(it.contents) == 0 {
		return nil, nil
	}
	list := make([]Goods, len(it.contents))
	derive := proof.NewDeriver(seed)
	for i, c := range it.contents {
		if c.gone != nil {
			list[i].Gone = c.gone
			continue
		}
		row, err := mustItem(b.tx, c.path)
		if err != nil {
			return nil, err
		}
		salt := derive.Salt(row.path)
		if row.surfaced {
			list[i].Gone = &GoneChild{Leaf: proof.Leaf(salt, row.path, row.attrs().Encode()), Depth: row.depth, Root: row.root}
			continue
		}
		b.items++
		list[i] = Goods{Path: row.path, Attrs: row.attrs(), Salt: salt}
		if row.depth == 0 {
			continue
		}
		list[i].Seed = derive.Seed(row.path)
		if list[i].Sealed, err = b.sealed(row, list[i].Seed); err != nil {
			return nil, err
		}
	}
	return list, nil
}

// origin lists the opening of an origin's statement, once.
func (b *goodsBuilder) origin(h proof.Hash) error {
	if b.seen[h] {
		return nil
	}
	b.seen[h] = true
	c, ok, err := commissionOf(b.tx, h)
	if err == nil && !ok {
		err = fmt.Errorf("couldn't find the opening of origin %s in the private store; restore it from a backup", h)
	}
	if err != nil {
		return err
	}
	b.origins = append(b.origins, OriginOpening{Origin: h, Body: c.stmtBody, Signature: c.stmtSig, Salt: c.stmtSalt})
	return nil
}

// commissionOf returns what is known of an origin.
func commissionOf(tx queryer, origin proof.Hash) (commission, bool, error) {
	c, err := scanCommission(tx.QueryRow(`SELECT `+commissionColumns+` FROM trace_commission WHERE origin = ?`, origin[:]))
	if errors.Is(err, sql.ErrNoRows) {
		return commission{}, false, nil
	}
	return c, err == nil, err
}

// goodsImport writes received goods into the stock.
type goodsImport struct {
	tx          *sql.Tx
	partner     string
	commissions map[proof.Hash]int64
	lots        map[lot]int64
	born        map[string]int64 // path to the event that commissioned it
	packed      map[string]int64 // path to the event that packed it
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
	it.commission = m.commissions[g.Origin]
	if it.sealedIn == "" {
		it.salt, it.seed = g.Salt, g.Seed
	}
	if err := saveItem(m.tx, it); err != nil {
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
		if err := saveItem(m.tx, it); err != nil {
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
	it, known, err := loadItem(m.tx, g.Path)
	if err != nil {
		return it, err
	}
	if !known || it.salt.IsZero() && it.sealedIn == "" { // new, or only reported so far
		it = item{path: g.Path, born: it.born, packed: it.packed, sealedIn: p.sealedIn, ordinal: p.ordinal}
	}
	it.kind, it.quantity, it.status, it.partner = g.Attrs.Kind, g.Attrs.Quantity, p.status, m.partner
	if it.born == 0 {
		it.born = m.born[g.Path]
	}
	if n := m.packed[g.Path]; n != 0 {
		it.packed = n
	}
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
