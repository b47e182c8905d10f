package traceview

import (
	"fmt"
	"testing"

	"pedigree/format/epcis"
	"pedigree/proof"
)

func TestAPalletOfMoreLotsThanAStatementNamesIsABoxOfCommissions(t *testing.T) {
	for _, c := range []struct{ lots, commissions, boxes int }{
		{proof.StatementItemsMax, 1, 0}, {proof.StatementItemsMax + 1, proof.StatementItemsMax + 1, 1},
	} {
		x, s := newExchange(t), newScene()
		var packs []string
		for i := range c.lots {
			s.commission(s.s.Pack(i)).ILMD = epcis.NewILMD(fmt.Sprintf("LOT-%d", i), "2028-06-30")
			packs = append(packs, s.s.Pack(i))
		}
		s.pack(s.s.Pallet(0), packs...)
		r := x.taken(s)
		if r.Commissions != c.commissions+c.boxes {
			t.Errorf("%d lots: %d origins", c.lots, r.Commissions)
		}
		_, rec, on := x.standing("maker", pathOf(t, s.s.Pallet(0)))
		if !on || (rec.Depth == 0) != (c.boxes == 1) || int(rec.Kids) != c.boxes*c.lots {
			t.Errorf("%d lots: the pallet is %+v", c.lots, rec)
		}
	}
}

func TestATreeOfTooManyThingsIsABoxOfItsParts(t *testing.T) {
	for _, c := range []struct {
		things int
		sealed bool
	}{{treeItemsMax, true}, {treeItemsMax + 1, false}} {
		p := newPlanner(nil, 1, nil, newScene().at)
		l := p.lotOf("00399991123455", "A", "280630")
		top := &thing{path: "/00/003999910000000015", kind: proof.KindPallet}
		left := c.things - 1
		for left > 0 {
			k := &thing{path: "/01/10399991123452/21/1", kind: proof.KindCase, lot: l, parent: top}
			left--
			for range min(left, 4000) {
				k.kids = append(k.kids, &thing{path: "/01/00399991123455/21/1", lot: l, parent: k})
				left--
			}
			top.kids = append(top.kids, k)
		}
		p.settleTree(top)
		if top.born0 != c.sealed || len(top.kids) == 0 == c.sealed {
			t.Errorf("%d things: sealed as one %v", c.things, top.born0)
		}
	}
}

func TestManyRecordsAreOpenedPackedAndEndedInSeveralActs(t *testing.T) {
	x, s := newExchange(t), newScene()
	units := s.packs(0, 300)
	s.commission(units...)
	s.commission(s.s.Case(0))
	s.pack(s.s.Case(0), units...)
	s.commission(s.packs(400, 100)...) // loose: many keys to sign with
	x.taken(s)
	s.unpack(s.s.Case(0), units[:openSlotsMax+1]...)
	s.pack(s.s.Pallet(0), append(s.packs(400, 100), units[:openSlotsMax+1]...)...)
	x.taken(s)
	_, opened, _ := x.standing("maker", pathOf(t, s.s.Case(0)))
	_, tote, _ := x.standing("maker", pathOf(t, s.s.Pallet(0)))
	if opened.Out != openSlotsMax+1 || tote.Kids != 100+openSlotsMax+1 {
		t.Errorf("case %+v, tote %+v", opened, tote)
	}
	s.unpack(s.s.Pallet(0))
	s.remove("destroying", "destroyed", append(s.packs(400, 100), units...)...)
	x.taken(s)
	for _, n := range []int{0, openSlotsMax, 299, 499} {
		if _, rec, on := x.standing("maker", pathOf(t, s.s.Pack(n))); !on || rec.State != proof.StateEnded {
			t.Errorf("pack %d: on the ledger %v, %+v", n, on, rec)
		}
	}
}

func TestAToteEndsWithHoweverManyRecordsArePackedInIt(t *testing.T) {
	for _, kids := range []int{endRecordsMax - 1, endRecordsMax, 2*endRecordsMax + 1} {
		x, s := newExchange(t), newScene()
		s.commission(s.packs(0, kids)...)
		x.taken(s)
		s.pack(s.s.Pallet(0), s.packs(0, kids)...)
		x.taken(s)
		s.remove("destroying", "destroyed", s.s.Pallet(0))
		x.taken(s)
		for n := range kids {
			if it, rec, _ := x.standing("maker", pathOf(t, s.s.Pack(n))); rec.State != proof.StateEnded || it.status != StatusEnded {
				t.Fatalf("%d packed: pack %d is %+v, stock %+v", kids, n, rec, it)
			}
		}
		if it, _, on := x.standing("maker", pathOf(t, s.s.Pallet(0))); on || it.status != StatusEnded {
			t.Errorf("%d packed: the tote is on the ledger %v, stock %+v", kids, on, it)
		}
	}
}

func TestATransformationHasAsManyPartsAsOneActTakes(t *testing.T) {
	for _, c := range []struct {
		in, out int
		ok      bool
	}{
		{transformInputsMax, transformOutputsMax, true}, {transformInputsMax + 1, 1, false}, {1, transformOutputsMax + 1, false},
	} {
		x, s := newExchange(t), newScene()
		s.commission(s.packs(0, c.in)...)
		x.taken(s)
		e := s.add(&epcis.Event{Type: epcis.TransformationEvent, BizStep: "repackaging", Inputs: s.packs(0, c.in), Outputs: s.packs(100, c.out)})
		e.ILMD = epcis.NewILMD("LOT-R", "2028-05-31")
		r := x.capture("maker", "r.xml", s.file(t), Rollback)
		if _, found := findingOf(r, "stock/transform-large"); (r.Stage == CaptureDone && len(r.Refused) == 0) != c.ok || found == c.ok {
			t.Errorf("%d become %d: %s %+v\n%s", c.in, c.out, r.Stage, r.Refused, faultsOf(r))
		}
	}
}
