package tiview

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"errors"
	"fmt"
)

// ErrNotGiven says that a document stays the one whose it is.
var ErrNotGiven = errors.New("the document can't be given to another partner")

// Give takes a document again as another partner's, which came by the wrong inlet, or of
// which nobody knew whose it is. The entry that it had is Given from then on, and its
// SameAs is the new one. Done again it comes to the same.
func (d *Documents) Give(ctx context.Context, n int64, partner string) (Entry, error) {
	e, err := d.give(ctx, n, partner)
	if err != nil {
		return Entry{}, fmt.Errorf("couldn't give document %d to another partner: %w", n, err)
	}
	return e, nil
}

func (d *Documents) give(ctx context.Context, n int64, partner string) (Entry, error) {
	if partner == "" || len(partner) > NameBytesMax {
		return Entry{}, fmt.Errorf("%w: name the organisation or GLN it is from, in at most %d bytes", ErrWanting, NameBytesMax)
	}
	d.taking.Lock()
	defer d.taking.Unlock()
	old, err := d.Entry(ctx, n)
	if err != nil {
		return Entry{}, err
	}
	to, err := d.regive(ctx, old, partner)
	if err != nil || to.State != Arrived || to.Number == n {
		return to, err
	}
	content, kept, err := d.Vault.OpenDocument(ctx, old.doc)
	if err == nil {
		err = content.Close()
	}
	if err == nil {
		err = d.process(ctx, to.Number, kept.Name)
	}
	if err != nil {
		return Entry{}, err
	}
	return d.Entry(ctx, to.Number)
}

// regive notes the new arrival and the end of the old one, or finds both noted.
func (d *Documents) regive(ctx context.Context, old Entry, partner string) (to Entry, err error) {
	if old.Partner == partner && old.State != Given {
		return old, nil // it is from them already
	}
	if old.State == Given {
		if to, err = d.Entry(ctx, old.SameAs); err == nil && to.Partner != partner {
			err = fmt.Errorf("%w: it was given to %s, as document %d", ErrNotGiven, to.Partner, to.Number)
		}
		return to, err
	}
	if err := old.givable(); err != nil {
		return to, err
	}
	key := sha256.Sum256(fmt.Appendf(nil, "given %d to %s", old.Number, partner))
	err = d.Vault.Update(ctx, func(tx *sql.Tx) error {
		var number int64
		var digest []byte
		if err := tx.QueryRowContext(ctx, `SELECT digest FROM ti_document WHERE n = $1`, old.Number).Scan(&digest); err != nil {
			return err
		}
		err := tx.QueryRowContext(ctx, `INSERT INTO ti_document (doc, digest, means, partner, came, state, delivery) VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING n`,
			old.doc, digest, old.Means, partner, millis(old.Came), int(Arrived), key[:]).Scan(&number)
		if err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `UPDATE ti_document SET state = $1, same = $2 WHERE n = $3`, int(Given), number, old.Number); err != nil {
			return err
		}
		to, err = entryOf(ctx, tx, number)
		return err
	})
	return to, err
}

// givable refuses what has an effect already, or none.
func (e Entry) givable() error {
	switch {
	case e.aside():
		return fmt.Errorf("%w: it left from here, or came with a shipment on the ledger, so it is known whose it is", ErrNotGiven)
	case e.State == Matched:
		return fmt.Errorf("%w: goods were received with it; ask who it is from for a document of its own", ErrNotGiven)
	case e.State == Duplicate:
		return fmt.Errorf("%w: it is the same as document %d; give that one", ErrNotGiven, e.SameAs)
	case e.State == Superseded:
		return fmt.Errorf("%w: document %d corrected it; give that one", ErrNotGiven, e.ReplacedBy)
	case e.State == Arrived:
		return fmt.Errorf("%w: it is being looked at; try again", ErrNotGiven)
	}
	return nil
}

// placed is the number by which an entry stands in the order of arrivals: of one that was
// given, that of the entry it came as.
func placed(ctx context.Context, tx *sql.Tx, n int64) (int64, error) {
	for range givenMax {
		var former int64
		err := tx.QueryRowContext(ctx, `SELECT n FROM ti_document WHERE same = $1 AND state = $2 AND n < $1`, n, int(Given)).Scan(&former)
		if errors.Is(err, sql.ErrNoRows) {
			break
		}
		if err != nil {
			return 0, err
		}
		n = former
	}
	return n, nil
}
