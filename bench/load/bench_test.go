package load_test

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"pedigree/bench/bare"
	"pedigree/bench/load"
	"pedigree/internal/engine"
	"pedigree/internal/store/kv"
)

// benchTime is how long each load runs, PEDIGREE_BENCH_SECONDS if set.
func benchTime() time.Duration {
	if n, err := strconv.Atoi(os.Getenv("PEDIGREE_BENCH_SECONDS")); err == nil {
		return time.Duration(n) * time.Second
	}
	return 2 * time.Second
}

// nodes starts validators on the disk, connected over the loopback.
func nodes(b *testing.B, count int, c bare.Config) []load.Target {
	b.Helper()
	profile := engine.Single
	if count > 1 {
		profile = engine.LAN
	}
	genesis := engine.Genesis{ChainID: "bench", Time: time.Date(2026, 1, 2, 0, 0, 0, 0, time.UTC), Params: engine.DefaultParams(profile)}
	homes, peers := make([]string, count), make([]engine.Peer, count)
	for i := range count {
		homes[i] = filepath.Join(b.TempDir(), "engine")
		id, key, err := engine.InitHome(homes[i])
		if err != nil {
			b.Fatal(err)
		}
		genesis.Validators = append(genesis.Validators, engine.GenesisValidator{PubKey: key, Power: 1})
		peers[i] = engine.Peer{ID: id, Addr: fmt.Sprintf("127.0.0.1:%d", 27000+i)}
	}
	targets := make([]load.Target, count)
	for i := range count {
		db, err := kv.Open(filepath.Join(homes[i], "store"), kv.Options{})
		if err != nil {
			b.Fatal(err)
		}
		app, err := bare.New(db, c)
		if err != nil {
			b.Fatal(err)
		}
		others := append(append([]engine.Peer{}, peers[:i]...), peers[i+1:]...)
		n, err := engine.Start(context.Background(), engine.Config{
			Home: homes[i], DB: db, Genesis: genesis, Profile: profile, ListenAddr: peers[i].Addr, Peers: others,
			Logger: slog.New(slog.DiscardHandler), TxBytesMax: 256 << 10, MempoolBytes: 256 << 20,
		}, app)
		if err != nil {
			b.Fatal(err)
		}
		b.Cleanup(func() { _ = n.Stop(); _ = db.Close() })
		targets[i] = n
	}
	return targets
}

// BenchmarkBare is what the engine reaches with the do-nothing application.
func BenchmarkBare(b *testing.B) {
	cases := []struct {
		name        string
		nodes, size int
		app         bare.Config
		plan        load.Plan
	}{
		{"one node, one at a time", 1, 1024, bare.Config{}, load.Plan{}},
		{"one node, one at a time, new hash per block", 1, 1024, bare.Config{HashEveryBlock: true}, load.Plan{}},
		{"one node, one at a time, synced commit", 1, 1024, bare.Config{HashEveryBlock: true, SyncCommit: true}, load.Plan{}},
		{"one node, 10000 per second", 1, 1024, bare.Config{}, load.Plan{Rate: 10_000, Submitters: 2}},
		{"one node, 20000 in flight", 1, 1024, bare.Config{}, load.Plan{InFlight: 20_000, Submitters: 2}},
		{"one node, 20000 in flight, one signature", 1, 1024, bare.Config{Signatures: 1}, load.Plan{InFlight: 20_000, Submitters: 2}},
		{"four nodes, one at a time", 4, 1024, bare.Config{}, load.Plan{}},
		{"four nodes, 1000 per second", 4, 1024, bare.Config{}, load.Plan{Rate: 1000}},
		{"four nodes, 4000 in flight", 4, 1024, bare.Config{}, load.Plan{InFlight: 4000}},
	}
	for _, c := range cases {
		b.Run(strings.ReplaceAll(c.name, " ", "_"), func(b *testing.B) {
			txs, err := bare.NewTxs(c.size, c.app.Signatures, 1)
			if err != nil {
				b.Fatal(err)
			}
			tx, count := txs.Tx, 1<<30
			if c.app.Signatures > 0 {
				tx, count = made(txs, 20_000*int(benchTime()/time.Second+2))
			}
			for b.Loop() {
				plan := c.plan
				plan.Targets, plan.Tx, plan.Count = nodes(b, c.nodes, c.app), tx, count
				if plan.Rate == 0 && plan.InFlight == 0 {
					plan.Targets, plan.InFlight = plan.Targets[:1], 1
				}
				plan.Duration = benchTime()
				cpu, disk := cpuTime(), diskBytes()
				r, err := load.Run(context.Background(), plan)
				if err != nil {
					b.Fatal(err)
				}
				b.ReportMetric(r.PerSecond(), "tx/s")
				b.ReportMetric(float64(r.Quantile(50).Microseconds())/1000, "p50-ms")
				b.ReportMetric(float64(r.Quantile(99).Microseconds())/1000, "p99-ms")
				b.ReportMetric(float64((cpuTime()-cpu).Microseconds())/float64(r.Committed+1), "cpu-us/tx")
				b.ReportMetric(float64(diskBytes()-disk)/float64(r.Committed+1), "disk-B/tx")
				b.ReportMetric(float64(residentBytes())/(1<<20), "MB-rss")
			}
		})
	}
}

// made makes signed transactions before the clock runs.
func made(txs *bare.Txs, count int) (func(int) []byte, int) {
	all := make([][]byte, count)
	for i := range all {
		all[i] = txs.Tx(i)
	}
	return func(i int) []byte { return all[i] }, count
}

// cpuTime is what this process has used, the load generator included.
func cpuTime() time.Duration {
	var u syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// residentBytes is what this process holds in memory, where the system tells.
func residentBytes() int64 {
	text, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return int64(m.Sys)
	}
	pages, _ := strconv.ParseInt(strings.Fields(string(text))[1], 10, 64)
	return pages * int64(os.Getpagesize())
}

// diskBytes is what this process has caused to be written, where the system tells.
func diskBytes() int64 {
	text, err := os.ReadFile("/proc/self/io")
	if err != nil {
		return 0
	}
	_, rest, _ := strings.Cut(string(text), "\nwrite_bytes: ")
	line, _, _ := strings.Cut(rest, "\n")
	n, _ := strconv.ParseInt(line, 10, 64)
	return n
}
