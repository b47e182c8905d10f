package trace_test

import (
	"math/big"
	"slices"
	"testing"

	"github.com/oasisprotocol/curve25519-voi/primitives/ed25519"

	"pedigree/domain/trace"
	"pedigree/ledger"
	"pedigree/ledger/ledgertest"
	"pedigree/proof"
)

// envelopeBy makes an envelope of one post, with these further signers and the
// signatures that sign makes of its id.
func envelopeBy(n *network, signers []proof.Key, sign func(id proof.Hash) []proof.Signature) proof.Envelope {
	body := proof.Body{
		ChainID: ledgertest.ChainID, ValidUntil: n.Time + 3600, Admission: []proof.Admission{{Org: "board", KeyID: 1}},
		Entries: []proof.Entry{n.entry(&trace.Post{Kind: "k"})}, Signers: signers,
	}
	env := proof.Envelope{Body: body, BodyBytes: body.Encode()}
	env.Signatures = append([]proof.Signature{proof.Sign(ledgertest.PrivateKey("board"), env.ID())}, sign(env.ID())...)
	return env
}

func TestAttack06CraftedSignaturesHaveOneVerdict(t *testing.T) {
	n := newNetwork(t)
	identity := proof.Key{proof.AlgEd25519, 1}
	aliased := proof.Key{proof.AlgEd25519, 0xee} // p + 1 encodes the same point
	for i := 2; i < 32; i++ {
		aliased[i] = 0xff
	}
	aliased[32] = 0x7f
	zeroS := func(r proof.Key) proof.Signature {
		s := proof.Signature{proof.AlgEd25519}
		copy(s[1:], r.Raw())
		return s
	}
	// Crafted by small-order points: right for every message by ZIP-215. Anyone can
	// make them, so the rules refuse such keys where they are named.
	for name, c := range map[string]struct{ key, r proof.Key }{
		"the identity":              {identity, identity},
		"the identity, aliased key": {aliased, identity},
		"the identity, aliased R":   {identity, aliased},
		"the identity, both":        {aliased, aliased},
	} {
		verdicts := map[uint32]bool{}
		for _, further := range []int{0, 5} { // alone, and in a batch
			signers := []proof.Key{c.key}
			var names []string
			for i := range further {
				names = append(names, string(rune('a'+i)))
				signers = append(signers, ledgertest.Key(names[i]))
			}
			env := envelopeBy(n, signers, func(id proof.Hash) []proof.Signature {
				out := []proof.Signature{zeroS(c.r)}
				for _, k := range names {
					out = append(out, proof.Sign(ledgertest.PrivateKey(k), id))
				}
				return out
			})
			verdicts[n.Block(env.Encode())[0].Code] = true
		}
		if len(verdicts) != 1 {
			t.Errorf("%s: alone and in a batch the verdicts are %v", name, verdicts)
		}
		g := grow("lot", unit("u"))
		m := n.hand("maker", "mo").commissionOf("lot", g, proof.ClassMade)
		m.Owner = c.key
		want(t, n.hand("maker", "mo", "lot").do(m), ledger.CodeWeakKey)
		o, r := refs(g.in("lot"))
		ship := &trace.Ship{Origins: o, Rec: r[0], To: ledger.OptKey(c.key), Back: ledgertest.Key("mo"), Deadline: n.Time + days}
		want(t, n.hand("maker", "mo").do(ship), ledger.CodeWeakKey)
	}
}

func TestAttack26NothingIsReplayedOnThisChainOrAnother(t *testing.T) {
	n := newNetwork(t)
	maker, buyer := n.hand("maker", "mo", "mh"), n.hand("wholesaler", "wo", "wh")
	g := grow("lot1", container("C", units("u", 2)...))
	c := g.in("lot1")
	ok(t, maker.commission("lot1", g))

	ship := n.Envelope(maker.act(maker.shipOf(c, buyer)))
	ok(t, n.refusal(n.Block(ship)[0]))
	ok(t, buyer.reject(c))
	want(t, n.refusal(n.Block(ship)[0]), ledger.CodeReplayed) // the goods are not offered again
	n.wantLive(c, "mo", "mh")
	// Twice in one block, too.
	again := n.Envelope(maker.act(maker.shipOf(c, buyer)))
	res := n.Block(again, again)
	ok(t, n.refusal(res[0]))
	want(t, n.refusal(res[1]), ledger.CodeReplayed)

	// Once it has expired its id is forgotten and its time is over.
	n.pass(49 * 3600)
	want(t, n.refusal(n.Block(ship)[0]), ledger.CodeExpired)

	// An envelope, a one-time key and a statement of another chain are none here.
	other := maker.act(maker.shipOf(c, buyer))
	other.ChainID = "pedigree-other"
	want(t, n.send(other), ledger.CodeWrongChain)
	m := maker.commissionOf("lot2", g, proof.ClassMade)
	m.Origins = trace.Origins{proof.Origin("pedigree-other", ledgertest.Key("lot2"))}
	want(t, maker.with("lot2").do(m), trace.CodeWrongOrigin)

	// A signature covers the whole body: nothing in it can be exchanged.
	env, err := proof.DecodeEnvelope(n.Envelope(buyer.act(&trace.Post{Kind: "k"})))
	if err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string]func(b *proof.Body){
		"entry":       func(b *proof.Body) { b.Entries = []proof.Entry{n.entry(&trace.Post{Kind: "l"})} },
		"time":        func(b *proof.Body) { b.ValidUntil++ },
		"admission":   func(b *proof.Body) { b.Admission = []proof.Admission{{Org: "maker", KeyID: 1}} },
		"signer":      func(b *proof.Body) { b.Signers = []proof.Key{ledgertest.Key("mo"), ledgertest.Key("wh")} },
		"order":       func(b *proof.Body) { slices.Reverse(b.Signers) },
		"more of one": func(b *proof.Body) { b.Entries = append(b.Entries, b.Entries[0]) },
	} {
		changed := env.Body
		changed.Signers = slices.Clone(env.Body.Signers)
		change(&changed)
		forged := proof.Envelope{Body: changed, BodyBytes: changed.Encode(), Signatures: env.Signatures}
		if err := n.refusal(n.Block(forged.Encode())[0]); ledger.CodeOf(err) != ledger.CodeBadSignature {
			t.Errorf("with another %s: %v", name, err)
		}
	}
}

func TestAttack27AnEntryHasOneIDWhoeverTouchesIt(t *testing.T) {
	n := newNetwork(t)
	key := ledgertest.Key("a")
	env := envelopeBy(n, []proof.Key{key}, func(id proof.Hash) []proof.Signature {
		return []proof.Signature{proof.Sign(ledgertest.PrivateKey("a"), id)}
	})
	id := env.ID()

	// S + L verifies nowhere.
	order, _ := new(big.Int).SetString("7237005577332262213973186563042994240857116359379907606001950938285454250989", 10)
	shifted := env
	shifted.Signatures = slices.Clone(env.Signatures)
	sig := shifted.Signatures[1]
	s := slices.Clone(sig[33:])
	slices.Reverse(s)
	sum := new(big.Int).Add(new(big.Int).SetBytes(s), order).FillBytes(make([]byte, 32))
	slices.Reverse(sum)
	copy(sig[33:], sum)
	shifted.Signatures[1] = sig
	want(t, n.refusal(n.Block(shifted.Encode())[0]), ledger.CodeBadSignature)

	// Another signature by the same key, as randomised signing makes it, is right
	// and changes no id: the second copy is a replay.
	raw, err := ed25519.PrivateKey(ledgertest.PrivateKey("a")).Sign(nil, id[:], &ed25519.Options{AddedRandomness: true})
	if err != nil {
		t.Fatal(err)
	}
	resigned := env
	resigned.Signatures = slices.Clone(env.Signatures)
	copy(resigned.Signatures[1][1:], raw)
	if resigned.Signatures[1] == env.Signatures[1] || resigned.ID() != id {
		t.Fatal("the second signature is the first one, or changes the id")
	}
	ok(t, n.refusal(n.Block(resigned.Encode())[0]))
	placed := n.State.Marks[id]
	want(t, n.refusal(n.Block(env.Encode())[0]), ledger.CodeReplayed)
	want(t, n.refusal(n.Block(shifted.Encode())[0]), ledger.CodeBadSignature)
	if n.State.Marks[id] != placed || placed.Code != 0 {
		t.Errorf("the entry stood at %+v; a copy moved it to %+v", placed, n.State.Marks[id])
	}

	// Another encoding of the same body is none.
	encoded := env.Encode()
	for name, b := range map[string][]byte{
		"a byte behind it":  append(slices.Clone(encoded), 0),
		"a longer head":     append([]byte{0x98, 2}, encoded[1:]...),
		"a signature less":  proof.Envelope{BodyBytes: env.BodyBytes, Signatures: env.Signatures[:1]}.Encode(),
		"a signature twice": proof.Envelope{BodyBytes: env.BodyBytes, Signatures: append(slices.Clone(env.Signatures), env.Signatures[1])}.Encode(),
	} {
		if err := n.refusal(n.Block(b)[0]); ledger.CodeOf(err) != ledger.CodeMalformed {
			t.Errorf("with %s: %v", name, err)
		}
	}
}
