package trace_test

import (
	"bytes"
	"fmt"
	"slices"
	"testing"

	"pedigree/domain/trace"
	"pedigree/proof"
)

func TestNothingComesBackFromAnOriginThatIsBeingPruned(t *testing.T) {
	// A block prunes a bounded number of rows. Were a container brought back after
	// a block that had room for what came out of it only, that would surface a
	// second time.
	n := newNetwork(t)
	n.SkipInvariants = true
	h := n.hand("maker", "mo")
	top, inner := h.opened("big", trace.PruneRowsMax-4) // room for one row is left
	for part := range slices.Chunk(inner, trace.RecordsMax) {
		ok(t, h.end(proof.EndLeftSupply, part...))
	}
	ok(t, h.end(proof.EndLeftSupply, top))
	n.pass(days)
	c := container("C", units("u", 2)...)
	for i := 0; c.leaf == (proof.Hash{}) || bytes.Compare(c.inner[0].leaf[:], c.leaf[:]) > 0; i++ {
		grow(fmt.Sprint("lot", i), c) // until the unit's row goes first
	}
	box, used := c.in("lot"), c.inner[0].in("lot")
	ok(t, h.commission("lot", c), h.open(box, c.opening(c.inner[0])), h.end(proof.EndLeftSupply, used), h.end(proof.EndLeftNetwork, box))
	n.pass((trace.PruneAfterDays + 1) * days)
	ok(t, h.do(&trace.Post{Kind: "prunes a part"}))
	n.wantNoRecord(used)
	n.record(box)
	want(t, h.reenter(box), trace.CodeTooLate)
	n.wantNoRecord(box)
}

func TestGoodsComeBackUntilTheirOriginIsPruned(t *testing.T) {
	n := newNetwork(t)
	h := n.hand("maker", "mo", "mh")
	g := unitGrown("lot1")
	ok(t, h.commission("lot1", g), h.end(proof.EndLeftNetwork, g.in("lot1")))
	n.Time = (n.origin(originOf("lot1")).Closed+trace.PruneAfterDays)*days - 20 // the last second but ten
	ok(t, h.reenter(g.in("lot1")))
	n.wantLive(g.in("lot1"), "mo", "mh")
}
