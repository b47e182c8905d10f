package catalogview

import (
	"errors"
	"strings"
	"testing"
)

func TestALoadIsStoppedByItsNumberAndGoesOnWithoutTheFile(t *testing.T) {
	w := newWorld(t)
	w.anew()
	var job int64
	w.failAt = func() error { // a person presses Stop after the first part
		jobs, err := w.PauseLoad(t.Context(), job)
		if err == nil && jobs.State != "paused" {
			t.Errorf("it is %+v", jobs)
		}
		return err
	}
	w.loads.Lock() // until its number is known
	l, err := w.LoadLater(t.Context(), KindCSV, "Wholesaler (test)", "2026-03-01", strings.NewReader(manyProducts(5)))
	if err != nil {
		t.Fatal(err)
	}
	job = l.Job
	w.loads.Unlock()
	w.work.Wait()
	l = w.loaded(job, "paused")
	if l.Done != 2 || l.Of != 5 || l.Load.Changed != 2 || l.Load.Source.Kind != KindCSV || l.Load.Source.Who != "Wholesaler (test)" || l.Load.Source.AsOf != day("2026-03-01") {
		t.Errorf("a load that was stopped tells %+v", l)
	}
	if l, err = w.PauseLoad(t.Context(), job); err != nil || l.State != "paused" {
		t.Errorf("stopped twice: %+v, %v", l, err)
	}
	w.failAt = nil
	if _, err = w.ResumeLoad(t.Context(), job); err != nil {
		t.Fatal(err)
	}
	if l = w.loaded(job, "done"); counts(l.Load) != "5 rows, 5 changed, 0 bad, again false" {
		t.Errorf("%+v", l)
	}
	for what, turn := range map[string]func() error{
		"stopping what is done": func() error { _, err := w.PauseLoad(t.Context(), job); return err },
		"going on with it":      func() error { _, err := w.ResumeLoad(t.Context(), job); return err },
	} {
		if err := turn(); err == nil || !strings.Contains(err.Error(), "is done") {
			t.Errorf("%s: %v", what, err)
		}
	}
	if _, err := w.PauseLoad(t.Context(), job+1); !errors.Is(err, ErrNotFound) {
		t.Errorf("a load that nobody began: %v", err)
	}
}
