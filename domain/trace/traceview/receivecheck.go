package traceview

import (
	"fmt"
	"time"

	"pedigree/domain/org"
	"pedigree/domain/trace"
	"pedigree/format/gs1"
	"pedigree/ledger"
	"pedigree/proof"
)

// goodsCheck holds goods against committed state: whether each record is what
// the opening says, and whether its maker's statement, licence and prefix hold.
type goodsCheck struct {
	s         ledger.State
	chainID   string
	now       time.Time
	blockTime uint64
	origins   map[proof.Hash]originCheck
	problems  []Problem
	// returned are the paths of goods that are on their way back to where they were
	// before: recalled, marked and expired ones are then only named. The sender's
	// word that it is a return is not enough.
	returned map[string]bool
}

// originCheck is what is known of one origin after its statement was judged.
type originCheck struct {
	state     proof.OriginState
	known     bool
	statement proof.Statement // zero when no maker is proved
	maker     proof.Member
	problem   *Problem // against everything of this origin that has a lot
}

func (c *goodsCheck) stop(rule, path, next, format string, args ...any) {
	c.problems = append(c.problems, Problem{Verdict: Stop, Rule: rule, Path: path, Next: next, Text: fmt.Sprintf(format, args...)})
}

// stopSale is stop for what may still come back as a return.
func (c *goodsCheck) stopSale(rule, path, next, text string) {
	p := Problem{Verdict: Stop, Rule: rule, Path: path, Next: next, Text: text}
	if c.returned[path] {
		p.Verdict = OK
	}
	c.problems = append(c.problems, p)
}

const (
	nextAskSender = "don't accept it; ask the sender to send a right file"
	nextHold      = "hold it apart and ask the sender"
	nextSuspect   = "don't accept it; hold it apart as suspect and tell the sender"
)

// statements judges the makers' statements of a shipment.
func (c *goodsCheck) statements(list []OriginOpening) {
	c.origins = make(map[proof.Hash]originCheck, len(list))
	for _, o := range list {
		c.origins[o.Origin] = c.statement(o)
	}
}

func (c *goodsCheck) statement(o OriginOpening) originCheck {
	out := originCheck{}
	out.state, out.known = trace.GetOrigin(c.s, o.Origin)
	refuse := func(rule, format string, args ...any) originCheck {
		out.problem = &Problem{Verdict: Stop, Rule: rule, Text: fmt.Sprintf(format, args...), Next: nextSuspect}
		return out
	}
	if !out.known {
		return refuse(RuleNoRecord, "the ledger knows no commission %s", o.Origin)
	}
	if out.state.Class == proof.ClassIntroduced {
		out.problem = &Problem{
			Verdict: CannotTell, Rule: RuleNoMaker, Next: "accept it only by your own procedure for goods from outside the network",
			Text: "these goods were introduced from outside the network; who made them is not proved",
		}
		return out
	}
	if o.Body == nil {
		return refuse(RuleNoMaker, "no maker's statement is shown, so who made these goods is not proved")
	}
	s, err := proof.DecodeStatement(o.Body)
	switch {
	case err != nil:
		return refuse(RuleStatement, "%v", err)
	case proof.StatementCommitment(o.Salt, o.Body, o.Signature) != out.state.Stmt:
		return refuse(RuleStatement, "the maker's statement shown is not the one that was committed to when origin %s was commissioned", o.Origin)
	case s.ChainID != c.chainID || s.Origin != o.Origin:
		return refuse(RuleStatement, "the maker's statement is about other goods (origin %s), not these: it was copied", s.Origin)
	}
	m, ok := org.Get(c.s, s.Org)
	if !ok {
		return refuse(RuleStatement, "the statement names %s as the maker, which never was a member", s.Org)
	}
	key, ok := m.KeyAt(s.KeyID, out.state.At)
	switch {
	case !ok || !proof.VerifySignature(key, proof.TaggedHash(proof.TagStatement, o.Body), o.Signature):
		return refuse(RuleStatement, "the statement is not signed with a key that %s had when the goods were commissioned", s.Org)
	case !m.LicensedOn(proof.RoleManufacturer|proof.RoleRepackager, out.state.Day, out.state.At):
		return refuse(RuleLicence, "%s (%s) held no licence as manufacturer or repackager when the goods were commissioned", m.Name, s.Org)
	}
	out.statement, out.maker = s, m
	return out
}

// thing judges one unit or case by what its maker stated, and by the calendar.
func (c *goodsCheck) thing(g *Goods) {
	if g.Attrs.Lot == "" && g.Attrs.Expiry == "" {
		return
	}
	if c.made(g) && expiredBy(g.Attrs.Expiry, c.now) {
		c.stopSale(RuleExpired, g.Path, "don't accept it; refuse it as expired", "it expired on "+expiryText(g.Attrs.Expiry))
	}
}

// made judges one unit or case by what its maker stated, and reports whether there is
// a statement to judge it by. A logistic unit has none.
func (c *goodsCheck) made(g *Goods) bool {
	if g.Attrs.Lot == "" && g.Attrs.Expiry == "" {
		return false
	}
	o := c.origins[g.Origin]
	if o.problem != nil {
		p := *o.problem
		p.Path = g.Path
		c.problems = append(c.problems, p)
		return false
	}
	id, err := proof.ParseIdentity(g.Path)
	if err != nil {
		c.stop(RuleStatement, g.Path, nextAskSender, "%v", err)
		return false
	}
	item := proof.StatementItem{GTIN: id.GTIN, Lot: g.Attrs.Lot, Expiry: g.Attrs.Expiry}
	switch {
	case id.GTIN == "" || !o.statement.Covers(item):
		c.stop(RuleStatement, g.Path, nextSuspect, "the maker's statement does not name GTIN %s, lot %s, expiry %s", id.GTIN, g.Attrs.Lot, g.Attrs.Expiry)
	case !o.maker.OwnsPrefix(id.GTIN[1:13], o.state.At):
		c.stop(RulePrefix, g.Path, nextSuspect, "GTIN %s lies under no GS1 company prefix of %s", id.GTIN, o.statement.Org)
	}
	return true
}

// record holds one record, and what is packed in it, against the ledger. Parent
// is nil for the record that was offered.
func (c *goodsCheck) record(g *Goods, parent *Goods) {
	r, ok := trace.GetRecord(c.s, trace.Name{Origin: g.Origin, Leaf: g.Leaf()})
	if !ok {
		c.stop(RuleNoRecord, g.Path, nextAskSender, "the ledger holds no record that opens to it: identifier, lot, expiry or salt were changed, or it was never commissioned")
		return
	}
	if r.Depth != g.Depth || r.Root != g.Root {
		c.stop(RuleRoot, g.Path, nextAskSender, "the contents shown are not those that were sealed in it")
	}
	if parent != nil && (r.State != proof.StatePacked || r.Parent != proof.Parent{Origin: parent.Origin, Leaf: parent.Leaf()}) {
		c.stop(RuleContents, g.Path, nextAskSender, "the ledger does not show it packed in %s", parent.Path)
	}
	if r.Kids != uint64(len(g.Packed)) {
		c.stop(RuleContents, g.Path, nextAskSender, "%d records are packed in it by the ledger, and the file shows %d", r.Kids, len(g.Packed))
	}
	c.gone(g, r)
	c.flags(g.Path, r)
	if o := c.origins[g.Origin]; o.known && o.state.Recall != 0 {
		c.stopSale(RuleRecalled, g.Path, "don't accept it; the sender may ship it as a return only", fmt.Sprintf("it is under recall number %d", o.state.Recall))
	}
	for i := range g.Packed {
		c.record(&g.Packed[i], g)
	}
}

// gone checks that exactly those children are missing that have surfaced.
func (c *goodsCheck) gone(g *Goods, r proof.Record) {
	if n := g.goneCount(); n != r.Out {
		c.stop(RuleContents, g.Path, nextAskSender, "%d things were taken out of it by the ledger, and the file shows %d", r.Out, n)
	}
	for i := range g.Sealed {
		left := g.Sealed[i].Gone
		if left == nil {
			continue
		}
		if _, ok := trace.GetRecord(c.s, trace.Name{Origin: g.Origin, Leaf: left.Leaf}); !ok {
			c.stop(RuleContents, g.Path, nextAskSender, "the file says that something was taken out of it, and the ledger does not")
			return
		}
	}
}

func (c *goodsCheck) flags(path string, r proof.Record) {
	for _, f := range []struct {
		flag uint64
		text string
	}{
		{proof.FlagHeld, "it is on hold"},
		{proof.FlagSuspect, "it is suspect and under investigation"},
		{proof.FlagIllegitimate, "it was found illegitimate"},
		{proof.FlagStolen, "it was reported stolen"},
		{proof.FlagFrozen, "it is frozen by the council"},
	} {
		if r.Flags&f.flag != 0 {
			c.stopSale(RuleFlagged, path, nextSuspect, f.text)
		}
	}
}

// expiredBy reports whether the day YYMMDD has passed.
func expiredBy(yymmdd string, now time.Time) bool {
	day, err := gs1.ParseDateIn(yymmdd, now.UTC().Year())
	return err == nil && now.After(day.Time())
}

func expiryText(yymmdd string) string {
	day, err := gs1.ParseDate(yymmdd)
	if err != nil {
		return yymmdd
	}
	return day.String()
}
