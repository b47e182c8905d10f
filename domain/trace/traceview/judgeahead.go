package traceview

import (
	"cmp"
	"database/sql"
	"fmt"
	"slices"
	"time"

	"pedigree/domain/trace/traceview/verdict"
)

// ahead is what was read of many things at once, before they are judged one by one: most
// have no row in most tables, and needn't be looked for in each.
type ahead struct {
	asked   map[string]bool // of these everything below is known
	items   map[string]*item
	outside map[string]outsideRow
	rows    map[string]map[string]bool // by table: what has a row in it
}

// The tables in which few things have a row, by how they are called there.
const (
	tableDispense = "trace_dispense"
	tableConflict = "trace_conflict"
	tableDoubt    = "outside_doubt"
	tableReply    = "verify_reply"
	tableAsk      = "verify_item"
)

// outsideRow says with what goods from outside the network came.
type outsideRow struct {
	document, evidence, at, run int64
	seller, word                string
	inferred                    bool
	known                       int
}

const outsideSelect = `SELECT path, document, seller, authority, evidence, at, inferred, known, run FROM outside_item WHERE path IN `

func (o *outsideRow) scan(scan func(...any) error) (path string, err error) {
	err = scan(&path, &o.document, &o.seller, &o.word, &o.evidence, &o.at, &o.inferred, &o.known, &o.run)
	return path, err
}

// lookAhead reads what is known of many things.
func (j *judging) lookAhead(paths []string) error {
	a := &ahead{asked: map[string]bool{}, outside: map[string]outsideRow{}, rows: map[string]map[string]bool{}}
	for _, p := range paths {
		a.asked[p] = true
	}
	var err error
	if a.items, err = itemsByPath(j.tx, paths); err != nil {
		return err
	}
	err = eachOfPaths(j.tx, outsideSelect, paths, func(rows *sql.Rows) error {
		var o outsideRow
		path, err := o.scan(rows.Scan)
		a.outside[path] = o
		return err
	})
	for _, table := range []string{tableDispense, tableConflict, tableDoubt, tableReply, tableAsk} {
		some := map[string]bool{}
		a.rows[table] = some
		if err != nil {
			break
		}
		err = eachOfPaths(j.tx, `SELECT path FROM `+table+` WHERE path IN `, paths, func(rows *sql.Rows) error {
			var path string
			err := rows.Scan(&path)
			some[path] = true
			return err
		})
	}
	if err != nil {
		return fmt.Errorf("couldn't look up what is known of many things: %w", err)
	}
	j.ahead = a
	return nil
}

// eachOfPaths runs a query that ends with a list of paths.
func eachOfPaths(tx queryer, query string, paths []string, each func(*sql.Rows) error) error {
	q := pathQuery{tx: tx, before: query}
	args := make([]any, 0, lookupPathsMax)
	for part := range slices.Chunk(paths, lookupPathsMax) {
		args = args[:0]
		for _, p := range part {
			args = append(args, p)
		}
		rows, err := q.ask(args)
		if err != nil {
			return err
		}
		for rows.Next() && err == nil {
			err = each(rows)
		}
		if err == nil {
			err = rows.Err()
		}
		if err = cmp.Or(err, rows.Close()); err != nil {
			return err
		}
	}
	return nil
}

// none tells that a thing has no row in a table. It may have one where this doesn't say so.
func (j *judging) none(table, path string) bool {
	return j.ahead != nil && j.ahead.asked[path] && !j.ahead.rows[table][path]
}

// item is the stock row of a thing.
func (j *judging) item(path string) (item, bool, error) {
	if j.ahead == nil || !j.ahead.asked[path] {
		return loadItem(j.tx, path)
	}
	if it := j.ahead.items[path]; it != nil {
		return *it, true, nil
	}
	return item{}, false, nil
}

// outsideOf says with what a thing from outside the network came.
func (j *judging) outsideOf(path string) (o outsideRow, err error) {
	if j.ahead != nil && j.ahead.asked[path] {
		var found bool
		if o, found = j.ahead.outside[path]; !found {
			err = sql.ErrNoRows
		}
	} else {
		_, err = o.scan(j.tx.QueryRow(outsideSelect+`(?)`, path).Scan)
	}
	if err != nil {
		err = fmt.Errorf("couldn't find with what %s came; restore the private store from a backup: %w", path, err)
	}
	return o, err
}

// faulty says what is wrong with a document, which many things came with.
func (j *judging) faulty(document int64) (string, error) {
	text, known := j.faults[document]
	if known {
		return text, nil
	}
	text, err := j.d.faulty(j.tx, document)
	if err == nil {
		j.faults[document] = text
	}
	return text, err
}

// noticesAsOf is the day of the newest list of recall notices.
func (j *judging) noticesAsOf() (time.Time, error) {
	if j.newest == nil {
		var asOf int64
		if err := j.tx.QueryRow(`SELECT COALESCE(MAX(as_of), 0) FROM verdict_notice`).Scan(&asOf); err != nil {
			return time.Time{}, fmt.Errorf("couldn't look how old the recall notices are: %w", err)
		}
		at := time.Unix(asOf, 0).UTC()
		j.newest = &at
	}
	return *j.newest, nil
}

// noticesOf are the recall notices that count today and name a lot of a product, or each.
func (j *judging) noticesOf(gtin, lot string) ([]Notice, error) {
	today := j.now.UTC().Truncate(24 * time.Hour).Unix()
	key := noticeKey{gtin, lot, today}
	if list, known := j.notices[key]; known {
		return list, nil
	}
	rows, err := j.tx.Query(`SELECT gtin, lot, source, ref, class, from_day, to_day, as_of FROM verdict_notice
		WHERE gtin = ? AND lot IN (?, '') AND from_day <= ? AND (to_day = 0 OR to_day >= ?) ORDER BY class, ref LIMIT ?`, gtin, lot, today, today, noticesShownMax)
	if err != nil {
		return nil, err
	}
	list, err := scanNotices(rows, nil)
	if err == nil {
		j.notices[key] = list
	}
	return list, err
}

// noticeKey names what is asked of the recall notices: a lot of a product, and the day, for
// a list for a shift asks of tomorrow too.
type noticeKey struct {
	gtin, lot string
	today     int64
}

// cached are what one call reads once of what many things share.
type cached struct {
	faults  map[int64]string // of documents
	notices map[noticeKey][]Notice
	newest  *time.Time // list of recall notices
	duties  map[dutyKey]verdict.Duty
	sellers map[string]string // their names
}

// dutyKey names what is asked of the catalogue: a product on a day.
type dutyKey struct {
	gtin  string
	today int64
}

func newCached() cached {
	return cached{faults: map[int64]string{}, notices: map[noticeKey][]Notice{}, duties: map[dutyKey]verdict.Duty{}, sellers: map[string]string{}}
}
