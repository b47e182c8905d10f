package trace_test

import (
	"bytes"
	"slices"
	"testing"

	"pedigree/domain/trace"
	"pedigree/ledger"
	"pedigree/ledger/ledgertest"
	"pedigree/proof"
)

func TestAttack07AnInnerHashIsNoItem(t *testing.T) {
	n := newNetwork(t)
	maker := n.hand("maker", "mo", "mh")
	g := grow("lot1", container("C", units("u", 4)...))
	ok(t, maker.commission("lot1", g))
	c, level1 := g.in("lot1"), g.tree.Batch([]uint16{0, 1})[0] // the right half's hash
	left := g.tree.Siblings(2)[1]

	open := func(slots []trace.Slot, hashes ...proof.Hash) error {
		o := trace.Opening{Slots: slots}
		for _, h := range hashes {
			o.Hashes = append(o.Hashes, h[:]...)
		}
		return maker.open(c, o)
	}
	// Inner hashes as items of a tree that is one level lower.
	want(t, open([]trace.Slot{{Pos: 0, Leaf: left}, {Pos: 1, Leaf: level1}}), trace.CodeBadOpening)
	want(t, open([]trace.Slot{{Pos: 0, Leaf: left}}, level1), trace.CodeBadOpening)
	want(t, open([]trace.Slot{{Pos: 0, Leaf: left, Depth: 1, Root: ledger.OptHash(level1)}}), trace.CodeBadOpening)
	// A true item with another depth or root than it has.
	in := g.inner[0]
	wrong := g.level(in)
	wrong.Slot.Depth, wrong.Slot.Root = 1, ledger.OptHash(ledgertest.HashOf("root"))
	want(t, maker.open(c, trace.Opening{Slots: []trace.Slot{wrong.Slot}, Hashes: wrong.Hashes}), trace.CodeBadOpening)
	// Hashes too few or too many.
	right := g.opening(in)
	want(t, maker.open(c, trace.Opening{Slots: right.Slots, Hashes: right.Hashes[proof.HashSize:]}), trace.CodeBadOpening)
	want(t, maker.open(c, trace.Opening{Slots: right.Slots, Hashes: append(slices.Clone(right.Hashes), left[:]...)}), trace.CodeBadOpening)
	// Slots out of order, or one of them twice.
	all := g.all()
	slices.Reverse(all.Slots)
	want(t, maker.open(c, all), trace.CodeBadOpening)
	want(t, open([]trace.Slot{right.Slots[0], right.Slots[0]}, level1), trace.CodeBadOpening)

	ok(t, maker.open(c, right))
}

func TestAttack08PartsOfALeafCanNotBeShifted(t *testing.T) {
	salt := ledgertest.HashOf("salt")
	type parts struct{ id, attrs string }
	seen := map[proof.Hash]parts{}
	// Every way to cut one text into identifier and attributes, and the empty parts.
	text := "/01/10614141000019/21/A1" + string(proof.Attrs{Lot: "1", Kind: proof.KindUnit}.Encode())
	for cut := range len(text) + 1 {
		p := parts{text[:cut], text[cut:]}
		leaf := proof.Leaf(salt, p.id, []byte(p.attrs))
		if other, twice := seen[leaf]; twice {
			t.Fatalf("%q and %q have one leaf", p, other)
		}
		seen[leaf] = p
	}

	// One encoding of attributes, and of a message.
	attrs := proof.Attrs{Lot: "L", Expiry: expiry, Kind: proof.KindUnit}.Encode()
	if _, err := proof.DecodeAttrs(append(slices.Clone(attrs), 0)); err == nil {
		t.Error("attributes with a byte behind them are read")
	}
	n := newNetwork(t)
	entry := n.entry(&trace.Post{Kind: "k", Hash: salt})
	for name, message := range map[string][]byte{
		"a byte behind it":              append(slices.Clone(entry.Message), 0),
		"an indefinite length":          append(append([]byte{0x9f}, entry.Message[1:]...), 0xff),
		"a length in more bytes":        append([]byte{0x98, entry.Message[0] & 0x1f}, entry.Message[1:]...),
		"a text length in more bytes":   bytes.Replace(entry.Message, []byte{0x61, 'k'}, []byte{0x78, 1, 'k'}, 1),
		"a field more":                  append(append([]byte{0x84}, entry.Message[1:]...), 0xf6),
		"a field less":                  append([]byte{0x82}, entry.Message[1:len(entry.Message)-34]...),
		"a hash in an array of numbers": append(slices.Clone(entry.Message[:len(entry.Message)-34]), 0x80),
	} {
		a := ledgertest.Act{As: "board", Entries: []proof.Entry{{Module: "trace", Kind: "post", Message: message}}}
		if err := n.send(a); ledger.CodeOf(err) != ledger.CodeMalformed {
			t.Errorf("a message with %s: %v", name, err)
		}
	}
	ok(t, n.send(ledgertest.Act{As: "board", Entries: []proof.Entry{entry}}))
}

func TestAttack11AReceiverRebuildsWhatIsSealed(t *testing.T) {
	n := newNetwork(t)
	maker := n.hand("maker", "mo", "mh")
	// What the receiver is told: identifiers and one seed. rebuilt is what follows.
	rebuilt := func() *goods { return grow("lot1", container("C", units("u", 4)...)) }

	honest := rebuilt()
	ok(t, maker.commission("lot1", honest))
	if r := n.record(honest.in("lot1")); r.Root != rebuilt().root || r.Depth != rebuilt().depth {
		t.Fatal("the honest container can't be rebuilt")
	}
	for i, cheat := range []func(inner []*goods) []*goods{
		func(inner []*goods) []*goods { inner[3] = inner[2]; return inner },              // one twice
		func(inner []*goods) []*goods { inner[3] = &goods{}; return inner },              // one not there
		func(inner []*goods) []*goods { inner[3] = grow("x", unit("u9")); return inner }, // another one
		func(inner []*goods) []*goods { inner[0].depth = 1; return inner },               // more inside than it says
	} {
		key0, g := []string{"c0", "c1", "c2", "c3"}[i], rebuilt()
		slots := make([]proof.Hash, 4)
		for j, in := range cheat(slices.Clone(g.inner)) {
			if in.id != "" {
				slots[g.order[j]] = in.node()
			}
		}
		g.seal(2, slots)
		ok(t, maker.commission(key0, g))
		if r := n.record(g.in(key0)); r.Root == rebuilt().root {
			t.Errorf("cheat %d can't be told from an honest container", i)
		}
	}

	// The counters tell whether something was taken out since.
	c := honest.in("lot1")
	if r := n.record(c); r.Out != 0 || r.Kids != 0 {
		t.Fatalf("a sealed container is %+v", r)
	}
	ok(t, maker.open(c, honest.opening(honest.inner[0])))
	if r := n.record(c); r.Out != 1 {
		t.Fatalf("after one item is taken out the record says %d", r.Out)
	}
}

func TestAttack17ASeedOpensItsOwnContainerOnly(t *testing.T) {
	p := palletOf("lot1", 2, 3)
	known, other := p.inner[0], p.inner[1]
	// Who has a case's seed has the salts of the units in it, and of nothing else.
	for _, u := range known.inner {
		if proof.Leaf(proof.ChildSalt(known.seed, u.id), u.id, u.attrs) != u.leaf {
			t.Fatalf("the case's seed does not open %s", u.id)
		}
	}
	outside := append(append([]*goods{known, other, p}, other.inner...), palletOf("lot2", 2, 3).inner[0].inner...)
	for _, seed := range []proof.Hash{known.seed, proof.ChildSeed(known.seed, known.id), proof.ChildSeed(known.seed, other.id)} {
		for _, g := range outside {
			if proof.Leaf(proof.ChildSalt(seed, g.id), g.id, g.attrs) == g.leaf {
				t.Errorf("a case's seed opens %s outside of it", g.id)
			}
		}
	}
	// The same identifiers under another commission have other salts all through.
	if again := palletOf("lot3", 2, 3); again.inner[0].inner[0].salt == p.inner[0].inner[0].salt || again.root == p.root {
		t.Error("two commissions share salts")
	}
}

func TestAttack19OnePackOpensItsPalletOnly(t *testing.T) {
	n := newNetwork(t)
	maker := n.hand("maker", "mo", "mh")
	first, second := palletOf("a", 2, 3).state("maker", "lot1"), palletOf("b", 2, 3).state("maker", "lot2")
	ok(t, maker.commission("lot1", first), n.hand("maker", "no", "nh").commission("lot2", second))

	// What the buyer of one pack has, and what the ledger shows of the other pallet.
	have := n.bundle("lot1", "maker", first, first.inner[0].inner[0], first.inner[0], first).Encode()
	shown := [][]byte{second.leaf[:], second.root[:], second.stmt[:], ledgertest.Key("no").Raw(), ledgertest.Key("nh").Raw()}
	origin := originOf("lot2")
	for _, secret := range append(shown, origin[:]) {
		if bytes.Contains(have, secret) {
			t.Errorf("the bundle of a pack leads to another pallet of its lot by %x", secret)
		}
	}
	// Its statement is of no use with the other origin.
	b := n.bundle("lot2", "maker", first, second.inner[0].inner[0], second.inner[0], second)
	if _, err := b.Verify(trust(t), proof.Options{}); proof.FailedPart(err) != proof.PartStatement {
		t.Errorf("the first pallet's statement for the second: %v", err)
	}
	// A commission is bounded: 4,096 items in a container.
	if _, err := proof.SlotDepth(proof.SlotsShownMax); err != nil {
		t.Error(err)
	}
	if _, err := proof.SlotDepth(proof.SlotsShownMax + 1); err == nil {
		t.Error("a container of 4,097 items is made")
	}
}

func TestAttack20SlotsHideOrderAndFill(t *testing.T) {
	n := newNetwork(t)
	maker := n.hand("maker", "mo", "mh")
	three, four := grow("lot1", container("C", units("u", 3)...)), grow("lot2", container("C", units("u", 4)...))
	ok(t, maker.commission("lot1", three), maker.commission("lot2", four))

	// The ledger's rows of three and of four items have one length.
	size := func(g *goods, key0 string) int {
		return len(n.State.Rows[string(proof.RecordKey(originOf(key0), g.leaf))]) + len(n.State.Rows[string(proof.OriginKey(originOf(key0)))])
	}
	if a, b := size(three, "lot1"), size(four, "lot2"); a != b {
		t.Errorf("a container of three items takes %d bytes, one of four %d", a, b)
	}
	// Items stand in another order in every container, and not in line order.
	inOrder, orders := 0, map[string]bool{}
	for i := range 32 {
		g := grow(string(rune('A'+i)), container("C", units("u", 16)...))
		if slices.IsSorted(g.order) {
			inOrder++
		}
		orders[orderText(g.order)] = true
	}
	if inOrder > 0 || len(orders) != 32 {
		t.Errorf("of 32 containers %d are in line order, and there are %d orders", inOrder, len(orders))
	}
}

func orderText(order []uint16) string {
	var b []byte
	for _, o := range order {
		b = append(b, byte(o))
	}
	return string(b)
}
