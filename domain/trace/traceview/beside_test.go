package traceview

import (
	"errors"
	"slices"
	"testing"

	"pedigree/format/epcis"
)

func TestWorkBesideHandsItsErrorOn(t *testing.T) {
	failed := errors.New("failed")
	if err := beside(func() error { return failed })(); !errors.Is(err, failed) {
		t.Errorf("it ended with %v", err)
	}
	defer func() {
		if r := recover(); r != "surprised" {
			t.Errorf("its caller met %v", r)
		}
	}()
	_ = beside(func() error { panic("surprised") })()
	t.Error("a panic was lost")
}

// manyEvents are events of one object each, of which the last has more.
func manyEvents(n, last int) (list []*epcis.Event) {
	for i := range n {
		list = append(list, &epcis.Event{EPCs: make([]string, 1), Where: epcis.Where{Event: i + 1}})
	}
	list[n-1].EPCs = make([]string, last)
	return list
}

func TestEventsAreLookedAtInOrderOnceTheGoodsAreKnown(t *testing.T) {
	for name, c := range map[string]struct {
		events []*epcis.Event
		before int // events that are read before the goods are known
	}{
		"all before":               {manyEvents(5, 1), 5},
		"some before":              {manyEvents(5, 1), 2},
		"none before":              {manyEvents(5, 1), 0},
		"one less than the limit":  {manyEvents(3, earlyObjectsMax-3), 3},
		"as many as are kept last": {manyEvents(3, earlyObjectsMax-2), 2},
	} {
		t.Run(name, func(t *testing.T) {
			known, begun := make(chan struct{}), 0
			var seen []int
			r := earlyEvents{known: known, begin: func() { begun++ }, look: func(e *epcis.Event) { seen = append(seen, e.Where.Event) }}
			var want []int
			for i, e := range c.events {
				if i == c.before {
					close(known)
				}
				if i < c.before && len(seen) > 0 {
					t.Fatalf("event %d was looked at before the goods were known", seen[0])
				}
				r.event(e)
				want = append(want, i+1)
			}
			if c.before == len(c.events) {
				close(known)
			}
			r.end()
			if !slices.Equal(seen, want) || begun != 1 {
				t.Errorf("looked at %v after %d beginnings", seen, begun)
			}
		})
	}
}

func TestReadingWaitsForTheGoodsPastTheLimit(t *testing.T) {
	known := make(chan struct{})
	looked := make(chan int, 2)
	r := earlyEvents{known: known, begin: func() {}, look: func(e *epcis.Event) { looked <- e.Where.Event }}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		r.event(manyEvents(1, earlyObjectsMax)[0])
	}()
	select {
	case <-ended:
		t.Fatal("one object past the limit and reading goes on without the goods")
	case <-looked:
		t.Fatal("an event was looked at before the goods were known")
	default:
	}
	close(known)
	<-ended
	if len(looked) != 1 {
		t.Errorf("%d events were looked at", len(looked))
	}
}
