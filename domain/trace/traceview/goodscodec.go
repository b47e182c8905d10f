package traceview

import (
	"bytes"
	"fmt"
	"strings"

	"pedigree/proof"
)

// Goods travel as CBOR with two tables in front, so that a pack of a lot costs
// its serial number and two bytes more:
//
//	goods   = [[class, ...], [record, ...]]
//	class   = [path prefix, attributes]
//	record  = [class number, path suffix, origin number, salt, seed or null, [sealed, ...], [record, ...]]
//	sealed  = [class number, path suffix]                 a unit
//	        / [class number, path suffix, [sealed, ...]]  a container
//	        / [0, leaf, depth, root or null]              a child that has surfaced
//
// Origins are numbers into the list of the content (see content).
type goodsWriter struct {
	classes map[goodsClass]int
	list    []goodsClass
	origins map[proof.Hash]int
	err     error
}

type goodsClass struct{ prefix, attrs string }

func newGoodsWriter(origins []OriginOpening) *goodsWriter {
	w := &goodsWriter{classes: map[goodsClass]int{}, origins: map[proof.Hash]int{}}
	for i, o := range origins {
		w.origins[o.Origin] = i
	}
	return w
}

// append appends classes and records.
func (w *goodsWriter) append(b []byte, tops []Goods) ([]byte, error) {
	body := proof.AppendArray(nil, len(tops))
	for i := range tops {
		body = w.record(body, &tops[i])
	}
	if w.err != nil {
		return nil, w.err
	}
	b = proof.AppendArray(proof.AppendArray(b, 2), len(w.list))
	for _, c := range w.list {
		b = proof.AppendBytes(proof.AppendText(proof.AppendArray(b, 2), c.prefix), []byte(c.attrs))
	}
	return append(b, body...), nil
}

// name appends class and suffix.
func (w *goodsWriter) name(b []byte, g *Goods) []byte {
	cut := strings.LastIndexByte(g.Path, '/') + 1
	class := goodsClass{g.Path[:cut], string(g.Attrs.Encode())}
	n, ok := w.classes[class]
	if !ok {
		n = len(w.list)
		w.classes[class] = n
		w.list = append(w.list, class)
	}
	return proof.AppendText(proof.AppendUint(b, uint64(n)), g.Path[cut:])
}

func (w *goodsWriter) record(b []byte, g *Goods) []byte {
	origin, ok := w.origins[g.Origin]
	if !ok && w.err == nil {
		w.err = fmt.Errorf("couldn't write the goods: the origin of %s is not listed", g.Path)
	}
	b = w.name(proof.AppendArray(b, 7), g)
	b = proof.AppendHash(proof.AppendBytes(proof.AppendUint(b, uint64(origin)), g.Salt[:]), g.Seed)
	b = w.sealed(b, g.Sealed)
	b = proof.AppendArray(b, len(g.Packed))
	for i := range g.Packed {
		b = w.record(b, &g.Packed[i])
	}
	return b
}

func (w *goodsWriter) sealed(b []byte, list []Goods) []byte {
	b = proof.AppendArray(b, len(list))
	for i := range list {
		switch g := &list[i]; {
		case g.Gone != nil:
			b = proof.AppendBytes(proof.AppendUint(proof.AppendArray(b, 4), 0), g.Gone.Leaf[:])
			b = proof.AppendHash(proof.AppendUint(b, uint64(g.Gone.Depth)), g.Gone.Root)
		case g.IsContainer():
			b = w.sealed(w.name(proof.AppendArray(b, 3), g), g.Sealed)
		default:
			b = w.name(proof.AppendArray(b, 2), g)
		}
	}
	return b
}

// goodsReader reads what goodsWriter wrote, within limits.
type goodsReader struct {
	r       *proof.Reader
	origins []OriginOpening
	classes []classOf
	items   int
}

type classOf struct {
	prefix string
	attrs  proof.Attrs
}

func (g *goodsReader) read() []Goods {
	g.r.ArrayOf(2)
	for n := g.r.Array(GoodsClassesMax); n > 0 && g.r.Err() == nil; n-- {
		g.r.ArrayOf(2)
		c := classOf{prefix: g.r.Text(proof.IDSizeMax)}
		raw := g.r.Bytes(proof.AttrsSizeMax)
		if g.r.Err() != nil {
			return nil
		}
		var err error
		if c.attrs, err = proof.DecodeAttrs(raw); err != nil {
			g.r.Refuse("has attributes that can't be read: %v", err)
		}
		g.classes = append(g.classes, c)
	}
	var tops []Goods
	for n := g.r.Array(ShipmentItemsMax); n > 0 && g.r.Err() == nil; n-- {
		tops = append(tops, g.record(0))
	}
	return tops
}

func (g *goodsReader) name(class uint64, suffix string) (string, proof.Attrs) {
	if g.items++; g.items > GoodsItemsMax {
		g.r.Refuse("has more than %d items; ship them in several files", GoodsItemsMax)
	}
	if g.r.Err() != nil || class >= uint64(len(g.classes)) {
		g.r.Refuse("names class %d of %d", class, len(g.classes))
		return "", proof.Attrs{}
	}
	c := g.classes[class]
	if len(c.prefix)+len(suffix) > proof.IDSizeMax {
		g.r.Refuse("has an identifier of more than %d bytes", proof.IDSizeMax)
	}
	return c.prefix + suffix, c.attrs
}

func (g *goodsReader) record(level int) Goods {
	if level > proof.NestMax {
		g.r.Refuse("has records packed more than %d levels deep", proof.NestMax)
		return Goods{}
	}
	g.r.ArrayOf(7)
	var out Goods
	out.Path, out.Attrs = g.name(g.r.Uint(), g.r.Text(proof.IDSizeMax))
	origin := g.r.Uint()
	out.Salt, out.Seed = g.r.Hash(), g.r.HashOrNull()
	if g.r.Err() == nil && origin >= uint64(len(g.origins)) {
		g.r.Refuse("names origin %d of %d", origin, len(g.origins))
	}
	if g.r.Err() != nil {
		return Goods{}
	}
	out.Origin = g.origins[origin].Origin
	out.Sealed = g.sealed(1)
	if g.r.Err() == nil && out.IsContainer() == out.Seed.IsZero() {
		g.r.Refuse("has a seed without sealed goods, or sealed goods without a seed")
	}
	for n := g.r.Array(PackedMax); n > 0 && g.r.Err() == nil; n-- {
		out.Packed = append(out.Packed, g.record(level+1))
	}
	return out
}

func (g *goodsReader) sealed(level int) []Goods {
	if level > SealedLevelsMax {
		g.r.Refuse("has goods sealed more than %d levels deep", SealedLevelsMax)
		return nil
	}
	var list []Goods
	for n := g.r.Array(1 << proof.SlotDepthMax); n > 0 && g.r.Err() == nil; n-- {
		list = append(list, g.sealedChild(level))
	}
	return list
}

func (g *goodsReader) sealedChild(level int) Goods {
	fields := g.r.Array(4)
	class := g.r.Uint()
	var out Goods
	switch fields {
	case 2:
		out.Path, out.Attrs = g.name(class, g.r.Text(proof.IDSizeMax))
	case 3:
		out.Path, out.Attrs = g.name(class, g.r.Text(proof.IDSizeMax))
		if out.Sealed = g.sealed(level + 1); g.r.Err() == nil && !out.IsContainer() {
			g.r.Refuse("has a container with nothing in it")
		}
	case 4:
		gone := &GoneChild{Leaf: g.r.Hash(), Depth: uint8(g.r.UintMax(proof.SlotDepthMax)), Root: g.r.HashOrNull()}
		if g.r.Err() == nil && (class != 0 || (gone.Depth == 0) != gone.Root.IsZero()) {
			g.r.Refuse("has an impossible child that left")
		}
		out.Gone = gone
	default:
		g.r.Refuse("has a sealed child of %d fields", fields)
	}
	return out
}

// EncodeGoods writes goods with the openings of their origins, as a shipment
// carries them.
func EncodeGoods(origins []OriginOpening, tops []Goods) ([]byte, error) {
	b := appendOrigins(proof.AppendArray(nil, 2), origins)
	return newGoodsWriter(origins).append(b, tops)
}

// DecodeGoods reads what EncodeGoods wrote: the one encoding of it.
func DecodeGoods(raw []byte) ([]OriginOpening, []Goods, error) {
	r := proof.NewReader(raw)
	r.ArrayOf(2)
	origins := readOrigins(r)
	goods := (&goodsReader{r: r, origins: origins}).read()
	if err := r.Done(); err != nil {
		return nil, nil, fmt.Errorf("couldn't read the goods: %w", err)
	}
	again, err := EncodeGoods(origins, goods)
	if err != nil || !bytes.Equal(again, raw) {
		return nil, nil, fmt.Errorf("couldn't read the goods: %w: they are not in their one encoding", proof.ErrCBOR)
	}
	for i := range goods {
		if err := goods[i].derive(); err != nil {
			return nil, nil, err
		}
	}
	return origins, goods, nil
}
