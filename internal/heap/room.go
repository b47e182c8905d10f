package heap

import (
	"os"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"sync"
)

// Room is by how many bytes the heap grows at least before it is collected.
const Room = 64 << 20

// Large is from how many bytes in use on a heap grows by half of them, in place of as
// much again: few documents are that large, and a machine has little memory left then.
const Large = 512 << 20

// Percentages as debug.SetGCPercent has them.
const (
	largePercent = 50
	leastPercent = 100  // Go's own
	mostPercent  = 2000 // of a heap of 5 MB and less
	step         = 10   // that a change is worth: it stops the program for a moment
)

// live is what the last collection found in use.
const live = "/gc/heap/live:bytes"

// mark is an object that nobody holds: the collection that finds it sets the
// percentage for the next one.
type mark struct{ room *room }

type room struct {
	mu      sync.Mutex
	percent int
	ended   bool
}

// Keep keeps the room until end is called.
func Keep() (end func()) {
	if os.Getenv("GOGC") != "" {
		return func() {}
	}
	r := &room{percent: leastPercent}
	r.next()
	return func() {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.ended = true
		debug.SetGCPercent(leastPercent)
	}
}

// next leaves a mark for the next collection to find.
func (r *room) next() {
	m := &mark{room: r}
	runtime.SetFinalizer(m, func(m *mark) {
		if m.room.set(inUse()) {
			m.room.next()
		}
	})
}

// set sets the percentage for a heap of which so much is in use, until the end.
func (r *room) set(inUse uint64) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if want := percentOf(inUse); !r.ended && max(want-r.percent, r.percent-want) >= step {
		r.percent = want
		debug.SetGCPercent(want)
	}
	return !r.ended
}

// percentOf is by how much of itself a heap may grow.
func percentOf(inUse uint64) int {
	if inUse == 0 {
		return mostPercent
	}
	if inUse >= Large {
		return largePercent
	}
	return int(min(max(Room*100/inUse, leastPercent), mostPercent))
}

func inUse() uint64 {
	list := []metrics.Sample{{Name: live}}
	metrics.Read(list)
	return list[0].Value.Uint64()
}
