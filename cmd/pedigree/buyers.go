package main

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"strconv"

	"pedigree/domain/trace/partnerview"
	"pedigree/domain/trace/traceview"
	"pedigree/format/dscsa"
	"pedigree/proof"
)

// buyers is the address book as shipping sees it.
type buyers struct {
	book    *partnerview.Book
	members partnerview.Registry
}

// PartyOf is who is at a GLN.
func (b buyers) PartyOf(tx *sql.Tx, gln string) (dscsa.Party, bool, error) {
	return b.book.PartyOf(tx, gln)
}

// buyingRoles are the roles in which a member takes goods.
var buyingRoles = []uint64{proof.RoleDispenser, proof.RoleWholesaler, proof.RoleThirdPartyLogistics, proof.RoleRepackager, proof.RoleManufacturer}

// CheckBuyer asks for each role that the member has; the best answer counts, for one
// role is enough to take goods.
func (b buyers) CheckBuyer(tx *sql.Tx, org, gln, why string) (traceview.Authority, error) {
	m, found, err := b.members.Member(org)
	if err == nil && !found {
		err = fmt.Errorf("couldn't find %s among the members", org)
	}
	if err != nil {
		return traceview.Authority{}, err
	}
	return b.best(tx, m.Roles, partnerview.Query{Org: org, GLN: gln}, why)
}

// best asks in each of some roles; the best answer counts.
func (b buyers) best(tx *sql.Tx, roles uint64, q partnerview.Query, why string) (traceview.Authority, error) {
	best := traceview.Authority{Word: traceview.SellerNotAuthorised, Text: "it is registered in no role that takes goods; have its role recorded"}
	for _, role := range buyingRoles {
		if roles&role == 0 {
			continue
		}
		q.Role = role
		a, err := b.book.Check(context.Background(), tx, q, why)
		if err != nil {
			return best, err
		}
		if best.Evidence == 0 || authorityRank[a.Word] > authorityRank[best.Word] {
			best = traceview.Authority{Word: a.Word, Text: a.Text, Evidence: a.Evidence}
		}
	}
	return best, nil
}

// PartnerOf finds a partner by its number, one of its GLNs, or its id on the ledger.
func (b buyers) PartnerOf(tx *sql.Tx, name string) (traceview.Buyer, bool, error) {
	p, found, err := b.book.PartnerOf(tx, name, name)
	if number, bad := strconv.ParseInt(name, 10, 32); err == nil && !found && bad == nil && number > 0 {
		p, found, err = b.book.Numbered(tx, number)
	}
	if err != nil || !found {
		return traceview.Buyer{}, false, err
	}
	out := traceview.Buyer{Number: p.ID, Org: p.Org, Name: p.Name}
	for _, s := range p.Sites {
		out.GLNs = append(out.GLNs, s.GLN)
	}
	return out, true, nil
}

// CheckOutside asks for each role that the address book has of a partner outside the
// network; of one without any, for that of a dispenser.
func (b buyers) CheckOutside(tx *sql.Tx, to traceview.Buyer, why string) (traceview.Authority, error) {
	p, _, err := b.book.Numbered(tx, to.Number)
	if err != nil {
		return traceview.Authority{}, err
	}
	return b.best(tx, cmp.Or(uint64(p.Roles), proof.RoleDispenser), partnerview.Query{Partner: to.Number, GLN: to.GLNs[0]}, why)
}

// authorityRank puts the words of an authority in order.
var authorityRank = map[string]int{partnerview.NotAuthorised: 0, partnerview.Unknown: 1, partnerview.Authorised: 2}
