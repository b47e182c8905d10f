package main

import (
	"fmt"

	"pedigree/domain/trace/traceview"
)

func (s *story) traceAndProve() error { return nil }

// dispensePacks asks the pharmacy's desk to dispense packs of the lot.
func (s *story) dispensePacks(numbers ...int) ([]traceview.DispensedItem, error) {
	var items []string
	for _, n := range numbers {
		items = append(items, s.lot.Pack(n))
	}
	var answers []traceview.DispensedItem
	err := s.net.of("pharmacy").node.Post(s.ctx, "/api/v1/dispenses", map[string]any{"items": items, "reason": "dispensing"}, &answers)
	return answers, err
}

func (s *story) dispense() error {
	s.tell("The pharmacy dispenses three packs.")
	answers, err := s.dispensePacks(0, 1, 2)
	if err != nil {
		return err
	}
	for _, a := range answers {
		if a.Verdict != traceview.OK {
			return fmt.Errorf("pack %s was not dispensed: %s", a.Path, a.Text)
		}
	}
	s.because("OK at the counter, at once: %s", answers[0].Text)
	var r traceview.SettleReport
	if err := s.net.of("pharmacy").node.Post(s.ctx, "/api/v1/dispenses/settle", nil, &r); err != nil {
		return err
	}
	if r.Ended != 3 || len(r.Refused) > 0 {
		return fmt.Errorf("the ledger ended %d packs: %v", r.Ended, r.Refused)
	}
	s.because("Later, in a batch, the ledger learns that %d packs left the supply; not which patient, not why.", r.Ended)
	return nil
}
