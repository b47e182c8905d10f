package main

import (
	"context"
	"database/sql"
	"fmt"

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
	best := traceview.Authority{Word: traceview.SellerNotAuthorised, Text: "it is registered in no role that takes goods; have its role recorded"}
	for _, role := range buyingRoles {
		if m.Roles&role == 0 {
			continue
		}
		a, err := b.book.Check(context.Background(), tx, partnerview.Query{Org: org, GLN: gln, Role: role}, why)
		if err != nil {
			return best, err
		}
		if best.Evidence == 0 || authorityRank[a.Word] > authorityRank[best.Word] {
			best = traceview.Authority{Word: a.Word, Text: a.Text, Evidence: a.Evidence}
		}
	}
	return best, nil
}

// authorityRank puts the words of an authority in order.
var authorityRank = map[string]int{partnerview.NotAuthorised: 0, partnerview.Unknown: 1, partnerview.Authorised: 2}
