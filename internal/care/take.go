package care

import (
	"archive/tar"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"time"

	"pedigree/internal/store"
	"pedigree/internal/store/kv"
	"pedigree/proof"
)

// Source is the node that is copied.
type Source struct {
	// Of is what the manifest says of the node; height, hash and files are filled in.
	Of Manifest
	// Files are the plain files, by their name in the backup. Those that are not
	// there are left out.
	Files map[string]string
	// Vault writes a copy of the vault's database to a new file.
	Vault func(ctx context.Context, path string) error
	// Hosted are the organisations that the node hosts.
	Hosted []Hosted
	// Checkpoint writes a copy of the ledger's database to a new folder.
	Checkpoint func(dir string) error
	// Scratch is a folder that this makes for the copies and removes; it is on the
	// ledger's file system and nobody else's.
	Scratch string
}

// Hosted is one organisation that the node hosts.
type Hosted struct {
	Org string // its id, which names its folder
	// Files are its plain files, by their name in the folder. Those that are not
	// there are left out.
	Files map[string]string
	// Vault writes a copy of its vault's database to a new file; nil without one.
	Vault func(ctx context.Context, path string) error
}

// Take writes a backup to w.
func Take(ctx context.Context, w io.Writer, s Source) (Manifest, error) {
	m, err := s.take(ctx, w)
	if removing := os.RemoveAll(s.Scratch); err == nil && removing != nil {
		err = removing
	}
	if err != nil {
		return m, fmt.Errorf("couldn't take a backup: %w", err)
	}
	return m, nil
}

func (s Source) take(ctx context.Context, w io.Writer) (Manifest, error) {
	m := s.Of
	m.Format, m.Taken, m.Files = Format, time.Now().UTC().Truncate(time.Second), nil
	if err := os.RemoveAll(s.Scratch); err != nil { // what an earlier attempt left
		return m, err
	}
	if err := os.Mkdir(s.Scratch, 0o700); err != nil {
		return m, err
	}
	// The vault first: what it calls done is then on the ledger that is copied.
	if err := s.vaults(ctx); err != nil {
		return m, err
	}
	ledger := filepath.Join(s.Scratch, LedgerFolder)
	if err := s.Checkpoint(ledger); err != nil {
		return m, err
	}
	var err error
	if m.Height, m.AppHash, err = readHead(ledger); err != nil {
		return m, err
	}
	out := &writer{ctx: ctx, tar: tar.NewWriter(w), manifest: &m}
	if err := s.files(out, ledger); err != nil {
		return m, err
	}
	return m, out.end()
}

// vaults copies the node's own vault and those of the organisations that it hosts.
func (s Source) vaults(ctx context.Context) error {
	if err := s.Vault(ctx, filepath.Join(s.Scratch, VaultFile)); err != nil {
		return err
	}
	for _, h := range s.Hosted {
		if h.Vault == nil {
			continue
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := h.Vault(ctx, filepath.Join(s.Scratch, h.Org+hostedVault)); err != nil {
			return fmt.Errorf("couldn't copy the private store of %s: %w", h.Org, err)
		}
	}
	return nil
}

// hostedVault ends the name of the copy of a hosted organisation's vault.
const hostedVault = ".vault"

// readHead returns the height and application hash of a copied ledger.
func readHead(dir string) (height int64, hash proof.Hash, err error) {
	db, err := kv.Open(dir, kv.Options{ReadOnly: true, CacheBytes: copyBytes, MemTableBytes: 1 << 20})
	if err != nil {
		return 0, hash, err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	state, err := store.Open(db, store.Options{TreeCacheBytes: copyBytes})
	if err != nil {
		return 0, hash, err
	}
	return state.Height(), state.Parts().Hash(), nil
}

func (s Source) files(out *writer, ledger string) error {
	if err := out.addAll("", s.Files); err != nil {
		return err
	}
	if err := out.add(VaultFile, filepath.Join(s.Scratch, VaultFile)); err != nil {
		return err
	}
	for _, h := range s.Hosted {
		folder := OrgsFolder + "/" + h.Org + "/"
		if err := out.addAll(folder, h.Files); err != nil {
			return err
		}
		if h.Vault == nil {
			continue
		}
		copied := filepath.Join(s.Scratch, h.Org+hostedVault)
		if err := errors.Join(out.add(folder+VaultFile, copied), os.Remove(copied)); err != nil {
			return err
		}
	}
	list, err := os.ReadDir(ledger)
	if err != nil {
		return err
	}
	for _, e := range list {
		if e.Name() == "LOCK" { // of reading its head
			continue
		}
		if err := out.add(LedgerFolder+"/"+e.Name(), filepath.Join(ledger, e.Name())); err != nil {
			return err
		}
	}
	return nil
}

// writer writes a backup's files and notes them in its manifest.
type writer struct {
	ctx      context.Context
	tar      *tar.Writer
	manifest *Manifest
}

// addAll adds files of a folder, in order; those that are not there are left out.
func (o *writer) addAll(folder string, files map[string]string) error {
	for _, name := range slices.Sorted(maps.Keys(files)) {
		if err := o.add(folder+name, files[name]); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}

func (o *writer) add(name, from string) error {
	if err := checkPath(name); err != nil {
		return err
	}
	f, err := os.Open(from)
	if err != nil {
		return err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	if !info.Mode().IsRegular() {
		return fmt.Errorf("%s is not a file", from)
	}
	if err := o.header(name, info.Size()); err != nil {
		return err
	}
	hash := sha256.New()
	if _, err := io.Copy(io.MultiWriter(o.tar, hash), &steps{o.ctx, io.LimitReader(f, info.Size())}); err != nil {
		return fmt.Errorf("couldn't copy %s: %w", name, err)
	}
	o.manifest.Files = append(o.manifest.Files, File{Path: name, Bytes: info.Size(), SHA256: proof.Hash(hash.Sum(nil))})
	return nil
}

// addText adds a small file that is in memory.
func (o *writer) addText(name string, text []byte) error {
	if err := checkPath(name); err != nil {
		return err
	}
	if err := o.header(name, int64(len(text))); err != nil {
		return err
	}
	if _, err := o.tar.Write(text); err != nil {
		return err
	}
	o.manifest.Files = append(o.manifest.Files, File{Path: name, Bytes: int64(len(text)), SHA256: sha256.Sum256(text)})
	return nil
}

func (o *writer) header(name string, size int64) error {
	return o.tar.WriteHeader(&tar.Header{Typeflag: tar.TypeReg, Name: name, Size: size, Mode: 0o600, ModTime: o.manifest.Taken, Format: tar.FormatPAX})
}

func (o *writer) end() error {
	text, err := o.manifest.encode()
	if err != nil {
		return err
	}
	if err := o.header(manifestName, int64(len(text))); err != nil {
		return err
	}
	if _, err := o.tar.Write(text); err != nil {
		return err
	}
	return o.tar.Close()
}

// steps reads until somebody interrupts.
type steps struct {
	ctx context.Context
	r   io.Reader
}

// Read implements io.Reader.
func (s *steps) Read(p []byte) (int, error) {
	if err := s.ctx.Err(); err != nil {
		return 0, err
	}
	return s.r.Read(p)
}
