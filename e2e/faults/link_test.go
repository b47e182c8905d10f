//go:build linux

package faults

import (
	"context"
	"slices"
	"time"

	"pedigree/e2e/cluster"
)

// cut lets nothing through between two groups, in both directions.
func (s *scene) cut(a, b []*cluster.Member) {
	s.T.Helper()
	for _, x := range a {
		for _, y := range b {
			s.must(x.Lane.Drop(y.Lane), y.Lane.Drop(x.Lane))
		}
	}
}

// heal takes the faults of all links away.
func (s *scene) heal() {
	s.T.Helper()
	for _, m := range s.List {
		s.must(m.Lane.Heal())
		m.SetAside(false)
	}
}

// shuffled are the members in random order.
func (s *scene) shuffled() []*cluster.Member {
	list := make([]*cluster.Member, len(s.List))
	for i, at := range s.rand.Perm(len(list)) {
		list[i] = s.List[at]
	}
	return list
}

func partitionRow(s *scene) {
	for range partitions {
		list := s.shuffled()
		s.Logf("%s is alone", list[0].ID)
		s.cut(list[:1], list[1:])
		list[0].SetAside(true)
		s.goesOn("by three of four")
		time.Sleep(cutLasts)
		s.heal()
		s.whole()

		list = s.shuffled()
		s.Logf("%s and %s are cut off from %s and %s", list[0].ID, list[1].ID, list[2].ID, list[3].ID)
		s.cut(list[:2], list[2:])
		s.halted()
		s.heal()
		began := time.Now()
		s.goesOn("after two and two see each other again")
		s.Logf("writes go on %v after the links healed", time.Since(began).Round(time.Millisecond))
		s.whole()
	}
	list := s.shuffled()
	s.Logf("%s comes and goes", list[0].ID)
	for range flaps {
		s.cut(list[:1], list[1:])
		time.Sleep(flapLasts)
		s.heal()
		time.Sleep(flapLasts)
	}
	s.whole()
	s.Logf("%s sends and hears nothing", list[1].ID)
	for _, other := range s.List {
		if other != list[1] {
			s.must(list[1].Lane.Drop(other.Lane))
		}
	}
	list[1].SetAside(true)
	s.goesOn("while one hears nothing")
	time.Sleep(cutLasts)
	s.heal()
}

// halted fails if blocks are made by a network without a majority, or if reading stops
// with it. The votes for one block may have been under way when the links were cut, and
// be read by a slow machine at any time since; for the next, nobody has a majority.
func (s *scene) halted() {
	s.T.Helper()
	decided := slices.Max(s.heights()) + 1
	time.Sleep(haltLasts)
	for i, h := range s.heights() {
		if h > decided {
			s.Fatal(s.List[i].ID, "is at height", h, "where", decided, "at most was decided: without a majority")
		}
	}
	ctx, cancel := context.WithTimeout(s.T.Context(), proofWait)
	defer cancel()
	for _, m := range s.List {
		if _, err := s.Prove(ctx, m); err != nil {
			s.Fatal("nothing can be proven by", m.ID, "without a majority:", err)
		}
	}
}

func (s *scene) heights() []uint64 {
	s.T.Helper()
	list := make([]uint64, len(s.List))
	for i, m := range s.List {
		status, err := m.Node.Status(s.T.Context())
		s.must(err)
		list[i] = status.Height
	}
	return list
}

func badLinkRow(s *scene) {
	list := s.shuffled()
	s.Logf("%s loses packets", list[0].ID)
	s.must(list[0].Lane.Lose(lossShare))
	s.goesOn("while one loses packets")
	time.Sleep(cutLasts)
	s.heal()
	s.Logf("%s has a slow link", list[1].ID)
	s.must(list[1].Lane.Slow(slowLink))
	s.goesOn("while one has a slow link")
	time.Sleep(cutLasts)
	s.heal()
}
