package epcis_test

import (
	"bytes"
	"io"
	"runtime"
	"sync"
	"testing"
	"time"

	"pedigree/format/epcis"
	"pedigree/format/epcis/epcistest"
)

// benchShipment has 96,000 packs; its documents have about 15 MB.
var benchShipment = epcistest.Shipment{Pallets: 10, CasesPerPallet: 200, PacksPerCase: 48}

var benchXML = sync.OnceValue(func() []byte {
	var b bytes.Buffer
	if err := benchShipment.WriteXML(&b); err != nil {
		panic(err)
	}
	return b.Bytes()
})

var benchJSON = sync.OnceValue(func() []byte {
	var b bytes.Buffer
	if err := benchShipment.WriteJSON(&b); err != nil {
		panic(err)
	}
	return b.Bytes()
})

// drain reads a document and hands each event on.
func drain(b *testing.B, doc []byte, each func(*epcis.Event)) *epcis.Header {
	r, err := epcis.NewReader(bytes.NewReader(doc), epcis.Options{})
	if err != nil {
		b.Fatal(err)
	}
	for {
		e, err := r.Next()
		if err == io.EOF {
			return r.Header()
		}
		if err != nil {
			b.Fatal(err)
		}
		each(e)
	}
}

func BenchmarkReadXML(b *testing.B) { benchmarkRead(b, benchXML()) }

func BenchmarkReadJSON(b *testing.B) { benchmarkRead(b, benchJSON()) }

func benchmarkRead(b *testing.B, doc []byte) {
	b.SetBytes(int64(len(doc)))
	b.ReportAllocs()
	for b.Loop() {
		drain(b, doc, func(*epcis.Event) {})
	}
}

// BenchmarkCheck checks events that are already in memory, with all rules.
func BenchmarkCheck(b *testing.B) {
	var events []*epcis.Event
	header := drain(b, benchXML(), func(e *epcis.Event) { events = append(events, e) })
	b.ReportAllocs()
	for b.Loop() {
		check := epcis.NewChecker(epcis.CheckOptions{Now: time.Date(2026, 4, 1, 0, 0, 0, 0, time.UTC)})
		for _, e := range events {
			if found := check.Event(e); len(found) > 0 {
				b.Fatal(found[0])
			}
		}
		if found := check.Finish(header); len(found) > 0 {
			b.Fatal(found[0])
		}
	}
	b.ReportMetric(float64(benchShipment.Objects())*float64(b.N)/b.Elapsed().Seconds(), "objects/s")
}

// BenchmarkHash hashes packing events with 48 children, BenchmarkHashSmall one
// with a single child.
func BenchmarkHash(b *testing.B) { benchmarkHash(b, 48) }

func BenchmarkHashSmall(b *testing.B) { benchmarkHash(b, 1) }

func benchmarkHash(b *testing.B, children int) {
	s := epcistest.Shipment{PacksPerCase: children}
	var packed *epcis.Event
	for e := range s.Events() {
		if e.Type == epcis.AggregationEvent {
			packed = e
			break
		}
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := packed.HashBytes(); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "events/s")
}

func BenchmarkWriteXML(b *testing.B) {
	b.SetBytes(int64(len(benchXML())))
	for b.Loop() {
		if err := benchShipment.WriteXML(io.Discard); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkMillionPacks reads and checks a document of a million packs and
// reports the memory the checker needs for them.
func BenchmarkMillionPacks(b *testing.B) {
	s := epcistest.Shipment{Pallets: 25, CasesPerPallet: 400, PacksPerCase: 100}
	for b.Loop() {
		pr, pw := io.Pipe()
		go func() { _ = pw.CloseWithError(s.WriteXML(pw)) }()
		r, err := epcis.NewReader(pr, epcis.Options{})
		if err != nil {
			b.Fatal(err)
		}
		check := epcis.NewChecker(epcis.CheckOptions{Now: time.Date(2026, 4, 1, 0, 0, 0, 0, time.UTC)})
		for {
			e, err := r.Next()
			if err == io.EOF {
				break
			}
			if err != nil {
				b.Fatal(err)
			}
			if found := check.Event(e); len(found) > 0 {
				b.Fatal(found[0])
			}
		}
		var m runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&m)
		b.ReportMetric(float64(m.HeapAlloc)/1e6, "live-MB")
		b.ReportMetric(float64(m.HeapSys)/1e6, "heap-MB")
		if found := check.Finish(r.Header()); len(found) > 0 {
			b.Fatal(found[0])
		}
		runtime.KeepAlive(check)
	}
}

// BenchmarkConvert converts 15 MB of XML to JSON with Digital Links, and back to
// EPC URNs in XML, each from a source that is read once.
func BenchmarkConvert(b *testing.B) {
	for _, c := range []struct {
		name string
		doc  []byte
		opts epcis.ConvertOptions
	}{
		{"XML-to-JSON", benchXML(), epcis.ConvertOptions{To: epcis.Target{Form: epcis.JSON}}},
		{"JSON-to-XML", benchJSON(), epcis.ConvertOptions{To: epcis.Target{Form: epcis.XML}}},
		{"XML-to-links", benchXML(), epcis.ConvertOptions{IDs: epcis.AsDigitalLink}},
	} {
		b.Run(c.name, func(b *testing.B) {
			b.SetBytes(int64(len(c.doc)))
			b.ReportAllocs()
			for b.Loop() {
				if _, err := epcis.Convert(io.Discard, struct{ io.Reader }{bytes.NewReader(c.doc)}, c.opts); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkConvertLarge converts more than 100 MB that are made while they are
// read and reports the memory that is live meanwhile.
func BenchmarkConvertLarge(b *testing.B) {
	s := epcistest.Shipment{Pallets: 17, CasesPerPallet: 400, PacksPerCase: 100}
	for b.Loop() {
		pr, pw := io.Pipe()
		go func() { _ = pw.CloseWithError(s.WriteXML(pw)) }()
		live := &liveMemory{every: 32 << 20}
		if _, err := epcis.Convert(live, pr, epcis.ConvertOptions{To: epcis.Target{Form: epcis.JSON}}); err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(live.most)/1e6, "live-MB")
		b.ReportMetric(float64(live.written)/1e6, "written-MB")
	}
}

// liveMemory looks at the memory in use each time some more was written.
type liveMemory struct{ written, next, every, most int }

func (l *liveMemory) Write(p []byte) (int, error) {
	if l.written += len(p); l.written >= l.next {
		l.next = l.written + l.every
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		l.most = max(l.most, int(m.HeapAlloc))
	}
	return len(p), nil
}
