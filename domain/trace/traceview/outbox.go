package traceview

import (
	"database/sql"
	"fmt"

	"pedigree/proof"
)

// States of an envelope in the outbox.
const (
	envelopeWaiting   = 1 // to be submitted, or on its way
	envelopeCommitted = 2
	envelopeRefused   = 3 // for good; its operations are undone
)

// enqueue writes a signed envelope and its operations to the outbox, in the
// transaction that changes the stock.
func (d *Desk) enqueue(tx *sql.Tx, job int64, e *envelope) error {
	if err := putEnvelope(tx, job, e); err != nil {
		return err
	}
	insert, err := tx.Prepare(`INSERT INTO trace_operation (envelope, entries, signers, after, undo, event) VALUES (?, ?, ?, ?, ?, ?) RETURNING id`)
	if err != nil {
		return fmt.Errorf("couldn't put an envelope into the outbox: %w", err)
	}
	defer insert.Close()
	for _, o := range e.ops {
		after := make([]int64, len(o.after))
		for i, before := range o.after {
			after[i] = before.id
		}
		err := insert.QueryRow(e.id[:], len(o.entries), encodeNumbers(o.signers), encodeNumbers(after), o.undo.encode(), orNull(o.event)).Scan(&o.id)
		if err != nil {
			return fmt.Errorf("couldn't put an envelope into the outbox: %w", err)
		}
	}
	return nil
}

// waiting is an envelope in the outbox that hasn't ended yet.
type waiting struct {
	id   proof.Hash
	wave int
	raw  []byte
}

// nextWave returns the waiting envelopes of a job's earliest wave.
func nextWave(tx queryer, job int64, limit int) ([]waiting, error) {
	rows, err := tx.Query(`SELECT id, wave, raw FROM trace_envelope WHERE job = ?1 AND status = ?2 AND
		wave = (SELECT MIN(wave) FROM trace_envelope WHERE job = ?1 AND status = ?2) ORDER BY n LIMIT ?3`, job, envelopeWaiting, limit)
	if err != nil {
		return nil, fmt.Errorf("couldn't read the outbox: %w", err)
	}
	defer rows.Close()
	var list []waiting
	for rows.Next() {
		var w waiting
		var id []byte
		if err := rows.Scan(&id, &w.wave, &w.raw); err != nil {
			return nil, fmt.Errorf("couldn't read the outbox: %w", err)
		}
		w.id = proof.Hash(id)
		list = append(list, w)
	}
	return list, rows.Err()
}

// loadOperations returns the operations of an envelope in the outbox.
func loadOperations(tx queryer, w waiting) ([]*operation, error) {
	env, err := proof.DecodeEnvelope(w.raw)
	if err != nil {
		return nil, fmt.Errorf("couldn't read envelope %s of the outbox: %w", w.id, err)
	}
	rows, err := tx.Query(`SELECT id, entries, signers, undo, COALESCE(event, 0) FROM trace_operation WHERE envelope = ? ORDER BY id`, w.id[:])
	if err != nil {
		return nil, fmt.Errorf("couldn't read the outbox: %w", err)
	}
	defer rows.Close()
	var ops []*operation
	at := 0
	for rows.Next() {
		o := &operation{}
		var n int
		var signers, undo []byte
		if err := rows.Scan(&o.id, &n, &signers, &undo, &o.event); err != nil {
			return nil, fmt.Errorf("couldn't read the outbox: %w", err)
		}
		if at+n > len(env.Body.Entries) {
			return nil, fmt.Errorf("couldn't read envelope %s of the outbox: its operations have more entries than it", w.id)
		}
		o.entries = env.Body.Entries[at : at+n]
		at += n
		if o.signers, err = decodeNumbers(signers); err != nil {
			return nil, err
		}
		if o.undo, err = decodeUndo(undo); err != nil {
			return nil, err
		}
		ops = append(ops, o)
	}
	return ops, rows.Err()
}

// settle notes that an envelope was committed. Its bytes are on the ledger now.
func settle(tx *sql.Tx, c Committed) error {
	_, err := tx.Exec(`UPDATE trace_envelope SET status = ?, height = ?, raw = NULL WHERE id = ?`, envelopeCommitted, int64(c.Height), c.ID[:])
	if err == nil {
		_, err = tx.Exec(`DELETE FROM trace_operation WHERE envelope = ?`, c.ID[:])
	}
	if err != nil {
		return fmt.Errorf("couldn't note that envelope %s was committed: %w", c.ID, err)
	}
	return nil
}

// resign makes an envelope anew with a later end of validity, and puts it in the
// place of the old one, which can no longer be accepted.
func (d *Desk) resign(tx *sql.Tx, w waiting) error {
	ops, err := loadOperations(tx, w)
	if err != nil {
		return err
	}
	e := &envelope{wave: w.wave}
	for _, o := range ops {
		e.add(o)
	}
	if err := d.signNew(tx, e, d.keys.Private); err != nil {
		return err
	}
	if _, err := tx.Exec(`UPDATE trace_envelope SET id = ?, raw = ? WHERE id = ?`, e.id[:], e.raw, w.id[:]); err != nil {
		return fmt.Errorf("couldn't sign an envelope anew: %w", err)
	}
	return reassign(tx, e)
}

// reassign says that an envelope's operations are in it now, and with them what
// they commission.
func reassign(tx *sql.Tx, e *envelope) error {
	for _, o := range e.ops {
		if _, err := tx.Exec(`UPDATE trace_operation SET envelope = ? WHERE id = ?`, e.id[:], o.id); err != nil {
			return fmt.Errorf("couldn't move an operation to another envelope: %w", err)
		}
		if err := o.attribute(tx, e.id); err != nil {
			return err
		}
	}
	return nil
}

// attribute notes in which envelope an operation's commissions stand.
func (o *operation) attribute(tx *sql.Tx, id proof.Hash) error {
	for _, path := range o.undo.made {
		_, err := tx.Exec(`UPDATE trace_commission SET entry = ? WHERE own = 1 AND id = (SELECT commission FROM trace_item WHERE path = ?)`, id[:], path)
		if err != nil {
			return fmt.Errorf("couldn't note in which envelope %s is commissioned: %w", path, err)
		}
	}
	return nil
}

// split puts each operation of a refused envelope into one of its own, one wave
// after another, so that the others aren't refused with the one at fault.
func (d *Desk) split(tx *sql.Tx, job int64, w waiting, ops []*operation) error {
	if _, err := tx.Exec(`DELETE FROM trace_envelope WHERE id = ?`, w.id[:]); err != nil {
		return fmt.Errorf("couldn't split an envelope: %w", err)
	}
	for i, o := range ops {
		e := &envelope{wave: w.wave + i}
		e.add(o)
		if err := d.signNew(tx, e, d.keys.Private); err != nil {
			return err
		}
		if err := putEnvelope(tx, job, e); err != nil {
			return err
		}
		if err := reassign(tx, e); err != nil {
			return err
		}
	}
	return nil
}

func putEnvelope(tx *sql.Tx, job int64, e *envelope) error {
	_, err := tx.Exec(`INSERT INTO trace_envelope (id, job, wave, raw, status) VALUES (?, ?, ?, ?, ?)`, e.id[:], job, e.wave, e.raw, envelopeWaiting)
	if err != nil {
		return fmt.Errorf("couldn't put an envelope into the outbox: %w", err)
	}
	return nil
}

// encodeNumbers and decodeNumbers keep a list of row or key numbers.
func encodeNumbers(list []int64) []byte {
	b := proof.AppendArray(nil, len(list))
	for _, n := range list {
		b = proof.AppendUint(b, uint64(n))
	}
	return b
}

func decodeNumbers(b []byte) ([]int64, error) {
	r := proof.NewReader(b)
	list := make([]int64, r.Array(proof.ObjectSizeMax))
	for i := range list {
		list[i] = int64(r.Uint())
	}
	if err := r.Done(); err != nil {
		return nil, fmt.Errorf("couldn't read the outbox: %w", err)
	}
	return list, nil
}
