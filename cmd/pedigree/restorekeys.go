package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"pedigree/internal/keys"
)

// unlockFile is what a passphrase opens in a protected home.
const unlockFile = "keys/unlock.age"

// takeKeys opens the keys that the backup brought, or a copy from a folder.
func (r *restored) takeKeys(f restoreFlags) error {
	const advice = "name the folder that holds the copy of the old home's keys with --keys"
	switch {
	case r.manifest.Keys() && f.keys != "":
		return failWith(exitUsage, "leave --keys out, or take a backup without keys", errors.New("the backup has keys in it already"))
	case !r.manifest.Keys() && f.keys == "":
		return failWith(exitUsage, advice, errors.New("the backup has no keys in it"))
	case f.keys != "":
		if err := copyKeys(f.keys, r.home); err != nil {
			return err
		}
	}
	var err error
	if r.secrets, err = r.openKeys(f.passphrase); err != nil {
		return err
	}
	for _, n := range []keys.Name{keys.Organisation, keys.Custody, keys.Vault} {
		if _, err := r.secrets.Read(n); err != nil {
			return failWith(exitUsage, advice, err)
		}
	}
	_, err = r.secrets.obtain(keys.Token)
	return err
}

func (r *restored) openKeys(passphraseFile string) (secrets, error) {
	if passphraseFile == "" {
		return r.home.secrets()
	}
	s := r.home.keyStore()
	if !s.Protected() {
		return s, failWith(exitUsage, "leave --passphrase-file out", errors.New("the keys are plain and have no passphrase"))
	}
	p, err := givenPassphrase(s, passphraseFile)
	if err != nil {
		return s, err
	}
	return s, refusedPassphrase(s.Unlock(p))
}

// copyKeys takes each secret from its own copy, plain or protected. A signing mark
// is never taken: it would be an old one.
func copyKeys(from string, to home) error {
	if err := os.MkdirAll(filepath.Join(to.dir, "keys"), 0o700); err != nil {
		return err
	}
	files := []string{unlockFile, rotationName}
	for _, n := range keys.Kept() {
		files = append(files, n.PlainFile(), n.SealedFile())
	}
	for _, file := range files {
		raw, err := os.ReadFile(filepath.Join(from, file))
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err == nil {
			err = writeSecret(filepath.Join(to.dir, file), raw)
		}
		if err != nil {
			return fmt.Errorf("couldn't restore %s: %w", file, err)
		}
	}
	return nil
}

func writeSecret(path string, content []byte) error {
	out, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = out.Write(content)
	return errors.Join(err, out.Sync(), out.Close())
}
