//go:build linux

package faults

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"pedigree/e2e/cluster"
	"pedigree/internal/netns"
)

var seed = flag.Uint64("seed", uint64(time.Now().UnixNano()), "of the random choices")

// program is the built binary, in a folder that goes with the tests.
var program, programs string

func TestMain(m *testing.M) {
	cluster.Main(m, func(dir string) (err error) {
		programs = dir
		program, err = cluster.Build(dir, "pedigree")
		return err
	})
}

// scene is a network under load, and the choices of one row.
type scene struct {
	*testing.T
	*cluster.Load
	rand *rand.Rand
}

// Error and the like are the row's, not the network's.
func (s *scene) Fatal(args ...any) { s.T.Helper(); s.T.Fatal(args...) }

// row is one kind of fault.
type row struct {
	name  string
	lanes bool // needs network namespaces
	run   func(*scene)
}

var rows = []row{
	{"partitions heal and never fork", true, partitionRow},
	{"lossy and slow links", true, badLinkRow},
	{"paused processes", false, pauseRow},
	{"the engine's crash points", false, crashPointRow},
	{"wrong clocks", false, clockRow},
	{"a full disk", false, fullDiskRow},
	{"a sync that fails", false, failedSyncRow},
	{"a slow disk", false, slowDiskRow},
	{"entries sent again and from elsewhere", false, replayRow},
}

// TestFaultsOnARunningNetwork injects every kind of fault into one network, which
// must be whole after each and hold all it promised at the end. What it leaves is
// then damaged on copies.
func TestFaultsOnARunningNetwork(t *testing.T) {
	t.Logf("seed %d: go test ./e2e/faults -seed %d", *seed, *seed)
	lanes := netns.Usable()
	dir := t.TempDir()
	fillable := smallDisk(t, filepath.Join(dir, fullMember))
	load := cluster.Found(t, cluster.Options{Program: program, Lanes: lanes == nil, Dir: dir, Age: networkAge}).Load(*seed)
	for i, r := range rows {
		t.Run(r.name, func(t *testing.T) {
			if r.lanes && lanes != nil {
				t.Skipf("needs root: %v", lanes)
			}
			if r.name == "a full disk" && !fillable {
				t.Skip("needs root: a file system of its own for one member")
			}
			s := &scene{T: t, Load: load, rand: rand.New(rand.NewPCG(*seed, uint64(i)))}
			began := time.Now()
			r.run(s)
			s.whole()
			t.Logf("%v", time.Since(began).Round(time.Second))
		})
		if t.Failed() {
			return
		}
	}
	load.Finish()
	load.Tell()
	load.Check()
	nobodyMisbehaved(t, load.Network)
	load.End()
	pristine := copyHome(t, load.Of("maker"))
	load.CheckStores()
	t.Run("flipped bytes are found", func(t *testing.T) { flipRow(t, pristine) })
	t.Run("edited rows are found", func(t *testing.T) { editRow(t, pristine) })
	t.Run("the same blocks give the same state under other settings", func(t *testing.T) { replayBlocksRow(t, load.Network, pristine) })
}

// smallDisk puts a file system of its own where a member's home will be, if it may.
func smallDisk(t *testing.T, dir string) bool {
	t.Helper()
	if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, fmt.Sprintf("size=%d", diskBytes)); err != nil {
		return false
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(dir, syscall.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
	return true
}

// one picks a member at random.
func (s *scene) one() *cluster.Member { return s.List[s.rand.IntN(len(s.List))] }

// goesOn fails unless the network answers.
func (s *scene) goesOn(during string) {
	s.T.Helper()
	if !s.Progress(progress, progressWait) {
		s.Fatal("no entries are answered " + during)
	}
}

// whole waits until every node takes part and the network answers.
func (s *scene) whole() {
	s.T.Helper()
	for _, m := range s.List {
		if err := m.WaitReady(s.T.Context()); err != nil {
			s.Fatal(err)
		}
	}
	s.goesOn("after the fault")
	s.caughtUp()
}

// caughtUp waits until every node has come to the height that the first one to answer
// had.
func (s *scene) caughtUp() {
	s.T.Helper()
	first, err := s.List[0].Node.Status(s.T.Context())
	if err != nil {
		s.Fatal(err)
	}
	began := time.Now()
	for _, m := range s.List {
		for {
			got, err := m.Node.Status(s.T.Context())
			if err == nil && got.Height >= first.Height {
				break
			}
			if time.Since(began) > healWait {
				s.Fatal(m.ID, "is at height", got.Height, "not at", first.Height, err)
			}
			time.Sleep(50 * time.Millisecond)
		}
	}
}

// must ends the row on an error.
func (s *scene) must(errs ...error) {
	s.T.Helper()
	for _, err := range errs {
		if err != nil {
			s.Fatal(err)
		}
	}
}

// nobodyMisbehaved fails when a block proves that a key signed twice.
func nobodyMisbehaved(t *testing.T, n *cluster.Network) {
	t.Helper()
	for _, m := range n.List {
		if s, err := m.Node.Status(t.Context()); err != nil || s.Misbehaved != 0 {
			t.Errorf("%s counts %d times that a validator broke the rules, %v", m.ID, s.Misbehaved, err)
		}
	}
}
