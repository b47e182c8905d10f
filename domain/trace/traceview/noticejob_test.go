package traceview

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"pedigree/internal/vault"
	"pedigree/internal/vault/carry"
)

// manyNotices is a list with a notice for each of so many lots, and each one twice.
func manyNotices(n int) string {
	var b strings.Builder
	b.WriteString(noticeHead)
	for i := range 2 * n {
		fmt.Fprintf(&b, "00399991123455,LOT-%d,D-1,II,,\n", i/2)
	}
	return b.String()
}

// later loads a list of the source "one" while nobody waits; after is called after each
// step that tells how far it is.
func (x shelf) later(list string, asOf time.Time, after func() error) NoticesLoading {
	x.t.Helper()
	d := x.desks["dispenser"]
	d.noticeLists.After = after
	l, err := d.LoadNoticesLater(context.Background(), strings.NewReader(list), "one", asOf)
	if err != nil {
		x.t.Fatal(err)
	}
	return l
}

func (x shelf) noticesAre(job int64, state string) NoticesLoading {
	x.t.Helper()
	for end := time.Now().Add(5 * time.Minute); time.Now().Before(end); time.Sleep(time.Millisecond) {
		l, err := x.desks["dispenser"].NoticesLoading(context.Background(), job)
		if err != nil {
			x.t.Fatal(err)
		}
		if l.State == state {
			return l
		}
	}
	x.t.Fatalf("job %d doesn't come to be %s", job, state)
	return NoticesLoading{}
}

// counts says which lots' notices count.
func (x shelf) counts(what, lots string, n int) {
	x.t.Helper()
	list, err := x.desks["dispenser"].Notices(context.Background(), "")
	if err != nil || len(list) != n || n > 0 && !strings.HasPrefix(list[0].Lot, lots) {
		x.t.Errorf("%s: %d notices count, not %d of the lots %s; %v", what, len(list), n, lots, err)
	}
}

// twoSteps is a list of which a job tells once before its end how far it is.
func twoSteps() string { return manyNotices(noticeStep/2 + 250) }

func goOn() error { return nil }

func TestNoticesThatNobodyWaitsForAreLoadedAndTold(t *testing.T) {
	x := newShelf(t)
	x.load("one", "00399991123455,OLD-1,A,I,,\n00399991123455,OLD-2,A,I,,\n")
	l := x.later(manyNotices(300), x.today(), goOn)
	if l.Job == 0 || l.Of != 600 || l.Report.Source != "one" || !l.Report.AsOf.Equal(x.today()) {
		t.Errorf("it was answered with %+v", l)
	}
	l = x.noticesAre(l.Job, "done")
	if l.Done != 600 || l.Report.Notices != 300 || l.Report.Before != 2 {
		t.Errorf("%+v", l)
	}
	x.counts("loaded", "LOT-", 300)
	d := x.desks["dispenser"]
	for name, c := range map[string]struct {
		list, source string
		asOf         time.Time
		says         string
	}{
		"with a bad line":           {noticeHead + "00399991123455,LOT-7A,D-1,IV,,\n", "one", x.today(), `line 2: class: "IV"`},
		"of tomorrow":               {noticeHead, "one", x.today().AddDate(0, 0, 1), "name the day"},
		"of nobody":                 {noticeHead, "", x.today(), "the source's name has 0 bytes"},
		"older than what is loaded": {noticeHead, "one", x.today().AddDate(0, 0, -1), "which is newer"},
		"that is too large":         {noticeHead + strings.Repeat("00399991123455,LOT-7A,D-1,I,,\n", NoticeFileSizeMax/30+1), "one", x.today(), "more than 16777216 bytes"},
	} {
		if _, err := d.LoadNoticesLater(t.Context(), strings.NewReader(c.list), c.source, c.asOf); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("a list %s: %v, want %q", name, err, c.says)
		}
	}
	x.counts("after refusals", "LOT-", 300)
	if list, err := d.Jobs(t.Context(), JobFilter{Kind: "load-recall-notices"}); err != nil || len(list) != 1 || list[0].Progress.Done != 600 || list[0].Progress.Unit != "lines" {
		t.Errorf("%+v, %v", list, err)
	}
}

func TestNoticesThatAreStoppedLeaveTheListOfBefore(t *testing.T) {
	x := newShelf(t)
	x.load("one", "00399991123455,OLD-1,A,I,,\n")
	d := x.desks["dispenser"]
	first := true
	job := x.later(twoSteps(), x.today(), func() error {
		if !first {
			return nil
		}
		first = false
		list, err := d.Jobs(context.Background(), JobFilter{Kind: "load-recall-notices"})
		if err == nil {
			_, err = d.PauseJob(context.Background(), list[0].ID) // as pedigree job cancel does
		}
		return err
	}).Job
	if l := x.noticesAre(job, "paused"); l.Done != noticeStep || l.Of <= noticeStep {
		t.Errorf("%+v", l)
	}
	x.counts("stopped", "OLD-", 1)
	if err := d.noticeLists.Resume(t.Context()); err != nil { // a start doesn't go on with what a person stopped
		t.Fatal(err)
	}
	x.noticesAre(job, "paused")
	if _, err := d.ResumeNotices(t.Context(), job); err != nil {
		t.Fatal(err)
	}
	if l := x.noticesAre(job, "done"); l.Done != l.Of || l.Report.Before != 1 {
		t.Errorf("%+v", l)
	}
	x.counts("gone on", "LOT-", NoticesListMax)
	if _, err := d.PauseNotices(t.Context(), job); err == nil || !strings.Contains(err.Error(), "is done") {
		t.Errorf("stopping what is done: %v", err)
	}
	if _, err := d.PauseNotices(t.Context(), job+1); err == nil || !strings.Contains(err.Error(), "loads no recall notices") {
		t.Errorf("stopping what is none: %v", err)
	}
}

// killed loads a list and ends the program after the first step; the next one begins.
func (x shelf) killed(asOf time.Time) (job int64) {
	d := x.desks["dispenser"]
	dead := make(chan struct{})
	job = x.later(twoSteps(), asOf, func() error {
		close(dead)
		return vault.ErrClosed
	}).Job
	<-dead
	d.noticeLists.Stop()
	d.noticeLists = carry.New(carry.Config{Vault: d.vault, Kind: jobNotices, Carry: d.carryNotices, Log: slog.New(slog.DiscardHandler)})
	x.t.Cleanup(d.noticeLists.Stop)
	return job
}

func TestNoticesAreTakenUpWhenTheNodeWasKilled(t *testing.T) {
	x := newShelf(t)
	x.load("one", "00399991123455,OLD-1,A,I,,\n")
	d := x.desks["dispenser"]
	job := x.killed(x.today())
	if l := x.noticesAre(job, "running"); l.Done != noticeStep {
		t.Errorf("it was killed at %+v", l)
	}
	x.counts("killed", "OLD-", 1)
	if _, err := d.Resume(t.Context()); err != nil {
		t.Fatal(err)
	}
	x.noticesAre(job, "done")
	x.counts("taken up", "LOT-", NoticesListMax)
}

// A newer list that came meanwhile is not replaced by an older one that goes on.
func TestStoppedNoticesDontReplaceANewerList(t *testing.T) {
	x := newShelf(t)
	d := x.desks["dispenser"]
	job := x.killed(x.today().AddDate(0, 0, -1))
	x.load("one", "00399991123455,NEW-1,A,I,,\n")
	if err := d.noticeLists.Resume(t.Context()); err != nil {
		t.Fatal(err)
	}
	if l := x.noticesAre(job, "failed"); !strings.Contains(l.Error, "which is newer") {
		t.Errorf("%+v", l)
	}
	x.counts("failed", "NEW-", 1)
}
