package traceview

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"pedigree/internal/crash"
	"pedigree/internal/vault"
)

// later captures a document while nobody waits.
func (x *trade) later(of, name string, doc []byte) CaptureReport {
	x.t.Helper()
	r, err := x.desks[of].CaptureLater(context.Background(), CaptureRequest{Name: name, Reader: bytes.NewReader(doc)})
	if err != nil {
		x.t.Fatal(err)
	}
	return r
}

// ended waits until a job isn't running.
func (x *trade) ended(of string, job int64) JobDetail {
	x.t.Helper()
	for end := time.Now().Add(time.Minute); ; time.Sleep(5 * time.Millisecond) {
		j, err := x.desks[of].DescribeJob(context.Background(), job)
		if err != nil {
			x.t.Fatal(err)
		}
		if j.State != string(vault.JobRunning) {
			return j
		}
		if time.Now().After(end) {
			x.t.Fatalf("job %d still runs: %+v", job, j)
		}
	}
}

func TestACaptureThatNobodyWaitsForIsDoneAndTold(t *testing.T) {
	x := newExchange(t)
	s := newScene()
	s.pallet(0, 2, 3)
	doc := s.file(t)
	r := x.later("maker", "lot.xml", doc)
	if r.Job == 0 || r.Stage != CaptureStored {
		t.Fatalf("it was answered with %+v", r)
	}
	j := x.ended("maker", r.Job)
	if j.State != "done" || j.CanCancel || j.Kind != "capture" || j.Progress.Stage != "done" || j.Waiting != 0 || j.Capture == nil || j.Capture.Things != 9 {
		t.Errorf("the job is %+v", j)
	}
	again := x.later("maker", "lot.xml", doc)
	if again.Stage != CaptureDone || !again.Known || again.Job != r.Job {
		t.Errorf("the same document again: %+v", again)
	}
	bad := x.later("maker", "bad.xml", []byte("<no/>"))
	if j := x.ended("maker", bad.Job); j.State != "failed" || j.Capture.Faults == 0 || len(j.Capture.Findings) == 0 {
		t.Errorf("a document with faults: %+v", j)
	}
	list, err := x.desks["maker"].Jobs(context.Background(), JobFilter{Kind: "capture", State: "failed"})
	if err != nil || len(list) != 1 || list[0].ID != bad.Job {
		t.Errorf("listed: %+v, %v", list, err)
	}
	if _, err := x.desks["maker"].Jobs(context.Background(), JobFilter{Kind: "walk"}); err == nil {
		t.Error("jobs of a kind that nobody knows were listed")
	}
	x.desks["maker"].Stop()
	if _, err := x.desks["maker"].CaptureLater(context.Background(), CaptureRequest{Name: "lot.xml", Reader: bytes.NewReader(doc)}); !errors.Is(err, vault.ErrClosed) {
		t.Errorf("a desk that was stopped takes a capture: %v", err)
	}
}

// TestACaptureIsPausedAtAnyStepAndGoesOn pauses a capture at each of its durable steps:
// it rests, also when the node starts anew, until the same document comes again.
func TestACaptureIsPausedAtAnyStepAndGoesOn(t *testing.T) {
	before, doc := everything(t)
	whole := newExchange(t)
	whole.prekeys("wholesaler", "maker", 5)
	whole.capture("maker", "before.xml", before, Rollback)
	whole.capture("maker", "all.xml", doc, Rollback)
	want := whole.picture("maker")
	for _, at := range []crash.Point{crash.CaptureChecked, crash.CapturePlanned, crash.EntrySettled, crash.CaptureSubmitted} {
		t.Run(fmt.Sprint("at ", at), func(t *testing.T) {
			x := newExchange(t)
			x.prekeys("wholesaler", "maker", 5)
			x.capture("maker", "before.xml", before, Rollback)
			d, paused := x.desks["maker"], false
			d.failAt = func(point crash.Point) error {
				if point != at || paused {
					return nil
				}
				paused = true
				list, err := d.Jobs(context.Background(), JobFilter{State: "running"})
				if err != nil || len(list) != 1 || !list[0].CanCancel {
					return fmt.Errorf("running are %+v, %w", list, err)
				}
				j, err := d.PauseJob(context.Background(), list[0].ID)
				if err == nil && j.State != "paused" {
					err = fmt.Errorf("it is %s", j.State)
				}
				return err
			}
			r := x.later("maker", "all.xml", doc)
			d.running.done.Wait()
			if j := x.ended("maker", r.Job); j.State != "paused" || j.CanCancel {
				t.Fatalf("it is %+v", j)
			}
			if _, err := d.PauseJob(context.Background(), r.Job); err != nil {
				t.Errorf("paused again: %v", err)
			}
			d = x.restart("maker")
			if reports, err := d.Resume(context.Background()); err != nil || len(reports) != 0 {
				t.Errorf("a node that starts anew went on with it: %+v, %v", reports, err)
			}
			if again := x.later("maker", "all.xml", doc); again.Job != r.Job {
				t.Errorf("it goes on as job %d, not %d", again.Job, r.Job)
			}
			if j := x.ended("maker", r.Job); j.State != "done" {
				t.Errorf("the same document again: %+v", j)
			}
			if diff := cmp.Diff(want, x.picture("maker")); diff != "" {
				t.Errorf("the outcome differs (-whole +paused):\n%s", diff)
			}
		})
	}
}

func TestOnlyACaptureThatRunsIsPaused(t *testing.T) {
	x := newExchange(t)
	s := newScene()
	s.pallet(0, 1, 2)
	done := x.capture("maker", "lot.xml", s.file(t), Rollback)
	if _, err := x.desks["maker"].PauseJob(context.Background(), done.Job); err == nil {
		t.Error("a job that is done was paused")
	}
	if _, err := x.desks["maker"].PauseJob(context.Background(), 99); !errors.Is(err, vault.ErrNotFound) {
		t.Errorf("a job that nobody has: %v", err)
	}
	x.prekeys("wholesaler", "maker", 5)
	x.ship("maker", "wholesaler", s.s.Pallet(0))
	list, err := x.desks["maker"].Jobs(context.Background(), JobFilter{Kind: "ship"})
	if err != nil || len(list) == 0 {
		t.Fatalf("%+v, %v", list, err)
	}
	if _, err := x.desks["maker"].PauseJob(context.Background(), list[0].ID); err == nil {
		t.Error("a shipment was paused")
	}
}

func TestCapturesInLineHaveALimit(t *testing.T) {
	x := newExchange(t)
	d := x.desks["maker"]
	d.captures.Lock() // another is at work
	s := newScene()
	s.pallet(0, 1, 2)
	doc := s.file(t)
	for range capturesLaterMax {
		x.later("maker", "lot.xml", doc)
	}
	_, err := d.CaptureLater(context.Background(), CaptureRequest{Name: "lot.xml", Reader: bytes.NewReader(doc)})
	if !errors.Is(err, errManyCaptures) {
		t.Errorf("one more: %v", err)
	}
	d.captures.Unlock()
	d.running.done.Wait()
	if r := x.later("maker", "lot.xml", doc); r.Stage != CaptureDone || !r.Known {
		t.Errorf("when the line is empty: %+v", r)
	}
	if _, err := d.CaptureLater(context.Background(), CaptureRequest{Name: "lot.xml", DryRun: true}); err == nil {
		t.Error("a dry run was put off")
	}
}

// TestACaptureThatNobodyWaitsForTellsWhyItFailed stops a capture by a fault.
func TestACaptureThatNobodyWaitsForTellsWhyItFailed(t *testing.T) {
	x := newExchange(t)
	s := newScene()
	s.pallet(0, 1, 2)
	doc := s.file(t)
	d := x.desks["maker"]
	d.failAt = func(point crash.Point) error {
		if point == crash.CapturePlanned {
			return errors.New("the plan fell off the desk")
		}
		return nil
	}
	r := x.later("maker", "lot.xml", doc)
	d.running.done.Wait()
	if j := x.ended("maker", r.Job); j.State != "failed" || j.Progress.Error == "" || j.Progress.Stage != "planned" {
		t.Errorf("it is %+v", j)
	}
	d.failAt = nil
	x.later("maker", "lot.xml", doc)
	d.running.done.Wait()
	if j := x.ended("maker", r.Job); j.State != "done" || j.Progress.Error != "" {
		t.Errorf("the same document again: %+v", j)
	}
}
