package traceview

import (
	"bytes"
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"

	"pedigree/format/epcis"
	"pedigree/proof"
)

// captured is a maker that captured one pallet of two cases with three packs each.
func captured(t *testing.T) (x *trade, s *scene, pallet string, file []byte) {
	t.Helper()
	x, s = newExchange(t), newScene()
	pallet = pathOf(t, s.pallet(0, 2, 3))
	file = s.file(t)
	if r := x.capture("maker", "good.xml", file, Rollback); r.Stage != CaptureDone {
		t.Fatalf("%s\n%s", r.Stage, faultsOf(r))
	}
	x.chain.settle()
	return x, s, pallet, file
}

func TestWhatAContainerHoldsIsListedAPageAtATime(t *testing.T) {
	x, s, pallet, _ := captured(t)
	d, ctx := x.desks["maker"], context.Background()
	first, err := d.Holding(ctx, pallet, HoldingFilter{Limit: 1})
	if err != nil {
		t.Fatal(err)
	}
	if first.Kind != proof.KindPallet || first.Total != 2 || len(first.Rows) != 1 || first.Next != first.Rows[0].Path || first.Rows[0].Kind != proof.KindCase || first.Rows[0].Inside != 3 {
		t.Fatalf("the first page is %+v", first)
	}
	second, err := d.Holding(ctx, pallet, HoldingFilter{Cursor: first.Next, Limit: 1})
	if err != nil || len(second.Rows) != 1 || second.Next != "" || second.Rows[0].Path <= first.Rows[0].Path {
		t.Fatalf("the second page is %+v, with error %v", second, err)
	}
	packs, err := d.Holding(ctx, first.Rows[0].Path, HoldingFilter{})
	if err != nil || packs.Total != 3 || packs.Rows[0].Kind != proof.KindUnit || packs.Rows[0].Lot == "" || packs.Rows[0].Inside != 0 {
		t.Fatalf("the case holds %+v, with error %v", packs, err)
	}
	for name, thing := range map[string]string{"a pack": s.s.Pack(0), "a thing that nobody knows": "(00)003999910000009995"} {
		if h, err := d.Holding(ctx, thing, HoldingFilter{}); err != nil || h.Total != 0 || len(h.Rows) != 0 {
			t.Errorf("%s holds %+v, with error %v", name, h, err)
		}
	}
}

func TestAPageOfWhatAContainerHoldsHasALimit(t *testing.T) {
	x, _, pallet, _ := captured(t)
	for limit, right := range map[int]bool{holdingLimitMax: true, holdingLimitMax + 1: false, -1: false} {
		if _, err := x.desks["maker"].Holding(context.Background(), pallet, HoldingFilter{Limit: limit}); (err == nil) != right {
			t.Errorf("a page of %d rows: %v", limit, err)
		}
	}
	if _, err := x.desks["maker"].Holding(context.Background(), "no thing", HoldingFilter{}); err == nil {
		t.Error("a text that names nothing was looked into")
	}
}

func TestTheEventsOfAThingAreThoseOfItsDocuments(t *testing.T) {
	x, s, _, file := captured(t)
	raw, err := x.desks["maker"].TraceEvents(context.Background(), s.s.Pack(1))
	if err != nil {
		t.Fatal(err)
	}
	hashes := func(b []byte) map[string]bool {
		_, events, err := epcis.ReadAll(bytes.NewReader(b), epcis.Options{})
		if err != nil {
			t.Fatal(err)
		}
		out := map[string]bool{}
		for _, e := range events {
			id, err := e.HashID()
			if err != nil {
				t.Fatal(err)
			}
			out[id] = true
		}
		return out
	}
	got, all := hashes(raw), hashes(file)
	if len(got) < 3 || len(got) >= len(all) {
		t.Errorf("%d of %d events tell of the pack and what it is in", len(got), len(all))
	}
	for id := range got {
		if !all[id] {
			t.Errorf("event %s is none of the document's", id)
		}
	}
	none, err := x.desks["copycat"].TraceEvents(context.Background(), s.s.Pack(1))
	if err != nil || len(hashes(none)) != 0 {
		t.Errorf("who knows nothing of it gets %s, with error %v", none, err)
	}
}

func TestAnEntryLeadsToOnesOwnRecordsAndNobodyElses(t *testing.T) {
	x, s, pallet, _ := captured(t)
	ctx := context.Background()
	x.handPrekeys("wholesaler", "maker", 1)
	wantOutcome(t, x.receive("wholesaler", x.ship("maker", "wholesaler", pallet)), OK, Received)
	x.deliver()
	for _, org := range []string{"maker", "wholesaler"} {
		found := 0
		for _, step := range x.trace(org, s.s.Pack(0)).Steps {
			if step.Entry == (proof.Hash{}) {
				continue
			}
			found++
			b, err := x.desks[org].BehindEntry(ctx, step.Entry)
			if err != nil || len(b.Shipments) != 1 || len(b.Things) == 0 || b.Shipments[0].Outgoing != (org == "maker") {
				t.Errorf("%s finds %+v behind %s, with error %v", org, b, step.Text, err)
			}
			if b, err := x.desks["copycat"].BehindEntry(ctx, step.Entry); err != nil || b.Own || len(b.Things) > 0 || len(b.Shipments) > 0 {
				t.Errorf("who has nothing to do with it finds %+v, with error %v", b, err)
			}
		}
		if found == 0 {
			t.Errorf("no step that %s knows stands on the ledger", org)
		}
	}
}

func TestAPlaceIsWhereItsMasterDataSays(t *testing.T) {
	lat, lon := 38.9, -77.0
	tests := []struct {
		name, lat, lon string
		want           TracePlace
	}{
		{"with degrees", "38.9", "-77.0", TracePlace{Document: 3, Lat: &lat, Lon: &lon}},
		{"with half of them", "38.9", "", TracePlace{Document: 3}},
		{"with degrees that can't be", "98.9", "-77.0", TracePlace{Document: 3}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			el := epcis.VocabularyElement{Attributes: []epcis.Attribute{{ID: "cbvmda:latitude", Value: tt.lat}, {ID: "cbvmda:longitude", Value: tt.lon}}}
			if diff := cmp.Diff(tt.want, placeBy(&el, 3)); diff != "" {
				t.Error(diff)
			}
		})
	}
}
