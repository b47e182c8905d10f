package traceview

import (
	"cmp"
	"context"
	"crypto/rand"
	"database/sql"
	"fmt"
	"slices"
	"strings"

	"pedigree/domain/trace"
	"pedigree/ledger"
	"pedigree/proof"
)

// How far containers are opened before goods leave the network: a record can come back
// alone, what is sealed in one only with it.
const (
	SurfacePacks = "packs" // each pack gets a record; of containers with more than SurfacePacksMax packs, each case
	SurfaceCases = "cases" // each case
	SurfaceNone  = "none"  // nothing is opened
)

// LeaveRequest says what leaves the network: goods that are sold or given to somebody who
// is not on the ledger.
type LeaveRequest struct {
	Items []string `json:"items" minItems:"1" maxItems:"1000" doc:"Things in our hands, as scanned or typed"`
	// Surface says what can come back alone; SurfacePacks when empty.
	Surface  string `json:"surface,omitempty" enum:"packs,cases,none" doc:"What can come back alone: packs (of up to 256 in a container, else cases), cases, or none"`
	Buyer    int64  `json:"buyer,omitempty" minimum:"0" doc:"The buyer's number in the address book; 0: not kept"`
	Document int64  `json:"document,omitempty" minimum:"0" doc:"The document that went with the goods"`
	Reason   string `json:"reason,omitempty" maxLength:"200" doc:"Kept here; the ledger gets a commitment to it"`
	Reserved
}

// leaving checks how goods leave, and why, and returns what an empty word stands for.
func leaving(surface, reason string, back *ReturnNote) (string, string, error) {
	surface = cmp.Or(surface, SurfacePacks)
	if surface != SurfacePacks && surface != SurfaceCases && surface != SurfaceNone {
		return "", "", ledger.CodeMalformed.Errorf("there is no way to surface goods %q; they are packs, cases and none", surface)
	}
	if len(reason) > DispenseReasonMax {
		return "", "", ledger.CodeMalformed.Errorf("the reason has %d bytes where at most %d are kept", len(reason), DispenseReasonMax)
	}
	usual := leaveReason
	if back != nil {
		usual = returnReason
	}
	return surface, cmp.Or(reason, usual), nil
}

// LeaveReport says what left.
type LeaveReport struct {
	Items   []string     `json:"items" doc:"Paths of what was named"`
	Records int          `json:"records" doc:"Things that can come back alone, containers included"`
	Sealed  int          `json:"sealed" doc:"Things that can come back only with the container that they are sealed in"`
	Refused []Refusal    `json:"refused"`
	Entries []proof.Hash `json:"entries"`
	// Shipment is the departure that was confirmed.
	Shipment *proof.Hash `json:"shipment,omitempty" doc:"The departure that was confirmed; none of goods that left in one step"`
	Note     string      `json:"note,omitempty" doc:"What is missing of the data that the buyer has to have"`
}

// What stands for an empty reason.
const (
	leaveReason  = "sold outside the network"
	returnReason = "returned outside the network"
)

// noteNoData is told of goods that left in one step without a document.
const noteNoData = "no transaction data of it was made here, so the buyer has to have it on paper, no later than the goods; with pedigree depart --to the node makes and sends it"

// Leave takes goods out of the network in one step, for who hands their data over on
// paper: on the ledger they end as left, with a commitment to the reason; those that were
// bought outside the network, of which the ledger knows nothing, leave the stock. Call it
// when they have left the house, not when their documents are made. What has a record can
// come back, once (see Reenter), and every answer about it says for ever that it was out.
// The same call again completes one that was cut off. Prepare and Confirm do it with the
// buyer's data.
func (d *Desk) Leave(ctx context.Context, r LeaveRequest) (LeaveReport, error) {
	report, err := d.leave(ctx, r)
	if err != nil {
		return report, fmt.Errorf("couldn't let goods leave the network: %w", err)
	}
	return report, nil
}

func (d *Desk) leave(ctx context.Context, r LeaveRequest) (LeaveReport, error) {
	report := LeaveReport{Items: []string{}, Refused: []Refusal{}, Entries: []proof.Hash{}}
	paths, err := actPaths(r.Items, LeaveItemsMax)
	if err != nil {
		return report, err
	}
	if r.Surface, r.Reason, err = leaving(r.Surface, r.Reason, nil); err != nil {
		return report, err
	}
	report.Items = paths
	if r.Document == 0 {
		report.Note = noteNoData
	}
	l := departing{request: r}
	rand.Read(l.id[:])
	done, err := d.enact(ctx, "leave", keyOfAct("leave", paths, r.Surface), func(w *work) error { return l.plan(w, paths) })
	if err != nil {
		return report, err
	}
	report.Refused, report.Entries = append(report.Refused, done.refused...), append(report.Entries, done.entries...)
	if err := d.forgetStayed(ctx, done.refused); err != nil {
		return report, err
	}
	return report, d.vault.View(ctx, func(tx *sql.Tx) error { return countLeft(tx, paths, &report) })
}

// forgetStayed removes the notes of departure of what the ledger did not let go.
func (d *Desk) forgetStayed(ctx context.Context, refused []Refusal) error {
	if len(refused) == 0 {
		return nil
	}
	return d.vault.Update(ctx, func(tx *sql.Tx) error {
		for _, r := range refused {
			for _, p := range r.Items {
				_, err := tx.Exec(`DELETE FROM pick_departed WHERE path = ? AND back = 0 AND NOT EXISTS (SELECT 1 FROM trace_item i WHERE i.path = pick_departed.path AND i.status = ?)`, p, StatusLeft)
				if err != nil {
					return fmt.Errorf("couldn't note what stayed: %w", err)
				}
			}
		}
		return nil
	})
}

// departing is goods that leave, in the making.
type departing struct {
	request  LeaveRequest
	id       proof.Hash
	prepared bool     // it was prepared, and its goods are reserved for it
	back     bool     // goods on their way back to their seller, which may have any mark that lets them move
	inside   []string // of what is named: everything in it, itself included
	goods    []Goods  // what is named, as it was looked at
}

// plan takes all that is named out of the network that hasn't left.
func (l *departing) plan(w *work, paths []string) error {
	var err error
	if w.bound, err = w.d.bindingsBut(w.tx, l.request.Reserved, l.id); err != nil {
		return err
	}
	var going, open []string
	var outside []Goods
	for _, p := range paths {
		gone, err := w.hasLeft(p)
		if err != nil {
			return err
		}
		if gone {
			continue
		}
		if out, err := l.fromOutside(w, p); err != nil {
			return err
		} else if out {
			if err := w.bound.free(p); err != nil {
				return err
			}
			outside = append(outside, l.goods[len(l.goods)-1])
			continue
		}
		if _, err := w.inHand(p); err != nil {
			return err
		}
		surface, err := l.look(w, p)
		if err != nil {
			return err
		}
		going, open = append(going, p), append(open, surface...)
	}
	if len(going)+len(outside) == 0 {
		return nil
	}
	if err := l.keep(w); err != nil {
		return err
	}
	if err := l.leaveOutside(w, outside); err != nil || len(going) == 0 {
		return err
	}
	return l.end(w, going, open)
}

// end opens what is to be opened, and ends all that has a record.
func (l *departing) end(w *work, going, open []string) error {
	if err := w.surfaceAll(distinct(append(open, going...)), 0); err != nil {
		return err
	}
	leaving, err := w.topmost(append(l.inside, going...))
	if err != nil {
		return err
	}
	for _, p := range leaving {
		kids, err := w.inside(p, 0)
		if err != nil {
			return err
		}
		if err := l.left(w, append(pathsOf(kids), p)); err != nil {
			return err
		}
	}
	if err := endReservations(w.tx, slices.Values(l.inside)); err != nil {
		return err
	}
	return w.end(leaving, proof.EndLeftNetwork, l.request.Reason, proof.ChildSalt(proof.Hash(w.d.keys.Secret()), "leave/"+l.id.String()))
}

// look checks that a thing may leave with all that is in it, and returns what of that
// gets a record of its own.
func (l *departing) look(w *work, path string) ([]string, error) {
	it, err := mustItem(w.tx, path)
	if err != nil {
		return nil, err
	}
	g, err := newGoodsBuilder(w.tx).record(it)
	if err != nil {
		return nil, err
	}
	if err := noneDispensed(w.tx, []Goods{g}); err != nil {
		return nil, err
	}
	flags, err := w.d.flagsOf(w.tx, path)
	if err != nil {
		return nil, err
	}
	if names := MarkNames(flags &^ l.mayHave()); len(names) > 0 {
		return nil, markedError(path, names)
	}
	l.goods = append(l.goods, g)
	packs := 0
	var all, containers []string
	for in := range g.All() {
		all = append(all, in.Path)
		if in.Attrs.Kind == proof.KindUnit {
			packs++
		} else {
			containers = append(containers, in.Path)
		}
	}
	l.inside = append(l.inside, all...)
	if err := w.d.chain.Read(func(s ledger.State) error { return l.mayLeave(s, &g) }); err != nil {
		return nil, err
	}
	switch {
	case l.request.Surface == SurfaceNone:
		return nil, nil
	case l.request.Surface == SurfacePacks && packs <= SurfacePacksMax:
		return all, nil
	}
	return containers, nil
}

// mayHave are the marks with which goods may leave: those that a return may have.
func (l *departing) mayHave() uint64 {
	if l.back {
		return proof.FlagSuspect | proof.FlagIllegitimate | proof.FlagStolen
	}
	return 0
}

// mayLeave refuses goods with a mark or recall: the ledger would end them all the same.
func (l *departing) mayLeave(s ledger.State, g *Goods) error {
	for in := range g.All() {
		c, _ := trace.GetOrigin(s, in.Origin)
		if c.Recall != 0 && !l.back {
			return fmt.Errorf("%s is under recall %d; it may only go back as a return", in.Path, c.Recall)
		}
		r, ok := trace.GetRecord(s, trace.Name{Origin: in.Origin, Leaf: in.Leaf()})
		if names := MarkNames(r.Flags &^ l.mayHave()); ok && len(names) > 0 {
			return markedError(in.Path, names)
		}
	}
	return nil
}

func markedError(path string, names []string) error {
	return fmt.Errorf("%s is marked as %s; release it first, or send it back as a return", path, strings.Join(names, ", "))
}

// hasLeft tells whether a thing left the network already.
func (w *work) hasLeft(path string) (bool, error) {
	it, ok, err := loadItem(w.tx, path)
	if err != nil || !ok {
		return false, err
	}
	top, err := topOf(w.tx, it)
	return top.status == StatusLeft, err
}

// topmost picks the things that have a live record of their own and are in nothing.
func (w *work) topmost(paths []string) ([]string, error) {
	var list []string
	for _, p := range paths {
		it, err := mustItem(w.tx, p)
		if err != nil {
			return nil, err
		}
		if it.surfaced && it.packedIn == "" && it.status == StatusOnHand {
			list = append(list, p)
		}
	}
	return distinct(list), nil
}

// keep notes to whom goods went and why, where nobody else reads it.
func (l *departing) keep(w *work) error {
	if l.prepared { // it stands there since
		return nil
	}
	reason, err := w.d.vault.SealValue(departureContext(l.id[:]), []byte(l.request.Reason))
	if err != nil {
		return err
	}
	_, err = w.tx.Exec(`INSERT INTO pick_departure (id, created, buyer, doc, reason, surface) VALUES (?, ?, ?, ?, ?, ?)`,
		l.id[:], w.d.now().Unix(), l.request.Buyer, l.request.Document, reason, l.request.Surface)
	if err != nil {
		return fmt.Errorf("couldn't note the departure: %w", err)
	}
	return nil
}

// left notes what left by it.
func (l *departing) left(w *work, paths []string) error {
	for _, path := range paths {
		if _, err := w.tx.Exec(`INSERT INTO pick_departed (path, departure) VALUES (?, ?) ON CONFLICT (path, departure) DO NOTHING`, path, l.id[:]); err != nil {
			return fmt.Errorf("couldn't note the departure: %w", err)
		}
	}
	return nil
}

// distinct leaves out what stands earlier in a list.
func distinct(list []string) []string {
	seen := make(map[string]bool, len(list))
	return slices.DeleteFunc(list, func(s string) bool {
		again := seen[s]
		seen[s] = true
		return again
	})
}

func pathsOf(list []item) []string {
	paths := make([]string, len(list))
	for i := range list {
		paths[i] = list[i].path
	}
	return paths
}

// countLeft counts what left with the things that were named.
func countLeft(tx queryer, paths []string, r *LeaveReport) error {
	departures := map[string]bool{}
	for _, p := range paths {
		last, err := lastDeparture(tx, p)
		if err != nil {
			return err
		}
		if last.id == nil {
			continue // the ledger refused it, or it left by a captured event
		}
		departures[string(last.id)] = true
	}
	for id := range departures {
		left, err := queryItems(tx, itemSelect+`JOIN pick_departed p ON p.path = i.path WHERE p.departure = ? AND i.status = ?`, []byte(id), StatusLeft)
		if err != nil {
			return err
		}
		r.Records += len(left)
		for i := range left {
			n, err := sealedBelowItem(tx, &left[i], 0)
			if err != nil {
				return err
			}
			r.Sealed += n
		}
	}
	return nil
}

// sealedBelowItem counts what is still sealed in a thing, at all levels.
func sealedBelowItem(tx queryer, it *item, level int) (int, error) {
	if level > treeLevelsMax {
		return 0, fmt.Errorf("couldn't count what is sealed in %s: more than %d levels", it.path, treeLevelsMax)
	}
	var paths []string
	for _, c := range it.contents {
		if c.gone == nil {
			paths = append(paths, c.path)
		}
	}
	kids, err := itemsByPath(tx, paths)
	if err != nil {
		return 0, err
	}
	n := 0
	for _, k := range kids {
		if k.surfaced {
			continue
		}
		below, err := sealedBelowItem(tx, k, level+1)
		if err != nil {
			return 0, err
		}
		n += 1 + below
	}
	return n, nil
}
