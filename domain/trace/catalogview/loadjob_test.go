package catalogview

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"pedigree/format/dscsa"
	"pedigree/internal/vault"
)

// manyProducts is a CSV of so many products.
func manyProducts(n int) string {
	list := "gtin,name\n"
	for i := range n {
		list += fmt.Sprintf("%s,Example %d\n", checked(fmt.Sprintf("003999900%04d", i)), i)
	}
	return list
}

// checked is a GTIN of thirteen digits with its check digit.
func checked(digits string) string {
	sum := 0
	for i, d := range digits {
		sum += int(d-'0') * (3 - 2*(i%2))
	}
	return digits + fmt.Sprint((10-sum%10)%10)
}

// later loads a CSV of the organisation's own while nobody waits.
func (w *world) later(list string) Loading {
	w.t.Helper()
	l, err := w.LoadLater(w.t.Context(), KindOwn, "", "2026-03-01", strings.NewReader(list))
	if err != nil {
		w.t.Fatal(err)
	}
	return l
}

// loaded waits until a load is in a state.
func (w *world) loaded(job int64, state string) Loading {
	w.t.Helper()
	for end := time.Now().Add(5 * time.Minute); time.Now().Before(end); time.Sleep(time.Millisecond) {
		l, err := w.Loading(w.t.Context(), job)
		if err != nil {
			w.t.Fatal(err)
		}
		if l.State == state {
			return l
		}
	}
	w.t.Fatalf("job %d doesn't come to be %s", job, state)
	return Loading{}
}

// anew starts the program anew over its store.
func (w *world) anew() {
	w.Stop()
	w.Catalogue = New(Config{Vault: w.vault, Registry: w.registry})
	w.part = 2
	w.t.Cleanup(w.Stop)
}

// pause pauses the load that runs.
func (w *world) pause() error {
	jobs, err := w.vault.Jobs(context.Background(), vault.JobFilter{State: vault.JobRunning})
	if err != nil || len(jobs) != 1 {
		return fmt.Errorf("%d jobs run: %w", len(jobs), err)
	}
	return w.vault.Update(context.Background(), func(tx *sql.Tx) error {
		jobs[0].State = vault.JobPaused
		return w.vault.SaveJob(context.Background(), tx, jobs[0])
	})
}

func TestAFileThatNobodyWaitsForIsLoadedAndTold(t *testing.T) {
	w := newWorld(t)
	list := manyProducts(3) + "none,broken\n"
	l := w.later(list)
	if l.Job == 0 || l.Of != 3 {
		t.Fatalf("it was answered with %+v", l)
	}
	l = w.loaded(l.Job, "done")
	if l.Done != 3 || counts(l.Load) != "3 rows, 3 changed, 1 bad, again false" || len(l.Load.Lines) != 1 || l.Load.Lines[0].Line != 5 {
		t.Errorf("%+v", l)
	}
	again := w.later(list)
	if again.State != "done" || again.Job != 0 || !again.Load.Again {
		t.Errorf("the same file again: %+v", again)
	}
	if _, err := w.LoadLater(t.Context(), KindOwn, "", "", strings.NewReader("gtin,price\n")); err == nil {
		t.Error("a file with a column that is none is taken")
	}
	if _, err := w.Loading(t.Context(), l.Job+1); !errors.Is(err, ErrNotFound) {
		t.Errorf("a load that nobody began: %v", err)
	}
}

func TestALoadGoesOnAfterEachInterruption(t *testing.T) {
	w := newWorld(t)
	w.anew()
	const products = 5
	for _, n := range []int{0, 4} {
		w.learn(wholesaler, "2026-01-10", dscsa.Product{GTIN: checked(fmt.Sprintf("003999900%04d", n)), Name: "Other"})
	}
	var job int64
	ends := 0
	for killed := true; killed; ends++ {
		killed = false
		c := w.Catalogue
		c.failAt = func() error { // the node dies after each part
			killed = true
			c.end()
			return c.ctx.Err()
		}
		if ends == 0 {
			job = w.later(manyProducts(products)).Job
		} else if err := w.ResumeLoads(t.Context()); err != nil {
			t.Fatal(err)
		}
		w.work.Wait()
		if w.anew(); ends > products {
			t.Fatalf("started %d times", ends)
		}
	}
	l := w.loaded(job, "done")
	if counts(l.Load) != "5 rows, 5 changed, 0 bad, again false" || l.Done != products || ends != 4 {
		t.Errorf("started %d times: %+v", ends, l)
	}
	// Also what was written before an interruption is compared with what others say.
	if got := w.conflicts(); len(got) != 2 {
		t.Errorf("%v", got)
	}
	if list, err := w.Loads(t.Context()); err != nil || len(list) != 1 {
		t.Errorf("%v, %v", list, err)
	}
}

func TestALoadIsPausedAndGoesOnWithTheSameFile(t *testing.T) {
	w := newWorld(t)
	w.anew()
	w.failAt = w.pause
	job := w.later(manyProducts(5)).Job
	w.work.Wait()
	if l := w.loaded(job, "paused"); l.Done != 2 || l.Of != 5 {
		t.Fatalf("%+v", l)
	}
	w.anew()
	if err := w.ResumeLoads(t.Context()); err != nil { // a restart doesn't go on with what a person paused
		t.Fatal(err)
	}
	w.work.Wait()
	w.loaded(job, "paused")
	if again := w.later(manyProducts(5)); again.Job != job {
		t.Errorf("the same file is job %d, not %d", again.Job, job)
	}
	if l := w.loaded(job, "done"); counts(l.Load) != "5 rows, 5 changed, 0 bad, again false" {
		t.Errorf("%+v", l)
	}
}

func TestALoadThatFailsSaysWhyAndGoesOn(t *testing.T) {
	w := newWorld(t)
	w.anew()
	w.failAt = func() error { return errors.New("the shelf fell down") }
	job := w.later(manyProducts(3)).Job
	w.work.Wait()
	if l := w.loaded(job, "failed"); !strings.Contains(l.Error, "the shelf fell down") {
		t.Errorf("%+v", l)
	}
	w.failAt = nil
	if again := w.later(manyProducts(3)); again.Job != job {
		t.Errorf("the same file is job %d, not %d", again.Job, job)
	}
	if l := w.loaded(job, "done"); l.Error != "" || l.Load.Changed != 3 {
		t.Errorf("%+v", l)
	}
}

func TestFilesInLineHaveALimit(t *testing.T) {
	w := newWorld(t)
	w.loads.Lock() // another is at work
	var jobs []int64
	for i := range waitingMax {
		jobs = append(jobs, w.later(manyProducts(i+1)).Job)
	}
	if _, err := w.LoadLater(t.Context(), KindOwn, "", "", strings.NewReader(manyProducts(waitingMax+1))); err == nil || !strings.Contains(err.Error(), "in line") {
		t.Errorf("one more: %v", err)
	}
	w.loads.Unlock()
	for _, job := range jobs {
		w.loaded(job, "done")
	}
	w.Stop()
	if _, err := w.LoadLater(t.Context(), KindOwn, "", "", strings.NewReader(manyProducts(1)+"\n\n")); !errors.Is(err, vault.ErrClosed) {
		t.Errorf("a catalogue that was stopped takes a file: %v", err)
	}
}
