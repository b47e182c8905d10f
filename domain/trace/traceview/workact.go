package traceview

import (
	"cmp"
	"context"

	"pedigree/domain/trace"
	"pedigree/ledger"
	"pedigree/proof"
)

// box makes a container of our own, empty, for what has surfaced.
func (w *work) box(t *thing) error {
	b := &birth{top: t, class: proof.ClassBox}
	if err := w.take(b); err != nil {
		return err
	}
	if err := w.d.bear(b, newGrower(), w.d.keys.Secret()); err != nil {
		return err
	}
	o := &operation{entries: []proof.Entry{b.entry}, signers: []int64{b.key0}, writes: 1, undo: undo{made: []string{t.path}}}
	if err := w.bring(b); err != nil {
		return err
	}
	w.add(o, t.path)
	return nil
}

// take gives a birth fresh keys.
func (w *work) take(b *birth) error {
	var err error
	if b.key0, b.pub0, err = w.keys.take(PurposeKey0); err != nil {
		return err
	}
	if b.owner, b.pubO, err = w.keys.take(PurposeOwner); err != nil {
		return err
	}
	b.private0 = w.keys.private(b.key0)
	b.holder, b.pubH, err = w.keys.take(PurposeHolder)
	return err
}

func (w *work) bring(b *birth) error {
	s, err := newStockWriter(context.Background(), w.tx, w.d.sign.Org())
	if err != nil {
		return err
	}
	if err := s.bring(b, proof.Hash{}); err != nil {
		return err
	}
	return s.flush()
}

// end takes items out of the supply: each with what is packed in it. From one
// that holds more than an act can end, everything is taken out first.
func (w *work) end(paths []string, class uint64, reason string, salt proof.Hash) error {
	if err := w.surfaceAll(paths, 0); err != nil {
		return err
	}
	for _, p := range paths {
		kids, err := w.inside(p, 0)
		if err != nil {
			return err
		}
		if len(kids) < endRecordsMax {
			continue
		}
		var direct []string
		for i := range kids {
			if kids[i].packedIn == p {
				direct = append(direct, kids[i].path)
			}
		}
		if err := w.end(direct, class, reason, salt); err != nil {
			return err
		}
	}
	o := ending{class: class, reason: ledger.OptHash(proof.ReasonCommitment(salt, reason))}
	for _, p := range paths {
		if err := o.take(w, p); err != nil {
			return err
		}
	}
	return o.step(w)
}

// ending gathers records that end by one act.
type ending struct {
	class   uint64
	reason  ledger.OptHash
	names   naming
	message trace.End
	op      *operation
	touched []string
}

// take adds a record and what is packed in it, in a new act when the present one
// is full.
func (e *ending) take(w *work, path string) error {
	top, err := w.record(path)
	if err != nil {
		return err
	}
	kids, err := w.inside(path, 0)
	if err != nil {
		return err
	}
	full := len(e.touched)+len(kids)+1 > endRecordsMax || len(e.names.origins)+len(kids)+1 > trace.OriginsMax
	if e.op != nil && (full || len(e.op.signers)+2 > packSignersMax) {
		if err := e.step(w); err != nil {
			return err
		}
	}
	if e.op == nil {
		e.op = &operation{}
	}
	for i := range kids {
		o, err := openItem(w.tx, kids[i])
		if err != nil {
			return err
		}
		r := record{kids[i], o}
		// The ledger keeps the key that ended it, and nothing of what it was packed in.
		r.packedIn, r.ownerKey, r.holderKey = "", top.ownerKey, top.holderKey
		if err := e.leave(w, &e.message.Kids, r, kids[i]); err != nil {
			return err
		}
	}
	e.op.signers = append(e.op.signers, top.both()...)
	return e.leave(w, &e.message.Recs, top, top.item)
}

// leave lists a record and marks its row as ended, or as left; its keys stay, for a
// return from outside.
func (e *ending) leave(w *work, list *[]trace.Ref, r record, before item) error {
	*list = append(*list, e.names.ref(r))
	e.touched = append(e.touched, r.path)
	e.op.writes += 2
	e.op.undo.remember(&before)
	switch {
	case r.status == StatusDispensed: // the patient's
	case e.class == proof.EndLeftNetwork:
		r.status = StatusLeft
	default:
		r.status = StatusEnded
	}
	return move(w.tx, &r.item)
}

// step adds the act.
func (e *ending) step(w *work) error {
	if e.op == nil {
		return nil
	}
	m := e.message
	m.Origins, m.Class, m.Reason = e.names.origins, e.class, e.reason
	err := w.step(kindEnd, &m, e.op, e.touched...)
	e.names, e.message, e.op, e.touched = naming{}, trace.End{}, nil, nil
	return err
}

// flag sets and clears marks on items.
func (w *work) flag(paths []string, set, clear uint64) error {
	if err := w.surfaceAll(paths, 0); err != nil {
		return err
	}
	for _, p := range paths {
		r, err := w.record(p)
		if err != nil {
			return err
		}
		var names naming
		m := trace.Flag{Rec: names.ref(r), Set: set, Clear: clear}
		m.Origins = names.origins
		if err := w.step(kindFlag, &m, &operation{signers: []int64{cmp.Or(r.ownerKey, r.holderKey)}, writes: 1}, p); err != nil {
			return err
		}
	}
	return nil
}

// transform ends inputs and commissions outputs made from them.
func (w *work) transform(inputs []string, outputs []*thing) error {
	if err := w.surfaceAll(inputs, 0); err != nil {
		return err
	}
	var names naming
	m := trace.Transform{}
	o := &operation{}
	touched := append([]string{}, inputs...)
	for _, p := range inputs {
		r, err := w.record(p)
		if err != nil {
			return err
		}
		m.Inputs = append(m.Inputs, names.ref(r))
		o.signers = append(o.signers, r.both()...)
		o.writes++
		o.undo.remember(&r.item)
		if r.status != StatusDispensed {
			r.status = StatusEnded
		}
		if err := move(w.tx, &r.item); err != nil {
			return err
		}
	}
	g := newGrower()
	for _, t := range outputs {
		b := &birth{top: t, class: proof.ClassRepacked}
		if err := w.take(b); err != nil {
			return err
		}
		if err := w.d.bear(b, g, w.d.keys.Secret()); err != nil {
			return err
		}
		m.Outputs = append(m.Outputs, b.output)
		o.signers = append(o.signers, b.key0)
		o.writes++
		o.undo.made = append(o.undo.made, t.path)
		touched = append(touched, t.path)
		if err := w.bring(b); err != nil {
			return err
		}
	}
	m.Origins = names.origins
	return w.step(kindTransform, &m, o, touched...)
}
