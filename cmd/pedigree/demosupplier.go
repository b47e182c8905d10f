package main

import (
	"fmt"
	"net/url"
	"strings"

	"pedigree/domain/trace/partnerview"
	"pedigree/format/gs1"
)

const demoSupplierName = "Supplier (demonstration)"

// demoLists are the lists that show the supplier: a wholesaler needs the licence of its
// state and its yearly report to be an authorised trading partner.
var demoLists = []struct{ source, kind, place, key string }{
	{"demo-board-il", "licence", "US-IL", "IL-0042"},
	{"demo-reporting", "reporting", "US", "R-0042"},
}

// knowSupplier enters the supplier into the pharmacy's address book and loads the lists
// of the days before it sold: its licence was in effect at the first sale, and had
// lapsed before the second.
func (s *story) knowSupplier() error {
	node := s.net.of("pharmacy").node
	var p partnerview.Partner
	if err := node.Post(s.ctx, "/api/v1/partners", map[string]any{"name": demoSupplierName, "roles": "wholesaler"}, &p); err != nil {
		return err
	}
	at := fmt.Sprintf("/api/v1/partners/%d", p.ID)
	site := map[string]any{
		"gln": demoSupplierGLN, "name": "Warehouse", "zone": "America/Chicago",
		"address": map[string]string{"street1": "4 Sample Street", "city": "Peoria", "state": "IL", "postal": "61602", "country": "US"},
	}
	if err := node.Post(s.ctx, at+"/sites", site, nil); err != nil {
		return err
	}
	if err := s.net.of("pharmacy").toAsk(s, int(p.ID), "supplier"); err != nil {
		return err
	}
	return s.loadLists(p.ID)
}

// loadLists loads what the lists say of the supplier on the days before it sold.
func (s *story) loadLists(supplier int64) error {
	node := s.net.of("pharmacy").node
	for _, list := range demoLists {
		mapping := map[string]any{
			"source": list.source, "kind": list.kind, "role": "wholesaler", "place": list.place, "complete": true, "dates": "YYYY-MM-DD",
			"columns": map[string]string{"key": "Number", "from": "Issued", "to": "Expires"}, "ignored": []string{"Name"},
		}
		if err := node.Post(s.ctx, "/api/v1/partners/mappings", mapping, nil); err != nil {
			return err
		}
		match := map[string]any{"partner": supplier, "gln": demoSupplierGLN, "source": list.source, "key": list.key}
		if err := node.Post(s.ctx, "/api/v1/partners/matches", match, nil); err != nil {
			return err
		}
		for _, day := range []int{demoFirstSale, demoSecondSale} {
			if err := s.loadLicences(list.source, list.kind, list.key, day-1); err != nil {
				return err
			}
		}
	}
	return nil
}

// loadLicences loads a list as it was on a day.
func (s *story) loadLicences(source, kind, key string, day int) error {
	until := demoDay(365)
	if kind == "licence" {
		until = demoDay(demoLicenceEnded)
	}
	rows := fmt.Sprintf("Number,Name,Issued,Expires\n%s,%s,2020-01-01,%s\nNEW-1,Somebody else (demonstration),%s,%s\n", key, demoSupplierName, until, demoDay(day), demoDay(365))
	q := url.Values{"source": {source}, "as_of": {demoDay(day)}}
	return s.net.of("pharmacy").node.Upload(s.ctx, "/api/v1/partners/lists?"+q.Encode(), "text/csv", strings.NewReader(rows), nil)
}

// gtinOfPack is the GTIN of a pack's EPC.
func gtinOfPack(epc string) (gs1.GTIN, error) {
	scan, err := gs1.Parse(epc)
	if err != nil {
		return "", err
	}
	gtin, ok := scan.GTIN()
	if !ok {
		return "", fmt.Errorf("%s has no GTIN", epc)
	}
	return gtin, nil
}
