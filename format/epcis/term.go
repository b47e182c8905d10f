package epcis

import "strings"

// term is one vocabulary of the CBV in its URI forms. The model holds a value
// of it as the bare word when any of the forms was used.
type term struct {
	name  string   // for messages
	urn   string   // CBV 1.x form, with the prefix for new values
	web   string   // CBV 2.0 form
	other []string // further prefixes that mean the same
	words []string // the standard's values, sorted
}

var (
	termBizStep = &term{
		name: "business step", urn: "urn:epcglobal:cbv:bizstep:", web: "https://ref.gs1.org/cbv/BizStep-",
		other: []string{"cbv:BizStep-", "https://ns.gs1.org/cbv/BizStep-"},
		words: []string{
			"accepting", "arriving", "assembling", "collecting", "commissioning", "consigning",
			"creating_class_instance", "cycle_counting", "decommissioning", "departing", "destroying",
			"disassembling", "dispensing", "encoding", "entering_exiting", "holding", "inspecting", "installing",
			"killing", "loading", "other", "packing", "picking", "receiving", "removing", "repackaging",
			"repairing", "replacing", "reserving", "retail_selling", "sampling", "sensor_reporting", "shipping",
			"staging_outbound", "stock_taking", "stocking", "storing", "transporting", "unloading", "unpacking",
			"void_shipping",
		},
	}
	termDisposition = &term{
		name: "disposition", urn: "urn:epcglobal:cbv:disp:", web: "https://ref.gs1.org/cbv/Disp-",
		other: []string{"cbv:Disp-", "https://ns.gs1.org/cbv/Disp-"},
		words: []string{
			"active", "available", "completeness_inferred", "completeness_verified", "conformant",
			"container_closed", "container_open", "damaged", "destroyed", "dispensed", "disposed", "encoded",
			"expired", "in_progress", "in_transit", "inactive", "mismatch_class", "mismatch_instance",
			"mismatch_quantity", "needs_replacement", "no_pedigree_match", "non_conformant",
			"non_sellable_other", "partially_dispensed", "recalled", "reserved", "retail_sold", "returned",
			"sellable_accessible", "sellable_not_accessible", "stolen", "unavailable", "unknown",
		},
	}
	termTransaction = &term{
		name: "business transaction type", urn: "urn:epcglobal:cbv:btt:", web: "https://ref.gs1.org/cbv/BTT-",
		other: []string{"cbv:BTT-", "https://ns.gs1.org/cbv/BTT-"},
		words: []string{
			"bol", "cert", "desadv", "inv", "pedigree", "po", "poc", "prodorder", "recadv", "rma",
			"testprd", "testres", "upevt",
		},
	}
	termParty = &term{
		name: "source or destination type", urn: "urn:epcglobal:cbv:sdt:", web: "https://ref.gs1.org/cbv/SDT-",
		other: []string{"cbv:SDT-", "https://ns.gs1.org/cbv/SDT-"},
		words: []string{"location", "owning_party", "possessing_party"},
	}
	termReason = &term{
		name: "error reason", urn: "urn:epcglobal:cbv:er:", web: "https://ref.gs1.org/cbv/ER-",
		other: []string{"cbv:ER-", "https://ns.gs1.org/cbv/ER-"},
		words: []string{"did_not_occur", "incorrect_data"},
	}
	termComponent = &term{
		name: "sensor component", urn: "cbv:Comp-", web: "https://ref.gs1.org/cbv/Comp-",
		other: []string{"https://ns.gs1.org/cbv/Comp-"},
		words: []string{
			"altitude", "axial_distance", "azimuth", "easting", "elevation_angle", "height",
			"latitude", "longitude", "northing", "polar_angle", "spherical_radius", "x", "y", "z",
		},
	}
	termMeasurement = &term{
		name: "sensor property", urn: "gs1:", web: "https://gs1.org/voc/",
		other: []string{"https://www.gs1.org/voc/"},
	}
	termAlert = &term{
		name: "sensor exception", urn: "gs1:", web: "https://gs1.org/voc/",
		other: []string{"https://www.gs1.org/voc/"},
		words: []string{"ALARM_CONDITION", "ERROR_CONDITION"},
	}
)

// bare returns the word of a value in any of the forms, or the value itself.
func (t *term) bare(value string) string {
	if strings.IndexByte(value, ':') < 0 {
		return value
	}
	if word, ok := strings.CutPrefix(value, t.urn); ok && isBare(word) {
		return word
	}
	if word, ok := strings.CutPrefix(value, t.web); ok && isBare(word) {
		return word
	}
	for _, prefix := range t.other {
		if word, ok := strings.CutPrefix(value, prefix); ok && isBare(word) {
			return word
		}
	}
	return value
}

// isBare tells a word from a URI or CURIE. A word that isn't one would not come
// back as the same value when it is expanded again.
func isBare(word string) bool { return word != "" && strings.IndexByte(word, ':') < 0 }

// known tells whether a bare word is one of the standard's.
func (t *term) known(word string) bool {
	if t.words == nil {
		return true
	}
	for _, w := range t.words {
		if w == word {
			return true
		}
	}
	return false
}

// fieldTerm returns the vocabulary of a sensor field, or nil.
func fieldTerm(name string) *term {
	switch name {
	case "type":
		return termMeasurement
	case "exception":
		return termAlert
	case "component":
		return termComponent
	}
	return nil
}

// uri returns the form of a value that XML wants.
func (t *term) uri(value string) string {
	if isBare(value) {
		return t.urn + value
	}
	return value
}
