package traceview

import (
	"database/sql"
	"fmt"

	"pedigree/domain/trace"
	"pedigree/proof"
)

// work plans operations on the stock within one transaction: each step changes
// the rows as they will be once the ledger has accepted it, and remembers how
// they were. finish turns the steps into envelopes in the outbox, in the same
// transaction.
//
//	w := d.begin(tx, job)
//	err := w.surfaceAll(paths, 0) // live and top-most from here on
//	w.add(op, touched...)         // an operation of the caller's own
//	err = w.finish()
type work struct {
	d     *Desk
	tx    *sql.Tx
	job   int64
	wave  int   // of the first envelopes: later than all that the job has enqueued before
	event int64 // row of trace_event on whose behalf the steps are, or 0
	ops   []*operation
	last  map[string]*operation // the last operation that writes a path's record
	keys  *keyTaker
	trees map[string]*container
	bound *bound // what picks have reserved and the act leaves alone; nil: it heeds none
}

// begin starts planning for a job.
func (d *Desk) begin(tx *sql.Tx, job int64) *work {
	return &work{d: d, tx: tx, job: job, last: map[string]*operation{}, keys: d.keys.taker(tx), trees: map[string]*container{}}
}

// add appends an operation that writes the records of the given paths. It comes
// after every earlier operation on them.
func (w *work) add(o *operation, paths ...string) {
	o.event = w.event
	seen := map[*operation]bool{}
	for _, p := range paths {
		if before := w.last[p]; before != nil && !seen[before] && before != o {
			seen[before] = true
			o.after = append(o.after, before)
		}
		w.last[p] = o
	}
	w.ops = append(w.ops, o)
}

// step encodes a message as an operation of its own and adds it.
func (w *work) step(kind string, message any, o *operation, paths ...string) error {
	e, err := entryOf(kind, message)
	if err != nil {
		return err
	}
	o.entries = append(o.entries, e)
	w.add(o, paths...)
	return nil
}

// record returns an item that has a record of its own.
func (w *work) record(path string) (record, error) {
	it, err := mustItem(w.tx, path)
	if err != nil {
		return record{}, err
	}
	o, err := openItem(w.tx, it)
	return record{it, o}, err
}

// surfaceAll makes items' records live and top-most: it opens what they are sealed
// in and takes them out of what they are packed in, level by level, with one opening
// for all that lie in the same container.
func (w *work) surfaceAll(paths []string, level int) error {
	if level > treeLevelsMax+proof.NestMax+1 {
		return fmt.Errorf("couldn't bring %s to the surface: it lies more than %d containers deep", paths[0], level-1)
	}
	sealed, packed := grouping{}, grouping{}
	for _, p := range paths {
		it, err := mustItem(w.tx, p)
		if err != nil {
			return err
		}
		switch {
		case !it.surfaced && it.sealedIn == "":
			return fmt.Errorf("couldn't bring %s to the surface: it is only reported here, not in stock", p)
		case !it.surfaced:
			sealed.add(it.sealedIn, p)
		case it.packedIn != "":
			packed.add(it.packedIn, p)
		}
	}
	above := append(append([]string{}, sealed.keys...), packed.keys...)
	if len(above) == 0 {
		return nil
	}
	if err := w.surfaceAll(above, level+1); err != nil {
		return err
	}
	for _, in := range sealed.keys {
		left, err := w.still(sealed.of[in], func(it *item) bool { return !it.surfaced })
		if err != nil {
			return err
		}
		if err := w.open(in, left); err != nil {
			return err
		}
	}
	for _, in := range packed.keys {
		left, err := w.still(packed.of[in], func(it *item) bool { return it.packedIn == in })
		if err != nil {
			return err
		}
		if err := w.unpack(in, left); err != nil {
			return err
		}
	}
	return nil
}

// still picks the things that are not where they go to yet: what another one of the
// same list lies in was brought up for that one's sake.
func (w *work) still(paths []string, there func(*item) bool) ([]string, error) {
	var left []string
	for _, p := range paths {
		it, err := mustItem(w.tx, p)
		if err != nil {
			return nil, err
		}
		if there(&it) {
			left = append(left, p)
		}
	}
	return left, nil
}

// grouping lists paths by the container they are in, in order of appearance.
type grouping struct {
	keys []string
	of   map[string][]string
}

func (g *grouping) add(key, path string) {
	if g.of == nil {
		g.of = map[string][]string{}
	}
	if _, ok := g.of[key]; !ok {
		g.keys = append(g.keys, key)
	}
	g.of[key] = append(g.of[key], path)
}

// tree returns a container's slot tree, kept for the next opening.
func (w *work) tree(r record) (*container, error) {
	if c := w.trees[r.path]; c != nil {
		return c, nil
	}
	c, err := rebuild(w.tx, r.item, r.opening.seed)
	if err == nil {
		w.trees[r.path] = &c
	}
	return &c, err
}

// finish puts the planned operations into the outbox.
func (w *work) finish() error {
	envelopes, err := gather(w.ops, w.wave)
	if err != nil {
		return err
	}
	for _, e := range envelopes {
		if err := w.d.signNew(w.tx, e, w.keys.private); err != nil {
			return err
		}
		if err := w.d.enqueue(w.tx, w.job, e); err != nil {
			return err
		}
		for _, o := range e.ops {
			if err := o.attribute(w.tx, e.id); err != nil {
				return err
			}
		}
	}
	w.ops = nil
	return nil
}

// both are the keys that act for a record's owner and holder.
func (r *record) both() []int64 { return []int64{r.ownerKey, r.holderKey} }

// names of the trace module's entries used here.
const (
	kindCommission = "commission"
	kindBox        = "box"
	kindOpen       = "open"
	kindPack       = "pack"
	kindUnpack     = "unpack"
	kindEnd        = "end"
	kindFlag       = "flag"
	kindTransform  = "transform"
	kindReclaim    = "reclaim"
)

// slotMessage is a slot as the custody messages write it.
func slotMessage(s proof.Slot) trace.Slot {
	m := trace.Slot{Pos: uint64(s.Pos), Leaf: s.Leaf, Depth: uint64(s.Depth)}
	copy(m.Root[:], s.Root[:])
	return m
}
