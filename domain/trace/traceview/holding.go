package traceview

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"
)

// HoldingFilter chooses a page of what a thing holds. Zero fields choose the first.
type HoldingFilter struct {
	Cursor string // Next of the page before
	Limit  int    // rows of a page; holdingLimit when zero
}

// Holding is one page of what is directly in a thing.
type Holding struct {
	Path  string        `json:"path"`
	Kind  uint64        `json:"kind" doc:"1 pack, 2 case, 3 pallet, 4 box"`
	Total int           `json:"total" doc:"How many things are directly in it"`
	Rows  []HoldingItem `json:"rows"`
	Next  string        `json:"next" doc:"Where the next page begins; empty after the last"`
}

// HoldingItem is one thing in another.
type HoldingItem struct {
	Path   string `json:"path"`
	Kind   uint64 `json:"kind" doc:"1 pack, 2 case, 3 pallet, 4 box"`
	Lot    string `json:"lot,omitempty"`
	Expiry string `json:"expiry,omitempty" doc:"YYMMDD"`
	Inside int    `json:"inside" doc:"How many things are directly in it"`
}

// Holding lists what is directly in a thing now, as far as it is known here, in order
// of paths. What was dispensed out of it is in it no longer.
func (d *Desk) Holding(ctx context.Context, text string, f HoldingFilter) (Holding, error) {
	path, err := itemPath(text)
	if err != nil {
		return Holding{}, fmt.Errorf("couldn't look into a container: %w", err)
	}
	limit := f.Limit
	if limit == 0 {
		limit = holdingLimit
	}
	if limit < 0 || limit > holdingLimitMax {
		return Holding{}, fmt.Errorf("couldn't look into %s: a page of %d rows is outside 1 to %d", path, limit, holdingLimitMax)
	}
	out := Holding{Path: path, Rows: []HoldingItem{}}
	err = d.vault.View(ctx, func(tx *sql.Tx) error { return out.read(tx, f.Cursor, limit) })
	if err != nil {
		return Holding{}, fmt.Errorf("couldn't look into %s: %w", path, err)
	}
	return out, nil
}

func (h *Holding) read(tx *sql.Tx, after string, limit int) error {
	it, known, err := loadItem(tx, h.Path)
	if err != nil || !known {
		return err
	}
	h.Kind = it.kind
	all, err := holds(tx, &it)
	if err != nil {
		return err
	}
	h.Total = len(all)
	from, found := slices.BinarySearchFunc(all, after, func(i item, path string) int { return strings.Compare(i.path, path) })
	if found {
		from++
	}
	all = all[from:]
	if len(all) > limit {
		all, h.Next = all[:limit], all[limit-1].path
	}
	for i := range all {
		inner, err := holds(tx, &all[i])
		if err != nil {
			return err
		}
		h.Rows = append(h.Rows, HoldingItem{all[i].path, all[i].kind, all[i].lot.number, all[i].lot.expiry, len(inner)})
	}
	return nil
}

// holds are the things directly in another: those that were sealed in it and have no
// record of their own yet, and those that were packed in it since.
func holds(tx queryer, in *item) ([]item, error) {
	list, err := packedItems(tx, in.path)
	if err != nil {
		return nil, err
	}
	paths := make([]string, 0, len(in.contents))
	for _, c := range in.contents {
		if c.gone == nil {
			paths = append(paths, c.path)
		}
	}
	for part := range slices.Chunk(paths, heldAtOnce) {
		args := make([]any, len(part))
		for i, path := range part {
			args[i] = path
		}
		sealed, err := queryItems(tx, itemSelect+`WHERE i.surfaced = 0 AND i.path IN (?`+strings.Repeat(",?", len(part)-1)+`)`, args...)
		if err != nil {
			return nil, err
		}
		list = append(list, sealed...)
	}
	list = slices.DeleteFunc(list, func(i item) bool { return i.status == StatusDispensed || inside(&i) != in.path })
	slices.SortFunc(list, func(a, b item) int { return strings.Compare(a.path, b.path) })
	return list, nil
}
