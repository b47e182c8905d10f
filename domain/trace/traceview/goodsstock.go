package traceview

import (
	"database/sql"
	"errors"
	"fmt"
	"slices"

	"pedigree/proof"
)

// goodsBuilder gathers goods from the stock with the openings of their origins.
type goodsBuilder struct {
	tx      queryer
	inside  *sealedReader
	origins []OriginOpening
	seen    map[proof.Hash]bool
	items   int
}

func newGoodsBuilder(tx queryer) *goodsBuilder {
	return &goodsBuilder{tx: tx, inside: newSealedReader(tx), seen: map[proof.Hash]bool{}}
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
	if g.Sealed, err = b.sealed(it.path, it.contents, o.seed); err != nil {
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
func (b *goodsBuilder) sealed(path string, contents []content, seed proof.Hash) ([]Goods, error) {
	if len(contents) == 0 {
		return nil, nil
	}
	rows, err := b.inside.of(path, contents)
	if err != nil {
		return nil, err
	}
	list := make([]Goods, len(contents))
	derive := proof.NewDeriver(seed)
	for i, c := range contents {
		if c.gone != nil {
			list[i].Gone = c.gone
			continue
		}
		row, ok := rows[c.path]
		if !ok {
			return nil, fmt.Errorf("couldn't find %s, which is sealed in %s; restore the private store from a backup", c.path, path)
		}
		salt := derive.Salt(row.path)
		if row.surfaced {
			list[i].Gone = &GoneChild{Leaf: proof.Leaf(salt, row.path, row.attrs.Encode()), Depth: row.depth, Root: row.root}
			continue
		}
		b.items++
		list[i] = Goods{Path: row.path, Attrs: row.attrs, Salt: salt}
		if row.depth == 0 {
			continue
		}
		list[i].Seed = derive.Seed(row.path)
		if list[i].Sealed, err = b.sealed(row.path, row.contents, list[i].Seed); err != nil {
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

// itemsByPath returns the stock rows of many paths, where there are any.
func itemsByPath(tx queryer, paths []string) (map[string]*item, error) {
	return itemsOf(newItemQuery(tx), paths)
}

// newItemQuery is the query of itemsOf, for who asks for many paths again and again.
func newItemQuery(tx queryer) *pathQuery {
	return &pathQuery{tx: tx, before: itemSelect + `WHERE i.path IN `}
}

// itemsOf is itemsByPath with a query that is kept.
func itemsOf(q *pathQuery, paths []string) (map[string]*item, error) {
	out := map[string]*item{}
	args := make([]any, 0, lookupPathsMax)
	for part := range slices.Chunk(paths, lookupPathsMax) {
		args = args[:0]
		for _, p := range part {
			args = append(args, p)
		}
		list, err := readItems(q.ask(args))
		if err != nil {
			return nil, err
		}
		for i := range list {
			out[list[i].path] = &list[i]
		}
	}
	return out, nil
}
