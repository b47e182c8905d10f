package main

import (
	"bytes"
	"context"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"pedigree/domain/trace/traceview"
	"pedigree/format/epcis/epcistest"
)

// story plays a package's way and what goes wrong on it.
type story struct {
	net   *demoNet
	out   *output
	ctx   context.Context
	step  int
	lot   epcistest.Shipment
	files map[string][]byte // shipment files by name

	bundle, page, trust string
	facts               map[string]any
	people              []demoGuest
}

// The demonstration's lot: 2 pallets of 21 cases of 48 packs.
const (
	demoPallets = 2
	demoCases   = 21
	demoPacks   = 48
)

// tell prints one step of the story.
func (s *story) tell(format string, args ...any) {
	s.step++
	s.out.say("\n%2d. %s", s.step, fmt.Sprintf(format, args...))
}

// because prints what came of it, or why it can be believed.
func (s *story) because(format string, args ...any) {
	s.out.say("    %s", fmt.Sprintf(format, args...))
}

func (s *story) play() error {
	s.files, s.facts = map[string][]byte{}, map[string]any{}
	now := time.Now()
	s.lot = epcistest.Defaults()
	s.lot.Pallets, s.lot.CasesPerPallet, s.lot.PacksPerCase = demoPallets, demoCases, demoPacks
	s.lot.Sender.Name, s.lot.Receiver.Name = "Maker (demonstration)", "Wholesaler (demonstration)"
	s.lot.Made, s.lot.Shipped = now.Add(-5*24*time.Hour), now.Add(-time.Hour)
	s.lot.Expiry = now.AddDate(2, 0, 0).Format(time.DateOnly)
	for _, act := range []func() error{
		s.exchangeKeys, s.make, s.receiveAtWholesaler, s.pickTote, s.shipTote, s.receiveAtPharmacy, s.traceAndProve, s.dispense,
		s.shipTwice, s.copySerial, s.commissionTwice, s.editEvent, s.leaveWork, s.enterPeople,
	} {
		if err := act(); err != nil {
			return err
		}
	}
	return nil
}

// keep writes a file of the story to the demonstration's folder.
func (s *story) keep(name string, content []byte) (string, error) {
	path := filepath.Join(s.net.dir, name)
	return path, os.WriteFile(path, content, 0o600)
}

func (s *story) exchangeKeys() error {
	s.tell("Receivers hand out one-time receiving keys with their orders.")
	for _, pair := range [][2]string{{"wholesaler", "maker"}, {"pharmacy", "wholesaler"}, {"pharmacy", "maker"}} {
		from, to := s.net.of(pair[0]), s.net.of(pair[1])
		var file []byte
		if err := from.node.Post(s.ctx, "/api/v1/prekeys", map[string]any{"partner": to.id, "count": 40}, &file); err != nil {
			return err
		}
		path, err := s.keep(from.id+"-for-"+to.id+".prekeys", file)
		if err != nil {
			return err
		}
		if err := to.node.Upload(s.ctx, "/api/v1/prekeys/import", "application/octet-stream", bytes.NewReader(file), nil); err != nil {
			return err
		}
		s.because("%s gave %s 40 keys (%s); on the ledger nobody sees whose a key is.", from.id, to.id, filepath.Base(path))
	}
	return nil
}

// capture sends a document to a company's node.
func (s *story) capture(co *company, name string, document []byte) (traceview.CaptureReport, error) {
	var r traceview.CaptureReport
	if _, err := s.keep(name, document); err != nil {
		return r, err
	}
	q := url.Values{"name": {name}}
	err := co.node.Upload(s.ctx, "/api/v1/captures?"+q.Encode(), "application/octet-stream", bytes.NewReader(document), &r)
	return r, err
}

func (s *story) make() error {
	s.tell("The maker captures its line's EPCIS file: %d packs in %d cases on %d pallets, commissioned, packed and shipped.", s.lot.Packs(), demoPallets*demoCases, demoPallets)
	var xml bytes.Buffer
	if err := s.lot.WriteXML(&xml); err != nil {
		return err
	}
	began := time.Now()
	r, err := s.capture(s.net.of("maker"), "maker-lot.xml", xml.Bytes())
	if err != nil {
		return err
	}
	if r.Commissions != demoPallets || len(r.Shipments) != 1 {
		return fmt.Errorf("the capture made %d commissions and %d shipments: %+v", r.Commissions, len(r.Shipments), r.Notes)
	}
	s.because("%d events checked (%d faults), %d things in stock, %d commissions of one hash each on the ledger, %d pallets offered, in %v.", r.Events, r.Faults, r.Things, r.Commissions, r.Shipments[0].Items, time.Since(began).Round(time.Millisecond))
	s.facts["packs"], s.facts["capture_seconds"] = s.lot.Packs(), time.Since(began).Seconds()
	return s.fetch(s.net.of("maker"), r.Shipments[0].ID.String(), "maker-to-wholesaler.shipment")
}

// fetch takes a sealed shipment file from its sender's node.
func (s *story) fetch(co *company, id, name string) error {
	file, err := co.node.File(s.ctx, "/api/v1/shipments/"+id+"/file")
	if err != nil {
		return err
	}
	s.files[name] = file
	_, err = s.keep(name, file)
	return err
}

// receive hands a shipment file to a company's node.
func (s *story) receive(co *company, file []byte) (traceview.ReceiveReport, error) {
	var r traceview.ReceiveReport
	err := co.node.Upload(s.ctx, "/api/v1/receivings", "application/octet-stream", bytes.NewReader(file), &r)
	return r, err
}

func (s *story) receiveAtWholesaler() error {
	s.tell("The wholesaler receives the two pallets from the sealed file.")
	r, err := s.receive(s.net.of("wholesaler"), s.files["maker-to-wholesaler.shipment"])
	if err != nil {
		return err
	}
	if r.Verdict != traceview.OK || len(r.Items) != demoPallets {
		return fmt.Errorf("the verdict is %s for %d items: %v", r.Verdict, len(r.Items), r.Problems)
	}
	s.because("It rebuilt both trees from %d openings, found their roots on the ledger, verified the maker's statement and the documents' commitment, and accepted.", s.lot.Objects())
	return nil
}

func (s *story) shipTote() error {
	s.tell("The wholesaler ships the tote to the pharmacy.")
	var r traceview.ShipReport
	req := traceview.ShipRequest{Items: []string{s.tote()}, To: "pharmacy", PO: "PO-2002"}
	if err := s.net.of("wholesaler").node.Post(s.ctx, "/api/v1/shipments", req, &r); err != nil {
		return err
	}
	if len(r.Items) != 1 || r.Items[0].Refused != "" {
		return fmt.Errorf("the ledger answered %+v", r.Items)
	}
	s.because("One record changed on the ledger: offered to a one-time key until %s. The data went into a sealed file, with history back to the maker.", r.Deadline.Format("2 Jan 15:04 MST"))
	return s.fetch(s.net.of("wholesaler"), r.ID.String(), "wholesaler-to-pharmacy.shipment")
}

func (s *story) receiveAtPharmacy() error {
	s.tell("The pharmacy receives the tote.")
	r, err := s.receive(s.net.of("pharmacy"), s.files["wholesaler-to-pharmacy.shipment"])
	if err != nil {
		return err
	}
	if r.Verdict != traceview.OK {
		return fmt.Errorf("the verdict is %s: %v", r.Verdict, r.Problems)
	}
	s.because("%s: %d things, each with the maker's statement and its path to a record on the ledger.", r.Verdict.Label(), r.Items[0].Things)
	return nil
}
