package load_test

import (
	"context"
	"log/slog"
	"path/filepath"
	"testing"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"

	"pedigree/bench/bare"
	"pedigree/bench/load"
	"pedigree/internal/engine"
	"pedigree/internal/store/kv"
)

// node starts the bare application on one node, in memory but for the keys.
func node(t testing.TB, c bare.Config, change func(*engine.Config)) (*engine.Node, *bare.App) {
	t.Helper()
	home := filepath.Join(t.TempDir(), "engine")
	_, key, err := engine.InitHome(home)
	if err != nil {
		t.Fatal(err)
	}
	db, err := kv.Open("store", kv.Options{FS: vfs.NewMem()})
	if err != nil {
		t.Fatal(err)
	}
	app, err := bare.New(db, c)
	if err != nil {
		t.Fatal(err)
	}
	config := engine.Config{
		Home: home, DB: db, Logger: slog.New(slog.DiscardHandler),
		Genesis: engine.Genesis{
			ChainID: "load", Time: time.Date(2026, 1, 2, 0, 0, 0, 0, time.UTC), Params: engine.DefaultParams(engine.Single),
			Validators: []engine.GenesisValidator{{PubKey: key, Power: 1}},
		},
	}
	if change != nil {
		change(&config)
	}
	n, err := engine.Start(context.Background(), config, app)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := n.Stop(); err != nil {
			t.Error(err)
		}
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	return n, app
}

func TestALoadAccountsForEveryTransaction(t *testing.T) {
	txs, err := bare.NewTxs(300, 1, 1)
	if err != nil {
		t.Fatal(err)
	}
	forged := func(i int) []byte {
		tx := txs.Tx(i)
		if i%10 == 0 {
			tx[len(tx)-1] ^= 1
		}
		return tx
	}
	cases := []struct {
		name string
		plan load.Plan
	}{
		{"a closed loop of one", load.Plan{}},
		{"a closed loop with several submitters", load.Plan{InFlight: 32, Submitters: 4}},
		{"an open loop", load.Plan{Rate: 2000, Submitters: 2}},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			n, app := node(t, bare.Config{Signatures: 1}, nil)
			plan := tc.plan
			plan.Targets, plan.Tx, plan.Count, plan.Duration = []load.Target{n}, forged, 100, time.Minute
			r, err := load.Run(context.Background(), plan)
			if err != nil {
				t.Fatal(err)
			}
			if r.Sent != 90 || r.Committed != 90 || r.Refused != 10 || r.Failed != 0 || r.Late != 0 || r.Latency.TotalCount() != 90 {
				t.Errorf("got %+v", r)
			}
			if app.Txs() != 90 || r.BlockTxs != 90 {
				t.Errorf("the application counted %d, the blocks held %d", app.Txs(), r.BlockTxs)
			}
			if r.PerSecond() <= 0 || r.Quantile(50) <= 0 || r.Quantile(50) > r.Quantile(100) {
				t.Errorf("got %v", r)
			}
		})
	}
}

func TestAFullNodeIsWaitedForOrGivenUp(t *testing.T) {
	txs, err := bare.NewTxs(100, 0, 1)
	if err != nil {
		t.Fatal(err)
	}
	small := func(c *engine.Config) { c.MempoolTxs = 5 }
	t.Run("a closed loop waits", func(t *testing.T) {
		n, _ := node(t, bare.Config{}, small)
		r, err := load.Run(context.Background(), load.Plan{
			Targets: []load.Target{n}, Tx: txs.Tx, Count: 300, Duration: time.Minute, InFlight: 50, Submitters: 4,
		})
		if err != nil || r.Committed != 300 || r.Full == 0 {
			t.Errorf("%v, %v", r, err)
		}
	})
	t.Run("an open loop gives up", func(t *testing.T) {
		n, _ := node(t, bare.Config{}, small)
		r, err := load.Run(context.Background(), load.Plan{
			Targets: []load.Target{n}, Tx: txs.Tx, Count: 2000, Duration: time.Minute, Rate: 100_000, Submitters: 4,
		})
		if err != nil || r.Full == 0 || r.Committed+r.Full != 2000 {
			t.Errorf("%v, %v", r, err)
		}
	})
	t.Run("an open loop gives up what isn't answered", func(t *testing.T) {
		n, _ := node(t, bare.Config{}, nil)
		r, err := load.Run(context.Background(), load.Plan{
			Targets: []load.Target{n}, Tx: txs.Tx, Count: 500, Duration: time.Minute, Rate: 100_000, InFlight: 10,
		})
		if err != nil || r.Late == 0 || r.Committed+r.Late != 500 {
			t.Errorf("%v, %v", r, err)
		}
	})
}

func TestTheWarmUpIsNotCounted(t *testing.T) {
	txs, err := bare.NewTxs(100, 0, 1)
	if err != nil {
		t.Fatal(err)
	}
	n, app := node(t, bare.Config{HashEveryBlock: true}, nil)
	r, err := load.Run(context.Background(), load.Plan{
		Targets: []load.Target{n}, Tx: txs.Tx, Count: 1 << 20, Rate: 1000,
		Warmup: 200 * time.Millisecond, Duration: 200 * time.Millisecond,
	})
	if err != nil {
		t.Fatal(err)
	}
	if r.Committed < 199 || r.Committed > 201 || app.Txs() < 399 {
		t.Errorf("%d counted, %d executed", r.Committed, app.Txs())
	}
}

func TestAnImpossiblePlanIsRefused(t *testing.T) {
	tx := func(int) []byte { return nil }
	base := load.Plan{Targets: []load.Target{nil}, Tx: tx, Count: 1, Duration: time.Second}
	cases := map[string]func(*load.Plan){
		"no target":               func(p *load.Plan) { p.Targets = nil },
		"no transactions":         func(p *load.Plan) { p.Tx = nil },
		"no count":                func(p *load.Plan) { p.Count = 0 },
		"no duration":             func(p *load.Plan) { p.Duration = 0 },
		"a rate past the limit":   func(p *load.Plan) { p.Rate = 1_000_001 },
		"a loop past the limit":   func(p *load.Plan) { p.InFlight = 1_000_001 },
		"too many submitters":     func(p *load.Plan) { p.Submitters, p.InFlight = 65, 65 },
		"fewer than its senders":  func(p *load.Plan) { p.Submitters, p.InFlight = 4, 3 },
		"a negative loop":         func(p *load.Plan) { p.InFlight = -1 },
		"a rate below everything": func(p *load.Plan) { p.Rate = -1 },
	}
	for name, change := range cases {
		t.Run(name, func(t *testing.T) {
			plan := base
			change(&plan)
			if _, err := load.Run(context.Background(), plan); err == nil {
				t.Error("it was taken")
			}
		})
	}
}

func TestAStoppedNodeEndsTheLoad(t *testing.T) {
	txs, err := bare.NewTxs(100, 0, 1)
	if err != nil {
		t.Fatal(err)
	}
	n, _ := node(t, bare.Config{}, nil)
	go func() {
		_ = n.WaitHeight(context.Background(), 5)
		_ = n.Stop()
	}()
	r, err := load.Run(context.Background(), load.Plan{
		Targets: []load.Target{n}, Tx: txs.Tx, Count: 1 << 20, Duration: time.Minute,
	})
	if err == nil || r.Committed == 0 {
		t.Errorf("%v, %v", r, err)
	}
}
