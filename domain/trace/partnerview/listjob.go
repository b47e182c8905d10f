package partnerview

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"pedigree/format/register"
	"pedigree/internal/vault"
	"pedigree/internal/vault/carry"
)

// listAt is where the load of a list goes on.
type listAt struct {
	Source   string `json:"source"`
	AsOf     string `json:"as_of"`
	Document int64  `json:"document"`
	List     int64  `json:"list"`  // its row, which doesn't count yet
	Line     int    `json:"line"`  // the last one whose row is kept
	Dealt    int    `json:"dealt"` // lines up to that one
}

// begin makes the row of a list that is about to be read. A load of the same file that was
// cut off goes on, unless the file is now said to be of another day or to mean something
// else: then what was read of it is removed.
func begin(tx *sql.Tx, found *carry.Work, at listAt, digest, mapping []byte) (listAt, error) {
	day, err := dayOf(at.AsOf)
	if err != nil {
		return at, err
	}
	var same bool
	err = tx.QueryRow(`SELECT id, as_of = $1 AND mapping = $2 FROM partner_list WHERE source = $3 AND digest = $4`, day, mapping, at.Source, digest).Scan(&at.List, &same)
	var had listAt
	switch {
	case errors.Is(err, sql.ErrNoRows):
	case err != nil:
		return at, err
	case same && found != nil:
		if err := found.At(&had); err != nil {
			return at, err
		}
		if had.List == at.List {
			return had, nil
		}
		fallthrough
	default:
		if _, err := tx.Exec(`DELETE FROM partner_row WHERE list = $1`, at.List); err != nil {
			return at, err
		}
		if _, err := tx.Exec(`DELETE FROM partner_list WHERE id = $1`, at.List); err != nil {
			return at, err
		}
	}
	err = tx.QueryRow(`INSERT INTO partner_list (source, digest, as_of, loaded, line_count, bad_count, document, mapping) VALUES ($1, $2, $3, 0, 0, 0, $4, $5) RETURNING id`,
		at.Source, digest, day, at.Document, mapping).Scan(&at.List)
	return at, err
}

// loading is a list that is being read.
type loading struct {
	b       *Book
	ctx     context.Context // of the load
	work    *carry.Work
	at      listAt
	m       register.Mapping
	list    List
	waiting []register.Row
}

// carryList reads the file of a job and lets the list count when all of it is read.
func (b *Book) carryList(ctx context.Context, w *carry.Work) error {
	l := loading{b: b, ctx: ctx, work: w}
	if err := w.At(&l.at); err != nil {
		return err
	}
	l.list = List{ID: l.at.List, Source: l.at.Source, AsOf: l.at.AsOf}
	var raw []byte
	err := b.vault.View(ctx, func(tx *sql.Tx) error {
		return tx.QueryRow(`SELECT mapping FROM partner_list WHERE id = $1 AND loaded = 0`, l.at.List).Scan(&raw)
	})
	if errors.Is(err, sql.ErrNoRows) {
		return conflict("this load was given up for another of the same file; give the file again")
	}
	if err == nil {
		err = json.Unmarshal(raw, &l.m)
	}
	if err != nil {
		return err
	}
	if err := l.read(); err != nil {
		return err
	}
	return w.Finish(ctx, l.finish)
}

// read reads the file from its beginning, for the lines that can't be read are told of all
// of it, and keeps the rows that aren't kept yet.
func (l *loading) read() error {
	file, _, err := l.b.vault.OpenDocument(l.ctx, l.at.Document)
	if err != nil {
		return err
	}
	defer file.Close()
	err = register.Read(file, l.m, func(r register.Row) error {
		l.list.Rows++
		if r.Line <= l.at.Line {
			return nil
		}
		if l.waiting = append(l.waiting, r); len(l.waiting) < l.b.part {
			return nil
		}
		return l.write()
	}, func(bad register.Bad) error {
		if l.list.Bad++; len(l.list.Lines) < badShown {
			bad.Text = strings.ToValidUTF8(bad.Text[:min(len(bad.Text), badTextMax)], "")
			l.list.Lines = append(l.list.Lines, bad)
		}
		return nil
	})
	if err != nil {
		return notThis(err)
	}
	return l.write()
}

// write keeps the rows that wait, and where it is then.
func (l *loading) write() error {
	if len(l.waiting) == 0 {
		return nil
	}
	at := l.at
	at.Line, at.Dealt = l.waiting[len(l.waiting)-1].Line, int(l.list.Rows+l.list.Bad)
	slices.SortFunc(l.waiting, func(a, b register.Row) int { return cmp.Or(cmp.Compare(a.Key, b.Key), a.Line-b.Line) })
	p := l.work.Progress
	p.Done = at.Dealt
	err := l.work.Step(l.ctx, at, p, func(tx *sql.Tx) error {
		rows, err := vault.NewBulkInsert(l.ctx, tx, vault.BulkTable{Name: "partner_row", Columns: []string{"list", "key", "line", "number", "from_day", "to_day", "since_day", "status"}})
		if err != nil {
			return err
		}
		for _, r := range l.waiting {
			if err := rows.Add(l.list.ID, r.Key, int64(r.Line), r.Number, r.From, r.To, r.Since, string(r.Status)); err != nil {
				return err
			}
		}
		_, err = rows.Flush()
		return err
	})
	l.at, l.waiting = at, l.waiting[:0]
	if err != nil {
		return fmt.Errorf("couldn't keep the rows of a list: %w", err)
	}
	return nil
}

// finish lets the list count from now on.
func (l *loading) finish(tx *sql.Tx) (carry.Progress, error) {
	p := l.work.Progress
	at, err := l.b.tick(tx)
	if err != nil {
		return p, err
	}
	l.list.Loaded = time.UnixMilli(at).UTC()
	if _, err := tx.Exec(`UPDATE partner_list SET loaded = $1, line_count = $2, bad_count = $3 WHERE id = $4`, at, l.list.Rows, l.list.Bad, l.list.ID); err != nil {
		return p, err
	}
	p.Done = p.Of
	p.Result, err = json.Marshal(l.list)
	return p, err
}
