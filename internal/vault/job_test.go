package vault_test

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"pedigree/internal/vault"
)

// start starts a job in an update of its own.
func start(t testing.TB, v *vault.Vault, kind string) (j vault.Job) {
	t.Helper()
	err := v.Update(context.Background(), func(tx *sql.Tx) (err error) {
		j, err = v.StartJob(context.Background(), tx, kind, nil, nil)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return j
}

func save(v *vault.Vault, j vault.Job) error {
	return v.Update(context.Background(), func(tx *sql.Tx) error { return v.SaveJob(context.Background(), tx, j) })
}

func TestAJobIsResumedWhereItWasSaved(t *testing.T) { onBoth(t, testAJobIsResumedWhereItWasSaved) }

func testAJobIsResumedWhereItWasSaved(t *testing.T, db store) {
	c := db.config(t, folder(t))
	at := time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)
	c.Now = func() time.Time { return at }
	v := open(t, c)
	j := start(t, v, "trace/capture")
	want := vault.Job{ID: j.ID, Kind: "trace/capture", State: vault.JobRunning, Progress: json.RawMessage("{}"), Cursor: []byte{}, Created: at, Updated: at}
	if diff := cmp.Diff(want, j); diff != "" {
		t.Error("started: " + diff)
	}
	at = at.Add(time.Minute)
	j.Progress, j.Cursor = json.RawMessage(`{"items": 40, "of": 100}`), []byte{0, 1, 255}
	if err := save(v, j); err != nil {
		t.Fatal(err)
	}
	if err := v.Close(); err != nil {
		t.Fatal(err)
	}
	v = open(t, c)
	j.Updated = at
	if got, err := v.Job(context.Background(), j.ID); err != nil || cmp.Diff(j, got) != "" {
		t.Errorf("read: %s, %v", cmp.Diff(j, got), err)
	}
	if list, err := v.Jobs(context.Background(), vault.JobFilter{State: vault.JobRunning}); err != nil || cmp.Diff([]vault.Job{j}, list) != "" {
		t.Errorf("listed: %+v, %v", list, err)
	}
}

func TestAJobIsSavedWithTheWorkItTellsOf(t *testing.T) {
	onBoth(t, testAJobIsSavedWithTheWorkItTellsOf)
}

func testAJobIsSavedWithTheWorkItTellsOf(t *testing.T, db store) {
	v := open(t, db.config(t, folder(t)))
	j := start(t, v, "capture")
	failed := errors.New("the work failed")
	err := v.Update(context.Background(), func(tx *sql.Tx) error {
		j.Cursor = []byte("further")
		return errors.Join(v.SaveJob(context.Background(), tx, j), failed)
	})
	if !errors.Is(err, failed) {
		t.Fatal(err)
	}
	if got, err := v.Job(context.Background(), j.ID); err != nil || len(got.Cursor) != 0 {
		t.Errorf("the cursor is %q, %v", got.Cursor, err)
	}
}

func TestADoneJobChangesNoMore(t *testing.T) { onBoth(t, testADoneJobChangesNoMore) }

func testADoneJobChangesNoMore(t *testing.T, db store) {
	v := open(t, db.config(t, folder(t)))
	j := start(t, v, "capture")
	for _, s := range []vault.JobState{vault.JobPaused, vault.JobRunning, vault.JobFailed, vault.JobRunning, vault.JobDone} {
		j.State = s
		if err := save(v, j); err != nil {
			t.Errorf("%s: %v", s, err)
		}
	}
	for _, s := range []vault.JobState{vault.JobRunning, vault.JobPaused, vault.JobFailed, vault.JobDone} {
		j.State = s
		if err := save(v, j); !errors.Is(err, vault.ErrNotFound) {
			t.Errorf("from done to %s: %v", s, err)
		}
	}
	if got, err := v.Job(context.Background(), j.ID); err != nil || got.State != vault.JobDone {
		t.Errorf("it is %s, %v", got.State, err)
	}
}

func TestJobsAreListedByKindAndState(t *testing.T) { onBoth(t, testJobsAreListedByKindAndState) }

func testJobsAreListedByKindAndState(t *testing.T, db store) {
	v := open(t, db.config(t, folder(t)))
	var ids []int64
	for i := range 10 {
		j := start(t, v, fmt.Sprint("kind ", i%2))
		if i >= 5 {
			j.State = vault.JobPaused
			if err := save(v, j); err != nil {
				t.Fatal(err)
			}
		}
		ids = append(ids, j.ID)
	}
	tests := map[string]struct {
		filter vault.JobFilter
		want   []int64
	}{
		"all":              {vault.JobFilter{}, []int64{ids[9], ids[8], ids[7], ids[6], ids[5], ids[4], ids[3], ids[2], ids[1], ids[0]}},
		"a kind":           {vault.JobFilter{Kind: "kind 1"}, []int64{ids[9], ids[7], ids[5], ids[3], ids[1]}},
		"a state":          {vault.JobFilter{State: vault.JobRunning}, []int64{ids[4], ids[3], ids[2], ids[1], ids[0]}},
		"both":             {vault.JobFilter{Kind: "kind 0", State: vault.JobPaused}, []int64{ids[8], ids[6]}},
		"the first page":   {vault.JobFilter{Limit: 3}, []int64{ids[9], ids[8], ids[7]}},
		"the page after":   {vault.JobFilter{Limit: 3, Before: ids[7]}, []int64{ids[6], ids[5], ids[4]}},
		"an unknown state": {vault.JobFilter{State: "lost"}, nil},
	}
	for name, test := range tests {
		list, err := v.Jobs(context.Background(), test.filter)
		if err != nil {
			t.Fatal(err)
		}
		var got []int64
		for _, j := range list {
			got = append(got, j.ID)
		}
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
	if _, err := v.Jobs(context.Background(), vault.JobFilter{Limit: vault.ListMax + 1}); err == nil {
		t.Error("a page over the limit was given")
	}
}

func TestJobsHoldTheirBounds(t *testing.T) { onBoth(t, testJobsHoldTheirBounds) }

func testJobsHoldTheirBounds(t *testing.T, db store) {
	v := open(t, db.config(t, folder(t)))
	good := start(t, v, strings.Repeat("k", 64))
	with := func(change func(*vault.Job)) vault.Job {
		j := good
		change(&j)
		return j
	}
	text := func(bytes int) json.RawMessage {
		return json.RawMessage(`"` + strings.Repeat("x", bytes-2) + `"`)
	}
	tests := map[string]struct {
		job vault.Job
		ok  bool
	}{
		"progress of 64 KiB":            {with(func(j *vault.Job) { j.Progress = text(64 << 10) }), true},
		"progress of 64 KiB and a byte": {with(func(j *vault.Job) { j.Progress = text(64<<10 + 1) }), false},
		"progress that isn't JSON":      {with(func(j *vault.Job) { j.Progress = json.RawMessage("{") }), false},
		"no progress":                   {with(func(j *vault.Job) { j.Progress = nil }), false},
		"a cursor of 1 MiB":             {with(func(j *vault.Job) { j.Cursor = make([]byte, mib) }), true},
		"a cursor of 1 MiB and a byte":  {with(func(j *vault.Job) { j.Cursor = make([]byte, mib+1) }), false},
		"no cursor":                     {with(func(j *vault.Job) { j.Cursor = nil }), true},
		"a state of its own":            {with(func(j *vault.Job) { j.State = "lost" }), false},
		"a kind of 65 bytes":            {with(func(j *vault.Job) { j.Kind = strings.Repeat("k", 65) }), false},
		"a number nobody has":           {with(func(j *vault.Job) { j.ID = 99 }), false},
	}
	for name, test := range tests {
		if err := save(v, test.job); (err == nil) != test.ok {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, kind := range []string{"", strings.Repeat("k", 65)} {
		err := v.Update(context.Background(), func(tx *sql.Tx) error {
			_, err := v.StartJob(context.Background(), tx, kind, nil, nil)
			return err
		})
		if err == nil {
			t.Errorf("a job of kind %q was started", kind)
		}
	}
	if _, err := v.Job(context.Background(), 99); !errors.Is(err, vault.ErrNotFound) {
		t.Errorf("an unknown job: %v", err)
	}
}
