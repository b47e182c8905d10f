package main

import (
	"context"
	"database/sql"
	"strconv"
	"strings"

	"pedigree/domain/trace/caseview"
	"pedigree/domain/trace/dockview"
	"pedigree/domain/trace/tiview"
	"pedigree/domain/trace/traceview/verdict"
	"pedigree/format/dscsa"
	"pedigree/internal/api"
)

// deskReceived holds what was received against documents that come later. The documents are
// opened before the docks.
type deskReceived struct{ p *deskParts }

// Compare implements tiview.Received.
func (d deskReceived) Compare(ctx context.Context, e tiview.Entry, corrects []int64, r *dscsa.Reading) error {
	return d.p.docks.Compare(ctx, e, corrects, r)
}

// Correct implements tiview.Received.
func (d deskReceived) Correct(ctx context.Context, e tiview.Entry) error {
	return d.p.docks.Correct(ctx, e)
}

// dockCases opens an exception case for each finding of a receiving session. The cases
// are opened after the docks.
type dockCases struct{ p *deskParts }

// unavailable are the scenarios of goods that something known speaks against.
var unavailable = map[string]string{
	verdict.RuleRecalled: "5.1", "receive/recalled": "5.1", verdict.RuleHeld: "5.2", verdict.RuleFrozen: "5.2",
	dockview.RuleExpired: "5.3", verdict.RuleExpired: "5.3", "receive/expired": "5.3",
}

// Open implements dockview.Cases.
func (d dockCases) Open(tx *sql.Tx, n dockview.NewCase) (string, error) {
	f := n.Finding
	scenario := f.Scenario
	if f.Category == string(caseview.Unavailable) {
		if scenario = unavailable[f.Rule]; scenario == "" {
			scenario = "5.4"
		}
	} else if !strings.Contains(scenario, ".") {
		scenario = "" // the usual one of its category
	}
	c := caseview.New{
		Key: n.Key, Category: caseview.Category(f.Category), Scenario: scenario, Org: n.Seller.Org, Site: n.Site, Found: n.Found, By: n.By, Note: f.Text,
	}
	if partner, found, err := d.p.book.PartnerOf(tx, n.Seller.GLN, n.Seller.Org); err != nil {
		return "", err
	} else if found {
		c.Partner, c.Org = partner.ID, partner.Org
	}
	if !n.Shipment.IsZero() {
		c.Shipment = n.Shipment.String()
	}
	if n.Document != 0 {
		c.Document = strconv.FormatInt(n.Document, 10)
	}
	for _, it := range f.Items {
		c.Items = append(c.Items, caseview.Item{
			Path: it.Path, GTIN: it.GTIN, Lot: it.Lot, Expiry: it.Expiry, In: f.Top, Claim: it.Claim, Rule: f.Rule,
			Ordered: f.Ordered, Received: f.Received, Resolution: f.Resolution, Says: caseview.Claim{Lot: it.SaysLot, Expiry: it.SaysExpiry, Serial: it.SaysSerial},
		})
	}
	k, err := d.p.cases.Open(tx, c)
	return strconv.FormatInt(k.Number, 10), err
}

// Settle implements dockview.Cases.
func (d dockCases) Settle(ctx context.Context, number string, paths []string, found api.Said, by string) error {
	_, err := d.p.cases.SettleFound(ctx, number, paths, found, by)
	return err
}

// Note implements dockview.Cases.
func (d dockCases) Note(ctx context.Context, number string, found api.Said, by string) error {
	_, err := d.p.cases.Note(ctx, number, caseview.Evidence{Kind: caseview.EvidenceWord, Text: found.Text, Says: found, By: by})
	return err
}
