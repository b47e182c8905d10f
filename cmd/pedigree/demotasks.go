package main

import (
	"fmt"

	"pedigree/domain/trace/caseview"
	"pedigree/domain/trace/partnerview"
	"pedigree/domain/trace/traceview"
	"pedigree/format/gs1"
)

// leaveWork leaves something to do for the people of the demonstration: packs that are
// recalled, expired, on hold or of a supplier without a licence, a case between two
// companies, messages that failed, and a delivery at the dock. From openMailboxes on the
// companies' nodes bring each other what they send.
func (s *story) leaveWork() error {
	s.tell("Work is left for the people of the companies.")
	for _, act := range []func() error{
		s.recallLot, s.openMailboxes, s.knowEachOther, s.holdPack, s.bringStockOver, s.reportNoData, s.leaveFailures, s.leaveDelivery,
	} {
		if err := act(); err != nil {
			return err
		}
	}
	return nil
}

// openMailboxes puts on the ledger where each trading company's node takes deliveries.
func (s *story) openMailboxes() error {
	for _, id := range []string{"maker", "wholesaler", "pharmacy"} {
		if err := s.net.of(id).node.Post(s.ctx, "/api/v1/mailbox", map[string]string{"address": ""}, nil); err != nil {
			return fmt.Errorf("couldn't open the mailbox of %s: %w", id, err)
		}
	}
	return nil
}

// knowEachOther enters into each company's address book itself and whom it trades with,
// and whom to ask about goods and data that don't match.
func (s *story) knowEachOther() error {
	partners := map[string][]string{"maker": {"wholesaler", "pharmacy"}, "wholesaler": {"maker", "pharmacy"}, "pharmacy": {"wholesaler", "maker"}}
	for _, co := range s.net.companies {
		if partners[co.id] == nil {
			continue
		}
		if err := co.node.Post(s.ctx, "/api/v1/partners/0", map[string]any{"name": co.name, "org": co.id}, nil); err != nil {
			return err
		}
		if err := co.toAsk(s, 0, co.id); err != nil {
			return err
		}
		for _, id := range partners[co.id] {
			var p partnerview.Partner
			if err := co.node.Post(s.ctx, "/api/v1/partners", map[string]any{"name": s.net.of(id).name, "org": id}, &p); err != nil {
				return err
			}
			if err := co.toAsk(s, int(p.ID), id); err != nil {
				return err
			}
		}
	}
	return nil
}

// toAsk enters whom to ask at a company about exceptions.
func (co *company) toAsk(s *story, partner int, id string) error {
	contact := map[string]any{"purpose": "exceptions", "email": "exceptions@" + id + ".example"}
	return co.node.Post(s.ctx, fmt.Sprintf("/api/v1/partners/%d/contacts", partner), contact, nil)
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

// reportNoData has the wholesaler open a case with the maker, and waits until the maker's
// node has its message.
func (s *story) reportNoData() error {
	wholesaler, maker := s.net.of("wholesaler"), s.net.of("maker")
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
	if err := s.until("the message about the case", func() (bool, error) {
		var got []caseview.Case
		err := maker.node.Get(s.ctx, "/api/v1/cases", &got)
		return len(got) > 0, err
	}); err != nil {
		return err
	}
	s.because("The wholesaler asks the maker about a pack that came without data; the maker's answer is awaited.")
	return nil
}
