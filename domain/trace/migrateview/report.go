package migrateview

import (
	"context"
	"database/sql"
	"encoding/csv"
	"fmt"
	"io"
	"strconv"
	"strings"

	"pedigree/domain/trace/traceview"
	"pedigree/format/sheet"
)

// WorkLine is a line of a list about which something is to be done or known.
type WorkLine struct {
	Line     int    `json:"line" doc:"Of the file; 0 for what it doesn't name"`
	Work     Work   `json:"work" doc:"left-out, stop, cannot-tell or note"`
	Rule     string `json:"rule"`
	Path     string `json:"path,omitempty"`
	Grade    string `json:"grade,omitempty" doc:"proved, signed, reported or own word; nothing for what stays out"`
	Document int64  `json:"document,omitempty" doc:"The document that names it"`
	Text     string `json:"text"`
	Next     string `json:"next"`
}

// WorkPage is a page of them.
type WorkPage struct {
	Lines []WorkLine `json:"lines"`
	Next  string     `json:"next,omitempty" doc:"Where the next page begins; nothing after the last"`
}

// Cursors of the two parts of a report: what was found, by its number, then what is in
// stock and can't be told, by its path.
const (
	cursorFinding = "finding:"
	cursorItem    = "item:"
)

// Lines lists what to work on, first what stays out and what may not be sold, then what
// can't be told, a page at a time.
func (m *Migrations) Lines(ctx context.Context, n int64, cursor string, limit int) (WorkPage, error) {
	page := WorkPage{Lines: []WorkLine{}}
	limit = min(max(limit, 1), LinesMax)
	err := m.Vault.View(ctx, func(tx *sql.Tx) error {
		if _, err := m.load(tx, n); err != nil {
			return err
		}
		after, items := strings.CutPrefix(cursor, cursorItem)
		if items {
			return m.items(ctx, tx, n, after, limit, &page)
		}
		number := 0
		if text, ok := strings.CutPrefix(cursor, cursorFinding); ok {
			var err error
			if number, err = strconv.Atoi(text); err != nil {
				ok = false
			}
			cursor = map[bool]string{true: "", false: cursor}[ok]
		}
		if cursor != "" {
			return invalid("the cursor %q is none: give the next of the page before, or none for the first page", cursor)
		}
		return m.findings(ctx, tx, n, number, limit, &page)
	})
	if err != nil {
		return page, fmt.Errorf("couldn't list the lines of run %d: %w", n, err)
	}
	return page, nil
}

func (m *Migrations) findings(ctx context.Context, tx *sql.Tx, run int64, after, limit int, page *WorkPage) error {
	rows, err := tx.QueryContext(ctx, `SELECT f.n, f.line, f.path, f.rule, f.work, f.sealed, COALESCE(i.grade, 0), COALESCE(i.document, 0)
		FROM migrate_finding f LEFT JOIN migrate_item i ON i.run = f.run AND i.path = f.path AND i.line = f.line WHERE f.run = $1 AND f.n > $2 ORDER BY f.n LIMIT $3`, run, after, limit)
	if err != nil {
		return err
	}
	defer rows.Close()
	last := 0
	for rows.Next() {
		var l WorkLine
		var work, grade int
		var sealed []byte
		if err := rows.Scan(&last, &l.Line, &l.Path, &l.Rule, &work, &sealed, &grade, &l.Document); err != nil {
			return err
		}
		text, err := m.Vault.OpenValue(findingContext(run, int64(last)), sealed)
		if err != nil {
			return err
		}
		l.Work, l.Grade, l.Text, l.Next = Work(work), traceview.GradeName(grade), string(text), adviceOf(l.Rule).Next
		page.Lines = append(page.Lines, l)
	}
	page.Next = cursorItem
	if len(page.Lines) == limit {
		page.Next = cursorFinding + strconv.Itoa(last)
	}
	return rows.Err()
}

func (m *Migrations) items(ctx context.Context, tx *sql.Tx, run int64, after string, limit int, page *WorkPage) error {
	rows, err := tx.QueryContext(ctx, `SELECT path, line, grade, document, rule FROM migrate_item WHERE run = $1 AND path > $2 AND work = $3 ORDER BY path LIMIT $4`, run, after, int(CannotTell), limit)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		l := WorkLine{Work: CannotTell}
		var grade int
		if err := rows.Scan(&l.Path, &l.Line, &grade, &l.Document, &l.Rule); err != nil {
			return err
		}
		advice := adviceOf(l.Rule)
		l.Grade, l.Text, l.Next = traceview.GradeName(grade), advice.Text, advice.Next
		page.Lines = append(page.Lines, l)
	}
	if len(page.Lines) == limit {
		page.Next = cursorItem + page.Lines[limit-1].Path
	}
	return rows.Err()
}

// CSV writes all that Lines lists as comma-separated values. No cell of it is taken for a
// formula by a spreadsheet.
func (m *Migrations) CSV(ctx context.Context, n int64, to io.Writer) error {
	out := csv.NewWriter(to)
	if err := out.Write([]string{"line", "work", "rule", "item", "grade", "document", "text", "next"}); err != nil {
		return err
	}
	for cursor := ""; ; {
		page, err := m.Lines(ctx, n, cursor, LinesMax)
		if err != nil {
			return err
		}
		for _, l := range page.Lines {
			record := []string{strconv.Itoa(l.Line), l.Work.String(), l.Rule, l.Path, l.Grade, strconv.FormatInt(l.Document, 10), l.Text, l.Next}
			for i := range record {
				record[i] = sheet.Harmless(record[i])
			}
			if err := out.Write(record); err != nil {
				return err
			}
		}
		if cursor = page.Next; cursor == "" {
			out.Flush()
			return out.Error()
		}
	}
}
