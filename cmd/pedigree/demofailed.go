package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"pedigree/domain/trace/partnerview"
	"pedigree/domain/trace/traceview"
	"pedigree/format/epcis"
	"pedigree/format/epcis/epcistest"
)

// The maker's messages that failed: a lot whose file has a wrong date, of which no
// message was made, and one for a clinic outside the network that was given up.
const (
	demoWrongDateLot    = "LOT-9D"
	demoWrongDateSerial = 800_001
	demoClinicLot       = "LOT-8C"
	demoClinicSerial    = 810_001
	demoClinicName      = "Clinic (demonstration)"
	demoClinicGLN       = "0870002000007"
)

// leaveFailures leaves a message that could not be made and one that did not arrive.
func (s *story) leaveFailures() error {
	if err := s.wrongDate(); err != nil {
		return err
	}
	return s.giveUpClinic()
}

// wrongDate has the maker capture a file in which somebody mistyped the year of expiry.
func (s *story) wrongDate() error {
	lot := s.lot
	lot.Pallets, lot.CasesPerPallet, lot.PacksPerCase = 1, 1, demoShelfPacks
	lot.Lot, lot.FirstSerial, lot.Order, lot.Delivery = demoWrongDateLot, demoWrongDateSerial, "PO-1003", "DEL-2003"
	right := lot.Expiry
	lot.Expiry = demoDay(-365)
	var xml bytes.Buffer
	if err := lot.WriteXML(&xml); err != nil {
		return err
	}
	r, err := s.capture(s.net.of("maker"), "maker-wrong-date.xml", xml.Bytes())
	if err != nil {
		return err
	}
	fault := firstFault(r)
	if r.Stage != traceview.CaptureRefused || fault == nil {
		return notCaught("a date of expiry that has passed", r)
	}
	if _, err := s.keep("maker-right-date.xml", bytes.ReplaceAll(xml.Bytes(), []byte(lot.Expiry), []byte(right))); err != nil {
		return err
	}
	s.because("A file of the maker's came to no message: %s", fault)
	return nil
}

// giveUpClinic has the maker sell a pallet to a clinic outside the network and give its
// data up, as somebody does whose customer's server is down.
func (s *story) giveUpClinic() error {
	maker := s.net.of("maker")
	clinic, err := s.knowClinic(maker)
	if err != nil {
		return err
	}
	lot := s.lot
	lot.Pallets, lot.CasesPerPallet, lot.PacksPerCase = 2, 1, demoShelfPacks // one is left to be shipped
	lot.Lot, lot.FirstSerial = demoClinicLot, demoClinicSerial
	document, err := unshipped(lot)
	if err != nil {
		return err
	}
	if r, err := s.capture(maker, "maker-clinic-lot.xml", document); err != nil || r.Commissions != lot.Pallets {
		return fmt.Errorf("the capture of lot %s made %d commissions: %v %w", lot.Lot, r.Commissions, r.Findings, err)
	}
	var d traceview.Departure
	leaving := map[string]any{"items": []string{lot.Pallet(0)}, "to": fmt.Sprint(clinic), "po": "PO-3001", "reason": "sold to a clinic"}
	if err := maker.node.Post(s.ctx, "/api/v1/departures/prepare", leaving, &d); err != nil {
		return err
	}
	if d.Posted == nil || d.Posted.Parcel == 0 {
		return fmt.Errorf("the data for the clinic is not on its way: %+v %v", d.Posted, d.Findings)
	}
	parcel := fmt.Sprintf("/api/v1/parcels/%d", d.Posted.Parcel)
	if err := maker.node.Post(s.ctx, parcel+"/drop", map[string]string{"reason": "the clinic's server took no files last night"}, nil); err != nil {
		return err
	}
	s.because("The data of a pallet for a clinic without a node did not arrive, and was given up.")
	return os.MkdirAll(s.net.clinicFolder(), 0o700) // the clinic's server is there again
}

// clinicFolder is where the maker's node leaves files for the clinic.
func (d *demoNet) clinicFolder() string { return filepath.Join(d.dir, "clinic") }

// knowClinic enters the clinic and how its data reaches it.
func (s *story) knowClinic(maker *company) (int64, error) {
	var p partnerview.Partner
	if err := maker.node.Post(s.ctx, "/api/v1/partners", map[string]any{"name": demoClinicName, "roles": "dispenser"}, &p); err != nil {
		return 0, err
	}
	at := fmt.Sprintf("/api/v1/partners/%d", p.ID)
	site := map[string]any{
		"gln": demoClinicGLN, "name": "Pharmacy desk", "zone": "America/New_York",
		"address": map[string]string{"street1": "5 Sample Street", "city": "Columbus", "state": "OH", "postal": "43004", "country": "US"},
	}
	if err := maker.node.Post(s.ctx, at+"/sites", site, nil); err != nil {
		return 0, err
	}
	route := map[string]any{"purpose": "ti", "way": "folder", "format": "R1.3", "address": s.net.clinicFolder()}
	return p.ID, maker.node.Post(s.ctx, at+"/routes", route, nil)
}

// unshipped is the document of a lot that is made and packed, and still in stock.
func unshipped(lot epcistest.Shipment) ([]byte, error) {
	h, err := lot.Header()
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	w, err := epcis.NewXMLWriter(&out, h, epcis.XMLOptions{Indent: "  "})
	if err != nil {
		return nil, err
	}
	for e := range lot.Events() {
		if strings.HasSuffix(e.BizStep, "shipping") {
			continue
		}
		if err := w.Write(e); err != nil {
			return nil, err
		}
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}
