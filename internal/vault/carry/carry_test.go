package carry_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"pedigree/internal/vault"
	"pedigree/internal/vault/carry"
)

// counting is work of so many steps. It goes on from the step that its job is at.
type counting struct {
	*carry.Line
	t     testing.TB
	steps int
	done  []int // the steps that were done
	fails error
}

func newCounting(t testing.TB, steps int) *counting {
	v, err := vault.Open(t.Context(), vault.Config{Dir: t.TempDir(), Key: [32]byte{1}, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	c := &counting{t: t, steps: steps}
	c.Line = carry.New(carry.Config{Vault: v, Kind: "test/count", Carry: c.count, Log: slog.New(slog.DiscardHandler)})
	t.Cleanup(func() {
		c.Stop()
		if err := v.Close(); err != nil {
			t.Error(err)
		}
	})
	return c
}

func (c *counting) count(ctx context.Context, w *carry.Work) error {
	var at int
	if err := w.At(&at); err != nil {
		return err
	}
	for at < c.steps {
		at++
		if err := w.Step(ctx, at, carry.Progress{Done: at, Of: c.steps}, func(*sql.Tx) error { return nil }); err != nil {
			return err
		}
		c.done = append(c.done, at)
	}
	if c.fails != nil {
		return c.fails
	}
	return w.Finish(ctx, func(*sql.Tx) (carry.Progress, error) { return carry.Progress{Done: at, Of: c.steps}, nil })
}

// enter gives work with a key, which goes on or begins before its first step.
func (c *counting) enter(key string) int64 {
	c.t.Helper()
	id, err := c.Enter(c.t.Context(), key, func(_ *sql.Tx, found *carry.Work) (any, carry.Progress, error) {
		if found == nil {
			return 0, carry.Progress{Of: c.steps}, nil
		}
		var at int
		err := found.At(&at)
		return at, found.Progress, err
	})
	if err != nil {
		c.t.Fatal(err)
	}
	return id
}

func (c *counting) is(id int64, state vault.JobState) *carry.Work {
	c.t.Helper()
	for end := time.Now().Add(time.Minute); time.Now().Before(end); time.Sleep(time.Millisecond) {
		w, err := c.Find(c.t.Context(), id)
		if err != nil {
			c.t.Fatal(err)
		}
		if w.State == state {
			return w
		}
		if w.State == vault.JobFailed {
			c.t.Fatalf("job %d failed: %s", id, w.Progress.Error)
		}
	}
	c.t.Fatalf("job %d doesn't come to be %s", id, state)
	return nil
}

func (c *counting) did(want ...int) {
	c.t.Helper()
	if fmt.Sprint(c.done) != fmt.Sprint(want) {
		c.t.Errorf("the steps %v were done, not %v", c.done, want)
	}
}

func TestTheSameWorkIsTheSameJobUntilItIsDone(t *testing.T) {
	c := newCounting(t, 2)
	ids := make([]int64, 4)
	var together sync.WaitGroup
	for i := range ids {
		together.Go(func() { ids[i] = c.enter("a") })
	}
	together.Wait()
	for _, id := range ids {
		if id != ids[0] {
			t.Fatalf("given at once it is the jobs %v", ids)
		}
	}
	if other := c.enter("b"); other == ids[0] {
		t.Error("other work is the same job")
	}
	for range 2 {
		if err := c.Run(t.Context(), ids[0]); err != nil {
			t.Fatal(err)
		}
	}
	c.did(1, 2)
	if next := c.enter("a"); next == ids[0] {
		t.Error("after it was done it is the same job")
	}
}

func TestAPauseEndsTheStepsAndTheWorkGoesOnFromThere(t *testing.T) {
	c := newCounting(t, 5)
	id := c.enter("a")
	paused := make(chan struct{})
	c.After = func() error {
		if len(c.done) == 2 {
			defer close(paused)
			return c.Pause(t.Context(), id)
		}
		return nil
	}
	if err := c.Start(id); err != nil {
		t.Fatal(err)
	}
	<-paused
	if err := c.Run(t.Context(), id); !errors.Is(err, carry.ErrPaused) { // once the work has ended
		t.Errorf("what is paused is carried on: %v", err)
	}
	if w := c.is(id, vault.JobPaused); w.Progress.Done != 3 {
		t.Errorf("it was paused after %d", w.Progress.Done)
	}
	if err := c.Resume(t.Context()); err != nil { // a start doesn't go on with what a person paused
		t.Fatal(err)
	}
	if err := c.Pause(t.Context(), id); err != nil {
		t.Errorf("paused twice: %v", err)
	}
	if err := c.GoOn(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	c.is(id, vault.JobDone)
	c.did(1, 2, 3, 4, 5)
	state := new(carry.StateError)
	if err := c.Pause(t.Context(), id); !errors.As(err, &state) || state.State != vault.JobDone {
		t.Errorf("pausing what is done: %v", err)
	}
	if err := c.Pause(t.Context(), id+1); !errors.Is(err, carry.ErrNone) {
		t.Errorf("pausing what is not there: %v", err)
	}
}

func TestWhoGoesAwayPausesWhatNobodyElseWaitsFor(t *testing.T) {
	for name, c := range map[string]struct {
		alone bool
		want  vault.JobState
	}{"alone": {true, vault.JobPaused}, "while it goes on by itself": {false, vault.JobDone}} {
		t.Run(name, func(t *testing.T) {
			k := newCounting(t, 3)
			id := k.enter("a")
			ctx, leave := context.WithCancel(t.Context())
			var once sync.Once
			k.After = func() error {
				once.Do(func() {
					if !c.alone {
						if err := k.Start(id); err != nil {
							t.Error(err)
						}
					}
					leave()
				})
				return nil
			}
			if err := k.Run(ctx, id); !errors.Is(err, context.Canceled) {
				t.Errorf("it ends with %v", err)
			}
			k.is(id, c.want)
		})
	}
}

func TestAFailureIsToldUntilTheWorkGoesOn(t *testing.T) {
	c := newCounting(t, 1)
	c.fails = errors.New(strings.Repeat("é", 2000))
	id := c.enter("a")
	if err := c.Run(t.Context(), id); !errors.Is(err, c.fails) {
		t.Errorf("it ends with %v", err)
	}
	if w := c.is(id, vault.JobFailed); w.Progress.Error != strings.Repeat("é", 1000) {
		t.Errorf("it says %q", w.Progress.Error)
	}
	c.fails = nil
	if err := c.GoOn(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	if w := c.is(id, vault.JobDone); w.Progress.Error != "" {
		t.Errorf("what is done says %q", w.Progress.Error)
	}
	c.did(1)
}

// Who begins it anew while it is under way has it carried from the new beginning.
func TestWorkThatIsBegunAnewMeanwhileIsDoneFromTheBeginning(t *testing.T) {
	c := newCounting(t, 3)
	id := c.enter("a")
	var once sync.Once
	c.After = func() error {
		once.Do(func() {
			_, err := c.Enter(t.Context(), "a", func(*sql.Tx, *carry.Work) (any, carry.Progress, error) { return 0, carry.Progress{Of: 3}, nil })
			if err != nil {
				t.Error(err)
			}
		})
		return nil
	}
	if err := c.Start(id); err != nil {
		t.Fatal(err)
	}
	c.is(id, vault.JobDone)
	c.did(1, 1, 2, 3)
}

func TestWorkInLineHasALimit(t *testing.T) {
	const most = 16
	c := newCounting(t, 1)
	hold, held := make(chan struct{}), make(chan struct{}, most)
	c.After = func() error {
		held <- struct{}{}
		<-hold
		return nil
	}
	var ids []int64
	for i := range most + 1 {
		ids = append(ids, c.enter(fmt.Sprint(i)))
		err := c.Start(ids[i])
		if i < most && err != nil || i == most && !errors.Is(err, carry.ErrFull) {
			t.Errorf("number %d: %v", i+1, err)
		}
		if i == 0 {
			<-held
		}
	}
	close(hold)
	for _, id := range ids[:most] {
		c.is(id, vault.JobDone)
	}
	c.Stop()
	if err := c.Start(ids[most]); !errors.Is(err, vault.ErrClosed) {
		t.Errorf("after the end: %v", err)
	}
}
