package traceview

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"

	"pedigree/domain/trace"
	"pedigree/internal/api"
	"pedigree/internal/crash"
	"pedigree/internal/vault"
	"pedigree/ledger"
	"pedigree/proof"
)

// jobAct carries an act on goods in our hands: a mark, a tote, goods that leave or come
// back. Its cursor is the hash of what was asked for, so that the same call again
// completes it instead of planning it anew.
const jobAct = "trace/act"

// acted says what came of an act.
type acted struct {
	entries []proof.Hash // envelopes on the ledger, in order
	refused []Refusal
}

// enact plans an act in one transaction, brings it onto the ledger and waits for its
// end. name is what people call it; key says what was asked for. An act that has
// nothing to change leaves nothing behind, and neither does one that is only looked at
// (api.OnlyLooks): it ends with the refusal that it would end with, or with api.Would.
func (d *Desk) enact(ctx context.Context, name string, key proof.Hash, plan func(*work) error) (acted, error) {
	job, err := d.planAct(ctx, name, key, plan)
	if err != nil || job == 0 {
		return acted{}, err
	}
	return d.carryAct(ctx, job)
}

// planAct returns the job of an act: the one that an interrupted call left, or a new
// one; 0 when there is nothing to do. Two calls at once take turns.
func (d *Desk) planAct(ctx context.Context, name string, key proof.Hash, plan func(*work) error) (int64, error) {
	d.exchanges.Lock()
	defer d.exchanges.Unlock()
	running, err := d.vault.Jobs(ctx, vault.JobFilter{Kind: jobAct, State: vault.JobRunning})
	if err != nil {
		return 0, err
	}
	for _, j := range running {
		if bytes.Equal(j.Cursor, key[:]) {
			if api.OnlyLooks(ctx) {
				return 0, underWay(name)
			}
			return j.ID, nil
		}
	}
	var job int64
	err = d.vault.Update(ctx, func(tx *sql.Tx) error {
		w := d.begin(tx, 0)
		if err := plan(w); err != nil {
			return err
		}
		if len(w.ops) == 0 {
			return nothingToDo(ctx)
		}
		progress, err := json.Marshal(map[string]string{"act": name})
		if err != nil {
			return err
		}
		j, err := d.vault.StartJob(ctx, tx, jobAct, progress, key[:])
		if err != nil {
			return err
		}
		job, w.job = j.ID, j.ID
		if err := w.finish(); err != nil || !api.OnlyLooks(ctx) {
			return err
		}
		return d.tryAct(ctx, tx, job)
	})
	if err == nil && job != 0 {
		err = d.pass(crash.ActPlanned)
	}
	return job, err
}

// carryAct brings a planned act onto the ledger, ends its job and says what came of it.
func (d *Desk) carryAct(ctx context.Context, job int64) (acted, error) {
	s, err := d.carry(ctx, job)
	if err == nil {
		err = d.pass(crash.ActCarried)
	}
	if err == nil {
		err = d.endSettling(ctx, job)
	}
	if err != nil {
		return acted{}, err
	}
	a := acted{refused: s.refused}
	err = d.vault.View(ctx, func(tx *sql.Tx) error {
		rows, err := tx.QueryContext(ctx, `SELECT id FROM trace_envelope WHERE job = ? AND status = ? ORDER BY n`, job, envelopeCommitted)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var id []byte
			if err := rows.Scan(&id); err != nil {
				return err
			}
			a.entries = append(a.entries, proof.Hash(id))
		}
		return rows.Err()
	})
	return a, err
}

// actPaths reads what an act names: each thing once, in order.
func actPaths(texts []string, most int) ([]string, error) {
	if len(texts) == 0 || len(texts) > most {
		return nil, fmt.Errorf("%d items are named where 1 to %d are taken at once", len(texts), most)
	}
	paths := make([]string, len(texts))
	for i, text := range texts {
		var err error
		if paths[i], err = itemPath(text); err != nil {
			return nil, err
		}
	}
	return distinct(paths), nil
}

// keyOfAct is the cursor of an act on these things.
func keyOfAct(name string, paths []string, more ...string) proof.Hash {
	parts := make([][]byte, 0, len(paths)+len(more))
	for _, p := range append(append([]string{}, more...), paths...) {
		parts = append(parts, []byte(p))
	}
	return hashOf(name, parts...)
}

// inHand returns what a thing is outermost in, and refuses what is not in our hands, by
// the stock and by the ledger here: what another act has not brought there yet can't be
// built on.
func (w *work) inHand(path string) (item, error) {
	it, ok, err := loadItem(w.tx, path)
	if err != nil {
		return it, err
	}
	if !ok {
		return it, fmt.Errorf("%s is not in stock: it was never commissioned or received here; check the identifier: %w", path, vault.ErrNotFound)
	}
	top, err := topOf(w.tx, it)
	if err != nil {
		return it, err
	}
	if it.status == StatusDispensed {
		return it, fmt.Errorf("%s was dispensed here; nothing more is done with it", path)
	}
	if top.status != StatusOnHand {
		return it, fmt.Errorf("%s is not in your hands: %s", path, standingText(top))
	}
	if w.bound != nil {
		if err := w.bound.free(path); err != nil {
			return it, err
		}
	}
	return top, w.d.chain.Read(func(s ledger.State) error { return w.shown(s, top) })
}

// shown refuses a record that the ledger here doesn't show as ours.
func (w *work) shown(s ledger.State, top item) error {
	o, err := openItem(w.tx, top)
	if err != nil {
		return err
	}
	r, ok := trace.GetRecord(s, trace.Name{Origin: o.origin, Leaf: o.leaf})
	owned := top.ownerKey == 0 || public(w.keys.private(top.ownerKey)) == r.Owner
	held := top.holderKey == 0 || public(w.keys.private(top.holderKey)) == r.Holder
	if !ok || r.State != proof.StateLive || !owned || !held {
		return fmt.Errorf("the ledger here doesn't show %s as yours yet: this node is behind, or another act on it is under way; wait and ask again", top.path)
	}
	return nil
}
