package traceview

import (
	"context"
	"database/sql"
	"fmt"
	"io"
	"iter"

	"pedigree/format/dscsa"
	"pedigree/proof"
)

// Expectation is what a sealed shipment holds, before any of it is received.
type Expectation struct {
	Report ReceiveReport // what receiving it now would find
	// Tree is what is still on offer, as its openings prove it; nil when nothing is.
	Tree *dscsa.Tree
	// Problems speak against single things, or against the whole where Path is empty.
	Problems []Problem
	Seller   Seller
}

// Expected tells what to expect of a shipment that a partner's node brought. It changes
// nothing.
func (d *Desk) Expected(ctx context.Context, delivery proof.Hash) (Expectation, error) {
	file, came, err := d.mailContent(ctx, delivery)
	if err != nil {
		return Expectation{}, fmt.Errorf("couldn't look what to expect: %w", err)
	}
	defer file.Close()
	if came != KindShipment {
		return Expectation{}, fmt.Errorf("couldn't look what to expect: delivery %s is of kind %s", delivery, came)
	}
	return d.ExpectedOf(ctx, file)
}

// ExpectedOf is Expected for a shipment's file that a person carried.
func (d *Desk) ExpectedOf(ctx context.Context, file io.Reader) (Expectation, error) {
	e, err := d.expected(ctx, file)
	if err != nil {
		return e, fmt.Errorf("couldn't look what to expect: %w", err)
	}
	return e, nil
}

func (d *Desk) expected(ctx context.Context, file io.Reader) (Expectation, error) {
	in, err := d.openReceiving(ReceiveRequest{File: file, CheckOnly: true})
	if err != nil {
		return Expectation{}, err
	}
	if err := in.look(ctx); err != nil {
		return Expectation{}, err
	}
	e := Expectation{Report: in.report, Seller: Seller{Org: in.file.From}}
	for _, p := range in.problems {
		if p.Verdict != OK {
			e.Problems = append(e.Problems, p)
		}
	}
	if len(in.prior) < len(in.content.Goods) {
		e.Tree, err = dscsa.NewTree(KnownProved, in.nodes())
	}
	return e, err
}

// look checks everything in a shipment and judges it.
func (in *receiving) look(ctx context.Context) error {
	if _, err := in.before(ctx); err != nil {
		return err
	}
	if err := in.awaitOffer(ctx); err != nil {
		return err
	}
	return in.decide(ctx)
}

// nodes are the things on offer, each container before what is in it.
func (in *receiving) nodes() iter.Seq[dscsa.Node] {
	return func(yield func(dscsa.Node) bool) {
		for i := range in.content.Goods {
			g := &in.content.Goods[i]
			if _, done := in.prior[g.Path]; !done && !g.nodes("", false, yield) {
				return
			}
		}
	}
}

// nodes yields goods and all that is in them.
func (g *Goods) nodes(inside string, sealed bool, yield func(dscsa.Node) bool) bool {
	if g.Gone != nil {
		return true
	}
	n := dscsa.Node{Path: g.Path, Lot: g.Attrs.Lot, In: inside, Sealed: sealed}
	if g.Attrs.Expiry != "" {
		n.Expiry = expiryText(g.Attrs.Expiry)
	}
	if !yield(n) {
		return false
	}
	for i := range g.Sealed {
		if !g.Sealed[i].nodes(g.Path, true, yield) {
			return false
		}
	}
	for i := range g.Packed {
		if !g.Packed[i].nodes(g.Path, false, yield) {
			return false
		}
	}
	return true
}

// mailContent opens what a partner's node brought, and says of which kind it is.
func (d *Desk) mailContent(ctx context.Context, delivery proof.Hash) (io.ReadCloser, string, error) {
	if d.mail == nil {
		return nil, "", errNoMail
	}
	file, came, err := d.mail.Content(ctx, delivery)
	return file, came.Kind, err
}

// SellerOf asks who sells whether it is an authorised trading partner, and keeps the
// answer; without an address book nothing is known.
func (d *Desk) SellerOf(tx *sql.Tx, s Seller, why string) (Authority, error) {
	if d.sellers == nil {
		return Authority{Word: SellerUnknown, Text: "no address book is kept here"}, nil
	}
	return d.sellers.Check(tx, s, why)
}

// OutsideAuthority notes what is known now of the seller of goods that came from outside
// the network with a document.
func (d *Desk) OutsideAuthority(tx *sql.Tx, document int64, a Authority) error {
	if _, err := tx.Exec(`UPDATE outside_item SET authority = ?, evidence = ? WHERE document = ?`, a.Word, a.Evidence, document); err != nil {
		return fmt.Errorf("couldn't note what is known of the seller: %w", err)
	}
	return nil
}
