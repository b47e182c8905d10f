package traceview

import (
	"context"
	"database/sql"
	"fmt"
	"math"
	"time"

	"pedigree/domain/trace/traceview/verdict"
	"pedigree/internal/api"
	"pedigree/ledger"
	"pedigree/proof"
)

// Trace is everything known here about one thing.
type Trace struct {
	Path     string      `json:"path,omitempty"`
	Found    bool        `json:"found"`
	Verdict  Verdict     `json:"verdict"`
	Text     string      `json:"text,omitempty"` // one sentence
	Says     api.Said    `json:"says,omitzero" doc:"The code of text and next, where no finding decides"`
	Next     string      `json:"next,omitempty"` // what to do
	Rule     string      `json:"rule,omitempty" doc:"Of the finding that decides, where one does"`
	Command  string      `json:"command,omitempty" doc:"What helps with the next step on the command line"`
	GTIN     string      `json:"gtin,omitempty"`
	Serial   string      `json:"serial,omitempty"`
	SSCC     string      `json:"sscc,omitempty"`
	Lot      string      `json:"lot,omitempty"`
	Expiry   string      `json:"expiry,omitempty"`   // YYYY-MM-DD
	Kind     uint64      `json:"kind"`               // proof.KindUnit and so on
	Product  string      `json:"product,omitempty"`  // from master data, where there is some
	Standing string      `json:"standing,omitempty"` // where it is, in words
	Stands   api.Said    `json:"stands,omitzero" doc:"The code of standing"`
	Grade    string      `json:"grade,omitempty" doc:"Of goods from outside the network: what they are known by, as signed, reported or own word"`
	In       []string    `json:"in,omitempty"`
	Maker    string      `json:"maker,omitempty"` // organisation that stated to have made it
	Ledger   LedgerFacts `json:"ledger"`
	Findings []Problem   `json:"findings"`
	Steps    []TraceStep `json:"steps"` // in the order of time
	Released []Released  `json:"released,omitempty" doc:"Why marks were taken off it here, the oldest first"`
	// Places are what master data says of the places of the steps.
	Places []TracePlace `json:"places"`
}

// LedgerFacts are what the ledger proves about the nearest record: the thing's
// own, or that of the container it is sealed in.
type LedgerFacts struct {
	Record       string `json:"record,omitempty"` // path of the thing whose record it is; empty without one
	State        string `json:"state,omitempty"`  // live, in transit, packed, ended
	Commissioned uint64 `json:"commissioned"`     // height
	Class        uint64 `json:"class"`            // proof.ClassMade and so on
	Recall       uint64 `json:"recall"`           // number of the recall that covers it, or 0
	Flags        uint64 `json:"flags"`
	AsOf         uint64 `json:"as_of"` // height
}

// TraceStep is one thing that happened.
type TraceStep struct {
	Time     time.Time  `json:"time"`
	Kind     string     `json:"kind,omitempty"` // commissioning, packing, unpacking, shipping, receiving, dispensing, ... (CBV business steps)
	Text     string     `json:"text,omitempty"`
	Says     api.Said   `json:"says,omitzero" doc:"The code of text, without what it was in; a step of nobody's vocabulary has none"`
	Who      string     `json:"who,omitempty"`   // organisation, when known
	Where    string     `json:"where,omitempty"` // identifier of the place
	Place    string     `json:"place,omitempty"` // name of the place, when known
	In       string     `json:"in,omitempty"`    // of what it was in when this happened to that; empty when it was itself
	Known    int        `json:"known"`           // KnownProved and so on
	Height   uint64     `json:"height"`          // on the ledger, when proved
	Entry    proof.Hash `json:"entry"`
	Document int64      `json:"document"` // number of the document that tells it, with the line
	Line     int        `json:"line"`
	Ordinal  int        `json:"ordinal"`
}

// Trace answers about one thing, by any text that identifies it: a scan, a
// Digital Link, an EPC URN, or numbers typed by a person.
func (d *Desk) Trace(ctx context.Context, text string) (Trace, error) {
	path, err := itemPath(text)
	if err != nil {
		return Trace{}, fmt.Errorf("couldn't trace: %w", err)
	}
	t := &tracing{d: d, text: text, judge: d.judging(), out: Trace{Path: path, Verdict: OK}}
	t.identity()
	err = d.vault.View(ctx, func(tx *sql.Tx) error {
		t.tx = tx
		return t.gather()
	})
	if err == nil {
		err = t.places(ctx)
	}
	if err != nil {
		return Trace{}, fmt.Errorf("couldn't trace %s: %w", path, err)
	}
	t.conclude()
	return t.out, nil
}

// tracing is one trace at work.
type tracing struct {
	d     *Desk
	tx    *sql.Tx
	text  string
	judge *judging
	out   Trace
	// merged are the events that stand in the list already, by themselves or by
	// their shipment.
	merged map[int64]bool
}

func (t *tracing) identity() {
	if id, err := proof.ParseIdentity(t.out.Path); err == nil {
		t.out.GTIN, t.out.Serial, t.out.SSCC = id.GTIN, id.Serial, id.SSCC
	}
}

// gather reads the stock, the ledger and the history.
func (t *tracing) gather() error {
	it, ok, err := loadItem(t.tx, t.out.Path)
	if err != nil {
		return err
	}
	t.merged = map[int64]bool{}
	if !ok {
		if err := t.events(stay{path: t.out.Path, till: math.MaxInt64}); err != nil {
			return err
		}
		return t.dispensed()
	}
	t.out.Found = true
	if t.out.In, err = t.within(it); err != nil {
		return err
	}
	if err := t.present(it); err != nil {
		return err
	}
	return t.history(it)
}

// present says what the thing is and where it stands now.
func (t *tracing) present(it item) error {
	t.out.Kind, t.out.Lot = it.kind, it.lot.number
	if it.lot.expiry != "" {
		t.out.Expiry = expiryText(it.lot.expiry)
	}
	top, err := topOf(t.tx, it)
	if err != nil {
		return err
	}
	if it.status == StatusDispensed {
		top = it
	}
	t.out.Stands = standing(top)
	t.out.Standing = t.out.Stands.Text
	if top.status == StatusOutside {
		known, err := outsideKnown(t.tx, []string{it.path})
		if err != nil {
			return err
		}
		t.out.Grade = GradeName(known[it.path])
	}
	return t.ledger(it)
}

// ledger judges the thing, and reads what is committed about its nearest record.
func (t *tracing) ledger(it item) error {
	return t.d.chain.Read(func(s ledger.State) error {
		t.judge.on(t.tx, s)
		facts, _, err := t.judge.of(it.path, t.text)
		if err == nil {
			err = t.judge.cited(facts)
		}
		if err != nil {
			return err
		}
		t.findings(t.judge.sum(it.path, facts))
		if it.offLedger() {
			return nil // only reported
		}
		return t.committed(it)
	})
}

// findings keeps what speaks against the thing. Where it stands is told, and is no
// fault.
func (t *tracing) findings(a verdict.Answer) {
	for _, f := range a.Facts {
		if f.Word != OK && f.Rule != verdict.RuleNotHere && f.Rule != verdict.RuleUnknown {
			t.out.Findings = append(t.out.Findings, Problem{Verdict: f.Word, Rule: f.Rule, Path: f.Path, Text: f.Text, Next: f.Next, Command: f.Command, Case: f.Case})
		}
	}
}

// committed reads the thing's nearest record.
func (t *tracing) committed(it item) error {
	way, err := t.judge.up(&it)
	if err != nil {
		return err
	}
	near := &way[0]
	for i := range way {
		if near = &way[i]; near.surfaced {
			break
		}
	}
	c, known, err := commissionOf(t.tx, near.open.origin)
	if err != nil {
		return err
	}
	if known {
		t.out.Maker = c.maker
	}
	if near.on {
		states := [...]string{"", "live", "in transit", "packed", "ended"}
		t.out.Ledger = LedgerFacts{
			Record: near.path, State: states[near.rec.State], Commissioned: near.state.At, Class: near.state.Class,
			Recall: near.state.Recall, Flags: near.rec.Flags, AsOf: t.judge.height,
		}
	}
	return nil
}

// conclude puts the answer first.
func (t *tracing) conclude() {
	o := &t.out
	for _, p := range o.Findings {
		if o.Verdict = o.Verdict.Worse(p.Verdict); o.Text == "" {
			o.Text, o.Next, o.Rule, o.Command = p.Text, p.Next, p.Rule, p.Command
		}
	}
	switch {
	case o.Text != "":
	case !o.Found && len(o.Steps) == 0:
		o.Verdict, o.Says = CannotTell, TraceSayings.Say("trace/unrecorded")
		o.Next = "check the number; scan the code instead of typing; look for the shipment's file; ask the seller"
	case !o.Found && o.Steps[len(o.Steps)-1].Kind == "dispensing":
		row, _ := verdict.RowOf(verdict.RuleDispensed)
		o.Verdict, o.Rule, o.Text, o.Next = Stop, row.Rule, "It was dispensed here; it never was in stock, for nobody has to trace it.", row.Next
	case !o.Found:
		o.Verdict, o.Says, o.Next = CannotTell, TraceSayings.Say("trace/only-reported"), "ask the organisation that reported it"
	default:
		o.Says = TraceSayings.Say("trace/known", "standing", o.Standing)
	}
	if o.Text == "" {
		o.Text = o.Says.Text
	}
}
