package traceview

import (
	"database/sql"
	"fmt"
	"slices"
)

// goods gathers the goods as they stand in the stock in this transaction, with the
// openings of their origins. Those that build read are taken where nothing about them
// has changed since.
func (s *shipping) goods(tx *sql.Tx) ([]Goods, []OriginOpening, error) {
	b := newGoodsBuilder(tx)
	seen := newUnchanged(b)
	var goods []Goods
	for i, path := range s.paths {
		it, err := mustItem(tx, path)
		if err != nil {
			return nil, nil, err
		}
		same, err := seen.record(it, &s.built[i])
		if err != nil {
			return nil, nil, err
		}
		g := s.built[i]
		if !same {
			g, err = b.record(it)
		}
		if err != nil {
			return nil, nil, err
		}
		goods = append(goods, g)
	}
	return goods, b.origins, nil
}

// unchanged finds out whether goods that were read before still are what they were. The
// row of something sealed never changes but for being taken out, or with all else that
// was commissioned together with it, so it is enough to count those that are left.
type unchanged struct {
	builder *goodsBuilder
	still   pathQuery
}

func newUnchanged(b *goodsBuilder) *unchanged {
	return &unchanged{b, pathQuery{
		tx: b.tx, before: `SELECT COUNT(*) FROM trace_item WHERE path IN `, after: ` AND sealed_in = ? AND commission = ? AND surfaced = 0`,
	}}
}

// record looks at a record and all that is sealed in it. Where something was packed or
// taken out before, the rows are read.
func (u *unchanged) record(it item, g *Goods) (bool, error) {
	o, err := openItem(u.builder.tx, it)
	if err != nil {
		return false, err
	}
	if it.path != g.Path || it.attrs() != g.Attrs || it.root != g.Root || len(g.Packed) > 0 ||
		o.origin != g.Origin || o.salt != g.Salt || o.seed != g.Seed || len(it.contents) != len(g.Sealed) {
		return false, nil
	}
	packed, err := packedItems(u.builder.tx, it.path)
	if err != nil || len(packed) > 0 {
		return false, err
	}
	same, err := u.sealed(it.commission, g)
	if err != nil || !same {
		return false, err
	}
	return true, u.builder.origin(o.origin)
}

// sealed tells whether all that was sealed in a container still is.
func (u *unchanged) sealed(commission int64, g *Goods) (bool, error) {
	paths := make([]any, len(g.Sealed))
	for i := range g.Sealed {
		if g.Sealed[i].Gone != nil {
			return false, nil
		}
		paths[i] = g.Sealed[i].Path
	}
	for part := range slices.Chunk(paths, lookupPathsMax) {
		n, err := u.count(part, g.Path, commission)
		if err != nil {
			return false, fmt.Errorf("couldn't count what is in %s: %w", g.Path, err)
		}
		if n != len(part) {
			return false, nil
		}
	}
	for i := range g.Sealed {
		if !g.Sealed[i].IsContainer() {
			continue
		}
		if same, err := u.sealed(commission, &g.Sealed[i]); err != nil || !same {
			return false, err
		}
	}
	return true, nil
}

func (u *unchanged) count(paths []any, container string, commission int64) (n int, err error) {
	rows, err := u.still.ask(paths, container, commission)
	if err != nil {
		return 0, err
	}
	defer rows.Close()
	for rows.Next() {
		if err := rows.Scan(&n); err != nil {
			return 0, err
		}
	}
	return n, rows.Err()
}
