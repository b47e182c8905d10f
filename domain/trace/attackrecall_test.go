package trace_test

import (
	"fmt"
	"testing"

	"pedigree/domain/trace"
	"pedigree/ledger/ledgertest"
	"pedigree/proof"
)

// recalled is a pallet under recall 1, in a wholesaler's hands and opened.
type recalled struct {
	*network
	maker, w, p hand
	pallet      *goods
	origin      proof.Hash
}

func newRecalled(t *testing.T, before func(r recalled)) recalled {
	n := newNetwork(t)
	r := recalled{n, n.hand("maker", "mo", "mh"), n.hand("wholesaler", "wo", "wh"), n.hand("pharmacy", "po", "ph"), palletOf("lot1", 3, 2), originOf("lot1")}
	ok(t, r.maker.commission("lot1", r.pallet), r.maker.ship(r.pallet.in("lot1"), r.w), r.w.receive(r.pallet.in("lot1")), r.w.open(r.pallet.in("lot1"), r.pallet.all()))
	before(r)
	ok(t, n.byCouncil(recallOf(0, r.origin)))
	return r
}

func (r recalled) at(i int) trace.Name { return r.pallet.inner[i].in("lot1") }

func (r recalled) pending(want uint64) {
	r.T.Helper()
	if got := trace.Pending(r.View(), 1, []proof.Hash{r.origin}); got != want {
		r.T.Fatalf("%d records are pending, want %d", got, want)
	}
}

func TestAttack28InTransitSenderOrReceiverAnswersOnce(t *testing.T) {
	for _, by := range []string{"wo", "po", "ph"} {
		r := newRecalled(t, func(r recalled) { ok(t, r.w.ship(r.at(0), r.p)) })
		r.pending(4)
		want(t, r.hand("maker", "mo").answer(1, r.at(0)), trace.CodeNotOwner)
		ok(t, r.hand("pharmacy", by).answer(1, r.at(0)))
		r.pending(3)
		want(t, r.w.answer(1, r.at(0)), trace.CodeAnswered)
		want(t, r.p.answer(1, r.at(0)), trace.CodeAnswered)
		ok(t, r.p.receive(r.at(0)))
		want(t, r.p.answer(1, r.at(0)), trace.CodeAnswered) // the answer came with it
		r.pending(3)
	}
}

func TestAttack28PackedAndSealedGoodsAnswerThroughTheirContainer(t *testing.T) {
	var tote trace.Name
	r := newRecalled(t, func(r recalled) {
		inner := r.w.box("inner")
		tote = r.w.box("tote")
		ok(t, r.w.pack(inner, r.at(0)), r.w.pack(tote, inner), r.w.ship(tote, r.p), r.p.receive(tote))
	})
	want(t, r.w.answer(1, r.at(0)), trace.CodeNotOwner)
	ok(t, r.p.answer(1, r.at(0)), r.w.answer(1, r.at(1)))
	r.pending(2)
	c := r.pallet.inner[1]
	ok(t, r.w.open(r.at(1), c.all()))
	r.pending(2)
	if o := r.origin0(); o.Live != 6 || o.Acked != 4 {
		t.Fatalf("after an answered case is opened the origin counts %d and %d", o.Live, o.Acked)
	}
	want(t, r.w.answer(1, c.inner[0].in("lot1")), trace.CodeAnswered)
	want(t, r.p.answer(1, tote), trace.CodeNotUnderRecall)
}

func TestAttack28WhatEndsStopsCounting(t *testing.T) {
	r := newRecalled(t, func(recalled) {})
	ok(t, r.w.answer(1, r.at(0)), r.w.end(proof.EndLeftSupply, r.at(0)))
	r.pending(3)
	ok(t, r.w.end(proof.EndLeftNetwork, r.at(1)))
	r.pending(2)
	want(t, r.w.answer(1, r.at(1)), trace.CodeNotLive)
	if o := r.origin0(); o.Ended != [4]uint64{1, 1, 0, 0} || o.Acked != 0 {
		t.Fatalf("the origin counts %+v", o)
	}
	// Back in, it counts again, and goes only further back.
	ok(t, r.w.reenter(r.at(1)))
	r.pending(3)
	want(t, r.w.ship(r.at(1), r.p), trace.CodeRecalled)
	ok(t, r.w.sendBack(r.at(1), r.maker))
}

func TestAttack28GoodsMadeFromRecalledOnesComeUnderItByAnyonesWord(t *testing.T) {
	var out *goods
	r := newRecalled(t, func(r recalled) {
		repacker := r.hand("repacker", "ro", "rh")
		out = grow("lot2", unit("out"))
		ok(t, r.w.ship(r.at(2), repacker), repacker.receive(r.at(2)), repacker.transform("lot2", out, r.at(2)))
	})
	r.pending(3)
	repacker := r.hand("repacker", "ro", "rh")
	want(t, r.hand("pharmacy").extend(2, originOf("lot2")), trace.CodeNoRecall)
	ok(t, r.hand("pharmacy").extend(1, originOf("lot2")))
	if got := trace.Pending(r.View(), 1, []proof.Hash{r.origin, originOf("lot2")}); got != 4 {
		t.Fatalf("%d records are pending, want 4", got)
	}
	want(t, repacker.ship(out.in("lot2"), r.p), trace.CodeRecalled)
	ok(t, repacker.answer(1, out.in("lot2")))
	want(t, r.hand("pharmacy").extend(1, r.origin), trace.CodeNotUnderRecall)
}

func TestAttack28AnOmittedCommissionIsNamedLater(t *testing.T) {
	r := newRecalled(t, func(recalled) {})
	g := grow("lot2", unit("omitted"))
	ok(t, r.maker.commission("lot2", g), r.byCouncil(recallOf(1, originOf("lot2"))))
	want(t, r.maker.ship(g.in("lot2"), r.w), trace.CodeRecalled)
	if rc, _ := trace.GetRecall(r.View(), 1); rc.Count != 2 {
		t.Fatalf("the recall counts %d origins", rc.Count)
	}
	ok(t, r.byCouncil(recallOf(1, originOf("lot2")))) // naming it again counts nothing
	if rc, _ := trace.GetRecall(r.View(), 1); rc.Count != 2 {
		t.Fatalf("the recall counts %d origins", rc.Count)
	}
}

func (r recalled) origin0() proof.OriginState { return r.network.origin(r.origin) }

func TestAttack28AnEarlierRecallCanNotUndoALaterOne(t *testing.T) {
	out := grow("lot2", unit("out"))
	r := newRecalled(t, func(r recalled) {
		repacker := r.hand("repacker", "ro", "rh")
		ok(t, r.w.ship(r.at(2), repacker), repacker.receive(r.at(2)), repacker.transform("lot2", out, r.at(2)))
	})
	anybody, repacker := r.hand("pharmacy"), r.hand("repacker", "ro", "rh")
	ok(t, anybody.extend(1, originOf("lot2")), repacker.answer(1, out.in("lot2")))
	ok(t, r.byCouncil(recallOf(0, originOf("lot2")))) // number 2
	ok(t, repacker.answer(2, out.in("lot2")))

	want(t, anybody.extend(1, originOf("lot2")), trace.CodeLaterRecall)
	want(t, r.byCouncil(recallOf(1, originOf("lot2"))), trace.CodeLaterRecall)
	ok(t, r.byCouncil(recallOf(2, originOf("lot2")))) // the same number again forgets no answer
	if c := r.network.origin(originOf("lot2")); c.Recall != 2 || c.Acked != 1 {
		t.Fatalf("the origin counts %+v", c)
	}
	ok(t, repacker.end(proof.EndLeftSupply, out.in("lot2")))
	if c := r.network.origin(originOf("lot2")); c.Acked != 0 || c.Live != 0 {
		t.Fatalf("the origin counts %+v", c)
	}
}

func TestAttack29ARepackagerUsesUpWhatHeMakesFrom(t *testing.T) {
	n := newNetwork(t)
	maker, r := n.hand("maker", "mo", "mh"), n.hand("repacker", "ro", "rh")
	a, b := palletOf("lot1", 2, 2), palletOf("lot2", 2, 2)
	ok(t, maker.commission("lot1", a), maker.commission("lot2", b))
	for _, g := range []trace.Name{a.in("lot1"), b.in("lot2")} {
		ok(t, maker.ship(g, r), r.receive(g))
	}
	out := palletOf("lot3", 1, 2)
	ok(t, r.transform("lot3", out, a.in("lot1"), b.in("lot2")))
	o := n.origin(originOf("lot3"))
	if o.Class != proof.ClassRepacked || len(o.Parents) != 2 || o.Parents[0] != originOf("lot1") || o.Parents[1] != originOf("lot2") {
		t.Fatalf("the output's origin is %+v", o)
	}
	// The inputs are gone, with all that was sealed in them, and serve once.
	want(t, r.open(a.in("lot1"), a.all()), trace.CodeNotLive)
	want(t, r.ship(a.in("lot1"), maker), trace.CodeNotLive)
	want(t, r.transform("lot4", unitGrown("lot4"), a.in("lot1")), trace.CodeNotOut)
	want(t, r.reenter(a.in("lot1")), trace.CodeNotOut)
	// Nothing is made from what still holds others, or from what was dispensed.
	ok(t, r.open(out.in("lot3"), out.all()), r.pack(r.box("tote"), out.inner[0].in("lot3")))
	want(t, r.transform("lot4", unitGrown("lot4"), trace.Name{Origin: originOf("tote"), Leaf: ledgertest.HashOf("box tote")}), trace.CodeClass)
	want(t, r.transform("lot4", unitGrown("lot4"), out.inner[0].in("lot3")), trace.CodeNotLive)
	ok(t, r.end(proof.EndLeftSupply, out.in("lot3")))
	want(t, r.transform("lot4", unitGrown("lot4"), out.in("lot3")), trace.CodeNotOut)
	// More out than in is not seen: amounts stay hidden until an audit opens them.
}

func unitGrown(label string) *goods { return grow(label, unit(label)) }

func TestAttack45ManyDerivedOriginsDoNotOverflowARecall(t *testing.T) {
	n := newNetwork(t)
	r := n.hand("repacker", "ro")
	ok(t, r.commission("lot0", unitGrown("lot0")))
	const many = 40
	o, in := refs(unitGrown("lot0").in("lot0"))
	m := &trace.Transform{Origins: o, Inputs: in}
	act := r.act()
	for i := range many {
		key0 := fmt.Sprint("out", i)
		g := unitGrown(key0)
		m.Outputs = append(m.Outputs, trace.Output{Origin: originOf(key0), Key0: ledgertest.Key(key0), Leaf: g.leaf, Owner: ledgertest.Key("ro"), Holder: ledgertest.Key("ro")})
		act.Signers = append(act.Signers, key0)
	}
	act.Entries = []proof.Entry{n.entry(m)}
	ok(t, n.send(act))

	// A recall names origins and computes no closure: it touches what it names.
	writes := len(n.Last.Changes.Writes)
	ok(t, n.byCouncil(recallOf(0, originOf("lot0"))))
	if touched := len(n.Last.Changes.Writes); touched >= writes/2 {
		t.Fatalf("a recall of one origin wrote %d rows", touched)
	}
	if c := n.origin(originOf("out7")); c.Recall != 0 {
		t.Fatalf("a derived origin is under recall %d before anybody extended it", c.Recall)
	}
	// Anyone who shows the parent link extends it, one origin at a time, further on too.
	anybody := n.hand("pharmacy")
	want(t, anybody.extend(1, originOf("lot0")), trace.CodeNotUnderRecall)
	ok(t, anybody.extend(1, originOf("out7")), anybody.extend(1, originOf("out7")))
	if rc, _ := trace.GetRecall(n.View(), 1); rc.Count != 2 {
		t.Fatalf("the recall counts %d origins", rc.Count)
	}
	// And nothing new comes out of what is under it.
	want(t, r.transform("next", unitGrown("next"), unitGrown("out7").in("out7")), trace.CodeRecalled)
	ok(t, r.transform("next", unitGrown("next"), unitGrown("out8").in("out8")))
	want(t, anybody.extend(1, originOf("next")), trace.CodeNotUnderRecall) // its parent is not, yet
	ok(t, anybody.extend(1, originOf("out8")), anybody.extend(1, originOf("next")))
}
