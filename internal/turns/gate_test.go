package turns

import (
	"io"
	"strings"
	"testing"
	"testing/iotest"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

// atOnce is how many of some hands work at a time.
func atOnce(g *Gate, hands int) int {
	working, stop := make(chan struct{}, hands), make(chan struct{})
	for range hands {
		go func() {
			h := g.Hand("maker")
			h.Take()
			working <- struct{}{}
			<-stop
			h.Give()
		}()
	}
	synctest.Wait()
	count := len(working)
	close(stop)
	synctest.Wait()
	return count
}

func TestWorkInTurnsLeavesProcessorsToThoseWhoAreServed(t *testing.T) {
	for _, c := range []struct {
		name       string
		processors int
		small      bool // a small request was served a moment ago
		later      time.Duration
		want       int
	}{
		{"nobody else has asked", 4, false, 0, 4},
		{"somebody asks", 4, true, 0, 2},
		{"somebody asked until now", 4, true, calmAfter, 2},
		{"nobody has asked for a while", 4, true, calmAfter + time.Nanosecond, 4},
		{"one processor is never without work", 1, true, 0, 1},
		{"of three processors one works", 3, true, 0, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				g := newGate(c.processors)
				if c.small {
					g.Small()()
				}
				time.Sleep(c.later)
				if got := atOnce(g, 8); got != c.want {
					t.Errorf("%d work at once, want %d", got, c.want)
				}
			})
		})
	}
}

func TestTurnsGoAroundTheOrganisations(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := newGate(1)
		first := g.Hand("first")
		first.Take()
		var order []string
		for _, name := range []string{"a1", "a2", "a3", "b1", "b2", "c1"} {
			go func() {
				h := g.Hand(name[:1])
				h.Take()
				order = append(order, name)
				h.Give()
			}()
			synctest.Wait()
		}
		first.Give()
		synctest.Wait()
		if diff := cmp.Diff([]string{"a1", "b1", "c1", "a2", "b2", "a3"}, order); diff != "" {
			t.Errorf("turns (-want +got):\n%s", diff)
		}
		if len(g.queues) > 0 || len(g.order) > 0 || g.working != 0 {
			t.Errorf("%d queues, %d in order and %d at work are left, want none", len(g.queues), len(g.order), g.working)
		}
	})
}

func TestAPieceWaitsForSmallRequestsAndNeverForLong(t *testing.T) {
	for _, c := range []struct {
		name   string
		worked time.Duration
		small  bool
		takes  time.Duration // the small request
		want   time.Duration // that the pause takes
	}{
		{"a piece that has not ended goes on", piece - 1, true, time.Hour, 0},
		{"with nobody else the next piece begins at once", piece, false, 0, 0},
		{"a small request ends first", piece, true, piece + restFor + 2*time.Millisecond, restFor + 2*time.Millisecond},
		{"one that takes long is left", piece, true, time.Hour, restFor + yieldMost},
		{"one that took long before is not waited for", smallMost, true, time.Hour, restFor},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				g := newGate(2)
				h := g.Hand("maker")
				h.Take()
				if c.small {
					end := g.Small()
					go func() {
						time.Sleep(c.takes)
						end()
					}()
				}
				time.Sleep(c.worked)
				synctest.Wait()
				began := time.Now()
				h.Pause()
				if got := time.Since(began); got != c.want {
					t.Errorf("the pause took %s, want %s", got, c.want)
				}
				h.Give()
				if g.working != 0 {
					t.Errorf("%d still work", g.working)
				}
				time.Sleep(2 * time.Hour) // until the small request has ended
			})
		})
	}
}

func TestAReaderHasNoTurnWhileItReads(t *testing.T) {
	g := newGate(1)
	h := g.Hand("maker")
	h.Take()
	during := -1
	r := h.Reader(io.MultiReader(strings.NewReader("a"), readFunc(func([]byte) (int, error) {
		during = g.working
		return 0, io.EOF
	})))
	got, err := io.ReadAll(r)
	if string(got) != "a" || err != nil {
		t.Errorf("read %q and %v, want a and nothing wrong", got, err)
	}
	if during != 0 || g.working != 1 {
		t.Errorf("%d worked during the reading and %d after it, want 0 and 1", during, g.working)
	}
	h.Give()
	if err := iotest.TestReader((*Gate)(nil).Hand("maker").Reader(strings.NewReader("abc")), []byte("abc")); err != nil {
		t.Error(err)
	}
}

type readFunc func([]byte) (int, error)

func (f readFunc) Read(p []byte) (int, error) { return f(p) }

func TestATurnIsGivenBackAfterAPanic(t *testing.T) {
	g := newGate(1)
	func() {
		defer func() { _ = recover() }()
		_ = g.Hand("maker").Do(func() error { panic("wrong") })
	}()
	if g.working != 0 {
		t.Errorf("%d still work", g.working)
	}
}

func TestWithoutAGateNothingWaits(t *testing.T) {
	var g *Gate
	g.Small()()
	for range 3 {
		h := g.Hand("maker")
		h.Take()
		h.Pause()
	}
}
