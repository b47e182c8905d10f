package trace_test

import (
	"encoding/binary"
	"fmt"
	"slices"
	"testing"

	"pedigree/domain/trace"
	"pedigree/ledger"
	"pedigree/ledger/ledgertest"
	"pedigree/proof"
)

// atLimit runs a message of a size: at the limit it must be accepted, one beyond
// refused with a code.
func atLimit(t *testing.T, limit int, code ledger.Code, run func(t *testing.T, size int) error) {
	t.Helper()
	ok(t, run(t, limit))
	want(t, run(t, limit+1), code)
}

// loose commissions single units and returns their names. Eight fit an envelope,
// two signatures each.
func (h hand) loose(prefix string, count int) []trace.Name {
	h.T.Helper()
	var out []trace.Name
	for len(out) < count {
		act := h.act()
		for range min(16, count-len(out)) {
			key0 := fmt.Sprintf("%s%d", prefix, len(out))
			g := unitGrown(key0)
			act.Signers = append(act.Signers, key0)
			act.Entries = append(act.Entries, h.entry(h.commissionOf(key0, g, proof.ClassMade)))
			out = append(out, g.in(key0))
		}
		ok(h.T, h.send(act))
	}
	return out
}

// opened commissions a container of units and opens all of them, 120 at a time.
func (h hand) opened(key0 string, count int) (top trace.Name, inner []trace.Name) {
	h.T.Helper()
	g := grow(key0, container("C-"+key0, units("u", count)...))
	ok(h.T, h.commission(key0, g))
	for part := range slices.Chunk(g.inner, 120) {
		ok(h.T, h.open(g.in(key0), g.opening(part...)))
	}
	for _, in := range g.inner {
		inner = append(inner, in.in(key0))
	}
	return g.in(key0), inner
}

func TestAMessageNamesOriginsUpToTheLimit(t *testing.T) {
	atLimit(t, trace.OriginsMax, trace.CodeBadShape, func(t *testing.T, size int) error {
		n := newNetwork(t)
		maker := n.hand("maker", "mo", "mh")
		return maker.end(proof.EndLost, maker.loose("u", size)...)
	})
	// A recall of as many origins opens as many statements.
	atLimit(t, trace.OriginsMax, trace.CodeBadShape, func(t *testing.T, size int) error {
		n := newNetwork(t)
		maker, m := n.hand("maker", "mo", "mh"), recallOf(0)
		for i := range size {
			key0 := fmt.Sprint("lot", i)
			g := unitGrown(key0).state("maker", key0)
			ok(t, maker.commission(key0, g))
			m.Origins, m.Openings = append(m.Origins, originOf(key0)), append(m.Openings, g.statement)
		}
		return maker.do(m)
	})
}

func TestAMessageNamesRecordsUpToTheLimit(t *testing.T) {
	recall := func(n *network) { ok(n.T, n.byCouncil(recallOf(0, originOf("lot")))) }
	for name, act := range map[string]func(h hand, top trace.Name, inner []trace.Name) error{
		"packed": func(h hand, top trace.Name, inner []trace.Name) error { return h.pack(top, inner...) },
		"ended":  func(h hand, _ trace.Name, inner []trace.Name) error { return h.end(proof.EndLost, inner...) },
		"made of": func(h hand, _ trace.Name, inner []trace.Name) error {
			return h.transform("out", unitGrown("out"), inner...)
		},
		"answered": func(h hand, _ trace.Name, inner []trace.Name) error {
			recall(h.network)
			return h.answer(1, inner...)
		},
		"unpacked": func(h hand, top trace.Name, inner []trace.Name) error {
			for part := range slices.Chunk(inner, 120) {
				ok(h.T, h.pack(top, part...))
			}
			return h.unpack(top, inner...)
		},
	} {
		t.Run(name, func(t *testing.T) {
			atLimit(t, trace.RecordsMax, trace.CodeBadShape, func(t *testing.T, size int) error {
				h := newNetwork(t).hand("maker", "mo", "mh")
				top, inner := h.opened("lot", size)
				return act(h, top, inner)
			})
		})
	}
}

func TestTheLargestEventFits(t *testing.T) {
	// Both lists of a transformation are full, with as many writes as two
	// organisations may make.
	n := newNetwork(t)
	h := n.hand("maker", "mo", "mh")
	_, inner := h.opened("lot", trace.RecordsMax)
	o, r := refs(inner...)
	m, act := &trace.Transform{Origins: o, Inputs: r}, h.act()
	act.Also = []string{"repacker"}
	for i := range trace.OutputsMax - 2 { // the owner's and the holder's signature are two of 64
		key0 := fmt.Sprint("out", i)
		m.Outputs = append(m.Outputs, trace.Output{Origin: originOf(key0), Key0: ledgertest.Key(key0), Leaf: unitGrown(key0).leaf, Owner: ledgertest.Key("no"), Holder: ledgertest.Key("no")})
		act.Signers = append(act.Signers, key0)
	}
	act.Entries = []proof.Entry{n.entry(m)}
	ok(t, n.send(act))
}

func TestAnEnvelopeWritesRecordsUpToTheLimit(t *testing.T) {
	// One opening writes its container and what it shows.
	atLimit(t, ledger.NamedWritesMax-1, ledger.CodeWrites, func(t *testing.T, size int) error {
		h := newNetwork(t).hand("maker", "mo", "mh")
		g := grow("lot", container("C", units("u", size)...))
		ok(t, h.commission("lot", g))
		return h.open(g.in("lot"), g.all())
	})
	// Several entries count together, and a second organisation doubles it.
	for _, also := range [][]string{nil, {"wholesaler"}} {
		limit := ledger.NamedWritesMax * (1 + len(also))
		atLimit(t, limit, ledger.CodeWrites, func(t *testing.T, size int) error {
			h := newNetwork(t).hand("maker", "mo", "mh")
			g := grow("lot", container("C", units("u", size)...))
			ok(t, h.commission("lot", g))
			act := h.act()
			act.Also = also
			bySlot := slices.Clone(g.inner)
			slices.SortFunc(bySlot, func(a, b *goods) int { return int(g.slot(a).Pos) - int(g.slot(b).Pos) })
			for i, part := range slices.Collect(slices.Chunk(bySlot, 100)) {
				if i == 0 {
					part = part[:100-(size+99)/100] // each opening writes the container too
				}
				o, r := refs(g.in("lot"))
				act.Entries = append(act.Entries, h.entry(&trace.Open{Origins: o, Rec: r[0], Opening: g.opening(part...)}))
			}
			return h.send(act)
		})
	}
}

func TestAnOpeningShowsSlotsUpToTheLimit(t *testing.T) {
	// Spread so that between any two shown slots all hashes are needed, from the
	// deepest container that there may be: 1,024 hashes are the most.
	atLimit(t, trace.SlotsMax, trace.CodeBadShape, func(t *testing.T, size int) error {
		h := newNetwork(t).hand("maker", "mo", "mh")
		g := grow("lot", container("C", units("u", 1<<proof.SlotDepthMax)...))
		ok(t, h.commission("lot", g))
		bySlot := make([]*goods, len(g.inner))
		for i, in := range g.inner {
			bySlot[g.order[i]] = in
		}
		var shown []*goods
		for i := 0; len(shown) < min(size, trace.SlotsMax); i += len(bySlot) / trace.SlotsMax {
			shown = append(shown, bySlot[i])
		}
		if size > len(shown) {
			shown = append(shown, bySlot[1])
		}
		opening := g.opening(shown...)
		if size == trace.SlotsMax && len(opening.Hashes) != trace.ProofHashesMax*proof.HashSize {
			t.Fatalf("the opening has %d bytes of hashes", len(opening.Hashes))
		}
		o, r := refs(g.in("lot"))
		act := h.act(&trace.Open{Origins: o, Rec: r[0], Opening: opening})
		act.Also = []string{"wholesaler"}
		return h.send(act)
	})
	h := newNetwork(t).hand("maker", "mo", "mh")
	g := grow("lot", container("C", units("u", 2)...))
	ok(t, h.commission("lot", g))
	o := g.all()
	o.Hashes = make([]byte, (trace.ProofHashesMax+1)*proof.HashSize)
	want(t, h.open(g.in("lot"), o), trace.CodeBadShape)
	o.Hashes = make([]byte, trace.ProofHashesMax*proof.HashSize)
	want(t, h.open(g.in("lot"), o), trace.CodeBadOpening) // too many for these slots, not for the limit
}

func TestAContainerIsSealedUpToTheLimit(t *testing.T) {
	atLimit(t, proof.SlotDepthMax, trace.CodeBadShape, func(t *testing.T, size int) error {
		h := newNetwork(t).hand("maker", "mo", "mh")
		g := grow("lot", unit("u"))
		g.depth, g.root = uint8(size), ledgertest.HashOf("root")
		return h.commission("lot", g)
	})
	// A slot's depth has the same bound, before anything is hashed.
	atLimit(t, proof.SlotDepthMax, trace.CodeBadShape, func(t *testing.T, size int) error {
		h := newNetwork(t).hand("maker", "mo", "mh")
		deep := &goods{leaf: ledgertest.HashOf("deep"), depth: uint8(size), root: ledgertest.HashOf("root")}
		g := sealIn(grow("lot", unit("u")), deep, deep)
		ok(t, h.commission("lot", g))
		return h.open(g.in("lot"), g.opening(deep))
	})
}

func TestAReceiptRefusesItemsUpToTheLimit(t *testing.T) {
	atLimit(t, trace.RefusedMax, trace.CodeBadShape, func(t *testing.T, size int) error {
		n := newNetwork(t)
		maker, w := n.hand("maker", "mo", "mh"), n.hand("wholesaler", "wo", "wh")
		g := grow("lot", container("C", units("u", size)...))
		ok(t, maker.commission("lot", g), maker.ship(g.in("lot"), w))
		var refused []trace.Refused
		for _, in := range g.inner {
			refused = append(refused, trace.Refused{Start: trace.Ref{Leaf: g.leaf}, Levels: []trace.Level{g.level(in)}})
		}
		return w.receive(g.in("lot"), refused...)
	})
	atLimit(t, trace.RefusedLevelsMax, trace.CodeBadShape, func(t *testing.T, size int) error {
		n := newNetwork(t)
		maker, w := n.hand("maker", "mo", "mh"), n.hand("wholesaler", "wo", "wh")
		way := atDepth(size)
		ok(t, maker.commission("lot1", way[0]), maker.ship(way[0].in("lot1"), w))
		refused := trace.Refused{Start: trace.Ref{Leaf: way[0].leaf}}
		for i := range size {
			refused.Levels = append(refused.Levels, way[i].level(way[i+1]))
		}
		return w.receive(way[0].in("lot1"), refused)
	})
}

func TestATransformationMakesOutputsUpToTheLimit(t *testing.T) {
	// No envelope carries the signatures of so many outputs beside an owner's, so
	// the owner is an organisation's own key.
	atLimit(t, trace.OutputsMax, trace.CodeBadShape, func(t *testing.T, size int) error {
		n := newNetwork(t)
		h := n.hand("maker", "maker")
		in := h.loose("in", 1)
		o, r := refs(in...)
		m, act := &trace.Transform{Origins: o, Inputs: r}, ledgertest.Act{As: "maker"}
		for i := range size {
			key0 := fmt.Sprint("out", i)
			m.Outputs = append(m.Outputs, trace.Output{Origin: originOf(key0), Key0: ledgertest.Key(key0), Leaf: unitGrown(key0).leaf, Owner: ledgertest.Key("no"), Holder: ledgertest.Key("no")})
			act.Signers = append(act.Signers, key0)
		}
		act.Signers = act.Signers[:min(size, ledger.SignersMax)]
		act.Entries = []proof.Entry{n.entry(m)}
		return n.send(act)
	})
	// As many parents as origins in a message.
	n := newNetwork(t)
	h := n.hand("maker", "mo")
	ok(t, h.transform("out", unitGrown("out"), h.loose("in", trace.ParentsMax)...))
	if c := n.origin(originOf("out")); len(c.Parents) != trace.ParentsMax {
		t.Fatalf("the output has %d parents", len(c.Parents))
	}
}

func TestTimesAndNumbersHaveLimits(t *testing.T) {
	n := newNetwork(t)
	h, w := n.hand("maker", "mo"), n.hand("wholesaler", "wo")
	shipUntil := func(ahead uint64) func(t *testing.T, size int) error {
		return func(t *testing.T, size int) error {
			rec := h.loose(fmt.Sprint("s", size, "-"), 1)[0]
			m := h.shipOf(rec, w)
			m.Deadline = n.Time + 10 + ahead + uint64(size)
			return h.do(m)
		}
	}
	atLimit(t, 0, trace.CodeDeadline, shipUntil(trace.DeadlineSecondsMax))
	want(t, shipUntil(trace.DeadlineSecondsMin-10)(t, 9), trace.CodeDeadline)
	ok(t, shipUntil(trace.DeadlineSecondsMin-10)(t, 10))
	atLimit(t, trace.UntilMax, trace.CodeBadShape, func(t *testing.T, size int) error {
		key0 := fmt.Sprint("until", size)
		m := h.commissionOf(key0, unitGrown(key0), proof.ClassMade)
		m.Until = uint64(size)
		return h.with(key0).do(m)
	})
	atLimit(t, trace.PostKindMax, trace.CodeBadShape, func(t *testing.T, size int) error {
		return h.do(&trace.Post{Kind: string(make([]byte, size))})
	})
}

func TestAFreezeAndARecoveryRunToTheSecond(t *testing.T) {
	n := newNetwork(t)
	h, w := n.hand("maker", "mo"), n.hand("wholesaler", "wo")
	rec := h.loose("f", 1)[0]
	o, r := refs(rec)
	at := func(t uint64) { n.Time = t - 10 } // the next block's time

	ok(t, n.byCouncil(flagOf(rec, proof.FlagFrozen, 0)))
	frozen := n.Time
	at(frozen + trace.FreezeSeconds - 1)
	want(t, h.ship(rec, w), trace.CodeStopped)
	at(frozen + trace.FreezeSeconds)
	ok(t, h.ship(rec, w), w.reject(rec))

	ok(t, n.byCouncil(&trace.Recover{Origins: o, Rec: r[0], Owner: ledgertest.Key("no"), Holder: ledgertest.Key("nh")}))
	begun, finish := n.Time, n.hand("pharmacy")
	at(begun + trace.RecoverSeconds - 1)
	want(t, finish.do(&trace.FinishRecovery{Origins: o, Rec: r[0]}), trace.CodeTooEarly)
	at(begun + trace.RecoverSeconds)
	ok(t, finish.do(&trace.FinishRecovery{Origins: o, Rec: r[0]}))
	n.wantLive(rec, "no", "nh")
}

// left counts the records that still exist.
func (n *network) left(names []trace.Name) (count int) {
	for _, name := range names {
		if _, exists := trace.GetRecord(n.View(), name); exists {
			count++
		}
	}
	return count
}

// forgotten counts the records and the rows of the pruning queue that the last
// block deleted.
func (n *network) forgotten() (rows int) {
	for _, w := range n.Last.Changes.Writes {
		if w.Delete && (w.Key[0] == proof.PrefixRecord || w.Key[0] == proof.PrefixPruneDue) {
			rows++
		}
	}
	return rows
}

// closed lays down an origin whose one record has ended on a day, as the rules
// would have, so that there can be thousands.
func (n *network) closed(h proof.Hash, day uint64) trace.Name {
	name := trace.Name{Origin: h, Leaf: ledgertest.HashOf("leaf")}
	c := proof.OriginState{At: 1, Day: day, Suite: proof.Suite, Class: proof.ClassMade, Until: 60, Closed: day, Ended: [4]uint64{2: 1}}
	r := proof.Record{State: proof.StateEnded, End: proof.EndLost, Owner: ledgertest.Key("mo"), At: 1}
	due := append(binary.BigEndian.AppendUint32([]byte{proof.PrefixPruneDue}, uint32(day+trace.PruneAfterDays)), h[:]...)
	n.State.Rows[string(proof.OriginKey(h))] = c.Encode()
	n.State.Rows[string(proof.RecordKey(h, name.Leaf))] = r.Encode()
	n.State.Rows[string(due)] = []byte{1}
	return name
}

func TestPruningIsBoundedPerBlock(t *testing.T) {
	// More origins of one day than the kernel takes events from one block: were all
	// of them pruned at once, the node would stop.
	n := newNetwork(t)
	n.SkipInvariants = true
	var all []trace.Name
	for i := range ledger.EventsPerEnvelopeMax + 100 {
		all = append(all, n.closed(ledgertest.HashOf(fmt.Sprint("origin ", i)), n.Time/days))
	}
	n.pass((trace.PruneAfterDays + 1) * days)
	ok(t, n.hand("board").do(&trace.Post{Kind: "first block"}))
	if got := n.left(all); got == len(all) || n.forgotten() > trace.PruneRowsMax {
		t.Fatalf("one block pruned %d rows, %d of %d records", n.forgotten(), len(all)-got, len(all))
	}
}

func TestAnOriginOfManyRecordsIsPrunedInParts(t *testing.T) {
	n := newNetwork(t)
	n.SkipInvariants = true
	h := n.hand("maker", "mo")
	top, inner := h.opened("big", trace.PruneRowsMax+1)
	for part := range slices.Chunk(inner, trace.RecordsMax) {
		ok(t, h.end(proof.EndLost, part...))
	}
	ok(t, h.end(proof.EndLost, top))
	n.pass((trace.PruneAfterDays + 1) * days)
	all := append(inner, top)
	ok(t, h.do(&trace.Post{Kind: "one"}))
	if got := n.left(all); got == 0 || n.forgotten() > trace.PruneRowsMax {
		t.Fatalf("%d of %d records are left after one block, which pruned %d rows", got, len(all), n.forgotten())
	}
	ok(t, h.do(&trace.Post{Kind: "two"}))
	if got := n.left(all); got != 0 {
		t.Fatalf("%d records are left after two blocks", got)
	}
	if err := n.Runtime.Invariants(n.State); err != nil {
		t.Fatal(err)
	}
}
