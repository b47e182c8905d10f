package traceview

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"pedigree/format/dscsa"
	"pedigree/format/epcis"
	"pedigree/internal/vault"
)

func TestGoodsAreShippedAsTheyStandWhenTheShipmentIsPlanned(t *testing.T) {
	x := newExchange(t)
	made := testShipment(2, 2, 3)
	paths := x.pallets("maker", made)
	d := x.desks["maker"]
	s := &shipping{d: d, request: ShipRequest{To: "wholesaler", Items: paths[:1]}, paths: paths[:1]}
	if err := s.build(t.Context()); err != nil {
		t.Fatal(err)
	}
	pack, box := pathOf(t, made.Pack(0)), pathOf(t, made.Case(0))
	undone := errors.New("undone")
	for name, test := range map[string]struct {
		change string
		args   []any
		same   bool
	}{
		"nothing changed":              {`UPDATE trace_item SET status = status WHERE path = ?`, []any{pack}, true},
		"another pallet changed":       {`UPDATE trace_item SET surfaced = 1 WHERE sealed_in = ?`, []any{paths[1]}, true},
		"a pack was taken out":         {`UPDATE trace_item SET surfaced = 1 WHERE path = ?`, []any{pack}, false},
		"a case was taken out":         {`UPDATE trace_item SET surfaced = 1 WHERE path = ?`, []any{box}, false},
		"a pack is of other goods now": {`UPDATE trace_item SET commission = commission + 1 WHERE path = ?`, []any{pack}, false},
		"another pallet was put on it": {`UPDATE trace_item SET packed_in = ? WHERE path = ?`, []any{paths[0], paths[1]}, false},
		"the pallet is another one":    {`UPDATE trace_item SET quantity = 7 WHERE path = ?`, []any{paths[0]}, false},
	} {
		t.Run(name, func(t *testing.T) {
			err := d.vault.Update(context.Background(), func(tx *sql.Tx) error {
				if _, err := tx.Exec(test.change, test.args...); err != nil {
					return err
				}
				it, err := mustItem(tx, paths[0])
				if err != nil {
					return err
				}
				same, err := newUnchanged(newGoodsBuilder(tx)).record(it, &s.built[0])
				if err != nil || same != test.same {
					t.Errorf("the goods are taken for unchanged: %v, want %v (%v)", same, test.same, err)
				}
				b := newGoodsBuilder(tx)
				want, err := b.record(it)
				if err != nil {
					return err
				}
				got, origins, err := s.goods(tx)
				if diff := cmp.Diff([]Goods{want}, got); err != nil || diff != "" {
					t.Errorf("the goods are not those of the stock: %v %s", err, diff)
				}
				if diff := cmp.Diff(b.origins, origins); diff != "" {
					t.Errorf("their origins are not those of the stock: %s", diff)
				}
				return undone
			})
			if !errors.Is(err, undone) {
				t.Fatal(err)
			}
		})
	}
}

func TestAStoredDocumentIsReadAsItsReceiverReadsIt(t *testing.T) {
	x := newExchange(t)
	d := x.desks["maker"]
	made := testShipment(1, 2, 3)
	paths := x.pallets("maker", made)
	var whole bytes.Buffer
	if err := made.WriteXML(&whole); err != nil {
		t.Fatal(err)
	}
	ship := func(text string) *shipping {
		id, err := d.putDocument(t.Context(), "goods.xml", mediaTypeXML, "", strings.NewReader(text), vault.Own)
		if err != nil {
			t.Fatal(err)
		}
		return &shipping{d: d, request: ShipRequest{To: "wholesaler", Items: paths, Document: id}, paths: paths}
	}
	t.Run("it goes as it is, with what was found in it", func(t *testing.T) {
		s := ship(whole.String())
		if err := s.build(t.Context()); err != nil || s.docID != s.request.Document {
			t.Fatalf("document %d goes for %d: %v", s.docID, s.request.Document, err)
		}
		hashes, err := hashEvents(s.document)
		if diff := cmp.Diff(hashes, s.hashes); err != nil || diff != "" {
			t.Errorf("%v %s", err, diff)
		}
		want, err := dscsa.Check(bytes.NewReader(whole.Bytes()), dscsa.ReadOptions{File: s.document.Name, Now: d.now()})
		if err != nil {
			t.Fatal(err)
		}
		got, err := s.found()
		if diff := cmp.Diff(want, got); err != nil || diff != "" || got.Shipments != 1 {
			t.Errorf("%v %s", err, diff)
		}
	})
	t.Run("one that can't be read is refused for that", func(t *testing.T) {
		var broken *epcis.Error
		if err := ship(strings.ReplaceAll(whole.String(), "</EPCISBody>", "")).build(t.Context()); !errors.As(err, &broken) {
			t.Errorf("%v", err)
		}
	})
}
