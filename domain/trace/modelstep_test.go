package trace_test

import (
	"fmt"
	"slices"

	"pedigree/domain/trace"
	"pedigree/ledger"
	"pedigree/ledger/ledgertest"
	"pedigree/proof"
)

// Random acts: each draws a message and says what the model does with it.

func (m *modelRun) commission() {
	class := pick(m, "class", []uint64{proof.ClassMade, proof.ClassMade, proof.ClassRepacked, proof.ClassIntroduced, proof.ClassBox})
	m.commissionLot(m.below(modelLots, "lot"), m.key(), m.key(), class, pick(m, "until", []uint64{53, 70}))
}

func (m *modelRun) commissionLot(i int, owner, holder string, class, until uint64) {
	key0, g := fmt.Sprint("lot", i), m.pool[i]
	msg := m.hand("", owner, holder).commissionOf(key0, g, class)
	msg.Until = until
	m.send("commission", msg, []string{key0}, func(a *attempt) {
		a.refuse(class == proof.ClassBox, trace.CodeClass)
		a.refuse(class != proof.ClassIntroduced && !a.commissioner(), trace.CodeNotCommissioner)
		a.create(key0, g.in(key0), thing{owner: owner, holder: holder, goods: g}, lot{class: class, until: until})
	})
}

func boxName(i int) (key0 string, n trace.Name) {
	key0 = fmt.Sprint("box", i)
	return key0, trace.Name{Origin: originOf(key0), Leaf: ledgertest.HashOf(key0)}
}

func (m *modelRun) box() {
	m.boxOf(m.below(modelBoxes, "box"), m.key(), m.key())
}

func (m *modelRun) boxOf(i int, owner, holder string) {
	key0, n := boxName(i)
	msg := &trace.Box{Origins: trace.Origins{n.Origin}, Key0: ledgertest.Key(key0), Leaf: n.Leaf, Owner: ledgertest.Key(owner), Holder: ledgertest.Key(holder)}
	m.send("box", msg, []string{key0}, func(a *attempt) {
		a.create(key0, n, thing{owner: owner, holder: holder}, lot{class: proof.ClassBox})
	})
}

// of returns what is known of a thing, or of nothing.
func (m *modelRun) of(n trace.Name) thing {
	if t := m.model.things[n]; t != nil {
		return *t
	}
	return thing{}
}

// keysOf are the keys of things, none of them twice.
func (m *modelRun) keysOf(names ...trace.Name) []string {
	out := []string{}
	for _, n := range names {
		for _, k := range []string{m.of(n).owner, m.of(n).holder} {
			if !slices.Contains(out, k) {
				out = append(out, k)
			}
		}
	}
	return out
}

func hasContent(_ trace.Name, t *thing) bool { return t.goods != nil && t.goods.depth > 0 }

func (m *modelRun) open() {
	n := m.some("container", func(n trace.Name, t *thing) bool {
		return t.state == proof.StateLive && hasContent(n, t) && int(t.out) < len(t.goods.inner)
	})
	g := m.of(n).goods
	if g == nil || g.depth == 0 || m.chance(3, "with another's opening") {
		g = m.pool[1]
	}
	var shown []*goods
	for range 1 + m.below(len(g.inner), "how many") {
		if in := pick(m, "shown", g.inner); !slices.Contains(shown, in) {
			shown = append(shown, in)
		}
	}
	o, r := refs(n)
	m.send("open", &trace.Open{Origins: o, Rec: r[0], Opening: g.opening(shown...)}, m.keysOf(n), func(a *attempt) { a.open(n, g, shown) })
}

func (m *modelRun) pack() {
	box := m.some("box", func(n trace.Name, t *thing) bool {
		return t.state == proof.StateLive && (t.goods == nil || m.model.kids(n) > 0) && m.model.lots[n.Origin].recall == 0
	})
	recs := m.several("record", 3, func(n trace.Name, t *thing) bool {
		return t.state == proof.StateLive && n != box && t.flags&proof.FlagHeld == 0 && m.model.lots[n.Origin].recall == 0
	})
	o, r := refs(append([]trace.Name{box}, recs...)...)
	m.send("pack", &trace.Pack{Origins: o, Box: r[0], Recs: r[1:]}, m.keysOf(append(recs, box)...), func(a *attempt) { a.pack(box, recs) })
}

func (m *modelRun) unpack() {
	box := m.some("box", func(n trace.Name, t *thing) bool { return t.state == proof.StateLive && m.model.kids(n) > 0 })
	recs := m.several("record", 2, func(_ trace.Name, t *thing) bool { return t.state == proof.StatePacked && t.parent == box })
	o, r := refs(append([]trace.Name{box}, recs...)...)
	m.send("unpack", &trace.Unpack{Origins: o, Box: r[0], Recs: r[1:]}, m.keysOf(box), func(a *attempt) { a.unpack(box, recs) })
}

func (m *modelRun) ship() {
	n := m.live("record")
	back := m.chance(40, "as a return")
	f := offer{back: m.key(), deadline: m.Time + 10 + pick(m, "ahead", []uint64{3600, 3 * days, 3 * days, 20 * days, 20 * days, 45 * days, 45 * days, 3599, 45*days + 1})}
	if m.chance(85, "title") {
		f.to = m.key()
	}
	if m.chance(85, "custody") {
		f.toHolder = m.key()
	}
	o, r := refs(n)
	msg := &trace.Ship{
		Origins: o, Rec: r[0], To: ledger.OptKey(keyOrNone(f.to)), ToHolder: ledger.OptKey(keyOrNone(f.toHolder)), Back: ledgertest.Key(f.back), Deadline: f.deadline, Return: back,
	}
	m.send("ship", msg, m.keysOf(n), func(a *attempt) { a.ship(n, f, back) })
}

func inTransit(_ trace.Name, t *thing) bool { return t.state == proof.StateTransit }

func (m *modelRun) receive() {
	n := m.some("record", inTransit)
	var items []refusedItem
	for range m.below(4, "refused") {
		items = append(items, m.refusedItem(n))
	}
	var named []trace.Name
	for _, f := range items {
		named = append(named, f.start)
	}
	o, r := refs(append([]trace.Name{n}, named...)...)
	msg := &trace.Receive{Origins: o, Rec: r[0]}
	for i, f := range items {
		refused, at := trace.Refused{Start: r[i+1]}, m.of(f.start).goods
		for _, in := range f.way {
			refused.Levels, at = append(refused.Levels, at.level(in)), in
		}
		msg.Refuse = append(msg.Refuse, refused)
	}
	m.send("receive", msg, []string{m.of(n).offer.to, m.of(n).offer.toHolder}, func(a *attempt) { a.receive(n, items) })
}

// refusedItem draws a start in the record, mostly, and a way down from it.
func (m *modelRun) refusedItem(top trace.Name) refusedItem {
	f := refusedItem{start: top}
	if m.chance(50, "a packed one") {
		f.start = m.some("start", func(n trace.Name, t *thing) bool { return t.state == proof.StatePacked && m.model.isIn(n, top) })
	}
	g := m.of(f.start).goods
	for range m.below(3, "levels") {
		if g == nil || g.depth == 0 {
			break
		}
		g = pick(m, "slot", g.inner)
		f.way = append(f.way, g)
	}
	return f
}

func (m *modelRun) reject() {
	n := m.some("record", inTransit)
	o, r := refs(n)
	m.send("reject", &trace.Reject{Origins: o, Rec: r[0]}, []string{m.of(n).offer.to, m.of(n).offer.toHolder}, func(a *attempt) { a.reject(n) })
}

func (m *modelRun) reclaim() {
	n := m.some("record", inTransit)
	o, r := refs(n)
	if t := m.of(n); t.state == proof.StateTransit && m.chance(60, "late") {
		m.Time = max(m.Time, t.offer.deadline-10+uint64(m.below(2, "seconds late")))
	}
	m.send("reclaim", &trace.Reclaim{Origins: o, Rec: r[0]}, m.keysOf(n), func(a *attempt) { a.reclaim(n) })
}

func (m *modelRun) end() {
	recs := m.several("record", 2, func(_ trace.Name, t *thing) bool { return t.state == proof.StateLive })
	var kids []trace.Name
	if m.chance(70, "with what is packed in them") {
		for _, n := range recs {
			for _, kid := range m.inside(n) {
				if !slices.Contains(kids, kid) { // one of the records may lie in another
					kids = append(kids, kid)
				}
			}
		}
	}
	class := pick(m, "class", []uint64{proof.EndLeftSupply, proof.EndLeftNetwork, proof.EndLeftNetwork, proof.EndLost})
	o, r := refs(append(slices.Clone(recs), kids...)...)
	msg := &trace.End{Origins: o, Recs: r[:len(recs)], Kids: r[len(recs):], Class: class}
	m.send("end", msg, m.keysOf(recs...), func(a *attempt) { a.end(recs, kids, class) })
}

// inside lists what is packed in a thing, innermost first.
func (m *modelRun) inside(box trace.Name) (out []trace.Name) {
	for _, n := range m.model.names() {
		if t := m.model.things[n]; t.state == proof.StatePacked && t.parent == box {
			out = append(append(out, m.inside(n)...), n)
		}
	}
	return out
}

func (m *modelRun) reenter() {
	n := m.some("record", func(_ trace.Name, t *thing) bool { return t.end == proof.EndLeftNetwork })
	owner, holder := m.key(), m.key()
	o, r := refs(n)
	msg := &trace.Reenter{Origins: o, Rec: r[0], Owner: ledgertest.Key(owner), Holder: ledgertest.Key(holder)}
	m.send("reenter", msg, m.keysOf(n), func(a *attempt) { a.reenter(n, owner, holder) })
}

func (m *modelRun) flag() {
	n, bits := m.live("record"), uint64(1+m.below(15, "flags"))
	set, clear := bits, uint64(0)
	if m.chance(60, "clears") {
		set, clear = 0, 15
	}
	m.send("flag", flagOf(n, set, clear), m.keysOf(n), func(a *attempt) { a.flag(n, set, clear) })
}

func (m *modelRun) freeze() {
	n := m.some("record", func(_ trace.Name, t *thing) bool { return t.state != proof.StateEnded })
	set, clear := uint64(proof.FlagFrozen), uint64(0)
	if m.of(n).frozenUntil > 0 && m.chance(70, "unfreezes") {
		set, clear = 0, proof.FlagFrozen
	}
	m.send("freeze", flagOf(n, set, clear), nil, func(a *attempt) { a.flag(n, set, clear) })
}

func (m *modelRun) transform() {
	inputs := m.several("input", 2, func(n trace.Name, t *thing) bool {
		l := m.model.lots[n.Origin]
		return l.class != proof.ClassBox && l.recall == 0 && (t.state == proof.StateLive || t.end == proof.EndLeftNetwork || t.end == proof.EndLost)
	})
	m.transformInto(modelLots+m.below(modelOuts, "output"), inputs)
}

func (m *modelRun) transformInto(i int, inputs []trace.Name) {
	key0, g, owner, holder := fmt.Sprint("lot", i), m.pool[i], m.key(), m.key()
	o, r := refs(inputs...)
	msg := &trace.Transform{Origins: o, Inputs: r, Outputs: []trace.Output{{
		Origin: originOf(key0), Key0: ledgertest.Key(key0), Leaf: g.leaf, Depth: uint64(g.depth), Root: ledger.OptHash(g.root), Owner: ledgertest.Key(owner), Holder: ledgertest.Key(holder), Until: 60,
	}}}
	m.send("transform", msg, append(m.keysOf(inputs...), key0), func(a *attempt) {
		a.transform(inputs, key0, g.in(key0), thing{owner: owner, holder: holder, goods: g})
	})
}

// madeOf lists the lots that came out of others.
func (m *modelRun) madeOf() (out []proof.Hash) {
	for i := modelLots; i < modelLots+modelOuts; i++ {
		if h := originOf(fmt.Sprint("lot", i)); m.model.lots[h] != nil {
			out = append(out, h)
		}
	}
	return out
}

func (m *modelRun) anyLot() proof.Hash {
	if made := m.madeOf(); len(made) > 0 && m.chance(40, "one made of others") {
		return pick(m, "lot", made)
	}
	return m.some("lot", func(n trace.Name, t *thing) bool { return t.goods != nil }).Origin
}

func (m *modelRun) seq() uint64 {
	return uint64(m.below(len(m.model.recalls)+1, "recall"))
}

func (m *modelRun) recall() {
	named := []proof.Hash{m.anyLot()}
	if made := m.madeOf(); len(made) > 0 && m.chance(40, "a parent") {
		named[0] = m.model.lots[pick(m, "of", made)].parents[0]
	}
	if other := m.anyLot(); other != named[0] {
		named = append(named, other)
	}
	seq := m.seq()
	if len(m.model.recalls) > 3 && seq == 0 {
		seq = uint64(len(m.model.recalls)) // or all goods would soon be under recall
	}
	if m.chance(50, "one origin") {
		named = named[:1]
	}
	m.send("recall", recallOf(seq, named...), nil, func(a *attempt) { a.recall(seq, named) })
}

func (m *modelRun) extend() {
	h, seq := m.anyLot(), m.seq()
	for _, made := range m.madeOf() {
		for _, p := range m.model.lots[made].parents {
			if l := m.model.lots[p]; l != nil && l.recall > m.model.lots[made].recall && m.chance(80, "a true link") {
				h, seq = made, l.recall
			}
		}
	}
	m.send("extend", &trace.Extend{Origins: trace.Origins{h}, Seq: seq}, []string{}, func(a *attempt) { a.extend(seq, h) })
}

func (m *modelRun) answer() {
	recs := m.several("record", 2, func(n trace.Name, t *thing) bool {
		r := m.model.lots[n.Origin].recall
		return t.state != proof.StateEnded && r != 0 && t.ack != r
	})
	seq := m.seq()
	if l := m.model.lots[recs[0].Origin]; l != nil && m.chance(90, "its recall") {
		seq = l.recall
	}
	needs := []string{}
	for _, n := range recs {
		if m.model.things[n] == nil {
			continue
		}
		top := m.of(m.model.top(n))
		needs = append(needs, pick(m, "who answers", []string{top.owner, top.owner, top.offer.to, top.offer.toHolder}))
	}
	o, r := refs(recs...)
	m.send("answer", &trace.Answer{Origins: o, Recs: r, Seq: seq}, needs, func(a *attempt) { a.answer(seq, recs) })
}

func (m *modelRun) recover() {
	n := m.live("record")
	owner, holder := m.key(), m.key()
	o, r := refs(n)
	msg := &trace.Recover{Origins: o, Rec: r[0], Owner: ledgertest.Key(owner), Holder: ledgertest.Key(holder)}
	m.send("recover", msg, nil, func(a *attempt) { a.recover(n, owner, holder) })
}

func (m *modelRun) underRecovery() trace.Name {
	return m.some("record", func(n trace.Name, _ *thing) bool { _, pending := m.model.recoveries[n]; return pending })
}

func (m *modelRun) finish() {
	n := m.underRecovery()
	if r, pending := m.model.recoveries[n]; pending && m.chance(90, "in time") {
		m.Time = max(m.Time, r.from-10-uint64(m.below(5, "how early")/4))
	}
	o, r := refs(n)
	m.send("finish", &trace.FinishRecovery{Origins: o, Rec: r[0]}, []string{}, func(a *attempt) { a.finish(n) })
}

func (m *modelRun) veto() {
	n := m.underRecovery()
	needs := []string{}
	if m.model.things[n] != nil {
		needs = append(needs, m.of(m.model.top(n)).owner)
	}
	o, r := refs(n)
	m.send("veto", &trace.Veto{Origins: o, Rec: r[0]}, needs, func(a *attempt) { a.veto(n) })
}
