package main

import (
	"bytes"
	"errors"
	"fmt"
	"net/url"
	"os"
	"strings"

	"pedigree/client"
	"pedigree/domain/trace/traceview"
	"pedigree/format/epcis"
	"pedigree/internal/keys"
	"pedigree/proof"
)

// notCaught is the error of a story in which something wrong went through.
func notCaught(what string, got any) error {
	return fmt.Errorf("%s was not caught: %+v", what, got)
}

func (s *story) shipTwice() error {
	s.tell("Double ship: the wholesaler sells the tote, which the pharmacy holds, a second time.")
	wholesaler := s.net.of("wholesaler")
	req := traceview.ShipRequest{Items: []string{s.tote()}, To: "pharmacy", PO: "PO-2003"}
	err := wholesaler.node.Post(s.ctx, "/api/v1/shipments", req, nil)
	var p *client.Problem
	if !errors.As(err, &p) {
		return notCaught("a double ship at the wholesaler's own desk", err)
	}
	s.because("Its own desk refuses: %s", p.Detail)
	req.Force = true // a dishonest one, whose program does not ask
	var r traceview.ShipReport
	if err := wholesaler.node.Post(s.ctx, "/api/v1/shipments", req, &r); err == nil {
		if len(r.Items) != 1 || r.Items[0].Refused == "" {
			return notCaught("a forced double ship", r)
		}
		s.because("Forced, the ledger refuses it on every node: %s", r.Items[0].Refused)
		return nil
	} else if !errors.As(err, &p) {
		return err
	}
	s.because("Forced, the ledger refuses it on every node: %s", p.Detail)
	return nil
}

func (s *story) copySerial() error {
	s.tell("A copied serial: a counterfeit with the number of a pack that was dispensed reaches the counter.")
	answers, err := s.dispensePacks(0)
	if err != nil {
		return err
	}
	if answers[0].Verdict != traceview.Stop {
		return notCaught("a copied serial", answers)
	}
	s.because("STOP: %s %s", answers[0].Text, answers[0].Next)
	copied, err := s.provenance(s.net.of("pharmacy"), s.lot.Pack(0), "copied.bundle.pedigree")
	if err != nil {
		return err
	}
	report, err := s.check(copied, proof.Options{Nonce: []byte("asked by the buyer")})
	if err == nil && report.Outcome() == proof.Proved {
		return notCaught("a copied bundle", report)
	}
	s.because("Its copied bundle says so as well, and nobody can sign the buyer's nonce for it: %s", strings.Join(report.Alerts, "; "))
	return nil
}

func (s *story) commissionTwice() error {
	s.tell("A serial commissioned twice by the maker's own systems.")
	twice := s.lot
	twice.Pallets, twice.CasesPerPallet, twice.PacksPerCase = 1, 1, 2
	twice.Lot, twice.Delivery, twice.Order = "LOT-8B", "DEL-2002", "PO-1002"
	var xml bytes.Buffer
	if err := twice.WriteXML(&xml); err != nil {
		return err
	}
	r, err := s.capture(s.net.of("maker"), "maker-second-lot.xml", xml.Bytes())
	if err != nil {
		return err
	}
	fault := firstFault(r)
	if r.Stage != traceview.CaptureRefused || fault == nil {
		return notCaught("a second commission in one system", r)
	}
	s.because("The system that made the first refuses the file: %s", fault)
	return s.proveDuplicate(xml.Bytes())
}

func firstFault(r traceview.CaptureReport) *epcis.Finding {
	for i := range r.Findings {
		if r.Findings[i].Severity == epcis.Fault {
			return &r.Findings[i]
		}
	}
	return nil
}

// proveDuplicate lets a second system of the maker commission the serial, which
// validators can't see, and shows the fraud by two openings.
func (s *story) proveDuplicate(document []byte) error {
	second := s.net.second
	if err := second.start(s.net); err != nil {
		return err
	}
	if err := second.waitReady(s.ctx, 1); err != nil {
		return err
	}
	r, err := s.capture(second, "maker-second-system.xml", document)
	if err != nil {
		return err
	}
	if r.Commissions != 1 {
		return fmt.Errorf("the second system made %d commissions: %v", r.Commissions, r.Findings)
	}
	first, err := s.provenance(s.net.of("maker"), s.lot.Pack(1), "first.bundle.pedigree")
	if err != nil {
		return err
	}
	other, err := s.provenance(second, s.lot.Pack(1), "second.bundle.pedigree")
	if err != nil {
		return err
	}
	t, err := s.trustFile()
	if err != nil {
		return err
	}
	d, err := proof.VerifyDuplicate(first, other, t)
	if err != nil {
		return fmt.Errorf("two bundles of one serial are no proof: %w", err)
	}
	s.because("A second system with its own store commits it under a fresh salt, unseen by validators. Two openings prove it to anybody: %s stated %s at blocks %d and %d.", d.Org, d.ID, d.HeightA, d.HeightB)
	return second.stop()
}

func (s *story) editEvent() error {
	s.tell("An edited event: after shipping, the wholesaler changes the lot number in the document it sends.")
	wholesaler, pharmacy := s.net.of("wholesaler"), s.net.of("pharmacy")
	var shipped traceview.ShipReport
	req := traceview.ShipRequest{Items: []string{s.lot.Pack(totePacks + 1)}, To: "pharmacy", PO: "PO-2004"}
	if err := wholesaler.node.Post(s.ctx, "/api/v1/shipments", req, &shipped); err != nil {
		return err
	}
	if err := s.fetch(wholesaler, shipped.ID.String(), "pack.shipment"); err != nil {
		return err
	}
	forged, err := s.forge(s.files["pack.shipment"])
	if err != nil {
		return err
	}
	r, err := s.receive(pharmacy, forged)
	if err != nil {
		return err
	}
	if r.Verdict != traceview.Stop {
		return notCaught("an edited event", r)
	}
	text := ""
	for _, p := range r.Problems {
		if p.Rule == traceview.RuleEdited || text == "" {
			text = p.String()
		}
	}
	s.because("STOP: %s", text)
	if r, err = s.receive(pharmacy, s.files["pack.shipment"]); err != nil || r.Verdict != traceview.OK {
		return fmt.Errorf("the true file was not received: %s, %v %w", r.Verdict, r.Problems, err)
	}
	s.because("With the true file the same pack is received: nothing was lost by the attempt.")
	return nil
}

// forge edits the document inside a sealed shipment, with the keys of both sides,
// which only this demonstration has together.
func (s *story) forge(file []byte) ([]byte, error) {
	seed, err := s.net.of("pharmacy").home.keyStore().bytes(keys.Custody)
	if err != nil {
		return nil, err
	}
	receiver, err := traceview.NewKeyring(seed).SealKey()
	if err != nil {
		return nil, err
	}
	sender, err := s.net.of("wholesaler").home.keyStore().signer("wholesaler")
	if err != nil {
		return nil, err
	}
	return traceview.Reseal(file, receiver, sender.Sign, func(c *traceview.Content) {
		doc := &c.Documents[0]
		doc.Bytes = bytes.ReplaceAll(doc.Bytes, []byte(s.lot.Lot), []byte("LOT-9Z"))
	})
}

// trustFile reads what the story's reader trusts: the founding file.
func (s *story) trustFile() (proof.Trust, error) {
	raw, err := os.ReadFile(s.trust)
	if err != nil {
		return proof.Trust{}, fmt.Errorf("couldn't read the trust file: %w", err)
	}
	return proof.ParseTrust(raw)
}

// provenance exports a package's bundle from a company's node.
func (s *story) provenance(co *company, id, name string) (proof.Bundle, error) {
	raw, err := co.node.File(s.ctx, "/api/v1/provenance?"+url.Values{"id": {id}}.Encode())
	if err != nil {
		return proof.Bundle{}, err
	}
	if _, err := s.keep(name, raw); err != nil {
		return proof.Bundle{}, err
	}
	return proof.DecodeBundle(raw)
}

func (s *story) check(b proof.Bundle, o proof.Options) (proof.BundleReport, error) {
	t, err := s.trustFile()
	if err != nil {
		return proof.BundleReport{}, err
	}
	return b.Verify(t, o)
}
