package epcis_test

import (
	"runtime"
	"testing"
	"time"

	"pedigree/format/epcis"
	"pedigree/format/epcis/epcistest"
)

// retained checks a shipment of n packs and returns the bytes that the checker
// holds at its end.
func retained(b *testing.B, n int, sets ...epcis.Set) float64 {
	s := epcistest.Shipment{Pallets: 1, CasesPerPallet: n / 100, PacksPerCase: 100}
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	check := epcis.NewChecker(epcis.CheckOptions{Now: time.Date(2026, 4, 1, 0, 0, 0, 0, time.UTC), Sets: sets})
	for e := range s.Events() {
		if found := check.Event(e); len(found) > 0 {
			b.Fatal(found[0])
		}
	}
	runtime.GC()
	runtime.ReadMemStats(&after)
	runtime.KeepAlive(check)
	return max(0, float64(after.HeapAlloc)-float64(before.HeapAlloc))
}

// BenchmarkCheckMemory reports what a checker keeps of each object: with the rules
// across the document, and without them.
func BenchmarkCheckMemory(b *testing.B) {
	const packs = 200_000
	for name, sets := range map[string][]epcis.Set{
		"all":       epcis.AllSets,
		"per event": {epcis.SetStructure, epcis.SetGS1, epcis.SetCBV},
	} {
		b.Run(name, func(b *testing.B) {
			var bytes float64
			for b.Loop() {
				bytes = retained(b, packs, sets...)
			}
			b.ReportMetric(bytes/packs, "B/object")
		})
	}
}

// TestRulesOfSingleEventsKeepNothingOfThem counts what is kept: nothing grows with
// the document when the rules across it are off.
func TestRulesOfSingleEventsKeepNothingOfThem(t *testing.T) {
	s := epcistest.Shipment{Pallets: 1, CasesPerPallet: 200, PacksPerCase: 100, EventEPCs: 10}
	check := epcis.NewChecker(epcis.CheckOptions{Sets: []epcis.Set{epcis.SetStructure, epcis.SetGS1, epcis.SetCBV}})
	measure := func() uint64 {
		var m runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	events, early := 0, uint64(0)
	for e := range s.Events() {
		check.Event(e)
		if events++; events == 100 {
			early = measure()
		}
	}
	if late := measure(); late > early+200_000 {
		t.Errorf("after 100 events %d bytes were held, after %d events %d", early, events, late)
	}
	runtime.KeepAlive(check)
}
