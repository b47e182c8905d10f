package migrateview

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"pedigree/domain/trace/traceview"
	"pedigree/domain/trace/traceview/verdict"
	"pedigree/internal/vault"
)

// Run is one list of stock that was given, and what came of it so far.
type Run struct {
	Number   int64     `json:"number"`
	Job      int64     `json:"job" doc:"Number of the job that carries it"`
	State    string    `json:"state" doc:"running, paused, done or failed"`
	Error    string    `json:"error,omitempty" doc:"Why it failed"`
	Name     string    `json:"name" doc:"Of the file"`
	Document int64     `json:"document" doc:"Number under which the file is kept"`
	Check    bool      `json:"check" doc:"Nothing was changed: it says what the list would change"`
	Whole    bool      `json:"whole" doc:"The list is all that there is: what it lacks leaves the stock"`
	Started  time.Time `json:"started"`
	Ended    time.Time `json:"ended,omitzero"`

	Lines   int      `json:"lines" doc:"Lines in the file, without empty ones"`
	Read    int      `json:"read" doc:"Lines that were dealt with so far"`
	Unread  []string `json:"unread_columns,omitempty" doc:"Columns that aren't known, and weren't read"`
	Missing int      `json:"missing" doc:"Things that earlier lists brought and this one doesn't name"`

	Saleable int `json:"saleable" doc:"Things that may be sold now"`
	Claimed  int `json:"claimed" doc:"Things that the list says are there, each once"`
	Percent  int `json:"percent" doc:"Saleable of claimed, in full percent"`

	Grades   []GradeCount   `json:"grades"`
	Changes  []ChangeCount  `json:"changes"`
	Findings []FindingCount `json:"findings" doc:"By rule: the ones that leave lines out first"`
	Answers  []FindingCount `json:"answers" doc:"What is answered about the things in stock, by the rule that decides"`
}

// GradeCount is how many things of one grade there are.
type GradeCount struct {
	Grade string `json:"grade" enum:"proved,signed,reported,own word"`
	Count int    `json:"count"`
}

// Changes of the stock by a line.
const (
	ChangeNew    = "new"          // it came into stock
	ChangeBetter = "known-better" // it was in stock, and is known better than before
	ChangeNone   = "unchanged"
	ChangeGone   = "dropped" // it left the stock, for a list of all that there is lacks it
)

// ChangeCount is how many things changed in one way.
type ChangeCount struct {
	Change string `json:"change" enum:"new,known-better,unchanged,dropped"`
	Count  int    `json:"count"`
}

// FindingCount is how many lines or things there are of one rule.
type FindingCount struct {
	Rule  string `json:"rule"`
	Work  Work   `json:"work" doc:"left-out, stop, cannot-tell, note or done"`
	Count int    `json:"count"`
	Text  string `json:"text" doc:"When it is so"`
	Next  string `json:"next,omitempty" doc:"What to do"`
}

// tally is what a run has counted, as it is kept.
type tally struct {
	Name     string         `json:"name"`
	Unread   []string       `json:"unread,omitempty"`
	Lines    int            `json:"lines"`
	Read     int            `json:"read"`
	Claimed  int            `json:"claimed"`
	Missing  int            `json:"missing"`
	Compared bool           `json:"compared"`        // what the list lacks is listed
	After    string         `json:"after,omitempty"` // the last thing that was compared
	Grades   map[int]int    `json:"grades,omitempty"`
	Changes  map[string]int `json:"changes,omitempty"`
	Found    map[string]int `json:"found,omitempty"`   // by rule
	Answers  map[string]int `json:"answers,omitempty"` // by rule
}

// clone is a copy that changes by itself.
func (t tally) clone() tally {
	t.Grades, t.Changes, t.Found, t.Answers = cloned(t.Grades), cloned(t.Changes), cloned(t.Found), cloned(t.Answers)
	return t
}

func cloned[K comparable](m map[K]int) map[K]int {
	if m == nil {
		return map[K]int{}
	}
	return maps.Clone(m)
}

// row is a run as it stands in the table.
type row struct {
	n, job, document int64
	dry, whole       bool
	at, ended        int64
	line             int // the last that was dealt with
	findings         int // kept
	tally            tally
}

const runColumns = `n, job, document, dry, whole, at, ended, line, findings, sealed`

func (m *Migrations) scan(scan func(...any) error) (row, error) {
	var r row
	var sealed []byte
	var dry, whole int
	if err := scan(&r.n, &r.job, &r.document, &dry, &whole, &r.at, &r.ended, &r.line, &r.findings, &sealed); err != nil {
		return r, err
	}
	r.dry, r.whole = dry != 0, whole != 0
	plain, err := m.Vault.OpenValue(runContext(r.n), sealed)
	if err == nil {
		err = json.Unmarshal(plain, &r.tally)
	}
	if err != nil {
		return r, fmt.Errorf("couldn't read what run %d has counted: %w", r.n, err)
	}
	return r, nil
}

func (m *Migrations) load(tx *sql.Tx, n int64) (row, error) {
	r, err := m.scan(tx.QueryRow(`SELECT `+runColumns+` FROM migrate_run WHERE n = $1`, n).Scan)
	if errors.Is(err, sql.ErrNoRows) {
		return r, fmt.Errorf("there is no run %d: %w", n, vault.ErrNotFound)
	}
	return r, err
}

// save writes what a run has done so far, and tells it with its job.
func (m *Migrations) save(ctx context.Context, tx *sql.Tx, r row, state vault.JobState, why string) error {
	plain, err := json.Marshal(r.tally)
	if err != nil {
		return err
	}
	sealed, err := m.Vault.SealValue(runContext(r.n), plain)
	if err != nil {
		return err
	}
	_, err = tx.Exec(`UPDATE migrate_run SET ended = $1, line = $2, findings = $3, sealed = $4 WHERE n = $5`, r.ended, r.line, r.findings, sealed, r.n)
	if err != nil {
		return fmt.Errorf("couldn't write down how far run %d is: %w", r.n, err)
	}
	progress, err := json.Marshal(traceview.JobProgress{Run: r.n, Done: r.tally.Read, Of: r.tally.Lines, Unit: "lines", Error: why})
	if err != nil {
		return err
	}
	return m.Vault.SaveJob(ctx, tx, vault.Job{ID: r.job, Kind: JobKind, State: state, Progress: progress})
}

// Get returns one run.
func (m *Migrations) Get(ctx context.Context, n int64) (run Run, err error) {
	err = m.Vault.View(ctx, func(tx *sql.Tx) error {
		r, err := m.load(tx, n)
		if err == nil {
			run, err = m.tell(ctx, tx, r)
		}
		return err
	})
	if err != nil {
		return run, fmt.Errorf("couldn't report on the run: %w", err)
	}
	return run, nil
}

// List lists the runs, the newest first.
func (m *Migrations) List(ctx context.Context, before int64, limit int) ([]Run, error) {
	if before == 0 {
		before = 1 << 62
	}
	list := []Run{}
	err := m.Vault.View(ctx, func(tx *sql.Tx) error {
		rows, err := tx.QueryContext(ctx, `SELECT `+runColumns+` FROM migrate_run WHERE n < $1 ORDER BY n DESC LIMIT $2`, before, min(max(limit, 1), RunsListMax))
		if err != nil {
			return err
		}
		found, err := m.scanAll(rows)
		for i := 0; i < len(found) && err == nil; i++ {
			var run Run
			run, err = m.tell(ctx, tx, found[i])
			list = append(list, run)
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("couldn't list the runs: %w", err)
	}
	return list, nil
}

func (m *Migrations) scanAll(rows *sql.Rows) ([]row, error) {
	defer rows.Close()
	var list []row
	for rows.Next() {
		r, err := m.scan(rows.Scan)
		if err != nil {
			return nil, err
		}
		list = append(list, r)
	}
	return list, rows.Err()
}

// tell makes a report of a run.
func (m *Migrations) tell(ctx context.Context, tx *sql.Tx, r row) (Run, error) {
	j, err := m.Vault.JobIn(ctx, tx, r.job)
	if err != nil {
		return Run{}, err
	}
	var progress traceview.JobProgress
	if err := json.Unmarshal(j.Progress, &progress); err != nil {
		return Run{}, fmt.Errorf("couldn't read how far job %d is: %w", j.ID, err)
	}
	t := r.tally
	run := Run{
		Number: r.n, Job: r.job, State: string(j.State), Error: progress.Error, Name: t.Name, Document: r.document, Check: r.dry, Whole: r.whole,
		Started: time.UnixMilli(r.at).UTC(), Lines: t.Lines, Read: t.Read, Unread: t.Unread, Missing: t.Missing, Claimed: t.Claimed,
		Grades: []GradeCount{}, Changes: []ChangeCount{}, Findings: counts(t.Found), Answers: counts(t.Answers),
	}
	if r.ended != 0 {
		run.Ended = time.UnixMilli(r.ended).UTC()
	}
	for known := traceview.KnownProved; known <= traceview.KnownOwn; known++ {
		run.Grades = append(run.Grades, GradeCount{traceview.GradeName(known), t.Grades[known]})
	}
	for _, c := range []string{ChangeNew, ChangeBetter, ChangeNone, ChangeGone} {
		run.Changes = append(run.Changes, ChangeCount{c, t.Changes[c]})
	}
	for _, a := range run.Answers {
		if a.Work == Done {
			run.Saleable += a.Count
		}
	}
	if run.Claimed > 0 {
		run.Percent = run.Saleable * 100 / run.Claimed
	}
	return run, nil
}

// counts lists rules with what they mean, what to do first first.
func counts(m map[string]int) []FindingCount {
	list := []FindingCount{}
	for rule, n := range m {
		advice := adviceOf(rule)
		list = append(list, FindingCount{Rule: rule, Work: workOfRule(rule), Count: n, Text: advice.Text, Next: advice.Next})
	}
	slices.SortFunc(list, func(a, b FindingCount) int {
		return cmp.Or(cmp.Compare(gravity(a.Work), gravity(b.Work)), -cmp.Compare(a.Count, b.Count), strings.Compare(a.Rule, b.Rule))
	})
	return list
}

// gravity puts what needs no work last.
func gravity(w Work) Work { return (w + Note) % (Note + 1) }

// workOfRule is what is left to do where a rule has decided.
func workOfRule(rule string) Work {
	if row, ok := verdict.RowOf(rule); ok {
		return workOf(row.Word)
	}
	if adviceOf(rule).Out {
		return LeftOut
	}
	return Note
}
