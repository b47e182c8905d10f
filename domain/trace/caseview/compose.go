package caseview

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"pedigree/domain/trace/partnerview"
	"pedigree/format/pdg"
)

// report makes a report of some items; empty, it ends the case.
func (k *Case) report(contact pdg.Contact, at int64, list []Item, closes bool) *pdg.Report {
	r := &pdg.Report{Message: newUUID(), Case: k.ID, Timestamp: at, PO: k.PO, Sender: contact, Resolved: closes}
	s, _ := scenarioOf(k.Scenario)
	for _, i := range list {
		i.into(r, k, s)
	}
	return r
}

// array is where a message has an item: where its scenario has it, unless the item says
// too little or more for that.
func (i *Item) array(s Scenario) string {
	switch {
	case s.Array == arrayGLN && i.Wrong == "", s.Array == arrayGTIN && i.Wrong == "", i.GTIN == "" && s.Array != arrayGLN && s.Array != arrayGTIN:
		return arrayOther
	case s.Array == arrayOver && i.Serial != "" && i.Ordered == 0 && i.Received == 0:
		return arrayMissingData
	case s.Array == arrayMissing && i.Serial == "":
		return arrayUnder
	case s.Array == arrayMisalignment && i.Says == (Claim{}) && i.Claim != "":
		return arrayOther // only words say what the data has
	case s.Array == arrayUnder && i.Serial != "" && i.Ordered == 0:
		return arrayMissing
	}
	return s.Array
}

// into adds an item to a report.
func (i *Item) into(r *pdg.Report, k *Case, s Scenario) {
	e := &r.Exceptions
	quantity := pdg.Quantity{Item: i.UUID, GTIN: i.GTIN, Ordered: i.Ordered, Received: i.Received, Resolution: i.Resolution}
	switch i.array(s) {
	case arrayMissingData:
		e.MissingProductData = append(e.MissingProductData, pdg.MissingProductData{Item: i.UUID, GTIN: i.GTIN, Source: i.Source, Resolution: i.Resolution, Serial: pdg.Text(i.Serial)})
	case arrayMissing:
		e.MissingProduct = append(e.MissingProduct, pdg.MissingProduct{Item: i.UUID, File: k.Document, GTIN: i.GTIN, Serial: i.Serial, Resolution: i.Resolution})
	case arrayMisalignment:
		said := i.inData(s)
		e.DataMisalignment = append(e.DataMisalignment, pdg.Misalignment{
			Item: i.UUID, ReceivedGTIN: i.GTIN, ReceivedLot: i.Lot, ReceivedExpiry: messageDate(i.Expiry), ReceivedSerial: pdg.Text(i.Serial),
			DataGTIN: said.GTIN, DataLot: said.Lot, DataExpiry: messageDate(said.Expiry), DataSerial: pdg.Text(said.Serial), Resolution: i.Resolution,
		})
	case arrayOver:
		e.Overages = append(e.Overages, quantity)
	case arrayUnder:
		e.Underages = append(e.Underages, quantity)
	case arrayGLN:
		m := master(e)
		m.GLN = append(m.GLN, pdg.GLNError{Item: i.UUID, Invalid: i.Wrong, Proposed: pdg.Text(i.Right), Resolution: pdg.Text(i.Resolution)})
	case arrayGTIN:
		m := master(e)
		m.GTIN = append(m.GTIN, pdg.GTINError{Item: i.UUID, Invalid: i.Wrong, Proposed: pdg.Text(i.Right), Resolution: pdg.Text(i.Resolution)})
	default:
		r.Other = append(r.Other, i.sentence(s))
	}
}

// inData is what the data says of an item, with what of it is as on the label. Where
// nobody knows which serial number the data has, it says none.
func (i *Item) inData(s Scenario) Claim {
	said := i.Says
	if said.GTIN == "" {
		said.GTIN = i.GTIN
	}
	if i.Says == (Claim{}) {
		return said
	}
	if said.Lot == "" {
		said.Lot = i.Lot
	}
	if said.Expiry == "" {
		said.Expiry = i.Expiry
	}
	if said.Serial == "" && s.Number != scenarioSerial {
		said.Serial = i.Serial
	}
	return said
}

// scenarioSerial is the one in which another serial number came than the data says.
const scenarioSerial = "1.4A"

// messageDate is a date as the messages have it.
func messageDate(date string) string {
	day, err := time.Parse(time.DateOnly, date)
	if err != nil {
		return ""
	}
	return pdg.Date(day)
}

// master is the part of a report that has wrong identifiers.
func master(e *pdg.Exceptions) *pdg.MasterDataErrors {
	if e.MasterDataErrors == nil {
		e.MasterDataErrors = &pdg.MasterDataErrors{}
	}
	return e.MasterDataErrors
}

// sentence is an item in words, for what the messages have no array of. Its end is for
// programs: another node of this kind finds the item in it again.
func (i *Item) sentence(s Scenario) string {
	about := i.Path
	if about == "" {
		about = strings.TrimSpace(i.GTIN + " " + i.Lot)
	}
	text := s.What
	if i.Claim != "" {
		text += ": " + i.Claim
	}
	return fmt.Sprintf("%s [scenario %s, item %s, about %q, request: %s]", strings.ToValidUTF8(cut(text, sentenceMax), ""), s.Number, i.UUID, about, i.Resolution)
}

func cut(text string, most int) string { return text[:min(len(text), most)] }

var sentence = regexp.MustCompile(`^(?s)(.*) \[scenario ([0-9]\.[0-9][A-Z]?), item ([0-9a-f-]{36}), about "([^"\\]*)", request: ([A-Za-z ]+)\]$`)

// fromSentence finds an item in words that sentence wrote. Other words are a note.
func fromSentence(text string) (i Item, scenario string, ok bool) {
	m := sentence.FindStringSubmatch(text)
	if m == nil || !pdg.IsUUID(m[3]) || !slices.Contains(pdg.Resolutions, m[5]) {
		return i, "", false
	}
	s, known := scenarioOf(m[2])
	if !known {
		return i, "", false
	}
	i = Item{UUID: m[3], Claim: strings.TrimPrefix(strings.TrimPrefix(m[1], s.What), ": "), Resolution: m[5]}
	if strings.HasPrefix(m[4], "/") {
		i.Path = m[4]
	} else {
		i.GTIN, i.Lot, _ = strings.Cut(m[4], " ")
	}
	return i, s.Number, true
}

// contactOf is how partners reach the organisation about exceptions.
func contactOf(own partnerview.Partner, site string) pdg.Contact {
	var c pdg.Contact
	for _, k := range own.Contacts {
		if k.Purpose == purposeExceptions {
			c.Email, c.Phone = k.Email, pdg.Text(k.Phone)
		}
	}
	if c.GLN = pdg.Text(site); site == "" && len(own.Sites) > 0 {
		c.GLN = pdg.Text(own.Sites[0].GLN)
	}
	return c
}

// purposeExceptions is the purpose of contacts and routes for cases.
const purposeExceptions = "exceptions"
