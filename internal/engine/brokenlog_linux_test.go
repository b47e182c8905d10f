package engine

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"
)

// TestABrokenConsensusLogEndsTheNode makes the engine's own write-ahead log
// unwritable while it runs: a validator that can't write it
// can't vote, and must say that it failed instead of waiting for ever.
func TestABrokenConsensusLogEndsTheNode(t *testing.T) {
	t.Parallel()
	for _, i := range []int{0, 3} {
		t.Run(fmt.Sprintf("after %d transactions", i), func(t *testing.T) {
			s, c := single(t)
			for n := range i {
				s.mustSubmit(t, fmt.Sprintf("tx %d", n))
			}
			breakFile(t, filepath.Join(s.home, "data", "cs.wal", "wal"))
			if err := s.node.Submit(testContext(t), []byte("can't be decided")); err != nil && !errors.Is(err, ErrStopped) {
				t.Fatal(err)
			}
			select {
			case <-s.node.Failed():
			case <-testContext(t).Done():
				t.Fatal("the node waits for itself")
			}
			must(t, s.stop())
			must(t, s.start(testContext(t), c))
			s.mustSubmit(t, "after the repair")
		})
	}
}

// breakFile replaces every open descriptor of a file by one that can't be written.
func breakFile(t *testing.T, path string) {
	t.Helper()
	readOnly, err := os.Open(path)
	must(t, err)
	defer readOnly.Close()
	deadline := time.Now().Add(testWait)
	for time.Now().Before(deadline) {
		open, err := os.ReadDir("/proc/self/fd")
		must(t, err)
		broken := 0
		for _, entry := range open {
			target, err := os.Readlink(filepath.Join("/proc/self/fd", entry.Name()))
			if err != nil || target != path || entry.Name() == fmt.Sprint(readOnly.Fd()) {
				continue
			}
			var fd int
			if _, err := fmt.Sscan(entry.Name(), &fd); err != nil {
				t.Fatal(err)
			}
			must(t, syscall.Dup3(int(readOnly.Fd()), fd, 0))
			broken++
		}
		if broken > 0 {
			return
		}
	}
	t.Fatalf("%s isn't open", path)
}
