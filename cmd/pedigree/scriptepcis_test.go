package main

import (
	"io"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"pedigree/format/epcis"
	"pedigree/format/epcis/epcistest"
)

// scriptEPCIS writes a document as a maker's line does:
//
//	epcis-file NAME PALLETS CASES PACKS [first=N] [lot=LOT] [delivery=NUMBER] [unshipped] [expired=EVENT]
//
// It is XML, or JSON-LD when the name ends in .jsonld. The maker has the prefix
// 0399991, the receiver 0614141. first is the serial number of the first pack; the
// same delivery number again is the same document, corrected;
// unshipped leaves out the shipping event; expired gives the goods of one
// commissioning event an expiry day that is over.
func scriptEPCIS(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 4 {
		ts.Fatalf("usage: epcis-file NAME PALLETS CASES PACKS [first=N] [lot=LOT] [delivery=NUMBER] [unshipped] [expired=EVENT]")
	}
	var numbers [3]int
	for i := range numbers {
		n, err := strconv.Atoi(args[1+i])
		ts.Check(err)
		numbers[i] = n
	}
	now := time.Now()
	s := epcistest.Shipment{
		Pallets: numbers[0], CasesPerPallet: numbers[1], PacksPerCase: numbers[2], EventEPCs: 5,
		Made: now.AddDate(0, 0, -10), Shipped: now.AddDate(0, 0, -1), Expiry: now.AddDate(2, 0, 0).Format(time.DateOnly),
	}
	unshipped, expired := false, 0
	for _, option := range args[4:] {
		name, value, _ := strings.Cut(option, "=")
		n, err := strconv.Atoi(value)
		switch {
		case option == "unshipped":
			unshipped = true
		case name == "lot":
			s.Lot = value
		case name == "delivery":
			s.Delivery = value
		case name == "first" && err == nil:
			s.FirstSerial = n
		case name == "expired" && err == nil:
			expired = n
		default:
			ts.Fatalf("there is no option %q", option)
		}
	}
	file, err := os.Create(ts.MkAbs(args[0]))
	ts.Check(err)
	defer file.Close()
	ts.Check(writeEPCIS(file, s, strings.HasSuffix(args[0], ".jsonld"), func(e *epcis.Event) bool {
		if e.Where.Event == expired && e.ILMD != nil {
			e.ILMD = epcis.NewILMD("LOT-OLD", now.AddDate(0, -1, 0).Format(time.DateOnly))
		}
		return !unshipped || e.BizStep != "shipping"
	}))
}

// writeEPCIS writes those events of a shipment that keep takes.
func writeEPCIS(out io.Writer, s epcistest.Shipment, json bool, keep func(*epcis.Event) bool) error {
	header, err := s.Header()
	if err != nil {
		return err
	}
	var w interface {
		Write(*epcis.Event) error
		Close() error
	}
	if json {
		w, err = epcis.NewJSONWriter(out, header, epcis.JSONOptions{})
	} else {
		w, err = epcis.NewXMLWriter(out, header, epcis.XMLOptions{Indent: "  "})
	}
	if err != nil {
		return err
	}
	for e := range s.Events() {
		if !keep(e) {
			continue
		}
		if err := w.Write(e); err != nil {
			return err
		}
	}
	return w.Close()
}
