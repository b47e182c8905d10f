package trace_test

import (
	"bytes"
	"fmt"
	"testing"

	"pedigree/domain/trace"
	"pedigree/ledger"
	"pedigree/ledger/ledgertest"
	"pedigree/proof"
)

func TestAttack35OutAndBackOnce(t *testing.T) {
	n := newNetwork(t)
	maker, stranger := n.hand("maker", "mo", "mh"), n.hand("wholesaler", "so", "sh")
	g := palletOf("lot1", 2, 2).state("maker", "lot1")
	c := g.in("lot1")
	ok(t, maker.commission("lot1", g))
	want(t, maker.reenter(c), trace.CodeNotOut)
	ok(t, maker.end(proof.EndLeftNetwork, c))
	want(t, stranger.reenter(c), trace.CodeNotOwner)
	ok(t, maker.reenter(c))
	if r := n.record(c); r.Flags != proof.FlagReentered || r.End != 0 || r.State != proof.StateLive {
		t.Fatalf("what came back is %+v", r)
	}
	// The mark is lasting and goes down to what is opened.
	want(t, maker.flag(c, 0, proof.FlagReentered), trace.CodeFlags)
	ok(t, maker.open(c, g.all()))
	if r := n.record(g.inner[0].in("lot1")); r.Flags != proof.FlagReentered {
		t.Fatalf("a case of it is %+v", r)
	}
	ok(t, maker.end(proof.EndLeftNetwork, c))
	want(t, maker.reenter(c), trace.CodeNotOut)
	// What was dispensed or lost does not come back so.
	for i, class := range []uint64{proof.EndLeftSupply, proof.EndLost} {
		u := g.inner[i].in("lot1")
		ok(t, maker.end(class, u))
		want(t, maker.reenter(u), trace.CodeNotOut)
	}

	// Stock from before the network is shown as not proved to its maker.
	old := unitGrown("lot2").state("pharmacy", "lot2")
	p := n.hand("pharmacy", "po", "ph")
	ok(t, p.with("lot2").do(p.commissionOf("lot2", old, proof.ClassIntroduced)))
	r, err := n.bundle("lot2", "pharmacy", old, old).Verify(trust(t), proof.Options{})
	if err != nil || r.Outcome() == proof.Proved {
		t.Fatalf("introduced stock: %+v, %v", r, err)
	}
	for _, part := range []string{proof.PartMaker, proof.PartLicence, proof.PartPrefix} {
		if v := verdict(t, r, part); v != proof.NotShown {
			t.Errorf("for introduced stock %s is %q", part, v)
		}
	}
	// Nobody without a licence calls it made.
	want(t, p.with("lot3").do(p.commissionOf("lot3", unitGrown("lot3"), proof.ClassMade)), trace.CodeNotCommissioner)
	want(t, p.with("lot3").do(p.commissionOf("lot3", unitGrown("lot3"), proof.ClassRepacked)), trace.CodeNotCommissioner)
}

func TestAttack38AReasonIsCommittedToOnly(t *testing.T) {
	n := newNetwork(t)
	p := n.hand("pharmacy", "po", "ph")
	a, b := unitGrown("lot1"), unitGrown("lot2")
	for key0, g := range map[string]*goods{"lot1": a, "lot2": b} {
		ok(t, p.with(key0).do(p.commissionOf(key0, g, proof.ClassIntroduced)))
	}
	const reason = "dispensed to a patient on prescription"
	end := func(name trace.Name, salt string) []byte {
		o, r := refs(name)
		m := &trace.End{Origins: o, Recs: r, Class: proof.EndLeftSupply, Reason: ledger.OptHash(proof.ReasonCommitment(ledgertest.HashOf(salt), reason))}
		raw := n.Envelope(p.act(m))
		events := len(n.State.Events)
		ok(t, n.refusal(n.Block(raw)[0]))
		shown := append([]byte{}, raw...)
		for _, e := range n.State.Events[events:] {
			shown = append(shown, e...)
		}
		return append(shown, n.State.Rows[string(proof.RecordKey(name.Origin, name.Leaf))]...)
	}
	for i, shown := range [][]byte{end(a.in("lot1"), "salt a"), end(b.in("lot2"), "salt b")} {
		if bytes.Contains(shown, []byte("dispensed")) {
			t.Errorf("end %d shows its reason", i)
		}
	}
	// The same reason twice shows two commitments; without the salt neither opens.
	one, two := proof.ReasonCommitment(ledgertest.HashOf("salt a"), reason), proof.ReasonCommitment(ledgertest.HashOf("salt b"), reason)
	if one == two || one == proof.ReasonCommitment(proof.Hash{}, reason) {
		t.Error("equal reasons can be told")
	}
	// Destroyed, dispensed and sampled are one public class.
	if r := n.record(a.in("lot1")); r.End != proof.EndLeftSupply {
		t.Errorf("the record says %d", r.End)
	}
}

func TestAttack40TombstonesGo(t *testing.T) {
	n := newNetwork(t)
	maker := n.hand("maker", "mo", "mh")
	g, live := palletOf("lot1", 2, 2), palletOf("lot2", 2, 2)
	ok(t, maker.commission("lot1", g), maker.commission("lot2", live), maker.open(g.in("lot1"), g.all()), maker.open(live.in("lot2"), live.all()))
	ok(t, maker.end(proof.EndLeftSupply, g.inner[0].in("lot1"), g.inner[1].in("lot1"), live.inner[0].in("lot2")))
	ok(t, maker.end(proof.EndLost, g.in("lot1")))
	tick := func() { ok(t, n.hand("board").do(&trace.Post{Kind: fmt.Sprint(n.Height)})) }

	closed := n.origin(originOf("lot1")).Closed
	n.Time = (closed+trace.PruneAfterDays)*days - 20 // the last second but ten of the day before
	tick()
	n.record(g.in("lot1"))
	tick() // midnight
	for _, name := range []trace.Name{g.in("lot1"), g.inner[0].in("lot1"), g.inner[1].in("lot1")} {
		n.wantNoRecord(name)
	}
	// The counters stay until the half-year, and with them the origin is taken.
	if c := n.origin(originOf("lot1")); c.Live != 0 || c.Ended != [4]uint64{2, 0, 1, 0} {
		t.Fatalf("the origin counts %+v", c)
	}
	want(t, maker.commission("lot1", g), trace.CodeOriginExists)
	want(t, maker.open(g.in("lot1"), g.all()), trace.CodeNoRecord)
	// An origin with a live record keeps all of them, ended ones too.
	n.record(live.inner[0].in("lot2"))
	n.record(live.in("lot2"))

	n.Time = (10957+61*183)*days - 20 // half-year 60 is nearly over
	tick()
	n.origin(originOf("lot1"))
	tick()
	if _, exists := trace.GetOrigin(n.View(), originOf("lot1")); exists {
		t.Error("the origin outlives its half-year")
	}
	n.record(live.inner[0].in("lot2"))
}
