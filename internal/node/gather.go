package node

import (
	"runtime"
	"sync"

	"pedigree/ledger"
)

// gathering lets goroutines that each have one envelope to judge share a batch:
// a batch costs half as much for each signature. Whoever comes first lets the
// others that are ready to run come too, then judges for all of them. While it
// does, those who come queue for the next batch; another core begins one as soon
// as it is worth it. Nobody waits for a clock: an envelope alone is judged at once.
type gathering struct {
	keys    *memberKeys
	mu      sync.Mutex
	queue   []*gathered
	leaders int
}

// gathered is one envelope in the queue.
type gathered struct {
	work    ledger.Signed
	verdict bool
	wake    chan bool // told once: true to judge for the queue, false when the verdict is there
}

// judge returns the verdict on one envelope.
func (g *gathering) judge(w ledger.Signed) bool {
	own := &gathered{work: w, wake: make(chan bool, 1)}
	if g.join(own) {
		runtime.Gosched() // whoever can run joins the queue before it is taken
		return g.lead(own)
	}
	if leads := <-own.wake; leads {
		return g.lead(own)
	}
	return own.verdict
}

// worthwhile is how many envelopes keep another core busy: most of what a batch
// saves for each signature is saved at this size.
const worthwhile = 8

// join says whether the caller shall judge at once; if not, it stands in the queue.
func (g *gathering) join(own *gathered) (leads bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.leaders == 0 || g.leaders < runtime.GOMAXPROCS(0) && len(g.queue) >= worthwhile-1 {
		g.leaders++
		return true
	}
	g.queue = append(g.queue, own)
	return false
}

// lead judges the caller's envelope with those at the front of the queue, and
// leaves the next batch to the first of those who came meanwhile.
func (g *gathering) lead(own *gathered) bool {
	batch := append(g.take(batchEnvelopes-1), own)
	work, places, verdicts := make([]ledger.Signed, len(batch)), make([]int, len(batch)), make([]bool, len(batch))
	for i, b := range batch {
		work[i], places[i] = b.work, i
	}
	judgeBatch(work, places, verdicts, g.keys)
	for i, b := range batch[:len(batch)-1] {
		b.verdict = verdicts[i]
		b.wake <- false
	}
	g.handOn()
	return verdicts[len(batch)-1]
}

// take removes up to so many from the front of the queue.
func (g *gathering) take(most int) []*gathered {
	g.mu.Lock()
	defer g.mu.Unlock()
	n := min(len(g.queue), most)
	batch := append(make([]*gathered, 0, n+1), g.queue[:n]...)
	g.queue = append(g.queue[:0], g.queue[n:]...)
	return batch
}

// handOn gives the task to the first in the queue, or to nobody.
func (g *gathering) handOn() {
	g.mu.Lock()
	defer g.mu.Unlock()
	if len(g.queue) == 0 {
		g.leaders--
		return
	}
	g.queue[0].wake <- true
	g.queue = append(g.queue[:0], g.queue[1:]...)
}
