package vault

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"time"
)

// DestroyedMark names a document that was destroyed and tells nothing of it: it is the hash of
// the random key of the document's parts, which went with it. A copy of the store of
// before has that key still, so that the mark finds the document there.
type DestroyedMark [sha256.Size]byte

// MarshalText writes a mark in hexadecimal.
func (m DestroyedMark) MarshalText() ([]byte, error) { return hex.AppendEncode(nil, m[:]), nil }

// UnmarshalText reads a mark.
func (m *DestroyedMark) UnmarshalText(text []byte) error {
	raw, err := hex.DecodeString(string(text))
	if err != nil || len(raw) != len(m) {
		return fmt.Errorf("%.70q is no mark of a destroyed document: it has %d hexadecimal digits", text, 2*len(m))
	}
	copy(m[:], raw)
	return nil
}

func destroyedMark(key []byte) DestroyedMark {
	return sha256.Sum256(append([]byte("destroyed pedigree document v1"), key...))
}

// DestroyDocument deletes a document and the key of its parts, in the caller's
// transaction. Call Scour after it, for what a deleted row leaves on the disk.
// ErrNotFound: there is no such document.
func (v *Vault) DestroyDocument(ctx context.Context, tx *sql.Tx, id int64) (DestroyedMark, error) {
	s, err := readStored(tx.QueryRowContext(ctx, documentByID, id).Scan)
	if errors.Is(err, sql.ErrNoRows) {
		err = ErrNotFound
	}
	var key []byte
	if err == nil {
		_, key, err = v.openHead(s)
	}
	for _, statement := range []string{chunkDrop, documentDestroy} {
		if err == nil {
			_, err = tx.ExecContext(ctx, statement, id)
		}
	}
	if err == nil {
		_, err = tx.ExecContext(ctx, documentUncount, s.Size)
	}
	if err == nil {
		err = v.LeaveNoTrace(ctx, tx)
	}
	if err != nil {
		return DestroyedMark{}, fmt.Errorf("couldn't destroy document %d: %w", id, err)
	}
	return destroyedMark(key), nil
}

// LeaveNoTrace notes, in the transaction that deletes or replaces something that must not
// be found on the disk any more, that the tables are to be written anew: by Scour, or
// when the vault is next opened.
func (v *Vault) LeaveNoTrace(ctx context.Context, tx *sql.Tx) error {
	if _, err := tx.ExecContext(ctx, metaPut, compactDue, []byte{1}); err != nil {
		return fmt.Errorf("couldn't note that the tables are to be written anew: %w", err)
	}
	return nil
}

// MarkedDocuments finds the documents that were destroyed once and are there again, for
// the store was restored from a copy of before.
func (v *Vault) MarkedDocuments(ctx context.Context, marks []DestroyedMark) ([]int64, error) {
	wanted := map[DestroyedMark]bool{}
	for _, m := range marks {
		wanted[m] = true
	}
	var found []int64
	for after := int64(0); ; {
		n := 0
		err := v.View(ctx, func(tx *sql.Tx) error {
			w := where{sql: documentList}
			w.oldest(after, ListMax)
			list, err := rows(ctx, tx, w.sql, readStored, w.args...)
			for _, s := range list {
				_, key, openErr := v.openHead(s)
				if err = errors.Join(err, openErr); openErr == nil && wanted[destroyedMark(key)] {
					found = append(found, s.ID)
				}
				after = s.ID
			}
			n = len(list)
			return err
		})
		if err != nil || n == 0 {
			return found, err
		}
	}
}

// Scour removes from the vault's own files what deleted rows left in them: it writes the
// database anew, without them, and cuts the log to nothing, once those who read are
// done. Where the database is larger than scourBytesMax, for it is held in memory
// meanwhile, it only cuts the log, and on a server it does nothing; whole is false then,
// and the tables are written anew when the vault is next opened.
func (v *Vault) Scour(ctx context.Context) (whole bool, err error) {
	if err := v.door.enter(); err != nil {
		return false, err
	}
	defer v.door.leave()
	if whole, err = v.base.scour(ctx); err == nil && whole {
		err = v.base.update(ctx, func(tx *sql.Tx) error {
			_, err := tx.ExecContext(ctx, metaDrop, compactDue)
			return err
		})
	}
	if err != nil {
		return false, fmt.Errorf("couldn't remove what deleted rows left on the disk: %w; it is done when the vault is next opened", err)
	}
	return whole, nil
}

// scour implements database.
func (b *lite) scour(ctx context.Context) (whole bool, err error) {
	conn, err := borrow(ctx, b.writer, b.v.wait, "write")
	if err != nil {
		return false, err
	}
	defer conn.Close()
	if err := b.v.Err(); err != nil {
		return false, err
	}
	var size int64
	if err := conn.QueryRowContext(ctx, `SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()`).Scan(&size); err != nil {
		return false, err
	}
	if whole = size <= scourBytesMax; whole {
		b.committing.Store(true)
		_, err := conn.ExecContext(patient(ctx), "VACUUM")
		b.committing.Store(false)
		if err != nil {
			b.judgeWrite(err)
			return false, err
		}
	}
	for try := 0; ; try++ {
		var busy, inLog, copied int
		if err := conn.QueryRowContext(patient(ctx), "PRAGMA wal_checkpoint(TRUNCATE)").Scan(&busy, &inLog, &copied); err != nil {
			b.v.fail(fmt.Errorf("couldn't copy the write-ahead log to the database: %w", err))
			return false, err
		}
		if busy == 0 {
			b.logPagesAt = 0
			return whole, nil
		}
		if try == scourTries {
			return false, fmt.Errorf("somebody reads the store all the time: %w", ErrBusy)
		}
		select {
		case <-ctx.Done():
			return false, ctx.Err()
		case <-time.After(scourPause):
		}
	}
}

// scour implements database: tables of a server are written anew when nobody uses them.
func (b *gres) scour(context.Context) (whole bool, err error) { return false, nil }
