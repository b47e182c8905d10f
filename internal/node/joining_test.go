package node

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"pedigree/internal/engine"
	"pedigree/internal/store/snapshot"
	"pedigree/ledger"
	"pedigree/proof"
)

// withSnapshots is a network of two validators that has a snapshot, and a place
// for one that joins.
func withSnapshots(t *testing.T, chain string, others int) []*place {
	t.Helper()
	list := places(t, chain, 2, others)
	for _, p := range list[:2] {
		p.config.Snapshots = SnapshotRule{EveryBlocks: 5, Keep: 2}
		p.start(t)
	}
	list[0].write(t, "first", 4)
	for _, p := range list[:2] {
		eventually(t, "a snapshot is there", func() bool { return len(p.node.snapshots.shelf.List()) > 0 })
	}
	return list
}

// freeze stops the making of snapshots, so that a test knows which there are.
func freeze(t *testing.T, list ...*place) {
	t.Helper()
	for _, p := range list {
		p.stop(t)
		p.config.Snapshots.EveryBlocks = 1 << 40
	}
	for _, p := range list {
		p.start(t)
	}
}

func TestANodeJoinsByASnapshotAndGoesOn(t *testing.T) {
	t.Parallel()
	list := withSnapshots(t, "join-1", 1)
	old := list[0].write(t, "old", 1)
	oldest := list[0].node.snapshots.shelf.List()
	eventually(t, "a newer snapshot is there", func() bool {
		l := list[0].node.snapshots.shelf.List()
		return l[len(l)-1].Height > oldest[len(oldest)-1].Height
	})
	joiner := list[2]
	joiner.config.Join = &Joining{}
	n := joiner.start(t)
	base, err := n.state.Base()
	if err != nil || base == 0 {
		t.Fatalf("its state begins at %d, %v", base, err)
	}
	list[0].write(t, "after", 3)
	sameState(t, list[0].node, n)
	if err := n.engine.WaitHeight(t.Context(), base+2); err != nil {
		t.Fatal(err)
	}
	if got := n.engine.BaseHeight(); got != base+1 {
		t.Errorf("its blocks begin at %d, the snapshot is of %d", got, base)
	}
	o, found, err := n.Lookup(old.ID())
	if err != nil || !found || o.Code != 0 {
		t.Errorf("an old entry is %+v, %v, %v", o, found, err)
	}
	if _, err := n.Receipt(t.Context(), old.ID()); err == nil || !strings.Contains(err.Error(), "joined by a snapshot") {
		t.Errorf("a receipt of a block that isn't here: %v", err)
	}
	young := noteEnvelope(t, n.ChainID(), "young", "text")
	commit(t, n, young)
	receipt, err := n.Receipt(t.Context(), young.ID())
	if err != nil {
		t.Fatal(err)
	}
	trust, err := list[0].node.Trust()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := receipt.Verify(trust); err != nil {
		t.Errorf("a receipt of the joined node: %v", err)
	}
	if _, err := n.state.Fsck(t.Context()); err != nil {
		t.Error(err)
	}

	joiner.stop(t)
	n = joiner.start(t) // as any other node: it has a state of its own
	if again, err := n.state.Base(); err != nil || again != base {
		t.Errorf("after a restart its state begins at %d, %v", again, err)
	}
	list[1].write(t, "end", 2)
	sameState(t, list[1].node, n)
}

// joinOnly brings a place's store up to a snapshot and doesn't start its node.
func (p *place) joinOnly(t *testing.T) (base int64, err error) {
	t.Helper()
	n := &Node{codes: map[uint32]ledger.Code{}, log: p.config.Log}
	if n.log == nil {
		n.log = slog.New(slog.DiscardHandler)
	}
	if err := n.open(p.config); err != nil {
		t.Fatal(err)
	}
	genesis, err := p.config.Founding.Genesis()
	if err != nil {
		t.Fatal(err)
	}
	err = n.join(t.Context(), p.config, engine.Config{
		Home: p.config.Home, DB: n.db, Genesis: genesis, Profile: engine.LAN, Peers: p.config.Peers, Snapshots: n.snapshots, Logger: n.log,
	})
	if err == nil {
		base, err = n.state.Base()
	}
	return base, errors.Join(err, n.close())
}

func TestANodeThatStopsRightAfterItJoinedGoesOn(t *testing.T) {
	t.Parallel()
	list := withSnapshots(t, "join-stop", 1)
	joiner := list[2]
	joiner.config.Join = &Joining{}
	base, err := joiner.joinOnly(t)
	if err != nil || base == 0 {
		t.Fatalf("its state begins at %d, %v", base, err)
	}
	joiner.start(t)
	list[0].write(t, "after", 2)
	sameState(t, list[0].node, joiner.node)
	if again, err := joiner.node.state.Base(); err != nil || again != base {
		t.Errorf("its state begins at %d, %v", again, err)
	}
}

func TestAJoinedNodeProvesFromTheFoundingOverChangesOfValidators(t *testing.T) {
	t.Parallel()
	list := places(t, "join-change", 2, 2)
	for _, p := range list[:3] {
		p.config.Snapshots = SnapshotRule{EveryBlocks: 10, Keep: 2}
		p.start(t)
	}
	third := list[2]
	key, err := proof.NewKey(third.key[:]).MarshalText()
	if err != nil {
		t.Fatal(err)
	}
	changed := commit(t, list[0].node, noteEnvelope(t, list[0].node.ChainID(), "validator", string(key)))
	eventually(t, "the third validator decides", func() bool { return third.node.engine.Status().Validator })
	eventually(t, "a snapshot after the change is there", func() bool {
		return list[0].node.SnapshotHeight() > int64(changed.Height)+2
	})
	joiner := list[3]
	joiner.config.Join = &Joining{}
	n := joiner.start(t)
	if base, err := n.JoinedAt(); err != nil || base <= int64(changed.Height) {
		t.Fatalf("its state begins at %d, the validators changed at %d, %v", base, changed.Height, err)
	}
	env := noteEnvelope(t, n.ChainID(), "young", "text")
	commit(t, n, env)
	receipt, err := n.Receipt(t.Context(), env.ID())
	if err != nil {
		t.Fatal(err)
	}
	trust, err := n.Trust()
	if err != nil {
		t.Fatal(err)
	}
	want, err := list[0].node.Trust()
	if err != nil || trust.Fingerprint() != want.Fingerprint() || len(trust.Validators) != 2 {
		t.Errorf("it trusts %v, %v", trust, err)
	}
	if len(receipt.Header.Links) != 1 {
		t.Errorf("the receipt has %d links, the validators changed once", len(receipt.Header.Links))
	}
	if _, err := receipt.Verify(trust); err != nil {
		t.Errorf("its receipt: %v", err)
	}
	if err := n.keepLinks(int64(n.Height())); err != nil {
		t.Error(err)
	}
}

func TestWithoutASnapshotANodeExecutesEveryBlock(t *testing.T) {
	t.Parallel()
	list := places(t, "join-young", 1, 1)
	list[0].start(t)
	list[0].write(t, "first", 2)
	list[1].config.Join = &Joining{}
	n := list[1].start(t)
	list[0].write(t, "then", 1)
	sameState(t, list[0].node, n)
	if base, err := n.state.Base(); err != nil || base != 0 || n.engine.BaseHeight() != 1 {
		t.Errorf("its state begins at %d and its blocks at %d, %v", base, n.engine.BaseHeight(), err)
	}
}

// poisoned writes a snapshot whose manifest says what validators signed and whose
// rows are changed.
func poisoned(n *Node, m snapshot.Manifest, from *snapshot.Shelf, change func(r *snapshot.Record)) error {
	return poisonedAs(n, m, m.Height, from, change)
}

func poisonedAs(n *Node, m snapshot.Manifest, height int64, from *snapshot.Shelf, change func(r *snapshot.Record)) error {
	chunks := len(m.Chunks)
	w, err := n.snapshots.shelf.NewWriter(m)
	if err != nil {
		return err
	}
	for i := range chunks {
		chunk, err := from.Chunk(height, i)
		if err != nil {
			return err
		}
		if err := snapshot.Records(chunk, func(r snapshot.Record) error { change(&r); return w.Add(r) }); err != nil {
			return err
		}
	}
	_, err = w.Finish()
	return err
}

// TestABadSnapshotIsRefusedAndAnotherPeerAsked has a node for each case that
// serves something bad beside the snapshot that the validators serve.
func TestABadSnapshotIsRefusedAndAnotherPeerAsked(t *testing.T) {
	t.Parallel()
	same := func(*snapshot.Record) {}
	chunk := func(p *place, m snapshot.Manifest) string {
		return filepath.Join(p.config.Home, "data", "snapshots", strconv.FormatInt(m.Height, 10), "000000")
	}
	cases := []struct {
		name   string
		honest bool // and only unlucky
		spoil  func(evil *place, m snapshot.Manifest, from *snapshot.Shelf) error
	}{
		{"a changed row under the right manifest", false, func(evil *place, m snapshot.Manifest, from *snapshot.Shelf) error {
			return poisoned(evil.node, m, from, func(r *snapshot.Record) {
				if r.Kind == snapshot.StateRow && len(r.Value) > 0 {
					r.Value = append([]byte{}, r.Value...)
					r.Value[len(r.Value)-1] ^= 1
				}
			})
		}},
		{"a snapshot of another chain", false, func(evil *place, m snapshot.Manifest, from *snapshot.Shelf) error {
			m.Chain = "elsewhere"
			return poisoned(evil.node, m, from, same)
		}},
		{"another application hash", false, func(evil *place, m snapshot.Manifest, from *snapshot.Shelf) error {
			m.Parts.StateRoot[0] ^= 1
			return poisoned(evil.node, m, from, same)
		}},
		{"rules that nobody knows", false, func(evil *place, m snapshot.Manifest, from *snapshot.Shelf) error {
			m.Version = 99
			return poisoned(evil.node, m, from, same)
		}},
		{"a height that nobody has", false, func(evil *place, m snapshot.Manifest, from *snapshot.Shelf) error {
			read := m.Height
			m.Height += 1000
			return poisonedAs(evil.node, m, read, from, same)
		}},
		{"a truncated chunk", false, func(evil *place, m snapshot.Manifest, from *snapshot.Shelf) error {
			return errors.Join(poisoned(evil.node, m, from, same), os.Truncate(chunk(evil, m), 20))
		}},
		{"a chunk of another snapshot", false, func(evil *place, m snapshot.Manifest, from *snapshot.Shelf) error {
			other, err := from.Chunk(from.List()[0].Height, 0)
			return errors.Join(err, poisoned(evil.node, m, from, same), os.WriteFile(chunk(evil, m), append(other, 0), 0o600))
		}},
		{"a chunk that is missing", true, func(evil *place, m snapshot.Manifest, from *snapshot.Shelf) error {
			return errors.Join(poisoned(evil.node, m, from, same), os.Remove(chunk(evil, m)))
		}},
	}
	list := withSnapshots(t, "join-bad", 2*len(cases))
	eventually(t, "there are two snapshots", func() bool { return len(list[0].node.snapshots.shelf.List()) > 1 })
	list[1].stop(t)
	freeze(t, list[0])
	list[1].config.Snapshots.EveryBlocks = 1 << 40
	list[1].start(t)
	good := list[0].node.snapshots.shelf.List()
	// The newest snapshot is what the bad nodes claim to have; the good one serves
	// the one before.
	older, newest := good[0].Height, good[1]
	aside := t.TempDir()
	if err := os.CopyFS(aside, os.DirFS(filepath.Join(list[0].config.Home, "data", "snapshots"))); err != nil {
		t.Fatal(err)
	}
	shelf, err := snapshot.OpenShelf(aside)
	if err != nil {
		t.Fatal(err)
	}
	list[0].stop(t)
	if err := os.RemoveAll(filepath.Join(list[0].config.Home, "data", "snapshots", strconv.FormatInt(newest.Height, 10))); err != nil {
		t.Fatal(err)
	}
	list[0].start(t)
	for i, tc := range cases { // each has something bad for the one that joins after it
		evil := list[2+i]
		evil.start(t)
		eventually(t, "it knows who may connect", func() bool { return evil.node.Height() > 0 })
		if err := tc.spoil(evil, newest, shelf); err != nil {
			t.Fatal(err)
		}
	}
	for i, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			evil, joiner := list[2+i], list[2+len(cases)+i]
			var log safeLog
			joiner.config.Log = slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelWarn}))
			joiner.config.Join = &Joining{}
			joiner.config.Peers = []engine.Peer{list[0].peer, evil.peer}
			if base, err := joiner.joinOnly(t); err != nil || base != older {
				t.Errorf("its state begins at %d, %v", base, err)
			}
			if !strings.Contains(log.String(), "a snapshot was not taken") {
				t.Errorf("nothing bad was met: %s", log.String())
			}
			if sent := strings.Contains(log.String(), evil.peer.ID); sent == tc.honest {
				t.Errorf("the node that gave it was sent away: %v; %s", sent, log.String())
			}
		})
	}
}

func TestASnapshotThatOnlyABadPeerHasIsNotTaken(t *testing.T) {
	t.Parallel()
	list := withSnapshots(t, "join-only-bad", 2)
	freeze(t, list[:2]...)
	evil, joiner := list[2], list[3]
	evil.start(t)
	sameState(t, list[0].node, evil.node)
	good := list[0].node.snapshots.shelf.List()
	err := poisoned(evil.node, good[len(good)-1], list[0].node.snapshots.shelf, func(r *snapshot.Record) {
		if r.Kind == snapshot.Event {
			r.Value = append([]byte{}, r.Value...)
			r.Value[len(r.Value)-1] ^= 1
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	joiner.config.Join = &Joining{}
	joiner.config.Peers = []engine.Peer{evil.peer}
	_, err = Start(t.Context(), joiner.config)
	if !errors.Is(err, engine.ErrBadSnapshot) {
		t.Fatalf("it was taken: %v", err)
	}
	joiner.config.Peers = []engine.Peer{list[0].peer, list[1].peer}
	joiner.start(t) // nothing of it stayed
	sameState(t, list[0].node, joiner.node)
}

// untilSentAway is a context that ends once the joiner has sent all its peers away, after
// which it would wait for others.
func untilSentAway(t *testing.T, joiner *place) context.Context {
	t.Helper()
	var log safeLog
	joiner.config.Log = slog.New(slog.NewTextHandler(&log, nil))
	ctx, cancel := context.WithTimeout(t.Context(), testWait)
	t.Cleanup(cancel)
	go func() {
		for ctx.Err() == nil && strings.Count(log.String(), "a node was sent away") < len(joiner.config.Peers) {
			time.Sleep(5 * time.Millisecond)
		}
		cancel()
	}()
	return ctx
}

func TestANetworkOfOtherFoundersIsNotJoined(t *testing.T) {
	t.Parallel()
	list := withSnapshots(t, "join-other", 1)
	joiner := list[2]
	joiner.config.Join = &Joining{}
	joiner.config.Founding.Validators = []FoundingValidator{{Org: "me", Key: proof.NewKey(joiner.key[:])}}
	if n, err := Start(untilSentAway(t, joiner), joiner.config); err == nil || !strings.Contains(err.Error(), "was sent away") {
		if err == nil {
			joiner.node = n
		}
		t.Fatalf("another network of the same name was joined: %v", err)
	}
}

func TestAnOldNetworkIsJoinedByACheckpointOnly(t *testing.T) {
	t.Parallel()
	list := places(t, "join-old", 2, 1)
	for _, p := range list {
		p.config.Founding.Time = time.Now().UTC().Add(-2 * trustPeriod).Truncate(time.Second)
		p.config.Snapshots = SnapshotRule{EveryBlocks: 5}
	}
	list[0].start(t)
	list[1].start(t)
	list[0].write(t, "first", 4)
	eventually(t, "a snapshot is there", func() bool { return len(list[0].node.snapshots.shelf.List()) > 0 })
	joiner := list[2]
	joiner.config.Join = &Joining{}
	if _, err := Start(t.Context(), joiner.config); !errors.Is(err, ErrCheckpoint) {
		t.Fatalf("it was joined without: %v", err)
	}
	height, hash, err := list[0].node.LastBlock()
	if err != nil {
		t.Fatal(err)
	}
	c := engine.Checkpoint{Height: height, Hash: hash}
	wrong := c
	wrong.Hash[0] ^= 1
	joiner.config.Join = &Joining{Checkpoint: &wrong}
	if _, err := Start(untilSentAway(t, joiner), joiner.config); err == nil || !strings.Contains(err.Error(), "the checkpoint says") {
		t.Fatalf("it was joined with a wrong checkpoint: %v", err)
	}
	joiner.config.Join = &Joining{Checkpoint: &c}
	n := joiner.start(t)
	list[0].write(t, "after", 2)
	sameState(t, list[0].node, n)
}
