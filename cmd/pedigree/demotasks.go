package main

import (
	"bytes"
	"fmt"
	"io"
	"net/url"

	"pedigree/domain/trace/caseview"
	"pedigree/domain/trace/partnerview"
	"pedigree/domain/trace/traceview"
	"pedigree/format/gs1"
)

// leaveWork leaves something to do for the people of the demonstration: a pack on hold,
// and a case between two companies.
func (s *story) leaveWork() error {
	s.tell("Work is left for the people of the companies.")
	if err := s.holdPack(); err != nil {
		return err
	}
	return s.reportNoData()
}

// holdPack puts one of the pharmacy's packs on hold.
func (s *story) holdPack() error {
	var r traceview.MarkReport
	if err := s.net.of("pharmacy").node.Post(s.ctx, "/api/v1/marks", map[string]any{"items": []string{s.lot.Pack(totePacks - 1)}, "set": []string{"held"}, "clear": []string{}}, &r); err != nil {
		return err
	}
	if len(r.Refused) > 0 {
		return fmt.Errorf("the ledger refused to hold a pack: %+v", r.Refused)
	}
	s.because("The pharmacy holds one pack back: its box is damaged.")
	return nil
}

// reportNoData has the wholesaler open a case with the maker, and brings its message over
// as people carry it between companies whose nodes take no deliveries.
func (s *story) reportNoData() error {
	wholesaler, maker := s.net.of("wholesaler"), s.net.of("maker")
	if err := wholesaler.node.Post(s.ctx, "/api/v1/partners/0", map[string]any{"name": wholesaler.name, "org": wholesaler.id}, nil); err != nil {
		return err
	}
	own := map[string]any{"purpose": "exceptions", "email": "exceptions@wholesaler.example"}
	if err := wholesaler.node.Post(s.ctx, "/api/v1/partners/0/contacts", own, nil); err != nil {
		return err
	}
	for _, pair := range [][2]*company{{wholesaler, maker}, {maker, wholesaler}} {
		partner := map[string]any{"name": pair[1].name, "org": pair[1].id}
		var p partnerview.Partner
		if err := pair[0].node.Post(s.ctx, "/api/v1/partners", partner, &p); err != nil {
			return err
		}
		contact := map[string]any{"purpose": "exceptions", "email": "exceptions@" + pair[1].id + ".example"}
		if err := pair[0].node.Post(s.ctx, fmt.Sprintf("/api/v1/partners/%d/contacts", p.ID), contact, nil); err != nil {
			return err
		}
	}
	path, err := gs1.CanonicalPath(s.lot.Pack(demoPacks + 1))
	if err != nil {
		return err
	}
	var k caseview.Case
	opening := map[string]any{"scenario": "1.5", "org": maker.id, "po": "PO-1001", "items": []map[string]any{{"path": path, "lot": s.lot.Lot, "claim": "one pack more was in the case than the data has"}}}
	if err := wholesaler.node.Post(s.ctx, "/api/v1/cases", opening, &k); err != nil {
		return err
	}
	if err := wholesaler.node.Post(s.ctx, casePath(k.ID)+"/messages", map[string]any{"words": "It was at the bottom of the case."}, &k); err != nil {
		return err
	}
	if err := s.carryMessages(wholesaler, maker, k.ID); err != nil {
		return err
	}
	s.because("The wholesaler asks the maker about a pack that came without data; the maker's answer is awaited.")
	return nil
}

// carryMessages brings what a company wrote about a case to another one.
func (s *story) carryMessages(from, to *company, id string) error {
	var d caseview.Detail
	if err := from.node.Get(s.ctx, casePath(id), &d); err != nil {
		return err
	}
	for _, m := range d.Messages {
		if m.State != "by-hand" {
			continue
		}
		raw, err := from.node.File(s.ctx, casePath(id)+"/messages/"+m.UUID)
		if err != nil {
			return err
		}
		q := url.Values{"org": {from.id}}
		if err := to.node.Upload(s.ctx, "/api/v1/cases/messages?"+q.Encode(), "application/octet-stream", io.Reader(bytes.NewReader(raw)), nil); err != nil {
			return err
		}
		if err := from.node.Post(s.ctx, casePath(id)+"/sent", map[string]any{"how": "by e-mail"}, nil); err != nil {
			return err
		}
	}
	return nil
}
