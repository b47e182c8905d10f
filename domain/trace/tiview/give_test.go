package tiview_test

import (
	"errors"
	"strings"
	"testing"

	"pedigree/domain/trace/tiview"
	"pedigree/format/epcis/epcistest"
	"pedigree/internal/vault"
)

func TestADocumentIsGivenToThePartnerItIsFrom(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		came := s.take(document(t, epcistest.Shipment{}), "carrier")
		refused := s.take([]byte("<a>nonsense</a>"), "")
		to, err := s.d.Give(t.Context(), came.Number, "maker")
		if err != nil {
			t.Fatal(err)
		}
		if to.State != tiview.Waiting || to.Partner != "maker" || to.Number == came.Number || !to.Came.Equal(came.Came) || to.Replaces != 0 || to.Packages != came.Packages {
			t.Errorf("it is %+v, was %+v", to, came)
		}
		if old := s.show(came.Number); old.State != tiview.Given || old.SameAs != to.Number || old.Partner != "carrier" {
			t.Errorf("the former entry is %+v", old.Entry)
		}
		if again, err := s.d.Give(t.Context(), came.Number, "maker"); err != nil || again.Number != to.Number {
			t.Errorf("again it is %+v, %v", again, err)
		}
		if again, err := s.d.Give(t.Context(), to.Number, "maker"); err != nil || again.Number != to.Number {
			t.Errorf("given to whom it is from, it is %+v, %v", again, err)
		}
		if got := s.find(tiview.Search{Partner: "maker"}); len(got) != 1 || got[0] != to.Number {
			t.Errorf("maker's are %v", got)
		}
		// From its sender the same document is a duplicate now; by the wrong way it is none.
		if e := s.take(document(t, epcistest.Shipment{}), "maker"); e.State != tiview.Duplicate || e.SameAs != to.Number {
			t.Errorf("%+v", e)
		}
		if got, err := s.d.Give(t.Context(), refused.Number, "maker"); err != nil || got.State != tiview.Refused || got.Partner != "maker" {
			t.Errorf("%+v, %v", got, err)
		}
	})
}

func TestWhatIsNotGiven(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		came := s.take(document(t, epcistest.Shipment{}), "carrier")
		twice := s.take(document(t, epcistest.Shipment{}), "carrier")
		if _, err := s.d.Give(t.Context(), came.Number, "maker"); err != nil {
			t.Fatal(err)
		}
		corrected := s.take(document(t, epcistest.Shipment{FirstSerial: 200, Delivery: "DEL-3"}), "carrier")
		s.take(with(t, epcistest.Shipment{FirstSerial: 200, Delivery: "DEL-3"}, "LOT-7A", "LOT-7B"), "carrier")
		s.here[pallet] = true
		matched := s.take(document(t, epcistest.Shipment{Delivery: "DEL-4", Order: "PO-4"}), "carrier")
		for _, test := range []struct {
			name    string
			n       int64
			partner string
			is      error
			says    string
		}{
			{"to nobody", came.Number, "", tiview.ErrWanting, "name the organisation"},
			{"to a name that is too long", came.Number, strings.Repeat("a", tiview.NameBytesMax+1), tiview.ErrWanting, "at most"},
			{"what was given to another", came.Number, "wholesaler", tiview.ErrNotGiven, "it was given to maker"},
			{"a duplicate", twice.Number, "maker", tiview.ErrNotGiven, "is the same as document 1"},
			{"what goods were received with", matched.Number, "maker", tiview.ErrNotGiven, "goods were received with it"},
			{"what was corrected", corrected.Number, "maker", tiview.ErrNotGiven, "document 5 corrected it; give that one"},
			{"what isn't there", 99, "maker", vault.ErrNotFound, "no document 99"},
		} {
			_, err := s.d.Give(t.Context(), test.n, test.partner)
			if !errors.Is(err, test.is) || !strings.Contains(err.Error(), test.says) {
				t.Errorf("%s: %v", test.name, err)
			}
		}
	})
}

func TestWhatIsGivenKeepsItsPlaceInTheOrder(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		s.glns = []string{"0399991000015"} // nobody's buyer, so that the first one is refused
		first := s.take(document(t, epcistest.Shipment{}), "carrier")
		s.glns = nil
		right := s.take(with(t, epcistest.Shipment{}, "LOT-7A", "LOT-7B"), "maker")
		if first.State != tiview.Refused || right.State != tiview.Waiting {
			t.Fatal(first.State, right.State)
		}
		to, err := s.d.Give(t.Context(), first.Number, "maker")
		if err != nil || to.Replaces != 0 || to.State != tiview.Superseded || to.ReplacedBy != right.Number {
			t.Errorf("an older one replaces a newer one: %+v, %v", to, err)
		}
		if e := s.show(right.Number); e.State != tiview.Waiting || e.Replaces != to.Number {
			t.Errorf("the newer one is %+v", e.Entry)
		}
	})
}

func TestAGiftThatWasInterruptedIsTakenUp(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		came := s.take(document(t, epcistest.Shipment{}), "carrier")
		to, err := s.d.BeginGiving(t.Context(), came.Number, "maker")
		if err != nil || to.State != tiview.Arrived {
			t.Fatalf("%+v, %v", to, err)
		}
		if err := s.d.Resume(t.Context()); err != nil {
			t.Fatal(err)
		}
		if e := s.show(to.Number); e.State != tiview.Waiting || e.Partner != "maker" {
			t.Errorf("%+v", e.Entry)
		}
		if again, err := s.d.Give(t.Context(), came.Number, "maker"); err != nil || again.Number != to.Number {
			t.Errorf("%+v, %v", again, err)
		}
	})
}
