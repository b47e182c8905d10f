package trace_test

import (
	"slices"

	"pedigree/domain/trace"
	"pedigree/proof"
)

// What each act does to the model's goods. Each first gathers the reasons against
// it; what it does with some is forgotten.

func (a *attempt) create(key0 string, n trace.Name, t thing, l lot) {
	a.refuse(!a.signers[key0], trace.CodeKey0)
	a.refuse(a.lots[n.Origin] != nil, trace.CodeOriginExists)
	t.state, t.at = proof.StateLive, a.height
	a.things[n], a.lots[n.Origin] = &t, &l
}

func (a *attempt) open(n trace.Name, of *goods, shown []*goods) {
	t := a.loadLive(n)
	if t == nil {
		return
	}
	a.byHolder(t)
	a.refuse(a.frozen(t), trace.CodeStopped)
	a.surface(n, of, shown)
}

func (a *attempt) surface(n trace.Name, of *goods, shown []*goods) {
	t := a.things[n]
	if a.refuse(t.goods == nil || t.goods.depth == 0 || t.goods != of, trace.CodeBadOpening) {
		return
	}
	for _, in := range shown {
		child := trace.Name{Origin: n.Origin, Leaf: in.leaf}
		a.refuse(a.things[child] != nil, trace.CodeSurfaced)
		a.things[child] = &thing{
			state: proof.StateLive, flags: t.flags, frozenUntil: t.frozenUntil, owner: t.owner, holder: t.holder, goods: in, ack: t.ack, at: a.height,
		}
	}
	t.out += uint64(len(shown))
}

func (a *attempt) packable(n trace.Name) *thing {
	t := a.loadLive(n)
	if t != nil {
		a.byOwner(t)
		a.byHolder(t)
		a.stopped(t)
		a.refuse(t.flags&(proof.FlagIllegitimate|proof.FlagStolen) != 0, trace.CodeStopped)
		a.refuse(a.recalled(n), trace.CodeRecalled)
		delete(a.recoveries, n)
	}
	return t
}

func (a *attempt) pack(box trace.Name, recs []trace.Name) {
	a.refuse(slices.Contains(recs, box), trace.CodeSelfPack)
	b := a.packable(box)
	for _, n := range recs {
		t := a.packable(n)
		if t == nil || b == nil {
			continue
		}
		a.refuse(t.nest == proof.NestMax, trace.CodeTooDeep)
		b.nest = max(b.nest, t.nest+1)
		t.state, t.parent, t.owner, t.holder = proof.StatePacked, box, "", ""
	}
}

func (a *attempt) unpack(box trace.Name, recs []trace.Name) {
	a.refuse(slices.Contains(recs, box), trace.CodeSelfPack)
	b := a.loadLive(box)
	if b == nil {
		return
	}
	a.byHolder(b)
	a.refuse(a.frozen(b), trace.CodeStopped)
	for _, n := range recs {
		t := a.load(n)
		if t == nil || a.refuse(t.state != proof.StatePacked || t.parent != box, trace.CodeNotInBox) {
			continue
		}
		t.state, t.owner, t.holder, t.parent = proof.StateLive, b.owner, b.holder, trace.Name{}
	}
	a.emptied(box)
}

// emptied forgets how deep a container was once filled.
func (a *attempt) emptied(box trace.Name) {
	if a.kids(box) == 0 {
		a.things[box].nest = 0
	}
}

func (a *attempt) ship(n trace.Name, o offer, back bool) {
	a.refuse(o.to == "" && o.toHolder == "", trace.CodeBadShape)
	a.refuse(o.deadline < a.now+trace.DeadlineSecondsMin || o.deadline > a.now+trace.DeadlineSecondsMax, trace.CodeDeadline)
	t := a.loadLive(n)
	if t == nil {
		return
	}
	if o.to != "" {
		a.byOwner(t)
		delete(a.recoveries, n)
	}
	if o.toHolder != "" {
		a.byHolder(t)
	}
	a.stopped(t)
	a.refuse(!back && t.flags&(proof.FlagIllegitimate|proof.FlagStolen) != 0, trace.CodeStopped)
	a.refuse(!back && a.recalled(n), trace.CodeRecalled)
	t.state, t.offer = proof.StateTransit, o
}

func (a *attempt) loadTransit(n trace.Name) *thing {
	t := a.load(n)
	if t == nil || a.refuse(t.state != proof.StateTransit, trace.CodeNotTransit) {
		return nil
	}
	return t
}

// refusedItem is a way from the received thing, or one packed in it, to an item.
type refusedItem struct {
	start trace.Name
	way   []*goods // the containers opened and the item at the end; none: start itself
}

func (a *attempt) receive(n trace.Name, refused []refusedItem) {
	for _, f := range refused {
		a.refuse(f.start == n && len(f.way) == 0, trace.CodeBadShape)
	}
	t := a.loadTransit(n)
	if t == nil {
		return
	}
	o := t.offer
	a.refuse(o.to != "" && !a.signers[o.to] || o.toHolder != "" && !a.signers[o.toHolder], trace.CodeNotReceiver)
	a.refuse(a.now > o.deadline, trace.CodeTooLate)
	t.state, t.offer = proof.StateLive, offer{}
	if o.to != "" {
		t.owner = o.to
	}
	if o.toHolder != "" {
		t.holder = o.toHolder
	}
	freed := map[trace.Name]bool{n: true}
	for _, f := range refused {
		a.giveBack(n, f, o, freed)
	}
}

// giveBack takes one refused item out and gives back what was offered of it. freed
// are things out of their containers that are still the receiver's.
func (a *attempt) giveBack(top trace.Name, f refusedItem, o offer, freed map[trace.Name]bool) {
	if a.refuse(a.things[f.start] == nil, trace.CodeNoRecord) {
		return
	}
	if !freed[f.start] {
		inside := false
		for box := range freed {
			inside = inside || a.isIn(f.start, box)
		}
		if a.refuse(!inside, trace.CodeNotInBox) {
			for t := a.things[f.start]; t.state == proof.StatePacked; t = a.things[t.parent] {
				a.refuse(a.frozen(a.things[t.parent]), trace.CodeStopped) // which may be met first on the way up
			}
			return
		}
		for at := a.things[f.start].parent; ; at = a.things[at].parent {
			a.refuse(a.frozen(a.things[at]), trace.CodeStopped)
			if freed[at] {
				break
			}
		}
		t, box := a.things[f.start], a.things[f.start].parent
		t.state, t.parent, t.owner, t.holder = proof.StateLive, trace.Name{}, a.things[top].owner, a.things[top].holder
		a.emptied(box)
		freed[f.start] = true
	}
	at := f.start
	for _, in := range f.way {
		child := trace.Name{Origin: at.Origin, Leaf: in.leaf}
		if !freed[child] {
			if a.refuse(a.things[child] != nil, trace.CodeSurfaced) {
				return
			}
			if a.surface(at, a.things[at].goods, []*goods{in}); a.things[child] == nil {
				return
			}
			freed[child] = true
		}
		at = child
	}
	t := a.things[at]
	delete(freed, at)
	if o.to != "" {
		t.owner = o.back
	}
	if o.toHolder != "" {
		t.holder = o.back
	}
}

func (a *attempt) reject(n trace.Name) {
	if t := a.loadTransit(n); t != nil {
		a.refuse(!a.signers[t.offer.to] && !a.signers[t.offer.toHolder], trace.CodeNotReceiver)
		t.state, t.offer = proof.StateLive, offer{}
	}
}

func (a *attempt) reclaim(n trace.Name) {
	if t := a.loadTransit(n); t != nil {
		a.refuse(!a.signers[t.owner] && !a.signers[t.holder], trace.CodeNotOwner)
		a.refuse(a.now <= t.offer.deadline, trace.CodeTooEarly)
		t.state, t.offer = proof.StateLive, offer{}
	}
}

func (a *attempt) end(recs, kids []trace.Name, class uint64) {
	for _, n := range recs {
		if t := a.loadLive(n); t != nil {
			a.byOwner(t)
			a.byHolder(t)
			a.refuse(a.frozen(t), trace.CodeStopped)
		}
	}
	if len(a.reasons) > 0 {
		return
	}
	for _, n := range kids {
		t := a.load(n)
		if t == nil || a.refuse(t.state != proof.StatePacked || !slices.Contains(recs, a.top(n)), trace.CodeNotInBox) {
			return
		}
		a.refuse(a.frozen(t), trace.CodeStopped)
		owner := a.things[a.top(n)].owner
		a.endOne(n, owner, class)
	}
	for _, n := range recs {
		if len(a.reasons) == 0 {
			a.endOne(n, a.things[n].owner, class)
		}
	}
}

func (a *attempt) endOne(n trace.Name, owner string, class uint64) {
	t, l := a.things[n], a.lots[n.Origin]
	a.refuse(a.kids(n) > 0, trace.CodeNotEmpty)
	delete(a.recoveries, n)
	if l.class == proof.ClassBox {
		delete(a.things, n)
		delete(a.lots, n.Origin)
		return
	}
	l.ended[class-1]++
	*t = thing{state: proof.StateEnded, flags: t.flags, owner: owner, goods: t.goods, out: t.out, ack: t.ack, at: t.at, end: class}
}

func (a *attempt) reenter(n trace.Name, owner, holder string) {
	t := a.load(n)
	if t == nil || a.refuse(t.state != proof.StateEnded || t.end != proof.EndLeftNetwork || t.flags&proof.FlagReentered != 0, trace.CodeNotOut) {
		return
	}
	a.byOwner(t)
	live, _ := a.live(n.Origin)
	a.refuse(live == 0 && a.lots[n.Origin].closed+trace.PruneAfterDays <= a.day(), trace.CodeTooLate)
	a.lots[n.Origin].ended[t.end-1]--
	t.state, t.end, t.flags, t.owner, t.holder = proof.StateLive, 0, t.flags|proof.FlagReentered, owner, holder
}

func (a *attempt) flag(n trace.Name, set, clear uint64) {
	if (set|clear)&proof.FlagFrozen != 0 {
		a.refuse(!a.council, trace.CodeNotCouncil)
		if t := a.load(n); t != nil {
			a.refuse(t.state == proof.StateEnded, trace.CodeNotLive)
			t.frozenUntil = 0
			if set != 0 {
				t.frozenUntil = a.now + trace.FreezeSeconds
			}
		}
		return
	}
	if t := a.loadLive(n); t != nil {
		a.refuse(!a.signers[t.owner] && !a.signers[t.holder], trace.CodeNotOwner)
		t.flags = t.flags&^clear | set
	}
}

func (a *attempt) transform(inputs []trace.Name, key0 string, out trace.Name, t thing) {
	a.refuse(!a.commissioner(), trace.CodeNotCommissioner)
	var parents []proof.Hash
	for _, n := range inputs {
		l := a.lots[n.Origin]
		if a.refuse(l == nil, trace.CodeNoOrigin) {
			return
		}
		a.refuse(l.recall != 0, trace.CodeRecalled)
		a.refuse(l.class == proof.ClassBox, trace.CodeClass)
		if !slices.Contains(parents, n.Origin) {
			parents = append(parents, n.Origin)
		}
		a.consume(n)
	}
	a.create(key0, out, t, lot{class: proof.ClassRepacked, until: 60, parents: parents})
}

func (a *attempt) consume(n trace.Name) {
	t := a.load(n)
	switch {
	case t == nil:
	case t.state == proof.StateEnded:
		a.refuse(t.end != proof.EndLeftNetwork && t.end != proof.EndLost, trace.CodeNotOut)
		a.byOwner(t)
		a.lots[n.Origin].ended[t.end-1]--
		a.lots[n.Origin].ended[proof.EndTransformed-1]++
		t.end = proof.EndTransformed
	case a.loadLive(n) != nil:
		a.byOwner(t)
		a.byHolder(t)
		a.stopped(t)
		a.refuse(t.flags&(proof.FlagIllegitimate|proof.FlagStolen) != 0, trace.CodeStopped)
		a.endOne(n, t.owner, proof.EndTransformed)
	}
}

func (a *attempt) recall(seq uint64, named []proof.Hash) {
	a.refuse(!a.council, trace.CodeNotCouncil)
	if a.refuse(seq > uint64(len(a.recalls)), trace.CodeNoRecall) {
		return
	}
	if seq == 0 {
		a.recalls = append(a.recalls, recallNotice{})
		seq = uint64(len(a.recalls))
	}
	for _, h := range named {
		if a.refuse(a.lots[h] == nil, trace.CodeNoOrigin) {
			return
		}
		a.under(h, seq)
	}
}

func (a *attempt) under(h proof.Hash, seq uint64) {
	l := a.lots[h]
	a.refuse(l.recall > seq, trace.CodeLaterRecall)
	if l.recall < seq {
		l.recall = seq
		a.recalls[seq-1].count++
	}
}

func (a *attempt) extend(seq uint64, h proof.Hash) {
	l := a.lots[h]
	if a.refuse(l == nil, trace.CodeNoOrigin) || a.refuse(seq == 0 || seq > uint64(len(a.recalls)), trace.CodeNoRecall) {
		return
	}
	parent := slices.ContainsFunc(l.parents, func(p proof.Hash) bool { return a.lots[p] != nil && a.lots[p].recall == seq })
	if !a.refuse(!parent, trace.CodeNotUnderRecall) {
		a.under(h, seq)
	}
}

func (a *attempt) answer(seq uint64, recs []trace.Name) {
	for _, n := range recs {
		t := a.load(n)
		if t == nil {
			return
		}
		a.refuse(seq == 0 || a.lots[n.Origin].recall != seq, trace.CodeNotUnderRecall)
		a.refuse(t.state == proof.StateEnded, trace.CodeNotLive)
		a.refuse(t.ack == seq && seq != 0, trace.CodeAnswered)
		top := a.things[a.top(n)]
		a.refuse(!a.signers[top.owner] && !a.signers[top.offer.to] && !a.signers[top.offer.toHolder], trace.CodeNotOwner)
		t.ack = seq
	}
}

func (a *attempt) recover(n trace.Name, owner, holder string) {
	a.refuse(!a.council, trace.CodeNotCouncil)
	a.loadLive(n)
	_, pending := a.recoveries[n]
	a.refuse(pending, trace.CodeRecovering)
	a.recoveries[n] = recovery{owner, holder, a.now + trace.RecoverSeconds}
}

func (a *attempt) finish(n trace.Name) {
	r, pending := a.recoveries[n]
	if a.refuse(!pending, trace.CodeNoRecovery) {
		return
	}
	a.refuse(a.now < r.from, trace.CodeTooEarly)
	if t := a.loadLive(n); t != nil {
		t.owner, t.holder = r.owner, r.holder
		delete(a.recoveries, n)
	}
}

func (a *attempt) veto(n trace.Name) {
	_, pending := a.recoveries[n]
	if a.refuse(!pending, trace.CodeNoRecovery) {
		return
	}
	a.byOwner(a.things[a.top(n)])
	delete(a.recoveries, n)
}
