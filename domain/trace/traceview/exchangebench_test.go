package traceview

import (
	"bytes"
	"context"
	"testing"

	"pedigree/proof"
)

// BenchmarkShipAndReceivePallet ships a sealed pallet of 1,920 packs and receives
// it: document, sealing, every tree, statements, stock and the ledger's part.
func BenchmarkShipAndReceivePallet(b *testing.B) {
	x := newExchange(b)
	s := testShipment(max(b.N, 1), 48, 40)
	pallets := x.pallets("maker", s)
	x.handPrekeys("wholesaler", "maker", len(pallets))
	ctx := context.Background()
	b.ResetTimer()
	var bytesSent int
	for i := range b.N {
		_, file, err := x.desks["maker"].Ship(ctx, ShipRequest{Items: pallets[i : i+1], To: "wholesaler"})
		if err != nil {
			b.Fatal(err)
		}
		bytesSent += len(file)
		r, err := x.desks["wholesaler"].Receive(ctx, ReceiveRequest{File: bytes.NewReader(file)})
		if err != nil || r.Items[0].Outcome != Received {
			b.Fatalf("%+v %v", r, err)
		}
	}
	b.ReportMetric(float64(1920*b.N)/b.Elapsed().Seconds(), "packs/s")
	b.ReportMetric(float64(bytesSent)/float64(b.N), "file_bytes")
}

// BenchmarkTracePack answers about one pack in a received pallet.
func BenchmarkTracePack(b *testing.B) {
	x := newExchange(b)
	s := testShipment(1, 48, 40)
	x.handPrekeys("wholesaler", "maker", 1)
	x.receive("wholesaler", x.ship("maker", "wholesaler", x.pallets("maker", s)...))
	x.deliver()
	for i := 0; b.Loop(); i++ {
		if _, err := x.desks["wholesaler"].Trace(context.Background(), s.Pack(i%1920)); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkOpenForProvenance opens the way from a pack to its pallet's record, all
// of a bundle but the state proof.
func BenchmarkOpenForProvenance(b *testing.B) {
	x := newExchange(b)
	s := testShipment(1, 48, 40)
	x.pallets("maker", s)
	var p pathOpening
	for i := 0; b.Loop(); i++ {
		list, err := x.desks["maker"].openings(context.Background(), s.Pack(i%1920))
		if err != nil {
			b.Fatal(err)
		}
		p = list[0]
	}
	if len(p.levels) != 2 || p.unit.Leaf() == (proof.Hash{}) {
		b.Fatal("the way is not that from a pack over its case to its pallet")
	}
}
