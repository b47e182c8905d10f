package traceview

import (
	"context"
	"database/sql"
	"fmt"
	"sort"
	"time"

	"pedigree/domain/trace/traceview/verdict"
	"pedigree/ledger"
	"pedigree/proof"
)

// ShiftList is a page of what a device may answer from while it has no connection: the
// packs in hand, each with the answer that Judge gives. It holds for a shift at most, and
// no longer than Judge would give the same answer from what is known now.
type ShiftList struct {
	Rows     []ShiftRow     `json:"rows"`
	Answers  []ShiftAnswer  `json:"answers" doc:"Answers of this page's rows, each once"`
	Products []ShiftProduct `json:"products" doc:"What this page's products are called, where the catalogue knows"`
	Next     string         `json:"next" doc:"Where the next page begins; empty after the last"`

	Height uint64    `json:"-"` // of the ledger that was read
	At     time.Time `json:"-"` // when it was made
	Until  time.Time `json:"-"` // after it no row's OK counts
}

// ShiftRow is one pack in hand.
type ShiftRow struct {
	Path   string    `json:"path"`
	Lot    string    `json:"lot,omitempty"`
	Expiry string    `json:"expiry,omitempty" doc:"YYMMDD"`
	Answer int       `json:"answer" doc:"Which of the answers it has, from 0"`
	Until  time.Time `json:"until,omitzero" doc:"Of an OK that ends before the list does: when"`
}

// ShiftAnswer is an answer with the fact that decides it.
type ShiftAnswer struct {
	Word  verdict.Word `json:"word"`
	Rule  string       `json:"rule"`
	Text  string       `json:"text"`
	Next  string       `json:"next"`
	Known int          `json:"known" doc:"1 proved by the ledger, 2 signed, 3 reported, 4 known here"`
}

// ShiftProduct is a product's name.
type ShiftProduct struct {
	GTIN string `json:"gtin" doc:"14 digits"`
	Name string `json:"name"`
}

// ShiftList makes one page, from the cursor that the page before gave, or "".
func (d *Desk) ShiftList(ctx context.Context, cursor string) (ShiftList, error) {
	s := shift{list: ShiftList{Rows: []ShiftRow{}, Answers: []ShiftAnswer{}, Products: []ShiftProduct{}}, later: map[time.Time]*judging{}, places: map[ShiftAnswer]int{}, named: map[string]bool{}}
	s.now = d.judging()
	s.list.At, s.list.Height = s.now.now.UTC(), s.now.height
	s.list.Until = s.list.At.Add(shiftMost)
	if ledger := s.now.blockTime.Add(d.ledgerAge); ledger.Before(s.list.Until) {
		s.list.Until = ledger
	}
	err := d.vault.View(ctx, func(tx *sql.Tx) error {
		return d.chain.Read(func(state ledger.State) error {
			s.now.on(tx, state)
			page, err := d.inventoryPage(ctx, tx, InventoryFilter{Kind: proof.KindUnit, inHand: true, Cursor: cursor, Limit: ShiftRowsMax})
			if err != nil {
				return err
			}
			s.list.Next = page.Next
			for _, row := range page.Rows {
				if err := s.add(row); err != nil {
					return err
				}
			}
			return nil
		})
	})
	if err != nil {
		return ShiftList{}, fmt.Errorf("couldn't make the list for a shift: %w", err)
	}
	return s.list, nil
}

// shift is a page in the making.
type shift struct {
	list   ShiftList
	now    *judging
	later  map[time.Time]*judging // the same knowledge, asked at a later time
	places map[ShiftAnswer]int
	named  map[string]bool
}

func (s *shift) add(in InventoryRow) error {
	a, err := s.now.plainly(in.Path)
	if err != nil {
		return err
	}
	row := ShiftRow{Path: in.Path, Lot: in.Lot, Expiry: in.Expiry}
	if a.Word == OK {
		if row.Until, err = s.until(in.Path); err != nil {
			return err
		}
	}
	answer := ShiftAnswer{Word: a.Word, Rule: a.Rule, Text: a.Text, Next: a.Next, Known: a.Facts[0].Basis.Known}
	place, known := s.places[answer]
	if !known {
		place = len(s.list.Answers)
		s.places[answer] = place
		s.list.Answers = append(s.list.Answers, answer)
	}
	row.Answer = place
	s.list.Rows = append(s.list.Rows, row)
	return s.name(in)
}

// name notes what a row's product is called.
func (s *shift) name(in InventoryRow) error {
	gtin := gtinOf(in.Path)
	if s.named[gtin] {
		return nil
	}
	s.named[gtin] = true
	name, err := s.now.product(in.Path)
	if err == nil && name != "" {
		s.list.Products = append(s.list.Products, ShiftProduct{gtin, name})
	}
	return err
}

// until is when an OK ends that ends before the list does: the last step at which it is
// still one. Steps are quarters of an hour of the clock, so that lists that are made soon
// after each other are the same.
func (s *shift) until(path string) (time.Time, error) {
	begin := s.list.At.Truncate(shiftStep)
	ok := func(at time.Time) (bool, error) {
		a, err := s.at(at).plainly(path)
		return a.Word == OK, err
	}
	if s.list.Until.Before(s.list.At) {
		return time.Time{}, nil
	}
	if whole, err := ok(s.list.Until); whole || err != nil {
		return time.Time{}, err
	}
	var failed error
	steps := int(s.list.Until.Sub(begin) / shiftStep)
	first := 1 + sort.Search(steps, func(i int) bool {
		still, err := ok(begin.Add(time.Duration(i+1) * shiftStep))
		if err != nil {
			failed = err
		}
		return !still
	})
	return begin.Add(time.Duration(first-1) * shiftStep), failed
}

// at asks the same knowledge at a later time.
func (s *shift) at(t time.Time) *judging {
	j, known := s.later[t]
	if !known {
		copied := *s.now
		j = &copied
		j.now = t
		j.on(s.now.tx, s.now.s)
		s.later[t] = j
	}
	return j
}

// plainly is the answer about a thing of the stock, without what it is called.
func (j *judging) plainly(path string) (verdict.Answer, error) {
	facts, _, err := j.of(path, path)
	if err != nil {
		return verdict.Answer{}, err
	}
	return j.sum(path, facts), nil
}
