package traceview

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"pedigree/domain/org"
	"pedigree/domain/trace"
	"pedigree/format/epcis"
	"pedigree/format/epcis/epcistest"
	"pedigree/internal/vault"
	"pedigree/ledger"
	"pedigree/ledger/ledgertest"
	"pedigree/proof"
)

// quickState is the in-memory backend with an index of the few rows that rules
// iterate over, so that a block costs what it changes.
type quickState struct {
	*ledgertest.Memory
	few map[string][]byte
}

func isFew(key string) bool {
	return key[0] != proof.PrefixRecord && key[0] != proof.PrefixOrigin
}

func (q *quickState) Each(prefix []byte, fn func(key, value []byte) (bool, error)) error {
	few := ledgertest.Memory{Rows: q.few}
	return few.Each(prefix, fn)
}

func (q *quickState) apply(c ledger.Changes) {
	q.Memory.Apply(c)
	q.Memory.Events = nil
	for _, w := range c.Writes {
		if !isFew(string(w.Key)) {
			continue
		}
		if w.Delete {
			delete(q.few, string(w.Key))
		} else {
			q.few[string(w.Key)] = w.Value
		}
	}
}

// quickChain is a Chain on the real rules that puts what waits into one block
// after another.
type quickChain struct {
	runtime *ledger.Runtime
	mu      sync.Mutex
	more    *sync.Cond
	state   *quickState
	height  uint64
	time    uint64
	waiting [][]byte
	results map[proof.Hash]chan Committed
	stop    bool
}

func newQuickChain(b testing.TB) *quickChain {
	founded := newMemoryChain(b, exchangeFounding())
	rt, err := ledger.New(ledger.Config{ChainID: ledgertest.ChainID, Modules: []ledger.Module{org.Module(), trace.Module()}, Governor: org.Governor{}})
	if err != nil {
		b.Fatal(err)
	}
	c := &quickChain{runtime: rt, height: founded.chain.Height, time: founded.chain.Time, results: map[proof.Hash]chan Committed{}}
	c.state = &quickState{founded.chain.State, map[string][]byte{}}
	for k, v := range c.state.Rows {
		if isFew(k) {
			c.state.few[k] = v
		}
	}
	c.more = sync.NewCond(&c.mu)
	go c.blocks()
	b.Cleanup(func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.stop = true
		c.more.Broadcast()
	})
	return c
}

func (c *quickChain) blocks() {
	for {
		c.mu.Lock()
		for len(c.waiting) == 0 && !c.stop {
			c.more.Wait()
		}
		if c.stop {
			c.mu.Unlock()
			return
		}
		txs := c.waiting
		c.waiting = nil
		c.height++
		c.time++
		out := c.runtime.ExecuteBlock(ledger.BlockInfo{Height: c.height, Time: c.time}, txs, c.state)
		c.state.apply(out.Changes)
		for i, e := range out.Changes.Entries {
			c.results[e.ID] <- Committed{ID: e.ID, Height: c.height, Code: e.Code, Text: out.Results[i].Log}
		}
		c.mu.Unlock()
	}
}

func (c *quickChain) ChainID() string { return ledgertest.ChainID }

func (c *quickChain) Status() (uint64, uint64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.height, c.time
}

func (c *quickChain) Read(fn func(s ledger.State) error) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return fn(ledger.View(c.state))
}

func (c *quickChain) Submit(_ context.Context, raw []byte) error {
	env, err := proof.DecodeEnvelope(raw)
	if err != nil {
		return err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.waiting = append(c.waiting, raw)
	c.results[env.ID()] = make(chan Committed, 1)
	c.more.Signal()
	return nil
}

func (c *quickChain) Try([][]byte) error { return errors.ErrUnsupported }

func (c *quickChain) Wait(_ context.Context, id proof.Hash) (Committed, error) {
	c.mu.Lock()
	result := c.results[id]
	c.mu.Unlock()
	done := <-result
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.results, id)
	return done, nil
}

func (c *quickChain) Lookup(proof.Hash) (Committed, bool, error) { return Committed{}, false, nil }

func (c *quickChain) Prove(context.Context, ...[]byte) (Proved, error) {
	return Proved{}, fmt.Errorf("this chain proves nothing")
}

// captureBench captures a document into an empty stock, again and again.
func captureBench(b *testing.B, doc []byte) {
	b.Helper()
	b.SetBytes(int64(len(doc)))
	stages := map[string]time.Duration{}
	var events, things, operations int
	for b.Loop() {
		b.StopTimer()
		chain := newQuickChain(b)
		v, err := vault.Open(context.Background(), vault.Config{Dir: b.TempDir(), Key: ledgertest.HashOf("bench"), Schemas: []vault.Schema{Schema}})
		if err != nil {
			b.Fatal(err)
		}
		d := New(Config{Chain: chain, Sign: testSigner("maker"), Vault: v, Keys: testKeyring("maker"), Now: func() time.Time { return time.Unix(ledgertest.FirstTime, 0) }})
		b.StartTimer()
		r, err := d.Capture(context.Background(), CaptureRequest{Name: "bench.xml", Reader: bytes.NewReader(doc)})
		b.StopTimer()
		if err != nil || r.Stage != CaptureDone || len(r.Refused) > 0 {
			b.Fatalf("%s: %v\n%s", r.Stage, err, faultsOf(r))
		}
		for _, t := range r.Timings {
			stages[t.Stage] += t.Took
		}
		events, things, operations = events+r.Events, things+r.Things, operations+r.Operations
		if err := v.Close(); err != nil {
			b.Fatal(err)
		}
		b.StartTimer()
	}
	seconds := b.Elapsed().Seconds()
	b.ReportMetric(float64(events)/seconds, "events/s")
	b.ReportMetric(float64(things)/seconds, "things/s")
	b.ReportMetric(float64(operations)/seconds, "operations/s")
	for name, took := range stages {
		b.ReportMetric(took.Seconds()/float64(b.N), string(bytes.ReplaceAll([]byte(name), []byte(" "), []byte("-")))+"-s")
	}
}

// BenchmarkCaptureWhereEachEventIsAnOperation commissions loose packs, one event
// each.
func BenchmarkCaptureWhereEachEventIsAnOperation(b *testing.B) {
	s := newScene()
	s.at = s.at.Add(-time.Hour)
	for i := range 4000 {
		s.commission(s.s.Pack(i))
	}
	captureBench(b, s.file(b))
}

// BenchmarkCaptureWhereEventsFold has an event for each pack and case, which fold
// into commissions of pallets.
func BenchmarkCaptureWhereEventsFold(b *testing.B) {
	s := epcistest.Shipment{Pallets: 5, CasesPerPallet: 48, PacksPerCase: 40, EventEPCs: 1}
	captureBench(b, unshipped(b, s))
}

// BenchmarkCaptureOfManyPacks has a thousand packs in each event.
func BenchmarkCaptureOfManyPacks(b *testing.B) {
	captureBench(b, unshipped(b, epcistest.Shipment{Pallets: 52, CasesPerPallet: 48, PacksPerCase: 40}))
}

// unshipped is a shipment's document without its shipping event.
func unshipped(b testing.TB, s epcistest.Shipment) []byte {
	var events []*epcis.Event
	for e := range s.Events() {
		if e.BizStep != "shipping" {
			events = append(events, e)
		}
	}
	return document(b, events)
}

// BenchmarkCaptureOfAMillionPacks is one large file: 521 pallets of 48 cases of 40.
func BenchmarkCaptureOfAMillionPacks(b *testing.B) {
	captureBench(b, unshipped(b, epcistest.Shipment{Pallets: 521, CasesPerPallet: 48, PacksPerCase: 40}))
}
