package dockview

import (
	"context"
	"fmt"
	"time"

	"pedigree/domain/trace"
	"pedigree/domain/trace/traceview"
	"pedigree/format/dscsa"
)

// What becomes of a top-level container at the finish.
const (
	ActReceive = "receive"
	ActReject  = "reject" // it goes back whole
	ActLeave   = "leave"  // it stays on offer
	ActHold    = "hold"   // it is kept apart, and is no stock
)

// Plan is what a finish will do, as things stand.
type Plan struct {
	Tops     []TopPlan `json:"tops"`
	Extras   []Extra   `json:"extras" doc:"What nobody expects"`
	Findings []Finding `json:"findings" doc:"What differs; a case is opened about each"`
	Day      string    `json:"day" doc:"By which expiry dates were looked at"`
	More     int       `json:"more,omitempty" doc:"Findings left out because there are too many"`
}

// TopPlan is what will become of one top-level container.
type TopPlan struct {
	Path     string        `json:"path"`
	Document int64         `json:"document,omitempty" doc:"That names it; none when it is on offer on the ledger"`
	Act      string        `json:"act" enum:"receive,reject,leave,hold"`
	Packs    int           `json:"packs"`
	Good     int           `json:"good" doc:"Packs that become stock"`
	Inferred int           `json:"inferred" doc:"Of the good ones, those counted because a closed container was scanned"`
	Cases    int           `json:"cases,omitempty" doc:"In it"`
	Whole    int           `json:"whole,omitempty" doc:"Cases that become stock with all that is in them"`
	Refuse   []RefusedItem `json:"refuse,omitempty" doc:"What goes back to the sender in the same act"`
	Text     string        `json:"text,omitempty"`
}

// RefusedItem is one thing that goes back out of a container that is received.
type RefusedItem struct {
	Path   string `json:"path"`
	Reason string `json:"reason"`
	Good   int    `json:"good,omitempty" doc:"Packs in it that are here and go back too, because the ledger can't part them"`
}

// Extra is a thing that nobody expects.
type Extra struct {
	Item
	Rule string `json:"rule"`
	Text string `json:"text"`
	Next string `json:"next,omitempty"`
	Act  string `json:"act" enum:"hold,back"`
}

// planner makes a plan of a session.
type planner struct {
	l     *live
	today string
	sold  map[int64]Authority // by document, where the sellers were asked
	out   Plan
	found findings
}

// Authority is what was known of a seller when the goods were received.
type Authority = traceview.Authority

// Plan tells what a finish would do now.
func (d *Docks) Plan(ctx context.Context, id int64) (Plan, error) {
	l, err := d.hold(ctx, id)
	if err != nil {
		return Plan{}, err
	}
	defer d.release(l)
	return d.planOf(l, nil), nil
}

func (d *Docks) planOf(l *live, sold map[int64]Authority) Plan {
	p := &planner{l: l, today: d.Now().UTC().Format(time.DateOnly), sold: sold, out: Plan{Tops: []TopPlan{}, Extras: []Extra{}}}
	p.out.Day = p.today
	for _, i := range l.expected.tops {
		p.top(i)
	}
	p.extras()
	p.found.list = append(p.found.list, l.expected.faults...)
	if p.out.Findings = p.found.list; p.out.Findings == nil {
		p.out.Findings = []Finding{}
	}
	p.out.More = p.found.more
	return p.out
}

// part is what a container's plan finds below one thing.
type part struct {
	gaps     []gap
	good     int // packs
	inferred int // of them
	packs    int
	stays    bool // something below it, or it itself, is received
}

// gap is a thing that is not received.
type gap struct {
	i      int32
	levels int // openings from the nearest record down to it
	why    string
	good   int // packs in it that are here
}

// top plans one top-level container.
func (p *planner) top(i int32) {
	n := &p.l.expected.nodes[i]
	w := p.walk(i, reason{}, 0, n.path)
	t := TopPlan{Path: n.path, Document: n.document, Act: ActReceive, Packs: w.packs, Good: w.good, Inferred: w.inferred}
	decided := p.l.decisions[n.path].What
	whole, bad := p.l.expected.whole[n.document]
	switch {
	case p.sold[n.document].Word == traceview.SellerNotAuthorised:
		t.Act, t.Text = p.instead(n), "Its seller was no authorised trading partner."
		p.found.add(RuleSeller, n.path, n.document, reason{Text: t.Text, Next: "hold the goods apart as suspect, and ask the seller for its licence"}, p.item(i))
	case bad:
		t.Act, t.Text = p.instead(n), whole.Text
		p.found.add(whole.Rule, n.path, n.document, whole, p.item(i))
	case n.document != 0 && !p.l.session.Delivery.IsZero():
		t.Act, t.Text = ActHold, "A document names it, and its sender doesn't offer it on the ledger."
		p.found.add(RuleNoOffer, n.path, n.document, reason{Text: t.Text, Next: "ask the sender to ship it on the ledger"}, p.item(i))
	case decided == DecideReject || decided == DecideLeave:
		t.Act = map[bool]string{true: decided, false: ActHold}[n.document == 0]
	case !w.stays && !p.touched(i):
		t.Act, t.Text = p.instead(n), "Nothing of it was scanned."
		p.missing(RuleNotArrived, i, w)
	case !w.stays:
		t.Act, t.Text = p.instead(n), "Nothing in it can be received."
	case n.document == 0 && p.l.expected.unproved[n.path] && decided != DecideReceive:
		t.Act, t.Text = ActLeave, "It can't be told to be right; decide to receive it all the same, or ask the sender."
	case n.document == 0:
		p.refusals(&t, w.gaps)
	}
	p.cases(&t, i, w.gaps)
	if t.Act != ActReceive {
		t.Good, t.Inferred, t.Whole = 0, 0, 0
	}
	p.out.Tops = append(p.out.Tops, t)
}

// cases counts the cases in a container, and those of which nothing goes back or is
// missing.
func (p *planner) cases(t *TopPlan, i int32, gaps []gap) {
	lost := map[int32]bool{}
	for _, g := range gaps {
		lost[g.i] = true
	}
	for _, r := range t.Refuse { // whole containers, where there are too many gaps
		lost[p.l.expected.at[r.Path]] = true
	}
	p.countCases(t, i, lost, false)
}

func (p *planner) countCases(t *TopPlan, i int32, lost map[int32]bool, gone bool) (whole bool) {
	gone = gone || lost[i]
	whole = !gone
	for c := p.l.expected.nodes[i].first; c != none; c = p.l.expected.nodes[c].next {
		whole = p.countCases(t, c, lost, gone) && whole
	}
	if p.l.expected.nodes[i].kind == dscsa.KindCase {
		if t.Cases++; whole {
			t.Whole++
		}
	}
	return whole
}

// instead is what becomes of goods that aren't received.
func (p *planner) instead(n *node) string {
	if n.document == 0 {
		return ActLeave
	}
	return ActHold
}

// touched tells whether anything of a container was scanned.
func (p *planner) touched(i int32) bool {
	if m := &p.l.tally.marks[i]; m.seen || m.inferred {
		return true
	}
	for c := p.l.expected.nodes[i].first; c != none; c = p.l.expected.nodes[c].next {
		if p.touched(c) {
			return true
		}
	}
	return false
}

// against is what speaks against receiving a thing that is here.
func (p *planner) against(i int32) reason {
	n, m := &p.l.expected.nodes[i], &p.l.tally.marks[i]
	if m.stop.Rule != "" {
		return m.stop
	}
	if why, bad := p.l.expected.stops[n.path]; bad {
		return why
	}
	if n.expiry != "" && n.expiry < p.today {
		return reason{RuleExpired, "It expired on " + n.expiry + ".", "it goes back or is destroyed"}
	}
	return reason{}
}

// walk finds out what of a thing and of all that is in it is received.
func (p *planner) walk(i int32, bad reason, levels int, top string) part {
	n, m := &p.l.expected.nodes[i], &p.l.tally.marks[i]
	decision := p.l.decisions[n.path]
	here := m.seen || m.inferred || decision.What == DecideForgive
	if why := p.against(i); bad.Rule == "" && why.Rule != "" && here {
		bad = why
		p.found.add(why.Rule, top, n.document, why, p.item(i).labelled(m.lot, m.expiry))
	}
	if m.wrongIn != "" && bad.Rule == "" {
		it := p.item(i)
		it.Claim = "found in " + m.wrongIn
		p.found.add(RuleWrongParent, top, n.document, reason{Text: "It was found in another container than its data says.", Next: "receive it; ask the sender for corrected data"}, it)
	}
	if m.damaged {
		p.found.add(RuleDamaged, top, n.document, reason{Text: "Its label or packaging is damaged.", Next: "keep it in the hold area; agree with the sender whether it goes back"}, p.item(i))
	}
	w := part{}
	for c := n.first; c != none; c = p.l.expected.nodes[c].next {
		depth := 0
		if p.l.expected.nodes[c].sealed {
			depth = levels + 1
		}
		w.add(p.walk(c, bad, depth, top))
	}
	why := p.unwanted(n, here, bad, decision)
	if n.kind == dscsa.KindPack {
		w.packs++
		if why == "" {
			w.good++
			if !m.seen {
				w.inferred++
			}
		}
	}
	switch {
	case n.first == none:
		w.stays = why == ""
	case decision.What == DecideRefuse || bad.Rule != "":
		w.stays = false
	}
	if !w.stays {
		if why == "" {
			why = "missing"
		}
		p.lacks(i, why, top)
		w.gaps = []gap{{i, levels, why, w.good}}
	}
	return w
}

// unwanted is why a thing itself is not received; "" when it is.
func (p *planner) unwanted(n *node, here bool, bad reason, decision Decision) string {
	switch {
	case decision.What == DecideRefuse && decision.Reason != "":
		return decision.Reason
	case decision.What == DecideRefuse:
		return "refused"
	case bad.Rule != "":
		return bad.Rule
	case !here && n.first == none:
		return "missing"
	}
	return ""
}

func (w *part) add(of part) {
	w.gaps = append(w.gaps, of.gaps...)
	w.good += of.good
	w.inferred += of.inferred
	w.packs += of.packs
	w.stays = w.stays || of.stays
}

// lacks notes a thing that is missing, when the container it is in is received in part.
func (p *planner) lacks(i int32, why, top string) {
	n := &p.l.expected.nodes[i]
	if why != "missing" || n.first != none || n.in == none {
		return
	}
	rule, text := RuleMissing, "The data has it in this container, and it was not found."
	if p.l.tally.marks[n.in].open {
		rule, text = RuleConcealed, "The container came closed by its data, and it was not in it."
	}
	if !p.touched(p.l.expected.top(i)) {
		return // the whole hasn't come
	}
	f := p.found.of(rule, top, n.document, reason{Text: text, Next: "what is on the ledger goes back to the sender; agree with it whether it is sent again"})
	if f == nil {
		return
	}
	f.add(p.item(i))
	if f.Ordered == 0 {
		t := p.l.thing(p.l.expected.top(i))
		f.Ordered, f.Received = t.Packs, t.Seen+t.Inferred
	}
}

// missing notes a container of which nothing came.
func (p *planner) missing(rule string, i int32, w part) {
	f := p.found.of(rule, p.l.expected.nodes[i].path, p.l.expected.nodes[i].document, reason{Text: "The data has it, and nothing of it was scanned.", Next: "look for it at the dock; it can still be received when it comes"})
	if f != nil {
		f.add(p.item(i))
		f.Ordered = w.packs
	}
}

func (p *planner) item(i int32) Item {
	n := &p.l.expected.nodes[i]
	return Item{Path: n.path, GTIN: n.gtin, Lot: n.lot, Expiry: n.expiry}
}

// refusals fits what goes back into what one receipt on the ledger can refuse: few
// things, and none too deep. Where that is too much, the containers around them go back.
func (p *planner) refusals(t *TopPlan, gaps []gap) {
	widened := false
	for p.widen(&gaps) {
		widened = true
	}
	for _, g := range gaps {
		if g.i == p.l.expected.at[t.Path] || tooMany(gaps) {
			t.Act = ActLeave
			t.Text = fmt.Sprintf("%d things in it would go back, more than one receipt can say; reject it whole, or receive it as it is and send back what is wrong.", len(gaps))
			return
		}
	}
	for _, g := range gaps {
		t.Refuse = append(t.Refuse, RefusedItem{Path: p.l.expected.nodes[g.i].path, Reason: g.why, Good: g.good})
		t.Good -= g.good
	}
	if widened {
		t.Text = fmt.Sprintf("One receipt can refuse at most %d things, fewer the deeper they are sealed, at most %d containers deep: whole containers go back, with what is good in them.", trace.RefusedMax, trace.RefusedLevelsMax)
	}
}

// tooMany tells whether one receipt can't say refusals, how deep each may be aside.
func tooMany(gaps []gap) bool {
	levels := make([]int, len(gaps))
	for i := range gaps {
		levels[i] = min(gaps[i].levels, trace.RefusedLevelsMax)
	}
	return !traceview.RefusalsFit(levels)
}

// widen takes the container around gaps in place of them, where they are too many or
// too deep, and tells whether it did.
func (p *planner) widen(gaps *[]gap) bool {
	in, most, count, many := none, 0, map[int32]int{}, tooMany(*gaps)
	for _, g := range *gaps {
		above := p.l.expected.nodes[g.i].in
		if above == none || p.l.expected.nodes[above].in == none {
			continue // what is directly in the outermost stays by itself
		}
		if g.levels > trace.RefusedLevelsMax {
			in = above
			break
		}
		count[above]++
		if many && (count[above] > most || count[above] == most && above < in) {
			in, most = above, count[above]
		}
	}
	if in == none {
		return false
	}
	whole := gap{i: in, levels: p.levels(in), why: "incomplete"}
	kept := (*gaps)[:0]
	lost := map[int32]bool{}
	for _, g := range *gaps {
		if p.within(g.i, in) {
			lost[g.i] = true
			continue
		}
		kept = append(kept, g)
	}
	whole.good = p.goodIn(in, lost)
	*gaps = append(kept, whole)
	return true
}

// levels counts the openings from the nearest record down to a thing.
func (p *planner) levels(i int32) int {
	n := 0
	for ; p.l.expected.nodes[i].sealed; i = p.l.expected.nodes[i].in {
		n++
	}
	return n
}

func (p *planner) within(i, in int32) bool {
	for ; i != none; i = p.l.expected.nodes[i].in {
		if i == in {
			return true
		}
	}
	return false
}

// goodIn counts the packs in a container that are here and not among what is lost.
func (p *planner) goodIn(i int32, lost map[int32]bool) int {
	if lost[i] {
		return 0
	}
	n := 0
	if p.l.expected.nodes[i].kind == dscsa.KindPack {
		n++
	}
	for c := p.l.expected.nodes[i].first; c != none; c = p.l.expected.nodes[c].next {
		n += p.goodIn(c, lost)
	}
	return n
}

// extras plans what nobody expects.
func (p *planner) extras() {
	for _, path := range p.l.tally.order {
		x := p.l.tally.extras[path]
		one := Extra{Item: Item{Path: path, GTIN: x.gtin, Lot: x.lot, Expiry: x.expiry}, Rule: x.why.Rule, Text: x.why.Text, Next: x.why.Next, Act: DecideHold}
		if p.l.decisions[path].What == DecideBack {
			one.Act = DecideBack
		}
		if missing := p.inPlaceOf(x); missing != "" {
			one.Claim = "the data may mean it where it says " + missing
			one.SaysSerial = serialOf(missing)
		}
		if len(p.out.Extras) < ListMax {
			p.out.Extras = append(p.out.Extras, one)
		}
		if x.why.Rule == RuleHere || x.why.Rule == RuleOtherSession || x.why.Rule == RuleOtherDelivery {
			continue // nothing is wrong with the shipment
		}
		f := p.found.of(x.why.Rule, "", 0, x.why)
		if f == nil {
			continue
		}
		f.add(one.Item)
		if f.Received++; f.Rule == RuleOverage && one.Act == DecideBack {
			f.Scenario, f.Resolution = "1.1B", dscsa.ReturnProduct
		}
	}
}

// inPlaceOf names the only pack of the same product and lot that is missing: the two
// may be one pack whose serial number the data has wrong.
func (p *planner) inPlaceOf(x *extra) string {
	if x.why.Rule != RuleUnexpectedSerial {
		return ""
	}
	missing := ""
	for i := range p.l.expected.nodes {
		n, m := &p.l.expected.nodes[i], &p.l.tally.marks[i]
		if n.gtin != x.gtin || n.lot != x.lot || n.kind != dscsa.KindPack || m.seen || m.inferred {
			continue
		}
		if missing != "" {
			return ""
		}
		missing = n.path
	}
	return missing
}
