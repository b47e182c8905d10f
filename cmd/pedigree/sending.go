package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"pedigree/domain/trace/partnerview"
	"pedigree/domain/trace/traceview"
	"pedigree/internal/api"
	"pedigree/internal/auth"
	"pedigree/internal/courier"
	"pedigree/internal/exchange"
	"pedigree/internal/exchange/arrival"
	"pedigree/internal/vault"
	"pedigree/ledger"
	"pedigree/proof"
)

// sendingWork is how long one request may take that brings a large document.
const sendingWork = 30 * time.Minute

// sendingRefusal is why a document isn't sent.
type sendingRefusal struct {
	error
	kind ledger.Kind
	code string
}

// Kind is the sort of refusal.
func (r sendingRefusal) Kind() ledger.Kind { return r.kind }

// Code is its stable name.
func (r sendingRefusal) Code() string { return r.code }

// Hint is empty: the text says what to do.
func (r sendingRefusal) Hint() string { return "" }

func (r sendingRefusal) Unwrap() error { return r.error }

func cannotSend(kind ledger.Kind, code, format string, args ...any) error {
	return sendingRefusal{fmt.Errorf(format, args...), kind, "ways/" + code}
}

// posted is a document that was queued, or looked at alone.
type posted struct {
	Parcel courier.Parcel `json:"parcel,omitzero" doc:"None where it was only checked"`
	Known  bool           `json:"known" doc:"It was queued there before; this is what became of it"`
	Check  outgoing       `json:"check" doc:"What its receiver would find"`
}

// Sending says how a document is sent.
type Sending struct {
	Anyway    bool `query:"anyway" json:"anyway,omitempty" doc:"Also with findings that hold up the goods or the data at the receiver"`
	CheckOnly bool `query:"check_only" json:"check_only,omitempty" doc:"Only say what its receiver would find in the format of the route; nothing is kept or sent"`
}

type postedOut struct{ Body posted }

// addSending registers the sending of documents by partners' routes.
func addSending(s *api.Server) {
	type sendIn struct {
		Partner string `query:"partner" required:"true" maxLength:"255" doc:"Organisation, GLN, or number in the address book"`
		Name    string `query:"name" required:"true" maxLength:"255" doc:"File name for the partner"`
		Sending
	}
	send := api.Guarded(huma.Operation{Method: http.MethodPost, Path: "/api/v1/parcels", OperationID: "send-parcel", Summary: "Send a document to a partner by its route", BodyReadTimeout: sendingWork}, auth.Send)
	huma.Register(s.API, api.Upload(send), func(ctx context.Context, in *sendIn) (*postedOut, error) {
		p, err := officeOf(ctx).sendFile(ctx, in.Partner, in.Name, api.UploadOf(ctx), in.Sending)
		return &postedOut{p}, api.Refuse(waysRefusal(err))
	})
	addWaysTest(s)
	type shipmentIn struct {
		ID   string `path:"id" minLength:"64" maxLength:"64"`
		Body struct {
			Partner string `json:"partner,omitempty" maxLength:"255" doc:"Another one than it is shipped to"`
			Sending
		}
	}
	huma.Register(s.API, api.Guarded(huma.Operation{
		Method: http.MethodPost, Path: "/api/v1/shipments/{id}/document", OperationID: "send-shipment-document", Summary: "Send a shipment's document by the partner's route", MaxBodyBytes: api.BodyBytesDefault,
	}, auth.Send), func(ctx context.Context, in *shipmentIn) (*postedOut, error) {
		p, err := officeOf(ctx).sendShipment(ctx, in.ID, in.Body.Partner, in.Body.Sending)
		return &postedOut{p}, api.Refuse(waysRefusal(err))
	})
}

// waysRefusal gives an error of the store or of the ways its kind.
func waysRefusal(err error) error {
	switch {
	case errors.Is(err, vault.ErrNotFound):
		return sendingRefusal{err, ledger.NotFound, "ways/not-found"}
	case errors.Is(err, courier.ErrRefused), errors.Is(err, vault.ErrTooLarge):
		return sendingRefusal{err, ledger.Conflict, "ways/refused"}
	case vault.Unavailable(err):
		return sendingRefusal{err, ledger.Unavailable, "ways/store"}
	}
	return err
}

// bookName is how parcels name a partner: its organisation, or its number in the book.
func bookName(p partnerview.Partner) string {
	if p.Org != "" {
		return p.Org
	}
	return strconv.FormatInt(p.ID, 10)
}

// routeTo finds the route by which a partner has what is of a purpose.
func (o *office) routeTo(ctx context.Context, partner, purpose string) (p partnerview.Partner, r partnerview.Route, err error) {
	if id, bad := strconv.ParseInt(partner, 10, 32); bad == nil {
		p, err = o.desk.book.Get(ctx, id, time.Time{})
	} else {
		found := false
		err = o.desk.vault.View(ctx, func(tx *sql.Tx) (err error) {
			p, found, err = o.desk.book.PartnerOf(tx, partner, partner)
			return err
		})
		if err == nil && !found {
			err = cannotSend(ledger.NotFound, "no-partner", "the address book has no partner %q; enter it with pedigree partner add", partner)
		}
	}
	if err != nil {
		return p, r, err
	}
	for _, route := range p.Routes {
		if route.Purpose == purpose {
			return p, route, nil
		}
	}
	return p, r, cannotSend(ledger.NotFound, "no-route", "partner %d has no route for %s; enter one with pedigree partner route", p.ID, purpose)
}

// sendFile keeps a document, checks it as its receiver will, and queues it.
func (o *office) sendFile(ctx context.Context, partner, name string, content io.Reader, how Sending) (posted, error) {
	p, r, err := o.routeTo(ctx, partner, "ti")
	if err != nil {
		return posted{}, err
	}
	if how.CheckOnly {
		held, err := o.desk.ways.Hold(content)
		if err != nil {
			return posted{}, err
		}
		out, err := o.look(p, r, leaving{name, held.Size, held.Open})
		return posted{Check: out}, errors.Join(err, held.Close())
	}
	doc, _, err := o.desk.vault.PutDocument(ctx, vault.DocumentInfo{Name: name, MediaType: "application/octet-stream", Direction: vault.Out, Partner: partner}, io.LimitReader(content, courier.FileBytesMax+1))
	if err != nil {
		return posted{}, err
	}
	return o.post(ctx, p, r, doc, nil, how)
}

// sendShipment queues the document of a shipment that went out.
func (o *office) sendShipment(ctx context.Context, text, partner string, how Sending) (posted, error) {
	id, err := proof.ParseHash(text)
	if err != nil {
		return posted{}, cannotSend(ledger.Invalid, "no-shipment", "%w", err)
	}
	s, err := o.desk.desk.ShipmentOf(ctx, id)
	if errors.Is(err, vault.ErrNotFound) || err == nil && (!s.Outgoing || s.Document == 0) {
		return posted{}, cannotSend(ledger.NotFound, "no-shipment", "no shipment %s went out from here", id)
	}
	if err != nil {
		return posted{}, err
	}
	if partner == "" {
		partner = s.Partner
	}
	p, r, err := o.routeTo(ctx, partner, "ti")
	var none sendingRefusal
	if errors.As(err, &none) && none.kind == ledger.NotFound && how.CheckOnly && o.desk.mail.Reaches(partner) {
		r, err = partnerview.Route{Way: courier.WayNode}, nil // its node reads the document as it is
	}
	if err != nil {
		return posted{}, err
	}
	if r.Way == courier.WayNode && r.Address == s.Partner && s.Data != traceview.DataMade && !how.CheckOnly {
		return posted{}, cannotSend(ledger.Conflict, "with-shipment", "the shipment's own file carries the document to %s (%s); it isn't sent twice", s.Partner, s.Data)
	}
	content, doc, err := o.desk.vault.OpenDocument(ctx, s.Document)
	if err != nil {
		return posted{}, err
	}
	if err := content.Close(); err != nil {
		return posted{}, err
	}
	return o.post(ctx, p, r, doc, id[:], how)
}

// post checks a document that is kept, writes it in the format that the route asks for,
// and queues it.
func (o *office) post(ctx context.Context, p partnerview.Partner, r partnerview.Route, doc vault.Document, about []byte, how Sending) (posted, error) {
	out := posted{}
	var err error
	if out.Check, err = o.look(p, r, o.kept(ctx, doc)); err != nil || how.CheckOnly {
		return out, err
	}
	if err := out.Check.refusal(); err != nil && !how.Anyway {
		return out, err
	}
	name := bookName(p)
	if doc, err = o.written(ctx, doc, out.Check, name); err != nil {
		return out, err
	}
	var n int64
	err = o.desk.vault.Update(ctx, func(tx *sql.Tx) (err error) {
		n, out.Known, err = o.desk.ways.Queue(tx, courier.Posting{Partner: name, Way: r.Way, Address: r.Address, Credential: r.Credential, Format: string(out.Check.Format), Document: doc, About: about})
		return err
	})
	if err != nil {
		return out, err
	}
	o.desk.ways.Wake()
	out.Parcel, err = o.desk.ways.Parcel(ctx, n)
	return out, err
}

// byNode sends documents to partners' nodes, which sign for them.
type byNode struct{ desk *deskParts }

// Send implements courier.Sender.
func (b byNode) Send(ctx context.Context, p courier.Parcel, content io.Reader) (courier.Answer, error) {
	sent, _, err := b.desk.mail.SendDocument(ctx, exchange.Letter{To: p.Address, Kind: arrival.KindEPCIS, Name: p.Name, MediaType: p.MediaType, Content: content})
	if errors.Is(err, exchange.ErrDocument) {
		err = fmt.Errorf("%w: %w", courier.ErrRefused, err)
	}
	return courier.Answer{Ref: sent.ID.String(), Text: "in the outbox"}, err
}

// Ask implements courier.Sender.
func (b byNode) Ask(ctx context.Context, p courier.Parcel) (courier.Answer, error) {
	id, err := proof.ParseHash(p.Ref)
	if err != nil {
		return courier.Answer{}, err
	}
	sent, err := b.desk.mail.OutboxItem(ctx, id)
	switch {
	case err != nil:
		return courier.Answer{}, err
	case sent.State == "dead", sent.State == "dropped":
		return courier.Answer{}, fmt.Errorf("%w: %s; pedigree outbox show %s", courier.ErrRefused, sent.Reason, p.Ref)
	}
	text := "the partner's node signed for it"
	if sent.Check != nil {
		text += ": " + sent.Check.Result
	}
	if sent.State != "delivered" {
		text = "on its way to the partner's node"
	}
	return courier.Answer{Acked: sent.State == "delivered", Text: text}, nil
}

// Try implements courier.Trier.
func (b byNode) Try(_ context.Context, member string) []courier.Step {
	if !b.desk.mail.Reaches(member) {
		return []courier.Step{{
			Name: "mailbox", Word: courier.StepNo, Text: member + " has no mailbox on the ledger", Next: "ask it to open one with pedigree exchange publish; pedigree org list shows the members",
		}}
	}
	return []courier.Step{
		{Name: "mailbox", Word: courier.StepOK, Text: member + " has a mailbox on the ledger"},
		{Name: "connection", Word: courier.StepUnknown, Text: "whether its node answers shows with the first document; pedigree outbox list says so"},
	}
}
