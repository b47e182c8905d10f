package vault

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// Backup writes a copy of the database, as it is at one moment, to a new file
// while reads and writes go on. The copy has no holes, so it can be smaller.
// What is sealed stays sealed: the copy is of use only with the vault's key,
// which is kept elsewhere. To restore, put it into an empty folder as vault.db.
func (v *Vault) Backup(ctx context.Context, path string) error {
	if err := v.backup(ctx, path); err != nil {
		return fmt.Errorf("couldn't back up the vault to %s: %w", path, err)
	}
	return nil
}

func (v *Vault) backup(ctx context.Context, path string) error {
	if _, err := os.Lstat(path); !errors.Is(err, fs.ErrNotExist) {
		return errors.Join(errors.New("there is something already: name a new file"), err)
	}
	if err := v.door.enter(); err != nil {
		return err
	}
	defer v.door.leave()
	conn, err := v.borrow(ctx, v.readers, "read")
	if err != nil {
		return err
	}
	defer conn.Close()
	// A copy that was cut off must not look like one that is whole.
	partial := path + ".partial"
	if err := os.Remove(partial); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err := writeNew(partial, nil); err != nil {
		return err
	}
	if err := v.copyTo(ctx, conn, partial); err != nil {
		return errors.Join(err, os.Remove(partial))
	}
	if err := os.Rename(partial, path); err != nil {
		return errors.Join(err, os.Remove(partial))
	}
	return syncFile(filepath.Dir(path))
}

// copyTo fills an empty file, through to the disk: SQLite doesn't sync a copy.
func (v *Vault) copyTo(ctx context.Context, conn *sql.Conn, path string) error {
	if _, err := conn.ExecContext(ctx, "VACUUM INTO $1", path); err != nil {
		return err
	}
	return syncFile(path)
}

// Check reads the whole database and returns what is wrong with its structure,
// as SQLite's quick_check finds it. It takes minutes for a large vault. What
// was changed inside a document is found when the document is read.
func (v *Vault) Check(ctx context.Context) error {
	return v.View(ctx, func(tx *sql.Tx) error {
		found, err := rows(ctx, tx, "PRAGMA quick_check(10)", func(scan func(...any) error) (line string, err error) {
			return line, scan(&line)
		})
		if err != nil {
			return fmt.Errorf("couldn't check the vault: %w", err)
		}
		if len(found) != 1 || found[0] != "ok" {
			return fmt.Errorf("%w: %q: restore the newest backup that passes this check", ErrDamaged, found)
		}
		return nil
	})
}
