package traceview

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"

	"pedigree/ledger"
	"pedigree/proof"
)

// SplitRequest says how the content of a box is divided.
type SplitRequest struct {
	From   string       `json:"from" doc:"Tote, case or pallet whose content is divided"`
	Groups []SplitGroup `json:"groups" minItems:"1" maxItems:"64" doc:"What goes where; the rest stays"`
	Reserved
}

// SplitGroup is a part of the content.
type SplitGroup struct {
	Box   string   `json:"box,omitempty" doc:"Where it goes: a new SSCC or GRAI makes a new box; left out, its things stand by themselves"`
	Items []string `json:"items" minItems:"1" maxItems:"1000" doc:"Things in the divided box, at whatever level, as scanned or typed"`
}

// SplitReport says what lies where after a split.
type SplitReport struct {
	From    string       `json:"from"`
	Groups  []SplitPart  `json:"groups"`
	Stays   int          `json:"stays" doc:"Things that are still directly in the divided box"`
	Refused []Refusal    `json:"refused"`
	Entries []proof.Hash `json:"entries"`
}

// SplitPart is one group after a split.
type SplitPart struct {
	Box   string   `json:"box,omitempty"`
	New   bool     `json:"new" doc:"The box was made by this"`
	Items []string `json:"items" doc:"What of the group is there now"`
}

// Split divides the content of a tote, case or pallet: some of it into other boxes, some
// to stand by itself, and the rest stays, all in one job. The same call again completes
// one that was cut off.
func (d *Desk) Split(ctx context.Context, r SplitRequest) (SplitReport, error) {
	report, err := d.divide(ctx, r)
	if err != nil {
		return report, fmt.Errorf("couldn't split: %w", err)
	}
	return report, nil
}

func (d *Desk) divide(ctx context.Context, r SplitRequest) (SplitReport, error) {
	report := SplitReport{Groups: []SplitPart{}, Refused: []Refusal{}, Entries: []proof.Hash{}}
	s, err := readSplit(r)
	if err != nil {
		return report, err
	}
	report.From, report.Groups = s.from, s.groups
	wanted := make([][]string, len(s.groups))
	for i := range s.groups {
		wanted[i] = s.groups[i].Items
	}
	done, err := d.enact(ctx, "split", s.key(), s.plan)
	if err != nil {
		return report, err
	}
	report.Refused, report.Entries = append(report.Refused, done.refused...), append(report.Entries, done.entries...)
	return report, d.vault.View(ctx, func(tx *sql.Tx) error {
		for i := range report.Groups {
			g := &report.Groups[i]
			g.Items = []string{}
			for _, p := range wanted[i] {
				it, err := mustItem(tx, p)
				if err != nil {
					return err
				}
				if inside(&it) == g.Box {
					g.Items = append(g.Items, p)
				}
			}
		}
		report.Stays, err = directlyIn(tx, s.from)
		return err
	})
}

// splitting is a split in the making.
type splitting struct {
	from   string
	groups []SplitPart
	all    []string
	of     Reserved
}

// readSplit reads a request, and refuses one that says two things of one thing or box.
func readSplit(r SplitRequest) (*splitting, error) {
	if len(r.Groups) == 0 || len(r.Groups) > SplitGroupsMax {
		return nil, ledger.CodeMalformed.Errorf("%d groups are named where a box is split into 1 to %d at once", len(r.Groups), SplitGroupsMax)
	}
	from, err := itemPath(r.From)
	if err != nil {
		return nil, err
	}
	s := &splitting{from: from, of: r.Reserved}
	group, boxes := map[string]int{}, map[string]bool{}
	for i, g := range r.Groups {
		part := SplitPart{}
		if part.Items, err = actPaths(g.Items, PackItemsMax); err != nil {
			return nil, err
		}
		if g.Box != "" {
			if part.Box, err = itemPath(g.Box); err != nil {
				return nil, err
			}
			if part.Box == from || boxes[part.Box] {
				return nil, ledger.CodeMalformed.Errorf("%s is named twice; each group goes into a box of its own, and the rest stays where it is", part.Box)
			}
			boxes[part.Box] = true
		}
		for _, p := range part.Items {
			if other, twice := group[p]; twice && other != i {
				return nil, ledger.CodeMalformed.Errorf("%s stands in two groups; a thing goes into one box", p)
			}
			group[p] = i
		}
		s.groups, s.all = append(s.groups, part), append(s.all, part.Items...)
	}
	if len(s.all) > PackItemsMax {
		return nil, ledger.CodeMalformed.Errorf("%d things are named where at most %d are moved at once; split in parts", len(s.all), PackItemsMax)
	}
	for _, p := range s.all {
		if boxes[p] || p == from {
			return nil, ledger.CodeMalformed.Errorf("%s is named as a box and as a thing that goes into one", p)
		}
	}
	return s, nil
}

// key is the cursor of the split's job.
func (s *splitting) key() proof.Hash {
	parts := []string{s.from}
	for _, g := range s.groups {
		parts = append(parts, "into "+g.Box, strings.Join(g.Items, "\n"))
	}
	return keyOfAct("split", nil, parts...)
}

// plan takes out what goes, all at once, and packs each group.
func (s *splitting) plan(w *work) error {
	// The box itself may hold what is reserved: that stays in it.
	top, err := w.inHand(s.from)
	if err != nil {
		return err
	}
	it, err := mustItem(w.tx, s.from)
	if err != nil {
		return err
	}
	if it.kind == proof.KindUnit {
		return fmt.Errorf("%s is a pack; there is nothing in it to split", s.from)
	}
	if err := w.heed(s.of); err != nil {
		return err
	}
	going, err := s.going(w)
	if err != nil || len(going) == 0 {
		return err
	}
	for _, p := range going { // before a box is made for what then can't go into it
		if err := w.unmarked(p, top); err != nil {
			return err
		}
	}
	if err := w.surfaceAll(going, 0); err != nil {
		return err
	}
	for i := range s.groups {
		g := &s.groups[i]
		var into []string
		for _, p := range g.Items {
			if slices.Contains(going, p) {
				into = append(into, p)
			}
		}
		if g.Box == "" || len(into) == 0 {
			continue
		}
		if g.New, err = w.boxFor(g.Box); err != nil {
			return err
		}
		if err := w.pack(g.Box, into); err != nil {
			return err
		}
	}
	return nil
}

// going lists what is still in the box; of a split that was done before, nothing.
func (s *splitting) going(w *work) ([]string, error) {
	var list []string
	for i := range s.groups {
		for _, p := range s.groups[i].Items {
			if _, err := w.inHand(p); err != nil {
				return nil, err
			}
			it, err := mustItem(w.tx, p)
			if err != nil {
				return nil, err
			}
			if inside(&it) == s.groups[i].Box {
				continue // it is there already
			}
			if err := s.isIn(w, it); err != nil {
				return nil, err
			}
			list = append(list, p)
		}
	}
	return list, nil
}

// isIn refuses a thing that is not in the box, or goes with another one that is named.
func (s *splitting) isIn(w *work, it item) error {
	path := it.path
	for range proof.NestMax + SealedLevelsMax + 1 {
		in := inside(&it)
		switch {
		case in == s.from:
			return nil
		case in == "":
			return fmt.Errorf("%s is not in %s; look where it is with pedigree trace", path, s.from)
		case slices.Contains(s.all, in):
			return fmt.Errorf("%s is in %s, which is named too; name the one or the other", path, in)
		}
		var err error
		if it, err = mustItem(w.tx, in); err != nil {
			return err
		}
	}
	return fmt.Errorf("couldn't find what %s is in: the stock rows form a circle; restore the private store from a backup", path)
}

// unmarked refuses what is marked or recalled, for it may not be packed: in what it is
// outermost in, and where it has a record of its own.
func (w *work) unmarked(path string, top item) error {
	check := shipping{d: w.d}
	it, err := mustItem(w.tx, path)
	if err != nil {
		return err
	}
	return w.d.chain.Read(func(st ledger.State) error {
		if err := check.checkLedger(w.tx, st, top); err != nil || !it.surfaced {
			return err
		}
		return check.checkLedger(w.tx, st, it)
	})
}

// directlyIn counts what is directly in a box.
func directlyIn(tx queryer, box string) (int, error) {
	it, err := mustItem(tx, box)
	if err != nil {
		return 0, err
	}
	kids, err := packedItems(tx, box)
	if err != nil {
		return 0, err
	}
	n := len(kids)
	var paths []string
	for _, c := range it.contents {
		if c.gone == nil {
			paths = append(paths, c.path)
		}
	}
	sealed, err := itemsByPath(tx, paths)
	if err != nil {
		return 0, err
	}
	for _, k := range sealed {
		if !k.surfaced {
			n++
		}
	}
	return n, nil
}
