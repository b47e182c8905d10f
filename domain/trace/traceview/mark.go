package traceview

import (
	"context"
	"database/sql"
	"fmt"
	"strings"

	"pedigree/domain/trace"
	"pedigree/ledger"
	"pedigree/proof"
)

// marksOfTrade are the marks that an owner or holder sets and clears, in the order in
// which they are told.
var marksOfTrade = []struct {
	name string
	flag uint64
}{
	{"held", proof.FlagHeld}, {"suspect", proof.FlagSuspect}, {"illegitimate", proof.FlagIllegitimate}, {"stolen", proof.FlagStolen},
}

// MarksOf reads names of marks: held, suspect, illegitimate, stolen.
func MarksOf(names []string) (uint64, error) {
	var flags uint64
next:
	for _, name := range names {
		for _, m := range marksOfTrade {
			if m.name == name {
				flags |= m.flag
				continue next
			}
		}
		return 0, fmt.Errorf("there is no mark %q; they are held, suspect, illegitimate and stolen", name)
	}
	return flags, nil
}

// MarkNames are the names of marks.
func MarkNames(flags uint64) []string {
	names := []string{}
	for _, m := range marksOfTrade {
		if flags&m.flag != 0 {
			names = append(names, m.name)
		}
	}
	return names
}

// Mark sets and clears marks (proof.FlagHeld and so on) on things in our hands, and
// returns the entries that carry them: none when all of them stand so already. A mark is
// the thing's own, so it comes out of what it is sealed or packed in. The same call
// again completes one that was cut off. A mark is a warning, so an order that has reserved
// the thing loses it.
//
//	entries, err := desk.Mark(ctx, []string{path}, proof.FlagHeld|proof.FlagSuspect, 0)
func (d *Desk) Mark(ctx context.Context, paths []string, set, clear uint64) ([]proof.Hash, error) {
	r, err := d.MarkItemsOf(ctx, paths, set, clear, Reserved{ReleaseReservation: true})
	if err == nil && len(r.Refused) > 0 {
		err = fmt.Errorf("couldn't mark goods: the ledger refused %s: %s", strings.Join(r.Refused[0].Items, ", "), r.Refused[0].Text)
	}
	return r.Entries, err
}

// MarkReport says what came of marking.
type MarkReport struct {
	Items   []MarkedItem `json:"items"`
	Entries []proof.Hash `json:"entries" doc:"Entries on the ledger; none when nothing had to change"`
	Refused []Refusal    `json:"refused"`
}

// MarkedItem is one thing with the marks that stand now.
type MarkedItem struct {
	Path  string   `json:"path"`
	Marks []string `json:"marks"` // held, suspect, illegitimate, stolen
}

// MarkItems is Mark by any text that identifies each thing, with a report.
func (d *Desk) MarkItems(ctx context.Context, texts []string, set, clear uint64) (MarkReport, error) {
	return d.MarkItemsOf(ctx, texts, set, clear, Reserved{})
}

// MarkItemsOf is MarkItems for the order of a pick, or of what another order has reserved.
func (d *Desk) MarkItemsOf(ctx context.Context, texts []string, set, clear uint64, of Reserved) (MarkReport, error) {
	return d.markGoods(ctx, Marking{Items: texts, Set: set, Clear: clear, Reserved: of}, false)
}

// MarkGoods is MarkItemsOf as a person asks for it: what came back, what a case names and
// what was marked as worse than held is released with a reason alone.
func (d *Desk) MarkGoods(ctx context.Context, m Marking) (MarkReport, error) {
	return d.markGoods(ctx, m, true)
}

func (d *Desk) markGoods(ctx context.Context, m Marking, asked bool) (MarkReport, error) {
	r, err := d.markItems(ctx, m, asked)
	if err != nil {
		return r, fmt.Errorf("couldn't mark goods: %w", err)
	}
	return r, nil
}

func (d *Desk) markItems(ctx context.Context, m Marking, asked bool) (MarkReport, error) {
	set, clear := m.Set, m.Clear
	r := MarkReport{Items: []MarkedItem{}, Entries: []proof.Hash{}, Refused: []Refusal{}}
	all := proof.FlagHeld | proof.FlagSuspect | proof.FlagIllegitimate | proof.FlagStolen
	if set|clear == 0 || set&clear != 0 || (set|clear)&^uint64(all) != 0 {
		return r, ledger.CodeMalformed.Errorf("name marks to set or to clear, each on one side: held, suspect, illegitimate, stolen")
	}
	if len(m.Reason) > ReleaseReasonMax {
		return r, ledger.CodeMalformed.Errorf("the reason has %d bytes; say it in at most %d", len(m.Reason), ReleaseReasonMax)
	}
	paths, err := actPaths(m.Items, MarkItemsMax)
	if err != nil {
		return r, err
	}
	since := d.now()
	key := keyOfAct("mark", paths, fmt.Sprintf("%d/%d", set, clear))
	done, err := d.enact(ctx, "mark", key, func(w *work) error {
		if err := w.heed(m.Reserved); err != nil {
			return err
		}
		for _, p := range paths {
			if _, err := w.inHand(p); err != nil {
				return err
			}
			if err := w.releases(&m, p, asked); err != nil {
				return err
			}
		}
		return w.mark(paths, set, clear)
	})
	if err != nil {
		return r, err
	}
	r.Entries, r.Refused = append(r.Entries, done.entries...), append(r.Refused, done.refused...)
	if err := d.vault.Update(ctx, func(tx *sql.Tx) error {
		if len(r.Refused) > 0 {
			return notReleased(tx, since, r.Refused)
		}
		return noLongerWaiting(tx, paths)
	}); err != nil {
		return r, err
	}
	return r, d.vault.View(ctx, func(tx *sql.Tx) error {
		for _, p := range paths {
			flags, err := d.flagsOf(tx, p)
			if err != nil {
				return err
			}
			r.Items = append(r.Items, MarkedItem{p, MarkNames(flags)})
		}
		return nil
	})
}

// mark sets marks, and clears those that stand.
func (w *work) mark(paths []string, set, clear uint64) error {
	for _, path := range paths {
		flags, err := w.d.flagsOf(w.tx, path)
		if err != nil {
			return err
		}
		set, clear := set&^flags, clear&flags
		if set|clear == 0 {
			continue
		}
		if err := w.flag([]string{path}, set, clear); err != nil {
			return err
		}
	}
	return nil
}

// flagsOf are the marks of an item's record, or of the one it is sealed in.
func (d *Desk) flagsOf(tx queryer, path string) (uint64, error) {
	it, err := mustItem(tx, path)
	for err == nil && !it.surfaced && it.sealedIn != "" {
		it, err = mustItem(tx, it.sealedIn)
	}
	if err != nil {
		return 0, err
	}
	o, err := openItem(tx, it)
	if err != nil {
		return 0, err
	}
	var flags uint64
	err = d.chain.Read(func(s ledger.State) error {
		r, _ := trace.GetRecord(s, trace.Name{Origin: o.origin, Leaf: o.leaf})
		flags = r.Flags
		return nil
	})
	return flags, err
}
