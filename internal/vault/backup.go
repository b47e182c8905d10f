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

// Backup writes a copy of the vault, as it is at one moment, to a new file while
// reads and writes go on. The copy is a SQLite database whatever the vault is in,
// without holes, so it can be smaller. What is sealed stays sealed: the copy is of
// use only with the vault's key, which is kept elsewhere. To restore, put it into
// an empty folder as vault.db, and for PostgreSQL move it there with Move.
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
	// A copy that was cut off must not look like one that is whole.
	partial := path + ".partial"
	if err := os.Remove(partial); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err := writeNew(partial, nil); err != nil {
		return err
	}
	if err := v.base.backup(ctx, partial); err != nil {
		return errors.Join(err, os.Remove(partial))
	}
	if err := os.Rename(partial, path); err != nil {
		return errors.Join(err, os.Remove(partial))
	}
	return syncFile(filepath.Dir(path))
}

// backup implements database: it fills an empty file, through to the disk, for SQLite
// doesn't sync a copy.
func (b *lite) backup(ctx context.Context, path string) error {
	conn, err := borrow(ctx, b.readers, b.v.wait, "read")
	if err != nil {
		return err
	}
	defer conn.Close()
	if _, err := conn.ExecContext(patient(ctx), "VACUUM INTO $1", path); err != nil {
		return err
	}
	return syncFile(path)
}

// Check reads the whole database and returns what is wrong with its structure,
// as SQLite's quick_check or PostgreSQL's amcheck finds it. It takes minutes for a
// large vault. What was changed inside a document is found when it is read.
func (v *Vault) Check(ctx context.Context) error {
	if err := v.door.enter(); err != nil {
		return err
	}
	defer v.door.leave()
	var faults []error
	err := v.base.check(ctx, false, func(err error) { faults = append(faults, err) })
	if err != nil {
		return fmt.Errorf("couldn't check the vault: %w", err)
	}
	if len(faults) > 0 {
		return fmt.Errorf("%w: restore the newest backup that passes this check", errors.Join(faults...))
	}
	return nil
}

// check implements database.
func (b *lite) check(ctx context.Context, deep bool, fault func(error)) error {
	pragma := "PRAGMA quick_check(10)"
	if deep { // compares every index with its table too
		pragma = fmt.Sprintf("PRAGMA integrity_check(%d)", scrubFaultsMax)
	}
	return b.view(patient(ctx), func(tx *sql.Tx) error {
		found, err := rows(ctx, tx, pragma, func(scan func(...any) error) (line string, err error) { return line, scan(&line) })
		if err != nil && ctx.Err() == nil {
			fault(fmt.Errorf("%w: the database can't be read to its end: %w", ErrDamaged, err))
			return nil
		}
		for _, line := range found {
			if line != "ok" {
				fault(fmt.Errorf("%w: the database: %s", ErrDamaged, line))
			}
		}
		return err
	})
}
