//go:build linux

package faults

import (
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"syscall"
	"testing"
	"time"

	"pedigree/e2e/cluster"
	"pedigree/internal/netns"
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

// Rows that cut nodes off or end them, and rows that spoil what they stand on.
var (
	links = []row{
		{"partitions heal and never fork", true, partitionRow},
		{"lossy and slow links", true, badLinkRow},
		{"paused processes", false, pauseRow},
		{"the engine's crash points", false, crashPointRow},
	}
	grounds = []row{
		{"wrong clocks", false, clockRow},
		{"a full disk", false, fullDiskRow},
		{"a sync that fails", false, failedSyncRow},
		{"a slow disk", false, slowDiskRow},
		{"entries sent again and from elsewhere", false, replayRow},
	}
)

// TestNodesAreCutOffAndEnded injects faults of links and processes into one network,
// which must be whole after each and hold all it promised at the end.
func TestNodesAreCutOffAndEnded(t *testing.T) {
	t.Parallel()
	load := found(t, t.TempDir())
	inject(t, load, links)
	check(t, load)
	load.CheckStores()
}

// TestClocksAndDisksFail injects faults of what nodes rely on into another. What it
// leaves is then damaged on copies.
func TestClocksAndDisksFail(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	fillable := smallDisk(t, filepath.Join(dir, fullMember))
	load := found(t, dir)
	young := youngHome(t, load)
	rows := grounds
	if !fillable {
		t.Log("needs root: without a file system of its own for one member no disk is filled")
		rows = slices.DeleteFunc(slices.Clone(rows), func(r row) bool { return r.name == "a full disk" })
	}
	inject(t, load, rows)
	check(t, load)
	pristine := copyHome(t, load.Of("maker"))
	load.CheckStores()
	t.Run("flipped bytes are found", func(t *testing.T) { flipRow(t, young) })
	t.Run("edited rows are found", func(t *testing.T) { editRow(t, young) })
	t.Run("the same blocks give the same state under other settings", func(t *testing.T) { replayBlocksRow(t, load.Network, pristine) })
}

// found starts a network under load.
func found(t *testing.T, dir string) *cluster.Load {
	t.Helper()
	t.Logf("seed %d: go test ./e2e/faults -seed %d", *seed, *seed)
	return cluster.Found(t, cluster.Options{Program: program, Lanes: netns.Usable() == nil, Dir: dir, Age: networkAge}).LoadOf(*seed, clients, clientPause)
}

// inject runs rows one after another, until one fails.
func inject(t *testing.T, load *cluster.Load, rows []row) {
	t.Helper()
	for i, r := range rows {
		t.Run(r.name, func(t *testing.T) {
			if r.lanes && load.List[0].Lane == nil {
				t.Skipf("needs root: %v", netns.Usable())
			}
			s := &scene{T: t, Load: load, rand: rand.New(rand.NewPCG(*seed, uint64(i)))}
			began := time.Now()
			r.run(s)
			s.whole()
			t.Logf("%v", time.Since(began).Round(time.Second))
		})
		if t.Failed() {
			t.FailNow()
		}
	}
}

// check asks the running nodes for all that was promised, and stops them.
func check(t *testing.T, load *cluster.Load) {
	t.Helper()
	load.Finish()
	load.Tell()
	load.Check()
	nobodyMisbehaved(t, load.Network)
	load.End()
}

// youngHome is a copy of a node's home with a short history, so that it can be searched
// for damage often. The node was killed once, for then all its data files are there.
func youngHome(t *testing.T, load *cluster.Load) string {
	t.Helper()
	s := &scene{T: t, Load: load}
	m := load.Of("maker")
	s.goesOn("before anything is done")
	s.must(m.Kill(), m.Restart(t.Context(), 0))
	s.whole()
	s.must(m.End())
	home := copyHome(t, m)
	s.must(m.Restart(t.Context(), 0))
	return home
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
