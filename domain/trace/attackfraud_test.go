package trace_test

import (
	"bytes"
	"testing"

	"pedigree/domain/org"
	"pedigree/domain/trace"
	"pedigree/ledger/ledgertest"
	"pedigree/proof"
)

func TestAttack10ASerialCommissionedTwiceIsProvedByTwoBundles(t *testing.T) {
	n := newNetwork(t)
	maker := n.hand("maker", "mo", "mh")
	first, second := palletOf("a", 2, 3).state("maker", "lot1"), palletOf("b", 2, 3).state("maker", "lot2")
	// The ledger can't see it: the salts differ.
	ok(t, maker.commission("lot1", first), maker.commission("lot2", second))
	bundle := func(key0 string, p *goods, unit int) proof.Bundle {
		return n.bundle(key0, "maker", p, p.inner[0].inner[unit], p.inner[0], p)
	}
	d, err := proof.VerifyDuplicate(bundle("lot1", first, 1), bundle("lot2", second, 1), trust(t))
	if err != nil {
		t.Fatal(err)
	}
	if d.Org != "maker" || d.ID != first.inner[0].inner[1].id || d.OriginA == d.OriginB {
		t.Fatalf("got %+v", d)
	}
	if _, err := proof.VerifyDuplicate(bundle("lot1", first, 1), bundle("lot2", second, 2), trust(t)); proof.FailedPart(err) != proof.PartUnit {
		t.Fatalf("two serials: %v", err)
	}
}

func TestAttack18TheLedgerDoesNotSayWhoseGoodsTheyAre(t *testing.T) {
	n := newNetwork(t)
	maker := n.hand("maker", "mo", "mh")
	p := palletOf("lot1", 2, 2).state("maker", "lot1")
	events := len(n.State.Events)
	ok(t, maker.commission("lot1", p), maker.ship(p.in("lot1"), n.hand("pharmacy", "po", "ph")))
	name, key := []byte("maker"), ledgertest.Key("maker")
	for _, k := range n.State.Keys() {
		if k[0] >= proof.PrefixRecord && (bytes.Contains([]byte(k), name) || bytes.Contains(n.State.Rows[k], name) || bytes.Contains(n.State.Rows[k], key.Raw())) {
			t.Errorf("row %x names the maker", k)
		}
	}
	for _, e := range n.State.Events[events:] {
		if bytes.Contains(e, name) || bytes.Contains(e, key.Raw()) {
			t.Errorf("event %x names the maker", e)
		}
	}

	// And a key that is stolen later does not reach back: neither can it state an
	// origin anew, nor an origin that was made before the key was the maker's.
	thief := n.hand("repacker", "to", "th")
	q := palletOf("b", 2, 2)
	q.stateBy("maker", "lot2", 2, "stolen")
	ok(t, thief.commission("lot2", q))
	ok(t, n.send(ledgertest.Act{As: "maker", Signers: []string{"stolen"}, Entries: []proof.Entry{
		ledgertest.Entry(t, "org", "add-key", &org.AddKey{Member: "maker", Key: ledgertest.Key("stolen")}),
	}}))
	again := *p
	again.stateBy("maker", "lot1", 2, "stolen")
	for key0, g := range map[string]*goods{"lot1": &again, "lot2": q} {
		m := recallOf(0, originOf(key0))
		m.Openings = []trace.Statement{g.statement}
		want(t, n.send(ledgertest.Act{As: "maker", Entries: []proof.Entry{n.entry(m)}}), trace.CodeStatement)
		if _, err := n.bundle(key0, "maker", g, g).Verify(trust(t), proof.Options{}); err == nil {
			t.Errorf("a bundle of %s holds with a statement by the later key", key0)
		}
	}
}

func TestAttack41AStatementFitsNoOtherOrigin(t *testing.T) {
	n := newNetwork(t)
	maker, forger := n.hand("maker", "mo", "mh"), n.hand("repacker", "fo", "fh")
	p := palletOf("lot1", 2, 2).state("maker", "lot1")
	ok(t, maker.commission("lot1", p))

	// The forger was a holder: he has the statement, its salt and signature, the
	// identifiers and seeds. He commissions the same tree with the same commitment.
	copied := *p
	ok(t, forger.commission("lot2", &copied))
	way := []*goods{p.inner[0].inner[0], p.inner[0], p}
	if _, err := n.bundle("lot2", "maker", p, way...).Verify(trust(t), proof.Options{}); proof.FailedPart(err) != proof.PartStatement {
		t.Fatalf("the copied statement: %v", err)
	}
	// Nor can he make the maker's origin again, without the one-time key or with it.
	want(t, forger.do(forger.commissionOf("lot1", &copied, proof.ClassMade)), trace.CodeKey0)
	m := forger.commissionOf("lot1", &copied, proof.ClassMade)
	m.Key0 = ledgertest.Key("fo")
	want(t, forger.do(m), trace.CodeWrongOrigin)
	want(t, forger.with("lot1").do(forger.commissionOf("lot1", &copied, proof.ClassMade)), trace.CodeOriginExists)
	// The statement opens in a recall of the origin that it names, only.
	r := recallOf(0, originOf("lot2"))
	r.Openings = []trace.Statement{p.statement}
	want(t, n.send(ledgertest.Act{As: "maker", Entries: []proof.Entry{n.entry(r)}}), trace.CodeStatement)
}

func TestAttack42AStaleBundleDoesNotShowThePresentPlace(t *testing.T) {
	n := newNetwork(t)
	maker, first, second := n.hand("maker", "mo", "mh"), n.hand("wholesaler", "ao", "ah"), n.hand("pharmacy", "bo", "bh")
	p := palletOf("lot1", 2, 2).state("maker", "lot1")
	pallet, c := p.in("lot1"), p.inner[0]
	way := []*goods{c.inner[0], c, p}
	ok(t, maker.commission("lot1", p), maker.ship(pallet, first), first.receive(pallet))
	fresh, err := n.bundle("lot1", "maker", p, way...).Verify(trust(t), proof.Options{})
	if err != nil || verdict(t, fresh, proof.PartPlace) != proof.OK {
		t.Fatalf("while the unit is sealed: %+v, %v", fresh, err)
	}

	// The case is sold; the old holder still has the pallet and the slot paths.
	ok(t, first.open(pallet, p.opening(c)), first.ship(c.in("lot1"), second), second.receive(c.in("lot1")))
	stale := n.bundle("lot1", "maker", p, way...)
	if _, err := stale.Verify(trust(t), proof.Options{}); proof.FailedPart(err) != proof.PartPlace {
		t.Fatalf("with absences the stale bundle says %v, want the place refused", err)
	}
	// Without them it says that the place is not shown, never that it is.
	stale.Absent = nil
	r, err := stale.Verify(trust(t), proof.Options{})
	if err != nil || verdict(t, r, proof.PartPlace) != proof.NotShown {
		t.Fatalf("without absences: %+v, %v", r, err)
	}
	// An answer to the verifier's nonce takes the holder's key.
	nonce := []byte("sixteen bytes or more")
	leaf, now := c.inner[0].leaf, n.bundle("lot1", "maker", p, c.inner[0], c)
	for name, part := range map[string]string{"ah": proof.PartPresence, "bh": ""} {
		now.Presence = &proof.Presence{Nonce: nonce, Signature: proof.Sign(ledgertest.PrivateKey(name), proof.PresenceMessage(ledgertest.ChainID, originOf("lot1"), leaf, nonce))}
		if _, err := now.Verify(trust(t), proof.Options{Nonce: nonce}); proof.FailedPart(err) != part {
			t.Errorf("an answer by %s: %v", name, err)
		}
	}
}
