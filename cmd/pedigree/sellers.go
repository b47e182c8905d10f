package main

import (
	"context"
	"database/sql"
	"io"
	"slices"

	"pedigree/domain/org"
	"pedigree/domain/trace/partnerview"
	"pedigree/domain/trace/traceview"
	"pedigree/ledger"
	"pedigree/proof"
)

// deskSellers asks the address book whether who sold goods was an authorised trading
// partner.
type deskSellers struct {
	p    *deskParts
	read func(func(ledger.State) error) error
}

// sellingRoles are those in which an organisation sells; a logistics provider doesn't.
var sellingRoles = []uint64{proof.RoleManufacturer, proof.RoleRepackager, proof.RoleWholesaler, proof.RoleDispenser}

// Check asks in each role that the seller has, by the book or the ledger, and goes by
// the best answer: who may sell in one of them may sell. One whose role nobody knows is
// asked for as a wholesaler.
func (d deskSellers) Check(tx *sql.Tx, s traceview.Seller, why string) (traceview.Authority, error) {
	q := partnerview.Query{Org: s.Org, GLN: s.GLN, At: s.At}
	partner, found, err := d.p.book.PartnerOf(tx, s.GLN, s.Org)
	if err != nil {
		return traceview.Authority{}, err
	}
	roles := uint64(0)
	if found {
		q.Partner, roles = partner.ID, uint64(partner.Roles)
		if q.Org == "" {
			q.Org = partner.Org
		}
	}
	if q.Org != "" {
		err := d.read(func(st ledger.State) error {
			m, _ := org.Get(st, q.Org)
			roles |= m.Roles
			return nil
		})
		if err != nil {
			return traceview.Authority{}, err
		}
	}
	best := traceview.Authority{}
	order := []string{traceview.SellerAuthorised, traceview.SellerNotAuthorised, traceview.SellerUnknown}
	for _, role := range sellingRoles {
		if roles&role == 0 && (roles != 0 || role != proof.RoleWholesaler) {
			continue
		}
		q.Role = role
		a, err := d.p.book.Check(context.Background(), tx, q, why)
		if err != nil {
			return best, err
		}
		if best.Word == "" || slices.Index(order, a.Word) < slices.Index(order, best.Word) {
			best = traceview.Authority{Word: a.Word, Text: a.Text, Evidence: a.Evidence}
		}
	}
	if best.Word == "" {
		best = traceview.Authority{Word: traceview.SellerUnknown, Text: "it has no role in which it may sell medicines"}
	}
	return best, nil
}

// deskPapers are the partners' documents, which are opened after the desk.
type deskPapers struct{ p *deskParts }

// Faulty implements traceview.Documents.
func (d deskPapers) Faulty(tx *sql.Tx, document int64) (string, error) {
	return d.p.documents.Faulty(tx, document)
}

// Content implements traceview.Documents.
func (d deskPapers) Content(ctx context.Context, document int64) (io.ReadCloser, string, error) {
	return d.p.documents.Content(ctx, document)
}
