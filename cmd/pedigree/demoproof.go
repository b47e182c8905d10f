package main

import (
	"fmt"
	"net/url"
	"path/filepath"

	"pedigree/domain/trace/traceview"
	"pedigree/proof"
)

// hopsShown is how many steps of a pack's chain the story prints.
const hopsShown = 12

func (s *story) traceAndProve() error {
	s.tell("Anybody with the pack can ask where it has been: the pharmacy scans one.")
	t, err := s.traced(s.lot.Pack(0))
	if err != nil {
		return err
	}
	if t.Verdict != traceview.OK || len(t.Steps) < 4 {
		return fmt.Errorf("the pack's chain is %s with %d steps: %s %v", t.Verdict, len(t.Steps), t.Text, t.Findings)
	}
	s.because("%s %s %s, lot %s", t.Verdict.Label(), t.Text, t.Path, t.Lot)
	for _, step := range t.Steps[:min(len(t.Steps), hopsShown)] {
		s.because("  %-13s %-8s %s", step.Kind, traceview.KnownName(step.Known), step.Text)
	}
	return s.exportPack()
}

func (s *story) traced(id string) (traceview.Trace, error) {
	var t traceview.Trace
	err := s.net.of("pharmacy").node.Get(s.ctx, "/api/v1/trace?"+url.Values{"id": {id}}.Encode(), &t)
	return t, err
}

// exportPack writes the trust file, a pack's bundle and the page that checks it.
func (s *story) exportPack() error {
	s.tell("It exports the pack's provenance: one file that needs no node to check.")
	verb := &cli{out: silentOutput(), home: s.net.of("pharmacy").home.dir}
	t, err := verb.trust("")
	if err != nil {
		return err
	}
	raw, err := proof.EncodeTrust(t)
	if err != nil {
		return err
	}
	if s.trust, err = s.keep("trust.json", raw); err != nil {
		return err
	}
	b, err := s.provenance(s.net.of("pharmacy"), s.lot.Pack(3), "pack.bundle.pedigree")
	if err != nil {
		return err
	}
	s.bundle = filepath.Join(s.net.dir, "pack.bundle.pedigree")
	report, err := s.check(b, proof.Options{})
	if err != nil {
		return err
	}
	if report.Outcome() != proof.Proved {
		return fmt.Errorf("the bundle's outcome is %s: %v %v", report.Outcome(), report.Alerts, report.Steps)
	}
	for _, step := range report.Steps {
		s.because("  %-9s %-9s %s", step.Verdict, step.Name, step.Text)
	}
	s.because("%d bytes, signed by %d of 4 validators; a stolen copy of it is worth nothing: it says when it was true.", len(b.Encode()), report.Signers)
	s.facts["bundle_bytes"] = len(b.Encode())
	page, err := verifyPage(b.Encode(), "pack.bundle.pedigree", t)
	if err != nil {
		s.because("(No page was written: %v)", err)
		return nil
	}
	s.page, err = s.keep("pack.html", page)
	return err
}

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
