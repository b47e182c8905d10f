package traceview

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"

	"pedigree/domain/trace"
	"pedigree/internal/vault"
	"pedigree/ledger"
	"pedigree/proof"
)

// ProvenanceOptions say what a bundle shows beside where a package comes from.
type ProvenanceOptions struct {
	// CurrentPlace also shows that the package is still in what it was sealed in,
	// and what that is packed in.
	CurrentPlace bool
	// Nonce is a verifier's own; the holder's key signs it, so that the bundle can't
	// be a copy. Only the present holder can answer.
	Nonce []byte
}

// Provenance builds the bundle that proves to anybody, without a connection,
// where a package comes from.
func (d *Desk) Provenance(ctx context.Context, text string, o ProvenanceOptions) (proof.Bundle, error) {
	list, err := d.openings(ctx, text)
	if err != nil {
		return proof.Bundle{}, fmt.Errorf("couldn't show the provenance of %q: %w", text, err)
	}
	b, err := d.bundle(ctx, list[0], o)
	if err != nil {
		return proof.Bundle{}, fmt.Errorf("couldn't show the provenance of %s: %w", list[0].unit.ID, err)
	}
	return b, nil
}

// ProvenanceOfAll builds a bundle for each thing that is known here under one
// serial number. Two of one maker prove fraud or grave error to anybody (see
// proof.VerifyDuplicate).
func (d *Desk) ProvenanceOfAll(ctx context.Context, text string) ([]proof.Bundle, error) {
	list, err := d.openings(ctx, text)
	if err != nil {
		return nil, fmt.Errorf("couldn't show the provenance of %q: %w", text, err)
	}
	bundles := make([]proof.Bundle, len(list))
	for i := range list {
		if bundles[i], err = d.bundle(ctx, list[i], ProvenanceOptions{}); err != nil {
			return nil, fmt.Errorf("couldn't show the provenance of %s: %w", list[i].unit.ID, err)
		}
	}
	return bundles, nil
}

// pathOpening opens the way from a package to its nearest record.
type pathOpening struct {
	unit   proof.UnitOpening
	levels []proof.Container
	origin OriginOpening
	holder int64 // our key number of the top-most record's holder, or 0
}

// recordLeaf is the leaf of the nearest record.
func (p *pathOpening) recordLeaf() proof.Hash {
	if n := len(p.levels); n > 0 {
		return p.levels[n-1].Leaf
	}
	return p.unit.Leaf()
}

// openings returns how a package opens by the stock, and by other goods that came
// in under the same serial number.
func (d *Desk) openings(ctx context.Context, text string) ([]pathOpening, error) {
	path, err := itemPath(text)
	if err != nil {
		return nil, err
	}
	var list []pathOpening
	var copies []copyOf
	err = d.vault.View(ctx, func(tx *sql.Tx) error {
		it, ok, err := loadItem(tx, path)
		if err != nil {
			return err
		}
		if ok && (!it.salt.IsZero() || it.sealedIn != "") {
			p, err := openingOfItem(tx, it)
			if err != nil {
				return err
			}
			list = append(list, p)
		}
		copies, err = copiesOf(tx, path)
		return err
	})
	for _, c := range copies {
		if err != nil {
			break
		}
		var p pathOpening
		if p, err = d.openCopy(ctx, path, c); err == nil {
			list = append(list, p)
		}
	}
	if err == nil && len(list) == 0 {
		err = fmt.Errorf("nothing about it was commissioned or received here, so there is no opening to show; ask its holder: %w", vault.ErrNotFound)
	}
	return list, err
}

// openingOfItem opens the way from a stock row to its nearest record.
func openingOfItem(tx *sql.Tx, it item) (pathOpening, error) {
	o, err := openItem(tx, it)
	if err != nil {
		return pathOpening{}, err
	}
	p := pathOpening{unit: proof.UnitOpening{ID: it.path, Attrs: it.attrs().Encode(), Salt: o.salt, Depth: it.depth, Root: it.root}}
	for child := it; !child.surfaced; {
		parent, err := mustItem(tx, child.sealedIn)
		if err != nil {
			return p, err
		}
		above, err := openItem(tx, parent)
		if err != nil {
			return p, err
		}
		c, err := rebuild(tx, parent, above.seed)
		if err != nil {
			return p, err
		}
		if child.ordinal >= len(c.slots) {
			return p, fmt.Errorf("the stock row of %s names place %d of %d in %s; restore the private store from a backup", child.path, child.ordinal, len(c.slots), parent.path)
		}
		pos := c.slots[child.ordinal].Pos
		p.levels = append(p.levels, proof.Container{Leaf: above.leaf, Pos: pos, Siblings: c.tree.Siblings(pos)})
		child = parent
	}
	c, known, err := commissionOf(tx, o.origin)
	if err != nil {
		return p, err
	}
	p.origin = OriginOpening{Origin: o.origin}
	if known {
		p.origin.Body, p.origin.Signature, p.origin.Salt = c.stmtBody, c.stmtSig, c.stmtSalt
	}
	top, err := topOf(tx, it)
	if top.status == StatusOnHand || top.status == StatusOffered || top.status == StatusDispensed {
		p.holder = top.holderKey
	}
	return p, err
}

// copyOf is another thing under a serial number that is known here: its origin,
// and the document that is the shipment file in which it came.
type copyOf struct {
	origin proof.Hash
	file   int64
}

func copiesOf(tx *sql.Tx, path string) ([]copyOf, error) {
	rows, err := tx.Query(`SELECT origin, file FROM trace_conflict WHERE path = ? ORDER BY origin`, path)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var list []copyOf
	for rows.Next() {
		var c copyOf
		var origin []byte
		if err := rows.Scan(&origin, &c.file); err != nil {
			return nil, err
		}
		c.origin = proof.Hash(origin)
		list = append(list, c)
	}
	return list, rows.Err()
}

// openCopy opens the shipment file again in which a copy came.
func (d *Desk) openCopy(ctx context.Context, path string, c copyOf) (pathOpening, error) {
	content, err := d.openDocument(ctx, c.file)
	if err != nil {
		return pathOpening{}, err
	}
	defer content.Close()
	raw, err := io.ReadAll(io.LimitReader(content, ShipmentSizeMax+1))
	if err != nil {
		return pathOpening{}, err
	}
	s, err := openShipmentFile(raw)
	if err != nil {
		return pathOpening{}, err
	}
	private, err := d.keys.SealKey()
	if err != nil {
		return pathOpening{}, err
	}
	inside, err := s.open(private)
	if err != nil {
		return pathOpening{}, err
	}
	for i := range inside.Goods {
		way := inside.Goods[i].find(path)
		if way != nil && way[len(way)-1].Origin == c.origin {
			return openingOfGoods(inside.Origins, &inside.Goods[i], path)
		}
	}
	return pathOpening{}, fmt.Errorf("shipment %s doesn't hold %s of origin %s; restore the private store from a backup", s.ID, path, c.origin)
}

func openingOfGoods(origins []OriginOpening, top *Goods, path string) (pathOpening, error) {
	way := top.find(path)
	if way == nil {
		return pathOpening{}, fmt.Errorf("the goods kept for %s don't hold it; restore the private store from a backup", path)
	}
	g := way[len(way)-1]
	p := pathOpening{unit: proof.UnitOpening{ID: g.Path, Attrs: g.Attrs.Encode(), Salt: g.Salt, Depth: g.Depth, Root: g.Root}}
	for j := len(way) - 1; j > 0 && !isPackedIn(way[j-1], way[j]); j-- {
		tree, order, err := way[j-1].tree()
		if err != nil {
			return p, err
		}
		for i := range way[j-1].Sealed {
			if &way[j-1].Sealed[i] == way[j] {
				p.levels = append(p.levels, proof.Container{Leaf: way[j-1].Leaf(), Pos: order[i], Siblings: tree.Siblings(order[i])})
			}
		}
	}
	for _, o := range origins {
		if o.Origin == g.Origin {
			p.origin = o
		}
	}
	return p, nil
}

// bundle proves an opening under the last signed header.
func (d *Desk) bundle(ctx context.Context, p pathOpening, o ProvenanceOptions) (proof.Bundle, error) {
	for range provenanceTries {
		b, again, err := d.tryBundle(ctx, p, o)
		if err != nil || !again {
			return b, err
		}
	}
	return proof.Bundle{}, errors.New("it moved each time while its proof was made; try again")
}

// provenanceTries is how often a proof is made anew because the package moved
// between looking where it is and proving it.
const provenanceTries = 5

func (d *Desk) tryBundle(ctx context.Context, p pathOpening, o ProvenanceOptions) (proof.Bundle, bool, error) {
	names := []trace.Name{{Origin: p.origin.Origin, Leaf: p.recordLeaf()}}
	if o.CurrentPlace || len(o.Nonce) > 0 {
		above, err := d.parents(names[0])
		if err != nil {
			return proof.Bundle{}, false, err
		}
		names = append(names, above...)
	}
	keys := make([][]byte, 0, 8)
	for _, n := range names {
		keys = append(keys, proof.RecordKey(n.Origin, n.Leaf))
	}
	keys = append(keys, proof.OriginKey(p.origin.Origin))
	var maker proof.Statement
	if p.origin.Body != nil {
		var err error
		if maker, err = proof.DecodeStatement(p.origin.Body); err != nil {
			return proof.Bundle{}, false, err
		}
		keys = append(keys, proof.MemberKey(maker.Org))
	}
	present := len(keys)
	if o.CurrentPlace {
		leaf := p.unit.Leaf()
		for _, l := range p.levels {
			keys = append(keys, proof.RecordKey(p.origin.Origin, leaf))
			leaf = l.Leaf
		}
	}
	proved, err := d.chain.Prove(ctx, keys...)
	if err != nil {
		return proof.Bundle{}, false, err
	}
	for i, v := range proved.Values[:present] {
		if v == nil {
			return proof.Bundle{}, false, fmt.Errorf("the ledger holds nothing under key %x yet; wait for the next block and ask again", keys[i])
		}
	}
	b, moved := assemble(p, names, proved, present)
	if moved {
		return b, true, nil
	}
	if p.origin.Body != nil {
		b.Maker = &proof.MakerProof{Body: p.origin.Body, Signature: p.origin.Signature, Salt: p.origin.Salt, Member: stateValue(proved, len(names)+1)}
	}
	if len(o.Nonce) > 0 {
		b.Presence, err = d.presence(p, o.Nonce)
	}
	return b, false, err
}

func stateValue(p Proved, i int) proof.StateValue {
	return proof.StateValue{Value: p.Values[i], Path: p.Paths[i]}
}

// assemble puts a bundle together; moved says that the records are no longer
// packed as they were when the keys were chosen.
func assemble(p pathOpening, names []trace.Name, proved Proved, present int) (b proof.Bundle, moved bool) {
	b = proof.Bundle{
		Unit: p.unit, Levels: p.levels, Record: stateValue(proved, 0), Origin: p.origin.Origin, Counts: stateValue(proved, len(names)),
		Parts: proved.Parts, Header: proved.Header,
	}
	for i := 1; i < len(names); i++ {
		below, err := proof.DecodeRecord(proved.Values[i-1])
		if err != nil || below.State != proof.StatePacked || trace.Name(below.Parent) != names[i] {
			return b, true
		}
		b.Parents = append(b.Parents, stateValue(proved, i))
	}
	b.Absent = append(b.Absent, proved.Paths[present:]...)
	return b, false
}

// parents lists the records that one is packed in, outward.
func (d *Desk) parents(n trace.Name) ([]trace.Name, error) {
	var list []trace.Name
	err := d.chain.Read(func(s ledger.State) error {
		for range proof.NestMax {
			r, ok := trace.GetRecord(s, n)
			if !ok || r.State != proof.StatePacked {
				return nil
			}
			n = trace.Name(r.Parent)
			list = append(list, n)
		}
		return nil
	})
	return list, err
}

// presence answers a verifier's nonce with the holder's key.
func (d *Desk) presence(p pathOpening, nonce []byte) (*proof.Presence, error) {
	if len(nonce) < proof.NonceSizeMin || len(nonce) > proof.NonceSizeMax {
		return nil, fmt.Errorf("the nonce has %d bytes where %d to %d are taken", len(nonce), proof.NonceSizeMin, proof.NonceSizeMax)
	}
	if p.holder == 0 {
		return nil, errors.New("this organisation does not hold it, so it can't answer a nonce; ask its holder")
	}
	message := proof.PresenceMessage(d.chain.ChainID(), p.origin.Origin, p.unit.Leaf(), nonce)
	return &proof.Presence{Nonce: nonce, Signature: proof.Sign(d.keys.Private(p.holder), message)}, nil
}
