//go:build linux

package hostile

import (
	"bytes"
	"context"
	"math/rand/v2"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"pedigree/bench/hostile"
	"pedigree/e2e/cluster"
)

// What the test runs, and allows.
const (
	sideBySide = 4               // attacks at a time
	slowFor    = 3 * time.Second // that slow connections are held
)

func TestAttacksAreRefusedAndTheNodeGoesOn(t *testing.T) {
	n := start(t)
	for _, a := range hostile.Attacks() {
		got, err := n.Attack(t.Context(), a)
		if err != nil {
			t.Fatalf("%s: %v", a.Name, err)
		}
		if fault := a.Fault(got); fault != "" {
			t.Errorf("%s: %s", a.Name, fault)
		}
	}
	checkAlive(t, n)
}

func TestAttacksSideBySideTakeLittleMemory(t *testing.T) {
	n := start(t)
	before, err := n.Resident()
	if err != nil {
		t.Fatal(err)
	}
	if err := n.ForgetPeak(); err != nil {
		t.Fatal(err)
	}
	ctx, end := context.WithCancel(t.Context())
	var honest hostile.Served
	var all, waiting sync.WaitGroup
	waiting.Go(func() { honest = n.Honest(ctx) })
	waiting.Go(func() {
		slow, enough := context.WithTimeout(ctx, slowFor)
		defer enough()
		if err := n.SlowConnections(slow); err != nil {
			t.Error(err)
		}
	})
	queue := make(chan hostile.Attack)
	for range sideBySide {
		all.Go(func() { attackEach(t, n, queue) })
	}
	list := hostile.Attacks()
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	rand.New(rand.NewPCG(seed, 1)).Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
	for _, a := range list {
		queue <- a
	}
	close(queue)
	all.Wait()
	end()
	waiting.Wait()
	peak, err := n.Peak()
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("memory grew from %d MiB by %d MiB at most; an honest client was answered %d times", before>>20, (peak-before)>>20, len(honest.Took))
	if peak-before > hostile.MemoryMax {
		t.Errorf("memory grew by %d MiB, at most %d are allowed", (peak-before)>>20, hostile.MemoryMax>>20)
	}
	if len(honest.Faults) > 0 || len(honest.Took) == 0 {
		t.Errorf("an honest client was answered %d times and not served %d times, first: %.300q", len(honest.Took), len(honest.Faults), honest.Faults)
	}
	checkAlive(t, n)
}

func attackEach(t *testing.T, n *hostile.Node, queue <-chan hostile.Attack) {
	for a := range queue {
		got, err := n.Attack(t.Context(), a)
		if err != nil {
			t.Errorf("%s: %v", a.Name, err)
		} else if fault := a.Fault(got); fault != "" {
			t.Errorf("%s: %s", a.Name, fault)
		}
	}
}

// checkAlive looks whether the node still takes work, and reads what it wrote.
func checkAlive(t *testing.T, n *hostile.Node) {
	t.Helper()
	if err := n.Ready(t.Context()); err != nil {
		t.Error(err)
	}
	log, err := os.ReadFile(n.LogPath())
	if err != nil {
		t.Fatal(err)
	}
	for _, forged := range []string{"panic", "goroutine ", "superfluous", "\nlevel=ERROR msg=forged", "\x1b", "\x00", "\u202e"} {
		if i := bytes.Index(log, []byte(forged)); i >= 0 {
			t.Errorf("the log holds %q: %q", forged, log[max(0, i-200):min(len(log), i+200)])
		}
	}
}

func start(t *testing.T) *hostile.Node {
	t.Helper()
	n, err := hostile.Start(t.Context(), hostile.Config{Program: program, Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := n.Stop(); err != nil {
			t.Errorf("the node did not end in order: %v", err)
		}
		if log, err := os.ReadFile(n.LogPath()); t.Failed() && err == nil {
			t.Logf("end of its log:\n%s", log[max(0, len(log)-3000):])
		}
	})
	return n
}

// program is the built binary.
var program string

func TestMain(m *testing.M) {
	cluster.Main(m, func(dir string) (err error) {
		if err = hostile.ReadSources(filepath.Join("..", "..")); err == nil {
			program, err = cluster.Build(dir, "pedigree")
		}
		return err
	})
}
