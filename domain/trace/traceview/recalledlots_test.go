package traceview

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestRecalledLotsAreThoseOfTheLedgerAndOfTheNotices(t *testing.T) {
	x := newExchange(t)
	ctx := context.Background()
	pallets := x.pallets("maker", testShipment(1, 1, 4))
	d := x.desks["maker"]
	if list, err := d.RecalledLots(ctx); err != nil || len(list) > 0 {
		t.Fatalf("before there is a recall: %v, %v", list, err)
	}
	x.recall("maker", pallets...)
	x.deliver()
	onLedger, err := d.RecalledLots(ctx)
	if err != nil || len(onLedger) == 0 {
		t.Fatalf("a recall on the ledger: %v, %v", onLedger, err)
	}
	for _, one := range onLedger {
		if one.Lot != "LOT-7A" || len(one.GTIN) != 14 || one.Reference != "" {
			t.Errorf("of the ledger there is %+v", one)
		}
	}
	today := d.now().UTC().Truncate(24 * time.Hour)
	lines := "gtin,lot,reference,class,from,to\n00361414123458,LOT-1,R-1,2,,\n00361414123458,LOT-2,R-2,1," + today.AddDate(0, 0, 1).Format(time.DateOnly) + ",\n" +
		"00361414123458,LOT-3,R-3,1,," + today.AddDate(0, 0, -1).Format(time.DateOnly) + "\n"
	if _, err := d.LoadNotices(ctx, strings.NewReader(lines), "list", today); err != nil {
		t.Fatal(err)
	}
	got, err := d.RecalledLots(ctx)
	if err != nil {
		t.Fatal(err)
	}
	want := append(slices.Clone(onLedger), RecalledLot{GTIN: "00361414123458", Lot: "LOT-1", Class: 2, Reference: "R-1"})
	slices.SortFunc(want, func(a, b RecalledLot) int { return strings.Compare(a.GTIN, b.GTIN) })
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("with notices, of which one begins tomorrow and one ended yesterday: %s", diff)
	}
}
