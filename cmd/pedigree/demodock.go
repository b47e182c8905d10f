package main

import (
	"bytes"
	"fmt"
	"time"

	"pedigree/domain/trace/dockview"
)

// The lot that stands at the wholesaler's dock: a pallet of 6 cases of 8 packs.
const (
	demoDockLot    = "LOT-7B"
	demoDockCases  = 6
	demoDockPacks  = 8
	demoDockSerial = 700_001 // the first; the demonstration's other lot ends far below
	demoDockOrder  = "PO-1002"
)

// arrivalWait is how long a message or the data of a shipment may be on its way between
// two nodes of the demonstration.
const arrivalWait = 60 * time.Second

// leaveDelivery has the maker ship a second lot, whose data reaches the wholesaler's dock.
func (s *story) leaveDelivery() error {
	lot := s.lot
	lot.Pallets, lot.CasesPerPallet, lot.PacksPerCase = 1, demoDockCases, demoDockPacks
	lot.Lot, lot.FirstSerial, lot.Order, lot.Delivery = demoDockLot, demoDockSerial, demoDockOrder, "DEL-2002"
	var xml bytes.Buffer
	if err := lot.WriteXML(&xml); err != nil {
		return err
	}
	r, err := s.capture(s.net.of("maker"), "maker-dock-lot.xml", xml.Bytes())
	if err != nil {
		return err
	}
	if len(r.Shipments) != 1 {
		return fmt.Errorf("the capture of lot %s made %d shipments: %+v", demoDockLot, len(r.Shipments), r.Notes)
	}
	if err := s.until("the data of lot "+demoDockLot, s.atTheDock); err != nil {
		return err
	}
	s.because("A pallet of lot %s, %d packs, stands at the wholesaler's dock; the maker's node brought its data.", demoDockLot, lot.Packs())
	return nil
}

// atTheDock tells whether the delivery waits to be received.
func (s *story) atTheDock() (bool, error) {
	var waiting struct {
		Rows []dockview.Arrival `json:"rows"`
	}
	if err := s.net.of("wholesaler").node.Get(s.ctx, "/api/v1/arrivals", &waiting); err != nil {
		return false, err
	}
	for _, row := range waiting.Rows {
		if row.State == "announced" {
			return true, nil
		}
	}
	return false, nil
}

// until asks again and again until something is there.
func (s *story) until(what string, there func() (bool, error)) error {
	for end := time.Now().Add(arrivalWait); time.Now().Before(end); {
		if ok, err := there(); ok || err != nil {
			return err
		}
		select {
		case <-s.ctx.Done():
			return s.ctx.Err()
		case <-time.After(50 * time.Millisecond):
		}
	}
	return fmt.Errorf("%s did not arrive within %s", what, arrivalWait)
}
