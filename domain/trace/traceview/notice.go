package traceview

import (
	"context"
	"database/sql"
	"fmt"
	"io"
	"time"

	"pedigree/domain/trace/traceview/verdict"
	"pedigree/internal/vault"
)

// NoticeSchema is the part of the private store with recall notices that came on
// paper or in a list, not on the ledger. Days are Unix seconds of their beginning in
// UTC; 0 leaves a side open. An empty lot means each lot of the product.
var NoticeSchema = vault.Schema{Name: "verdict", Tables: noticeTables, Steps: []string{`
CREATE TABLE verdict_notice (
	gtin TEXT NOT NULL, lot TEXT NOT NULL, source TEXT NOT NULL, ref TEXT NOT NULL, class INTEGER NOT NULL,
	from_day INTEGER NOT NULL, to_day INTEGER NOT NULL, as_of INTEGER NOT NULL, PRIMARY KEY (gtin, lot, source, ref)) WITHOUT ROWID;
CREATE INDEX verdict_notice_source ON verdict_notice (source);
`}}

// Notice is one row of a list of recall notices.
type Notice struct {
	GTIN      string    `json:"gtin" doc:"14 digits"`
	Lot       string    `json:"lot,omitempty" doc:"Empty: each lot of the product"`
	Reference string    `json:"reference" doc:"The notice's number or name"`
	Class     int       `json:"class,omitempty" doc:"1 to 3 (21 CFR 7.3(m)); 0 when it has none"`
	From      time.Time `json:"from,omitzero" doc:"First day on which it counts"`
	To        time.Time `json:"to,omitzero" doc:"Last day on which it counts"`
	Source    string    `json:"source" doc:"The list it came in"`
	AsOf      time.Time `json:"as_of" doc:"The day the list speaks of"`
}

// NoticesReport says what came of loading a list.
type NoticesReport struct {
	Source  string    `json:"source"`
	AsOf    time.Time `json:"as_of"`
	Notices int       `json:"notices"`
	Before  int       `json:"before" doc:"How many the source's list had before"`
}

// LoadNotices takes in a source's list of recall notices as comma-separated values
// (see ReadNotices). It replaces the list that the source had; all of it is taken or
// nothing. A list older than the one that is loaded is refused.
func (d *Desk) LoadNotices(ctx context.Context, r io.Reader, source string, asOf time.Time) (NoticesReport, error) {
	report := NoticesReport{Source: source, AsOf: asOf}
	if err := d.mayLoadNotices(source, asOf); err != nil {
		return report, err
	}
	list, err := ReadNotices(r)
	if err != nil {
		return report, noNotices(err)
	}
	report.Notices = len(list)
	err = d.vault.Update(ctx, func(tx *sql.Tx) (err error) {
		if report.Before, err = noticesBefore(tx, source, asOf); err != nil {
			return err
		}
		return replaceNotices(tx, source, asOf, list)
	})
	if err != nil {
		return report, noNotices(err)
	}
	return report, nil
}

func noNotices(err error) error { return fmt.Errorf("couldn't load recall notices: %w", err) }

// mayLoadNotices sees that a list has a source and a day.
func (d *Desk) mayLoadNotices(source string, asOf time.Time) error {
	if source == "" || len(source) > NoticeTextMax {
		return fmt.Errorf("couldn't load recall notices: the source's name has %d bytes where 1 to %d are taken", len(source), NoticeTextMax)
	}
	if today := d.now().UTC().Truncate(24 * time.Hour); asOf.IsZero() || asOf.After(today) {
		return fmt.Errorf("couldn't load recall notices: the list speaks of %s, and today is %s; name the day on which it was made", asOf.Format(time.DateOnly), today.Format(time.DateOnly))
	}
	return nil
}

// noticesBefore counts the list that a source has, and refuses one that is older.
func noticesBefore(tx *sql.Tx, source string, asOf time.Time) (n int, err error) {
	var had int64
	if err := tx.QueryRow(`SELECT COUNT(*), COALESCE(MAX(as_of), 0) FROM verdict_notice WHERE source = ?`, source).Scan(&n, &had); err != nil {
		return 0, err
	}
	if had > asOf.Unix() {
		return n, fmt.Errorf("the list of %s that is loaded is of %s, which is newer", source, time.Unix(had, 0).UTC().Format(time.DateOnly))
	}
	return n, nil
}

func replaceNotices(tx *sql.Tx, source string, asOf time.Time, list []Notice) error {
	if _, err := tx.Exec(`DELETE FROM verdict_notice WHERE source = ?`, source); err != nil {
		return err
	}
	insert, err := tx.Prepare(`INSERT INTO verdict_notice (gtin, lot, source, ref, class, from_day, to_day, as_of) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`)
	if err != nil {
		return err
	}
	defer insert.Close()
	for _, n := range list {
		if _, err := insert.Exec(n.GTIN, n.Lot, source, n.Reference, n.Class, dayNumber(n.From), dayNumber(n.To), asOf.Unix()); err != nil {
			return err
		}
	}
	return nil
}

func dayNumber(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.Unix()
}

// Notices lists the recall notices that are loaded, of one product where one is named,
// in the order of GTIN and lot.
func (d *Desk) Notices(ctx context.Context, gtin string) ([]Notice, error) {
	query, args := `SELECT gtin, lot, source, ref, class, from_day, to_day, as_of FROM verdict_notice`, []any{}
	if gtin != "" {
		query, args = query+` WHERE gtin = ?`, append(args, gtin)
	}
	list := []Notice{}
	err := d.vault.View(ctx, func(tx *sql.Tx) error {
		rows, err := tx.Query(query+` ORDER BY gtin, lot, source, ref LIMIT ?`, append(args, NoticesListMax)...)
		if err != nil {
			return err
		}
		list, err = scanNotices(rows, list)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("couldn't list recall notices: %w", err)
	}
	return list, nil
}

func scanNotices(rows *sql.Rows, list []Notice) ([]Notice, error) {
	defer rows.Close()
	for rows.Next() {
		var n Notice
		var from, to, asOf int64
		if err := rows.Scan(&n.GTIN, &n.Lot, &n.Source, &n.Reference, &n.Class, &from, &to, &asOf); err != nil {
			return nil, err
		}
		n.AsOf = time.Unix(asOf, 0).UTC()
		for day, into := range map[int64]*time.Time{from: &n.From, to: &n.To} {
			if day != 0 {
				*into = time.Unix(day, 0).UTC()
			}
		}
		list = append(list, n)
	}
	return list, rows.Err()
}

// noticed gathers the recall notices that name a lot of a product on this day.
func (j *judging) noticed(path, lot string) ([]verdict.Fact, error) {
	gtin := productOf(path)
	if gtin == "" {
		return nil, nil
	}
	list, err := j.noticesOf(gtin, lot)
	if err != nil {
		return nil, fmt.Errorf("couldn't look for recall notices about %s: %w", path, err)
	}
	var facts []verdict.Fact
	for _, n := range list {
		what := "lot " + n.Lot
		if n.Lot == "" {
			what = "each lot"
		}
		facts = append(facts, verdict.New(verdict.RuleRecalled, path,
			fmt.Sprintf("The recall notice %s%s names %s of this product.", n.Reference, recallClass(uint64(n.Class)), what),
			verdict.Basis{Known: verdict.Reported, AsOf: n.AsOf, Source: "list", Evidence: n.Source}))
	}
	return facts, nil
}
