package node

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"testing"
	"time"

	"pedigree/internal/engine"
)

// dialTest is a dialler whose clock and network are the test's.
type dialTest struct {
	*dialler
	now    time.Time
	dialed []string // id at address
}

func newDialTest(listed ...engine.Peer) *dialTest {
	d := &dialTest{now: time.Date(2027, 3, 1, 8, 0, 0, 0, time.UTC)}
	reach := func(a netip.Addr) error {
		if a.IsPrivate() || a.Is4In6() {
			return errors.New("forbidden")
		}
		return nil
	}
	d.dialler = newDialler("own", listed, reach, func(id string, at netip.AddrPort) error {
		d.dialed = append(d.dialed, id+" at "+at.String())
		return nil
	})
	d.jitter = func(d time.Duration) time.Duration { return d }
	return d
}

// pass lets time pass and returns the ids that are due then, in order.
func (d *dialTest) pass(by time.Duration, connected ...string) (ids []string) {
	d.now = d.now.Add(by)
	is := map[string]bool{}
	for _, id := range connected {
		is[id] = true
	}
	for _, p := range d.due(d.now, is) {
		ids = append(ids, p.ID)
	}
	slices.Sort(ids)
	return ids
}

func peersOf(ids ...string) (list []engine.Peer) {
	for _, id := range ids {
		list = append(list, engine.Peer{ID: id, Addr: "192.0.2.1:26656"})
	}
	return list
}

func TestWhichPublishedNodesAreDialled(t *testing.T) {
	d := newDialTest(peersOf("listed")...)
	here := "192.0.2.9:26656"
	d.learn(append(peersOf("listed", "there", "away"), engine.Peer{ID: "silent"}, engine.Peer{ID: "own", Addr: here}, engine.Peer{ID: "own next", Addr: here}), d.now)
	if ids := d.pass(0); ids != nil {
		t.Errorf("at once %v are dialled", ids)
	}
	if ids := d.pass(dialPauseFirst, "there"); !slices.Equal(ids, []string{"away"}) {
		t.Errorf("%v are dialled, of which only one is away and takes connections", ids)
	}
	if ids := d.pass(time.Hour, "there"); ids != nil {
		t.Errorf("%v are dialled while they are being dialled", ids)
	}
}

func TestPausesBetweenAttemptsGrowAndBeginAnewAfterASteadyConnection(t *testing.T) {
	d := newDialTest()
	d.learn(peersOf("a"), d.now)
	away, pause := errors.New("away"), dialPauseFirst
	for attempt := range 10 {
		if ids := d.pass(pause - 1); ids != nil {
			t.Fatalf("attempt %d comes before %v", attempt, pause)
		}
		if ids := d.pass(1); len(ids) != 1 {
			t.Fatalf("attempt %d doesn't come after %v", attempt, pause)
		}
		if tell := d.ended(peersOf("a")[0], away, d.now); tell != (attempt == 0) {
			t.Errorf("the operator is told of attempt %d: %t", attempt, tell)
		}
		pause = min(2*pause, dialPauseMax)
	}
	if pause != dialPauseMax {
		t.Errorf("the last pause is %v", pause)
	}
	d.pass(0, "a") // it connected
	d.pass(dialSteady+1, "a")
	if ids := d.pass(dialPauseMax); len(ids) != 1 {
		t.Fatal("a node whose connection ended isn't dialled")
	}
	d.ended(peersOf("a")[0], nil, d.now)
	if ids := d.pass(2 * dialPauseFirst); len(ids) != 1 {
		t.Error("after a steady connection the pauses don't begin anew")
	}
}

func TestAWithdrawnNodeIsForgotten(t *testing.T) {
	d := newDialTest()
	d.learn(peersOf("old", "kept"), d.now)
	d.pass(dialPauseFirst) // both are being dialled
	d.learn(peersOf("kept"), d.now)
	for _, p := range peersOf("old", "kept") {
		d.ended(p, errors.New("away"), d.now)
	}
	if ids := d.pass(dialPauseMax); !slices.Equal(ids, []string{"kept"}) || len(d.known) != 1 {
		t.Errorf("%v are dialled", ids)
	}
}

func TestANodeThatMovedIsDialledAtItsNewAddress(t *testing.T) {
	d := newDialTest()
	d.learn(peersOf("a"), d.now)
	d.pass(dialPauseFirst)
	d.learn([]engine.Peer{{ID: "a", Addr: "192.0.2.2:26656"}}, d.now)
	d.ended(peersOf("a")[0], nil, d.now) // of the attempt at the former address
	list := d.due(d.now.Add(dialPauseFirst), nil)
	if len(list) != 1 || list[0].Addr != "192.0.2.2:26656" {
		t.Errorf("%v are dialled", list)
	}
}

func TestTheNumberOfNodesDialledIsBounded(t *testing.T) {
	ids := make([]string, publishedDialledMax+1)
	for i := range ids {
		ids[i] = fmt.Sprint("node ", i)
	}
	d := newDialTest()
	d.learn(peersOf(ids[1:]...), d.now)
	if len(d.known) != publishedDialledMax {
		t.Errorf("of %d nodes %d are known", publishedDialledMax, len(d.known))
	}
	d.learn(peersOf(ids...), d.now)
	if len(d.known) != publishedDialledMax {
		t.Errorf("of one more %d are known", len(d.known))
	}
	if due := d.pass(dialPauseFirst); len(due) != dialAtOnce {
		t.Errorf("%d are dialled at once", len(due))
	}
}

func TestNoForbiddenAddressIsDialled(t *testing.T) {
	d := newDialTest()
	d.resolve = func(_ context.Context, host string) ([]netip.Addr, error) {
		if host == "mixed.example" {
			return []netip.Addr{netip.MustParseAddr("10.0.0.1"), netip.MustParseAddr("::ffff:198.51.100.7")}, nil
		}
		return []netip.Addr{netip.MustParseAddr("::ffff:10.0.0.1")}, nil
	}
	for addr, want := range map[string]string{
		"198.51.100.7:1": "a at 198.51.100.7:1", "mixed.example:26656": "a at 198.51.100.7:26656",
		"10.0.0.1:1": "", "private.example:1": "", "[::ffff:198.51.100.7]:1": "", "no address": "", "198.51.100.7:70000": "",
	} {
		d.dialed = nil
		err := d.try(context.Background(), engine.Peer{ID: "a", Addr: addr})
		if got := fmt.Sprint(d.dialed); (err == nil) != (want != "") || want != "" && got != "["+want+"]" || want == "" && d.dialed != nil {
			t.Errorf("%s: %s was dialled: %v", addr, got, err)
		}
	}
}
