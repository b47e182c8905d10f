package keys

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"time"
)

// readPrivate reads a file that only its owner may open.
func readPrivate(path string, bytesMax int64) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%s: %w: it is no file; put the right one back from a copy", path, ErrDamaged)
	}
	if mode := info.Mode().Perm(); mode&0o077 != 0 && runtime.GOOS != "windows" {
		return nil, fmt.Errorf("%s has mode %04o: %w; run chmod 600 on it, and if others could read it, have it replaced", path, mode, ErrOpen)
	}
	content, err := io.ReadAll(io.LimitReader(f, bytesMax+1))
	if err != nil {
		return nil, err
	}
	if int64(len(content)) > bytesMax {
		return nil, fmt.Errorf("%s: %w: it has more than %d bytes; put the right one back from a copy", path, ErrDamaged, bytesMax)
	}
	return content, nil
}

// exists tells whether there is anything of that name, or might be.
func exists(path string) bool {
	_, err := os.Lstat(path)
	return !errors.Is(err, fs.ErrNotExist)
}

// writeTemporary writes a whole file beside path, through to the disk, and returns
// its name. It keeps the time, when there is one: a secret is as old as it was.
func writeTemporary(path string, content []byte, at time.Time) (name string, err error) {
	f, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+temporaryMark+"*")
	if err != nil {
		return "", err
	}
	_, err = f.Write(content) // CreateTemp gives mode 0600
	if err = errors.Join(err, f.Sync(), f.Close()); err == nil && !at.IsZero() {
		err = os.Chtimes(f.Name(), at, at)
	}
	if err != nil {
		return "", errors.Join(err, os.Remove(f.Name()))
	}
	return f.Name(), nil
}

// temporaryMark follows the name of a file that isn't finished.
const temporaryMark = ".new-"

// writeOnce gives a whole file its name unless the name is taken.
func writeOnce(path string, content []byte, at time.Time) error {
	name, err := writeTemporary(path, content, at)
	if err != nil {
		return err
	}
	// A link refuses a name that is taken, a rename would replace it.
	err = os.Link(name, path)
	return errors.Join(err, os.Remove(name), syncDir(filepath.Dir(path)))
}

// syncDir makes the names in a folder durable.
func syncDir(dir string) error {
	if runtime.GOOS == "windows" { // it can't open a folder for this, and needs no such call
		return nil
	}
	f, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

// noTime lets a file be as old as its writing.
var noTime time.Time
