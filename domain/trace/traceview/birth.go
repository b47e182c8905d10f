package traceview

import (
	"crypto/ed25519"
	"encoding/binary"
	"fmt"
	"time"

	"pedigree/domain/trace"
	"pedigree/format/gs1"
	"pedigree/ledger"
	"pedigree/proof"
)

// birth is a new origin in the making: everything about one commission or box.
type birth struct {
	top   *thing
	class uint64

	key0, owner, holder int64 // numbers
	private0            ed25519.PrivateKey
	pub0, pubO, pubH    proof.Key

	origin     proof.Hash
	salt, seed proof.Hash
	until      uint64
	body       []byte
	sig        proof.Signature
	stmtSalt   proof.Hash
	entry      proof.Entry // of a commission or box
	output     trace.Output
}

// label names a commission for the derivation of its seed.
func label(key0 int64) []byte { return binary.BigEndian.AppendUint64(nil, uint64(key0)) }

// bear derives, builds and signs everything about a birth but its envelope. Keys
// and class are set. It may run beside others, each with a grower of its own.
func (d *Desk) bear(b *birth, g *grower, secret []byte) error {
	b.pub0 = public(b.private0)
	b.origin = proof.Origin(d.chain.ChainID(), b.pub0)
	seed := proof.CommissionSeed(secret, label(b.key0))
	b.salt = proof.ChildSalt(seed, b.top.path)
	if len(b.top.kids) > 0 {
		b.seed = proof.ChildSeed(seed, b.top.path)
	}
	g.lots = g.lots[:0]
	if err := g.grow(b.top, b.seed, 0); err != nil {
		return err
	}
	leaf := proof.Leaf(b.salt, b.top.path, g.encodedAttrs(b.top))
	var err error
	if b.class == proof.ClassBox {
		b.entry, err = entryOf(kindBox, &trace.Box{Origins: trace.Origins{b.origin}, Key0: b.pub0, Leaf: leaf, Owner: b.pubO, Holder: b.pubH})
		return err
	}
	var stmt proof.Hash
	if b.class == proof.ClassIntroduced { // nothing about its maker is claimed
		b.until, err = g.until()
	} else if err = d.state(b, g, seed); err == nil {
		stmt = proof.StatementCommitment(b.stmtSalt, b.body, b.sig)
	}
	if err != nil {
		return err
	}
	b.output = trace.Output{Origin: b.origin, Key0: b.pub0, Leaf: leaf, Owner: b.pubO, Holder: b.pubH, Until: b.until, Stmt: ledger.OptHash(stmt)}
	if b.top.sealed != nil {
		b.output.Depth, b.output.Root = uint64(b.top.sealed.depth), ledger.OptHash(b.top.sealed.root)
	}
	b.entry, err = entryOf(kindCommission, &trace.Commission{
		Origins: trace.Origins{b.origin}, Key0: b.pub0, Leaf: leaf, Depth: b.output.Depth, Root: b.output.Root,
		Owner: b.pubO, Holder: b.pubH, Class: b.class, Until: b.until, Stmt: b.output.Stmt,
	})
	return err
}

// state makes the maker's statement over the product lots of the tree.
func (d *Desk) state(b *birth, g *grower, seed proof.Hash) error {
	s := proof.Statement{ChainID: d.chain.ChainID(), Origin: b.origin, Org: d.sign.Org(), KeyID: d.sign.KeyID()}
	for _, l := range g.lots {
		s.Items = append(s.Items, proof.StatementItem{GTIN: l.gtin, Lot: l.number, Expiry: l.expiry})
		u, err := untilOf(l.expiry)
		if err != nil {
			return fmt.Errorf("couldn't commission %s: %w", b.top.path, err)
		}
		b.until = max(b.until, u)
	}
	b.body = s.Encode()
	if len(s.Items) == 0 || len(s.Items) > proof.StatementItemsMax || len(b.body) > proof.StatementSizeMax {
		return fmt.Errorf("couldn't commission %s: it holds %d product lots where a maker's statement names 1 to %d", b.top.path, len(s.Items), proof.StatementItemsMax)
	}
	var err error
	if b.sig, err = d.sign.Sign(proof.TaggedHash(proof.TagStatement, b.body)); err != nil {
		return fmt.Errorf("couldn't sign the statement for %s as %s: %w", b.top.path, d.sign.Org(), err)
	}
	b.stmtSalt = proof.ChildSalt(seed, "statement")
	return nil
}

// until is when the last of the lots in a tree is over.
func (g *grower) until() (uint64, error) {
	var last uint64
	for _, l := range g.lots {
		u, err := untilOf(l.expiry)
		if err != nil {
			return 0, err
		}
		last = max(last, u)
	}
	return last, nil
}

// untilOf is the half-year since 2000, rounded up, that ends half a year after an
// expiry date.
func untilOf(expiry string) (uint64, error) {
	day, err := gs1.ParseDate(expiry)
	if err != nil {
		return 0, fmt.Errorf("couldn't read expiry %q: %w", expiry, err)
	}
	end := time.Date(day.Year, time.Month(day.Month)+6, day.Day, 0, 0, 0, 0, time.UTC)
	if end.Year() < 2000 {
		return 0, nil
	}
	half := uint64(end.Year()-2000) * 2
	switch {
	case end.Month() == time.January && end.Day() == 1:
		return half, nil
	case end.Month() < time.July || end.Month() == time.July && end.Day() == 1:
		return half + 1, nil
	}
	return half + 2, nil
}

// row is the commission's row.
func (b *birth) row(org string, entry proof.Hash) commission {
	c := commission{
		origin: b.origin, class: b.class, until: b.until, top: b.top.path, own: true, key0: b.key0,
		stmtBody: b.body, stmtSig: b.sig, stmtSalt: b.stmtSalt, stmtEntry: entry,
	}
	if b.body != nil {
		c.maker = org
	}
	return c
}
