package trace_test

import (
	"fmt"
	"testing"

	"pedigree/domain/trace"
	"pedigree/ledger/ledgertest"
	"pedigree/proof"
)

// The attacks of this package's tests are numbered as in the table of attacks
// that the custody rules were designed against.

func TestAttack01ACopiedNodeHashIsWorthNothing(t *testing.T) {
	n := newNetwork(t)
	maker, thief := n.hand("maker", "mo", "mh"), n.hand("repacker", "to", "th")
	p := palletOf("lot1", 2, 3).state("maker", "lot1")
	ok(t, maker.commission("lot1", p))
	victim := p.inner[0]

	// The thief knows the hash of the victim's case from the ledger, puts it into a
	// slot of his own container, and opens that.
	theft := sealIn(grow("theft", unit("thief-1")), &goods{leaf: victim.leaf, depth: victim.depth, root: victim.root}, grow("fill", unit("fill")))
	ok(t, thief.commission("lot2", theft), thief.open(theft.in("lot2"), theft.all()))
	copied := victim.in("lot2")
	n.wantLive(copied, "to", "th")
	n.wantNoRecord(victim.in("lot1"))

	// The victim's own opening is not disturbed, and the keys stay apart.
	ok(t, maker.open(p.in("lot1"), p.all()))
	n.wantLive(victim.in("lot1"), "mo", "mh")
	want(t, thief.ship(victim.in("lot1"), n.hand("pharmacy", "po")), trace.CodeNotOwner)

	// With the maker's statement the copy proves nothing: it names another origin.
	way := []*goods{victim.inner[0], victim}
	if _, err := n.bundle("lot1", "maker", p, way...).Verify(trust(t), proof.Options{}); err != nil {
		t.Fatalf("the victim's own goods: %v", err)
	}
	if _, err := n.bundle("lot2", "maker", p, way...).Verify(trust(t), proof.Options{}); proof.FailedPart(err) != proof.PartStatement {
		t.Fatalf("the thief's copy: %v, want the statement refused", err)
	}
}

func TestAttack02AnUnpackedContainerKeepsItsIdentity(t *testing.T) {
	n := newNetwork(t)
	maker, buyer := n.hand("maker", "mo", "mh"), n.hand("wholesaler", "wo", "wh")
	p := palletOf("lot1", 2, 2)
	ok(t, maker.commission("lot1", p), maker.open(p.in("lot1"), p.all()))
	first, second := p.inner[0].in("lot1"), p.inner[1].in("lot1")
	before := n.record(first)

	// The same is packed and unpacked again and again: honest work is not blocked.
	for range 3 {
		ok(t, maker.pack(first, second), maker.unpack(first, second))
	}
	if after := n.record(first); after != before {
		t.Fatalf("the container was %+v and is %+v", before, after)
	}

	// And no earlier state comes back: who packed it and sold it has no key to it.
	ok(t, maker.pack(first, second), maker.ship(first, buyer), buyer.receive(first))
	want(t, maker.unpack(first, second), trace.CodeNotHolder)
	ok(t, buyer.unpack(first, second))
	n.wantLive(second, "wo", "wh")
}

func TestAttack03NothingIsInTwoPlaces(t *testing.T) {
	t.Run("an item hidden in two cases surfaces once", func(t *testing.T) {
		n := newNetwork(t)
		maker := n.hand("maker", "mo", "mh")
		a, b := units("a", 2), units("b", 2)
		p := grow("lot1", container("P", container("C0", a...), container("C1", b...)))
		c0, c1 := p.inner[0], p.inner[1]
		sealIn(c1, a[0], b[1]) // the same leaf in both cases
		sealIn(p, c0, c1)
		ok(t, maker.commission("lot1", p), maker.open(p.in("lot1"), p.all()), maker.open(c0.in("lot1"), c0.opening(a[0])))
		want(t, maker.open(c1.in("lot1"), c1.opening(a[0])), trace.CodeSurfaced)
		want(t, maker.open(c1.in("lot1"), c1.all()), trace.CodeSurfaced)
	})
	t.Run("one leaf with two roots surfaces once", func(t *testing.T) {
		n := newNetwork(t)
		maker := n.hand("maker", "mo", "mh")
		p := palletOf("lot1", 2, 2)
		twin := *p.inner[0]
		sealIn(&twin, p.inner[1].inner...)
		sealIn(p, p.inner[0], &twin)
		ok(t, maker.commission("lot1", p))
		want(t, maker.open(p.in("lot1"), p.all()), trace.CodeSurfaced)
		ok(t, maker.open(p.in("lot1"), p.opening(p.inner[0])))
		want(t, maker.open(p.in("lot1"), p.opening(&twin)), trace.CodeSurfaced)
	})
	t.Run("a packed record has one parent and does not move", func(t *testing.T) {
		n := newNetwork(t)
		maker := n.hand("maker", "mo", "mh")
		p := palletOf("lot1", 2, 2)
		ok(t, maker.commission("lot1", p), maker.open(p.in("lot1"), p.all()))
		first, second, tote := p.inner[0].in("lot1"), p.inner[1].in("lot1"), maker.box("tote")
		ok(t, maker.pack(tote, first))
		want(t, maker.pack(second, first), trace.CodeNotLive)
		want(t, maker.pack(tote, first), trace.CodeNotLive)
		want(t, maker.pack(second, second), trace.CodeSelfPack)
		want(t, maker.ship(first, n.hand("wholesaler", "wo")), trace.CodeNotLive)
		want(t, maker.end(proof.EndLost, first), trace.CodeNotLive)
		want(t, maker.open(first, p.inner[0].all()), trace.CodeNotLive)
	})
}

func TestAttack04ProvenanceDoesNotGrowWithHops(t *testing.T) {
	n := newNetwork(t)
	maker := n.hand("maker", "h0-o", "h0-h")
	p := palletOf("lot1", 2, 3).state("maker", "lot1")
	ok(t, maker.commission("lot1", p))
	hop := func(i int) {
		from, to := n.hand("wholesaler", hopKeys(i)...), n.hand("wholesaler", hopKeys(i+1)...)
		ok(t, from.ship(p.in("lot1"), to), to.receive(p.in("lot1")))
	}
	way := []*goods{p.inner[0].inner[0], p.inner[0], p}
	hop(0)
	first := n.bundle("lot1", "maker", p, way...)
	for i := range 30 {
		hop(i + 1)
	}
	last := n.bundle("lot1", "maker", p, way...)
	if _, err := last.Verify(trust(t), proof.Options{}); err != nil {
		t.Fatal(err)
	}
	// Heights, times and counts may take a byte or two more; no hop leaves a trace.
	if grown := len(last.Encode()) - len(first.Encode()); grown > 16 {
		t.Fatalf("after thirty hops more the bundle has grown from %d by %d bytes", len(first.Encode()), grown)
	}
}

func hopKeys(i int) []string { return []string{fmt.Sprintf("h%d-o", i), fmt.Sprintf("h%d-h", i)} }

func TestAttack12NothingContainsItself(t *testing.T) {
	n := newNetwork(t)
	maker := n.hand("maker", "mo", "mh")

	// Hidden: a container in whose slot stands its own leaf, with whatever root.
	c := grow("lot1", container("C", units("u", 2)...))
	self := *c
	sealIn(c, &self, c.inner[1])
	ok(t, maker.commission("lot1", c))
	want(t, maker.open(c.in("lot1"), c.opening(&self)), trace.CodeSurfaced)

	// On the ledger: a ring of boxes never closes.
	a, b, d := maker.box("a"), maker.box("b"), maker.box("d")
	ok(t, maker.pack(b, a), maker.pack(d, b))
	want(t, maker.pack(a, d), trace.CodeNotLive)
	want(t, maker.pack(b, d), trace.CodeNotLive)
	want(t, maker.pack(d, d), trace.CodeSelfPack)
	if r := n.record(d); r.Nest != 2 || r.Kids != 1 || r.Owner != ledgertest.Key("mo") {
		t.Fatalf("the outermost box is %+v", r)
	}
}
