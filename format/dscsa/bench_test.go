package dscsa_test

import (
	"io"
	"os"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"
	"testing"

	"pedigree/format/dscsa"
	"pedigree/format/epcis/epcistest"
)

// pipe streams a shipment's document, so that only its reader takes memory.
func pipe(tb testing.TB, s epcistest.Shipment) io.ReadCloser {
	tb.Helper()
	r, w := io.Pipe()
	go func() { w.CloseWithError(s.WriteXML(w)) }()
	return r
}

// resident is the process's memory in KiB.
func resident(tb testing.TB) int {
	tb.Helper()
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		tb.Skipf("this measures with /proc, which isn't here: %v", err)
	}
	_, after, _ := strings.Cut(string(status), "VmRSS:")
	n, err := strconv.Atoi(strings.Fields(after)[0])
	if err != nil {
		tb.Fatal(err)
	}
	return n
}

// BenchmarkRead reads a document of 100 MB: MB/s, and by how much the process grew
// at most while it was read.
func BenchmarkRead(b *testing.B) {
	s := epcistest.Shipment{Pallets: 60, CasesPerPallet: 100, PacksPerCase: 100}
	for b.Loop() {
		runtime.GC()
		debug.FreeOSMemory()
		before, most := resident(b), 0
		counted := &counter{r: pipe(b, s)}
		events := 0
		reading, err := dscsa.Read(counted, dscsa.ReadOptions{Lean: true})
		if err != nil {
			b.Fatal(err)
		}
		events, most = reading.Events, resident(b)
		if reading.Packages != s.Packs() {
			b.Fatalf("%d packages in %d events", reading.Packages, events)
		}
		b.SetBytes(counted.n)
		b.ReportMetric(float64(most-before)/1024, "MiB-grown")
		b.ReportMetric(float64(counted.n)/1e6, "MB")
		runtime.KeepAlive(reading)
	}
}

type counter struct {
	r io.Reader
	n int64
}

// Read implements io.Reader.
func (c *counter) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n += int64(n)
	return n, err
}
