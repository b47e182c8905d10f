package faultcorpus

import (
	"slices"
	"strings"

	"pedigree/format/epcis"
)

// stranger is the GLN of a company that has no part in the shipment.
const stranger = "urn:epc:id:sgln:9521321.00001.0"

var partyKinds = []kind{
	{id: "sender-missing", spoil: func(d *document, _ int) string { d.header.SBDH.Sender.ID = ""; return "" }},
	{id: "receiver-missing", spoil: func(d *document, _ int) string { d.header.SBDH.Receiver.ID = ""; return "" }},
	{id: "sender-wrong", spoil: func(d *document, _ int) string { d.header.SBDH.Sender.ID = stranger; return stranger }},
	{id: "receiver-wrong", spoil: func(d *document, _ int) string { d.header.SBDH.Receiver.ID = stranger; return stranger }},
	{id: "header-swapped", spoil: func(d *document, _ int) string {
		s := d.header.SBDH
		s.Sender, s.Receiver = s.Receiver, s.Sender
		return s.Sender.ID
	}},
	{id: "owners-swapped", spoil: func(d *document, _ int) string {
		e := d.ship()
		e.Sources[0].ID, e.Destinations[0].ID = e.Destinations[0].ID, e.Sources[0].ID
		return e.Sources[0].ID
	}},
	{id: "bill-to", spoil: billTo},
	{id: "gln-unregistered", spoil: func(d *document, _ int) string {
		id := d.ship().Destinations[1].ID
		list := d.places()
		list.Elements = slices.DeleteFunc(list.Elements, func(el epcis.VocabularyElement) bool { return el.ID == id })
		return id
	}},
	{id: "gln-check-digit", spoil: func(d *document, _ int) string {
		e := d.ship()
		e.BizTransactions[0].ID = strings.Replace(e.BizTransactions[0].ID, "0614141000012", "0614141000015", 1)
		return e.BizTransactions[0].ID
	}},
	{id: "gln-extension", spoil: extended},
	{id: "owner-missing", spoil: func(d *document, _ int) string { e := d.ship(); e.Sources = e.Sources[1:]; return "" }},
	{id: "buyer-missing", spoil: func(d *document, _ int) string { e := d.ship(); e.Destinations = e.Destinations[1:]; return "" }},
	{id: "location-missing", spoil: func(d *document, _ int) string { e := d.ship(); e.Destinations = e.Destinations[:1]; return "" }},
	{id: "drop-shipment-false", shapes: []string{"drop-shipment"}, spoil: func(d *document, _ int) string { d.ship().SetDropShipment(false); return "" }},
	{id: "drop-shipment-true", spoil: func(d *document, _ int) string { d.ship().SetDropShipment(true); return "" }},
	{id: "drop-shipment-missing", spoil: func(d *document, _ int) string { d.ship().Extensions = nil; return "" }},
}

// billTo names the buyer's accounts department as receiver, with its address.
func billTo(d *document, _ int) string {
	buyer := *d.element(epcis.VocabularyLocation, d.header.Receiver())
	buyer.ID = "urn:epc:id:sgln:0614141.00009.0"
	d.places().Elements = append(d.places().Elements, buyer)
	d.header.SBDH.Receiver.ID = buyer.ID
	return buyer.ID
}

func extended(d *document, _ int) string {
	old := d.header.Receiver()
	id := strings.TrimSuffix(old, "0") + "7"
	d.element(epcis.VocabularyLocation, old).ID = id
	d.header.SBDH.Receiver.ID, d.ship().Destinations[0].ID = id, id
	return id
}

var placeKinds = []kind{
	{id: "place-name-missing", spoil: bare("name")},
	{id: "place-street-missing", spoil: bare("streetAddressOne")},
	{id: "place-city-missing", spoil: bare("city")},
	{id: "place-state-missing", spoil: bare("state")},
	{id: "place-zip-missing", spoil: bare("postalCode")},
	{id: "place-country-missing", spoil: bare("countryCode")},
	{id: "order-missing", spoil: func(d *document, _ int) string {
		e := d.ship()
		e.BizTransactions = e.BizTransactions[1:]
		return ""
	}},
	{id: "delivery-missing", spoil: func(d *document, _ int) string {
		e := d.ship()
		e.BizTransactions = e.BizTransactions[:1]
		return ""
	}},
}

// bare takes an attribute from one of the four places of a shipment, another in
// each variant.
func bare(name string) func(*document, int) string {
	return func(d *document, v int) string {
		el := &d.places().Elements[v%len(d.places().Elements)]
		set(el, name, "")
		return el.ID
	}
}
