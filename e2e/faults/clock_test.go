//go:build linux

package faults

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"pedigree/e2e/cluster"
)

// Environment of a program whose clock is wrong: by how much, and from which age of
// the process on.
const (
	skewVariable  = "PEDIGREE_TEST_SKEW_SECONDS"
	afterVariable = "PEDIGREE_TEST_SKEW_AFTER_SECONDS"
)

// buildSkewed builds the program with a time.Now that adds what the environment says.
// A static program knows no other way to be deceived.
func buildSkewed(dir string) (string, error) {
	root, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		return "", fmt.Errorf("couldn't find the Go sources: %w", err)
	}
	path := filepath.Join(strings.TrimSpace(string(root)), "src", "time", "time.go")
	source, err := os.ReadFile(path)
	if err != nil {
		return "", fmt.Errorf("couldn't read the clock's source: %w", err)
	}
	const now = "func Now() Time {\n\tsec, nsec, mono := runtimeNow()\n"
	if strings.Count(string(source), now) != 1 {
		return "", fmt.Errorf("time.Now in %s does not begin as expected: this test must follow it", path)
	}
	changed := strings.Replace(string(source), now, now+"\tsec += skewAt(mono)\n", 1) + fmt.Sprintf(`
var skewSeconds, skewAfter = skewFrom(%q), skewFrom(%q)

func skewFrom(name string) (n int64) {
	text, _ := syscall.Getenv(name)
	negative := len(text) > 0 && text[0] == '-'
	for _, digit := range []byte(text) {
		if digit >= '0' && digit <= '9' {
			n = n*10 + int64(digit-'0')
		}
	}
	if negative {
		return -n
	}
	return n
}

func skewAt(mono int64) int64 {
	if mono-startNano < skewAfter*1e9 {
		return 0
	}
	return skewSeconds
}
`, skewVariable, afterVariable)
	changed = strings.Replace(changed, "import (\n", "import (\n\t\"syscall\"\n", 1)
	copied, overlay := filepath.Join(dir, "time.go"), filepath.Join(dir, "overlay.json")
	text, err := json.Marshal(map[string]map[string]string{"Replace": {path: copied}})
	if err != nil {
		return "", err
	}
	if err := os.WriteFile(copied, []byte(changed), 0o600); err != nil {
		return "", err
	}
	if err := os.WriteFile(overlay, text, 0o600); err != nil {
		return "", err
	}
	return cluster.Build(dir, "skewed", "-overlay", overlay)
}

// clockRow starts nodes with clocks that are wrong, or become so. Those that trade
// keep theirs.
func clockRow(s *scene) {
	skewed, err := buildSkewed(programs)
	s.must(err)
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
			s.wrongClock(skewed, c.who, c.by, c.after)
		}
	}
}

func (s *scene) wrongClock(skewed string, who []*cluster.Member, by, after time.Duration) {
	s.T.Helper()
	before := s.blockTime()
	for _, m := range who {
		m.SetAside(true) // it refuses entries by its own clock, which is its right
		s.must(m.Kill(), m.Start(cluster.Launch{Program: skewed, Env: []string{
			fmt.Sprintf("%s=%d", skewVariable, int(by.Seconds())), fmt.Sprintf("%s=%d", afterVariable, int(after.Seconds())),
		}}))
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
	if !during.After(before) {
		s.Fatal("block time went from", before, "to", during)
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
