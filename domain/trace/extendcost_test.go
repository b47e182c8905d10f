package trace_test

import (
	"fmt"
	"testing"

	"pedigree/domain/trace"
	"pedigree/ledger"
	"pedigree/proof"
)

func TestLookingThroughManyParentsIsPaidFor(t *testing.T) {
	n := newNetwork(t)
	h := n.hand("repacker", "ro")
	inputs := n.hand("maker", "ro").loose("u", proof.ParentsMax)
	ok(t, h.transform("out", unitGrown("out"), inputs...))
	ok(t, n.byCouncil(recallOf(0, inputs[proof.ParentsMax-1].Origin))) // the last one that is looked at
	extend := func(times int) error {
		var all []ledger.Message
		for range times {
			all = append(all, &trace.Extend{Origins: trace.Origins{originOf("out")}, Seq: 1})
		}
		return h.do(all...)
	}
	const fit = ledger.NamedWritesMax / proof.ParentsMax
	t.Run(fmt.Sprint(fit, " extensions fit an envelope"), func(t *testing.T) { ok(t, extend(fit)) })
	t.Run("one more does not", func(t *testing.T) { want(t, extend(fit+1), ledger.CodeWrites) })
}
