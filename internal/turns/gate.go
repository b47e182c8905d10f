package turns

import (
	"runtime"
	"sync"
	"time"
)

// Gate gives turns. Use New.
type Gate struct {
	processors int

	mu      sync.Mutex
	working int
	queues  map[string][]chan struct{} // who waits, by organisation
	order   []string                   // the organisations that have somebody waiting, the next one first

	small     int           // small requests that are being served
	served    chan struct{} // closed when none is
	lastSmall time.Time
}

// New makes a gate for this process.
func New() *Gate { return newGate(runtime.GOMAXPROCS(0)) }

func newGate(processors int) *Gate {
	return &Gate{processors: processors, queues: map[string][]chan struct{}{}}
}

// calm says that nobody else has asked for a while.
func (g *Gate) calm() bool { return g.small == 0 && time.Since(g.lastSmall) > calmAfter }

// most is how many may work now.
func (g *Gate) most() int {
	if g.calm() {
		return g.processors
	}
	return max(1, g.processors/2)
}

func (g *Gate) take(org string) {
	g.mu.Lock()
	if len(g.order) == 0 && g.working < g.most() {
		g.working++
		g.mu.Unlock()
		return
	}
	turn := make(chan struct{})
	if len(g.queues[org]) == 0 {
		g.order = append(g.order, org)
	}
	g.queues[org] = append(g.queues[org], turn)
	g.mu.Unlock()
	<-turn
}

func (g *Gate) give() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.working--
	for len(g.order) > 0 && g.working < g.most() {
		org := g.order[0]
		g.order = g.order[1:]
		queue := g.queues[org]
		close(queue[0])
		g.working++
		if len(queue) == 1 {
			delete(g.queues, org)
			continue
		}
		g.queues[org] = queue[1:]
		g.order = append(g.order, org)
	}
}

// Small says that a small request is being served, until end is called.
func (g *Gate) Small() (end func()) {
	if g == nil {
		return func() {}
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.small == 0 {
		g.served = make(chan struct{})
	}
	g.small++
	g.lastSmall = time.Now()
	var once sync.Once
	ended := func() { once.Do(g.smallEnded) }
	timer := time.AfterFunc(smallMost, ended)
	return func() {
		timer.Stop()
		ended()
	}
}

func (g *Gate) smallEnded() {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.small--; g.small == 0 {
		close(g.served)
	}
}

// rest ends a piece of work while others are served. The turn is kept meanwhile, so
// that the processor is free and not just with somebody else's work.
func (g *Gate) rest() {
	g.mu.Lock()
	calm, small, served := g.calm(), g.small, g.served
	g.mu.Unlock()
	if calm {
		return
	}
	time.Sleep(restFor)
	if small == 0 {
		return
	}
	select {
	case <-served:
	case <-time.After(yieldMost):
	}
}
