package partnerview

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"pedigree/format/register"
	"pedigree/internal/vault"
	"pedigree/internal/vault/carry"
	"pedigree/proof"
)

const boardList = "board-us-il"

// loadingWorld is a world whose lists are loaded in steps of two rows.
type loadingWorld struct {
	world
	t      testing.TB
	ledger *ledgerOf
}

func newLoadingWorld(t testing.TB) *loadingWorld {
	in, ledger := newLedgerWorld(t)
	w := &loadingWorld{in, t, ledger}
	w.mapped("US-IL")
	w.anew()
	return w
}

// mapped says of which place the list is.
func (w *loadingWorld) mapped(place string) {
	w.t.Helper()
	if _, err := w.SetMapping(w.t.Context(), []byte(mappingOf(boardList, register.Licence, "dispenser", place, true))); err != nil {
		w.t.Fatal(err)
	}
}

// anew starts the program anew over its store.
func (w *loadingWorld) anew() {
	w.Stop()
	w.Book = New(Config{Vault: w.vault, Registry: w.ledger, Log: slog.New(slog.DiscardHandler)})
	w.part = 2
	w.t.Cleanup(w.Stop)
}

// rowsN is a list of so many rows, after each second of which a line can't be read.
func rowsN(n int) string {
	var b strings.Builder
	b.WriteString(listHead)
	for i := range n {
		fmt.Fprintf(&b, "K-%d,,,active,\n", n-i)
		if i%2 == 1 {
			b.WriteString("K-0,soon,,active,\n")
		}
	}
	return b.String()
}

func (w *loadingWorld) later(asOf, list string) Loading {
	w.t.Helper()
	l, err := w.LoadLater(w.t.Context(), boardList, asOf, strings.NewReader(list))
	if err != nil {
		w.t.Fatal(err)
	}
	return l
}

func (w *loadingWorld) is(job int64, state string) Loading {
	w.t.Helper()
	for end := time.Now().Add(5 * time.Minute); time.Now().Before(end); time.Sleep(time.Millisecond) {
		l, err := w.Loading(w.t.Context(), job)
		if err != nil {
			w.t.Fatal(err)
		}
		if l.State == state {
			return l
		}
		if l.State == "failed" {
			w.t.Fatalf("job %d failed: %s", job, l.Error)
		}
	}
	w.t.Fatalf("job %d doesn't come to be %s", job, state)
	return Loading{}
}

// inForce is what counts: the lists, and the rows that are kept.
func (w *loadingWorld) inForce() (lists, rows int) {
	w.t.Helper()
	list, err := w.Lists(w.t.Context())
	if err != nil {
		w.t.Fatal(err)
	}
	w.view(w.t, func(tx *sql.Tx) error { return tx.QueryRow(`SELECT COUNT(*) FROM partner_row`).Scan(&rows) })
	return len(list), rows
}

func (w *loadingWorld) holds(what string, lists, rows int) {
	w.t.Helper()
	if l, r := w.inForce(); l != lists || r != rows {
		w.t.Errorf("%s: %d lists count and %d rows are kept, not %d and %d", what, l, r, lists, rows)
	}
}

func TestAListThatNobodyWaitsForIsLoadedAndTold(t *testing.T) {
	w := newLoadingWorld(t)
	l := w.later("2026-03-04", rowsN(5))
	if l.Job == 0 || l.Of != 7 || l.List.Source != boardList || l.List.AsOf != "2026-03-04" {
		t.Fatalf("it was answered with %+v", l)
	}
	l = w.is(l.Job, "done")
	if l.Done != 7 || l.List.Rows != 5 || l.List.Bad != 2 || len(l.List.Lines) != 2 || l.List.Lines[0].Line != 4 || l.List.Loaded.IsZero() {
		t.Errorf("%+v", l)
	}
	w.holds("loaded", 1, 5)
	again := w.later("2026-03-05", rowsN(5))
	if again.State != "done" || again.Job != 0 || !again.List.Again || again.List.AsOf != "2026-03-04" {
		t.Errorf("the same file again: %+v", again)
	}
	for name, c := range map[string]struct{ source, file, says string }{
		"without a mapping":  {"board-us-nv", listHead, "no mapping"},
		"with other columns": {boardList, "a,b\n", `column "a"`},
	} {
		if _, err := w.LoadLater(t.Context(), c.source, "2026-03-04", strings.NewReader(c.file)); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("a list %s: %v", name, err)
		}
	}
	if _, err := w.Loading(t.Context(), l.Job+1); !errors.Is(err, ErrNotFound) {
		t.Errorf("a load that nobody began: %v", err)
	}
}

func TestAListGoesOnAfterEachInterruptionAndCountsOnce(t *testing.T) {
	w := newLoadingWorld(t)
	const rows = 5
	var job int64
	ends := 0
	for killed := true; killed; ends++ {
		killed = false
		dead := make(chan struct{})
		w.loads.After = func() error { // the node dies after each step
			killed = true
			close(dead)
			return vault.ErrClosed
		}
		if ends == 0 {
			job = w.later("2026-03-04", rowsN(rows)).Job
		} else if err := w.Resume(t.Context()); err != nil {
			t.Fatal(err)
		}
		if ends < 3 { // until every row is kept, none counts
			<-dead
			w.Stop()
			w.holds(fmt.Sprintf("killed %d times", ends+1), 0, min(rows, 2*(ends+1)))
		} else {
			w.is(job, "done")
		}
		if w.anew(); ends > rows {
			t.Fatalf("started %d times", ends)
		}
	}
	l := w.is(job, "done")
	if l.List.Rows != rows || l.List.Bad != 2 || len(l.List.Lines) != 2 || l.Done != 7 || ends != 4 {
		t.Errorf("started %d times: %+v", ends, l)
	}
	w.holds("done", 1, rows)
}

func TestAListThatIsStoppedCountsForNothingAndGoesOn(t *testing.T) {
	w := newLoadingWorld(t)
	p := w.matched(t, "P", boardList)
	stopped := w.stopping()
	job := w.later("2026-03-04", "key,from,to,status,since\nK-1,,,active,\nK-2,,,active,\nK-3,,,active,\n").Job
	<-stopped
	if l := w.is(job, "paused"); l.Done != 2 || l.Of != 3 || l.List.Source != boardList {
		t.Errorf("a load that was stopped tells %+v", l)
	}
	w.holds("stopped", 0, 2)
	if a := w.standing(t, p, proof.RoleDispenser); a.Word != Unknown {
		t.Errorf("by half of a list it is %s", a.Word)
	}
	w.anew()
	if err := w.Resume(t.Context()); err != nil { // a start doesn't go on with what a person stopped
		t.Fatal(err)
	}
	w.is(job, "paused")
	if _, err := w.ResumeLoad(t.Context(), job); err != nil {
		t.Fatal(err)
	}
	w.is(job, "done")
	w.holds("gone on", 1, 3)
	if a := w.standing(t, p, proof.RoleDispenser); a.Word != Authorised {
		t.Errorf("by the whole list it is %s", a.Word)
	}
	for what, turn := range map[string]func(context.Context, int64) (Loading, error){"stopping what is done": w.PauseLoad, "going on with it": w.ResumeLoad} {
		if _, err := turn(t.Context(), job); err == nil || !strings.Contains(err.Error(), "is done") {
			t.Errorf("%s: %v", what, err)
		}
	}
}

// stopping has a person stop the load after its first step, and tells when that is done.
func (w *loadingWorld) stopping() <-chan struct{} {
	stopped := make(chan struct{})
	first := true
	w.loads.After = func() error {
		if !first {
			return nil
		}
		first = false
		defer close(stopped)
		jobs, err := w.vault.Jobs(context.Background(), vault.JobFilter{Kind: LoadKind, State: vault.JobRunning})
		if err != nil || len(jobs) != 1 {
			return fmt.Errorf("%d jobs run: %w", len(jobs), err)
		}
		_, err = w.PauseLoad(context.Background(), jobs[0].ID)
		return err
	}
	return stopped
}

func TestAStoppedListThatMeansSomethingElseBeginsAnew(t *testing.T) {
	for name, change := range map[string]func(w *loadingWorld) (asOf string){
		"the same list goes on":  func(*loadingWorld) string { return "2026-03-04" },
		"of another day":         func(*loadingWorld) string { return "2026-03-05" },
		"after its mapping came": func(w *loadingWorld) string { w.mapped("US-NV"); return "2026-03-04" },
	} {
		t.Run(name, func(t *testing.T) {
			w := newLoadingWorld(t)
			stopped := w.stopping()
			job := w.later("2026-03-04", rowsN(3)).Job
			<-stopped
			w.is(job, "paused")
			asOf := change(w)
			l, err := w.Load(t.Context(), boardList, asOf, strings.NewReader(rowsN(3)))
			if err != nil || l.Rows != 3 || l.AsOf != asOf || l.Again {
				t.Fatalf("%+v, %v", l, err)
			}
			if done := w.is(job, "done"); done.List.ID != l.ID {
				t.Errorf("it was another job than %d: %+v", job, done)
			}
			w.holds("loaded", 1, 3)
			if list, err := w.Lists(t.Context()); err != nil || list[0].Place != map[bool]string{true: "US-NV", false: "US-IL"}[strings.Contains(name, "mapping")] {
				t.Errorf("%+v, %v", list, err)
			}
		})
	}
}

// Who waits for a list and goes away stops it; who waits for one that another stops is told.
func TestAListThatIsWaitedForIsStoppedToo(t *testing.T) {
	w := newLoadingWorld(t)
	ctx, leave := context.WithCancel(t.Context())
	w.loads.After = func() error { leave(); return nil }
	if _, err := w.Load(ctx, boardList, "2026-03-04", strings.NewReader(rowsN(5))); !errors.Is(err, context.Canceled) {
		t.Errorf("who went away is told %v", err)
	}
	w.holds("left", 0, 2)
	w.stopping()
	if _, err := w.Load(t.Context(), boardList, "2026-03-04", strings.NewReader(rowsN(5))); !errors.Is(err, carry.ErrPaused) && (err == nil || !strings.Contains(err.Error(), "was stopped, and nothing of the list counts")) {
		t.Errorf("who waits is told %v", err)
	}
	w.holds("stopped", 0, 4)
	if l, err := w.Load(t.Context(), boardList, "2026-03-04", strings.NewReader(rowsN(5))); err != nil || l.Rows != 5 {
		t.Errorf("%+v, %v", l, err)
	}
	w.holds("loaded", 1, 5)
}

func TestWhatALineShowsIsCut(t *testing.T) {
	w := newLoadingWorld(t)
	for n, cut := range map[int]bool{100: false, badTextMax: true} {
		l, err := w.Load(t.Context(), boardList, "2026-03-04", strings.NewReader(listHead+strings.Repeat("K-1,"+strings.Repeat("é", n)+",,active,\n", badShown+1)))
		if err != nil || len(l.Lines) != badShown || l.Bad != badShown+1 || (len(l.Lines[0].Text) > badTextMax-2) != cut || len(l.Lines[0].Text) > badTextMax {
			t.Errorf("%d letters: %+v, %v", n, l, err)
		}
	}
}
