package traceview

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"slices"

	"pedigree/domain/trace"
	"pedigree/internal/crash"
	"pedigree/internal/vault"
	"pedigree/ledger"
	"pedigree/proof"
)

// before looks up what became of this shipment so far, and tells whether nothing
// is left to decide.
func (in *receiving) before(ctx context.Context) (done bool, err error) {
	in.prior = map[string]int{}
	err = in.d.vault.View(ctx, func(tx *sql.Tx) error {
		rows, err := tx.Query(`SELECT path, status FROM trace_shipment_item WHERE shipment = ?`, in.file.ID[:])
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var path string
			var status int
			if err := rows.Scan(&path, &status); err != nil {
				return err
			}
			if status != shipmentStopped && status != shipmentRefused {
				in.prior[path] = status
			}
		}
		return rows.Err()
	})
	return len(in.prior) == len(in.content.Goods), err
}

// plan stores documents, events and goods, and puts the ledger's part into the
// outbox, all that belongs together in one transaction.
func (in *receiving) plan(ctx context.Context) error {
	for _, doc := range in.content.Documents {
		id, err := in.d.putDocument(ctx, doc.Name, doc.MediaType, in.file.From, bytes.NewReader(doc.Bytes), vault.In)
		if err != nil {
			return err
		}
		in.docs = append(in.docs, id)
	}
	name := in.file.From + "-" + in.file.ID.String()[:8] + ShipmentSuffix
	file, err := in.d.putDocument(ctx, name, mediaTypeShipment, in.file.From, bytes.NewReader(in.raw), vault.In)
	if err != nil {
		return err
	}
	if err := in.d.pass(crash.ReceiveStored); err != nil {
		return err
	}
	return in.d.vault.Update(ctx, func(tx *sql.Tx) error {
		job, err := in.d.startJob(tx, jobReceive, in.file.ID)
		if err != nil {
			return err
		}
		if err := in.storeShipment(tx, file, job); err != nil {
			return err
		}
		imported, err := in.newImport(ctx, tx)
		if err != nil {
			return err
		}
		w := in.d.begin(tx, job)
		for i := range in.content.Goods {
			if err := in.take(w, imported, i); err != nil {
				return err
			}
		}
		if err := in.storeConflicts(tx, file); err != nil {
			return err
		}
		if err := in.learn(ctx, tx); err != nil {
			return err
		}
		return w.finish()
	})
}

const mediaTypeShipment = "application/vnd.pedigree.shipment"

func (in *receiving) storeShipment(tx *sql.Tx, file, job int64) error {
	root := in.content.MemoRoot()
	_, err := tx.Exec(`INSERT INTO trace_shipment (id, direction, partner, doc, file, memo_salt, memo_root, deadline, status, created, job)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET status = excluded.status, job = excluded.job`,
		in.file.ID[:], directionIn, in.file.From, in.docs[0], file, in.content.MemoSalt[:], root[:], int64(in.content.Deadline), shipmentPlanned, in.d.now().Unix(), job)
	if err != nil {
		return fmt.Errorf("couldn't note the shipment: %w", err)
	}
	for path, reason := range in.refuse {
		if err := in.d.noteRefused(tx, in.file.ID, path, reason); err != nil {
			return err
		}
	}
	if !in.content.Return {
		return nil
	}
	why := ReturnNote{Reason: ReturnOther}
	if in.report.Why != nil {
		why = *in.report.Why
	}
	return in.d.noteReturn(tx, in.file.ID, directionIn, why)
}

// noteRefused keeps what was refused of a shipment. The sender learns from the
// ledger which thing it is, and by other ways why.
func (d *Desk) noteRefused(tx *sql.Tx, shipment proof.Hash, path, reason string) error {
	sealed, err := d.vault.SealText(refusedContext(shipment[:], path), reason)
	if err != nil {
		return fmt.Errorf("couldn't note why %s is refused: %w", path, err)
	}
	return putRefused(tx, shipment, path, sealed)
}

// putRefused notes that something was refused, with the reason as it is sealed.
func putRefused(tx *sql.Tx, shipment proof.Hash, path, sealed string) error {
	if _, err := tx.Exec(`INSERT INTO trace_refused (shipment, path, reason) VALUES (?, ?, ?) ON CONFLICT (shipment, path) DO UPDATE SET reason = excluded.reason`, shipment[:], path, sealed); err != nil {
		return fmt.Errorf("couldn't note why %s is refused: %w", path, err)
	}
	return nil
}

// newImport stores the document's events and the origins of the goods.
func (in *receiving) newImport(ctx context.Context, tx *sql.Tx) (*goodsImport, error) {
	m, err := newGoodsImport(ctx, tx, in.file.From)
	if err != nil {
		return nil, err
	}
	for i := range in.events {
		if err := m.event(&in.events[i], in.docs[0]); err != nil {
			return nil, err
		}
	}
	tops := map[proof.Hash]string{}
	for i := range in.content.Goods {
		for g := range in.content.Goods[i].All() {
			if _, ok := tops[g.Origin]; !ok {
				tops[g.Origin] = g.Path
			}
		}
	}
	for _, o := range in.content.Origins {
		if err := m.origin(o, in.origins[o.Origin].state, tops[o.Origin]); err != nil {
			return nil, err
		}
	}
	return m, nil
}

// take imports one record and plans its receipt, or notes why it is not taken.
func (in *receiving) take(w *work, m *goodsImport, i int) error {
	g := &in.content.Goods[i]
	if _, done := in.prior[g.Path]; done {
		return nil
	}
	if slices.Contains(in.request.Leave, g.Path) {
		return in.noteItem(w.tx, i, shipmentStopped)
	}
	_, whole := in.refuse[g.Path]
	if !whole && !in.accepts(i) {
		return in.noteItem(w.tx, i, shipmentStopped)
	}
	if in.keys[i] == (offerKeys{}) {
		return in.noteItem(w.tx, i, shipmentStopped) // nobody here can answer for it
	}
	if whole {
		return in.reject(w, i)
	}
	owner, holder, err := in.keysAt(w.tx, i)
	if err != nil {
		return err
	}
	p := place{status: StatusExpected, ownerKey: owner, holder: holder}
	if err := m.top(g, p); err != nil {
		return err
	}
	if _, err := w.tx.Exec(`UPDATE trace_prekey_own SET used = ? WHERE owner_key = ?`, keyUse(g), in.keys[i].owner); err != nil {
		return fmt.Errorf("couldn't note the use of a receiving key: %w", err)
	}
	if err := in.noteItem(w.tx, i, shipmentPlanned); err != nil {
		return err
	}
	o := &operation{writes: 1, signers: in.signers(i)}
	if err := in.place(w.tx, o, g.Path, func(it *item) { it.status = keptAs(owner, holder) }); err != nil {
		return err
	}
	if in.settled[i] { // on the ledger already, as after a restore
		return in.takeBack(w, g.Path)
	}
	r, err := w.record(g.Path)
	if err != nil {
		return err
	}
	var names naming
	msg := trace.Receive{Rec: names.ref(r)}
	refused := in.refusedIn(i)
	if len(refused) > trace.RefusedMax {
		return fmt.Errorf("%d items of %s are refused where at most %d can be in one receipt; refuse the containers they are in, or the whole", len(refused), g.Path, trace.RefusedMax)
	}
	touched := []string{g.Path}
	for _, way := range refused {
		f, err := in.refusal(w.tx, o, &names, way)
		if err != nil {
			return err
		}
		msg.Refuse = append(msg.Refuse, f)
		for _, step := range way[1:] {
			touched = append(touched, step.Path)
		}
	}
	msg.Origins = names.origins
	if err := w.step(kindReceive, &msg, o, touched...); err != nil {
		return err
	}
	return in.takeBack(w, g.Path)
}

// takeBack puts what came back on hold.
func (in *receiving) takeBack(w *work, path string) error {
	if !in.content.Return {
		return nil
	}
	return in.quarantine(w, path)
}

const (
	kindReceive = "receive"
	kindReject  = "reject"
)

// signers are the keys to which a record is offered.
func (in *receiving) signers(i int) []int64 {
	var list []int64
	if !in.content.Offers[i].Owner.IsZero() {
		list = append(list, in.keys[i].owner)
	}
	if !in.content.Offers[i].Holder.IsZero() {
		list = append(list, in.keys[i].holder)
	}
	return list
}

// reject sends a whole record back.
func (in *receiving) reject(w *work, i int) error {
	g := &in.content.Goods[i]
	if err := in.noteItem(w.tx, i, shipmentRejected); err != nil {
		return err
	}
	var names naming
	m := trace.Reject{Rec: names.ref(recordOfGoods(g))}
	m.Origins = names.origins
	return w.step(kindReject, &m, &operation{writes: 1, signers: in.signers(i)[:1]}, g.Path)
}

// recordOfGoods names goods on the ledger.
func recordOfGoods(g *Goods) record {
	var r record
	r.origin, r.leaf = g.Origin, g.Leaf()
	return r
}

// noteItem writes the shipment's row of one record.
func (in *receiving) noteItem(tx *sql.Tx, i, status int) error {
	g, o := &in.content.Goods[i], in.content.Offers[i]
	leaf := g.Leaf()
	_, err := tx.Exec(`INSERT INTO trace_shipment_item (shipment, path, origin, leaf, owner, holder, status) VALUES (?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (shipment, path) DO UPDATE SET origin = excluded.origin, leaf = excluded.leaf, owner = excluded.owner, holder = excluded.holder, status = excluded.status,
			back = NULL, height = NULL, entry = NULL, done = NULL, done_entry = NULL`,
		in.file.ID[:], g.Path, g.Origin[:], leaf[:], o.Owner[:], o.Holder[:], status)
	if err != nil {
		return fmt.Errorf("couldn't note what becomes of %s: %w", g.Path, err)
	}
	return nil
}

// place changes a stock row and remembers how it was.
func (in *receiving) place(tx *sql.Tx, o *operation, path string, change func(*item)) error {
	it, err := mustItem(tx, path)
	if err != nil {
		return err
	}
	o.undo.remember(&it)
	change(&it)
	return move(tx, &it)
}

// refusedIn lists the ways from a record down to what is refused in it, in the
// order of the goods. What lies in something refused goes back with it.
func (in *receiving) refusedIn(i int) [][]*Goods {
	var list [][]*Goods
	covered := map[string]bool{}
	for g := range in.content.Goods[i].All() {
		if _, ok := in.refuse[g.Path]; !ok || covered[g.Path] {
			continue
		}
		list = append(list, in.content.Goods[i].find(g.Path))
		for inside := range g.All() {
			covered[inside.Path] = true
		}
	}
	return list
}

// RefusalWrites is how many record writes at most a refusal takes in a receipt, by the
// openings from the nearest record down to what is refused.
func RefusalWrites(levels int) int { return 3 + 2*levels }

// RefusalsFit tells whether one receipt can say refusals, given the openings of each: there
// are not too many, none is too deep, and their writes fit one envelope.
func RefusalsFit(levels []int) bool {
	writes := 1
	for _, n := range levels {
		writes += RefusalWrites(n)
		if n > trace.RefusedLevelsMax {
			return false
		}
	}
	return len(levels) <= trace.RefusedMax && writes <= ledger.NamedWritesMax
}

// refusal builds the ledger's part of one refused item: the last record on the
// way to it, and openings from there down.
func (in *receiving) refusal(tx *sql.Tx, o *operation, names *naming, way []*Goods) (trace.Refused, error) {
	start := 0
	for j := 1; j < len(way); j++ {
		if isPackedIn(way[j-1], way[j]) {
			start = j
		}
	}
	top := way[0].Path
	f := trace.Refused{Start: names.ref(recordOfGoods(way[start]))}
	o.writes += RefusalWrites(len(way) - 1 - start)
	for j := start + 1; j < len(way); j++ {
		level, err := levelTo(way[j-1], way[j])
		if err != nil {
			return f, err
		}
		f.Levels = append(f.Levels, level)
	}
	if len(f.Levels) > trace.RefusedLevelsMax {
		return f, fmt.Errorf("%s is sealed %d containers deep where at most %d can be opened by a refusal; refuse the container it is in", way[len(way)-1].Path, len(f.Levels), trace.RefusedLevelsMax)
	}
	above, err := mustItem(tx, top)
	if err != nil {
		return f, err
	}
	for j := max(start, 1); j < len(way); j++ {
		err := in.place(tx, o, way[j].Path, func(it *item) {
			it.surfaced, it.packedIn, it.status = true, "", above.status
			it.ownerKey, it.holderKey = above.ownerKey, above.holderKey
			if j == len(way)-1 {
				it.status, it.ownerKey, it.holderKey = StatusRefused, 0, 0
			}
		})
		if err != nil {
			return f, err
		}
	}
	return f, nil
}

func isPackedIn(parent, child *Goods) bool {
	for i := range parent.Packed {
		if &parent.Packed[i] == child {
			return true
		}
	}
	return false
}

// levelTo opens the slot of one sealed child.
func levelTo(parent, child *Goods) (trace.Level, error) {
	tree, order, err := parent.tree()
	if err != nil {
		return trace.Level{}, err
	}
	for i := range parent.Sealed {
		if &parent.Sealed[i] != child {
			continue
		}
		slot := child.slot()
		slot.Pos = order[i]
		l := trace.Level{Slot: slotMessage(slot)}
		for _, h := range tree.Batch([]uint16{slot.Pos}) {
			l.Hashes = append(l.Hashes, h[:]...)
		}
		return l, nil
	}
	return trace.Level{}, fmt.Errorf("couldn't find %s in %s", child.Path, parent.Path)
}

// storeConflicts notes in which file serials stand that are known twice, so that
// both openings can be shown.
func (in *receiving) storeConflicts(tx *sql.Tx, file int64) error {
	for _, c := range in.copies {
		_, err := tx.Exec(`INSERT INTO trace_conflict (path, origin, file) VALUES (?, ?, ?) ON CONFLICT DO NOTHING`, c.path, c.there[:], file)
		if err != nil {
			return fmt.Errorf("couldn't note the second opening of %s: %w", c.path, err)
		}
	}
	return nil
}
