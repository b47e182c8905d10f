package traceview

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"time"

	"pedigree/format/gs1"
	"pedigree/internal/api"
	"pedigree/ledger"
)

// InventoryFilter chooses what of the stock is listed. Zero fields choose all.
type InventoryFilter struct {
	GTIN          string // 14 digits
	Lot           string
	Kind          uint64 // proof.KindUnit and so on
	Status        int    // StatusOnHand and so on
	Marks         uint64 // has one of these: proof.FlagHeld and so on
	ExpiresBefore time.Time
	Cursor        string // Next of the page before
	Limit         int    // rows of a page; 100 when zero

	inHand bool // only what is on hand, on the ledger or from outside the network
}

// InventoryRow is one thing in stock.
type InventoryRow struct {
	Path    string `json:"path,omitempty"`
	Kind    uint64 `json:"kind"`
	GTIN    string `json:"gtin,omitempty"` // of a product
	Lot     string `json:"lot,omitempty"`
	Expiry  string `json:"expiry,omitempty"`  // YYMMDD
	Status  int    `json:"status"`            // the one that counts: of the outermost container
	Inside  string `json:"inside,omitempty"`  // what it is sealed or packed in; empty for the outermost
	Partner string `json:"partner,omitempty"` // at the other end, where it was shipped or came from
	Grade   string `json:"grade,omitempty" doc:"Of goods from outside the network: what they are known by, as signed, reported or own word"`
	Product string `json:"product,omitempty" doc:"What it is called, where the catalogue knows"`
}

// Inventory is one page of the stock.
type Inventory struct {
	Rows []InventoryRow `json:"rows"`
	Next string         `json:"next"` // where the next page begins; empty after the last
}

// LotCount is how many things of one lot, kind and status there are.
type LotCount struct {
	GTIN   string `json:"gtin"`
	Lot    string `json:"lot"`
	Expiry string `json:"expiry"`
	Kind   uint64 `json:"kind"`
	Status int    `json:"status"`
	Count  int    `json:"count"`
}

// Inventory lists the stock in order of paths, a page at a time.
func (d *Desk) Inventory(ctx context.Context, f InventoryFilter) (Inventory, error) {
	page := Inventory{Rows: []InventoryRow{}}
	err := d.vault.View(ctx, func(tx *sql.Tx) (err error) {
		if page, err = d.inventoryPage(ctx, tx, f); err == nil {
			err = page.grade(tx)
		}
		if err == nil {
			err = d.nameProducts(tx, page.Rows)
		}
		return err
	})
	if err != nil {
		return Inventory{}, fmt.Errorf("couldn't list the stock: %w", err)
	}
	return page, nil
}

// inventoryPage reads rows until the page is full. Where a status or marks are asked for,
// rows that don't have them are passed over, a bounded number in one call.
func (d *Desk) inventoryPage(ctx context.Context, tx *sql.Tx, f InventoryFilter) (Inventory, error) {
	limit := f.Limit
	if limit == 0 {
		limit = inventoryLimit
	}
	if limit < 0 || limit > inventoryLimitMax {
		return Inventory{}, fmt.Errorf("a page of %d rows is outside 1 to %d", limit, inventoryLimitMax)
	}
	where, args, err := f.where()
	if err != nil {
		return Inventory{}, err
	}
	scanMax := inventoryScanMax
	if f.Marks != 0 {
		scanMax = markScanMax
	}
	args = append(args, scanMax)
	rows, err := tx.QueryContext(ctx, `SELECT i.path, i.kind, COALESCE(l.gtin, ''), COALESCE(l.lot, ''), COALESCE(l.expiry, ''), i.status,
		i.surfaced, COALESCE(i.sealed_in, ''), COALESCE(i.packed_in, ''), COALESCE(i.partner, '')
		FROM trace_item i LEFT JOIN trace_lot l ON l.id = i.lot WHERE `+where+` ORDER BY i.path LIMIT ?`, args...)
	if err != nil {
		return Inventory{}, err
	}
	defer rows.Close()
	page := Inventory{Rows: []InventoryRow{}}
	stand := newStandings(tx)
	last, scanned := "", 0
	for rows.Next() {
		if len(page.Rows) == limit {
			page.Next = last
			return page, nil
		}
		var it item
		if err := rows.Scan(&it.path, &it.kind, &it.lot.gtin, &it.lot.number, &it.lot.expiry, &it.status, &it.surfaced, &it.sealedIn, &it.packedIn, &it.partner); err != nil {
			return Inventory{}, err
		}
		last = it.path
		scanned++
		status, err := stand.of(&it)
		if err != nil {
			return Inventory{}, err
		}
		if f.Status != 0 && status != f.Status || f.inHand && status != StatusOnHand && status != StatusOutside {
			continue
		}
		if f.Marks != 0 {
			flags, err := d.flagsOf(tx, it.path)
			if err != nil {
				return Inventory{}, err
			}
			if flags&f.Marks == 0 {
				continue
			}
		}
		page.Rows = append(page.Rows, InventoryRow{it.path, it.kind, it.lot.gtin, it.lot.number, it.lot.expiry, status, inside(&it), it.partner, "", ""})
	}
	if scanned == scanMax {
		page.Next = last
	}
	return page, rows.Err()
}

// grade says of goods from outside the network what they are known by.
func (p *Inventory) grade(tx queryer) error {
	var paths []string
	for i := range p.Rows {
		if p.Rows[i].Status == StatusOutside {
			paths = append(paths, p.Rows[i].Path)
		}
	}
	known, err := outsideKnown(tx, paths)
	for i := range p.Rows {
		if p.Rows[i].Status == StatusOutside {
			p.Rows[i].Grade = GradeName(known[p.Rows[i].Path])
		}
	}
	return err
}

// nameProducts names the products of rows, each product looked up once.
func (d *Desk) nameProducts(tx *sql.Tx, rows []InventoryRow) error {
	if d.products == nil {
		return nil
	}
	names := map[string]string{}
	for i := range rows {
		gtin := rows[i].GTIN
		if gtin == "" {
			continue
		}
		name, known := names[gtin]
		if !known {
			var err error
			if name, err = d.products.Name(tx, gtin); err != nil {
				return fmt.Errorf("couldn't look up what product %s is called: %w", gtin, err)
			}
			names[gtin] = name
		}
		rows[i].Product = name
	}
	return nil
}

// where puts the conditions together. A GTIN is a range of paths.
func (f InventoryFilter) where() (string, []any, error) {
	if f.Cursor != "" && !strings.HasPrefix(f.Cursor, "/") {
		return "", nil, api.Coded(fmt.Errorf("the cursor %q is none: give the `next` of the page before, or none for the first page", f.Cursor), ledger.Invalid, "trace/cursor", "")
	}
	text, args := "i.path > ?", []any{f.Cursor}
	and := func(condition string, values ...any) {
		text += " AND " + condition
		args = append(args, values...)
	}
	if f.GTIN != "" {
		gtin, err := gs1.ParseGTIN(f.GTIN)
		if err != nil {
			return "", nil, err
		}
		and("i.path >= ? AND i.path < ?", "/01/"+string(gtin)+"/21/", "/01/"+string(gtin)+"/210")
	}
	if f.Lot != "" {
		and("l.lot = ?", f.Lot)
	}
	if f.Marks != 0 {
		and("i.surfaced = 1 AND (i.salt IS NOT NULL OR i.sealed_in IS NOT NULL)") // what has a record of its own
	}
	if f.Kind != 0 {
		and("i.kind = ?", int64(f.Kind))
	}
	if !f.ExpiresBefore.IsZero() {
		y, m, day := f.ExpiresBefore.Date()
		before, err := gs1.DateOf(y, int(m), day)
		if err != nil {
			return "", nil, err
		}
		and("l.expiry < ?", before.YYMMDD())
	}
	return text, args, nil
}

// LotCounts counts the stock by lot, kind and status. The filter's Cursor and
// Limit don't matter.
func (d *Desk) LotCounts(ctx context.Context, f InventoryFilter) ([]LotCount, error) {
	f.Cursor = ""
	list := []LotCount{}
	err := d.vault.View(ctx, func(tx *sql.Tx) (err error) {
		list, err = f.count(ctx, tx)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("couldn't count the stock: %w", err)
	}
	return list, nil
}

// count groups things by what they are in, so that each container's standing is
// looked up once however much is in it.
func (f InventoryFilter) count(ctx context.Context, tx *sql.Tx) ([]LotCount, error) {
	where, args, err := f.where()
	if err != nil {
		return nil, err
	}
	rows, err := tx.QueryContext(ctx, `SELECT l.gtin, l.lot, l.expiry, i.kind, i.status, i.surfaced,
		CASE i.surfaced WHEN 1 THEN '' ELSE COALESCE(i.sealed_in, '') END, COALESCE(i.packed_in, ''), COUNT(*)
		FROM trace_item i JOIN trace_lot l ON l.id = i.lot WHERE `+where+`
		GROUP BY l.id, i.kind, i.status, i.surfaced, 7, 8 ORDER BY l.gtin, l.lot, l.expiry, i.kind`, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	list := []LotCount{}
	place := map[LotCount]int{}
	stand := newStandings(tx)
	for rows.Next() {
		var c LotCount
		var it item
		var n int
		if err := rows.Scan(&c.GTIN, &c.Lot, &c.Expiry, &c.Kind, &it.status, &it.surfaced, &it.sealedIn, &it.packedIn, &n); err != nil {
			return nil, err
		}
		if c.Status, err = stand.of(&it); err != nil {
			return nil, err
		}
		if f.Status != 0 && c.Status != f.Status {
			continue
		}
		i, ok := place[c]
		if !ok {
			i = len(list)
			place[c] = i
			list = append(list, c)
		}
		list[i].Count += n
	}
	return list, rows.Err()
}
