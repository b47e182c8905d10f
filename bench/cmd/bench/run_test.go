package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"pedigree/bench/fleet"
	"pedigree/bench/statebench"
)

func TestMain(m *testing.M) {
	if fleet.IsChild() {
		os.Exit(fleet.Child())
	}
	if raiding() {
		os.Exit(0)
	}
	if os.Getenv(streamVariable) != "" {
		main()
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// tiny is enough to see every section work.
var tiny = size{
	network: networkSize{rate: 50, warm: 100 * time.Millisecond, lasts: 500 * time.Millisecond, receipts: 3, downAfter: 100 * time.Millisecond},
	repeats: 2, one: loadSize{16, 40}, four: loadSize{16, 40}, idle: 3,
	formatBytes: []int{100_000}, looseEvents: 40, foldedEvents: 10, pallets: 1, manyPallets: 2,
	verdictDocuments: 2, verdictPallets: 1, verdictScans: 60, shipmentBytes: 300_000, largeBytes: 400_000, dockCases: 1,
	proofUnits: 40, proofRuns: 3, wasmRuns: 2, memoryUnits: 40, memoryRest: time.Millisecond, hostileTime: time.Second, hosted: 3, joinEntries: 200,
}

func TestSectionsMeasureWhatTheySay(t *testing.T) {
	for _, s := range sections {
		if s.name == "state" { // package statebench has tests of its own; it takes too long here
			continue
		}
		t.Run(s.name, func(t *testing.T) {
			var out bytes.Buffer
			b := &bench{size: tiny, dir: t.TempDir(), out: &out}
			m, err := b.measure(context.Background(), s)
			if err != nil {
				t.Fatalf("%v\n%s", err, out.String())
			}
			for _, f := range m.figures {
				if len(f.got) == 0 && !strings.Contains(f.name, "WebAssembly") {
					t.Errorf("%s was not measured", f.name)
				}
				if len(f.got) > 0 && f.got.median() <= 0 {
					t.Errorf("%s is %v", f.name, f.got)
				}
			}
			page := filepath.Join("..", "..", "..", "docs", "bench.md")
			raw, err := os.ReadFile(page)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := rewrite(string(raw), s.name, m.text("a machine", tiny)); err != nil {
				t.Errorf("%s: %v", page, err)
			}
		})
	}
}

func TestTheCurveBecomesFigures(t *testing.T) {
	at := func(keys int, mixed float64) statebench.Point {
		return statebench.Point{Keys: keys, MixedPerSecond: mixed, LoadPerSecond: 2 * mixed, DiskBytes: 100 * int64(keys), ProofTime: time.Microsecond}
	}
	list := stateFigures([][]statebench.Point{{at(10, 20_000), at(30, 9_000)}, {at(10, 30_000)}, {at(10, 26_000)}})
	if len(list) != 4 || list[0].got.median() != 26_000 || list[0].verdict() != "yes" || list[2].got.median() != 9_000 || list[2].verdict() != "" {
		t.Errorf("got %+v", list)
	}
}

func TestFlagsAreRead(t *testing.T) {
	for _, tc := range []struct {
		name string
		args []string
		want string
	}{
		{"an unknown section", []string{"-only", "engine,other"}, `no section "other"`},
		{"an unknown flag", []string{"-other"}, "other"},
		{"a folder that isn't there", []string{"-only", "formats", "-dir", "/does/not/exist"}, "couldn't make a folder"},
	} {
		err := run(context.Background(), tc.args, &bytes.Buffer{})
		if err == nil || !strings.Contains(err.Error(), tc.want) {
			t.Errorf("%s: %v", tc.name, err)
		}
	}
	list, err := chosen("proofs,engine")
	if err != nil || len(list) != 2 || list[0].name != "engine" || list[1].name != "proofs" {
		t.Errorf("chosen %v, %v", list, err)
	}
	if list, err := chosen(""); err != nil || len(list) != len(sections) {
		t.Errorf("all are %v, %v", list, err)
	}
}

func TestARunThatIsStoppedSaysSo(t *testing.T) {
	ctx, stop := context.WithCancel(context.Background())
	stop()
	dir := t.TempDir()
	err := run(ctx, []string{"-dir", dir, "-quick"}, &bytes.Buffer{})
	if err == nil || !strings.Contains(err.Error(), "stopped") {
		t.Errorf("got %v", err)
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}
