package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"pedigree/domain/trace/caseview"
	"pedigree/domain/trace/migrateview"
	"pedigree/domain/trace/partnerview"
	"pedigree/domain/trace/traceview"
	"pedigree/internal/erase"
	"pedigree/internal/exchange"
)

// eraser erases in one organisation's private store.
type eraser struct {
	erase.Erasing
	desk *traceview.Desk
}

// erasingOf erases for the organisation in whose office a request is.
func erasingOf(ctx context.Context) erase.Office { return officeOf(ctx).desk.eraser() }

// eraser joins what the parts of a desk keep of a document.
func (p *deskParts) eraser() *eraser {
	return &eraser{erase.Erasing{Vault: p.vault, Now: time.Now, Log: p.log, Parts: []erase.Part{p.keepEvidence, p.eraseEntries, p.eraseGoods, p.eraseDeliveries}}, p.desk}
}

// Reason implements erase.Office.
func (e *eraser) Reason(ctx context.Context, item string) error {
	err := e.Vault.Update(ctx, func(tx *sql.Tx) error {
		return errors.Join(underWay(e.desk.EraseReason(ctx, tx, item)), e.Vault.LeaveNoTrace(ctx, tx))
	})
	if err == nil {
		e.Scour(ctx)
	}
	return err
}

// keepEvidence refuses what something else rests on: a list of licences, whose rows were
// made from it, a list of stock, and what a case about goods has as evidence.
func (p *deskParts) keepEvidence(ctx context.Context, tx *sql.Tx, document int64) (erase.Also, error) {
	used, err := partnerview.OfList(ctx, tx, document)
	if err == nil && used {
		err = fmt.Errorf("document %d is a list of licences, by which partners were judged: %w", document, erase.ErrUnderWay)
	}
	if err == nil {
		used, err = caseview.OfEvidence(ctx, tx, document)
	}
	if err == nil && used {
		err = fmt.Errorf("document %d is evidence or a message of a case: %w", document, erase.ErrUnderWay)
	}
	if err == nil {
		used, err = migrateview.OfList(ctx, tx, document)
	}
	if err == nil && used {
		err = fmt.Errorf("document %d is a list of stock, by which goods are known: %w", document, erase.ErrUnderWay)
	}
	return erase.Also{}, err
}

func (p *deskParts) eraseEntries(ctx context.Context, tx *sql.Tx, document int64) (erase.Also, error) {
	made, deliveries, err := p.documents.EraseDocument(ctx, tx, document)
	also := erase.Also{Documents: made}
	for _, id := range deliveries {
		var carried int64
		if err == nil {
			carried, err = p.mail.PayloadOf(ctx, tx, id)
		}
		if carried > 0 {
			also.Documents = append(also.Documents, carried)
		}
	}
	return also, err
}

func (p *deskParts) eraseGoods(ctx context.Context, tx *sql.Tx, document int64) (erase.Also, error) {
	return erase.Also{}, underWay(p.desk.EraseDocument(ctx, tx, document))
}

func (p *deskParts) eraseDeliveries(ctx context.Context, tx *sql.Tx, document int64) (erase.Also, error) {
	list, err := p.mail.EraseDocument(ctx, tx, document)
	var also erase.Also
	for _, c := range list {
		also.Holders = append(also.Holders, erase.Holder(c))
	}
	return also, underWay(err)
}

// underWay says in the words of package erase that something is still needed.
func underWay(err error) error {
	if errors.Is(err, traceview.ErrUnderWay) || errors.Is(err, exchange.ErrUnderWay) {
		return fmt.Errorf("%w: %w", erase.ErrUnderWay, err)
	}
	return err
}
