//go:build linux

package drill

import (
	"errors"
	"flag"
	"strings"
	"testing"
	"time"

	"pedigree/e2e/cluster"
)

var seed = flag.Uint64("seed", uint64(time.Now().UnixNano()), "of the random choices")

// program is the built binary, skewed one whose clock can be wrong; empty where none
// can be built.
var program, skewed string

func TestMain(m *testing.M) {
	cluster.Main(m, func(dir string) (err error) {
		if program, err = cluster.Build(dir, "pedigree"); err != nil {
			return err
		}
		if skewed, err = cluster.BuildSkewed(dir); errors.Is(err, cluster.ErrNoSkew) {
			return nil
		}
		return err
	})
}

// drill is a network under load.
type drill struct {
	*testing.T
	load *cluster.Load
}

// begin founds a network and puts load on it.
func begin(t *testing.T) drill {
	t.Helper()
	t.Logf("seed %d: go test ./e2e/drill -seed %d", *seed, *seed)
	d := drill{t, cluster.Found(t, cluster.Options{Program: program}).Load(*seed)}
	d.goesOn("before anything is done")
	return d
}

// end checks all that a drill must leave whole.
func (d drill) end() {
	d.Helper()
	for _, m := range d.load.List {
		if s, err := m.Node.Status(d.Context()); err != nil || s.Misbehaved != 0 {
			d.Errorf("%s counts %d times that a validator broke the rules, %v", m.ID, s.Misbehaved, err)
		}
	}
	d.load.Verify()
}

func (d drill) must(errs ...error) {
	d.Helper()
	if err := errors.Join(errs...); err != nil {
		d.Fatal(err)
	}
}

// verb runs a command at a company and holds that it ends with an exit code.
func (d drill) verb(m *cluster.Member, want int, args ...string) string {
	d.Helper()
	code, out, err := m.Do(d.Context(), args...)
	d.must(err)
	if code != want {
		d.Fatalf("pedigree %s at %s ended with exit code %d, not %d:\n%s", strings.Join(args, " "), m.ID, code, want, out)
	}
	return strings.TrimSpace(out)
}

// goesOn fails unless the network answers.
func (d drill) goesOn(during string) {
	d.Helper()
	if !d.load.Progress(progress, goesOnWait) {
		d.Fatal("no entries are answered " + during)
	}
}

// until waits for something.
func (d drill) until(what string, there func() bool) {
	d.Helper()
	for end := time.Now().Add(goesOnWait); !there(); time.Sleep(pollPause) {
		if time.Now().After(end) {
			d.Fatal("in vain: waited until " + what)
		}
	}
}

func (d drill) height(m *cluster.Member) uint64 {
	d.Helper()
	s, err := m.Node.Status(d.Context())
	d.must(err)
	return s.Height
}

func (d drill) peers(m *cluster.Member) int {
	d.Helper()
	s, err := m.Node.Status(d.Context())
	d.must(err)
	return s.Peers
}
