package faultcorpus

import (
	"slices"
	"strings"

	"pedigree/format/epcis"
)

var productKinds = []kind{
	{id: "product-missing", spoil: func(d *document, _ int) string {
		list := d.products()
		id := list.Elements[0].ID
		list.Elements = list.Elements[1:]
		return id
	}},
	{id: "product-name-missing", spoil: attribute("regulatedProductName", "")},
	{id: "product-ndc-missing", spoil: func(d *document, v int) string {
		attribute("additionalTradeItemIdentificationTypeCode", "")(d, v)
		return attribute("additionalTradeItemIdentification", "")(d, v)
	}},
	{id: "product-maker-missing", spoil: attribute("manufacturerOfTradeItemPartyName", "")},
	{id: "product-form-missing", spoil: attribute("dosageFormType", "")},
	{id: "product-strength-missing", spoil: attribute("strengthDescription", "")},
	{id: "product-size-missing", spoil: attribute("netContentDescription", "")},
	{id: "two-names", spoil: twoNames},
	{id: "ndc-not-of-gtin", spoil: func(d *document, v int) string {
		attribute("additionalTradeItemIdentification", "99991-124-45")(d, v)
		return "99991-124-45"
	}},
	{id: "ndc-wrong-pad", spoil: func(d *document, v int) string {
		attribute("additionalTradeItemIdentificationTypeCode", "FDA_NDC_11")(d, v)
		attribute("additionalTradeItemIdentification", "99991123045")(d, v)
		return "99991123045"
	}},
	{id: "gtin-digit", spoil: func(d *document, _ int) string {
		return d.renamed(d.pack(), strings.Replace(d.pack(), ".012345.", ".012346.", 1))
	}},
	{id: "gtin-check-digit", forms: newForms, shapes: []string{"plain", "pallets", "many-lots", "mixed-pallet"}, spoil: wrongDigit},
	{id: "markup-in-name", spoil: func(d *document, _ int) string {
		for i := range d.products().Elements {
			set(&d.products().Elements[i], "regulatedProductName", "Samplium<script>alert(1)</script>")
		}
		return ""
	}},
}

// attribute changes the first product's master data.
func attribute(name, value string) func(*document, int) string {
	return func(d *document, _ int) string {
		el := &d.products().Elements[0]
		set(el, name, value)
		return el.ID
	}
}

func twoNames(d *document, _ int) string {
	list := d.products()
	second := list.Elements[0]
	second.Attributes = slices.Clone(second.Attributes)
	set(&second, "regulatedProductName", "Samplium Retard")
	list.Elements = append(list.Elements, second)
	return second.ID
}

// wrongDigit names a pack by a Digital Link whose GTIN should end in 5.
func wrongDigit(d *document, _ int) string {
	_, number, _ := strings.Cut(d.pack(), ".012345.")
	return d.renamed(d.pack(), "https://id.gs1.org/01/00399991123451/21/"+number)
}

var lotKinds = []kind{
	{id: "lot-missing", spoil: func(d *document, _ int) string { return d.relabel("0", "", keep) }},
	{id: "lot-conflict", spoil: func(d *document, _ int) string { return d.again("L-OTHER", keep) }},
	{id: "lot-two-dates", shapes: []string{"many-lots"}, spoil: func(d *document, _ int) string {
		packs := d.commissioned("0")
		packs[1].ILMD = epcis.NewILMD(packs[0].ILMD.Lot(), packs[1].ILMD.Expiry())
		return packs[0].ILMD.Lot()
	}},
	{id: "lot-too-long", spoil: func(d *document, _ int) string { return d.relabel("0", "L23456789012345678901", keep) }},
	{id: "expiry-missing", spoil: func(d *document, _ int) string { return d.relabel("0", keep, "") }},
	{id: "expiry-conflict", spoil: func(d *document, _ int) string { return d.again(keep, "2031-01-31") }},
	{id: "expiry-invalid", spoil: expiry("2027-02-30")},
	{id: "expiry-day-00", spoil: expiry("2027-06-00")},
	{id: "expiry-yymmdd", spoil: expiry("270630")},
	{id: "expiry-past", spoil: func(d *document, _ int) string {
		for _, e := range d.events {
			if e.ILMD != nil {
				e.ILMD = epcis.NewILMD(e.ILMD.Lot(), "2026-03-10")
			}
		}
		return ""
	}},
	{id: "serial-too-long", spoil: func(d *document, _ int) string {
		return d.renamed(d.pack(), serial(d.pack(), func(string) string { return "S23456789012345678901" }))
	}},
	{id: "serial-character", spoil: func(d *document, _ int) string {
		return d.renamed(d.pack(), serial(d.pack(), func(string) string { return "S%23100" }))
	}},
}

func expiry(date string) func(*document, int) string {
	return func(d *document, _ int) string {
		d.relabel("0", keep, date)
		return date
	}
}

// again commissions the first pack once more, with another lot or date.
func (d *document) again(lot, expiry string) string {
	e := d.commissioned("0")[0]
	second := copyOf(e)
	second.EPCs = []string{d.pack()}
	d.after(e, second)
	was := e.ILMD
	if lot == keep {
		lot = was.Lot()
	}
	if expiry == keep {
		expiry = was.Expiry()
	}
	second.ILMD = epcis.NewILMD(lot, expiry)
	return d.pack()
}
