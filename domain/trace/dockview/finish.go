package dockview

import (
	"bytes"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"

	"pedigree/domain/trace/traceview"
	"pedigree/format/dscsa"
	"pedigree/internal/api"
	"pedigree/internal/vault"
	"pedigree/ledger"
	"pedigree/proof"
)

// Report is what came of a session.
type Report struct {
	Session  Session      `json:"session"`
	Plan     Plan         `json:"plan"`
	Sellers  []SellerWord `json:"sellers" doc:"Whether each seller was an authorised trading partner"`
	Outcomes []TopOutcome `json:"outcomes" doc:"What the ledger made of each top-level container on offer"`
	Taken    int          `json:"taken" doc:"Things from outside the network that became stock"`
	Kept     []string     `json:"kept" doc:"Things from outside the network that the stock had already in another way"`
	Pending  string       `json:"pending,omitempty" doc:"What still waits, and goes on by itself"`
	// Corrections are found anew whenever a report is asked for.
	Corrections []Correction `json:"corrections,omitempty" doc:"Documents that came later and say something else of what was received; without the single differences"`
}

// SellerWord is what was known of a seller when the goods were received.
type SellerWord struct {
	Document int64  `json:"document,omitempty" doc:"None for a shipment on the ledger"`
	Org      string `json:"org,omitempty" doc:"Its id, where it is known as a member of the network"`
	GLN      string `json:"gln,omitempty"`
	Authority
}

// TopOutcome is what the ledger made of one container.
type TopOutcome struct {
	Path    string            `json:"path"`
	Verdict traceview.Verdict `json:"verdict"`
	Outcome traceview.Outcome `json:"outcome"`
	Text    string            `json:"text,omitempty"`
}

// Points of a finish, at which tests end it.
const (
	pointPlanned = "finish-planned"
	pointStocked = "finish-stocked"
	pointCarried = "finish-carried"
)

// Finish receives what is good, sends back what is not, and opens a case for each
// finding. It happens once: done again it goes on from where it was, or tells what came
// of it. While the ledger is away, what is on the ledger waits and goes on by itself.
func (d *Docks) Finish(ctx context.Context, id int64, by string) (Report, error) {
	r, err := d.finish(ctx, id, by)
	if err != nil {
		return Report{}, fmt.Errorf("couldn't finish receiving session %d: %w", id, err)
	}
	return r, nil
}

func (d *Docks) finish(ctx context.Context, id int64, by string) (Report, error) {
	l, err := d.hold(ctx, id)
	if err != nil {
		return Report{}, err
	}
	defer d.release(l)
	if l.session.State == Done {
		return d.report(ctx, id)
	}
	if l.session.State == Open {
		if err := d.begin(ctx, l, by); err != nil {
			l.loaded = false
			return Report{}, err
		}
		d.tell(l, Change{What: ChangeState, By: by})
	}
	if err := l.mustBe(Finishing); err != nil {
		return Report{}, err
	}
	l.loaded = false // whatever comes of it, the store knows
	r, err := d.carry(ctx, l, by)
	if err == nil && r.Session.State == Done {
		l.session.State = Done
		d.tell(l, Change{What: ChangeState, By: by})
	}
	return r, err
}

// begin asks who sold the goods, plans, and keeps both: from here on nothing is scanned
// or decided, and the plan is carried out.
func (d *Docks) begin(ctx context.Context, l *live, by string) error {
	if len(l.scans) == 0 && len(l.decisions) == 0 {
		return api.Coded(errors.New("nothing was scanned; scan what arrived, or drop the session"), ledger.Conflict, "dock/nothing-scanned")
	}
	if !l.session.Delivery.IsZero() { // what speaks against it may be new
		if err := d.read(ctx, l, l.session.ID); err != nil {
			return err
		}
	}
	sold, words, err := d.askSellers(ctx, l)
	if err != nil {
		return err
	}
	r := Report{Session: l.session, Plan: d.planOf(l, sold), Sellers: words, Outcomes: []TopOutcome{}, Kept: []string{}}
	document, err := d.keep(ctx, r)
	if err != nil {
		return err
	}
	err = d.Vault.Update(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `UPDATE dock_session SET state = $1, report = $2 WHERE id = $3 AND state = $4`, int(Finishing), document, l.session.ID, int(Open))
		return err
	})
	if err != nil {
		return err
	}
	l.session.State = Finishing
	return d.pass(pointPlanned)
}

// askSellers asks of each seller whether it was an authorised trading partner, and keeps
// the answer with the session. What was answered before isn't asked again.
func (d *Docks) askSellers(ctx context.Context, l *live) (map[int64]Authority, []SellerWord, error) {
	sold, words := map[int64]Authority{}, []SellerWord{}
	documents := make([]int64, 0, len(l.sellers))
	for n := range l.sellers {
		documents = append(documents, n)
	}
	slices.Sort(documents)
	err := d.Vault.Update(ctx, func(tx *sql.Tx) error {
		clear(sold)
		words = words[:0]
		for _, n := range documents {
			s := l.sellers[n]
			a, err := d.Goods.SellerOf(tx, s, fmt.Sprintf("receiving session %d", l.session.ID))
			if err != nil {
				return err
			}
			sold[n] = a
			words = append(words, SellerWord{Document: n, Org: s.Org, GLN: s.GLN, Authority: a})
			if err := d.noteSeller(ctx, tx, l.session.ID, n, a); err != nil {
				return err
			}
		}
		return nil
	})
	return sold, words, err
}

// name is how stock rows name a seller.
func (s SellerWord) name() string {
	if s.GLN != "" {
		return s.GLN
	}
	return s.Org
}

func (d *Docks) noteSeller(ctx context.Context, tx *sql.Tx, session, document int64, a Authority) error {
	sealed, err := d.Vault.SealValue(sellerContext(session, document), []byte(a.Text))
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `INSERT INTO dock_seller (session, document, authority, evidence, sealed) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (session, document) DO UPDATE SET authority = excluded.authority, evidence = excluded.evidence, sealed = excluded.sealed`,
		session, document, a.Word, a.Evidence, sealed)
	return err
}

// carry brings a plan into stock, onto the ledger and into cases, each step at most once.
func (d *Docks) carry(ctx context.Context, l *live, by string) (Report, error) {
	r, err := d.report(ctx, l.session.ID)
	if err != nil {
		return r, err
	}
	r.Session = l.session
	if err := d.stock(ctx, l, &r); err != nil {
		return r, err
	}
	if err := d.pass(pointStocked); err != nil {
		return r, err
	}
	if err := d.Documents.GoodsCame(ctx, l.session.Documents); err != nil {
		return r, err
	}
	if away, err := d.onLedger(ctx, &r); err != nil {
		return r, err
	} else if away {
		return r, nil
	}
	if err := d.pass(pointCarried); err != nil {
		return r, err
	}
	return d.end(ctx, l, r, by)
}

// stock takes what came from outside the network into the stock.
func (d *Docks) stock(ctx context.Context, l *live, r *Report) error {
	if !l.session.Delivery.IsZero() {
		return nil
	}
	acts := map[string]string{}
	for _, t := range r.Plan.Tops {
		acts[t.Path] = t.Act
	}
	p := &planner{l: l, today: r.Plan.Day}
	return d.Vault.Update(ctx, func(tx *sql.Tx) error {
		r.Taken, r.Kept = 0, []string{}
		for _, s := range r.Sellers {
			o := traceview.Outside{Document: s.Document, Seller: s.name(), Authority: s.Authority, At: d.Now()}
			for _, i := range l.expected.tops {
				if n := &l.expected.nodes[i]; n.document == s.Document && acts[n.path] == ActReceive {
					p.packages(i, reason{}, "", &o.Packages)
				}
			}
			left, err := d.Goods.TakeOutside(tx, o)
			if err != nil {
				return err
			}
			r.Taken += len(o.Packages) - len(left)
			r.Kept = append(r.Kept, left...)
		}
		return nil
	})
}

// packages lists what of a container is received, containers first.
func (p *planner) packages(i int32, bad reason, in string, to *[]dscsa.Package) bool {
	n, m := &p.l.expected.nodes[i], &p.l.tally.marks[i]
	decision := p.l.decisions[n.path]
	here := m.seen || m.inferred || decision.What == DecideForgive
	if why := p.against(i); bad.Rule == "" && here {
		bad = why
	}
	at := len(*to)
	*to = append(*to, dscsa.Package{Path: n.path, Kind: n.kind, GTIN: n.gtin, Lot: n.lot, Expiry: n.expiry, In: in, Inferred: !m.seen})
	stays := n.first == none && p.unwanted(n, here, bad, decision) == ""
	for c := n.first; c != none; c = p.l.expected.nodes[c].next {
		if p.packages(c, bad, n.path, to) {
			stays = true
		}
	}
	if decision.What == DecideRefuse || bad.Rule != "" {
		stays = false
	}
	if !stays {
		*to = (*to)[:at]
	}
	return stays
}

// onLedger receives what is on offer on the ledger. It tells whether the ledger is away.
func (d *Docks) onLedger(ctx context.Context, r *Report) (away bool, err error) {
	if r.Session.Delivery.IsZero() {
		return false, nil
	}
	req, some := requestOf(r.Plan)
	if !some {
		return false, nil
	}
	got, err := d.Goods.ReceiveInbox(ctx, r.Session.Delivery, req)
	if err != nil {
		var known interface{ Kind() ledger.Kind }
		if errors.As(err, &known) && known.Kind() == ledger.Unavailable {
			r.Pending = "The goods are kept, and will be received on the ledger once it answers."
			return true, nil
		}
		return false, err
	}
	for _, it := range got.Items {
		o := TopOutcome{Path: it.Path, Verdict: it.Verdict, Outcome: it.Outcome}
		for _, p := range it.Problems {
			if p.Verdict != traceview.OK {
				o.Text = p.Text
				break
			}
		}
		r.Outcomes = append(r.Outcomes, o)
	}
	return false, nil
}

// requestOf is a plan's part on the ledger, and whether there is any.
func requestOf(p Plan) (r traceview.ReceiveRequest, some bool) {
	r.AcceptUnproved = true // what isn't to be taken so is left
	for _, t := range p.Tops {
		if t.Document != 0 {
			continue
		}
		switch t.Act {
		case ActReceive:
			some = true
			for _, g := range t.Refuse {
				r.Refuse = append(r.Refuse, traceview.RefuseItem{Item: g.Path, Reason: g.Reason})
			}
		case ActReject:
			some = true
			r.Refuse = append(r.Refuse, traceview.RefuseItem{Item: t.Path, Reason: "rejected"})
		default:
			r.Leave = append(r.Leave, t.Path)
		}
	}
	return r, some
}

// end opens the cases and ends the session.
func (d *Docks) end(ctx context.Context, l *live, r Report, by string) (Report, error) {
	r.Session.State, r.Session.Closed = Done, d.Now().UTC()
	if err := d.overtaken(ctx, l.session); err != nil {
		return r, err
	}
	if err := d.openCases(ctx, l, &r, by); err != nil {
		return r, err
	}
	document, err := d.keep(ctx, r)
	if err != nil {
		return r, err
	}
	err = d.Vault.Update(ctx, func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, `UPDATE dock_session SET report = $1 WHERE id = $2`, document, l.session.ID); err != nil {
			return err
		}
		return d.close(ctx, tx, l.session.ID, Done)
	})
	return r, err
}

// openCases opens a case about each finding. One that can't be a case as it is stays
// listed: the session ends all the same, and a person opens it.
func (d *Docks) openCases(ctx context.Context, l *live, r *Report, by string) error {
	if d.Cases == nil || len(r.Plan.Findings) == 0 {
		return nil
	}
	shipment, err := d.shipmentOf(ctx, l.session)
	if err != nil {
		return err
	}
	for i := range r.Plan.Findings {
		f := &r.Plan.Findings[i]
		if len(f.Items) == 0 {
			continue
		}
		f.Case, err = d.openCase(ctx, NewCase{
			Key: caseKey(l.session.ID, f), Finding: *f, Seller: r.sellerOf(f.Document), Site: l.session.Site, Shipment: shipment,
			Document: f.Document, Found: l.session.Opened, By: by,
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// openCase opens a case, and returns its number; "" where none is kept or it can't be one.
func (d *Docks) openCase(ctx context.Context, n NewCase) (number string, err error) {
	if d.Cases == nil {
		return "", nil
	}
	err = d.Vault.Update(ctx, func(tx *sql.Tx) (err error) {
		number, err = d.Cases.Open(tx, n)
		return err
	})
	var known interface{ Kind() ledger.Kind }
	if errors.As(err, &known) && (known.Kind() == ledger.Invalid || known.Kind() == ledger.Limit) {
		d.Log.Warn("what was found at the dock is listed without a case", "rule", n.Finding.Rule, "error", err)
		return "", nil
	}
	return number, err
}

// shipmentOf is the id of a session's shipment on the ledger, by which its sender knows it.
func (d *Docks) shipmentOf(ctx context.Context, s Session) (proof.Hash, error) {
	if s.Delivery.IsZero() {
		return proof.Hash{}, nil
	}
	x, err := d.Goods.Expected(ctx, s.Delivery)
	return x.Report.ID, err
}

func (r *Report) sellerOf(document int64) traceview.Seller {
	for _, s := range r.Sellers {
		if s.Document == document {
			return traceview.Seller{Org: s.Org, GLN: s.GLN}
		}
	}
	return traceview.Seller{}
}

// caseKey is the same for the same finding of a session.
func caseKey(session int64, f *Finding) proof.Hash {
	b := binary.BigEndian.AppendUint64([]byte("pedigree/dock/case\x00"), uint64(session))
	return sha256.Sum256(append(b, f.Rule+"\x00"+f.Top+"\x00"+fmt.Sprint(f.Document)...))
}

// keep stores a report.
func (d *Docks) keep(ctx context.Context, r Report) (int64, error) {
	raw, err := json.Marshal(r)
	if err != nil {
		return 0, err
	}
	kept, _, err := d.Vault.PutDocument(ctx, vault.DocumentInfo{Name: "receiving", MediaType: "application/json", Direction: vault.Own}, bytes.NewReader(raw))
	return kept.ID, err
}

// Report is what came of a session, or is about to.
func (d *Docks) Report(ctx context.Context, id int64) (Report, error) {
	l, err := d.hold(ctx, id)
	if err != nil {
		return Report{}, err
	}
	defer d.release(l)
	if l.session.State == Open || l.session.State == Dropped {
		return Report{Session: l.session, Plan: d.planOf(l, nil), Sellers: []SellerWord{}, Outcomes: []TopOutcome{}, Kept: []string{}}, nil
	}
	r, err := d.report(ctx, id)
	if err != nil {
		return r, err
	}
	r.Session = l.session
	r.Corrections, err = d.corrections(ctx, `WHERE session = $1 ORDER BY document LIMIT `+strconv.Itoa(ListMax), id)
	return r, err
}

func (d *Docks) report(ctx context.Context, id int64) (r Report, err error) {
	var document int64
	err = d.Vault.View(ctx, func(tx *sql.Tx) error {
		return tx.QueryRowContext(ctx, `SELECT report FROM dock_session WHERE id = $1`, id).Scan(&document)
	})
	if err != nil {
		return r, err
	}
	content, _, err := d.Vault.OpenDocument(ctx, document)
	if err != nil {
		return r, err
	}
	raw, err := io.ReadAll(content)
	if err = errors.Join(err, content.Close()); err != nil {
		return r, err
	}
	return r, json.Unmarshal(raw, &r)
}

// Resume takes up finishes that were interrupted.
func (d *Docks) Resume(ctx context.Context) error {
	list, err := d.List(ctx, Finishing, 0, resumedMax)
	for i := 0; i < len(list) && err == nil; i++ {
		_, err = d.Finish(ctx, list[i].ID, list[i].By)
	}
	return err
}

// CheckSellers asks again whether the sellers of a session's goods were authorised
// trading partners, when a licence list came since, and notes it with the goods from
// outside the network.
func (d *Docks) CheckSellers(ctx context.Context, id int64) ([]SellerWord, error) {
	r, err := d.Report(ctx, id)
	if err == nil && r.Session.State != Done {
		err = api.Coded(fmt.Errorf("session %d is %s; its sellers are asked at its finish", id, r.Session.State), ledger.Conflict, "dock/state")
	}
	if err != nil {
		return nil, err
	}
	words := []SellerWord{}
	err = d.Vault.Update(ctx, func(tx *sql.Tx) error {
		words = words[:0]
		for _, s := range r.Sellers {
			a, err := d.Goods.SellerOf(tx, traceview.Seller{Org: s.Org, GLN: s.GLN, At: r.Session.Closed}, fmt.Sprintf("receiving session %d, again", id))
			if err == nil {
				err = d.noteSeller(ctx, tx, id, s.Document, a)
			}
			if err == nil && s.Document != 0 {
				err = d.Goods.OutsideAuthority(tx, s.Document, a)
			}
			if err != nil {
				return err
			}
			s.Authority = a
			words = append(words, s)
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("couldn't check the sellers of receiving session %d: %w", id, err)
	}
	return words, nil
}
