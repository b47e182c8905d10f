package traceview

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"

	"pedigree/format/dscsa"
	"pedigree/internal/api"
	"pedigree/ledger"
	"pedigree/proof"
)

// CheckShipment says what the receiver of a shipment would find in its document, and
// whether the goods may be shipped as far as is known here. Nothing is changed and
// nothing is kept. The document is read as the receiver's program reads it.
func (d *Desk) CheckShipment(ctx context.Context, r ShipRequest) (dscsa.Checked, error) {
	c, err := d.checkShipment(ctx, r)
	if err != nil {
		return c, fmt.Errorf("couldn't check the shipment: %w", err)
	}
	return c, nil
}

func (d *Desk) checkShipment(ctx context.Context, r ShipRequest) (dscsa.Checked, error) {
	paths, err := shipPaths(r)
	if err != nil {
		return dscsa.Checked{}, err
	}
	if _, err := d.partner(r.To); err != nil {
		return dscsa.Checked{}, err
	}
	s := &shipping{d: d, request: r, paths: paths}
	if err := s.build(ctx); err != nil {
		return dscsa.Checked{}, err
	}
	return s.found()
}

// found reads the document as its receiver will.
func (s *shipping) found() (dscsa.Checked, error) {
	if s.checked != nil {
		return *s.checked, nil
	}
	return dscsa.Check(bytes.NewReader(s.document.Bytes), dscsa.ReadOptions{File: s.document.Name, Now: s.d.now()})
}

// ruleExpired is a warning to who reads a document; to who ships, it is certain.
const ruleExpired = "dscsa/expired"

// shippedFindingsMax is how many findings of its document a shipment's report has.
const shippedFindingsMax = 20

// checkDocument refuses a document with a fault that would hold up the goods at the
// receiver, or with Strict one of which anything is held up. What goes back goes with whatever is wrong with it.
func (s *shipping) checkDocument() error {
	if s.request.Force {
		return nil
	}
	c, err := s.found()
	if err != nil {
		return err
	}
	var grave []dscsa.Found
	s.findings, grave = heldUp(c.Found, s.request.Strict)
	if s.request.Return || len(grave) == 0 {
		return nil
	}
	return api.Coded(
		fmt.Errorf("%s in its document would hold up the %s at %s: %s [%s]; %s. Nothing was offered",
			counted(len(grave), "finding"), grave[0].Fix.Blocks, s.request.To, grave[0].Text, grave[0].Rule, grave[0].Fix.Do),
		ledger.Conflict, "trace/document-faults", "pedigree ship ITEM --to "+s.request.To+" --check-only shows all of them",
	)
}

func counted(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// Partners is the address book as shipping uses it.
type Partners interface {
	// PartyOf is who is at a GLN, with name and address.
	PartyOf(tx *sql.Tx, gln string) (dscsa.Party, bool, error)
	// CheckBuyer tells whether a member is an authorised trading partner now, in one
	// of the roles that it has, and keeps the answer with its grounds in the
	// transaction. Why says for what it was asked.
	CheckBuyer(tx *sql.Tx, org, gln, why string) (Authority, error)
	// PartnerOf finds a partner by its number, one of its GLNs, or its id on the ledger.
	PartnerOf(tx *sql.Tx, name string) (Buyer, bool, error)
	// CheckOutside is CheckBuyer for a partner outside the network.
	CheckOutside(tx *sql.Tx, b Buyer, why string) (Authority, error)
}

// checkBuyer asks whether the buyer is an authorised trading partner at the moment of
// the offer, keeps the answer with the shipment, and refuses one who is not. Goods go
// back to whom they came from whatever its licence is by now.
func (s *shipping) checkBuyer(tx *sql.Tx) error {
	if s.d.partners == nil || s.request.Force {
		return nil
	}
	a, err := s.d.partners.CheckBuyer(tx, s.request.To, s.request.ToGLN, "ship "+s.id.String())
	if err != nil {
		return fmt.Errorf("couldn't check whether %s is an authorised trading partner: %w", s.request.To, err)
	}
	if a.Word == SellerNotAuthorised && !s.request.Return {
		return api.Coded(
			fmt.Errorf("%s is no authorised trading partner: %s", s.request.To, a.Text), ledger.Conflict, "trace/buyer-not-authorised",
			"pedigree partner check shows the grounds",
		)
	}
	if _, err := tx.Exec(`INSERT INTO pick_buyer (shipment, word, evidence) VALUES (?, ?, ?)`, s.id[:], a.Word, a.Evidence); err != nil {
		return fmt.Errorf("couldn't note what is known of the buyer: %w", err)
	}
	return nil
}

// buyerOf is what was known of the buyer of a shipment; nil when it was not asked.
func (d *Desk) buyerOf(ctx context.Context, shipment proof.Hash) (*Authority, error) {
	if d.partners == nil {
		return nil, nil
	}
	var a Authority
	err := d.vault.View(ctx, func(tx *sql.Tx) error {
		return tx.QueryRow(`SELECT word, evidence FROM pick_buyer WHERE shipment = ?`, shipment[:]).Scan(&a.Word, &a.Evidence)
	})
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("couldn't read what was known of the buyer: %w", err)
	}
	return &a, nil
}
