package traceview

import (
	"database/sql"
	"fmt"
)

// Standing is how the stock has a thing, for who compares a list with it.
type Standing struct {
	Status int // that counts: of the outermost container
	Lot    string
	Expiry string // CCYY-MM-DD
	// Partner is at the other end, where it was shipped or came from.
	Partner string
	Known   int // of what came from outside the network
}

// Standings tells of paths how the stock has them; what it doesn't have is not among them.
func (d *Desk) Standings(tx *sql.Tx, paths []string) (map[string]Standing, error) {
	here, err := itemsByPath(tx, paths)
	if err != nil {
		return nil, err
	}
	known, err := outsideKnown(tx, paths)
	if err != nil {
		return nil, err
	}
	out := make(map[string]Standing, len(here))
	stand := newStandings(tx)
	for path, it := range here {
		s := Standing{Lot: it.lot.number, Partner: it.partner}
		if it.lot.expiry != "" {
			s.Expiry = expiryText(it.lot.expiry)
		}
		if s.Status, err = stand.of(it); err != nil {
			return nil, err
		}
		if it.status == StatusDispensed {
			s.Status = it.status
		}
		if s.Status == StatusOutside {
			s.Known = known[path]
		}
		out[path] = s
	}
	return out, nil
}

// OwnProducts tells of paths whether a thing of that number is this organisation's own to
// bring onto the ledger: it is a maker or repackager, and the number stands under its
// company prefix.
func (d *Desk) OwnProducts() (func(path string) bool, error) {
	o, err := d.owner()
	if err != nil {
		return nil, err
	}
	if _, may := o.class(); !may {
		return func(string) bool { return false }, nil
	}
	return func(path string) bool { return gtinOf(path) != "" && o.product(path) }, nil
}

// ListedOutside pages through what stock lists have brought and is still here from outside
// the network, in the order of paths.
func ListedOutside(tx *sql.Tx, after string, limit int) ([]string, error) {
	rows, err := tx.Query(`SELECT o.path FROM outside_item o JOIN trace_item i ON i.path = o.path
		WHERE o.path > ? AND o.run > 0 AND i.status = ? ORDER BY o.path LIMIT ?`, after, StatusOutside, limit)
	if err != nil {
		return nil, fmt.Errorf("couldn't list what stock lists have brought: %w", err)
	}
	defer rows.Close()
	var list []string
	for rows.Next() {
		var path string
		if err := rows.Scan(&path); err != nil {
			return nil, fmt.Errorf("couldn't list what stock lists have brought: %w", err)
		}
		list = append(list, path)
	}
	return list, rows.Err()
}

// ForgetOutside takes a thing from outside the network out of the stock, which is no
// longer there by a later count: only a file tells of it from then on.
func ForgetOutside(tx *sql.Tx, path string) error {
	if _, err := tx.Exec(`UPDATE trace_item SET status = ? WHERE path = ? AND status = ?`, StatusReported, path, StatusOutside); err != nil {
		return fmt.Errorf("couldn't take %s out of the stock: %w", path, err)
	}
	return nil
}
