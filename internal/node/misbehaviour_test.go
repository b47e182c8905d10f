package node

import (
	"log/slog"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"pedigree/internal/engine"
)

func TestWhatAValidatorDidIsKeptOnceAndToldLatestFirst(t *testing.T) {
	c := testHome(t)
	var log strings.Builder
	n := openApplication(t, c)
	n.log = slog.New(slog.NewTextHandler(&log, nil))
	if n.Misbehaved() != 0 {
		t.Error("something was done before anything was proven")
	}
	blocks := []engine.Block{
		{Height: 1, Time: c.Founding.Time},
		{Height: 2, Time: c.Founding.Time, Misbehavior: []engine.Misbehavior{{Kind: engine.DuplicateVote, Address: [20]byte{1}, Height: 1}, {Kind: engine.LightClientAttack, Address: [20]byte{2}, Height: 1}}},
		{Height: 3, Time: c.Founding.Time, Misbehavior: []engine.Misbehavior{{Kind: engine.DuplicateVote, Address: [20]byte{1}, Height: 2}}},
	}
	for _, b := range blocks {
		for range 2 { // as after a crash between execution and commit
			if _, err := n.app.FinalizeBlock(b); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := n.app.Commit(); err != nil {
			t.Fatal(err)
		}
	}
	one, two := "01"+strings.Repeat("0", 38), "02"+strings.Repeat("0", 38)
	want := []Misbehaviour{{"duplicate vote", one, 2}, {"light client attack", two, 1}, {"duplicate vote", one, 1}}
	got, err := n.Misbehaviours()
	if err != nil || !cmp.Equal(got, want) {
		t.Errorf("%v: %s", err, cmp.Diff(want, got))
	}
	if n.Misbehaved() != 3 || !strings.Contains(log.String(), "validator="+one) {
		t.Errorf("%d are counted; the log says %s", n.Misbehaved(), log.String())
	}
}

func TestNoMoreMisbehavioursAreReadThanTheLimit(t *testing.T) {
	n := openApplication(t, testHome(t))
	n.log = slog.New(slog.DiscardHandler)
	many := make([]engine.Misbehavior, misbehavioursMax+1)
	for i := range many {
		many[i] = engine.Misbehavior{Kind: engine.DuplicateVote, Height: int64(i)}
	}
	if err := n.noteMisbehaviour(5, many); err != nil {
		t.Fatal(err)
	}
	list, err := n.Misbehaviours()
	if err != nil || len(list) != misbehavioursMax || list[0].Height != misbehavioursMax {
		t.Errorf("%d are read, the first of height %d, %v", len(list), list[0].Height, err)
	}
}
