package main

import (
	"bytes"
	"fmt"
	"net/url"
	"strings"
	"time"

	"pedigree/domain/trace/migrateview"
	"pedigree/domain/trace/traceview"
	"pedigree/format/epcis/epcistest"
)

// What stands on the pharmacy's shelf beside its good packs: a recalled lot of the
// maker's, and what it brought over from its former system, bought of a supplier outside
// the network. The console's guided paths name the packs, so the numbers stay.
const (
	demoRecalledLot    = "LOT-6C"
	demoRecalledSerial = 600_001
	demoExpiredLot     = "LOT-5E"
	demoExpiredSerial  = 1
	demoLapsedLot      = "LOT-5F"
	demoLapsedSerial   = 11
	demoSupplierPrefix = "0388881"
	demoSupplierGLN    = "0388881000013"
	demoShelfPacks     = 4 // of each lot
)

// Days, counted from today, of what the pharmacy had from its supplier.
const (
	demoFirstSale    = -200
	demoExpiredSince = -3
	demoLicenceEnded = -30
	demoSecondSale   = -5
)

// pharmacyParty is the pharmacy as the documents of who sells to it name it.
func (s *story) pharmacyParty() epcistest.Party {
	return epcistest.Party{Prefix: "0860001", Name: s.net.of("pharmacy").name, Owner: "00000", Location: "00000", Street: "3 Sample Street", City: "Springfield", State: "IL", Postal: "62701"}
}

// recallLot has the pharmacy buy a small lot of the maker, which recalls it then by letter.
func (s *story) recallLot() error {
	maker, pharmacy := s.net.of("maker"), s.net.of("pharmacy")
	lot := s.lot
	lot.Pallets, lot.CasesPerPallet, lot.PacksPerCase = 1, 1, demoShelfPacks
	lot.Lot, lot.FirstSerial, lot.Order, lot.Delivery, lot.Receiver = demoRecalledLot, demoRecalledSerial, "PO-2005", "DEL-2005", s.pharmacyParty()
	var xml bytes.Buffer
	if err := lot.WriteXML(&xml); err != nil {
		return err
	}
	captured, err := s.capture(maker, "maker-recalled-lot.xml", xml.Bytes())
	if err != nil {
		return err
	}
	if len(captured.Shipments) != 1 {
		return fmt.Errorf("the capture of lot %s made %d shipments: %+v", lot.Lot, len(captured.Shipments), captured.Notes)
	}
	if err := s.fetch(maker, captured.Shipments[0].ID.String(), "recalled.shipment"); err != nil {
		return err
	}
	received, err := s.receive(pharmacy, s.files["recalled.shipment"])
	if err != nil {
		return err
	}
	if received.Verdict != traceview.OK {
		return fmt.Errorf("lot %s was not received: %s %v", lot.Lot, received.Verdict, received.Problems)
	}
	gtin, err := gtinOfPack(lot.Pack(0))
	if err != nil {
		return err
	}
	notices := fmt.Sprintf("gtin,lot,reference,class,from,to\n%s,%s,RECALL-1,2,,\n", gtin, lot.Lot)
	q := url.Values{"source": {maker.name}, "as_of": {demoDay(0)}}
	if err := pharmacy.node.Upload(s.ctx, "/api/v1/recall-notices?"+q.Encode(), "text/csv", strings.NewReader(notices), nil); err != nil {
		return err
	}
	s.because("The pharmacy has %d packs of lot %s; the maker recalls them by a letter, which the pharmacy enters.", demoShelfPacks, lot.Lot)
	return nil
}

// demoDay is a day counted from today, as lists have it.
func demoDay(days int) string { return time.Now().UTC().AddDate(0, 0, days).Format(time.DateOnly) }

// bringStockOver has the pharmacy bring over what its former system kept: two documents
// of its supplier and the list of the packs that are on the shelf.
func (s *story) bringStockOver() error {
	if err := s.knowSupplier(); err != nil {
		return err
	}
	expired := s.supplied(demoExpiredLot, demoExpiredSerial, demoFirstSale)
	expired.Expiry = demoDay(demoExpiredSince)
	lapsed := s.supplied(demoLapsedLot, demoLapsedSerial, demoSecondSale)
	stock := "Item,Lot\n"
	for _, lot := range []epcistest.Shipment{expired, lapsed} {
		var xml bytes.Buffer
		if err := lot.WriteXML(&xml); err != nil {
			return err
		}
		name := "supplier-" + strings.ToLower(lot.Lot) + ".xml"
		if _, err := s.keep(name, xml.Bytes()); err != nil {
			return err
		}
		q := url.Values{"name": {name}, "partner": {demoSupplierGLN}, "archive": {"true"}}
		if err := s.net.of("pharmacy").node.Upload(s.ctx, "/api/v1/documents?"+q.Encode(), "application/octet-stream", &xml, nil); err != nil {
			return err
		}
		for n := range lot.Packs() {
			stock += lot.Pack(n) + "," + lot.Lot + "\n"
		}
	}
	if err := s.bringList(stock, expired.Packs()+lapsed.Packs()); err != nil {
		return err
	}
	s.because("It brought over what its former system kept: lot %s has expired, and when lot %s came, its supplier's licence had lapsed.", expired.Lot, lapsed.Lot)
	return nil
}

// supplied is a lot that the supplier outside the network sold the pharmacy on a day.
func (s *story) supplied(number string, first, day int) epcistest.Shipment {
	lot := s.lot
	lot.Pallets, lot.CasesPerPallet, lot.PacksPerCase, lot.FirstSerial = 1, 1, demoShelfPacks, first
	lot.Sender = epcistest.Party{Prefix: demoSupplierPrefix, Name: demoSupplierName, Owner: "00001", Location: "00001", Street: "4 Sample Street", City: "Peoria", State: "IL", Postal: "61602"}
	lot.Receiver = s.pharmacyParty()
	lot.Product, lot.NDC, lot.Lot, lot.Order, lot.Delivery = "Exemplin", "88881-123-45", number, "PO-"+number, "DEL-"+number
	lot.Shipped = time.Now().AddDate(0, 0, day)
	lot.Made = lot.Shipped.AddDate(0, 0, -10)
	return lot
}

// bringList gives the pharmacy's node the list of its stock, and waits until it is in.
func (s *story) bringList(stock string, lines int) error {
	pharmacy := s.net.of("pharmacy")
	if _, err := s.keep("pharmacy-stock.csv", []byte(stock)); err != nil {
		return err
	}
	var run migrateview.Run
	if err := pharmacy.node.Upload(s.ctx, "/api/v1/migrations/stock?name=pharmacy-stock.csv", "text/csv", strings.NewReader(stock), &run); err != nil {
		return err
	}
	if err := s.until("the list of the pharmacy's stock", func() (bool, error) {
		err := pharmacy.node.Get(s.ctx, fmt.Sprintf("/api/v1/migrations/%d", run.Number), &run)
		if err == nil && run.State == "failed" {
			err = fmt.Errorf("the list of the pharmacy's stock failed: %s", run.Error)
		}
		return run.State == "done", err
	}); err != nil {
		return err
	}
	if run.Claimed != lines {
		return fmt.Errorf("of %d packs %d came over: %+v", lines, run.Claimed, run.Findings)
	}
	return nil
}
