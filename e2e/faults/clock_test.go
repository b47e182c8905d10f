//go:build linux

package faults

import (
	"strings"
	"time"

	"pedigree/e2e/cluster"
)

// clockRow starts nodes with clocks that are wrong, or become so. Those that trade
// keep theirs.
func clockRow(s *scene) {
	if skewed == "" {
		s.Skipf("needs amd64: %v", cluster.ErrNoSkew)
	}
	pharmacy, regulator := s.Of("pharmacy"), s.Of("regulator")
	for range clockTurns {
		for _, c := range []struct {
			name  string
			who   []*cluster.Member
			by    time.Duration
			after time.Duration
		}{
			{"an hour ahead", []*cluster.Member{pharmacy}, time.Hour, 0},
			{"half a minute behind", []*cluster.Member{regulator}, -30 * time.Second, 0},
			{"an hour behind", []*cluster.Member{regulator}, -time.Hour, 0},
			{"a day ahead", []*cluster.Member{regulator}, 24 * time.Hour, 0},
			{"half a day behind", []*cluster.Member{pharmacy}, -12 * time.Hour, 0},
			{"an hour ahead from one moment on", []*cluster.Member{pharmacy}, time.Hour, 4 * time.Second},
			{"two of four five minutes ahead", []*cluster.Member{pharmacy, regulator}, skewSmall, 0},
		} {
			s.Logf("%s", c.name)
			s.wrongClock(c.who, c.by, c.after)
		}
	}
}

func (s *scene) wrongClock(who []*cluster.Member, by, after time.Duration) {
	s.T.Helper()
	before := s.blockTime()
	for _, m := range who {
		m.SetAside(true) // it refuses entries by its own clock, which is its right
		s.must(m.Kill(), m.Start(cluster.Launch{Program: skewed, Env: cluster.Skew(by, after)}))
		if by < -behindMax {
			s.refusesTheTime(m)
			continue
		}
		s.must(m.WaitReady(s.T.Context()))
	}
	s.goesOn("while a clock is wrong")
	time.Sleep(after)
	s.goesOn("while a clock is wrong")
	during := s.blockTime()
	for end := time.Now().Add(healWait); !during.After(before); during = s.blockTime() { // the node that is asked may lag
		if time.Now().After(end) {
			s.Fatal("block time went from", before, "to", during)
		}
		time.Sleep(50 * time.Millisecond)
	}
	if ahead := time.Until(during); len(who) == 1 && ahead > max(blockAhead, time.Until(before)+blockAhead) {
		s.Fatal("one wrong clock of four moved block time to", ahead, "ahead")
	}
	for _, m := range who {
		if m.Runs() {
			s.must(m.Kill())
		}
		s.must(m.Restart(s.T.Context(), 0))
		m.SetAside(false)
	}
	s.goesOn("after the clock was set")
}

// refusesTheTime waits for the end of a node by whose clock the network's blocks are
// of the future. The engine gives a clock a minute; past that the node must not guess.
func (s *scene) refusesTheTime(m *cluster.Member) {
	s.T.Helper()
	code, err := m.Ended(endWait)
	s.must(err)
	if code == 0 || !strings.Contains(m.Log(), "too far in the future") {
		s.Fatal(m.ID, "ended with exit code", code, "and did not say that its clock is behind:", tail(m.Log()))
	}
}

func (s *scene) blockTime() time.Time {
	s.T.Helper()
	status, err := s.Of("maker").Node.Status(s.T.Context())
	s.must(err)
	return status.BlockTime
}
