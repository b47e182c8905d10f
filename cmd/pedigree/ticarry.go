package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"pedigree/domain/trace/tiview"
	"pedigree/format/pdg"
	"pedigree/internal/api"
	"pedigree/internal/courier"
	"pedigree/internal/exchange/arrival"
	"pedigree/internal/vault"
	"pedigree/proof"
)

// carriers are the ways by which transaction data leaves an organisation, or comes with
// shipments on the ledger.
func (p *deskParts) carriers() []tiview.Carrier {
	return []tiview.Carrier{
		{Name: "shipment", After: p.carriedShipments, Outcome: p.outcomeOfShipment},
		{Name: "parcel", After: p.carriedParcels, Outcome: p.outcomeOfParcel},
		{Name: "delivery", After: p.carriedDeliveries, Outcome: p.outcomeOfDelivery},
	}
}

func (p *deskParts) carriedShipments(ctx context.Context, place int64, _ []byte, limit int) ([]tiview.Carried, error) {
	list, err := p.desk.CarriedDocuments(ctx, place, limit)
	out := make([]tiview.Carried, len(list))
	for i, c := range list {
		out[i] = tiview.Carried{Key: c.Shipment[:], Place: c.Number, Document: c.Document, Sent: c.Outgoing, Partner: c.Partner, About: c.Shipment[:], At: c.Created}
	}
	return out, err
}

func (p *deskParts) outcomeOfShipment(ctx context.Context, key []byte) (api.Said, error) {
	s, err := p.desk.ShipmentOf(ctx, proof.Hash(key))
	if err == nil && s.Outgoing && s.Data != "" {
		return tiview.AnswerSayings.Say("outcome/data", "state", s.State, "data", s.Data), nil
	}
	return outcomeState(s.State), err
}

// carriedParcels are what goes by partners' routes. What goes to a node is a delivery, and
// a message about an exception is no transaction data.
func (p *deskParts) carriedParcels(ctx context.Context, place int64, _ []byte, limit int) ([]tiview.Carried, error) {
	list, err := p.ways.Carried(ctx, place, limit)
	out := make([]tiview.Carried, len(list))
	for i, c := range list {
		out[i] = tiview.Carried{Key: parcelKey(c.Number), Place: c.Number, Document: c.Document, Sent: true, Partner: c.Partner, About: c.About, At: c.Created}
		if c.Way == courier.WayNode {
			out[i].Document = 0
			continue
		}
		message, err := p.isMessage(ctx, c.Document)
		if err != nil {
			return nil, err
		}
		if message {
			out[i].Document = 0
		}
	}
	return out, err
}

func parcelKey(n int64) []byte { return fmt.Append(nil, n) }

// isMessage tells whether a document is a message about an exception.
func (p *deskParts) isMessage(ctx context.Context, document int64) (bool, error) {
	content, _, err := p.vault.OpenDocument(ctx, document)
	if errors.Is(err, vault.ErrNotFound) {
		return false, nil // it was erased
	}
	if err != nil {
		return false, err
	}
	head := make([]byte, messageHead)
	n, err := io.ReadFull(content, head)
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		err = nil
	}
	return pdg.IsMessage(head[:n]), errors.Join(err, content.Close())
}

func (p *deskParts) outcomeOfParcel(ctx context.Context, key []byte) (api.Said, error) {
	var n int64
	if _, err := fmt.Sscan(string(key), &n); err != nil {
		return api.Said{}, fmt.Errorf("%q names no parcel: %w", key, err)
	}
	parcel, err := p.ways.Parcel(ctx, n)
	return outcomeState(parcel.State), err
}

func (p *deskParts) carriedDeliveries(ctx context.Context, place int64, key []byte, limit int) ([]tiview.Carried, error) {
	list, err := p.mail.Carried(ctx, arrival.KindEPCIS, time.Unix(place, 0), key, limit)
	out := make([]tiview.Carried, len(list))
	for i, c := range list {
		out[i] = tiview.Carried{Key: c.ID[:], Place: c.Created.Unix(), Document: c.Document, Sent: true, Partner: c.To, At: c.Created}
	}
	return out, err
}

func (p *deskParts) outcomeOfDelivery(ctx context.Context, key []byte) (api.Said, error) {
	sent, err := p.mail.OutboxItem(ctx, proof.Hash(key))
	if sent.Answer != "" {
		return tiview.AnswerSayings.Say("outcome/answer", "state", sent.State, "answer", sent.Answer), err
	}
	return outcomeState(sent.State), err
}

// outcomeState is what became of something where only its state tells; nothing where none is known.
func outcomeState(state string) api.Said {
	if state == "" {
		return api.Said{}
	}
	return tiview.AnswerSayings.Say("outcome/state", "state", state)
}
