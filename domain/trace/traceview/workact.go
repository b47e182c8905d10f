package traceview

import (
	"context"
	"fmt"

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

// end takes items out of the supply: each with what is packed in it.
func (w *work) end(paths []string, class uint64, reason string, salt proof.Hash) error {
	if err := w.surfaceAll(paths, 0); err != nil {
		return err
	}
	for len(paths) > 0 {
		n, err := w.endSome(paths, class, reason, salt)
		if err != nil {
			return err
		}
		paths = paths[n:]
	}
	return nil
}

func (w *work) endSome(paths []string, class uint64, reason string, salt proof.Hash) (int, error) {
	var names naming
	m := trace.End{Class: class, Reason: ledger.OptHash(proof.ReasonCommitment(salt, reason))}
	o := &operation{}
	var touched []string
	n := 0
	for _, p := range paths {
		r, err := w.record(p)
		if err != nil {
			return 0, err
		}
		kids, err := w.inside(p, 0)
		if err != nil {
			return 0, err
		}
		if n > 0 && (len(m.Recs)+len(m.Kids)+len(kids)+1 > endRecordsMax || len(o.signers)+2 > packSignersMax || len(names.origins)+len(kids)+1 > trace.OriginsMax) {
			break
		}
		if len(kids)+1 > endRecordsMax {
			return 0, fmt.Errorf("couldn't end %s: %d records are packed in it where one act ends at most %d; unpack it first", p, len(kids), endRecordsMax)
		}
		for i := range kids {
			o1, err := openItem(w.tx, kids[i])
			if err != nil {
				return 0, err
			}
			kid := record{kids[i], o1}
			m.Kids = append(m.Kids, names.ref(kid))
			touched = append(touched, kid.path)
			o.writes += 2
			if err := w.leave(o, kid); err != nil {
				return 0, err
			}
		}
		m.Recs = append(m.Recs, names.ref(r))
		touched = append(touched, p)
		o.signers = append(o.signers, r.both()...)
		o.writes++
		if err := w.leave(o, r); err != nil {
			return 0, err
		}
		n++
	}
	m.Origins = names.origins
	return n, w.step(kindEnd, &m, o, touched...)
}

// leave marks a row as ended; its keys stay, for a return from outside.
func (w *work) leave(o *operation, r record) error {
	o.undo.remember(&r.item)
	if r.status != StatusDispensed {
		r.status = StatusEnded
	}
	return move(w.tx, &r.item)
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
		if err := w.step(kindFlag, &m, &operation{signers: []int64{r.ownerKey}, writes: 1}, p); err != nil {
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
		if err := w.leave(o, r); err != nil {
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
