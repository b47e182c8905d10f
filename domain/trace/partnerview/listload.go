package partnerview

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"pedigree/domain/org"
	"pedigree/format/register"
	"pedigree/internal/vault"
	"pedigree/internal/vault/carry"
)

// LoadKind is the kind of the jobs that load lists.
const LoadKind = "partner/list"

// Loading is a list on its way into the book. Nothing of it counts before all of it does.
type Loading struct {
	Job   int64  `json:"job,omitempty" doc:"Number of the job that loads it; none for a file that was loaded before"`
	State string `json:"state" enum:"running,paused,done,failed"`
	Error string `json:"error,omitempty" doc:"Why it failed"`
	Done  int    `json:"done" doc:"Lines that were dealt with so far"`
	Of    int    `json:"of" doc:"Lines of the file"`
	List  List   `json:"list" doc:"Its source and its day; all that came of it, when it is done"`
}

// Load reads a file of a list whose mapping was entered, which is of a day, and waits until
// it is loaded. A file that was loaded before is not loaded again; a load that was cut off
// goes on. What was read counts when all of it was. Where the caller goes away meanwhile,
// the load is paused.
func (b *Book) Load(ctx context.Context, source, asOf string, file io.Reader) (List, error) {
	t, err := b.take(ctx, source, asOf, file)
	if err != nil || t.list.Again {
		return t.list, err
	}
	if err := b.loads.Run(ctx, t.job); err != nil {
		return List{}, told(t.job, err)
	}
	l, err := b.Loading(ctx, t.job)
	return l.List, err
}

// LoadLater keeps a file of a list, sees that it is what its mapping says, and loads it
// while nobody waits: Loading tells how far it is.
func (b *Book) LoadLater(ctx context.Context, source, asOf string, file io.Reader) (Loading, error) {
	t, err := b.take(ctx, source, asOf, file)
	if err != nil {
		return Loading{}, err
	}
	if t.list.Again {
		return Loading{State: string(vault.JobDone), List: t.list}, nil
	}
	if err := b.loads.Start(t.job); err != nil {
		return Loading{}, told(t.job, err)
	}
	return b.Loading(ctx, t.job)
}

// Loading tells how far the load of a job is.
func (b *Book) Loading(ctx context.Context, job int64) (Loading, error) {
	w, err := b.loads.Find(ctx, job)
	if err != nil {
		return Loading{}, told(job, err)
	}
	var at listAt
	if err := w.At(&at); err != nil {
		return Loading{}, err
	}
	p := w.Progress
	l := Loading{Job: job, State: string(w.State), Error: p.Error, Done: p.Done, Of: p.Of, List: List{Source: at.Source, AsOf: at.AsOf}}
	if w.State == vault.JobDone {
		err = json.Unmarshal(p.Result, &l.List)
	}
	return l, err
}

// PauseLoad stops a load. Nothing of the list counts; what was read of it is kept, so that
// it can go on.
func (b *Book) PauseLoad(ctx context.Context, job int64) (Loading, error) {
	if err := b.loads.Pause(ctx, job); err != nil {
		return Loading{}, told(job, err)
	}
	return b.Loading(ctx, job)
}

// ResumeLoad lets a load that was paused, or that failed, go on with the file that was
// kept of it.
func (b *Book) ResumeLoad(ctx context.Context, job int64) (Loading, error) {
	if err := b.loads.GoOn(ctx, job); err != nil {
		return Loading{}, told(job, err)
	}
	return b.Loading(ctx, job)
}

// Resume takes up the loads that were cut off.
func (b *Book) Resume(ctx context.Context) error { return b.loads.Resume(ctx) }

// Stop ends the loads at their last step.
func (b *Book) Stop() { b.loads.Stop() }

// told says what keeps a load from going on.
func told(job int64, err error) error {
	state := new(carry.StateError)
	switch {
	case errors.Is(err, carry.ErrNone):
		return missing("job %d loads no list; pedigree partner lists shows what was loaded", job)
	case errors.Is(err, carry.ErrFull):
		return limited("%w", err)
	case errors.Is(err, carry.ErrPaused):
		return conflict("the load of job %d was stopped, and nothing of the list counts; the same file again goes on", job)
	case errors.As(err, &state):
		return conflict("the load of %w", err)
	}
	return err
}

// taken is a file that was taken, with the job that loads it unless it was loaded before.
type taken struct {
	list List
	job  int64
}

// take keeps a file and sees that it is the list that its mapping describes.
func (b *Book) take(ctx context.Context, source, asOf string, file io.Reader) (t taken, err error) {
	day, err := dayOf(asOf)
	if err != nil {
		return t, err
	}
	if limit := b.vault.Now().Unix()/86400 + 1; day > limit {
		return t, invalid("the list is of %s, which is still to come; give the day that it is of", asOf)
	}
	raw, m, err := b.mapping(ctx, source)
	if err != nil {
		return t, err
	}
	doc, _, err := b.vault.PutDocument(ctx, vault.DocumentInfo{Name: source + " as of " + asOf, MediaType: "text/csv", Direction: vault.Own}, file)
	if err != nil {
		return t, err
	}
	known := func(tx *sql.Tx) (err error) {
		t.list, err = loadedBefore(tx, source, doc.SHA256[:])
		return err
	}
	if err := b.vault.View(ctx, known); err != nil || t.list.Again {
		return t, err
	}
	lines, err := b.lines(ctx, m, doc.ID)
	if err != nil {
		return t, err
	}
	t.job, err = b.loads.Enter(ctx, fmt.Sprintf("%s %x", source, doc.SHA256), func(tx *sql.Tx, found *carry.Work) (any, carry.Progress, error) {
		p := carry.Progress{Of: lines, Unit: "lines"}
		if err := known(tx); err != nil {
			return nil, p, err
		}
		if t.list.Again {
			return nil, p, errAgain
		}
		at, err := begin(tx, found, listAt{Source: source, AsOf: asOf, Document: doc.ID}, doc.SHA256[:], raw)
		p.Done = at.Dealt
		return at, p, err
	})
	if errors.Is(err, errAgain) {
		err = nil
	}
	return t, err
}

// errAgain undoes the beginning of a load whose file came in by another meanwhile.
var errAgain = errors.New("it was loaded meanwhile")

// loadedBefore finds the list that was made of the same file.
func loadedBefore(tx *sql.Tx, source string, digest []byte) (l List, err error) {
	var loaded, asOf int64
	err = tx.QueryRow(`SELECT id, loaded, line_count, bad_count, as_of FROM partner_list WHERE source = $1 AND digest = $2 AND loaded > 0`, source, digest).
		Scan(&l.ID, &loaded, &l.Rows, &l.Bad, &asOf)
	if errors.Is(err, sql.ErrNoRows) {
		return List{}, nil
	}
	l.Source, l.AsOf, l.Loaded, l.Again = source, org.Day(asOf).String(), time.UnixMilli(loaded).UTC(), err == nil
	return l, err
}

// lines reads a file once to its end, so that what is no list is refused at once, and
// counts its lines.
func (b *Book) lines(ctx context.Context, m register.Mapping, document int64) (n int, err error) {
	file, _, err := b.vault.OpenDocument(ctx, document)
	if err != nil {
		return 0, err
	}
	defer file.Close()
	count := func() error {
		n++
		return ctx.Err()
	}
	err = register.Read(file, m, func(register.Row) error { return count() }, func(register.Bad) error { return count() })
	return n, notThis(err)
}

func notThis(err error) error {
	if errors.Is(err, register.ErrFile) {
		return invalid("%w", err)
	}
	return err
}
