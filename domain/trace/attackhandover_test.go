package trace_test

import (
	"fmt"
	"testing"

	"pedigree/domain/trace"
	"pedigree/ledger"
	"pedigree/ledger/ledgertest"
	"pedigree/proof"
)

func TestAttack09AnyMemberMakesAToteForWhatHasSurfaced(t *testing.T) {
	n := newNetwork(t)
	maker, w := n.hand("maker", "mo", "mh"), n.hand("wholesaler", "wo", "wh")
	p := palletOf("lot1", 2, 2)
	ok(t, maker.commission("lot1", p), maker.ship(p.in("lot1"), w), w.receive(p.in("lot1")))
	want(t, w.commission("lot2", grow("lot2", unit("u"))), trace.CodeNotCommissioner)

	tote, c := w.box("tote"), p.inner[0].in("lot1")
	want(t, w.pack(tote, c), trace.CodeNoRecord) // still sealed in the pallet
	ok(t, w.open(p.in("lot1"), p.all()), w.pack(tote, c))
	want(t, w.open(tote, p.all()), trace.CodeBadOpening) // nothing is sealed in a box

	// The box proves nothing of its own, and the case's origin is what it was.
	r, err := n.bundle("tote", "", nil, &goods{id: "/00/106141412345678908", attrs: proof.Attrs{Kind: proof.KindBox}.Encode()}).Verify(trust(t), proof.Options{})
	if err == nil {
		t.Fatalf("a box's made-up content is proved: %+v", r)
	}
	if got := n.record(c); got.Parent != proof.Parent(tote) {
		t.Fatalf("the case is in %+v", got.Parent)
	}
}

func TestAttack13EndingAContainerEndsWhatIsInIt(t *testing.T) {
	n := newNetwork(t)
	maker := n.hand("maker", "mo", "mh")
	p := palletOf("lot1", 2, 2)
	c0, c1 := p.inner[0], p.inner[1]
	ok(t, maker.commission("lot1", p), maker.open(p.in("lot1"), p.all()), maker.open(c1.in("lot1"), c1.opening(c1.inner[0])))
	kid, box := c1.inner[0].in("lot1"), c0.in("lot1")
	ok(t, maker.pack(box, kid))

	want(t, maker.end(proof.EndLost, box), trace.CodeNotEmpty)
	want(t, maker.endAll(proof.EndLost, []trace.Name{box}, []trace.Name{c1.in("lot1")}), trace.CodeNotInBox)
	want(t, maker.endAll(proof.EndLost, []trace.Name{c1.in("lot1")}, []trace.Name{kid}), trace.CodeNotInBox)
	ok(t, maker.endAll(proof.EndLost, []trace.Name{box}, []trace.Name{kid}))
	for _, name := range []trace.Name{box, kid} {
		if r := n.record(name); r.State != proof.StateEnded || r.End != proof.EndLost || r.Owner != ledgertest.Key("mo") {
			t.Errorf("the ended record is %+v", r)
		}
	}
	// What never surfaced can't any more.
	want(t, maker.open(box, c0.all()), trace.CodeNotLive)
	want(t, maker.unpack(box, kid), trace.CodeNotLive)
	if c := n.origin(originOf("lot1")); c.Live != 2 || c.Ended != [4]uint64{0, 0, 2, 0} {
		t.Errorf("the origin counts %+v", c)
	}
}

func TestAttack14OnlyOneOfReceiveAndReclaimIsPossible(t *testing.T) {
	for _, late := range []uint64{0, 1} {
		n := newNetwork(t)
		maker, w := n.hand("maker", "mo", "mh"), n.hand("wholesaler", "wo", "wh")
		g := grow("lot1", container("C", units("u", 2)...))
		c := g.in("lot1")
		ok(t, maker.commission("lot1", g), maker.ship(c, w))
		// Meanwhile nothing else is possible.
		want(t, maker.ship(c, w), trace.CodeNotLive)
		want(t, maker.open(c, g.all()), trace.CodeNotLive)
		want(t, maker.end(proof.EndLost, c), trace.CodeNotLive)
		want(t, maker.reclaim(c), trace.CodeTooEarly)

		n.Time = n.record(c).Transit.Deadline + late - 10 // the block's time is ten seconds on
		o, r := refs(c)
		first := n.Envelope(maker.act(&trace.Reclaim{Origins: o, Rec: r[0]}))
		second := n.Envelope(w.act(&trace.Receive{Origins: o, Rec: r[0]}))
		res := n.Block(first, second)
		if late == 0 { // at the deadline the receiver is in time, whoever came first
			want(t, n.refusal(res[0]), trace.CodeTooEarly)
			ok(t, n.refusal(res[1]))
			n.wantLive(c, "wo", "wh")
			continue
		}
		ok(t, n.refusal(res[0]))
		want(t, n.refusal(res[1]), trace.CodeNotTransit)
		n.wantLive(c, "mo", "mh")
	}
}

func TestAttack14AReceiverCancelsAtOnce(t *testing.T) {
	n := newNetwork(t)
	maker, w := n.hand("maker", "mo", "mh"), n.hand("wholesaler", "wo", "wh")
	g := grow("lot1", unit("u"))
	c := g.in("lot1")
	ok(t, maker.commission("lot1", g), maker.ship(c, w))
	want(t, maker.reject(c), trace.CodeNotReceiver)
	ok(t, w.reject(c))
	n.wantLive(c, "mo", "mh")
	for seconds, code := range map[uint64]ledger.Code{
		trace.DeadlineSecondsMin - 1: trace.CodeDeadline, trace.DeadlineSecondsMax + 1: trace.CodeDeadline, trace.DeadlineSecondsMin: accepted,
	} {
		m := maker.shipOf(c, w)
		m.Deadline = n.Time + 10 + seconds
		want(t, maker.do(m), code)
		if code == accepted {
			ok(t, w.reject(c))
		}
	}
}

// atDepth is a pallet in which a unit lies so many containers deep.
func atDepth(levels int) (way []*goods) {
	g := unit("wrong")
	way = []*goods{g}
	for i := range levels {
		g = container(fmt.Sprintf("L%d", i), g, unit(fmt.Sprintf("right%d", i)))
		way = append([]*goods{g}, way...)
	}
	grow("lot1", g)
	return way
}

func TestAttack30AReceiverKeepsWhatIsRight(t *testing.T) {
	for levels := 1; levels <= trace.RefusedLevelsMax; levels++ {
		t.Run(fmt.Sprintf("a wrong unit %d containers deep goes back at once", levels), func(t *testing.T) {
			n := newNetwork(t)
			maker, w := n.hand("maker", "mo", "mh"), n.hand("wholesaler", "wo", "wh")
			way := atDepth(levels)
			ok(t, maker.commission("lot1", way[0]))
			m := maker.shipOf(way[0].in("lot1"), w)
			m.Back = ledgertest.Key("back")
			ok(t, maker.do(m))
			refused := trace.Refused{Start: trace.Ref{Leaf: way[0].leaf}}
			for i := range levels {
				refused.Levels = append(refused.Levels, way[i].level(way[i+1]))
			}
			ok(t, w.receive(way[0].in("lot1"), refused))
			n.wantLive(way[levels].in("lot1"), "back", "back")
			for _, between := range way[:levels] {
				n.wantLive(between.in("lot1"), "wo", "wh")
			}
			if c := n.origin(originOf("lot1")); c.Live != uint64(levels)+1 {
				t.Errorf("the origin counts %d live records", c.Live)
			}
			// The rest is the receiver's; the refused one is not.
			ok(t, w.open(way[levels-1].in("lot1"), way[levels-1].opening(way[levels-1].inner[1])))
			want(t, w.end(proof.EndLost, way[levels].in("lot1")), trace.CodeNotOwner)
		})
	}
	t.Run("a packed record is refused by its own name", func(t *testing.T) {
		n := newNetwork(t)
		maker, w := n.hand("maker", "mo", "mh"), n.hand("wholesaler", "wo", "wh")
		p := palletOf("lot1", 3, 2)
		tote, inner := maker.box("tote"), maker.box("inner")
		ok(t, maker.commission("lot1", p), maker.open(p.in("lot1"), p.all()))
		a, b, c := p.inner[0].in("lot1"), p.inner[1].in("lot1"), p.inner[2].in("lot1")
		ok(t, maker.pack(inner, a, b), maker.pack(tote, inner, c), maker.ship(tote, w))
		// a: a whole case, two levels down. c: one unit of it.
		deep, unit := p.inner[0], p.inner[2].inner[0]
		ok(t, w.do(&trace.Receive{
			Origins: trace.Origins{tote.Origin, a.Origin}, Rec: trace.Ref{Leaf: tote.Leaf},
			Refuse: []trace.Refused{{Start: trace.Ref{Origin: 1, Leaf: deep.leaf}}, {Start: trace.Ref{Origin: 1, Leaf: c.Leaf}, Levels: []trace.Level{p.inner[2].level(unit)}}},
		}))
		n.wantLive(a, "mo", "mo")
		n.wantLive(unit.in("lot1"), "mo", "mo")
		n.wantLive(c, "wo", "wh") // taken out on the way, and kept
		n.wantLive(tote, "wo", "wh")
		if r := n.record(tote); r.Kids != 1 || n.record(inner).Kids != 1 || n.record(b).Parent != proof.Parent(inner) {
			t.Errorf("what is left in the tote: %+v", r)
		}
	})
}

func TestAttack30ARefusalMovesNothingElse(t *testing.T) {
	n := newNetwork(t)
	maker, w := n.hand("maker", "mo", "mh"), n.hand("wholesaler", "wo", "wh")
	p, q := palletOf("lot1", 2, 2), palletOf("lot2", 2, 2)
	ok(t, maker.commission("lot1", p), maker.commission("lot2", q))
	for _, g := range []trace.Name{p.in("lot1"), q.in("lot2")} {
		ok(t, maker.ship(g, w)) // to the same keys, which the receiver was free to give twice
	}
	ok(t, w.receive(q.in("lot2")), w.open(q.in("lot2"), q.all()))
	ok(t, n.byCouncil(flagOf(q.in("lot2"), proof.FlagFrozen, 0)))
	try := func(start trace.Name, levels ...trace.Level) error {
		o, r := refs(p.in("lot1"), start)
		return w.do(&trace.Receive{Origins: o, Rec: r[0], Refuse: []trace.Refused{{Start: r[1], Levels: levels}}})
	}
	// Other goods of the receiver's, frozen or not, are not refused into foreign hands.
	want(t, try(q.in("lot2")), trace.CodeNotInBox)
	want(t, try(q.inner[0].in("lot2")), trace.CodeNotInBox)
	want(t, try(q.in("lot2"), q.level(q.inner[0])), trace.CodeNotInBox)
	want(t, try(trace.Name{Origin: originOf("lot1"), Leaf: q.leaf}), trace.CodeNoRecord)
	// A freeze that came during transit goes on in what is taken out.
	ok(t, n.byCouncil(flagOf(p.in("lot1"), proof.FlagFrozen, 0)))
	ok(t, try(p.in("lot1"), p.level(p.inner[0])))
	back := n.hand("maker", "mo")
	want(t, back.end(proof.EndLost, p.inner[0].in("lot1")), trace.CodeStopped)
	n.pass(trace.FreezeSeconds)
	ok(t, back.end(proof.EndLost, p.inner[0].in("lot1")))
}

func TestAttack31AWrongAggregationIsSettledBySwapping(t *testing.T) {
	n := newNetwork(t)
	maker, a, b := n.hand("maker", "mo", "mh"), n.hand("wholesaler", "ao", "ah"), n.hand("pharmacy", "bo", "bh")
	p := palletOf("lot1", 2, 2)
	c0, c1 := p.inner[0], p.inner[1]
	ok(t, maker.commission("lot1", p), maker.open(p.in("lot1"), p.all()))
	ok(t, maker.ship(c0.in("lot1"), a), maker.ship(c1.in("lot1"), b), a.receive(c0.in("lot1")), b.receive(c1.in("lot1")))

	// Weeks later: a's case holds the unit that b's was sealed with, and the reverse.
	inA, inB := c1.inner[0], c0.inner[0]
	want(t, a.open(c0.in("lot1"), c1.opening(inA)), trace.CodeBadOpening) // a can't take it by himself
	ok(t, a.open(c0.in("lot1"), c0.opening(inB)), b.open(c1.in("lot1"), c1.opening(inA)))
	ok(t, a.ship(inB.in("lot1"), b), b.ship(inA.in("lot1"), a), b.receive(inB.in("lot1")), a.receive(inA.in("lot1")))
	n.wantLive(inA.in("lot1"), "ao", "ah")
	n.wantLive(inB.in("lot1"), "bo", "bh")

	// Where the other one is not to be found: lost, and made good by a repackager.
	lost := c0.inner[1]
	ok(t, a.open(c0.in("lot1"), c0.opening(lost)), a.end(proof.EndLost, lost.in("lot1")))
	repacker := n.hand("repacker", "ro")
	ok(t, repacker.with("ao").transform("lot2", grow("lot2", unit("again")), lost.in("lot1")))
	if o := n.origin(originOf("lot2")); len(o.Parents) != 1 || o.Parents[0] != originOf("lot1") {
		t.Errorf("the output descends from %v", o.Parents)
	}
}

func TestAttack32OwnerAndHolderAreTwo(t *testing.T) {
	n := newNetwork(t)
	g := palletOf("lot1", 2, 2)
	c := g.in("lot1")
	maker, carrier := n.hand("maker", "m-title", "m-custody"), n.hand("maker", "m-custody")
	w, p := n.hand("wholesaler", "w-title"), n.hand("pharmacy", "p-title", "p-custody")
	ok(t, maker.commission("lot1", g))

	// Drop shipment: title to the wholesaler; then its title and the maker's custody
	// go to the pharmacy in one operation that both sign.
	o, r := refs(c)
	title := &trace.Ship{Origins: o, Rec: r[0], To: ledger.OptKey(ledgertest.Key("w-title")), Back: ledgertest.Key("m-title"), Deadline: n.Time + days}
	want(t, carrier.do(title), trace.CodeNotOwner)
	ok(t, maker.do(title), w.receive(c))
	n.wantLive(c, "w-title", "m-custody")
	drop := w.shipOf(c, p)
	want(t, w.do(drop), trace.CodeNotHolder)
	want(t, carrier.do(drop), trace.CodeNotOwner)
	ok(t, w.with("m-custody").do(drop))
	want(t, n.hand("pharmacy", "p-title").receive(c), trace.CodeNotReceiver)
	ok(t, p.receive(c))
	n.wantLive(c, "p-title", "p-custody")

	// A holder alone opens and hands over, and sells nothing.
	logistics, thief := n.hand("wholesaler", "l-custody"), n.hand("wholesaler", "t-custody")
	handOver := func(to, back string) *trace.Ship {
		return &trace.Ship{Origins: o, Rec: r[0], ToHolder: ledger.OptKey(ledgertest.Key(to)), Back: ledgertest.Key(back), Deadline: n.Time + days}
	}
	ok(t, n.hand("pharmacy", "p-custody").do(handOver("l-custody", "p-custody")), logistics.receive(c))
	n.wantLive(c, "p-title", "l-custody")
	want(t, logistics.end(proof.EndLeftSupply, c), trace.CodeNotOwner)
	want(t, logistics.pack(logistics.box("tote"), c), trace.CodeNotOwner)
	ok(t, logistics.open(c, g.opening(g.inner[0])))
	n.wantLive(g.inner[0].in("lot1"), "p-title", "l-custody")

	// Nor by refusing an item into keys of its own: the title is not on offer.
	ok(t, logistics.do(handOver("t-custody", "thief-back")))
	ok(t, thief.receive(c, trace.Refused{Start: r[0], Levels: []trace.Level{g.level(g.inner[1])}}))
	n.wantLive(g.inner[1].in("lot1"), "p-title", "thief-back")

	// A title that goes alone leaves the custody of what is refused where it is.
	m := &trace.Ship{Origins: o, Rec: r[0], To: ledger.OptKey(ledgertest.Key("q-title")), Back: ledgertest.Key("p-back"), Deadline: n.Time + days}
	inner := g.inner[0]
	m.Rec.Leaf = inner.leaf
	ok(t, p.do(m), n.hand("wholesaler", "q-title").receive(inner.in("lot1"), trace.Refused{Start: m.Rec, Levels: []trace.Level{inner.level(inner.inner[0])}}))
	n.wantLive(inner.inner[0].in("lot1"), "p-back", "l-custody")
}

func TestAttack34AThiefIsStopped(t *testing.T) {
	n := newNetwork(t)
	maker, thief := n.hand("maker", "mo", "mh"), n.hand("wholesaler", "mo", "mh") // with the maker's keys
	accomplice := n.hand("pharmacy", "ao", "ah")
	g := grow("lot1", container("C", units("u", 2)...))
	c := g.in("lot1")
	ok(t, maker.commission("lot1", g), maker.flag(c, proof.FlagStolen, 0))
	want(t, thief.ship(c, accomplice), trace.CodeStopped)
	want(t, thief.transform("lot2", grow("lot2", unit("x")), c), trace.CodeNotCommissioner)
	want(t, n.hand("repacker", "mo", "mh").transform("lot2", grow("lot2", unit("x")), c), trace.CodeStopped)
	// Every later check of the package shows it.
	r, err := n.bundle("lot1", "", nil, g).Verify(trust(t), proof.Options{})
	if err != nil || r.Outcome() != proof.Alert {
		t.Errorf("a stolen package's bundle: %+v, %v", r.Alerts, err)
	}

	// The same keys could clear the mark; the council's freeze they can't.
	want(t, thief.flag(c, proof.FlagFrozen, 0), trace.CodeNotCouncil)
	ok(t, n.byCouncil(flagOf(c, proof.FlagFrozen, 0)))
	tote := thief.box("tote")
	for i := range 2 { // renewed once
		ok(t, thief.flag(c, 0, proof.FlagStolen))
		want(t, thief.ship(c, accomplice), trace.CodeStopped)
		want(t, thief.sendBack(c, accomplice), trace.CodeStopped)
		want(t, thief.open(c, g.all()), trace.CodeStopped)
		want(t, thief.pack(tote, c), trace.CodeStopped)
		want(t, thief.end(proof.EndLost, c), trace.CodeStopped)
		want(t, thief.flag(c, 0, proof.FlagFrozen), trace.CodeNotCouncil)
		if i == 0 {
			n.pass(trace.FreezeSeconds - 200)
			ok(t, n.byCouncil(flagOf(c, proof.FlagFrozen, 0)))
		}
	}
	// It lapses seven days after the last renewal.
	n.pass(trace.FreezeSeconds)
	ok(t, thief.ship(c, accomplice))
}

func TestAttack43WhatWasPackedBeforeTheRecallIsSeenByTheReceiver(t *testing.T) {
	n := newNetwork(t)
	maker, w, p := n.hand("maker", "mo", "mh"), n.hand("wholesaler", "wo", "wh"), n.hand("pharmacy", "po", "ph")
	pallet := palletOf("lot1", 2, 2)
	ok(t, maker.commission("lot1", pallet), maker.open(pallet.in("lot1"), pallet.all()))
	early, late := pallet.inner[0].in("lot1"), pallet.inner[1].in("lot1")
	ok(t, maker.ship(early, w), maker.ship(late, w), w.receive(early), w.receive(late))
	tote := w.box("tote")
	ok(t, w.pack(tote, early), n.byCouncil(recallOf(0, originOf("lot1"))))

	// After it nothing of that origin is packed, held goods never are.
	want(t, w.pack(tote, late), trace.CodeRecalled)
	// What was packed before travels with the tote: the ledger looks at its origin only.
	ok(t, w.ship(tote, p))
	if c := n.origin(early.Origin); c.Recall != 1 {
		t.Fatalf("the receiver asks for the case's origin and finds %+v", c)
	}
	// He refuses it, or takes it out; it goes no further than back.
	ok(t, p.receive(tote), p.unpack(tote, early))
	want(t, p.ship(early, w), trace.CodeRecalled)
	ok(t, p.sendBack(early, w))
}

func TestAttack44PackingIntoAStrangersBoxTakesBothSignatures(t *testing.T) {
	n := newNetwork(t)
	maker, stranger := n.hand("maker", "mo", "mh"), n.hand("wholesaler", "so", "sh")
	g := grow("lot1", unit("u"))
	c, box := g.in("lot1"), stranger.box("tote")
	ok(t, maker.commission("lot1", g))
	want(t, maker.pack(box, c), trace.CodeNotOwner)
	want(t, maker.with("so").pack(box, c), trace.CodeNotHolder)
	want(t, stranger.pack(box, c), trace.CodeNotOwner)
	// Both together may: the same as handing a key over. The rules on held goods hold.
	ok(t, maker.flag(c, proof.FlagHeld, 0))
	want(t, maker.with("so", "sh").pack(box, c), trace.CodeStopped)
	ok(t, maker.flag(c, 0, proof.FlagHeld), maker.with("so", "sh").pack(box, c))
	want(t, maker.unpack(box, c), trace.CodeNotHolder)
	ok(t, stranger.unpack(box, c))
	n.wantLive(c, "so", "sh")
}
