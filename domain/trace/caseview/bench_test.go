package caseview_test

import (
	"fmt"
	"testing"

	"pedigree/domain/trace/caseview"
)

// BenchmarkList lists a thousand open cases at once.
func BenchmarkList(b *testing.B) {
	pharmacy, _ := two(b)
	for i := range caseview.ListMax {
		pharmacy.open(caseview.New{Key: key(fmt.Sprint(i)), Scenario: "2.1B", Org: "wholesaler", Items: []caseview.Item{{GTIN: gtin, Ordered: i}}})
	}
	for b.Loop() {
		if list, err := pharmacy.List(b.Context(), caseview.Filter{Limit: caseview.ListMax}); err != nil || len(list) != caseview.ListMax {
			b.Fatal(len(list), err)
		}
	}
}
