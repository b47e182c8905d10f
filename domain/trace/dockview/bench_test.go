package dockview_test

import (
	"testing"
	"time"

	"pedigree/domain/trace/dockview"
)

// BenchmarkScansOfAPallet scans each of the 10,000 packs of a pallet that was counted by
// inference, and reports what a scan takes among the first 500 and among the last 500.
func BenchmarkScansOfAPallet(b *testing.B) {
	const some = 500
	for b.Loop() {
		w := newWorld(b)
		w.s.Pallets, w.s.CasesPerPallet, w.s.PacksPerCase = 1, 100, 100
		s := w.begin(dockview.Start{Documents: []int64{w.sent(w.s)}})
		w.scan(s.ID, w.pallet(0), dockview.BeepOK, "")
		packs := w.s.Packs()
		var first, last time.Duration
		for n := range packs {
			began := time.Now()
			w.scan(s.ID, w.pack(n), dockview.BeepOK, "")
			switch took := time.Since(began); {
			case n < some:
				first += took
			case n >= packs-some:
				last += took
			}
		}
		counted(b, w.scan(s.ID, w.pack(0), dockview.BeepAgain, "").Counts, packs, packs, 0)
		b.ReportMetric(float64(first.Microseconds())/some, "µs/first-scans")
		b.ReportMetric(float64(last.Microseconds())/some, "µs/last-scans")
	}
}
