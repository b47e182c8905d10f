package heap

import (
	"runtime"
	"runtime/metrics"
	"testing"
	"time"
)

func TestTheHeapMayGrowByItsRoomOrDouble(t *testing.T) {
	for _, c := range []struct {
		name  string
		inUse uint64
		want  int
	}{
		{"a heap that is not known yet", 0, mostPercent},
		{"a heap of a byte", 1, mostPercent},
		{"a heap of a quarter of the room", Room / 4, 400},
		{"a heap as large as the room", Room, leastPercent},
		{"a heap larger than the room", 7 * Room, leastPercent},
		{"a heap of a byte less than a large one", Large - 1, leastPercent},
		{"a large heap", Large, largePercent},
	} {
		if got := percentOf(c.inUse); got != c.want {
			t.Errorf("%s may grow by %d %%, want %d", c.name, got, c.want)
		}
	}
}

var sink []byte

// collections are how many it takes to make so many bytes of garbage.
func collections(bytes int) uint32 {
	runtime.GC()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	for range bytes >> 16 {
		sink = make([]byte, 1<<16)
	}
	runtime.ReadMemStats(&after)
	return after.NumGC - before.NumGC
}

// percent is what debug.SetGCPercent was told last.
func percent() uint64 {
	list := []metrics.Sample{{Name: "/gc/gogc:percent"}}
	metrics.Read(list)
	return list[0].Value.Uint64()
}

func TestAProgramThatHoldsLittleCollectsRarely(t *testing.T) {
	t.Setenv("GOGC", "")
	const garbage = 10 * Room
	without := collections(garbage)
	end := Keep()
	for waited := time.Now(); percent() == leastPercent; runtime.GC() {
		if time.Since(waited) > time.Minute {
			t.Fatal("collections don't change when the next one comes")
		}
	}
	with := collections(garbage)
	end()
	after := collections(garbage)
	t.Logf("%d bytes of garbage took %d collections without room, %d with, %d after its end", garbage, without, with, after)
	// A collection begins somewhat before the heap has used its room.
	if with > 2*garbage/Room || with >= without || with >= after {
		t.Errorf("%d collections with room, %d without, %d after its end", with, without, after)
	}
}

func TestTheEnvironmentCountsInstead(t *testing.T) {
	t.Setenv("GOGC", "100")
	defer Keep()()
	for range 5 {
		runtime.GC()
	}
	if got := percent(); got != leastPercent {
		t.Errorf("the heap grows by %d %%, though the environment says 100", got)
	}
}
