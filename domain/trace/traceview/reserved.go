package traceview

import (
	"cmp"
	"database/sql"
	"errors"
	"fmt"

	"pedigree/internal/api"
	"pedigree/ledger"
	"pedigree/proof"
)

// Reserved says what an act may do with goods that a pick has reserved. Its zero value
// leaves them alone. What is on its way out of the network is left alone in any case.
type Reserved struct {
	Pick string `json:"pick,omitempty" maxLength:"64" doc:"Number of the pick for whose order this is done: what it reserves may be taken"`
	// ReleaseReservation takes what other picks have reserved too.
	ReleaseReservation bool `json:"release_reservation,omitempty" doc:"Take also what another order has reserved, which loses it by that"`
}

// bound knows what picks have reserved, but for the one for which an act is done.
type bound struct {
	tx      *sql.Tx
	release bool
	at      map[string]string // reserved thing, and each thing that one is in: a reserved thing
	of      map[string][]byte // reserved thing: its pick, or the departure that it leaves by
	leaving map[string]bool   // things that leave by a departure that isn't confirmed
}

// bindings reads what an act has to leave alone. Picks whose time is over bind nobody.
func (d *Desk) bindings(tx *sql.Tx, r Reserved) (*bound, error) {
	return d.bindingsBut(tx, r, proof.Hash{})
}

// bindingsBut is bindings for the departure by which goods leave.
func (d *Desk) bindingsBut(tx *sql.Tx, r Reserved, departure proof.Hash) (*bound, error) {
	b := &bound{tx: tx, release: r.ReleaseReservation, at: map[string]string{}, of: map[string][]byte{}, leaving: map[string]bool{}}
	var own proof.Hash
	if r.Pick != "" {
		var err error
		if own, err = proof.ParseHash(r.Pick); err != nil {
			return nil, ledger.CodeMalformed.Errorf("%.70q is no number of a pick; pedigree pick list shows them", r.Pick)
		}
		n := 0
		if err := tx.QueryRow(`SELECT COUNT(*) FROM pick_pick WHERE id = ? AND until > ?`, own[:], d.now().Unix()).Scan(&n); err != nil {
			return nil, err
		}
		if n == 0 {
			return nil, noPick(own)
		}
	}
	rows, err := tx.Query(`SELECT r.path, r.pick, 0 FROM pick_reserved r JOIN pick_pick p ON p.id = r.pick WHERE p.until > ? AND p.id <> ?
		UNION ALL SELECT path, departure, 1 FROM pick_leaving WHERE waits = 1 AND departure <> ? ORDER BY 1`, d.now().Unix(), own[:], departure[:])
	if err != nil {
		return nil, fmt.Errorf("couldn't look up what is reserved: %w", err)
	}
	defer rows.Close()
	var paths []string
	for rows.Next() {
		var path string
		var by []byte
		var leaves bool
		if err := rows.Scan(&path, &by, &leaves); err != nil {
			return nil, fmt.Errorf("couldn't look up what is reserved: %w", err)
		}
		b.of[path] = by
		if leaves {
			b.leaving[path] = true
		}
		paths = append(paths, path)
	}
	if err := rows.Err(); err != nil {
		return nil, err
	}
	for _, p := range paths {
		if err := b.mark(p); err != nil {
			return nil, err
		}
	}
	return b, nil
}

// mark notes that whoever takes what a reserved thing is in takes that too.
func (b *bound) mark(path string) error {
	for p, level := path, 0; p != "" && level <= proof.NestMax+SealedLevelsMax+1; level++ {
		if _, there := b.at[p]; there && p != path {
			return nil // and so is what that is in
		}
		b.at[p] = path
		var err error
		if p, err = directlyAbove(b.tx, p); err != nil {
			return err
		}
	}
	return nil
}

// directlyAbove is what a thing is in now; "" of one that is in nothing.
func directlyAbove(tx queryer, path string) (string, error) {
	var it item
	var outside string
	err := tx.QueryRow(`SELECT i.surfaced, COALESCE(i.sealed_in, ''), COALESCE(i.packed_in, ''), COALESCE(o.container, '')
		FROM trace_item i LEFT JOIN outside_item o ON o.path = i.path AND i.status = ? WHERE i.path = ?`, StatusOutside, path).Scan(&it.surfaced, &it.sealedIn, &it.packedIn, &outside)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil
	}
	if err != nil {
		return "", fmt.Errorf("couldn't look up what %s is in: %w", path, err)
	}
	return cmp.Or(inside(&it), outside), nil
}

// free refuses a thing that is reserved, is in a reserved one or holds one; or takes it
// from the pick that had it, where that is asked for.
func (b *bound) free(path string) error {
	for len(b.of) > 0 {
		hit, err := b.hit(path)
		if err != nil || hit == "" {
			return err
		}
		pick := proof.Hash(b.of[hit])
		if b.leaving[hit] {
			return isLeaving(hit, pick)
		}
		if !b.release {
			what := path
			if hit != path {
				what = fmt.Sprintf("%s can't be taken: %s", path, hit)
			}
			return api.Coded(fmt.Errorf("%s is reserved for an order, by pick %s", what, pick), ledger.Conflict, "trace/reserved",
				"take another, name the pick if this is for its order (--pick), or take it from that order (--release-reservation)")
		}
		if err := endReservations(b.tx, func(yield func(string) bool) { yield(hit) }); err != nil {
			return err
		}
		delete(b.of, hit)
		b.at = map[string]string{}
		for other := range b.of { // the order changes nothing
			if err := b.mark(other); err != nil {
				return err
			}
		}
	}
	return nil
}

// hit is a reserved thing that a thing is, is in or holds; "" where there is none.
func (b *bound) hit(path string) (string, error) {
	if r, ok := b.at[path]; ok {
		return r, nil
	}
	for p, level := path, 0; p != "" && level <= proof.NestMax+SealedLevelsMax+1; level++ {
		if _, ok := b.of[p]; ok {
			return p, nil
		}
		var err error
		if p, err = directlyAbove(b.tx, p); err != nil {
			return "", err
		}
	}
	return "", nil
}

// heed makes the steps that follow leave alone what picks have reserved.
func (w *work) heed(r Reserved) (err error) {
	w.bound, err = w.d.bindings(w.tx, r)
	return err
}
