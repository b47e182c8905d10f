package care

import (
	"archive/tar"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"pedigree/proof"
)

// ErrNoBackup says that something is no backup, or not a whole one.
var ErrNoBackup = errors.New("this is no whole backup")

// Place says where a file of a backup goes, below the folder that it is unpacked
// to; an empty answer refuses the backup for it. Nil puts every file where it is in
// the backup, and the manifest with them.
type Place func(name string) string

// Unpack reads a backup's stream, writes its files below dir and compares each
// with the manifest. With an empty dir it only compares. What it wrote before an
// error is not to be used; remove the folder.
func Unpack(r io.Reader, dir string, place Place) (Manifest, error) {
	u := unpacking{dir: dir, place: place, found: map[string]File{}, format: Format}
	return u.all(r)
}

// all reads a whole stream.
func (u *unpacking) all(r io.Reader) (Manifest, error) {
	in := tar.NewReader(r)
	for {
		h, err := in.Next()
		if err == io.EOF {
			return u.end()
		}
		if err != nil {
			return u.manifest, fmt.Errorf("couldn't unpack the backup: %w: it ends or goes wrong after %d files: %w", ErrNoBackup, len(u.found), err)
		}
		if h.Typeflag != tar.TypeReg {
			return u.manifest, fmt.Errorf("couldn't unpack the backup: %w: %q is not a plain file", ErrNoBackup, h.Name)
		}
		if err := u.take(h.Name, in); err != nil {
			return u.manifest, fmt.Errorf("couldn't unpack the backup: %w", err)
		}
	}
}

// UnpackFolder is Unpack for a backup that lies unpacked in a folder.
func UnpackFolder(from, dir string, place Place) (Manifest, error) {
	u := unpacking{dir: dir, place: place, found: map[string]File{}, format: Format}
	err := filepath.WalkDir(from, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		name, err := filepath.Rel(from, path)
		if err != nil || name == manifestName {
			return err
		}
		return u.takeFile(filepath.ToSlash(name), path)
	})
	if err == nil {
		err = u.takeFile(manifestName, filepath.Join(from, manifestName))
	}
	if errors.Is(err, fs.ErrNotExist) {
		err = fmt.Errorf("%w: %w", ErrNoBackup, err)
	}
	if err != nil {
		return u.manifest, fmt.Errorf("couldn't read the backup in %s: %w", from, err)
	}
	return u.end()
}

// unpacking is a backup on its way to a folder.
type unpacking struct {
	dir      string
	place    Place
	found    map[string]File
	manifest Manifest
	ended    bool
	format   string
	// keep takes the secrets, which are not written to the disk; nil for none.
	keep func(text []byte)
}

func (u *unpacking) takeFile(name, path string) error {
	info, err := os.Lstat(path)
	if err != nil {
		return err
	}
	if !info.Mode().IsRegular() {
		return fmt.Errorf("%w: %s is not a plain file", ErrNoBackup, path)
	}
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(u.take(name, f), f.Close())
}

func (u *unpacking) take(name string, r io.Reader) error {
	if u.ended {
		return fmt.Errorf("%w: %q follows after the manifest", ErrNoBackup, name)
	}
	if name == manifestName {
		return u.takeManifest(r)
	}
	if err := checkPath(name); err != nil {
		return fmt.Errorf("%w: %w", ErrNoBackup, err)
	}
	if _, twice := u.found[name]; twice || len(u.found) == filesMax {
		return fmt.Errorf("%w: %s is there twice, or there are more than %d files", ErrNoBackup, name, filesMax)
	}
	size, sum, err := u.write(name, r)
	if errors.Is(err, io.ErrUnexpectedEOF) {
		return fmt.Errorf("%w: it ends within %s: %w", ErrNoBackup, name, err)
	}
	if err != nil {
		return err
	}
	u.found[name] = File{Path: name, Bytes: size, SHA256: sum}
	return nil
}

func (u *unpacking) takeManifest(r io.Reader) error {
	text, err := io.ReadAll(io.LimitReader(r, manifestBytesMax+1))
	if err != nil {
		return fmt.Errorf("%w: the manifest can't be read: %w", ErrNoBackup, err)
	}
	if u.manifest, err = DecodeManifest(text); err != nil {
		return fmt.Errorf("%w: %w", ErrNoBackup, err)
	}
	if u.manifest.Format != u.format {
		return fmt.Errorf("%w: its format is %q where %q is wanted; pedigree restore takes backups of nodes, pedigree hosted restore those of one organisation, pedigree adopt open organisations that were packed", ErrNoBackup, u.manifest.Format, u.format)
	}
	for _, f := range u.manifest.Files {
		if got, there := u.found[f.Path]; !there {
			return fmt.Errorf("%w: %s is missing", ErrNoBackup, f.Path)
		} else if got != f {
			return fmt.Errorf("%w: %s has %d bytes with SHA-256 %s, the manifest says %d and %s", ErrNoBackup, f.Path, got.Bytes, got.SHA256, f.Bytes, f.SHA256)
		}
	}
	if more := len(u.found) - len(u.manifest.Files); more > 0 { // no file is named twice
		return fmt.Errorf("%w: %d files are not in the manifest", ErrNoBackup, more)
	}
	u.ended = true
	if u.dir == "" || u.place != nil {
		return nil
	}
	return writeFile(filepath.Join(u.dir, manifestName), text)
}

func (u *unpacking) end() (Manifest, error) {
	if !u.ended {
		return u.manifest, fmt.Errorf("couldn't unpack the backup: %w: it has no manifest, so it was cut off; take another one", ErrNoBackup)
	}
	return u.manifest, nil
}

// write writes a file through to the disk, or with an empty dir nowhere.
func (u *unpacking) write(name string, r io.Reader) (size int64, sum proof.Hash, err error) {
	hash := sha256.New()
	if u.keep != nil && name == SecretsFile {
		text, err := io.ReadAll(io.LimitReader(r, manifestBytesMax))
		u.keep(text)
		return int64(len(text)), sha256.Sum256(text), err
	}
	if u.dir == "" {
		size, err = io.Copy(hash, r)
		return size, proof.Hash(hash.Sum(nil)), err
	}
	at := name
	if u.place != nil {
		if at = u.place(name); at == "" {
			return 0, sum, fmt.Errorf("%w: %s has no place there", ErrNoBackup, name)
		}
	}
	path := filepath.Join(u.dir, filepath.FromSlash(at))
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return 0, sum, err
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return 0, sum, err
	}
	size, err = io.Copy(io.MultiWriter(f, hash), r)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return 0, sum, fmt.Errorf("couldn't write %s: %w", path, err)
	}
	return size, proof.Hash(hash.Sum(nil)), nil
}

func writeFile(path string, text []byte) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(text)
	return errors.Join(err, f.Sync(), f.Close())
}
