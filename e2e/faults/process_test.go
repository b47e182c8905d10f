//go:build linux

package faults

import (
	"fmt"
	"strings"
	"syscall"
	"time"

	"pedigree/e2e/cluster"
)

// pauseRow stops one process for a while, then two at once, as a machine that is
// moved or starved does.
func pauseRow(s *scene) {
	for _, n := range []int{1, 2} {
		list := s.shuffled()[:n]
		for _, m := range list {
			s.Logf("%s is paused", m.ID)
			m.SetAside(true)
			s.must(m.Signal(syscall.SIGSTOP))
		}
		if n == 1 {
			s.goesOn("while one is paused")
		}
		time.Sleep(pauseLasts)
		for _, m := range list {
			s.must(m.Signal(syscall.SIGCONT))
			m.SetAside(false)
		}
		s.whole()
	}
}

// crashPointRow ends a node at each of the engine's own crash points, ten in each
// block: whether it proposes that block or not is the network's turn.
func crashPointRow(s *scene) {
	for point := range crashPoints {
		m := s.one()
		s.must(m.Kill(), m.Start(cluster.Launch{Env: []string{fmt.Sprintf("FAIL_TEST_INDEX=%d", point)}}))
		code, err := m.Ended(endWait)
		s.must(err)
		if code == 0 || !strings.Contains(m.Log(), fmt.Sprintf("*** fail-test %d ***", point)) {
			s.Fatal(m.ID, "ended with exit code", code, "and not at crash point", point)
		}
		s.must(m.Restart(s.T.Context(), 0))
	}
	s.Logf("%d crash points", crashPoints)
}

// replayRow sends entries again that are on the ledger, also after a restart, and
// entries that were signed for another network.
func replayRow(s *scene) {
	s.goesOn("before any is sent again")
	s.must(s.Resend(resent / 2))
	m := s.one()
	s.must(m.Kill(), m.Restart(s.T.Context(), 0))
	s.must(s.Resend(resent-resent/2), s.SendForeign())
	s.Logf("%d entries sent again, and one of another network to each node", resent)
}
