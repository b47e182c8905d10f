package trace_test

import (
	"maps"
	"slices"
	"strings"

	"pedigree/domain/trace"
	"pedigree/ledger"
	"pedigree/proof"
)

// custody is what a small model knows of all goods: maps, names of keys, and no
// counter that could be derived.
type custody struct {
	things     map[trace.Name]*thing
	lots       map[proof.Hash]*lot
	recoveries map[trace.Name]recovery
	recalls    []recallNotice // number 1 first
}

type thing struct {
	state         uint64
	flags         uint64 // without the freeze
	frozenUntil   uint64
	owner, holder string
	goods         *goods // what is known of its content; none for a box
	out, ack, at  uint64
	nest          uint64
	parent        trace.Name
	offer         offer
	end           uint64
}

type offer struct {
	to, toHolder, back string
	deadline           uint64
}

type lot struct {
	class, until, recall, closed uint64
	ended                        [4]uint64
	parents                      []proof.Hash
}

type recovery struct {
	owner, holder string
	from          uint64
}

type recallNotice struct{ count uint64 }

func (c *custody) clone() *custody {
	out := &custody{map[trace.Name]*thing{}, map[proof.Hash]*lot{}, maps.Clone(c.recoveries), slices.Clone(c.recalls)}
	for n, t := range c.things {
		copied := *t
		out.things[n] = &copied
	}
	for h, l := range c.lots {
		copied := *l
		out.lots[h] = &copied
	}
	return out
}

// names lists the things in a fixed order, so that a seed means one run.
func (c *custody) names() []trace.Name {
	return slices.SortedFunc(maps.Keys(c.things), func(a, b trace.Name) int {
		return strings.Compare(string(a.Origin[:])+string(a.Leaf[:]), string(b.Origin[:])+string(b.Leaf[:]))
	})
}

func (c *custody) kids(n trace.Name) (kids uint64) {
	for _, t := range c.things {
		if t.state == proof.StatePacked && t.parent == n {
			kids++
		}
	}
	return kids
}

func (c *custody) live(h proof.Hash) (live, acked uint64) {
	for n, t := range c.things {
		if n.Origin != h || t.state == proof.StateEnded {
			continue
		}
		live++
		if r := c.lots[h].recall; r != 0 && t.ack == r {
			acked++
		}
	}
	return live, acked
}

func (c *custody) top(n trace.Name) trace.Name {
	for c.things[n].state == proof.StatePacked {
		n = c.things[n].parent
	}
	return n
}

// isIn tells whether a thing is packed in another at some level.
func (c *custody) isIn(n, box trace.Name) bool {
	for c.things[n] != nil && c.things[n].state == proof.StatePacked {
		if n = c.things[n].parent; n == box {
			return true
		}
	}
	return false
}

// attempt is one entry as the model judges it: every reason for which it must be
// refused, whatever the order in which the rules ask.
type attempt struct {
	*custody
	now     uint64 // time of its block
	height  uint64
	signers map[string]bool
	org     string
	council bool
	reasons []ledger.Code
}

func (a *attempt) refuse(holds bool, code ledger.Code) bool {
	if holds {
		a.reasons = append(a.reasons, code)
	}
	return holds
}

func (a *attempt) day() uint64 { return a.now / days }

// load finds a thing that must exist.
func (a *attempt) load(n trace.Name) *thing {
	t := a.things[n]
	a.refuse(t == nil, trace.CodeNoRecord)
	return t
}

func (a *attempt) loadLive(n trace.Name) *thing {
	t := a.load(n)
	if t == nil || a.refuse(t.state != proof.StateLive, trace.CodeNotLive) {
		return nil
	}
	return t
}

func (a *attempt) byOwner(t *thing)  { a.refuse(!a.signers[t.owner], trace.CodeNotOwner) }
func (a *attempt) byHolder(t *thing) { a.refuse(!a.signers[t.holder], trace.CodeNotHolder) }

func (a *attempt) frozen(t *thing) bool { return a.now < t.frozenUntil }

func (a *attempt) stopped(t *thing) {
	a.refuse(t.flags&proof.FlagHeld != 0 || a.frozen(t), trace.CodeStopped)
}

func (a *attempt) recalled(n trace.Name) bool { return a.lots[n.Origin].recall != 0 }

// commissioner tells who may make goods: two of the organisations, while their
// licences run.
func (a *attempt) commissioner() bool {
	return (a.org == "maker" || a.org == "repacker") && a.day() <= uint64(day("2030-12-31"))
}

// settle says what follows from what was done: days on which lots closed.
func (a *attempt) settle() {
	for h, l := range a.lots {
		switch live, _ := a.live(h); {
		case live > 0:
			l.closed = 0
		case l.closed == 0:
			l.closed = a.day()
		}
	}
}

// prune forgets what the end of any block forgets.
func (c *custody) prune(today uint64) {
	for h, l := range c.lots {
		if live, _ := c.live(h); live > 0 || l.closed+trace.PruneAfterDays > today {
			continue
		}
		for n := range c.things {
			if n.Origin == h {
				delete(c.things, n)
				delete(c.recoveries, n)
			}
		}
		if 10957+(l.until+1)*183 <= today {
			delete(c.lots, h)
		}
	}
}
