package vault

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// Move copies a vault to an empty place in the other kind of database, or in the
// same one, and reads every row back. The original stays as it is, and nobody may
// write to it meanwhile. To.Schemas don't matter: the copy has the same tables.
//
// It is done whole or not at all: after an error or a crash, begin again. When it
// returns nil, the configuration has to name the new place.
func (v *Vault) Move(ctx context.Context, to Config) ([]MovedTable, error) {
	if err := v.door.enter(); err != nil {
		return nil, err
	}
	defer v.door.leave()
	to.Key, to.Schemas = v.key, nil
	if to.Logger == nil {
		to.Logger = v.log
	}
	to, err := to.complete()
	if err != nil {
		return nil, fmt.Errorf("couldn't move the vault: %w", err)
	}
	move := v.moveToFile
	if to.Server != nil || to.URL != "" {
		move = v.moveToServer
	}
	done, err := move(ctx, to)
	if err != nil {
		return nil, fmt.Errorf("couldn't move the vault: %w", err)
	}
	return done, nil
}

// shell is a vault without tables, for the database that a copy is written to.
func (v *Vault) shell(c Config) *Vault {
	return &Vault{
		dir: c.Dir, key: c.Key, log: c.Logger, now: c.Now, wait: c.Wait, statement: c.StatementTimeout, schemas: v.schemas,
		failure: failure{failed: make(chan struct{})},
	}
}

func (v *Vault) moveToServer(ctx context.Context, c Config) (done []MovedTable, err error) {
	c.arriving = true
	target, err := openGres(ctx, v.shell(c), c)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, target.close()) }()
	if done, err = copyAll(ctx, v.base, target); err != nil {
		return nil, err
	}
	return done, noteElsewhere(c.Dir, target.where())
}

func (v *Vault) moveToFile(ctx context.Context, c Config) ([]MovedTable, error) {
	if err := makeFolder(c.Dir); err != nil {
		return nil, err
	}
	path := filepath.Join(c.Dir, databaseFile)
	if _, err := os.Lstat(path); !errors.Is(err, fs.ErrNotExist) {
		return nil, errors.Join(fmt.Errorf("%s is there already: move it away first", path), err)
	}
	done, err := v.copyToFile(ctx, path, c)
	if err != nil {
		return nil, err
	}
	// Only now: without this note and without a database, a node would start empty.
	if err := os.Remove(filepath.Join(c.Dir, ElsewhereFile)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	return done, syncFile(c.Dir)
}

// copyToFile writes a copy to a SQLite file, which takes its name when it is whole.
func (v *Vault) copyToFile(ctx context.Context, path string, c Config) (done []MovedTable, err error) {
	if path, err = filepath.Abs(path); err != nil {
		return nil, err
	}
	c.Dir = path + ".making"
	if err := os.RemoveAll(c.Dir); err != nil { // what an earlier attempt left
		return nil, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(c.Dir)) }()
	target, err := openLite(ctx, v.shell(c), c)
	if err != nil {
		return nil, err
	}
	done, err = copyAll(ctx, v.base, target)
	if err = errors.Join(err, target.close()); err != nil {
		return nil, err
	}
	made := filepath.Join(c.Dir, databaseFile)
	if err := syncFile(made); err != nil {
		return nil, err
	}
	if err := os.Rename(made, path); err != nil {
		return nil, err
	}
	return done, syncFile(filepath.Dir(path))
}

// backup implements database: the copy is a SQLite file.
func (b *gres) backup(ctx context.Context, path string) error {
	c, err := Config{Dir: filepath.Dir(path), Key: b.v.key, Logger: b.v.log, Now: b.v.now, Wait: b.v.wait}.complete()
	if err != nil {
		return err
	}
	_, err = b.v.copyToFile(ctx, path, c)
	return err
}
