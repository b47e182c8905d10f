package traceview

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"time"

	"pedigree/domain/trace"
	"pedigree/format/epcis"
	"pedigree/internal/crash"
	"pedigree/internal/turns"
	"pedigree/ledger"
	"pedigree/proof"
)

// RefuseItem names a thing that did not arrive or is wrong.
type RefuseItem struct {
	Item   string // any text that identifies it
	Reason string // missing, wrong, damaged, ...
}

// ReceiveRequest is a shipment that arrived.
type ReceiveRequest struct {
	File   io.Reader // the partner's shipment file
	Size   int64     // bytes of it, 0 where they aren't known
	Refuse []RefuseItem
	// Leave are canonical paths of top-level records that stay on offer, for they can be
	// received another time.
	Leave []string
	// AcceptUnproved also takes goods whose verdict is CANNOT TELL, such as those
	// introduced from outside the network.
	AcceptUnproved bool
	// CheckOnly says what would come of it and changes nothing.
	CheckOnly bool
	hurry     bool // judges by the ledger as it is, for the look is repeated
}

// ReceiveReport says what came of a shipment.
type ReceiveReport struct {
	ID       proof.Hash `json:"id"`
	From     string     `json:"from,omitempty"`
	FromName string     `json:"from_name,omitempty"`
	Deadline time.Time  `json:"deadline"`
	Return   bool       `json:"return"`
	// Why says of a return why the goods go back.
	Why      *ReturnNote    `json:"why,omitempty"`
	Again    bool           `json:"again"` // it had been received before; this call completed or repeated the answer
	Verdict  Verdict        `json:"verdict"`
	Items    []ReceivedItem `json:"items"`
	Problems []Problem      `json:"problems"` // that concern the whole shipment
	More     int            `json:"more"`     // problems left out because there were too many
}

// ReceivedItem is one top-level record.
type ReceivedItem struct {
	Path     string    `json:"path,omitempty"`
	Things   int       `json:"things"` // packs, cases and pallets in it, itself included
	Verdict  Verdict   `json:"verdict"`
	Outcome  Outcome   `json:"outcome"`
	Problems []Problem `json:"problems"`
	Refused  []string  `json:"refused,omitempty"` // of what is in it
	OnHold   bool      `json:"on_hold,omitempty" doc:"It came back, and waits on hold for a verdict"`
}

// Outcome is what became of an offered record.
type Outcome string

// The outcomes.
const (
	Received    Outcome = "received"
	Rejected    Outcome = "rejected"     // sent back whole, by request
	NotAccepted Outcome = "not accepted" // left on offer because of its verdict
	Refused     Outcome = "refused"      // by the ledger
	Unchanged   Outcome = "checked"      // only checked
)

// Receive opens a shipment, checks everything in it, and accepts what holds: the
// documents, the goods and, on the ledger, title and custody. Refused items go
// back to the sender in the same act. If it was interrupted, the same call with
// the same file completes it.
func (d *Desk) Receive(ctx context.Context, r ReceiveRequest) (ReceiveReport, error) {
	report, err := d.receive(ctx, r)
	if err != nil {
		return report, fmt.Errorf("couldn't receive the shipment: %w", err)
	}
	return report, nil
}

func (d *Desk) receive(ctx context.Context, r ReceiveRequest) (ReceiveReport, error) {
	in, err := d.openReceiving(r)
	if err != nil {
		return ReceiveReport{}, err
	}
	done, err := in.before(ctx)
	if err != nil {
		return ReceiveReport{}, err
	}
	if done && !r.CheckOnly {
		return in.finish(ctx)
	}
	if err := in.awaitOffer(ctx); err != nil {
		return ReceiveReport{}, err
	}
	if err := in.decide(ctx); err != nil {
		return ReceiveReport{}, err
	}
	if r.CheckOnly {
		return in.report, nil
	}
	return in.finish(ctx)
}

// openReceiving reads, verifies and opens a shipment's file.
func (d *Desk) openReceiving(r ReceiveRequest) (*receiving, error) {
	raw, err := takeShipment(r.File, r.Size)
	if err != nil {
		return nil, err
	}
	in := &receiving{d: d, request: r, raw: raw}
	if len(raw) > turns.SmallBytes {
		in.hand = d.turns.Hand(d.Org())
	}
	return in, in.hand.Do(in.open)
}

// decide checks the shipment, judges it and, unless it is only checked, plans what
// follows. Two calls at once take turns: the second finds what the first planned.
func (in *receiving) decide(ctx context.Context) error {
	in.d.exchanges.Lock()
	defer in.d.exchanges.Unlock()
	if done, err := in.before(ctx); err != nil || done && !in.request.CheckOnly {
		return err
	}
	if err := in.check(ctx); err != nil {
		return err
	}
	in.judge()
	if in.request.CheckOnly {
		return nil
	}
	if err := in.plan(ctx); err != nil {
		return err
	}
	return in.d.pass(crash.ReceivePlanned)
}

// receiving is one shipment coming in.
type receiving struct {
	d       *Desk
	request ReceiveRequest
	raw     []byte
	hand    *turns.Hand // nil for a small file
	file    signedShipment
	content Content
	report  ReceiveReport

	refuse   map[string]string // path to reason
	keys     []offerKeys       // one for each of the goods
	origins  map[proof.Hash]originCheck
	problems []Problem
	events   []eventRow      // of the shipment's document
	header   *epcis.Header   // of the shipment's document
	settled  []bool          // records that are ours already
	copies   []conflict      // serials known here under another origin
	returned map[string]bool // things that were here before, when it is a return
	docs     []int64
	prior    map[string]int // records of this shipment that were settled before, with their status
}

// offerKeys are the numbers of our keys in an offer.
type offerKeys struct{ owner, holder int64 }

// open reads, verifies and opens the file.
func (in *receiving) open() error {
	var err error
	if in.file, err = openShipmentFile(in.raw); err != nil {
		return err
	}
	f := in.file
	switch {
	case f.ChainID != in.d.chain.ChainID():
		return fmt.Errorf("the file is of chain %q, this is %q; it belongs to another network", f.ChainID, in.d.chain.ChainID())
	case f.To != in.d.sign.Org():
		return fmt.Errorf("the shipment is for %s, not for %s; pass it on", f.To, in.d.sign.Org())
	}
	partner, err := in.d.partner(f.From)
	if err != nil {
		return err
	}
	key, err := in.d.memberKey(f.From, f.KeyID)
	if err != nil {
		return err
	}
	if err := f.verify(key); err != nil {
		return err
	}
	private, err := in.d.keys.SealKey()
	if err != nil {
		return err
	}
	if in.content, err = f.open(private); err != nil {
		return err
	}
	if len(in.content.Goods) == 0 || len(in.content.Documents) == 0 {
		return fmt.Errorf("the shipment from %s holds no goods or no document; ask it to send a right file", f.From)
	}
	in.report = ReceiveReport{
		ID: f.ID, From: f.From, FromName: partner.Name, Deadline: time.Unix(int64(in.content.Deadline), 0).UTC(), Return: in.content.Return, Verdict: OK,
	}
	return in.readRefusals()
}

// readRefusals resolves what is refused to things in the shipment.
func (in *receiving) readRefusals() error {
	in.refuse = map[string]string{}
	for _, r := range in.request.Refuse {
		path, err := itemPath(r.Item)
		if err != nil {
			return fmt.Errorf("couldn't read what is refused: %w", err)
		}
		if r.Reason == "" || len(r.Reason) > RefuseReasonMax {
			return fmt.Errorf("the reason for refusing %s has %d bytes; say in 1 to %d why: missing, wrong, damaged", path, len(r.Reason), RefuseReasonMax)
		}
		if in.wayTo(path) == nil {
			return fmt.Errorf("%s is not in this shipment, so it can't be refused; if it arrived all the same, hold it apart and tell %s", path, in.file.From)
		}
		in.refuse[path] = r.Reason
	}
	return nil
}

func (in *receiving) wayTo(path string) []*Goods {
	for i := range in.content.Goods {
		if way := in.content.Goods[i].find(path); way != nil {
			return way
		}
	}
	return nil
}

// check gathers every problem of documents and goods.
func (in *receiving) check(ctx context.Context) error {
	stock := beside(func() error {
		return in.d.vault.View(ctx, func(tx *sql.Tx) error {
			if err := in.ownKeys(tx); err != nil {
				return err
			}
			return in.duplicates(tx)
		})
	})
	read, err := in.checkDocument()
	if err := errors.Join(err, stock()); err != nil {
		return err
	}
	in.problems = append(read, in.problems...)
	_, blockTime := in.d.chain.Status()
	now := in.d.now() // not under Read: a desk's clock may be the ledger's
	in.hand.Take()
	defer in.hand.Give()
	return in.d.chain.Read(func(s ledger.State) error {
		c := &goodsCheck{s: s, chainID: in.file.ChainID, now: now, blockTime: blockTime, returned: in.returned}
		c.statements(in.content.Origins)
		in.settled = make([]bool, len(in.content.Goods))
		for i := range in.content.Goods {
			g := &in.content.Goods[i]
			in.settled[i] = in.offer(c, i)
			c.record(g, nil)
			for thing := range g.All() {
				c.thing(thing)
				in.hand.Pause()
			}
		}
		in.problems = append(in.problems, c.problems...)
		in.origins = c.origins
		return nil
	})
}

// checkDocument holds the shipment's document against what its sender committed to,
// and against the goods.
func (in *receiving) checkDocument() ([]Problem, error) {
	in.hand.Take()
	defer in.hand.Give()
	doc, err := checkDocument(in.content.Documents[0], in.content.Hashes, in.d.now(), func(e *epcis.Event, h proof.Hash) error {
		in.hand.Pause()
		if in.content.Return && e.BizStep == "shipping" {
			why := returnNoteOf(e)
			in.report.Why = &why
		}
		in.events = append(in.events, newEventRow(e, h, KnownSigned))
		return nil
	})
	if err != nil {
		return nil, err
	}
	doc.against(in.content.Goods)
	in.header = doc.header
	return doc.problems, nil
}

// offer checks how a record is offered, and tells whether it was received before.
func (in *receiving) offer(c *goodsCheck, i int) bool {
	g, o := &in.content.Goods[i], in.content.Offers[i]
	r, ok := trace.GetRecord(c.s, trace.Name{Origin: g.Origin, Leaf: g.Leaf()})
	if !ok {
		return false // record says so
	}
	if r.State == proof.StateLive && (o.Owner.IsZero() || r.Owner == o.Owner) && (o.Holder.IsZero() || r.Holder == o.Holder) {
		return true
	}
	switch t := r.Transit; {
	case r.State != proof.StateTransit:
		c.stop(RuleNotOffered, g.Path, "ask the sender to ship it", "the ledger does not show it on offer: it was not shipped, went back, or was shipped to somebody else")
	case t.To != o.Owner || t.ToHolder != o.Holder:
		c.stop(RuleWrongKeys, g.Path, nextAskSender, "the ledger shows it on offer to other keys than the file says")
	case t.Deadline < c.blockTime:
		c.stop(RuleDeadline, g.Path, "ask the sender to ship it again", "it could be received until %s", time.Unix(int64(t.Deadline), 0).UTC().Format(time.RFC3339))
	case t.Memo != proof.MemoCommitment(in.content.MemoSalt, in.content.MemoRoot()):
		c.stop(RuleMemo, g.Path, nextAskSender, "the documents in the file are not those that the sender committed to on the ledger")
	}
	return false
}

// judge sums the problems up for each record.
func (in *receiving) judge() {
	of, refused := map[string]int{}, map[string]bool{}
	in.report.Items = make([]ReceivedItem, len(in.content.Goods))
	for i := range in.content.Goods {
		in.report.Items[i] = in.itemOf(i, of, refused)
	}
	whole := OK
	for _, p := range in.problems {
		i, inside := of[p.Path]
		switch {
		case refused[p.Path]:
		case p.Path == "":
			whole = whole.Worse(p.Verdict)
			in.note(&in.report.Problems, p)
		case inside:
			in.report.Items[i].Verdict = in.report.Items[i].Verdict.Worse(p.Verdict)
			in.note(&in.report.Items[i].Problems, p)
		default: // something upstream that is not in this shipment
			p.Verdict = OK
			in.note(&in.report.Problems, p)
		}
	}
	for i := range in.report.Items {
		in.report.Items[i].Verdict = in.report.Items[i].Verdict.Worse(whole)
		in.report.Verdict = in.report.Verdict.Worse(in.report.Items[i].Verdict)
	}
}

// itemOf begins the answer about a record. It notes to which record each thing
// belongs, and what goes back to the sender.
func (in *receiving) itemOf(i int, of map[string]int, refused map[string]bool) ReceivedItem {
	it := ReceivedItem{Path: in.content.Goods[i].Path, Verdict: OK, Outcome: Unchanged}
	for g := range in.content.Goods[i].All() {
		of[g.Path] = i
		it.Things++
		if _, ok := in.refuse[g.Path]; !ok {
			continue
		}
		it.Refused = append(it.Refused, g.Path)
		for inside := range g.All() {
			refused[inside.Path] = true
		}
	}
	return it
}

// note keeps a problem, up to a limit for each list.
func (in *receiving) note(list *[]Problem, p Problem) {
	if len(*list) >= ProblemsShownMax {
		in.report.More++
		return
	}
	*list = append(*list, p)
}

// accepts tells whether a record's verdict allows to take it.
func (in *receiving) accepts(i int) bool {
	v := in.report.Items[i].Verdict
	return v == OK || v == CannotTell && in.request.AcceptUnproved
}
