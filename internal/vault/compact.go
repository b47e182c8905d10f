package vault

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"
)

// compactDue is the row of vault_meta that says that bytes which were written over are
// still in the database's free space.
const compactDue = "compact"

// compactFile ends the name of a compact copy that is not in its place yet.
const compactFile = ".compact"

// finishCompact writes the database anew if that is due. Nobody else may be at work.
func (v *Vault) finishCompact(ctx context.Context) error {
	var due []byte
	err := v.look(ctx, func(tx *sql.Tx) error { return tx.QueryRowContext(ctx, metaGet, compactDue).Scan(&due) })
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	if err != nil {
		return err
	}
	began := time.Now()
	if err := v.base.compact(patient(ctx)); err != nil {
		return fmt.Errorf("couldn't write the vault's tables anew, which ends what was written over (is there room for a second copy?): %w", err)
	}
	err = v.base.update(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, metaDrop, compactDue)
		return err
	})
	if err == nil {
		v.log.Info("wrote the vault's tables anew; nothing that was written over is left in them", "took", time.Since(began).String())
	}
	return err
}

// compact implements database: a copy without free space takes the file's place.
func (b *lite) compact(ctx context.Context) error {
	copied := b.path + compactFile
	if err := os.Remove(copied); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err := writeNew(copied, nil); err != nil {
		return err
	}
	if err := b.backup(ctx, copied); err != nil {
		return errors.Join(err, os.Remove(copied))
	}
	b.v.log.Info("wrote a compact copy of the vault; putting it in its place")
	// The last connection to go copies the log to the file and removes it.
	if err := errors.Join(b.readers.Close(), b.writer.Close()); err != nil {
		return err
	}
	if left, err := exists(b.path + "-wal"); err != nil || left {
		return errors.Join(fmt.Errorf("%s-wal is still there: does another program read the vault? End it, then open the vault again", b.path), err, b.connectAll(ctx))
	}
	if err := os.Rename(copied, b.path); err != nil {
		return errors.Join(err, b.connectAll(ctx))
	}
	if err := syncFile(filepath.Dir(b.path)); err != nil {
		return err
	}
	b.v.log.Info("the compact copy of the vault is in its place")
	return b.connectAll(ctx)
}

// compact implements database: it writes the tables anew that hold something sealed.
// Parts of documents are never written over.
func (b *gres) compact(ctx context.Context) error {
	tables := []string{"vault_document", "vault_request", "vault_meta", "vault_job"}
	for _, t := range b.v.tables() {
		if len(t.Sealed)+len(t.Marks) > 0 && !slices.Contains(tables, t.Name) {
			tables = append(tables, t.Name)
		}
	}
	conn, err := b.server.dial(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = hangUp(conn) }()
	if _, err := conn.Exec(ctx, fmt.Sprintf(`SET statement_timeout = %d`, statementTimeoutLong.Milliseconds())); err != nil {
		return away(ctx, err)
	}
	for _, name := range tables {
		if _, err := conn.Exec(ctx, `VACUUM (FULL) `+pgx.Identifier{b.schema, name}.Sanitize()); err != nil {
			return fmt.Errorf("table %s: %w", name, away(ctx, err))
		}
	}
	return nil
}
