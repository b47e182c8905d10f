//go:build linux

package kill

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"time"
)

// out is the page that a run writes itself into.
var out = flag.String("out", "", "page whose table of kill runs gets this run's line, such as docs/operate/assurance.md")

// tableEnd marks the end of the page's table of runs.
const tableEnd = "<!-- end: kill runs -->"

// result is what a run without a fault says.
type result struct {
	seed                uint64
	kills               int
	alone, several, all int // rounds by how many were killed in each
	answered            int
	starts              []time.Duration
	took                time.Duration
}

// bound is the rate of loss per kill that no loss in so many kills rules out with 95
// in 100: the rule of three.
func (r result) bound() float64 { return 3 / float64(r.kills) }

// String tells the run on one line.
func (r result) String() string {
	return fmt.Sprintf("seed %d: %d kills in %d rounds of one, %d of two and %d of all nodes; %d entries answered as committed, none lost, none twice: less than %.2g %% of kills lose one (3/N, 95 %%); restarts took %v at the median and %v at most; %v in all",
		r.seed, r.kills, r.alone, r.several, r.all, r.answered, 100*r.bound(), r.starts[len(r.starts)/2].Round(time.Millisecond), r.starts[len(r.starts)-1].Round(time.Millisecond), r.took.Round(time.Second))
}

// row is the run as a line of the page's table.
func (r result) row(now time.Time) string {
	return fmt.Sprintf("| %s | %s | %d | %d | %d, %d, %d | %d | 0 | %.2f %% | %v, %v |", now.UTC().Format(time.DateOnly), commit(), r.seed, r.kills, r.alone, r.several, r.all, r.answered,
		100*r.bound(), r.starts[len(r.starts)/2].Round(time.Millisecond), r.starts[len(r.starts)-1].Round(time.Millisecond))
}

// write adds the run to the page.
func (r result) write(path string, now time.Time) error {
	raw, err := os.ReadFile(path)
	if err != nil {
		return fmt.Errorf("couldn't read the page: %w", err)
	}
	before, after, found := strings.Cut(string(raw), tableEnd)
	if !found {
		return fmt.Errorf("couldn't write to %s: it lacks %q, the end of the table of runs", path, tableEnd)
	}
	return os.WriteFile(path, []byte(before+r.row(now)+"\n"+tableEnd+after), 0o644)
}

// commit names the source, and says when it was changed since.
func commit() string {
	raw, err := exec.Command("git", "rev-parse", "--short=12", "HEAD").Output()
	if err != nil {
		return "unknown"
	}
	name := strings.TrimSpace(string(raw))
	if changed, err := exec.Command("git", "status", "--porcelain", "--untracked-files=no").Output(); err == nil && len(changed) > 0 {
		name += " with changes"
	}
	return name
}
