package goods_test

import (
	"encoding/json"
	"testing"
	"time"

	"pedigree/bench/goods"
	"pedigree/domain/all"
	"pedigree/domain/org"
	"pedigree/domain/trace"
	"pedigree/ledger/ledgertest"
	"pedigree/proof"
)

// found makes a chain in memory with the real modules and some makers.
func found(t *testing.T, makers ...int) (*ledgertest.Chain, []goods.Maker) {
	t.Helper()
	part := org.Founding{Quorum: org.Fraction{Numerator: 2, Denominator: 3}}
	var list []goods.Maker
	for _, n := range makers {
		m, err := goods.NewMaker(ledgertest.ChainID, n, time.Unix(ledgertest.FirstTime, 0))
		if err != nil {
			t.Fatal(err)
		}
		member, err := m.Founding(ledgertest.Key(m.Org))
		if err != nil {
			t.Fatal(err)
		}
		part.Members, list = append(part.Members, member), append(list, m)
	}
	raw, err := json.Marshal(part)
	if err != nil {
		t.Fatal(err)
	}
	c := ledgertest.NewChain(t, all.Governor(), map[string][]byte{"org": raw}, all.Modules()...)
	c.Block() // members act from height 1 on
	return c, list
}

func accept(t *testing.T, c *ledgertest.Chain, e proof.Envelope, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	if r := c.Block(e.Encode())[0]; r.Code != 0 {
		t.Fatalf("refused: %s", r.Log)
	}
}

func TestTheRulesAcceptUnitsAndTheirShipments(t *testing.T) {
	c, makers := found(t, 1, 4)
	for _, m := range makers {
		e, err := m.CommissionUnits(0, goods.UnitsPerEnvelope)
		accept(t, c, e, err)
		e, err = m.CommissionUnits(goods.UnitsPerEnvelope, 1)
		accept(t, c, e, err)
		for _, i := range []int{0, 7, goods.UnitsPerEnvelope} {
			e, err := m.ShipUnit(i)
			accept(t, c, e, err)
			if len(e.Signatures) != 2 || len(e.Body.Entries) != 1 {
				t.Errorf("a shipment has %d signatures and %d entries, want 2 and 1", len(e.Signatures), len(e.Body.Entries))
			}
		}
	}
}

func TestAPalletChangesHandsAndItsPackIsProved(t *testing.T) {
	c, makers := found(t, 1)
	p, err := makers[0].NewPallet(3, goods.Shape{Cases: 5, Packs: 6})
	if err != nil {
		t.Fatal(err)
	}
	e, err := p.Commission()
	accept(t, c, e, err)
	for range 3 {
		ship, receive, err := p.Hop()
		accept(t, c, ship, err)
		accept(t, c, receive, err)
	}
	s := goods.State{}
	for _, k := range p.StateKeys(2, 4) {
		s.Values, s.Paths = append(s.Values, c.State.Rows[string(k)]), append(s.Paths, proof.StatePath{})
	}
	if s.Values[0] == nil || s.Values[1] == nil || s.Values[2] == nil || s.Values[3] != nil || s.Values[4] != nil {
		t.Fatal("the pallet's record, its origin and its maker must stand in state, pack and case must not")
	}
	b, err := p.Bundle(2, 4, s)
	if err != nil {
		t.Fatal(err)
	}
	record, err := proof.DecodeRecord(s.Values[0])
	if err != nil {
		t.Fatal(err)
	}
	// From the pack up, the levels must lead to the root in the record.
	node := proof.Node(b.Unit.Leaf(), 0, proof.Hash{})
	for i, l := range b.Levels {
		slot := proof.Slot{Pos: l.Pos, Leaf: b.Unit.Leaf()}
		root := record.Root
		if i == 0 {
			inner := b.Levels[0]
			root = climb(node, inner.Pos, inner.Siblings)
		} else {
			slot = proof.Slot{Pos: l.Pos, Leaf: b.Levels[0].Leaf, Depth: uint8(len(b.Levels[0].Siblings)), Root: climb(node, b.Levels[0].Pos, b.Levels[0].Siblings)}
		}
		if err := proof.VerifySlotPath(uint8(len(l.Siblings)), root, slot, l.Siblings); err != nil {
			t.Errorf("level %d: %v", i, err)
		}
	}
	if origin, ok := trace.GetOrigin(c.View(), b.Origin); !ok || origin.Class != proof.ClassMade {
		t.Errorf("the origin is %+v, %v", origin, ok)
	}
}

// climb folds a path by building the smallest tree that has it.
func climb(node proof.Hash, pos uint16, siblings []proof.Hash) proof.Hash {
	for _, s := range siblings {
		pair := []proof.Hash{node, s}
		if pos&1 == 1 {
			pair = []proof.Hash{s, node}
		}
		node, pos = proof.SlotRoot(pair), pos>>1
	}
	return node
}

func TestNumbersAndSizesAreLimited(t *testing.T) {
	for number, ok := range map[int]bool{0: false, 1: true, goods.MakersMax: true, goods.MakersMax + 1: false} {
		if _, err := goods.NewMaker("c", number, time.Now()); (err == nil) != ok {
			t.Errorf("maker %d: %v", number, err)
		}
	}
	m, err := goods.NewMaker("c", 1, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	for n, ok := range map[int]bool{0: false, 1: true, goods.UnitsPerEnvelope: true, goods.UnitsPerEnvelope + 1: false} {
		if _, err := m.CommissionUnits(0, n); (err == nil) != ok {
			t.Errorf("%d units: %v", n, err)
		}
	}
	if _, err := m.NewPallet(1, goods.Shape{Cases: 5000, Packs: 1}); err == nil {
		t.Error("a pallet of 5000 cases was sealed")
	}
	p, err := m.NewPallet(1, goods.Shape{Cases: 2, Packs: 2})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.Bundle(0, 0, goods.State{}); err == nil {
		t.Error("a bundle was made of nothing")
	}
}
