package tiview_test

import (
	"context"
	"slices"
	"testing"

	"pedigree/domain/trace/tiview"
	"pedigree/format/epcis/epcistest"
	"pedigree/internal/vault"
)

// Nobody knows any more what a mark was made from when the store comes under another
// key; what comes later is still found to be the same.
func TestMarksAreFoundUnderAnotherKey(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		doc := document(t, epcistest.Shipment{})
		first := s.take(doc, "maker")
		for _, key := range []vault.Key{{8}, {9}} {
			if done, err := s.v.Rekey(t.Context(), key); err != nil || done.Marks < 3 {
				t.Fatalf("%+v, %v", done, err)
			}
			s.d = tiview.New(tiview.Config{Vault: s.v, Goods: s, GLNs: func(context.Context) ([]string, error) { return s.glns, nil }})
			if again := s.take(doc, "maker"); again.State != tiview.Duplicate || again.SameAs != first.Number {
				t.Errorf("taken again, it is %v", again.State)
			}
			if found := s.find(tiview.Search{PO: "PO-1001"}); !slices.Contains(found, first.Number) {
				t.Errorf("its order finds %v", found)
			}
			if late := s.take(document(t, epcistest.Shipment{FirstSerial: int(key[0]) * 1000, Delivery: "late", Order: "PO-9", Lot: "LOT-9"}), "maker"); late.State == tiview.Duplicate {
				t.Error("another document is a duplicate")
			}
			if len(s.find(tiview.Search{PO: "PO-9"})) == 0 {
				t.Error("what came under the next key isn't found")
			}
		}
	})
}
