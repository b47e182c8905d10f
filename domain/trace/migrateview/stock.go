package migrateview

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"

	"pedigree/format/stocklist"
	"pedigree/internal/vault"
)

// Request is a list of stock.
type Request struct {
	Name   string // of the file
	Check  bool   // only say what it would change
	Whole  bool   // it is all that there is: what earlier lists brought and it lacks leaves the stock
	Reader io.Reader
}

// Stock keeps a list of stock, sees that it is one, and brings it over while nobody waits:
// Get tells how far it is. The same list again while it is under way, or after it was
// paused or failed, is the same run and goes on.
func (m *Migrations) Stock(ctx context.Context, r Request) (Run, error) {
	n, err := m.take(ctx, r)
	if err != nil {
		return Run{}, fmt.Errorf("couldn't take the list of stock: %w", err)
	}
	return m.Get(ctx, n)
}

func (m *Migrations) take(ctx context.Context, r Request) (int64, error) {
	var err error
	if r.Name, err = fileName(r.Name); err != nil {
		return 0, err
	}
	limit := io.LimitedReader{R: r.Reader, N: ListBytesMax + 1}
	kept, _, err := m.Vault.PutDocument(ctx, vault.DocumentInfo{Name: r.Name, MediaType: "text/csv", Direction: vault.Own}, &limit)
	if err != nil {
		return 0, err
	}
	if limit.N <= 0 {
		return 0, fmt.Errorf("%w: it has more than %d bytes; give it in parts", stocklist.ErrFile, ListBytesMax)
	}
	t := tally{Name: r.Name}
	if err := m.count(ctx, kept.ID, &t); err != nil {
		return 0, err
	}
	n, err := m.enter(ctx, r, kept.ID, t)
	if err != nil {
		return 0, err
	}
	return n, m.begin(task{JobKind, n})
}

// fileName is a file's name without folders.
func fileName(name string) (string, error) {
	name = strings.TrimSpace(path.Base(strings.ReplaceAll(name, `\`, "/")))
	if name == "" || name == "." || len(name) > NameBytesMax {
		return "", invalid("the file needs a name of at most %d bytes", NameBytesMax)
	}
	return name, nil
}

// count reads a list to its end, so that a file that is none is refused at once, and how
// far the work is can be told.
func (m *Migrations) count(ctx context.Context, document int64, t *tally) error {
	content, _, err := m.Vault.OpenDocument(ctx, document)
	if err != nil {
		return err
	}
	defer content.Close()
	head, err := stocklist.Read(content, stocklist.Options{}, func(*stocklist.Line) error {
		t.Lines++
		return ctx.Err()
	}, func(stocklist.Fault) error {
		t.Lines++
		return ctx.Err()
	})
	t.Unread = head.Unknown[:min(len(head.Unknown), unknownShown)]
	return err
}

// enter makes a run of the list, or finds the one of it that isn't done.
func (m *Migrations) enter(ctx context.Context, r Request, document int64, t tally) (n int64, err error) {
	err = m.Vault.Update(ctx, func(tx *sql.Tx) error {
		found, err := m.unfinished(ctx, tx, document, r)
		if err != nil || found != 0 {
			n = found
			return err
		}
		j, err := m.Vault.StartJob(ctx, tx, JobKind, nil, nil)
		if err != nil {
			return err
		}
		err = tx.QueryRow(`INSERT INTO migrate_run (job, document, dry, whole, at, ended, line, findings) VALUES ($1, $2, $3, $4, $5, 0, 0, 0) RETURNING n`,
			j.ID, document, truth(r.Check), truth(r.Whole), m.Now().UnixMilli()).Scan(&n)
		if err != nil {
			return err
		}
		return errors.Join(m.save(ctx, tx, row{n: n, job: j.ID, tally: t}, vault.JobRunning, ""), forget(tx, n))
	})
	return n, err
}

// unfinished finds the run of a list that was cut off, paused or failed, and lets it go
// on.
func (m *Migrations) unfinished(ctx context.Context, tx *sql.Tx, document int64, r Request) (int64, error) {
	found, err := m.scan(tx.QueryRow(`SELECT `+runColumns+` FROM migrate_run WHERE document = $1 AND dry = $2 AND whole = $3 AND ended = 0 ORDER BY n DESC LIMIT 1`,
		document, truth(r.Check), truth(r.Whole)).Scan)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	return found.n, m.save(ctx, tx, found, vault.JobRunning, "")
}

// forget drops the lines of runs long past; what they counted stays.
func forget(tx *sql.Tx, newest int64) error {
	for _, table := range []string{"migrate_item", "migrate_finding"} {
		if _, err := tx.Exec(`DELETE FROM `+table+` WHERE run <= $1`, newest-RunsKept); err != nil {
			return fmt.Errorf("couldn't drop the lines of earlier runs: %w", err)
		}
	}
	return nil
}

// Pause stops a run at its last durable step; the same list again goes on from there.
func (m *Migrations) Pause(ctx context.Context, n int64) (Run, error) {
	err := m.Vault.Update(ctx, func(tx *sql.Tx) error {
		r, err := m.load(tx, n)
		if err != nil {
			return err
		}
		j, err := m.Vault.JobIn(ctx, tx, r.job)
		if err != nil || j.State == vault.JobPaused {
			return err
		}
		if j.State != vault.JobRunning {
			return invalid("run %d isn't running: it is %s", n, j.State)
		}
		return m.save(ctx, tx, r, vault.JobPaused, "")
	})
	if err != nil {
		return Run{}, fmt.Errorf("couldn't pause run %d: %w", n, err)
	}
	return m.Get(ctx, n)
}

// OfList tells whether a document is a list of stock, by which goods are known.
func OfList(ctx context.Context, tx *sql.Tx, document int64) (used bool, err error) {
	err = tx.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM migrate_run WHERE document = $1)`, document).Scan(&used)
	if err != nil {
		return false, fmt.Errorf("couldn't look for lists of stock: %w", err)
	}
	return used, nil
}

func truth(b bool) int {
	if b {
		return 1
	}
	return 0
}
