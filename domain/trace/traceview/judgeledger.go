package traceview

import (
	"fmt"
	"strings"

	"pedigree/domain/trace"
	"pedigree/domain/trace/traceview/verdict"
	"pedigree/proof"
)

// boxed is a thing on the way up from another, with its record where it has one.
type boxed struct {
	item
	open  opening
	rec   proof.Record
	on    bool // the ledger here has its record
	state proof.OriginState
}

// committed gathers what the ledger holds about a thing: its nearest record, those of
// everything that it is in, recalls of their origins, and who made it.
func (j *judging) committed(it *item) ([]verdict.Fact, error) {
	way, err := j.up(it)
	if err != nil {
		return nil, err
	}
	var facts []verdict.Fact
	near := -1
	for i := range way {
		b := &way[i]
		if !b.surfaced {
			continue
		}
		if near < 0 {
			near = i
		}
		facts = append(facts, j.record(it, b)...)
	}
	top := &way[len(way)-1]
	if it.status == StatusDispensed {
		return facts, nil
	}
	if f, elsewhere := j.notHere(it, &top.item); elsewhere {
		return append(facts, f), nil
	}
	if near < 0 {
		return nil, fmt.Errorf("couldn't find the record of %s: nothing it is in has one; restore the private store from a backup", it.path)
	}
	if f, behind := j.behind(it, &way[near], top); behind {
		return append(facts, f), nil
	}
	made, err := j.made(it, &way[near])
	return append(facts, made...), err
}

// up returns a thing and everything that it is in, from the inside out.
func (j *judging) up(it *item) ([]boxed, error) {
	first, err := j.look(*it)
	if err != nil {
		return nil, err
	}
	way := []boxed{first}
	for range proof.NestMax + SealedLevelsMax + 1 {
		in := inside(&way[len(way)-1].item)
		if in == "" {
			return way, nil
		}
		b, ok := j.boxes[in]
		if !ok {
			up, err := mustItem(j.tx, in)
			if err != nil {
				return nil, err
			}
			if b, err = j.look(up); err != nil {
				return nil, err
			}
			if len(j.boxes) < standingsKept {
				j.boxes[in] = b
			}
		}
		way = append(way, b)
	}
	return nil, fmt.Errorf("couldn't find what %s is in: the stock rows form a circle; restore the private store from a backup", it.path)
}

// look reads the record of a thing that has one.
func (j *judging) look(it item) (boxed, error) {
	b := boxed{item: it}
	if !it.surfaced {
		return b, nil
	}
	var err error
	if b.open, err = openItem(j.tx, it); err != nil {
		return b, err
	}
	b.rec, b.on = trace.GetRecord(j.s, trace.Name{Origin: b.open.origin, Leaf: b.open.leaf})
	b.state, _ = trace.GetOrigin(j.s, b.open.origin)
	return b, nil
}

// stopFlags are the flags that stop goods, with what they mean.
var stopFlags = []struct {
	flag       uint64
	rule, text string
}{
	{proof.FlagStolen, verdict.RuleStolen, "was reported stolen"},
	{proof.FlagIllegitimate, verdict.RuleIllegitimate, "was found illegitimate"},
	{proof.FlagSuspect, verdict.RuleSuspect, "is suspect and under investigation"},
	{proof.FlagFrozen, verdict.RuleFrozen, "is frozen by the council"},
	{proof.FlagHeld, verdict.RuleHeld, "is on hold"},
}

var endTexts = map[uint64]string{
	proof.EndLeftSupply: "has left the supply", proof.EndLeftNetwork: "has left the network",
	proof.EndLost: "was lost or stolen", proof.EndTransformed: "was made into something else",
}

// record gathers what one record says of a thing that is it or is in it.
func (j *judging) record(it *item, b *boxed) []verdict.Fact {
	if !b.on {
		return nil
	}
	subject := "It"
	if b.path != it.path {
		subject = "What it is in (" + b.path + ")"
	}
	var facts []verdict.Fact
	note := func(rule, text string) { facts = append(facts, verdict.New(rule, b.path, text, j.ledger())) }
	if b.rec.State == proof.StateEnded {
		note(verdict.RuleEnded, subject+" "+endTexts[b.rec.End]+".")
	}
	for _, m := range stopFlags {
		if b.rec.Flags&m.flag != 0 {
			note(m.rule, subject+" "+m.text+".")
		}
	}
	if b.rec.Flags&proof.FlagReentered != 0 {
		note(verdict.RuleWasOut, subject+" left the network once and came back.")
	}
	if b.state.Recall != 0 {
		r, _ := trace.GetRecall(j.s, b.state.Recall)
		note(verdict.RuleRecalled, fmt.Sprintf("%s is under recall number %d%s.", subject, b.state.Recall, recallClass(r.Class)))
	}
	return facts
}

// recallClass names the class of a recall that has one (21 CFR 7.3(m)).
func recallClass(class uint64) string {
	if class < 1 || class > 3 {
		return ""
	}
	return ", class " + [...]string{"", "I", "II", "III"}[class]
}

// behind says that the ledger here does not show as ours what the stock has on hand:
// no record, one that is offered to somebody, or one with another's keys.
func (j *judging) behind(it *item, near, top *boxed) (verdict.Fact, bool) {
	text := ""
	switch {
	case !near.on || !top.on:
		text = "The ledger here holds no record of it."
	case near.rec.State == proof.StateEnded || top.rec.State == proof.StateEnded:
		return verdict.Fact{}, false // a fact of its own
	case top.rec.State != proof.StateLive:
		text = "The ledger here shows it under way, not in your hands."
	case top.ownerKey != 0 && j.key(top.ownerKey) != top.rec.Owner, top.holderKey != 0 && j.key(top.holderKey) != top.rec.Holder:
		text = "The ledger here shows it under other keys than yours."
	default:
		return verdict.Fact{}, false
	}
	return verdict.New(verdict.RuleLedgerBehind, it.path, text, j.ledger()), true
}

// key is the public half of one of our keys.
func (j *judging) key(idx int64) proof.Key {
	k, ok := j.keys[idx]
	if !ok {
		k = j.d.keys.Public(idx)
		j.keys[idx] = k
	}
	return k
}

// made says who made a thing, as far as it is proved: the ground for an OK.
func (j *judging) made(it *item, near *boxed) ([]verdict.Fact, error) {
	if near.rec.State == proof.StateEnded {
		return nil, nil
	}
	proved := verdict.New(verdict.RuleCustodyProved, it.path, "The ledger proves who made it, and that it is yours.", j.ledger())
	if near.state.Class == proof.ClassBox {
		proved.Text = "The ledger proves that it is yours. A box has no maker; each thing in it has."
		return []verdict.Fact{proved}, nil
	}
	if near.state.Class == proof.ClassIntroduced {
		return []verdict.Fact{verdict.New(verdict.RuleIntroduced, it.path, "The ledger proves that it is yours. It came from outside the network: who made it is not proved.", j.ledger())}, nil
	}
	origin := near.open.origin
	if _, ok := j.check.origins[origin]; !ok {
		c, _, err := commissionOf(j.tx, origin)
		if err != nil {
			return nil, fmt.Errorf("couldn't read the maker's statement of %s: %w", it.path, err)
		}
		j.check.origins[origin] = j.check.statement(OriginOpening{Origin: origin, Body: c.stmtBody, Signature: c.stmtSig, Salt: c.stmtSalt})
	}
	j.check.problems = nil
	j.check.made(&Goods{Path: it.path, Attrs: it.attrs(), Origin: origin})
	if len(j.check.problems) == 0 {
		return []verdict.Fact{proved}, nil
	}
	var facts []verdict.Fact
	for _, p := range j.check.problems {
		rule := verdict.RuleStatement
		if p.Rule == RuleNoMaker {
			rule = verdict.RuleNoMaker
		}
		facts = append(facts, verdict.New(rule, it.path, sentence(p.Text), j.ledger()))
	}
	return facts, nil
}

// sentence makes a sentence of a problem's text.
func sentence(text string) string {
	if text == "" {
		return ""
	}
	return strings.ToUpper(text[:1]) + text[1:] + "."
}
