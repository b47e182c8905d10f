package engine

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"pedigree/internal/store/kv"
)

// kills is how often a node under load is killed in the test.
const kills = 12

// TestAKilledNodeLosesNoAnsweredTransaction kills a node under load, again and
// again on the same files, at random moments. What it answered for must have
// been executed exactly once when it is started for the last time.
func TestAKilledNodeLosesNoAnsweredTransaction(t *testing.T) {
	t.Parallel()
	s := newSite(t, nil)
	genesis := genesisFor("killed", Single, s)
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 0))
	var acks []string
	for run := range kills {
		c := startChild(t, childOrder{Home: s.home, Genesis: genesis, Run: run, InFlight: 1 + random.IntN(200)}, 1+random.IntN(500))
		select {
		case <-c.enough:
		case <-c.done:
			t.Fatalf("run %d ended by itself after %d answers", run, len(c.acks))
		case <-time.After(testWait):
			t.Fatalf("run %d gave only %d answers", run, len(c.acks))
		}
		time.Sleep(time.Duration(random.IntN(20_000)) * time.Microsecond)
		acks = append(acks, c.kill(t)...)
	}
	checkAfterCrashes(t, s, genesis, acks)
}

// crashPoints covers the places in CometBFT's block processing, about ten a
// block and some more in the replay at start, at which FAIL_TEST_INDEX ends the
// process: the variable says at which one, counted from the start.
const crashPoints = 24

// TestACrashAtEveryPointOfABlockIsRecovered ends the node at each of CometBFT's
// own crash points in turn, on the same files.
func TestACrashAtEveryPointOfABlockIsRecovered(t *testing.T) {
	t.Parallel()
	s := newSite(t, nil)
	genesis := genesisFor("crashed", Single, s)
	var acks []string
	for point := range crashPoints {
		env := fmt.Sprintf("FAIL_TEST_INDEX=%d", point)
		c := startChild(t, childOrder{Home: s.home, Genesis: genesis, Run: point, InFlight: 20}, -1, env)
		select {
		case <-c.done:
		case <-time.After(testWait):
			t.Fatalf("point %d was never reached", point)
		}
		if err := c.cmd.Wait(); err == nil {
			t.Fatalf("point %d: the node ended well", point)
		}
		acks = append(acks, c.acks...)
	}
	checkAfterCrashes(t, s, genesis, acks)
}

// checkAfterCrashes starts the node in this process and looks at all it has.
func checkAfterCrashes(t *testing.T, s *site, genesis Genesis, acks []string) {
	t.Helper()
	must(t, s.start(testContext(t), Config{Profile: Single, Genesis: genesis}))
	t.Logf("%d answers, %d executed, %d blocks", len(acks), s.app.count(), s.node.Height())
	if len(acks) == 0 {
		t.Fatal("nothing was answered: the test shows nothing")
	}
	s.mustRunOnce(t, acks)
	it, err := s.db.View(kv.NodeLocal).NewIter([]byte("tx/"), []byte("tx0"))
	must(t, err)
	keys := int64(0)
	for ok := it.First(); ok; ok = it.Next() {
		keys++
		if len(it.Value()) != 1 {
			t.Fatalf("a transaction was executed %d times", len(it.Value()))
		}
	}
	must(t, it.Close())
	if keys != s.app.count() {
		t.Fatalf("%d transactions kept, %d counted", keys, s.app.count())
	}
	s.mustSubmit(t, "and on")
	for h := int64(1); h <= s.node.Height(); h++ {
		signed, err := s.node.SignedHeader(h)
		must(t, err)
		verifySigned(t, signed)
	}
}
