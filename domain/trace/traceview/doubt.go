package traceview

import (
	"context"
	"database/sql"
	"fmt"

	"pedigree/domain/trace/traceview/verdict"
	"pedigree/format/gs1"
)

// Held is a thing as the stock has it.
type Held struct {
	Path     string
	Lot      string
	Expiry   string // CCYY-MM-DD
	Outside  bool   // it came from outside the network: only a seller's document tells of it
	InHand   bool   // it is here now; else it was
	Partner  string // organisation at the other end, of goods on the ledger
	Document int64  // with which it came, of goods from outside the network
}

// HeldOf tells of canonical paths what the stock has, or had, under them; what never came
// is left out.
func (d *Desk) HeldOf(ctx context.Context, paths []string) ([]Held, error) {
	var out []Held
	err := d.vault.View(ctx, func(tx *sql.Tx) error {
		out = out[:0]
		items, err := itemsByPath(tx, paths)
		if err != nil {
			return err
		}
		for _, p := range paths {
			it := items[p]
			if it == nil {
				continue
			}
			one, came, err := held(tx, it)
			if err != nil {
				return err
			}
			if came {
				out = append(out, one)
			}
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("couldn't look up what was received: %w", err)
	}
	return out, nil
}

func held(tx *sql.Tx, it *item) (h Held, came bool, err error) {
	top := *it
	if it.status != StatusOutside {
		if top, err = topOf(tx, *it); err != nil {
			return h, false, err
		}
	}
	switch top.status {
	case StatusExpected, StatusReported, StatusRefused:
		return h, false, nil
	}
	h = Held{Path: it.path, Lot: it.lot.number, InHand: top.status == StatusOnHand || top.status == StatusOutside, Outside: top.status == StatusOutside, Partner: top.partner}
	if it.lot.expiry != "" {
		h.Expiry = expiryText(it.lot.expiry)
	}
	var n sql.NullInt64
	err = tx.QueryRow(`SELECT MAX(document) FROM outside_item WHERE path = ?`, it.path).Scan(&n)
	h.Document = n.Int64
	return h, true, err
}

// CameWith lists the paths of goods from outside the network that came with a document.
func (d *Desk) CameWith(ctx context.Context, document int64) ([]string, error) {
	var list []string
	err := d.vault.View(ctx, func(tx *sql.Tx) error {
		list = list[:0]
		return readEach(tx, `SELECT path FROM outside_item WHERE document = ? ORDER BY path`, []any{document}, func(rows *sql.Rows) error {
			var p string
			err := rows.Scan(&p)
			list = append(list, p)
			return err
		})
	})
	if err != nil {
		return nil, fmt.Errorf("couldn't look up what came with document %d: %w", document, err)
	}
	return list, nil
}

func readEach(tx queryer, query string, args []any, each func(*sql.Rows) error) error {
	rows, err := tx.Query(query, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := each(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

// readPaths is the first column of a query's rows; empty, not nil, where there are none.
func readPaths(tx queryer, query string, args ...any) ([]string, error) {
	list := []string{}
	err := readEach(tx, query, args, func(rows *sql.Rows) error {
		var p string
		err := rows.Scan(&p)
		list = append(list, p)
		return err
	})
	if err != nil {
		return nil, err
	}
	return list, nil
}

// Doubt is what a seller's document says of a thing that was received, where that isn't
// what it was received with.
type Doubt struct {
	Path     string
	Document int64
	Lot      string // "" where it agrees
	Expiry   string // CCYY-MM-DD; "" where it agrees
	Gone     bool   // the document, which corrects an earlier one, doesn't name it any more
}

// Doubt notes what documents say now that contradicts what things were received with: until
// it is settled, nobody can tell whether they may be sold. What was doubted by other
// documents is forgotten. Nothing else changes; the ledger does not.
func (d *Desk) Doubt(tx *sql.Tx, forget []int64, list []Doubt) error {
	for _, n := range forget {
		if _, err := tx.Exec(`DELETE FROM outside_doubt WHERE document = ?`, n); err != nil {
			return fmt.Errorf("couldn't forget what document %d contradicted: %w", n, err)
		}
	}
	for _, one := range list {
		_, err := tx.Exec(`INSERT INTO outside_doubt (path, document, lot, expiry, gone) VALUES (?, ?, ?, ?, ?)
			ON CONFLICT (path) DO UPDATE SET document = excluded.document, lot = excluded.lot, expiry = excluded.expiry, gone = excluded.gone`,
			one.Path, one.Document, one.Lot, one.Expiry, truth(one.Gone))
		if err != nil {
			return fmt.Errorf("couldn't note what document %d says of %s: %w", one.Document, one.Path, err)
		}
	}
	return nil
}

// Doubts lists what a document contradicts and nobody settled.
func (d *Desk) Doubts(tx *sql.Tx, document int64) ([]Doubt, error) {
	list := []Doubt{}
	err := readEach(tx, `SELECT path, document, lot, expiry, gone FROM outside_doubt WHERE document = ? ORDER BY path`, []any{document}, func(rows *sql.Rows) error {
		var one Doubt
		err := rows.Scan(&one.Path, &one.Document, &one.Lot, &one.Expiry, &one.Gone)
		list = append(list, one)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("couldn't look up what document %d contradicts: %w", document, err)
	}
	return list, nil
}

// Undoubt settles doubts: what the things were received with is right.
func (d *Desk) Undoubt(tx *sql.Tx, list []Doubt) error {
	for _, one := range list {
		if _, err := tx.Exec(`DELETE FROM outside_doubt WHERE path = ? AND document = ?`, one.Path, one.Document); err != nil {
			return fmt.Errorf("couldn't settle what document %d says of %s: %w", one.Document, one.Path, err)
		}
	}
	return nil
}

// Amend settles doubts about goods from outside the network the other way: the document is
// right, and the stock has its lot and date from now on.
func (d *Desk) Amend(tx *sql.Tx, list []Doubt) error {
	for _, one := range list {
		if err := amend(tx, one); err != nil {
			return fmt.Errorf("couldn't change %s to what document %d says: %w", one.Path, one.Document, err)
		}
	}
	return d.Undoubt(tx, list)
}

func amend(tx *sql.Tx, one Doubt) error {
	it, err := mustItem(tx, one.Path)
	if err != nil {
		return err
	}
	l := it.lot
	if one.Lot != "" {
		l.number = one.Lot
	}
	if one.Expiry != "" {
		day, err := gs1.ParseISODate(one.Expiry)
		if err != nil {
			return err
		}
		l.expiry = day.YYMMDD()
	}
	if l.id, err = lotID(tx, l); err != nil {
		return err
	}
	if _, err := tx.Exec(`UPDATE trace_item SET lot = ? WHERE path = ? AND status = ?`, l.id, one.Path, StatusOutside); err != nil {
		return err
	}
	_, err = tx.Exec(`UPDATE outside_item SET document = ? WHERE path = ?`, one.Document, one.Path)
	return err
}

// doubted says what a later document of its sender says of a thing, where that contradicts
// what it was received with.
func (j *judging) doubted(it *item) ([]verdict.Fact, error) {
	if j.none(tableDoubt, it.path) {
		return nil, nil
	}
	var facts []verdict.Fact
	err := readEach(j.tx, `SELECT document, lot, expiry, gone FROM outside_doubt WHERE path = ?`, []any{it.path}, func(rows *sql.Rows) error {
		one := Doubt{Path: it.path}
		if err := rows.Scan(&one.Document, &one.Lot, &one.Expiry, &one.Gone); err != nil {
			return err
		}
		b := verdict.Basis{Known: verdict.Reported, AsOf: j.now, Source: "file", Evidence: fmt.Sprintf("document %d", one.Document)}
		f := verdict.New(verdict.RuleDataFaulty, it.path, one.text(it), b)
		f.Next = fmt.Sprintf("hold it and read its label; then settle what document %d corrects", one.Document)
		f.Command = fmt.Sprintf("pedigree dock settle %d", one.Document)
		facts = append(facts, f)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("couldn't look up what documents say of %s: %w", it.path, err)
	}
	return facts, nil
}

// text says what contradicts.
func (o *Doubt) text(it *item) string {
	switch {
	case o.Gone:
		return fmt.Sprintf("Document %d, which corrects the one it came with, doesn't name it.", o.Document)
	case o.Expiry == "":
		return fmt.Sprintf("Document %d says lot %s; it was received as lot %s.", o.Document, o.Lot, it.lot.number)
	case o.Lot == "":
		return fmt.Sprintf("Document %d says expiry %s; it was received with %s.", o.Document, o.Expiry, expiryText(it.lot.expiry))
	}
	return fmt.Sprintf("Document %d says lot %s, expiry %s; it was received as lot %s, expiry %s.", o.Document, o.Lot, o.Expiry, it.lot.number, expiryText(it.lot.expiry))
}
