package main

import (
	"bufio"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"slices"

	"pedigree/domain/trace/caseview"
	"pedigree/domain/trace/partnerview"
	"pedigree/format/pdg"
	"pedigree/internal/api"
	"pedigree/internal/courier"
	"pedigree/internal/vault"
)

// caseRoutes carry exception messages as parcels, by partners' routes for exceptions.
type caseRoutes struct{ desk *deskParts }

// Carries implements caseview.Routes.
func (c caseRoutes) Carries(r partnerview.Route) bool {
	return slices.Contains([]string{courier.WayHTTPS, courier.WaySFTP, courier.WayFolder}, r.Way)
}

// Queue implements caseview.Routes.
func (c caseRoutes) Queue(tx *sql.Tx, p partnerview.Partner, r partnerview.Route, message vault.Document, about []byte) error {
	_, _, err := c.desk.ways.Queue(tx, courier.Posting{Partner: bookName(p), Way: r.Way, Address: r.Address, Credential: r.Credential, Document: message, About: about})
	return err
}

// About implements caseview.Routes.
func (c caseRoutes) About(ctx context.Context, about []byte) (string, bool, error) {
	return c.desk.ways.About(ctx, about)
}

// Wake implements caseview.Routes.
func (c caseRoutes) Wake() { c.desk.ways.Wake() }

// messageHead is how much of a file says whether it is an exception message.
const messageHead = 4 << 10

// takeEither has an exception message that came by an inlet find its case, and all else
// taken as transaction data.
func (p *deskParts) takeEither(documents courier.Taker) courier.Taker {
	return func(ctx context.Context, a courier.Arrived) (courier.Taken, error) {
		in := bufio.NewReaderSize(a.Content, messageHead)
		head, err := in.Peek(messageHead)
		if err != nil && !errors.Is(err, io.EOF) {
			return courier.Taken{}, err
		}
		if a.Content = in; !pdg.IsMessage(head) {
			return documents(ctx, a)
		}
		raw, err := io.ReadAll(io.LimitReader(in, pdg.MessageBytesMax+1))
		if err != nil {
			return courier.Taken{}, err
		}
		return p.takeMessage(ctx, a.Partner, raw)
	}
}

func (p *deskParts) takeMessage(ctx context.Context, partner string, raw []byte) (courier.Taken, error) {
	var from partnerview.Partner
	found := false
	err := p.vault.View(ctx, func(tx *sql.Tx) (err error) {
		from, found, err = p.book.PartnerOf(tx, partner, partner)
		return err
	})
	if err != nil {
		return courier.Taken{}, err
	}
	if !found {
		return courier.Taken{}, fmt.Errorf("%w: it is an exception message, and the address book has no partner %q; enter it with its GLN or id, then give the message again (the file of an inlet: put it back), or take it with pedigree case read", courier.ErrRefused, partner)
	}
	t, err := p.cases.Take(ctx, caseview.Arrival{Org: from.Org, Partner: from.ID, Message: raw})
	var no api.Refusal
	if errors.As(err, &no) || errors.Is(err, pdg.ErrMessage) {
		return courier.Taken{}, fmt.Errorf("%w: %w", courier.ErrRefused, err)
	}
	if err != nil {
		return courier.Taken{}, err
	}
	return courier.Taken{Case: t.Case.Number, State: t.Case.State.String()}, nil
}
