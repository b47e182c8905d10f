package main

import (
	"database/sql"
	"fmt"
	"strconv"

	"pedigree/domain/trace/caseview"
	"pedigree/domain/trace/traceview"
	"pedigree/format/pdg"
	"pedigree/internal/api"
)

// deskCases are the exception cases as answers about goods see them. They are opened
// after the desk.
type deskCases struct{ p *deskParts }

// About implements traceview.Cases.
func (d deskCases) About(tx *sql.Tx, path string) (traceview.OpenCase, bool, error) {
	k, found, err := d.p.cases.About(tx, path)
	if err != nil || !found {
		return traceview.OpenCase{}, false, err
	}
	c := traceview.OpenCase{Number: strconv.FormatInt(k.Number, 10), NoData: k.Asking && k.Category == caseview.ProductNoData, Opened: k.Opened, With: k.Org}
	if c.With == "" {
		c.With = "its seller"
		if k.Partner > 0 {
			c.With = fmt.Sprintf("partner %d", k.Partner)
		}
	}
	return c, true, nil
}

// Suspect implements traceview.Cases.
func (d deskCases) Suspect(tx *sql.Tx, s traceview.Suspicion, open bool) (string, bool, error) {
	n := caseview.New{
		Key: s.Key, Org: s.Seller.Org, Found: s.Found, By: s.By, Note: s.Text,
		Items: []caseview.Item{{Path: s.Path, Lot: s.Lot, Expiry: s.Expiry, Rule: s.Rule, Source: pdg.SourceScan, Claim: s.Text}},
	}
	if open && (s.Seller.Org != "" || s.Seller.GLN != "") {
		partner, found, err := d.p.book.PartnerOf(tx, s.Seller.GLN, s.Seller.Org)
		if err != nil {
			return "", false, err
		}
		if found {
			n.Partner, n.Org = partner.ID, partner.Org
		}
	}
	k, found, err := d.p.cases.Suspect(tx, n, open)
	return strconv.FormatInt(k.Number, 10), found, err
}

// Seen implements traceview.Cases.
func (d deskCases) Seen(tx *sql.Tx, number string, seen api.Said, by string) error {
	n, err := strconv.ParseInt(number, 10, 64)
	if err != nil {
		return fmt.Errorf("couldn't add a scan to case %s: %w", number, err)
	}
	return d.p.cases.Seen(tx, n, seen, by)
}

// deskArrivals are the receiving sessions as answers about goods see them.
type deskArrivals struct{ p *deskParts }

// Arrived implements traceview.Arrivals.
func (d deskArrivals) Arrived(tx *sql.Tx, path string) (traceview.Arrival, bool, error) {
	return d.p.docks.Arrived(tx, path)
}
