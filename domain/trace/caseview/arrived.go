package caseview

import (
	"bytes"
	"context"
	"crypto/sha256"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	"pedigree/format/pdg"
	"pedigree/internal/api"
	"pedigree/internal/exchange"
	"pedigree/internal/vault"
	"pedigree/proof"
)

// Join has cases go to and come from partners' nodes. Without it people carry the
// messages. Call it before the exchange starts.
func (c *Cases) Join(x *exchange.Exchange) error {
	c.mail = x
	return x.Register(exchange.Kind{Name: KindException, BytesMax: envelopeBytesMax, MediaType: "application/cbor", Arrived: c.arrived})
}

// arrived takes a message in that a partner's node brought.
func (c *Cases) arrived(ctx context.Context, in exchange.Incoming) (exchange.Outcome, error) {
	raw, err := c.mail.ReadPayload(ctx, in, envelopeBytesMax)
	if err != nil {
		return exchange.Outcome{}, err
	}
	e, err := decodeEnvelope(raw)
	if err != nil {
		return exchange.Outcome{}, fmt.Errorf("%w: %w", exchange.ErrRejected, err)
	}
	return c.delivery(ctx, Arrival{Org: in.From, Message: e.message, Shipment: e.shipment, Delivery: in.ID})
}

// delivery takes a message in that a partner's node brought, whose node hears of what is
// wrong with it.
func (c *Cases) delivery(ctx context.Context, a Arrival) (exchange.Outcome, error) {
	t, err := c.Take(ctx, a)
	var no api.Refusal
	if errors.As(err, &no) || errors.Is(err, pdg.ErrMessage) {
		return exchange.Outcome{}, fmt.Errorf("%w: %w", exchange.ErrRejected, err)
	}
	if err != nil {
		return exchange.Outcome{}, err
	}
	return exchange.Outcome{State: exchange.Done, Verdict: "ok", Reason: cut(t.Text, exchange.ReasonBytesMax)}, nil
}

// Arrival is a message that came.
type Arrival struct {
	Org      string     // member that it is from; or
	Partner  int64      // number in the address book
	Message  []byte     // as PDG has it
	Shipment proof.Hash // that it is about; zero when nothing says
	Delivery proof.Hash // that brought it; zero for a file
}

// Taken is what a message that came did.
type Taken struct {
	Case  Case     `json:"case"`
	Again bool     `json:"again,omitempty" doc:"It came before"`
	Text  string   `json:"text"`
	Notes []string `json:"notes" doc:"What of it had no effect, and why"`
}

// Take takes a partner's message in: a report opens its case or adds to it or ends it, a
// response answers. The same message again changes nothing.
func (c *Cases) Take(ctx context.Context, a Arrival) (Taken, error) {
	t, err := c.take(ctx, a)
	if err != nil {
		return Taken{}, fmt.Errorf("couldn't take the message: %w", err)
	}
	return t, nil
}

func (c *Cases) take(ctx context.Context, a Arrival) (Taken, error) {
	report, response, err := pdg.Read(a.Message)
	if err != nil {
		return Taken{}, err
	}
	if a.Partner > 0 && a.Org == "" {
		p, err := c.Book.Get(ctx, a.Partner, time.Time{})
		if err != nil {
			return Taken{}, err
		}
		a.Org = p.Org
	}
	switch {
	case a.Org == "" && a.Partner == 0:
		return Taken{}, invalid("say whose message it is")
	case a.Org == c.Org:
		return Taken{}, invalid("the message is this organisation's own")
	}
	if err := c.allowed(ctx, a, report); err != nil {
		return Taken{}, err
	}
	c.taking.Lock()
	defer c.taking.Unlock()
	m := Message{Document: 0, delivery: a.Delivery}
	if report != nil {
		m.UUID, m.Sort, m.Written = report.Message, sortReport, time.Unix(report.Timestamp, 0)
	} else {
		m.UUID, m.Sort, m.Written = response.Message, sortResponse, time.Unix(response.Timestamp, 0)
	}
	kept, _, err := c.Vault.PutDocument(ctx, vault.DocumentInfo{Name: "exception-" + m.UUID + ".json", MediaType: "application/json", Direction: vault.In, Partner: cut(a.Org, fieldMax)}, bytes.NewReader(a.Message))
	if err != nil {
		return Taken{}, err
	}
	m.Document = kept.ID
	var t Taken
	err = c.Vault.Update(ctx, func(tx *sql.Tx) error {
		t, err = c.apply(tx, a, m, report, response)
		return err
	})
	return t, err
}

// allowed refuses a report about a shipment that the partner has nothing to do with.
func (c *Cases) allowed(ctx context.Context, a Arrival, report *pdg.Report) error {
	if report == nil || a.Shipment.IsZero() || c.Goods == nil {
		return nil
	}
	with, found, err := c.Goods.ShipmentWith(ctx, a.Shipment)
	if err == nil && (!found || with != a.Org) {
		err = invalid("there is no shipment %s between %s and this organisation", a.Shipment, a.Org)
	}
	return err
}

// apply does what a message says, once.
func (c *Cases) apply(tx *sql.Tx, a Arrival, m Message, report *pdg.Report, response *pdg.Response) (Taken, error) {
	id := ""
	if report != nil {
		id = report.Case
	} else {
		id = response.Case
	}
	k, found, err := c.byID(tx, id)
	if err != nil {
		return Taken{}, err
	}
	if found && !k.with(a) {
		return Taken{}, invalid("the message speaks of a case that is not with its sender")
	}
	digest := sha256.Sum256(a.Message)
	var earlier []byte
	var way int
	switch err := tx.QueryRow(`SELECT digest, way FROM case_message WHERE uuid = $1`, m.UUID).Scan(&earlier, &way); {
	case err == nil && way == wayOut:
		return Taken{}, invalid("the message is this organisation's own, by its id %s", m.UUID)
	case err == nil && string(earlier) == string(digest[:]) && found:
		k.show(c.now())
		return Taken{Case: k, Again: true, Text: fmt.Sprintf("case %d: the message came before", k.Number), Notes: []string{}}, nil
	case err == nil:
		return Taken{}, invalid("another message has the id %s already", m.UUID)
	case !errors.Is(err, sql.ErrNoRows):
		return Taken{}, err
	}
	var notes []string
	if report != nil {
		notes, err = c.reported(tx, &k, found, a, report)
	} else {
		notes, err = c.replied(tx, &k, found, response)
	}
	if err != nil {
		return Taken{}, err
	}
	m.Note = cut(strings.Join(notes, "; "), textMax)
	if err := c.putMessage(tx, k.Number, m, digest, 0); err != nil {
		return Taken{}, err
	}
	if notes == nil {
		notes = []string{}
	}
	err = c.keep(tx, &k)
	return Taken{Case: k, Text: fmt.Sprintf("case %d, %s: %s", k.Number, k.State, k.What), Notes: notes}, err
}

// with tells whether a case is with the sender of a message.
func (k *Case) with(a Arrival) bool {
	if a.Org != "" || k.Org != "" {
		return a.Org == k.Org
	}
	return a.Partner == k.Partner
}

// reported takes a partner's report into the case that it speaks of.
func (c *Cases) reported(tx *sql.Tx, k *Case, found bool, a Arrival, r *pdg.Report) (notes []string, err error) {
	says := read(r)
	if found && k.Asking {
		return nil, notNow("the case is the other side's to report; it is answered with a response")
	}
	if !found {
		if err := c.openTheirs(tx, k, a, r, says); err != nil {
			return nil, err
		}
	}
	notes = append(notes, says.notes...)
	all, err := c.items(tx, k.Number)
	if err != nil {
		return nil, err
	}
	known := map[string]Item{}
	for _, i := range all {
		known[i.UUID] = i
	}
	for _, i := range says.items {
		old, there := known[i.UUID]
		if there && old.asked > r.Timestamp {
			notes = append(notes, fmt.Sprintf("item %s: a newer message came before this one", i.UUID))
			continue
		}
		if len(i.Path) > pathMax {
			return nil, invalid("item %s: its identifier is too long", i.UUID)
		}
		i = i.renewed(old, there)
		i.asked = r.Timestamp
		if known[i.UUID] = i; len(known) > ItemsMax {
			return nil, limited("a case has at most %d items; open another one for the rest", ItemsMax)
		}
		if err := c.putItem(tx, k.Number, i); err != nil {
			return nil, err
		}
	}
	return notes, c.advance(tx, k, r, len(known))
}

// renewed is an item as a newer report has it. What was answered stays answered while
// the same is asked for; what this side offered is accepted when it is asked for.
func (i Item) renewed(old Item, there bool) Item {
	i.state = Asked
	if !there {
		return i
	}
	i.answered, i.Comment, i.FollowUp = old.answered, old.Comment, old.FollowUp
	switch {
	case old.Offered != "" && i.Resolution == old.Offered:
		i.state = Accepted
	case i.Resolution == old.Resolution:
		i.state, i.Offered = old.state, old.Offered
	}
	return i
}

// advance sets a partner's case to where its newest report brings it.
func (c *Cases) advance(tx *sql.Tx, k *Case, r *pdg.Report, items int) error {
	if r.Resolved {
		if err := c.finish(tx, k, Done); err != nil {
			return err
		}
		k.State, k.Closed = Settled, c.now()
		return nil
	}
	if k.State.closed() { // an older report than the one that ended the case
		return c.finish(tx, k, Done)
	}
	if items == 0 {
		return nil // words only: a person answers by telephone, or the other side ends it
	}
	return c.settleState(tx, k)
}

// finish ends what is still open of a case's items.
func (c *Cases) finish(tx *sql.Tx, k *Case, as ItemState) error {
	list, err := c.items(tx, k.Number)
	if err != nil {
		return err
	}
	for _, i := range list {
		if i.state == Done || i.state == Dropped {
			continue
		}
		i.state = as
		if err := c.putItem(tx, k.Number, i); err != nil {
			return err
		}
	}
	return nil
}

// openTheirs opens a case that a partner found. It is this side's to answer, within
// what is custom from when it came.
func (c *Cases) openTheirs(tx *sql.Tx, k *Case, a Arrival, r *pdg.Report, says told) error {
	if says.scenario == "" {
		says.scenario = usual[Unavailable]
	}
	s, err := kindOf("", says.scenario)
	if err != nil {
		return err
	}
	*k = Case{
		ID: r.Case, Category: s.Category, Scenario: s.Number, State: Open, Owner: ownerOfAnswers, Partner: a.Partner, Org: a.Org,
		PO: cut(r.PO, fieldMax), Opened: c.now(),
	}
	if !a.Shipment.IsZero() {
		k.Shipment = a.Shipment.String()
	}
	if err := c.name(tx, k); err != nil {
		return err
	}
	if err := c.wind(tx, k, k.Opened, c.paceOf(tx, k)); err != nil {
		return err
	}
	return c.insert(tx, k, keyOf("theirs", r.Case))
}

// replied takes a partner's response into the case that it answers.
func (c *Cases) replied(tx *sql.Tx, k *Case, found bool, r *pdg.Response) (notes []string, err error) {
	switch {
	case !found:
		return nil, missing("the response answers case %s, and there is none", r.Case)
	case !k.Asking:
		return nil, notNow("the response answers the other side's own case")
	}
	if now := c.now(); !k.Due.At.IsZero() && now.After(k.Due.At) {
		notes = append(notes, fmt.Sprintf("it came %s late, by %s", now.Sub(k.Due.At).Truncate(time.Minute), k.Due.Rule.Name))
	}
	list, err := c.items(tx, k.Number)
	if err != nil {
		return nil, err
	}
	known := map[string]Item{}
	for _, i := range list {
		known[i.UUID] = i
	}
	for _, a := range r.Items {
		i, there := known[a.Item]
		switch {
		case !there:
			notes = append(notes, fmt.Sprintf("item %s: it was never asked about", a.Item))
			continue
		case i.answered > r.Timestamp:
			notes = append(notes, fmt.Sprintf("item %s: a newer answer came before this one", a.Item))
			continue
		case i.state == Done || i.state == Dropped:
			notes = append(notes, fmt.Sprintf("item %s: it is %s already", a.Item, i.state))
			continue
		}
		i.hear(a, r.Timestamp)
		known[a.Item] = i
		if err := c.putItem(tx, k.Number, i); err != nil {
			return nil, err
		}
	}
	if r.Notes != "" {
		notes = append(notes, "the partner writes: "+string(r.Notes))
	}
	if k.State.closed() {
		return notes, nil
	}
	if err := c.settleState(tx, k); err != nil || k.State.closed() {
		return notes, err
	}
	return notes, c.wind(tx, k, c.now(), c.paceOf(tx, k))
}

// hear takes a partner's answer to an item.
func (i *Item) hear(a pdg.ResponseItem, at int64) {
	i.answered, i.Comment, i.Offered, i.FollowUp, i.state = at, string(a.Comments), "", "", Refused
	if a.Alternative != nil {
		i.Offered = string(a.Alternative.Resolution)
		i.FollowUp = strings.TrimSpace(string(a.Alternative.FollowUp) + " " + string(a.Alternative.Details))
	}
	switch {
	case a.Answer == pdg.Accept:
		i.state = Accepted
	case i.Offered != "":
		i.state = Alternative
	}
}
