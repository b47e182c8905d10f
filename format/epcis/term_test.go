package epcis

import (
	"slices"
	"strings"
	"testing"
)

func TestMisspeltWordsAreTold(t *testing.T) {
	for _, c := range []struct {
		term *term
		word string
		want string
	}{
		{termBizStep, "comissioning", "commissioning"},
		{termBizStep, "shiping", "shipping"},
		{termBizStep, "Shipping", "shipping"},
		{termBizStep, "SHIPPING", "shipping"},
		{termBizStep, "void-shipping", "void_shipping"},
		{termBizStep, "BizStep-receiving", "receiving"},
		{termBizStep, "recieving", "receiving"},
		{termBizStep, "unpacked", ""},
		{termBizStep, "blending", ""},
		{termBizStep, "", ""},
		{termBizStep, strings.Repeat("shipping", 9), ""},
		{termDisposition, "in transit", "in_transit"},
		{termDisposition, "inprogress", "in_progress"},
		{termDisposition, "Disp-active", "active"},
		{termTransaction, "PO", "po"},
		{termTransaction, "order", ""},
		{termParty, "owningparty", "owning_party"},
		{termMeasurement, "Temprature", "Temperature"},
	} {
		if got := c.term.nearest(c.word); got != c.want {
			t.Errorf("%s %q: %q, want %q", c.term.name, c.word, got, c.want)
		}
	}
}

func TestVocabulariesAreSortedAndConsistent(t *testing.T) {
	for _, v := range []*term{termBizStep, termDisposition, termTransaction, termParty, termReason, termComponent, termMeasurement, termAlert} {
		if !slices.IsSorted(v.words) || len(slices.Compact(slices.Clone(v.words))) != len(v.words) {
			t.Errorf("the words of %s aren't sorted, or stand twice", v.name)
		}
		for _, w := range v.since2 {
			if !v.known(w) {
				t.Errorf("%s: %q is new and unknown", v.name, w)
			}
		}
		for old, now := range v.renamed {
			if v.known(old) || !v.known(now) {
				t.Errorf("%s: %q was renamed to %q", v.name, old, now)
			}
		}
		for _, w := range v.words {
			if len(w) > longestWord {
				t.Errorf("%s: %q is too long to be compared", v.name, w)
			}
		}
	}
}

func TestUnitsBelongToOneKindOfMeasurement(t *testing.T) {
	seen := map[string]int{}
	for i, q := range quantities {
		for _, unit := range strings.Fields(q.units) {
			if before, ok := seen[unit]; ok {
				t.Errorf("unit %s stands in %d and %d", unit, before, i)
			}
			seen[unit] = i
			if !isUnit(unit) {
				t.Errorf("%s isn't a unit", unit)
			}
		}
		for _, p := range strings.Fields(q.properties) {
			if !termMeasurement.known(p) {
				t.Errorf("%s isn't a sensor property", p)
			}
			if quantityOf(p, true) != i {
				t.Errorf("%s belongs to several kinds", p)
			}
		}
	}
	if quantityOf("CEL", false) != quantityOf("Temperature", true) || quantityOf("CEL", false) < 0 || quantityOf("XX", false) != -1 {
		t.Error("units aren't found")
	}
}
