package migrateview

import (
	"fmt"
	"strings"
	"testing"

	"pedigree/domain/trace/tiview"
)

// benchLines are the lines of a list, of which a document names one in two.
const benchLines = 20_000

// BenchmarkStock brings a list of stock over, on both kinds of store: packs of which a
// document of the archive names every second one.
func BenchmarkStock(b *testing.B) {
	var list strings.Builder
	list.WriteString(head)
	s := shipment(1, benchLines/2)
	for n := range benchLines / 2 {
		fmt.Fprintf(&list, "%s,%s,%s\n", pathOf(b, s.Pack(n)), s.Lot, s.Expiry)
		fmt.Fprintf(&list, "(01)00399991123455(21)9%07d,%s,%s\n", n, s.Lot, s.Expiry)
	}
	for b.Loop() {
		b.StopTimer()
		w := newWorld(b)
		w.archived(s, tiview.WayArchive)
		b.StartTimer()
		if run := w.give(Request{}, list.String()); run.Read != benchLines || grades(run)["reported"] != benchLines/2 {
			b.Fatalf("%+v", run)
		}
	}
	b.ReportMetric(float64(benchLines*b.N)/b.Elapsed().Seconds(), "lines/s")
}
