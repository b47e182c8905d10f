package vault

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"errors"
	"fmt"
	"io"
)

// Scrub reads the whole vault: SQLite's integrity_check or PostgreSQL's amcheck,
// which compare every index with its table, and every document with its hash. It calls fault with each
// thing that is wrong and returns how many documents it read; an error means that
// it couldn't go on.
func (v *Vault) Scrub(ctx context.Context, fault func(error)) (documents int, err error) {
	if err := v.door.enter(); err != nil {
		return 0, err
	}
	err = v.base.check(ctx, true, fault)
	v.door.leave()
	if err != nil {
		return 0, fmt.Errorf("couldn't check the vault: %w", err)
	}
	return v.ScrubDocuments(ctx, ctx.Err, fault)
}

// ScrubDocuments reads every document, the newest first, as Scrub does, and calls
// rest after each; an error of rest ends it.
func (v *Vault) ScrubDocuments(ctx context.Context, rest func() error, fault func(error)) (documents int, err error) {
	for before := int64(0); ; {
		ids, err := v.documentIDs(ctx, before)
		if err != nil || len(ids) == 0 {
			return documents, err
		}
		for _, id := range ids {
			documents++
			if err := v.scrubDocument(ctx, id); err != nil && !v.destroyed(ctx, id) {
				fault(err)
			}
			if err := rest(); err != nil {
				return documents, err
			}
		}
		before = ids[len(ids)-1]
	}
}

// destroyed tells whether a document that was listed a moment ago is there no more.
func (v *Vault) destroyed(ctx context.Context, id int64) bool {
	err := v.View(ctx, func(tx *sql.Tx) error {
		_, err := readStored(tx.QueryRowContext(ctx, documentByID, id).Scan)
		return err
	})
	return errors.Is(err, sql.ErrNoRows)
}

// documentIDs returns a page of ids, the newest first.
func (v *Vault) documentIDs(ctx context.Context, before int64) (ids []int64, err error) {
	w := where{sql: documentIDList}
	if err := w.page(before, 0); err != nil {
		return nil, err
	}
	err = v.View(ctx, func(tx *sql.Tx) error {
		ids, err = rows(ctx, tx, w.sql, func(scan func(...any) error) (id int64, err error) { return id, scan(&id) }, w.args...)
		return err
	})
	return ids, err
}

func (v *Vault) scrubDocument(ctx context.Context, id int64) error {
	r, d, err := v.OpenDocument(ctx, id)
	if err != nil {
		return err
	}
	hash := sha256.New()
	n, err := io.Copy(hash, r)
	if err = errors.Join(err, r.Close()); err != nil {
		return err
	}
	if n != d.Size || [32]byte(hash.Sum(nil)) != d.SHA256 {
		return fmt.Errorf("%w: document %d has %d bytes with another hash than was noted", ErrDamaged, id, n)
	}
	return nil
}
