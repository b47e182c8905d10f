//go:build linux

package faults

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"pedigree/e2e/cluster"
	"pedigree/internal/netns"
)

// TestAKeyOnTwoMachinesIsProvenAndTold runs one home twice, as somebody does who starts
// a copied machine beside the old one. The two see different parts of the network, so
// that sooner or later they propose or vote differently; a block must prove it, every
// node must tell it, and the network must go on.
func TestAKeyOnTwoMachinesIsProvenAndTold(t *testing.T) {
	t.Parallel()
	if err := netns.Usable(); err != nil {
		t.Skipf("needs root: %v", err)
	}
	load := cluster.Found(t, cluster.Options{Program: program, Lanes: true, Spare: 1}).Load(*seed)
	s := &scene{T: t, Load: load}
	twice, only := s.Of("regulator"), s.Of("pharmacy")
	twice.SetAside(true)
	s.must(twice.End())
	twin := twice.At(copyHome(t, twice), s.Spare[0])
	config := filepath.Join(twin.Home, "pedigree.yaml")
	raw, err := os.ReadFile(config)
	s.must(err, os.WriteFile(config, []byte(strings.Replace(string(raw), twice.Lane.Addr, twin.Lane.Addr, 1)), 0o600))
	// Only the pharmacy sees the twin, and only the twin of the two.
	s.cut([]*cluster.Member{twin}, []*cluster.Member{s.Of("maker"), s.Of("wholesaler")})
	s.cut([]*cluster.Member{twice}, []*cluster.Member{only})
	s.must(only.Kill(), twin.Start(cluster.Launch{}), only.Restart(t.Context(), 0), twice.Restart(t.Context(), 0))
	t.Cleanup(func() {
		if twin.Runs() {
			_ = twin.Kill()
		}
	})
	began := time.Now()
	s.told(began)
	t.Logf("told by every node %v after the second one started", time.Since(began).Round(time.Millisecond))
	s.must(twin.Kill())
	for _, m := range s.List {
		s.must(m.Lane.Heal())
	}
	s.goesOn("after the twin is gone")
	// What the one signed, the other's mark does not know: the node is not started again.
	s.Verify()
}

// told waits until every node tells that a validator broke the rules.
func (s *scene) told(began time.Time) {
	s.T.Helper()
	for _, m := range s.List {
		for {
			status, err := m.Node.Status(s.T.Context())
			if err == nil && status.Misbehaved > 0 {
				break
			}
			if time.Since(began) > evidenceWait {
				s.Fatal("no block proves it, says", m.ID, status, err)
			}
			time.Sleep(100 * time.Millisecond)
		}
		if !strings.Contains(m.Log(), "a validator broke the rules of consensus") {
			s.Fatal("the log of", m.ID, "does not tell it")
		}
	}
}
