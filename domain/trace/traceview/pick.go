package traceview

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"time"

	"pedigree/format/gs1"
	"pedigree/internal/api"
	"pedigree/internal/vault"
	"pedigree/ledger"
	"pedigree/proof"
)

// PickRequest says what an order needs: lines of products, or things by name.
type PickRequest struct {
	Order string     `json:"order,omitempty" maxLength:"64" doc:"Number of the order; the same call for the same order answers with the same pick"`
	Lines []PickLine `json:"lines,omitempty" maxItems:"100"`
	Items []string   `json:"items,omitempty" maxItems:"1000" doc:"Packs, cases, pallets or totes, as scanned or typed, instead of lines"`
	// ShelfDays is for how many days from now the packs of lines have to be good still.
	ShelfDays int  `json:"shelf_days,omitempty" minimum:"0" maximum:"3650" doc:"Days for which packs have to be good still"`
	Whole     bool `json:"whole,omitempty" doc:"Reserve nothing when something is missing"`
}

// PickLine is so many packs of a product.
type PickLine struct {
	GTIN  string `json:"gtin" doc:"GTIN of the pack"`
	Lot   string `json:"lot,omitempty" doc:"Only this lot"`
	Count int    `json:"count" minimum:"1" maximum:"10000" doc:"Packs"`
}

// PickReport is a pick: what is reserved, and what was missing.
type PickReport struct {
	ID      *proof.Hash   `json:"id,omitempty" doc:"Number of the pick; none when nothing is reserved"`
	Order   string        `json:"order,omitempty"`
	Until   time.Time     `json:"until,omitzero" doc:"Until when the goods stay reserved"`
	Resumed bool          `json:"resumed" doc:"The pick was there already"`
	Items   []PickedItem  `json:"items"`
	Missing []PickMissing `json:"missing" doc:"Lines of which there was not enough"`

	packs []string // in the items, where they were chosen just now
}

// PickedItem is one thing to be taken from its place.
type PickedItem struct {
	Path   string `json:"path"`
	Kind   uint64 `json:"kind"`
	GTIN   string `json:"gtin,omitempty"`
	Lot    string `json:"lot,omitempty"`
	Expiry string `json:"expiry,omitempty"` // YYMMDD
	Packs  int    `json:"packs"`            // in it; 1 of a pack
	In     string `json:"in,omitempty" doc:"Box that it has to be taken out of"`
}

// PickMissing is a line of which there was not enough, and why packs were left out.
type PickMissing struct {
	GTIN    string        `json:"gtin"`
	Lot     string        `json:"lot,omitempty"`
	Asked   int           `json:"asked"`
	Found   int           `json:"found"`
	LeftOut []PickLeftOut `json:"left_out" doc:"Packs in the house that were not taken, by lot and reason"`
}

// PickLeftOut is how many packs of a lot were left out for one reason.
type PickLeftOut struct {
	Lot    string `json:"lot"`
	Expiry string `json:"expiry"` // YYMMDD
	Count  int    `json:"count"`
	Rule   string `json:"rule"` // a verdict's, pick/reserved or pick/shelf-life
	Text   string `json:"text"`
}

// Why a pick leaves out what is in hand and in order.
const (
	RulePickReserved  = "pick/reserved"   // another pick has it
	RulePickShelfLife = "pick/shelf-life" // it isn't good for long enough
)

// Pick chooses goods for an order and reserves them: of each product what expires first
// first; of one lot whole cases and pallets first, then loose packs, then packs of boxes
// that are open already, and only then of sealed ones. It takes only what a verdict of
// now calls OK. What is reserved no other pick takes, until it is shipped, dropped, or
// PickHours have gone; nothing is moved and nothing goes onto the ledger.
func (d *Desk) Pick(ctx context.Context, r PickRequest) (PickReport, error) {
	report, err := d.pick(ctx, r)
	if err != nil {
		return report, fmt.Errorf("couldn't pick: %w", err)
	}
	return report, nil
}

func (d *Desk) pick(ctx context.Context, r PickRequest) (PickReport, error) {
	report := PickReport{Order: r.Order, Items: []PickedItem{}, Missing: []PickMissing{}}
	paths, err := r.read()
	if err != nil {
		return report, err
	}
	asked := d.askedFor(&r, paths)
	d.exchanges.Lock()
	defer d.exchanges.Unlock()
	if id, err := d.pickFor(ctx, &r, asked); err != nil || id != nil {
		if err != nil {
			return report, err
		}
		report, err = d.PickOf(ctx, proof.Hash(id))
		report.Resumed = true
		return report, err
	}
	if err := d.choose(ctx, &r, paths, &report); err != nil {
		return report, err
	}
	if len(report.Items) == 0 || r.Whole && len(report.Missing) > 0 {
		report.Items = []PickedItem{}
		return report, nil
	}
	return report, d.reserve(ctx, asked, &report)
}

// read checks a request, and returns the paths of its items.
func (r *PickRequest) read() ([]string, error) {
	switch {
	case (len(r.Lines) == 0) == (len(r.Items) == 0):
		return nil, ledger.CodeMalformed.Errorf("name lines of products, or things; not both")
	case len(r.Lines) > PickLinesMax:
		return nil, ledger.CodeMalformed.Errorf("%d lines are named where at most %d are picked at once", len(r.Lines), PickLinesMax)
	case len(r.Order) > orderTextMax:
		return nil, ledger.CodeMalformed.Errorf("the order's number has %d bytes where at most %d are kept", len(r.Order), orderTextMax)
	case r.ShelfDays < 0 || r.ShelfDays > PickShelfDaysMax:
		return nil, ledger.CodeMalformed.Errorf("a shelf life of %d days is outside 0 to %d", r.ShelfDays, PickShelfDaysMax)
	}
	packs := 0
	for i := range r.Lines {
		l := &r.Lines[i]
		gtin, err := gs1.ParseGTIN(l.GTIN)
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", i+1, err)
		}
		if l.Count < 1 || l.Count > PickPacksMax {
			return nil, ledger.CodeMalformed.Errorf("line %d asks for %d packs, which is outside 1 to %d", i+1, l.Count, PickPacksMax)
		}
		l.GTIN = string(gtin)
		packs += l.Count
	}
	if packs > PickPacksMax {
		return nil, ledger.CodeMalformed.Errorf("%d packs are asked for where at most %d are picked at once", packs, PickPacksMax)
	}
	if len(r.Items) == 0 {
		return nil, nil
	}
	return actPaths(r.Items, PickItemsMax)
}

// askedFor is what a request asks for, in a form that tells nobody else.
func (d *Desk) askedFor(r *PickRequest, paths []string) proof.Hash {
	text := fmt.Sprintf("%q %+v %q %d", r.Order, r.Lines, paths, r.ShelfDays)
	return proof.ChildSalt(proof.Hash(d.keys.Secret()), "pick/"+text)
}

// pickFor finds the open pick of the same call for the same order.
func (d *Desk) pickFor(ctx context.Context, r *PickRequest, asked proof.Hash) (id []byte, err error) {
	if r.Order == "" {
		return nil, nil
	}
	err = d.vault.View(ctx, func(tx *sql.Tx) error {
		return tx.QueryRowContext(ctx, `SELECT id FROM pick_pick WHERE asked = ? AND until > ?`, asked[:], d.now().Unix()).Scan(&id)
	})
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	return id, err
}

// choose fills a report with what would be reserved.
func (d *Desk) choose(ctx context.Context, r *PickRequest, paths []string, report *PickReport) error {
	j := d.judging()
	return d.vault.View(ctx, func(tx *sql.Tx) error {
		return d.chain.Read(func(s ledger.State) error {
			j.on(tx, s)
			c := newChoosing(j, r.ShelfDays)
			for _, p := range paths {
				if err := c.named(p); err != nil {
					return err
				}
			}
			for i := range r.Lines {
				missing, err := c.line(&r.Lines[i])
				if err != nil {
					return err
				}
				if missing != nil {
					report.Missing = append(report.Missing, *missing)
				}
			}
			report.Items = append(report.Items, c.items...)
			report.packs = c.packs
			return nil
		})
	})
}

// reserve keeps a pick, and forgets those whose time is over.
func (d *Desk) reserve(ctx context.Context, asked proof.Hash, report *PickReport) error {
	var id proof.Hash
	rand.Read(id[:])
	now := d.now().UTC().Truncate(time.Second)
	report.ID, report.Until = &id, now.Add(PickHours*time.Hour)
	order, err := d.vault.SealValue(orderContext(id[:]), []byte(report.Order))
	if err != nil {
		return err
	}
	missing, err := sealJSON(d.vault, missingContext(id[:]), report.Missing)
	if err != nil {
		return err
	}
	return d.vault.Update(ctx, func(tx *sql.Tx) error {
		if err := forgetPicks(tx, now); err != nil {
			return err
		}
		var open int
		if err := tx.QueryRow(`SELECT COUNT(*) FROM pick_pick`).Scan(&open); err != nil {
			return err
		}
		if open >= PicksMax {
			return api.Coded(fmt.Errorf("%d picks are open, which is all there may be", open), ledger.Conflict, "trace/picks-full", "drop what isn't needed (pedigree pick list), or ship it")
		}
		if err := stillThere(tx, report.packs); err != nil {
			return err
		}
		_, err := tx.Exec(`INSERT INTO pick_pick (id, asked, order_no, missing, created, until) VALUES (?, ?, ?, ?, ?, ?)`,
			id[:], asked[:], order, missing, now.Unix(), report.Until.Unix())
		if err != nil {
			return fmt.Errorf("couldn't keep the pick: %w", err)
		}
		rows, err := vault.NewBulkInsert(ctx, tx, vault.BulkTable{Name: "pick_reserved", Columns: []string{"path", "pick", "packs"}})
		if err != nil {
			return err
		}
		for _, it := range report.Items {
			if err := rows.Add(it.Path, id[:], it.Packs); err != nil {
				return fmt.Errorf("couldn't reserve %s: %w", it.Path, err)
			}
		}
		_, err = rows.Flush()
		return err
	})
}

// stillThere refuses packs of which one was dispensed since they were chosen: that waits
// for no pick.
func stillThere(tx *sql.Tx, packs []string) error {
	for part := range slices.Chunk(packs, lookupPathsMax) {
		here, err := itemsByPath(tx, part)
		if err != nil {
			return err
		}
		for _, it := range here {
			if it.status == StatusDispensed {
				return api.Coded(fmt.Errorf("%s was dispensed while it was chosen", it.path), ledger.Conflict, "trace/refused", "pick again")
			}
		}
	}
	return nil
}

// forgetPicks removes the picks whose time is over, with what they reserved.
func forgetPicks(tx *sql.Tx, now time.Time) error {
	for _, q := range []string{
		`DELETE FROM pick_reserved WHERE pick IN (SELECT id FROM pick_pick WHERE until <= ?)`,
		`DELETE FROM pick_pick WHERE until <= ?`,
	} {
		if _, err := tx.Exec(q, now.Unix()); err != nil {
			return fmt.Errorf("couldn't forget old picks: %w", err)
		}
	}
	return nil
}
