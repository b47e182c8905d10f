package tiview

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"

	"pedigree/format/dscsa"
	"pedigree/internal/vault"
)

// number is a number by which people know a document.
type number struct {
	label string // what it is the number of
	value string
}

// Labels of marks.
const (
	labelOrder  = "po"
	labelNumber = "number" // of any sort
)

// numbersOf are the numbers that a document names: its own, and those of orders, despatch
// advices and returns.
func numbersOf(instance string, shipments []*dscsa.Shipment) []number {
	list := []number{{labelNumber, instance}}
	for _, s := range shipments {
		list = append(list, number{labelOrder, s.PO}, number{labelNumber, s.PO}, number{labelNumber, s.DESADV}, number{labelNumber, s.RMA})
	}
	slices.SortFunc(list, func(a, b number) int { return slices.Compare([]string{a.label, a.value}, []string{b.label, b.value}) })
	list = slices.DeleteFunc(slices.Compact(list), func(n number) bool { return n.value == "" })
	return list[:min(len(list), numbersMax)]
}

// keepNumbers makes a document findable by its numbers.
func (d *Documents) keepNumbers(ctx context.Context, tx *sql.Tx, n int64, list []number) error {
	for _, one := range list {
		_, err := tx.ExecContext(ctx, `INSERT INTO ti_number (mark, document) VALUES ($1, $2) ON CONFLICT (mark, document) DO NOTHING`, d.mark(one.label, one.value), n)
		if err != nil {
			return fmt.Errorf("couldn't note the numbers of document %d: %w", n, err)
		}
	}
	return nil
}

// numbers adds the condition that a document has a number.
func (c *condition) numbers(d *Documents, text string) {
	c.and("d.n IN (SELECT p.document FROM ti_number p WHERE p.mark = %s)", d.mark(labelNumber, text))
}

// numberFormer makes documents findable by their numbers that were taken in before numbers
// were noted, and tells of those in archives which of them left from here. It returns how
// many it looked at, at most as many as asked for.
func (d *Documents) numberFormer(ctx context.Context, most int) (done int, err error) {
	own, err := d.GLNs(ctx)
	if err != nil {
		return 0, err
	}
	var list []Entry
	err = d.Vault.View(ctx, func(tx *sql.Tx) error {
		list, err = entriesOf(tx.QueryContext(ctx, `SELECT `+entryColumns+` FROM ti_document d WHERE d.numbered = 0 AND d.state <> $1 ORDER BY d.n LIMIT $2`, int(Arrived), most))
		return err
	})
	for i := range list {
		if err == nil {
			err = d.numberOne(ctx, list[i], own)
		}
	}
	return len(list), err
}

func (d *Documents) numberOne(ctx context.Context, e Entry, own []string) error {
	var s Summary
	if e.summary > 0 {
		if err := d.readSummary(ctx, e.summary, &s); err != nil && !errors.Is(err, vault.ErrNotFound) {
			return err
		}
	}
	sent := e.Means == WayArchive && e.State != Refused && len(s.Shipments) > 0
	for _, one := range s.Shipments {
		sent = sent && one.Seller.GLN != "" && slices.Contains(own, one.Seller.GLN)
	}
	return d.Vault.Update(ctx, func(tx *sql.Tx) error {
		if e.State != Duplicate {
			if err := d.keepNumbers(ctx, tx, e.Number, numbersOf(e.Instance, s.Shipments)); err != nil {
				return err
			}
		}
		_, err := tx.ExecContext(ctx, `UPDATE ti_document SET numbered = 1, sent = $1 WHERE n = $2`, truth(sent), e.Number)
		return err
	})
}

// entriesOf reads the rows of a query of entries.
func entriesOf(rows *sql.Rows, err error) ([]Entry, error) {
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	list := []Entry{}
	for rows.Next() {
		e, err := scanEntry(rows.Scan)
		if err != nil {
			return nil, err
		}
		list = append(list, e)
	}
	return list, rows.Err()
}
