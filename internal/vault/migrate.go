package vault

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"
)

// migrate brings the tables up to date in one transaction, after a backup when
// there is something to lose. A wrong key is found before anything changes.
func (v *Vault) migrate(ctx context.Context, schemas []Schema) error {
	var applied map[string]map[int][]byte
	err := v.look(ctx, func(tx *sql.Tx) (err error) {
		applied, err = appliedSteps(ctx, tx, v.base.tables())
		return err
	})
	if err != nil {
		return err
	}
	pending := 0
	done := make(map[string]int, len(schemas))
	for _, s := range schemas {
		if done[s.Name], err = s.missing(applied[s.Name]); err != nil {
			return err
		}
		pending += len(s.Steps) - done[s.Name]
	}
	isNew := len(applied[ownSchema]) == 0
	if !isNew {
		if err := v.checkKey(ctx); err != nil {
			return err
		}
		if err := v.loadMarks(ctx); err != nil { // a step may make marks
			return err
		}
	}
	if pending == 0 {
		return nil
	}
	backup := ""
	if !isNew {
		if backup, err = v.backupBefore(ctx, pending); err != nil {
			return err
		}
	}
	err = v.Update(patient(ctx), func(tx *sql.Tx) error { return v.applySteps(ctx, tx, schemas, done, applied == nil) })
	if err != nil && backup != "" && v.Err() == nil {
		// Undone, so the backup is the same as the database: another attempt
		// would only add another copy.
		return errors.Join(err, os.Remove(backup))
	}
	return err
}

// backupBefore copies the database beside itself and tells the operator.
func (v *Vault) backupBefore(ctx context.Context, steps int) (string, error) {
	path := filepath.Join(v.dir, databaseFile+".before-"+v.Now().Format("20060102T150405.000Z"))
	v.log.Info("the vault's tables change; writing a backup first", "steps", steps, "backup", path)
	began := time.Now()
	if err := v.Backup(ctx, path); err != nil {
		return "", fmt.Errorf("couldn't write the backup that goes before a change of tables (is there room for a second copy?): %w", err)
	}
	v.log.Info("wrote a backup of the vault; delete it when the new version has proved itself", "backup", path, "took", time.Since(began).String())
	return path, nil
}

// applySteps runs the steps that are missing.
func (v *Vault) applySteps(ctx context.Context, tx *sql.Tx, schemas []Schema, done map[string]int, isEmpty bool) error {
	if isEmpty {
		if _, err := tx.ExecContext(ctx, v.base.step(schemaTable)); err != nil {
			return err
		}
	}
	for _, s := range schemas {
		for i := done[s.Name]; i < len(s.Steps); i++ {
			if err := v.runStep(ctx, tx, s, s.Steps[i]); err != nil {
				return fmt.Errorf("couldn't apply step %d of schema %s: %w", i+1, s.Name, err)
			}
			if err := v.base.applied(ctx, tx, s.Name, i+1, s.Steps[i]); err != nil {
				return err
			}
			if err := recordStep(ctx, tx, s.Name, i+1, s.Steps[i], v.Now()); err != nil {
				return err
			}
		}
	}
	if done[ownSchema] > 0 {
		return nil
	}
	return v.addKeyCheck(ctx, tx)
}

// keyCheck is the row by which a wrong key is known: a random value sealed
// under the key.
const keyCheck = "key"

func (v *Vault) addKeyCheck(ctx context.Context, tx *sql.Tx) error {
	sealed, err := v.keySealer().seal([]byte(keyCheck), []byte(rand.Text()))
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, metaAdd, keyCheck, sealed)
	return err
}

func (v *Vault) checkKey(ctx context.Context) error {
	var sealed []byte
	err := v.look(ctx, func(tx *sql.Tx) error { return tx.QueryRowContext(ctx, metaGet, keyCheck).Scan(&sealed) })
	if err != nil {
		return fmt.Errorf("couldn't read what the key is checked with: %w", err)
	}
	if _, err := v.keySealer().open([]byte(keyCheck), sealed); err != nil {
		return fmt.Errorf("%w: give it that key, or restore it from where you keep its copy", ErrWrongKey)
	}
	return nil
}

func (v *Vault) keySealer() sealer { return sealer{v.key.own("key check")} }
