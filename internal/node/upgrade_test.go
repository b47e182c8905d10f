package node

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"pedigree/internal/store/storetest"
	"pedigree/ledger"
	"pedigree/proof"
)

// agreedByNote reads the upgrades of a test network from a note: version@height.
func agreedByNote(s ledger.State) []Upgrade {
	text, ok := notes.Get(s, "upgrade")
	if !ok {
		return nil
	}
	var u Upgrade
	if _, err := fmt.Sscanf(text, "%d@%d", &u.Version, &u.Height); err != nil {
		return nil
	}
	u.Binary, u.Text = proof.Hash{0xab}, "faster proofs"
	return []Upgrade{u}
}

// upgrading starts four validators, of which the first know version 2.
func upgrading(t *testing.T, chain string, ready, others int) []*place {
	t.Helper()
	list := places(t, chain, 4, others)
	for i, p := range list {
		p.config.Upgrades = agreedByNote
		p.config.known = 1
		if i < ready {
			p.config.known = 2
		}
	}
	for _, p := range list[:4] {
		p.start(t)
	}
	return list
}

// agreeUpgrade lets version 2 come in force some blocks ahead.
func (p *place) agreeUpgrade(t *testing.T) (height int64) {
	t.Helper()
	before := p.node.Height()
	commit(t, p.node, noteEnvelope(t, p.node.ChainID(), "how long a note takes", "text"))
	now := p.node.Height()
	height = int64(now + max(15, 10*(now-before)))
	commit(t, p.node, noteEnvelope(t, p.node.ChainID(), "upgrade", fmt.Sprintf("2@%d", height)))
	return height
}

// halts waits until a node has stopped before a height, and says why.
func (p *place) halts(t *testing.T, height int64) {
	t.Helper()
	select {
	case <-p.node.engine.Failed():
	case <-time.After(testWait):
		t.Fatalf("it goes on at height %d", p.node.Height())
	}
	err := p.node.engine.Err()
	if !errors.Is(err, ErrUpgrade) || !strings.Contains(err.Error(), fmt.Sprintf("from height %d on", height)) || !strings.Contains(err.Error(), proof.Hash{0xab}.String()) {
		t.Errorf("it stopped with %v", err)
	}
	if got := int64(p.node.Height()); got != height-1 {
		t.Errorf("it stopped at height %d, the upgrade is at %d", got, height)
	}
	p.stop(t)
}

func reaches(t *testing.T, p *place, height int64) {
	t.Helper()
	eventually(t, fmt.Sprintf("height %d is reached", height), func() bool {
		if err := p.node.engine.Err(); err != nil {
			t.Fatal(err)
		}
		return int64(p.node.Height()) >= height
	})
}

func versionAt(t *testing.T, n *Node, height int64) uint64 {
	t.Helper()
	a, err := n.Attestation(height)
	if err != nil {
		t.Fatal(err)
	}
	return a.Signed.Header.AppVersion
}

func TestAnOldProgramStopsBeforeTheUpgradeAndTheOthersGoOn(t *testing.T) {
	t.Parallel()
	list := upgrading(t, "upgrade-mixed", 3, 2)
	height := list[0].agreeUpgrade(t)
	old := list[3]
	old.halts(t, height)
	reaches(t, list[0], height+3)
	if before, after := versionAt(t, list[0].node, height-1), versionAt(t, list[0].node, height); before != 1 || after != 2 {
		t.Errorf("the headers around the upgrade name the versions %d and %d", before, after)
	}
	for _, p := range list[:4] {
		if _, err := os.Stat(filepath.Join(p.config.Home, "data", "before-version-2")); err != nil {
			t.Error(err)
		}
	}
	if n, err := Start(t.Context(), old.config); !errors.Is(err, ErrUpgrade) {
		old.node = n
		t.Fatalf("the old program started again: %v", err)
	}
	old.config.known = 2
	old.start(t)
	list[0].write(t, "after", 1)
	sameState(t, list[0].node, old.node)

	// One that knows both versions executes every block, one that knows the first
	// stops where it must, in the middle of catching up.
	list[4].config.known = 2
	list[4].start(t)
	list[5].start(t)
	list[5].halts(t, height)
	sameState(t, list[0].node, list[4].node)
	r, err := list[4].node.Rules()
	if err != nil || r.Version != 2 || r.Known != 2 || len(r.Ahead) != 0 {
		t.Errorf("it says %+v, %v", r, err)
	}
}

func TestAnUpgradeThatIsCancelledDoesNotHappen(t *testing.T) {
	t.Parallel()
	list := upgrading(t, "upgrade-cancelled", 2, 0)
	height := list[0].agreeUpgrade(t)
	if r, err := list[0].node.Rules(); err != nil || r.Version != 1 || len(r.Ahead) != 1 || int64(r.Ahead[0].Height) != height {
		t.Errorf("it says %+v, %v", r, err)
	}
	commit(t, list[0].node, noteEnvelope(t, list[0].node.ChainID(), "upgrade", "none"))
	for _, p := range list {
		reaches(t, p, height+2)
	}
	if v := versionAt(t, list[0].node, height); v != 1 {
		t.Errorf("the header names version %d", v)
	}
}

func TestAllGoBackWhenTheNewVersionTurnsOutBad(t *testing.T) {
	t.Parallel()
	list := upgrading(t, "upgrade-back", 1, 0) // one of four alone can't decide a block
	height := list[1].agreeUpgrade(t)
	for _, p := range list[1:] {
		p.halts(t, height)
	}
	if got := int64(list[0].node.Height()); got != height-1 {
		t.Fatalf("block %d of the new version was decided by one of four", got)
	}
	list[0].stop(t)
	for _, p := range list {
		p.config.known, p.config.SkipUpgrade = 1, uint64(height)
		p.start(t)
	}
	list[1].write(t, "back", 2)
	reaches(t, list[0], height+3)
	sameState(t, list[0].node, list[3].node)
	if v := versionAt(t, list[0].node, height+1); v != 1 {
		t.Errorf("the header after the height names version %d", v)
	}

	// Who doesn't skip it with the others is told, and signs no other chain.
	list[3].stop(t)
	list[3].config.known, list[3].config.SkipUpgrade = 2, 0
	if n, err := Start(t.Context(), list[3].config); !errors.Is(err, ErrUpgrade) {
		list[3].node = n
		t.Errorf("a node that doesn't skip it started: %v", err)
	}
	list[1].write(t, "on", 2)
	sameState(t, list[0].node, list[2].node)
	r, err := list[0].node.Rules()
	if err != nil || r.Skipped != uint64(height) || r.Version != 1 {
		t.Errorf("it says %+v, %v", r, err)
	}
}

func TestVersionsAreFoundByHeight(t *testing.T) {
	r := rules{known: 3, agreed: func(ledger.State) []Upgrade {
		return []Upgrade{{Version: 2, Height: 10}, {Version: 3, Height: 20}, {Version: 4, Height: 30}}
	}}
	type turn struct {
		Version uint64
		Halt    bool
	}
	for _, tc := range []struct {
		name string
		skip uint64
		next uint64
		want turn
	}{
		{"long before", 0, 5, turn{0, false}},
		{"the last height of the first version", 0, 9, turn{0, false}},
		{"the first height of the second", 0, 10, turn{2, false}},
		{"the one after", 0, 11, turn{0, false}},
		{"the third", 0, 20, turn{3, false}},
		{"one that isn't known", 0, 30, turn{4, true}},
		{"after one that isn't known", 0, 31, turn{0, true}},
		{"one that is skipped", 30, 30, turn{0, false}},
		{"after one that is skipped the version is said again", 30, 31, turn{3, false}},
		{"long after one that is skipped", 30, 40, turn{0, false}},
	} {
		r.skip = tc.skip
		version, halt := r.turn(nil, tc.next)
		if diff := cmp.Diff(tc.want, turn{version, halt != nil}); diff != "" {
			t.Errorf("%s: %s", tc.name, diff)
		}
	}
	if v, halt := (rules{known: 1}).turn(nil, 5); v != 0 || halt != nil {
		t.Errorf("a network without upgrades: %d, %v", v, halt)
	}
}

func TestWhoWaitsForAnEntryIsToldWhenItsNodeEnds(t *testing.T) {
	var w waiting
	failed := make(chan struct{})
	close(failed)
	id := proof.Hash{1}
	_, err := w.wait(t.Context(), id, failed, func() (Outcome, bool, error) { return Outcome{}, false, nil })
	if !errors.Is(err, context.Canceled) || !strings.Contains(err.Error(), id.String()) {
		t.Errorf("the wait ended with %v", err)
	}
	if len(w.byID) != 0 {
		t.Error("it is still waited for")
	}
}

func TestTheStateAfterABlockIsReadBeforeItIsCommitted(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := map[string]string{}
		base := storetest.NewModel()
		key := rapid.SampledFrom([]string{"a", "aa", "ab", "b", "ba", "c"})
		for range rapid.IntRange(0, 6).Draw(t, "rows") {
			k := key.Draw(t, "key")
			base.State[k], m[k] = []byte("old"), "old"
		}
		writes := map[string]ledger.Write{}
		for range rapid.IntRange(0, 6).Draw(t, "writes") {
			k := key.Draw(t, "key")
			w := ledger.Write{Key: []byte(k), Value: []byte("new"), Delete: rapid.Bool().Draw(t, "delete")}
			writes[k], m[k] = w, "new"
			if w.Delete {
				delete(m, k)
			}
		}
		var list []ledger.Write
		for _, k := range slices.Sorted(maps.Keys(writes)) {
			list = append(list, writes[k])
		}
		s := stagedState{modelState{base}, list}
		for k := range map[string]bool{"a": true, "aa": true, "ab": true, "b": true, "ba": true, "c": true} {
			v, found, err := s.Get([]byte(k))
			if want, ok := m[k]; err != nil || found != ok || found && string(v) != want {
				t.Fatalf("%s is %s, %v, %v; want %s, %v", k, v, found, err, want, ok)
			}
		}
		for _, prefix := range []string{"", "a", "b", "d"} {
			var got, want []string
			err := s.Each([]byte(prefix), func(k, v []byte) (bool, error) { got = append(got, string(k)+string(v)); return true, nil })
			for _, k := range slices.Sorted(maps.Keys(m)) {
				if strings.HasPrefix(k, prefix) {
					want = append(want, k+m[k])
				}
			}
			if diff := cmp.Diff(want, got); diff != "" || err != nil {
				t.Fatalf("prefix %q: %s, %v", prefix, diff, err)
			}
			n := 0
			if err := s.Each([]byte(prefix), func([]byte, []byte) (bool, error) { n++; return false, nil }); err != nil || n > 1 {
				t.Fatalf("a walk that ends at once made %d steps, %v", n, err)
			}
		}
	})
}

// modelState is a model as a backend.
type modelState struct{ *storetest.Model }

func (m modelState) Get(key []byte) ([]byte, bool, error) {
	v, ok := m.State[string(key)]
	return v, ok, nil
}

func (m modelState) Each(prefix []byte, fn func(key, value []byte) (bool, error)) error {
	for _, k := range slices.Sorted(maps.Keys(m.State)) {
		if !strings.HasPrefix(k, string(prefix)) {
			continue
		}
		if on, err := fn([]byte(k), m.State[k]); err != nil || !on {
			return err
		}
	}
	return nil
}

func (modelState) SetHas(byte, uint64, proof.Hash) (bool, error) { return false, nil }
