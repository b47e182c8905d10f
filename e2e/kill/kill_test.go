//go:build linux

package kill

import (
	"flag"
	"slices"
	"testing"
	"time"

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

func TestNothingPromisedIsLostWhenNodesAreKilled(t *testing.T) {
	t.Logf("seed %d: go test ./e2e/kill -seed %d", *seed, *seed)
	began := time.Now()
	load := cluster.Found(t, cluster.Options{Program: program, Settings: smallCaches}).Load(*seed)
	k := newKiller(load.Network)
	if err := k.run(load.Context(), killsWanted); err != nil {
		t.Fatal(err)
	}
	load.Finish()
	load.Tell()
	answered := load.Answered()
	if !load.Interrupted() {
		t.Error("the kills met no load: there must be entries without an answer, and pallets whose steps were cut short")
	}
	load.Check()
	checkMemory(t, load.Network)
	load.End()
	load.CheckStores()
	var starts []time.Duration
	for _, m := range load.List {
		starts = append(starts, m.Starts...)
	}
	slices.Sort(starts)
	r := result{seed: *seed, kills: k.kills, alone: k.alone, several: k.several, all: k.all, answered: answered, starts: starts, took: time.Since(began)}
	t.Log(r)
	if *out != "" && !t.Failed() {
		if err := r.write(*out, time.Now()); err != nil {
			t.Error(err)
		}
	}
}
