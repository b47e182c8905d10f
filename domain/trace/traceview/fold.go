package traceview

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"pedigree/domain/trace"
	"pedigree/internal/crash"
	"pedigree/internal/obs"
	"pedigree/ledger"
	"pedigree/proof"
)

// Folded is the last height whose events Fold has seen for sure; the node hands
// over what came after it.
func (d *Desk) Folded(ctx context.Context) (uint64, error) {
	var height int64
	err := d.vault.View(ctx, func(tx *sql.Tx) error {
		return tx.QueryRow(`SELECT COALESCE(MAX(height), 0) FROM trace_fold`).Scan(&height)
	})
	return uint64(height), err
}

// BlockEvents are the events of one block.
type BlockEvents struct {
	Height uint64
	Events [][]byte
}

// Followed picks the events that a desk may have to follow, of whichever
// organisation: a node with many desks looks at each block once.
func Followed(events [][]byte) ([][]byte, error) {
	var picked [][]byte
	for _, raw := range events {
		e, err := proof.DecodeEvent(raw)
		if err != nil {
			return nil, err
		}
		if e.Module == "trace" && folded[e.Name] {
			picked = append(picked, raw)
		}
	}
	return picked, nil
}

// Fold follows the ledger after each block: what a partner received is away, what
// was rejected, reclaimed or refused is back, and recalls of origins known here
// are noted. Events seen before change nothing.
func (d *Desk) Fold(ctx context.Context, height uint64, events [][]byte) error {
	ctx, end := obs.Span(ctx, "fold", obs.Height(height), obs.Count("events", len(events)))
	err := d.fold(ctx, height, events)
	end(err)
	return err
}

func (d *Desk) fold(ctx context.Context, height uint64, events [][]byte) error {
	mine, _, err := d.ours(ctx, []BlockEvents{{height, events}})
	if err != nil {
		return fmt.Errorf("couldn't follow block %d: %w", height, err)
	}
	if len(mine) == 0 && height%foldEvery != 0 {
		return nil
	}
	return d.foldTo(ctx, height, mine)
}

// FoldAll follows several blocks in order, up to a height, with one read and at
// most one write. Blocks without events that Followed picks may be left out.
func (d *Desk) FoldAll(ctx context.Context, upTo uint64, blocks []BlockEvents) error {
	ctx, end := obs.Span(ctx, "fold", obs.Height(upTo), obs.Count("blocks", len(blocks)))
	err := d.foldAll(ctx, upTo, blocks)
	end(err)
	return err
}

func (d *Desk) foldAll(ctx context.Context, upTo uint64, blocks []BlockEvents) error {
	mine, from, err := d.ours(ctx, blocks)
	if err != nil {
		return fmt.Errorf("couldn't follow the blocks up to %d: %w", upTo, err)
	}
	if len(mine) == 0 && upTo < from+foldEvery {
		return nil
	}
	return d.foldTo(ctx, upTo, mine)
}

// ours picks the events about what is known here, and reads the cursor.
func (d *Desk) ours(ctx context.Context, blocks []BlockEvents) (mine []proof.Event, cursor uint64, err error) {
	err = d.vault.View(ctx, func(tx *sql.Tx) error {
		var at int64
		if err := tx.QueryRow(`SELECT COALESCE(MAX(height), 0) FROM trace_fold`).Scan(&at); err != nil {
			return err
		}
		cursor = uint64(at)
		for _, block := range blocks {
			for _, raw := range block.Events {
				e, err := proof.DecodeEvent(raw)
				if err != nil {
					return err
				}
				if e.Module != "trace" || !folded[e.Name] {
					continue
				}
				ours, err := concerns(tx, e)
				if err != nil {
					return err
				}
				if ours {
					mine = append(mine, e)
				}
			}
		}
		return nil
	})
	return mine, cursor, err
}

// foldTo follows events and moves the cursor.
func (d *Desk) foldTo(ctx context.Context, height uint64, mine []proof.Event) error {
	crash.At(crash.FoldBefore)
	err := d.vault.Update(ctx, func(tx *sql.Tx) error {
		for _, e := range mine {
			if err := d.follow(tx, e); err != nil {
				return err
			}
		}
		_, err := tx.Exec(`INSERT INTO trace_fold (one, height) VALUES (1, ?) ON CONFLICT (one) DO UPDATE SET height = excluded.height
			WHERE excluded.height > trace_fold.height`, int64(height))
		return err
	})
	if err != nil {
		return fmt.Errorf("couldn't follow block %d: %w", height, err)
	}
	crash.At(crash.Folded)
	return nil
}

// foldEvery is how many blocks without anything of ours pass before the cursor is
// written: looking at them again costs less than a write for each.
const foldEvery = 64

var folded = map[string]bool{"shipped": true, "received": true, "rejected": true, "reclaimed": true, "recalled": true}

// movement is the common part of events about one offered record.
type movement struct {
	origin, leaf proof.Hash
	refused      []trace.Item
}

func readMovement(e proof.Event) (movement, error) {
	switch e.Name {
	case "shipped":
		var m trace.Shipped
		err := ledger.DecodeMessage(e.Data, &m)
		return movement{origin: m.Origin, leaf: m.Leaf}, err
	case "received":
		var m trace.Received
		err := ledger.DecodeMessage(e.Data, &m)
		return movement{m.Origin, m.Leaf, m.Refused}, err
	default:
		var m trace.Item
		err := ledger.DecodeMessage(e.Data, &m)
		return movement{origin: m.Origin, leaf: m.Leaf}, err
	}
}

// concerns tells whether an event is about a shipment or an origin known here.
func concerns(tx *sql.Tx, e proof.Event) (bool, error) {
	if e.Name == "recalled" {
		known, err := knownOrigins(tx, e)
		return len(known.Origins) > 0, err
	}
	m, err := readMovement(e)
	if err != nil {
		return false, err
	}
	n := 0
	err = tx.QueryRow(`SELECT COUNT(*) FROM trace_shipment_item WHERE leaf = ? AND origin = ?`, m.leaf[:], m.origin[:]).Scan(&n)
	return n > 0, err
}

// knownOrigins cuts a recall down to the origins known here.
func knownOrigins(tx *sql.Tx, e proof.Event) (trace.Recalled, error) {
	var r trace.Recalled
	if err := ledger.DecodeMessage(e.Data, &r); err != nil {
		return r, err
	}
	all := r.Origins
	r.Origins = nil
	for _, o := range all {
		n := 0
		if err := tx.QueryRow(`SELECT COUNT(*) FROM trace_commission WHERE origin = ?`, o[:]).Scan(&n); err != nil {
			return r, err
		}
		if n > 0 {
			r.Origins = append(r.Origins, o)
		}
	}
	return r, nil
}

// follow does what one event means here.
func (d *Desk) follow(tx *sql.Tx, e proof.Event) error {
	if e.Name == "recalled" {
		r, err := knownOrigins(tx, e)
		if err != nil {
			return err
		}
		for _, o := range r.Origins {
			_, err := tx.Exec(`INSERT INTO trace_recalled (origin, seq, height) VALUES (?, ?, ?)
				ON CONFLICT (origin) DO UPDATE SET seq = excluded.seq, height = excluded.height WHERE excluded.seq >= trace_recalled.seq`, o[:], int64(r.Seq), int64(e.Height))
			if err != nil {
				return err
			}
		}
		return nil
	}
	m, err := readMovement(e)
	if err != nil {
		return err
	}
	var s openShipment
	if err := s.find(tx, m, e.Name == "shipped"); err != nil || s.id == nil {
		return err
	}
	if e.Name == "shipped" {
		_, err := tx.Exec(`UPDATE trace_shipment_item SET height = ?, entry = ?, status = ? WHERE shipment = ? AND path = ?`,
			int64(e.Height), e.Entry[:], shipmentOffered, s.id, s.path)
		if err != nil {
			return err
		}
		return updateShipment(tx, proof.Hash(s.id))
	}
	return d.followEnd(tx, e, m, s)
}

// openShipment is the shipment of a record that has not ended yet.
type openShipment struct {
	id        []byte
	path      string
	direction int
	back      int64

	title, custody bool // what was offered
}

// find looks for the shipment that an event is about: of several of one record,
// only the last one going out can be under way.
func (s *openShipment) find(tx *sql.Tx, m movement, going bool) error {
	only := `(i.status IN (1, 2) OR i.done IS NULL AND i.status IN (3, 4))`
	if going {
		only = `s.direction = 1 AND i.height IS NULL AND i.status IN (1, 2)`
	}
	var owner, holder []byte
	err := tx.QueryRow(`SELECT i.shipment, i.path, s.direction, COALESCE(i.back, 0), i.owner, i.holder FROM trace_shipment_item i JOIN trace_shipment s ON s.id = i.shipment
		WHERE i.leaf = ? AND i.origin = ? AND `+only+` ORDER BY s.created DESC, s.n DESC LIMIT 1`, m.leaf[:], m.origin[:]).Scan(&s.id, &s.path, &s.direction, &s.back, &owner, &holder)
	s.title, s.custody = offeredOf(owner, holder)
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	return err
}

// followEnd notes how an offer ended, and where the goods are by that.
func (d *Desk) followEnd(tx *sql.Tx, e proof.Event, m movement, s openShipment) error {
	status := map[string]int{"received": shipmentReceived, "rejected": shipmentRejected, "reclaimed": shipmentBack}[e.Name]
	_, err := tx.Exec(`UPDATE trace_shipment_item SET status = ?, done = ?, done_entry = ? WHERE shipment = ? AND path = ?`,
		status, int64(e.Height), e.Entry[:], s.id, s.path)
	if err != nil {
		return err
	}
	if err := updateShipment(tx, proof.Hash(s.id)); err != nil {
		return err
	}
	if s.direction != directionOut {
		return nil // our own act changed the stock
	}
	it, err := mustItem(tx, s.path)
	if err != nil {
		return err
	}
	if e.Name != "received" {
		it.status = keptAs(it.ownerKey, it.holderKey)
		if it.partner, err = otherOf(tx, it); err != nil {
			return err
		}
		return move(tx, &it)
	}
	handedOn(&it, s.title, s.custody)
	if err := move(tx, &it); err != nil {
		return err
	}
	if len(m.refused) == 0 {
		return nil
	}
	return takeBack(tx, it, m.refused, s)
}

// takeBack puts refused items on hand again, under the key that was named for it.
// What was opened on the way to them is the receiver's now.
func takeBack(tx *sql.Tx, top item, refused []trace.Item, s openShipment) error {
	g, err := newGoodsBuilder(tx).record(top)
	if err != nil {
		return err
	}
	wanted := map[trace.Item]bool{}
	for _, r := range refused {
		wanted[r] = true
	}
	for thing := range g.All() {
		if !wanted[trace.Item{Origin: thing.Origin, Leaf: thing.Leaf()}] {
			continue
		}
		if err := takeBackOne(tx, top, g.find(thing.Path), s); err != nil {
			return err
		}
	}
	return nil
}

// takeBackOne puts the last thing of a way on hand again.
func takeBackOne(tx *sql.Tx, top item, way []*Goods, s openShipment) error {
	for j, step := range way[1:] {
		it, err := mustItem(tx, step.Path)
		if err != nil {
			return err
		}
		last := j == len(way)-2
		switch {
		case last:
			it.ownerKey, it.holderKey = s.takenBack(top)
			it.status = keptAs(it.ownerKey, it.holderKey)
			if it.partner = top.partner; it.status == StatusOnHand {
				it.partner = ""
			}
			it.surfaced, it.packedIn = true, ""
			err = putRefused(tx, proof.Hash(s.id), step.Path, "")
		case isPackedIn(way[j], step) && !sealedBelow(way[j+1:]):
			continue // stays where it is packed
		default:
			it.surfaced, it.packedIn, it.status, it.partner = true, "", top.status, top.partner
			it.ownerKey, it.holderKey = top.ownerKey, top.holderKey
		}
		if err == nil {
			err = move(tx, &it)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// takenBack are the keys under which refused goods stand: the key that was named for it
// where title or custody was offered, and as before where it was not.
func (s openShipment) takenBack(top item) (owner, holder int64) {
	owner, holder = top.ownerKey, top.holderKey
	if s.title {
		owner = s.back
	}
	if s.custody {
		holder = s.back
	}
	return owner, holder
}

// sealedBelow tells whether the way goes on into something sealed without passing
// another packed record: then its first step was lifted out of its box.
func sealedBelow(way []*Goods) bool {
	return len(way) > 1 && !isPackedIn(way[0], way[1])
}
