package goods

import (
	"crypto/ed25519"
	"fmt"

	"pedigree/domain/trace"
	"pedigree/format/gs1"
	"pedigree/ledger"
	"pedigree/proof"
)

// Pallet is one sealed pallet of a maker, and who has it by now.
type Pallet struct {
	maker     Maker
	number    int
	shape     Shape
	names     names
	sscc      string
	seed      proof.Hash // of the pallet
	salt      proof.Hash // of its leaf
	origin    proof.Hash
	root      proof.Hash
	depth     uint8
	holder    ed25519.PrivateKey
	hops      int
	statement proof.Statement
	signature proof.Signature
}

// names are the product numbers of a maker: one for packs, one for cases.
func (m Maker) names() (names, error) {
	var n names
	for _, g := range []struct {
		to    *string
		first string
	}{{&n.packGTIN, "0"}, {&n.caseGTIN, "1"}} {
		digits := g.first + m.Prefix + "12345"
		check, err := gs1.CheckDigit(digits)
		if err != nil {
			return n, fmt.Errorf("couldn't make a GTIN for %s: %w", m.Org, err)
		}
		*g.to = digits + string(rune(check))
	}
	return n, nil
}

// NewPallet seals a pallet; Commission brings it onto the ledger.
func (m Maker) NewPallet(number int, s Shape) (*Pallet, error) {
	b, err := m.Sealer(s)
	if err != nil {
		return nil, err
	}
	digits := fmt.Sprintf("%s%010d", m.Prefix, number)
	check, err := gs1.CheckDigit(digits)
	if err != nil {
		return nil, fmt.Errorf("couldn't make an SSCC for %s: %w", m.Org, err)
	}
	p := &Pallet{maker: m, number: number, shape: s, names: b.names, sscc: "/00/" + digits + string(rune(check)), depth: b.depth}
	commission := m.hash("pallet commission", number)
	p.seed, p.salt = proof.ChildSeed(commission, p.sscc), proof.ChildSalt(commission, p.sscc)
	p.origin = proof.Origin(m.chain, public(p.key0()))
	p.root = b.Seal(p.seed, number)
	p.holder = p.key(0)
	p.statement = proof.Statement{ChainID: m.chain, Origin: p.origin, Org: m.Org, KeyID: 1, Items: []proof.StatementItem{
		{GTIN: p.names.packGTIN, Lot: lot, Expiry: expiry}, {GTIN: p.names.caseGTIN, Lot: lot, Expiry: expiry},
	}}
	p.signature = proof.Sign(m.private, proof.TaggedHash(proof.TagStatement, p.statement.Encode()))
	return p, nil
}

func (p *Pallet) key0() ed25519.PrivateKey { return p.maker.key("pallet origin", p.number) }

// key is the one-time key of whoever has the pallet after some hops.
func (p *Pallet) key(hops int) ed25519.PrivateKey {
	return p.maker.key(fmt.Sprintf("pallet %d holder", p.number), hops)
}

func (p *Pallet) leaf() proof.Hash { return proof.Leaf(p.salt, p.sscc, palletAttrs) }

func (p *Pallet) statementSalt() proof.Hash { return p.maker.hash("pallet statement", p.number) }

// Commission brings the pallet onto the ledger.
func (p *Pallet) Commission() (proof.Envelope, error) {
	stmt := proof.StatementCommitment(p.statementSalt(), p.statement.Encode(), p.signature)
	e, err := entry("commission", &trace.Commission{
		Origins: trace.Origins{p.origin}, Key0: public(p.key0()), Leaf: p.leaf(), Depth: uint64(p.depth), Root: ledger.OptHash(p.root),
		Owner: public(p.holder), Holder: public(p.holder), Class: proof.ClassMade, Until: untilHalfYear, Stmt: ledger.OptHash(stmt),
	})
	if err != nil {
		return proof.Envelope{}, err
	}
	return p.maker.Envelope([]proof.Entry{e}, p.key0())
}

// Hop hands the pallet on: the shipment and its receipt, to be committed in this
// order.
func (p *Pallet) Hop() (ship, receive proof.Envelope, err error) {
	next := p.key(p.hops + 1)
	offer, err := p.maker.ship(p.origin, p.leaf(), public(next), public(p.maker.key("pallet back", p.hops)))
	if err != nil {
		return ship, receive, err
	}
	take, err := entry("receive", &trace.Receive{Origins: trace.Origins{p.origin}, Rec: trace.Ref{Leaf: p.leaf()}})
	if err != nil {
		return ship, receive, err
	}
	if ship, err = p.maker.Envelope([]proof.Entry{offer}, p.holder); err != nil {
		return ship, receive, err
	}
	receive, err = p.maker.Envelope([]proof.Entry{take}, next)
	p.holder, p.hops = next, p.hops+1
	return ship, receive, err
}

// Hops is how often the pallet changed hands.
func (p *Pallet) Hops() int { return p.hops }
