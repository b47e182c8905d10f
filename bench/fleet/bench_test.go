package fleet_test

import (
	"context"
	"fmt"
	"os"
	"testing"
	"time"

	"pedigree/bench/fleet"
)

// BenchmarkLoad is one closed loop of each kind. Folders for profiles are made
// below PEDIGREE_BENCH_PROFILE, if that is set.
func BenchmarkLoad(b *testing.B) {
	size, err := fleet.ShipBytes()
	if err != nil {
		b.Fatal(err)
	}
	for _, c := range []fleet.Config{
		{Kind: fleet.Bare, Count: 1, Bare: fleet.BareShape{Bytes: size, Signatures: 2}},
		{Kind: fleet.Ledger, Count: 1},
		{Kind: fleet.Bare, Count: 4, Bare: fleet.BareShape{Bytes: size, Signatures: 2}},
		{Kind: fleet.Ledger, Count: 4},
	} {
		b.Run(fmt.Sprintf("%s/validators=%d", c.Kind, c.Count), func(b *testing.B) {
			c.Dir, c.Sizes = b.TempDir(), sizes(b)
			f, err := fleet.Start(context.Background(), c)
			if err != nil {
				b.Fatal(err)
			}
			b.Cleanup(func() {
				if err := f.Stop(); err != nil {
					b.Error(err)
				}
			})
			for b.Loop() {
				b.StopTimer()
				if err := f.Prepare(20_000 / c.Count); err != nil {
					b.Fatal(err)
				}
				b.StartTimer()
				load(b, f, fleet.Load{InFlight: 4000 / c.Count, Submitters: 64 / c.Count, Duration: time.Hour})
			}
		})
	}
}

// sizes reads PEDIGREE_BENCH_SIZES: MiB of heap limit, block cache, write buffer
// and tree pages, with commas.
func sizes(b *testing.B) (s fleet.Sizes) {
	b.Helper()
	text := os.Getenv("PEDIGREE_BENCH_SIZES")
	if text == "" {
		return s
	}
	if _, err := fmt.Sscanf(text, "%d,%d,%d,%d", &s.Heap, &s.Cache, &s.MemTable, &s.Tree); err != nil {
		b.Fatal(err)
	}
	s.Heap, s.Cache, s.MemTable, s.Tree = s.Heap<<20, s.Cache<<20, s.MemTable<<20, s.Tree<<20
	return s
}

func load(b *testing.B, f *fleet.Fleet, l fleet.Load) {
	b.Helper()
	if dir := os.Getenv("PEDIGREE_BENCH_PROFILE"); dir != "" {
		var err error
		if l.Profile, err = os.MkdirTemp(dir, "load-"); err != nil {
			b.Fatal(err)
		}
	}
	r, err := f.Load(l)
	if err != nil {
		b.Fatal(err)
	}
	b.ReportMetric(r.PerSecond(), "entries/s")
	b.ReportMetric(float64(r.CPU.Microseconds())/float64(r.Committed), "cpu-us/entry")
	b.ReportMetric(float64(r.Quantile(50).Milliseconds()), "p50-ms")
	if m, err := f.Memory(0); err == nil {
		b.ReportMetric(float64(m.Resident)/(1<<20), "MB-rss")
	}
}
