//go:build linux

package flood

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"pedigree/domain/org"
	"pedigree/e2e/cluster"
)

var seed = flag.Uint64("seed", uint64(time.Now().UnixNano()), "of the random choices")

// program is the built binary.
var program string

func TestMain(m *testing.M) {
	cluster.Main(m, func(dir string) (err error) {
		program, err = cluster.Build(dir, "pedigree")
		return err
	})
}

func TestAFloodOfOneMemberAndStrangersLeavesTheOthersServed(t *testing.T) {
	t.Logf("seed %d: go test ./e2e/flood -seed %d", *seed, *seed)
	n := cluster.Found(t, cluster.Options{Program: program, Mail: true, Settings: func(string) string { return "metrics:\n  listen: " + cluster.FreeAddress(t) + "\n" }})
	limits := cluster.Act{Module: "org", Kind: "set-params", Message: &org.SetParams{EntriesPerDay: quota, WritesPerDay: 100_000_000}}
	if err := n.Together(t.Context(), limits); err != nil {
		t.Fatal(err)
	}
	m := n.Of("regulator")
	m.SetAside(true)
	load := n.LoadOf(*seed, honestClients, honestPause)
	if !load.Progress(progress, progressWait) {
		t.Fatal("the network makes no progress before the flood")
	}
	quiet := time.Now()
	time.Sleep(quietFor)
	before := map[string]int64{}
	for _, m := range n.List {
		before[m.ID] = memory(t, m, "VmRSS")
		forgetPeak(t, m)
	}
	f := newFlooder(t, n, m)
	began := time.Now()
	ctx, cancel := context.WithTimeout(t.Context(), floodMost)
	defer cancel()
	f.run(ctx, n, times*quota)
	ended := time.Now()
	for _, m := range n.List {
		grown := memory(t, m, "VmHWM") - before[m.ID]
		raw, _ := m.Node.File(t.Context(), "/metrics")
		waiting, _ := pending(raw)
		t.Logf("%d entries wait at the node of %s, which grew from %d MiB by %d MiB at most", waiting, m.ID, before[m.ID]>>20, grown>>20)
		if grown > memoryGrowthMax {
			t.Errorf("the node of %s grew by %d MiB, at most %d are allowed", m.ID, grown>>20, memoryGrowthMax>>20)
		}
	}
	f.tell(ended.Sub(began))
	drained(t, n, ended)
	if !load.Progress(progress, progressWait) {
		t.Error("the network does not go on after the flood")
	}
	tell(t, load, quiet, began, ended)
	t.Logf("%d honest entries had no answer in time; they are sent again below", missing(load, ended))
	for _, m := range n.List {
		if m.ID != f.member.ID && crowded(t, m) {
			t.Errorf("the node of %s refused an honest organisation for what others have waiting", m.ID)
		}
	}
	load.Verify()
}

// drained waits until nothing of the flood waits for a block any more, at any node.
func drained(t *testing.T, n *cluster.Network, since time.Time) {
	t.Helper()
	for _, m := range n.List {
		for {
			raw, err := m.Node.File(t.Context(), "/metrics")
			waiting, found := pending(raw)
			if err == nil && found && waiting <= 2*honestClients { // what honest clients have under way
				break
			}
			if time.Since(since) > recoverMost {
				t.Fatalf("%s after the flood %d entries still wait at the node of %s: %v", recoverMost, waiting, m.ID, err)
			}
			time.Sleep(50 * time.Millisecond)
		}
	}
	t.Logf("nothing of the flood waits %s after its end", time.Since(since).Round(10*time.Millisecond))
}

// missing is how many honest entries were not answered, once those that were under way
// had time to be.
func missing(load *cluster.Load, before time.Time) (n int) {
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
		if n = load.Unanswered(before); n == 0 {
			break
		}
	}
	return n
}

// pending is how many entries wait for a block at a node, by its figures.
func pending(metrics []byte) (waiting int, found bool) {
	for line := range strings.Lines(string(metrics)) {
		if k, _ := fmt.Sscanf(line, "pedigree_envelopes_pending %d", &waiting); k == 1 {
			return waiting, true
		}
	}
	return 0, false
}

// crowded says whether a node refused at its door for want of room.
func crowded(t *testing.T, m *cluster.Member) bool {
	t.Helper()
	raw, err := m.Node.File(t.Context(), "/metrics")
	if err != nil || !bytes.Contains(raw, []byte(`pedigree_submits_total{code="accepted"}`)) {
		t.Fatalf("the node of %s does not tell what it refused: %v", m.ID, err)
	}
	return bytes.Contains(raw, []byte(`pedigree_submits_total{code="node/crowded"}`))
}

// tell says what was sent and how it was answered.
func (f *flooder) tell(took time.Duration) {
	f.Helper()
	f.Logf("the member sent %d entries in %s, %.1f times its quota", f.sent.Load(), took.Round(time.Second), float64(f.sent.Load())/quota)
	for _, what := range slices.Sorted(maps.Keys(f.answers)) {
		f.Logf("%7d %s", f.answers[what], what)
	}
}

// tell says how long the honest waited.
func tell(t *testing.T, load *cluster.Load, quiet, began, ended time.Time) {
	t.Helper()
	p95 := func(list []time.Duration) time.Duration {
		if len(list) == 0 {
			t.Fatal("no honest entry was answered")
		}
		return list[len(list)*95/100]
	}
	without, with := load.Took(quiet, began), load.Took(began, ended)
	t.Logf("honest entries: p95 %s without the flood (of %d), %s with it (of %d): %.1f times",
		p95(without).Round(time.Millisecond), len(without), p95(with).Round(time.Millisecond), len(with), float64(p95(with))/float64(p95(without)))
}

// memory reads a line of the status of a node's process, such as VmRSS, in bytes.
func memory(t *testing.T, m *cluster.Member, name string) int64 {
	t.Helper()
	raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", m.PID()))
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(raw)) {
		var kilobytes int64
		if k, _ := fmt.Sscanf(line, name+": %d kB", &kilobytes); k == 1 {
			return kilobytes << 10
		}
	}
	t.Fatalf("couldn't find %s of %s", name, m.ID)
	return 0
}

// forgetPeak makes VmHWM count from now on.
func forgetPeak(t *testing.T, m *cluster.Member) {
	t.Helper()
	if err := os.WriteFile(fmt.Sprintf("/proc/%d/clear_refs", m.PID()), []byte("5"), 0); err != nil {
		t.Fatal(err)
	}
}
