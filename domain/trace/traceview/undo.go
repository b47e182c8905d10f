package traceview

import (
	"database/sql"
	"fmt"

	"pedigree/proof"
)

// undo is what an operation changed in the stock, so that a refusal by the
// ledger can be put right: rows as they were, and things that had no row before.
type undo struct {
	before []placed
	made   []string // removed with everything sealed in them
}

// placed is the part of a stock row that operations change.
type placed struct {
	path      string
	surfaced  bool
	packedIn  string
	status    int
	ownerKey  int64
	holderKey int64
	partner   string
	packed    int64
}

func placeOf(it *item) placed {
	return placed{it.path, it.surfaced, it.packedIn, it.status, it.ownerKey, it.holderKey, it.partner, it.packed}
}

func (u *undo) remember(it *item) { u.before = append(u.before, placeOf(it)) }

// encode returns [[[path, surfaced, packed in, status, owner, holder, partner,
// packed], ...], [path, ...]].
func (u *undo) encode() []byte {
	b := proof.AppendArray(proof.AppendArray(nil, 2), len(u.before))
	for _, p := range u.before {
		b = proof.AppendText(proof.AppendArray(b, 8), p.path)
		b = proof.AppendText(proof.AppendBool(b, p.surfaced), p.packedIn)
		for _, n := range []int64{int64(p.status), p.ownerKey, p.holderKey} {
			b = proof.AppendUint(b, uint64(n))
		}
		b = proof.AppendUint(proof.AppendText(b, p.partner), uint64(p.packed))
	}
	b = proof.AppendArray(b, len(u.made))
	for _, m := range u.made {
		b = proof.AppendText(b, m)
	}
	return b
}

func decodeUndo(b []byte) (undo, error) {
	r := proof.NewReader(b)
	r.ArrayOf(2)
	var u undo
	for n := r.Array(proof.ObjectSizeMax); n > 0 && r.Err() == nil; n-- {
		r.ArrayOf(8)
		u.before = append(u.before, placed{
			path: r.Text(proof.IDSizeMax), surfaced: r.Bool(), packedIn: r.Text(proof.IDSizeMax), status: int(r.Uint()),
			ownerKey: int64(r.Uint()), holderKey: int64(r.Uint()), partner: r.Text(proof.OrgIDMax), packed: int64(r.Uint()),
		})
	}
	for n := r.Array(proof.ObjectSizeMax); n > 0 && r.Err() == nil; n-- {
		u.made = append(u.made, r.Text(proof.IDSizeMax))
	}
	if err := r.Done(); err != nil {
		return undo{}, fmt.Errorf("couldn't read how to undo an operation: %w", err)
	}
	return u, nil
}

// apply puts the rows back.
func (u *undo) apply(tx *sql.Tx) error {
	for i := len(u.before) - 1; i >= 0; i-- {
		if err := u.before[i].restore(tx); err != nil {
			return err
		}
	}
	for _, path := range u.made {
		if err := unmake(tx, path); err != nil {
			return err
		}
	}
	return nil
}

// unmake removes what never came onto the ledger. What came from outside the network
// stays in stock as that.
func unmake(tx *sql.Tx, path string) error {
	it, ok, err := loadItem(tx, path)
	if err != nil || !ok {
		return err
	}
	outside, err := introduced(tx, &it)
	var all []item
	if err == nil && outside {
		all, err = sealedItems(tx, &it, 0)
	}
	if err == nil {
		err = removeTree(tx, path)
	}
	if err != nil {
		return err
	}
	return keepOutside(tx, all)
}

func (p placed) restore(tx *sql.Tx) error {
	_, err := tx.Exec(`UPDATE trace_item SET surfaced = ?, packed_in = ?, status = ?, owner_key = ?, holder_key = ?, partner = ?, packed = ? WHERE path = ?`,
		p.surfaced, textOrNull(p.packedIn), p.status, orNull(p.ownerKey), orNull(p.holderKey), textOrNull(p.partner), orNull(p.packed), p.path)
	if err != nil {
		return fmt.Errorf("couldn't put the stock row of %s back: %w", p.path, err)
	}
	return nil
}

// move writes where an item is now; what never changes is left alone.
func move(tx *sql.Tx, it *item) error { return placeOf(it).restore(tx) }

// removeTree takes an item that never came onto the ledger out of the stock,
// with everything sealed in it and its commission.
func removeTree(tx *sql.Tx, path string) error {
	it, ok, err := loadItem(tx, path)
	if err != nil || !ok {
		return err
	}
	for _, c := range it.contents {
		if c.gone == nil {
			if err := removeTree(tx, c.path); err != nil {
				return err
			}
		}
	}
	if _, err := tx.Exec(`DELETE FROM trace_item WHERE path = ?`, path); err != nil {
		return fmt.Errorf("couldn't remove the stock row of %s: %w", path, err)
	}
	if it.sealedIn == "" && it.commission != 0 {
		if _, err := tx.Exec(`DELETE FROM trace_commission WHERE id = ? AND own = 1`, it.commission); err != nil {
			return fmt.Errorf("couldn't remove the commission of %s: %w", path, err)
		}
	}
	return nil
}
