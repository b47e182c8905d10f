//go:build linux

package history

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/anishathalye/porcupine"

	"pedigree/e2e/cluster"
	"pedigree/internal/api"
	"pedigree/internal/netns"
	"pedigree/proof"
)

var seed = flag.Uint64("seed", uint64(time.Now().UnixNano()), "of the random choices")

var program string

func TestMain(m *testing.M) {
	cluster.Main(m, func(dir string) (err error) {
		program, err = cluster.Build(dir, "pedigree")
		return err
	})
}

func TestCustodyAndVotesOfConcurrentClientsAreLinearizable(t *testing.T) {
	t.Logf("seed %d: go test ./e2e/history -seed %d", *seed, *seed)
	lanes := netns.Usable()
	w := &world{Network: cluster.Found(t, cluster.Options{Program: program, Lanes: lanes == nil}), seed: *seed}
	w.boxes(t, operations/operationsEach)
	w.left.Store(operations)
	w.began = time.Now()
	ctx, stop := context.WithTimeout(t.Context(), runWait)
	defer stop()
	reading, done := context.WithCancel(ctx)
	defer done()
	var trading, rest sync.WaitGroup
	fail := func(err error) {
		if err != nil && ctx.Err() == nil {
			t.Error(err)
			stop()
		}
	}
	for i := range clients {
		trading.Go(func() { fail(w.trade(ctx, i)) })
	}
	for i, m := range w.List {
		rest.Go(func() { fail(w.read(reading, m, uint64(i))) })
	}
	trading.Go(func() { fail(w.votesOn(ctx)) })
	trading.Go(func() { fail(w.faults(ctx, t, lanes == nil)) })
	trading.Wait()
	done()
	rest.Wait()
	if t.Failed() || ctx.Err() != nil {
		t.Fatal("the run did not come to its end", ctx.Err())
	}
	if _, err := w.Settle(t.Context()); err != nil {
		t.Fatal(err)
	}
	w.lookAtAll(t)
	w.tell(t)
	for name, h := range map[string]struct {
		model porcupine.Model
		ops   []taken
	}{"custody": {custody, w.custody}, "votes": {council, w.votes}} {
		if got := porcupine.CheckOperationsTimeout(h.model, plain(h.ops), checkWait); got != porcupine.Ok {
			t.Errorf("the history of %s is not linearizable: %s", name, got)
		}
	}
	w.resolve(t)
	w.checkGlances(t)
	w.End()
	w.CompareStores()
}

// boxes makes the boxes that are traded.
func (w *world) boxes(t *testing.T, n int) {
	t.Helper()
	for i := range n {
		w.crates = append(w.crates, newCrate(w.ChainID, w.seed, i))
		w.hints = append(w.hints, box{to: nobody})
	}
	errs := make([]error, clients)
	var busy sync.WaitGroup
	for c := range clients {
		busy.Go(func() {
			for i := c; i < n; i += clients {
				env, err := w.crates[i].make(w.ChainID, w.List[0])
				if err == nil {
					var s api.EntryState
					if s, err = submit(t.Context(), w.List[0], env); err == nil && s.State != "committed" {
						err = fmt.Errorf("a box was not made: %+v", s)
					}
				}
				errs[c] = errors.Join(errs[c], err)
			}
		})
	}
	busy.Wait()
	if err := errors.Join(errs...); err != nil {
		t.Fatal(err)
	}
}

// votesOn puts proposals before the council one after another; two clients of each
// other member vote on each at the same time, through different nodes.
func (w *world) votesOn(ctx context.Context) error {
	r := rand.New(rand.NewPCG(w.seed, 1<<33))
	for n := 1; n <= proposals && ctx.Err() == nil; n++ {
		var proposal struct {
			ID proof.Hash `json:"id"`
		}
		message := map[string]any{"quorum": map[string]int{"numerator": 2 * n, "denominator": 3 * n}} // the quorum that there is
		err := w.List[0].Node.Post(ctx, "/api/v1/proposals", map[string]any{"module": "org", "kind": "set-quorum", "message": message}, &proposal)
		if err != nil {
			continue // lost, or the node is away
		}
		var voting sync.WaitGroup
		errs := make([]error, 2*parties)
		for i := 2; i < 2*parties; i++ {
			in, at := input{key: n, kind: vote, by: i / 2}, w.List[r.IntN(len(w.List))]
			voting.Go(func() {
				env, err := approve(w.ChainID, w.List[in.by], proposal.ID)
				if err == nil {
					w.do(ctx, at, clients+i, in, env, &w.votes)
				}
				errs[i] = err
			})
		}
		voting.Wait()
		if err := errors.Join(errs...); err != nil {
			return err
		}
	}
	return nil
}

// faults kills one node and cuts off another while clients act.
func (w *world) faults(ctx context.Context, t *testing.T, lanes bool) error {
	r := rand.New(rand.NewPCG(w.seed, 1<<34))
	order := r.Perm(parties)
	w.wait(ctx, operations*2/3)
	victim := w.List[order[0]]
	t.Logf("%s is killed", victim.ID)
	if err := errors.Join(victim.Kill(), victim.Restart(ctx, time.Second)); err != nil {
		return err
	}
	w.wait(ctx, operations/3)
	if !lanes {
		t.Log("nobody is cut off: this needs root")
		return nil
	}
	alone := w.List[order[1]]
	t.Logf("%s is cut off", alone.ID)
	for _, m := range w.List {
		if m != alone {
			if err := errors.Join(alone.Lane.Drop(m.Lane), m.Lane.Drop(alone.Lane)); err != nil {
				return err
			}
		}
	}
	time.Sleep(cutLasts)
	for _, m := range w.List {
		if err := m.Lane.Heal(); err != nil {
			return err
		}
	}
	return nil
}

// wait waits until at most so many operations are left.
func (w *world) wait(ctx context.Context, left int64) {
	for ctx.Err() == nil && w.left.Load() > left {
		time.Sleep(readPause)
	}
}

// lookAtAll adds a look at each box of the network at rest to the history.
func (w *world) lookAtAll(t *testing.T) {
	t.Helper()
	for key := range w.crates {
		call := w.now()
		g, err := w.glance(t.Context(), w.List[key%parties], key)
		if err != nil {
			t.Fatal(err)
		}
		op := porcupine.Operation{ClientId: clients + 2*parties, Input: input{key: key, kind: look}, Call: call, Output: output{done: true, seen: g.box}, Return: w.now()}
		w.custody = append(w.custody, taken{Operation: op})
	}
}

func plain(list []taken) []porcupine.Operation {
	var ops []porcupine.Operation
	for _, t := range list {
		ops = append(ops, t.Operation)
	}
	return ops
}

// tell says what the history holds; one in which nothing competes or nothing was lost
// proves nothing.
func (w *world) tell(t *testing.T) {
	t.Helper()
	done, refused, lost := 0, 0, 0
	for _, o := range slices.Concat(w.custody, w.votes) {
		switch out := o.Output.(output); {
		case out.unknown:
			lost++
		case out.done:
			done++
		default:
			refused++
		}
	}
	t.Logf("%d done, %d refused by the rules, %d without an answer, %d refused at a door; %d looks by readers; %d votes; %v",
		done, refused, lost, w.doors.Load(), len(w.glances), len(w.votes), time.Since(w.began).Round(time.Second))
	if done == 0 || refused == 0 || lost == 0 || len(w.glances) == 0 || len(w.votes) == 0 {
		t.Error("the history lacks a kind of answer")
	}
}

// resolve asks where the operations stand whose answers were lost.
func (w *world) resolve(t *testing.T) {
	t.Helper()
	for i := range w.custody {
		o := &w.custody[i]
		if !o.Output.(output).unknown {
			continue
		}
		var s api.EntryState
		err := w.List[0].Node.Get(t.Context(), "/api/v1/entries/"+o.id.String(), &s)
		if err == nil && s.State == "committed" {
			o.at = place{s.Height, s.Index}
			o.Output = output{done: true}
		}
	}
}

// checkGlances compares each look with what the ledger's order leads to at its height.
func (w *world) checkGlances(t *testing.T) {
	t.Helper()
	of := make([][]taken, len(w.crates))
	for _, o := range w.custody {
		if in := o.Input.(input); in.kind != look && o.Output.(output).done {
			of[in.key] = append(of[in.key], o)
		}
	}
	for _, list := range of {
		slices.SortFunc(list, func(a, b taken) int {
			return cmp.Or(cmp.Compare(a.at.height, b.at.height), cmp.Compare(a.at.index, b.at.index))
		})
	}
	wrong := 0
	for _, g := range w.glances {
		want := box{to: nobody}
		for _, o := range of[g.key] {
			if o.at.height <= g.height {
				want, _ = want.after(o.Input.(input))
			}
		}
		if g.box != want {
			if wrong++; wrong <= 5 {
				t.Errorf("at height %d box %d was shown as %+v, the order of the ledger says %+v", g.height, g.key, g.box, want)
			}
		}
	}
}
