//go:build linux

package upgrade

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"pedigree/domain/org/orgview"
	"pedigree/e2e/cluster"
	"pedigree/internal/api"
)

// scene is a network under load.
type scene struct {
	*testing.T
	*cluster.Load
	maker, wholesaler, pharmacy, regulator *cluster.Member
}

// Fatal and the like are the test's, not the network's.
func (s *scene) Fatal(args ...any)                 { s.T.Helper(); s.T.Fatal(args...) }
func (s *scene) Fatalf(format string, args ...any) { s.T.Helper(); s.T.Fatalf(format, args...) }
func (s *scene) Error(args ...any)                 { s.T.Helper(); s.T.Error(args...) }
func (s *scene) Errorf(format string, args ...any) { s.T.Helper(); s.T.Errorf(format, args...) }
func (s *scene) Logf(format string, args ...any)   { s.T.Helper(); s.T.Logf(format, args...) }

func (s *scene) must(errs ...error) {
	s.T.Helper()
	if err := errors.Join(errs...); err != nil {
		s.Fatal(err)
	}
}

// verb runs a command at a company, as its operator does, and returns its exit code.
func (s *scene) verb(m *cluster.Member, program string, args ...string) (code int, out string) {
	s.T.Helper()
	cmd := exec.CommandContext(s.T.Context(), program, append(args, "--home", m.Home)...)
	raw, err := cmd.CombinedOutput()
	if err != nil && cmd.ProcessState == nil {
		s.Fatal(err)
	}
	return cmd.ProcessState.ExitCode(), string(raw)
}

// act sends an act and returns where it stands.
func (s *scene) act(m *cluster.Member, args ...string) orgview.Done {
	s.T.Helper()
	code, out := s.verb(m, present, append(args, "--json")...)
	var d orgview.Done
	if err := json.Unmarshal([]byte(out), &d); code != 0 || err != nil {
		s.Fatalf("pedigree %s at %s ended with exit code %d, %v:\n%s", strings.Join(args, " "), m.ID, code, err, out)
	}
	return d
}

// approve lets two more companies vote for a proposal: three of four decide.
func (s *scene) approve(d orgview.Done) {
	s.T.Helper()
	s.act(s.wholesaler, "org", "approve", d.ID.String())
	s.act(s.pharmacy, "org", "approve", d.ID.String())
}

// schedule has the companies agree on an upgrade so many heights ahead, or more where
// the network makes many blocks in the time that their votes take.
func (s *scene) schedule(version, ahead uint64) (height uint64) {
	s.T.Helper()
	before := s.newest()
	s.status(s.maker) // a verb, as the votes are
	height = s.newest()
	height += max(ahead, aheadVerbs*(height-before))
	s.approve(s.act(s.maker, "upgrade", "propose", "--version", fmt.Sprint(version), "--height", fmt.Sprint(height), "--binary", next, "--text", fmt.Sprintf("release %d.0", version)))
	return height
}

// cancel has the companies take an upgrade back.
func (s *scene) cancel(version uint64) {
	s.T.Helper()
	file := filepath.Join(s.T.TempDir(), "cancel.json")
	s.must(os.WriteFile(file, fmt.Appendf(nil, `{"version": %d}`, version), 0o600))
	s.approve(s.act(s.maker, "org", "propose", "network", "cancel-upgrade", file))
}

// status is what a company's operator reads of versions, and whether the node is ready.
func (s *scene) status(m *cluster.Member) (r api.Rules, ready bool) {
	s.T.Helper()
	code, out := s.verb(m, present, "upgrade", "status", "--json")
	if err := json.Unmarshal([]byte(out), &r); err != nil || code != 0 && code != 4 {
		s.Fatalf("pedigree upgrade status at %s: exit code %d, %v\n%s", m.ID, code, err, out)
	}
	return r, code == 0
}

func (s *scene) height(m *cluster.Member) uint64 {
	s.T.Helper()
	got, err := m.Node.Status(s.T.Context())
	s.must(err)
	return got.Height
}

// newest is the greatest height of a node that answers: the one that is asked may
// still be catching up.
func (s *scene) newest() (height uint64) {
	for _, m := range s.List {
		if got, err := m.Node.Status(s.T.Context()); err == nil {
			height = max(height, got.Height)
		}
	}
	return height
}

// reaches waits until nodes have come to a height.
func (s *scene) reaches(height uint64, list ...*cluster.Member) {
	s.T.Helper()
	end := time.Now().Add(heightWait)
	for _, m := range list {
		for s.height(m) < height {
			if time.Now().After(end) {
				s.Fatalf("%s is at height %d, not at %d", m.ID, s.height(m), height)
			}
			time.Sleep(pollPause)
		}
	}
}

// goesOn fails unless the network answers.
func (s *scene) goesOn(during string) {
	s.T.Helper()
	if !s.Progress(progress, heightWait) {
		s.Fatalf("no entries are answered %s: %v", during, context.Cause(s.Context()))
	}
}

// roll ends a node in order and starts it with another program.
func (s *scene) roll(m *cluster.Member, program string) {
	s.T.Helper()
	s.must(m.End())
	m.Install(program)
	s.must(m.Restart(s.T.Context(), 0))
}

// halts waits until a node with the old program has ended before an upgrade, and
// holds that it says so, and starts no more.
func (s *scene) halts(m *cluster.Member, height uint64) {
	s.T.Helper()
	code, err := m.Ended(endWait)
	s.must(err)
	s.saysWhy(m, code, height)
	s.must(m.Start(cluster.Launch{}))
	code, err = m.Ended(endWait)
	s.must(err)
	s.saysWhy(m, code, height)
}

func (s *scene) saysWhy(m *cluster.Member, code int, height uint64) {
	s.T.Helper()
	log := m.Log()
	last := log[max(0, len(log)-2_000):]
	for _, want := range []string{fmt.Sprintf("from height %d on", height), "nothing is lost", s.release(), "docs/operate/upgrade.md"} {
		if code != exitRefused || !strings.Contains(last, want) {
			s.Fatalf("%s ended with exit code %d, and does not say %q before an upgrade at height %d:\n%s", m.ID, code, want, height, last)
		}
	}
}
