package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"pedigree/bench/goods"
	"pedigree/bench/load"
	"pedigree/domain/all"
	"pedigree/domain/org"
	"pedigree/internal/engine"
	"pedigree/internal/freeport"
	"pedigree/internal/node"
	"pedigree/internal/store"
	"pedigree/internal/store/kv"
	"pedigree/ledger"
	"pedigree/proof"
)

const (
	// joinTimes is how much faster joining by a snapshot should be than executing
	// every block.
	joinTimes = 10
	// joinMost bounds the wait for one node.
	joinMost = 20 * time.Minute
	// joinInFlight is the closed loop that fills the ledger.
	joinInFlight = 4_000
)

// joinSection fills a ledger, and lets nodes come up to it in both ways.
func joinSection(ctx context.Context, b *bench) (list []figure, err error) {
	g, err := b.filledLedger(ctx)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, g.old.Stop()) }()
	var joined, replayed, bytes sample
	for range b.size.repeats {
		took, err := g.newcomer(ctx, b, &node.Joining{})
		if err != nil {
			return nil, err
		}
		joined.add(took.Seconds())
		b.say("joined by a snapshot in %s", took.Round(time.Millisecond))
		if took, err = g.newcomer(ctx, b, nil); err != nil {
			return nil, err
		}
		replayed.add(took.Seconds())
		b.say("executed every block in %s", took.Round(time.Millisecond))
	}
	size, err := folderBytes(filepath.Join(g.home, "data", "snapshots"))
	if err != nil {
		return nil, err
	}
	bytes.add(megabytes(size))
	ratio := sample{replayed.median() / joined.median()}
	note := fmt.Sprintf("%s entries in %d blocks, %s keys; until the node has the state of that height", number(float64(b.size.joinEntries)), g.height, number(float64(g.old.Keys())))
	times := figure{name: "times faster by a snapshot", got: ratio, unit: "", note: note, why: "the newcomer makes every tree again, and on two processors the member that serves it competes with it"}
	if b.size.joinEntries >= full.joinEntries {
		times.goal = atLeast(joinTimes)
	}
	return []figure{
		{name: "joining by a snapshot", got: joined, unit: "s", base: replayed, note: "the baseline executes every block"},
		times,
		{name: "the snapshots on a member's disk", got: bytes, unit: "MB"},
	}, nil
}

// grown is a ledger with entries and a snapshot of its last height but a few.
type grown struct {
	config node.Config
	home   string
	peer   engine.Peer
	old    *node.Node
	height int64 // of the newest snapshot
}

// filledLedger runs one validator until it has so many entries and a snapshot.
func (b *bench) filledLedger(ctx context.Context) (*grown, error) {
	g := &grown{}
	m, err := g.found(b)
	if err != nil {
		return nil, err
	}
	g.config.Snapshots.EveryBlocks = 1 << 40
	if g.old, err = node.Start(ctx, g.config); err != nil {
		return nil, err
	}
	if err := g.fill(ctx, m, b.size.joinEntries); err != nil {
		return nil, errors.Join(err, g.old.Stop())
	}
	if err := g.old.Stop(); err != nil {
		return nil, err
	}
	g.config.Snapshots, g.config.Timeouts.EmptyBlock = node.SnapshotRule{EveryBlocks: 10, Keep: 1}, 100*time.Millisecond
	if g.old, err = node.Start(ctx, g.config); err != nil {
		return nil, err
	}
	if g.height, err = g.firstSnapshot(ctx); err != nil {
		return nil, errors.Join(err, g.old.Stop())
	}
	if err := g.old.Stop(); err != nil { // and no snapshot after it
		return nil, err
	}
	g.config.Snapshots.EveryBlocks, g.config.Timeouts.EmptyBlock = 1<<40, 0
	g.old, err = node.Start(ctx, g.config)
	return g, err
}

func (g *grown) found(b *bench) (goods.Maker, error) {
	dir, err := b.folder()
	if err != nil {
		return goods.Maker{}, err
	}
	g.home = filepath.Join(dir, "member")
	id, key, err := engine.InitHome(g.home)
	if err != nil {
		return goods.Maker{}, err
	}
	now := time.Now().UTC().Truncate(time.Second)
	m, err := goods.NewMaker("join", 1, now)
	if err != nil {
		return m, err
	}
	member, err := m.Founding(proof.NewKey(key[:]))
	if err != nil {
		return m, err
	}
	raw, err := json.Marshal(org.Founding{Quorum: org.Fraction{Numerator: 2, Denominator: 3}, Members: []org.FoundingMember{member}})
	if err != nil {
		return m, err
	}
	g.config = g.nodeConfig(g.home)
	g.config.Founding = node.Founding{
		ChainID: "join", Time: now, Profile: engine.LAN, Limits: ledger.DefaultParams(),
		Validators: []node.FoundingValidator{{Org: m.Org, Key: member.Validator}}, Modules: map[string]json.RawMessage{"org": raw},
	}
	if g.config.Listen, err = freeport.Address(); err != nil {
		return m, err
	}
	g.config.Allowed = func(ledger.State, string) bool { return true }
	g.peer = engine.Peer{ID: id, Addr: g.config.Listen}
	return m, nil
}

func (*grown) nodeConfig(home string) node.Config {
	return node.Config{
		Home: home, Modules: all.Modules(), Governor: all.Governor(),
		KV: kv.Options{CacheBytes: 256 << 20, MemTableBytes: 64 << 20}, Store: store.Options{TreeCacheBytes: 128 << 20},
	}
}

// fill commissions units and ships each of them, in half as many entries each.
func (g *grown) fill(ctx context.Context, m goods.Maker, entries int) error {
	units := entries / 2
	envelopes := (units + goods.UnitsPerEnvelope - 1) / goods.UnitsPerEnvelope
	list := make([][]byte, envelopes, envelopes+units)
	for i := range list {
		first := i * goods.UnitsPerEnvelope
		e, err := m.CommissionUnits(first, min(goods.UnitsPerEnvelope, units-first))
		if err != nil {
			return err
		}
		list[i] = e.Encode()
	}
	if err := g.send(ctx, list); err != nil {
		return err
	}
	ships := make([][]byte, units)
	for i := range ships {
		e, err := m.ShipUnit(i)
		if err != nil {
			return err
		}
		ships[i] = e.Encode()
	}
	return g.send(ctx, ships)
}

func (g *grown) send(ctx context.Context, list [][]byte) error {
	r, err := load.Run(ctx, load.Plan{
		Targets: []load.Target{target{g.old}}, Count: len(list), Tx: func(i int) []byte { return list[i] },
		InFlight: joinInFlight, Submitters: 16, Duration: joinMost,
	})
	if err == nil && (r.Failed > 0 || r.Committed != int64(len(list))) {
		err = fmt.Errorf("of %d envelopes %d were committed, %d of them refused by a rule", len(list), r.Committed, r.Failed)
	}
	return err
}

// target puts load on a node.
type target struct{ *node.Node }

func (t target) Subscribe(from int64) (*engine.Subscription, error) {
	return t.Engine().Subscribe(from)
}

// firstSnapshot waits for a snapshot and returns its height.
func (g *grown) firstSnapshot(ctx context.Context) (int64, error) {
	for end := time.Now().Add(joinMost); time.Now().Before(end) && ctx.Err() == nil; time.Sleep(50 * time.Millisecond) {
		if h := g.old.SnapshotHeight(); h > 0 {
			return h, nil
		}
	}
	return 0, errors.Join(ctx.Err(), errors.New("no snapshot came"))
}

// newcomer brings a new node up to the snapshot's height and says how long that took.
func (g *grown) newcomer(ctx context.Context, b *bench, how *node.Joining) (took time.Duration, err error) {
	dir, err := b.folder()
	if err != nil {
		return 0, err
	}
	defer b.discard(dir)
	c := g.nodeConfig(filepath.Join(dir, "newcomer"))
	c.Founding, c.Join, c.Peers = g.config.Founding, how, []engine.Peer{g.peer}
	if _, _, err := engine.InitHome(c.Home); err != nil {
		return 0, err
	}
	began := time.Now()
	n, err := node.Start(ctx, c)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, n.Stop()) }()
	for int64(n.Height()) < g.height {
		if time.Since(began) > joinMost || ctx.Err() != nil {
			return 0, errors.Join(ctx.Err(), fmt.Errorf("a node is at height %d after %s", n.Height(), joinMost))
		}
		time.Sleep(5 * time.Millisecond)
	}
	took = time.Since(began)
	if base, err := n.JoinedAt(); err != nil || (base > 0) != (how != nil) {
		return 0, errors.Join(err, fmt.Errorf("the node's state begins at height %d", base))
	}
	return took, nil
}

func folderBytes(dir string) (n int64, err error) {
	return n, filepath.WalkDir(dir, func(_ string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		info, err := d.Info()
		if err == nil {
			n += info.Size()
		}
		return err
	})
}
