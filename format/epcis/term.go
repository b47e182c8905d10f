package epcis

import (
	"slices"
	"strings"
)

// term is one vocabulary of the CBV in its URI forms. The model holds a value
// of it as the bare word when any of the forms was used.
type term struct {
	name  string   // for messages
	urn   string   // CBV 1.x form, with the prefix for new values
	web   string   // CBV 2.0 form
	other []string // further prefixes that mean the same
	words []string // the standard's values, sorted

	since2  []string          // those that came with CBV 2.0
	renamed map[string]string // values of CBV 1.0 that 1.1 renamed
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
		since2: []string{"sampling", "sensor_reporting"},
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
		since2: []string{
			"available", "completeness_inferred", "completeness_verified", "conformant", "container_open",
			"mismatch_class", "mismatch_instance", "mismatch_quantity", "needs_replacement", "non_conformant", "unavailable",
		},
		renamed: map[string]string{
			"non_sellable_damaged": "damaged", "non_sellable_disposed": "disposed", "non_sellable_expired": "expired",
			"non_sellable_no_pedigree_match": "no_pedigree_match", "non_sellable_recalled": "recalled",
		},
	}
	termTransaction = &term{
		name: "business transaction type", urn: "urn:epcglobal:cbv:btt:", web: "https://ref.gs1.org/cbv/BTT-",
		other: []string{"cbv:BTT-", "https://ns.gs1.org/cbv/BTT-"},
		words: []string{
			"bol", "cert", "desadv", "inv", "pedigree", "po", "poc", "prodorder", "recadv", "rma",
			"testprd", "testres", "upevt",
		},
		since2: []string{"cert", "testprd", "testres", "upevt"},
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
		words: measurementTypes,
	}
	termAlert = &term{
		name: "sensor exception", urn: "gs1:", web: "https://gs1.org/voc/",
		other: []string{"https://www.gs1.org/voc/"},
		words: []string{"ALARM_CONDITION", "ERROR_CONDITION"},
		renamed: map[string]string{
			"AT-Alarm_condition": "ALARM_CONDITION", "AT-Error_condition": "ERROR_CONDITION",
		},
	}
)

// BizSteps are the business steps that the CBV has words for.
func BizSteps() []string { return slices.Clone(termBizStep.words) }

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

// isNew tells whether a word of the standard came with CBV 2.0.
func (t *term) isNew(word string) bool { return slices.Contains(t.since2, word) }

// nearest returns the standard's word that a misspelt one was meant to be, or "".
// Letter case and separators never matter; of other letters one in four may be
// wrong.
func (t *term) nearest(word string) string {
	if len(word) > longestWord {
		return ""
	}
	plain := plainWord(word)
	best, least := "", 1+len(plain)/4
	for _, known := range t.words {
		if d := editDistance(plain, plainWord(known)); d < least {
			best, least = known, d
		}
	}
	return best
}

// plainWord drops what stands before a word in other notations, its letter case
// and its separators.
func plainWord(word string) string {
	for _, prefix := range []string{"BizStep-", "Disp-", "BTT-", "SDT-", "ER-", "Comp-", draftPrefix} {
		word = strings.TrimPrefix(word, prefix)
	}
	return strings.NewReplacer("_", "", "-", "", " ", "").Replace(strings.ToLower(word))
}

// editDistance counts the letters to add, drop, change or swap with the next.
func editDistance(a, b string) int {
	var rows [3][longestWord + 1]int
	for j := range len(b) + 1 {
		rows[0][j] = j
	}
	last, before := &rows[0], &rows[2]
	for i := 1; i <= len(a); i++ {
		row := &rows[i%3]
		row[0] = i
		for j := 1; j <= len(b); j++ {
			change := 1
			if a[i-1] == b[j-1] {
				change = 0
			}
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+change)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		last, before = row, last
	}
	return last[len(b)]
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
