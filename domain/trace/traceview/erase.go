package traceview

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"

	"pedigree/internal/vault"
	"pedigree/ledger"
)

// ErrUnderWay says that something can't be erased yet, for work on it is not over.
var ErrUnderWay = errors.New("work on it is under way")

// ErasedReason is what stands in the place of a reason that was erased.
const ErasedReason = "erased"

// EraseDocument removes what goods and events keep of a document, in the transaction
// that destroys it: quotations, hashes and identifiers of its events, and the salt with
// which its shipment's commitment could be tied to it. Goods, lots and where they went
// stay: they are no person's.
func (d *Desk) EraseDocument(ctx context.Context, tx *sql.Tx, doc int64) error {
	if err := refuseUnderWay(ctx, tx, doc); err != nil {
		return err
	}
	if err := d.eraseEvents(ctx, tx, doc); err != nil {
		return err
	}
	report, err := d.vault.SealValue(captureContext(doc), []byte("{}")) // its counts stand in the job
	if err == nil {
		_, err = tx.ExecContext(ctx, `UPDATE trace_capture SET report = ? WHERE doc = ?`, report, doc)
	}
	if err == nil {
		_, err = tx.ExecContext(ctx, `DELETE FROM trace_finding WHERE doc = ?`, doc)
	}
	if err != nil {
		return fmt.Errorf("couldn't erase what was found in document %d: %w", doc, err)
	}
	var salt [32]byte
	rand.Read(salt[:])
	_, err = tx.ExecContext(ctx, `UPDATE trace_shipment SET memo_salt = ?, memo_root = ?, sealed = NULL WHERE doc = ? OR file = ?`, salt[:], salt[:], doc, doc)
	if err != nil {
		return fmt.Errorf("couldn't erase the commitments to document %d: %w", doc, err)
	}
	return nil
}

// refuseUnderWay refuses a document that a capture or a shipment still needs.
func refuseUnderWay(ctx context.Context, tx *sql.Tx, doc int64) error {
	var captures, shipments int
	err := tx.QueryRowContext(ctx, `SELECT COUNT(*) FROM trace_capture WHERE doc = ? AND stage NOT IN (?, ?)`, doc, CaptureDone, CaptureRefused).Scan(&captures)
	if err == nil {
		err = tx.QueryRowContext(ctx, `SELECT COUNT(*) FROM trace_shipment WHERE (doc = ? OR file = ?) AND (status <= ? OR status = ?)`, doc, doc, shipmentOffered, shipmentLeaving).Scan(&shipments)
	}
	switch {
	case err != nil:
		return fmt.Errorf("couldn't look whether document %d is in use: %w", doc, err)
	case captures > 0:
		return fmt.Errorf("document %d is being captured, and what it says is not on the ledger yet: %w; capture it again until it is done", doc, ErrUnderWay)
	case shipments > 0:
		return fmt.Errorf("document %d is of a shipment that nobody has received or refused yet: %w; wait for that, reclaim it, or confirm or void a departure", doc, ErrUnderWay)
	}
	return nil
}

// eraseEvents gives each event of a document another hash, which is that of nothing.
func (d *Desk) eraseEvents(ctx context.Context, tx *sql.Tx, doc int64) error {
	rows, err := tx.QueryContext(ctx, `SELECT id FROM trace_event WHERE doc = ?`, doc)
	if err != nil {
		return fmt.Errorf("couldn't read the events of document %d: %w", doc, err)
	}
	defer rows.Close()
	var events []int64
	for rows.Next() {
		var id int64
		if err := rows.Scan(&id); err != nil {
			return err
		}
		events = append(events, id)
	}
	if err := rows.Err(); err != nil {
		return err
	}
	var hash [32]byte
	for _, id := range events {
		rand.Read(hash[:])
		if _, err := tx.ExecContext(ctx, `UPDATE trace_event SET hash = ?, event_id = NULL, json_path = '' WHERE id = ?`, hash[:], id); err != nil {
			return fmt.Errorf("couldn't erase the events of document %d: %w", doc, err)
		}
	}
	return nil
}

// EraseReason removes why a pack was dispensed, and the salt that opens the ledger's
// commitment to it: nobody can tell any more what it commits to. With it go the reasons
// why the pack was released.
func (d *Desk) EraseReason(ctx context.Context, tx *sql.Tx, item string) error {
	path, unreadable := readItem(item, d.judging().here())
	if unreadable != nil {
		return ledger.CodeMalformed.Errorf("couldn't read %.80q: %s", item, unreadable.Text)
	}
	released, err := eraseReleases(ctx, tx, path)
	if err != nil {
		return err
	}
	var settled bool
	err = tx.QueryRowContext(ctx, `SELECT entry IS NOT NULL FROM trace_dispense WHERE path = ?`, path).Scan(&settled)
	if errors.Is(err, sql.ErrNoRows) && released > 0 {
		return nil
	}
	if errors.Is(err, sql.ErrNoRows) {
		return fmt.Errorf("%s was not dispensed here: %w", path, vault.ErrNotFound)
	}
	if err == nil && settled {
		err = d.refuseSettling(ctx, tx, path)
	}
	if err == nil {
		var salt [32]byte
		rand.Read(salt[:])
		var sealed string
		if sealed, err = d.vault.SealText(dispenseContext(path), ErasedReason); err == nil {
			_, err = tx.ExecContext(ctx, `UPDATE trace_dispense SET reason = ?, salt = ? WHERE path = ?`, sealed, salt[:], path)
		}
	}
	if err != nil {
		return fmt.Errorf("couldn't erase why %s was dispensed: %w", path, err)
	}
	return nil
}

// eraseReleases removes why a thing was released, and by whom, and returns how often it was.
func eraseReleases(ctx context.Context, tx *sql.Tx, path string) (int64, error) {
	done, err := tx.ExecContext(ctx, `DELETE FROM pick_released WHERE path = ?`, path)
	var n int64
	if err == nil {
		n, err = done.RowsAffected()
	}
	if err != nil {
		return 0, fmt.Errorf("couldn't erase why %s was released: %w", path, err)
	}
	return n, nil
}

// refuseSettling refuses a reason whose commitment is on its way to the ledger.
func (d *Desk) refuseSettling(ctx context.Context, tx *sql.Tx, path string) error {
	var entry []byte
	if err := tx.QueryRowContext(ctx, `SELECT entry FROM trace_dispense WHERE path = ?`, path).Scan(&entry); err != nil {
		return err
	}
	open, err := openJobs(ctx, tx, jobDispense)
	if err != nil {
		return err
	}
	for _, job := range open {
		if string(settlement(job)) == string(entry) {
			return fmt.Errorf("its end is on the way to the ledger: %w; run pedigree dispense --settle until it is there", ErrUnderWay)
		}
	}
	return nil
}

// openJobs are the jobs of a kind that are not over.
func openJobs(ctx context.Context, tx *sql.Tx, kind string) ([]int64, error) {
	rows, err := tx.QueryContext(ctx, `SELECT id FROM vault_job WHERE kind = ? AND state = ?`, kind, string(vault.JobRunning))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var list []int64
	for rows.Next() {
		var id int64
		if err := rows.Scan(&id); err != nil {
			return nil, err
		}
		list = append(list, id)
	}
	return list, rows.Err()
}
