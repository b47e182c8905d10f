package trace_test

import (
	"testing"

	"pedigree/domain/trace"
	"pedigree/proof"
)

func TestARefusalTakesNothingOutOfAFrozenContainer(t *testing.T) {
	for _, frozen := range []string{"tote", "inner"} {
		t.Run("the "+frozen+" is frozen in transit", func(t *testing.T) {
			n := newNetwork(t)
			maker, w := n.hand("maker", "mo", "mh"), n.hand("wholesaler", "wo", "wh")
			p := palletOf("lot1", 2, 2)
			tote, inner := maker.box("tote"), maker.box("inner")
			names := map[string]trace.Name{"tote": tote, "inner": inner}
			ok(t, maker.commission("lot1", p), maker.open(p.in("lot1"), p.all()))
			a, b := p.inner[0].in("lot1"), p.inner[1].in("lot1")
			ok(t, maker.pack(inner, a, b), maker.pack(tote, inner), maker.ship(tote, w))
			ok(t, n.byCouncil(flagOf(names[frozen], proof.FlagFrozen, 0)))
			// The refusal of one unit would leave its case free in the receiver's hands.
			refuse := func() error {
				return w.do(&trace.Receive{
					Origins: trace.Origins{tote.Origin, a.Origin}, Rec: trace.Ref{Leaf: tote.Leaf},
					Refuse: []trace.Refused{{Start: trace.Ref{Origin: 1, Leaf: a.Leaf}, Levels: []trace.Level{p.inner[0].level(p.inner[0].inner[0])}}},
				})
			}
			want(t, refuse(), trace.CodeStopped)
			n.pass(trace.FreezeSeconds)
			ok(t, refuse())
			n.wantLive(a, "wo", "wh")
		})
	}
}
