package faultcorpus

import (
	"strings"
	"unicode/utf8"

	"pedigree/format/epcis"
)

var statementKinds = []kind{
	{id: "statement-missing", spoil: func(d *document, _ int) string { d.header.Statement = nil; return "" }},
	{id: "statement-not-affirmed", spoil: func(d *document, _ int) string { d.header.Statement.Affirm = "false"; return "" }},
	{id: "statement-word", spoil: func(d *document, _ int) string { d.header.Statement.Affirm = "yes"; return "" }},
	{id: "statement-no-notice", spoil: func(d *document, _ int) string { d.header.Statement.LegalNotice = ""; return "" }},
	{id: "guideline-missing", spoil: func(d *document, _ int) string { d.header.GuidelineVersion = ""; return "" }},
}

var syntaxKinds = []kind{
	{id: "version-1.0", text: version("1.0")},
	{id: "version-1.1", forms: oldForms, text: version("1.1")},
	{id: "namespace-unknown", forms: xmlForms, text: func(raw string, f Form) (string, string) {
		if f == XML2 {
			return strings.Replace(raw, "epcis:xsd:2", "epcis:xsd:0", 1), ""
		}
		return strings.Replace(raw, "epcis:xsd:1", "epcis:xsd:0", 1), ""
	}},
	{id: "namespace-old-lot", forms: oldForms, spoil: oldNamespace},
	{id: "truncated", text: func(raw string, _ Form) (string, string) {
		cut := strings.LastIndex(raw, "eventTimeZoneOffset")
		for !utf8.RuneStart(raw[cut]) {
			cut--
		}
		return raw[:cut], ""
	}},
	{id: "doctype", forms: xmlForms, text: func(raw string, _ Form) (string, string) {
		return strings.Replace(raw, "?>", "?>\n<!DOCTYPE EPCISDocument [<!ENTITY a \"aaaaaaaaaa\">]>", 1), ""
	}},
	{id: "encoding", shapes: []string{"non-ascii"}, text: func(raw string, _ Form) (string, string) {
		return strings.Replace(raw, "ß", "\xdf", 1), ""
	}},
	{id: "encoding-declared", forms: xmlForms, text: func(raw string, _ Form) (string, string) {
		return strings.Replace(raw, `encoding="UTF-8"`, `encoding="ISO-8859-1"`, 1), ""
	}},
	{id: "unknown-field", text: func(raw string, f Form) (string, string) {
		if f == JSON2 {
			return strings.Replace(raw, `"type":"ObjectEvent",`, `"type":"ObjectEvent","colourCode":"red",`, 1), "colourCode"
		}
		return strings.Replace(raw, "</ObjectEvent>", "<colourCode>red</colourCode></ObjectEvent>", 1), "colourCode"
	}},
	{id: "old-element-in-2.0", forms: secondForm, text: func(raw string, _ Form) (string, string) {
		raw = strings.Replace(raw, "<ilmd>", "<extension><ilmd>", 1)
		return strings.Replace(raw, "</ilmd>", "</ilmd></extension>", 1), ""
	}},
	{id: "context-missing", forms: jsonForm, text: func(raw string, _ Form) (string, string) {
		from, to := strings.Index(raw, `"@context"`), strings.Index(raw, `"type":"EPCISDocument"`)
		return raw[:from] + raw[to:], ""
	}},
	{id: "field-twice", forms: jsonForm, text: func(raw string, _ Form) (string, string) {
		return strings.Replace(raw, `"eventTime":`, `"eventTime":"2026-03-01T08:00:00Z","eventTime":`, 1), ""
	}},
	{id: "no-events", spoil: func(d *document, _ int) string { d.events = nil; return "" }},
	{id: "shipping-missing", spoil: func(d *document, _ int) string { d.drop(d.ship()); return "" }},
}

func version(v string) func(string, Form) (string, string) {
	return func(raw string, f Form) (string, string) {
		switch f {
		case JSON2:
			return strings.Replace(raw, `"schemaVersion":"2.0"`, `"schemaVersion":"`+v+`"`, 1), ""
		case XML2:
			return strings.Replace(raw, `schemaVersion="2.0"`, `schemaVersion="`+v+`"`, 1), ""
		default:
			return strings.Replace(raw, `schemaVersion="1.2"`, `schemaVersion="`+v+`"`, 1), ""
		}
	}
}

func oldNamespace(d *document, _ int) string {
	for _, e := range d.events {
		if e.ILMD == nil {
			continue
		}
		now := &epcis.ILMD{}
		for _, n := range e.ILMD.Nodes {
			n.Name.Space, n.Prefix = epcis.SpaceUS, "gs1ushc"
			now.Nodes = append(now.Nodes, n)
		}
		e.ILMD = now
	}
	return ""
}

// nullKinds have the word "null" where a program had nothing to say.
var nullKinds = []kind{
	{id: "null-lot", spoil: func(d *document, _ int) string { return d.relabel("0", "null", keep) }},
	{id: "null-expiry", spoil: func(d *document, _ int) string { return d.relabel("0", keep, "null") }},
	{id: "null-serial", spoil: func(d *document, _ int) string {
		return d.renamed(d.pack(), serial(d.pack(), func(string) string { return "null" }))
	}},
	{id: "null-product-name", spoil: attribute("regulatedProductName", "null")},
	{id: "null-ndc", spoil: attribute("additionalTradeItemIdentification", "null")},
	{id: "null-strength", spoil: attribute("strengthDescription", "NULL")},
	{id: "null-place-name", spoil: func(d *document, _ int) string {
		set(d.element(epcis.VocabularyLocation, d.header.Receiver()), "name", "null")
		return d.header.Receiver()
	}},
	{id: "null-street", spoil: func(d *document, _ int) string {
		set(d.element(epcis.VocabularyLocation, d.header.Sender()), "streetAddressOne", "null")
		return d.header.Sender()
	}},
	{id: "null-notice", spoil: func(d *document, _ int) string { d.header.Statement.LegalNotice = "null"; return "" }},
	{id: "null-order", spoil: func(d *document, _ int) string {
		d.ship().BizTransactions[0].ID = "urn:epcglobal:cbv:bt:0614141000012:null"
		return ""
	}},
	{id: "null-sender", spoil: func(d *document, _ int) string { d.header.SBDH.Sender.ID = "null"; return "" }},
}

// renamed renames a thing and returns its new name.
func (d *document) renamed(old, now string) string {
	d.rename(old, now)
	return now
}

// keep leaves a value as it is.
const keep = "\x00"

// relabel gives the first commissioning event of a level another lot and expiry
// date; an empty one is left out. It returns the first identifier of the event.
func (d *document) relabel(level, lot, expiry string) string {
	e := d.commissioned(level)[0]
	if lot == keep {
		lot = e.ILMD.Lot()
	}
	if expiry == keep {
		expiry = e.ILMD.Expiry()
	}
	e.ILMD = epcis.NewILMD(lot, expiry)
	return e.EPCs[0]
}
