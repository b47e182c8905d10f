package snapshot

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"

	"pedigree/internal/crash"
)

// Shelf is a folder of snapshots, one folder for each height, named by it. It is
// safe for concurrent use.
type Shelf struct {
	dir string

	mu   sync.Mutex
	list []Manifest // ascending heights
}

const (
	manifestFile = "manifest"
	partSuffix   = ".part" // of a snapshot that is being written
)

// OpenShelf reads which snapshots there are, and removes what an interruption left.
func OpenShelf(dir string) (*Shelf, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("couldn't make the folder of snapshots: %w", err)
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, fmt.Errorf("couldn't read the folder of snapshots: %w", err)
	}
	s := &Shelf{dir: dir}
	for _, e := range entries {
		if strings.HasSuffix(e.Name(), partSuffix) {
			if err := os.RemoveAll(filepath.Join(dir, e.Name())); err != nil {
				return nil, fmt.Errorf("couldn't remove an unfinished snapshot: %w", err)
			}
			continue
		}
		height, err := strconv.ParseInt(e.Name(), 10, 64)
		if err != nil {
			continue // somebody else's file
		}
		m, err := s.read(height)
		if err != nil {
			return nil, fmt.Errorf("couldn't read the snapshot in %s: %w; remove that folder", filepath.Join(dir, e.Name()), err)
		}
		s.list = append(s.list, m)
	}
	slices.SortFunc(s.list, func(a, b Manifest) int { return cmp.Compare(a.Height, b.Height) })
	return s, nil
}

func (s *Shelf) folder(height int64) string {
	return filepath.Join(s.dir, strconv.FormatInt(height, 10))
}

func chunkName(index int) string { return fmt.Sprintf("%06d", index) }

func (s *Shelf) read(height int64) (Manifest, error) {
	raw, err := os.ReadFile(filepath.Join(s.folder(height), manifestFile))
	if err != nil {
		return Manifest{}, err
	}
	m, err := DecodeManifest(raw)
	if err == nil && m.Height != height {
		err = fmt.Errorf("%w: it is of height %d", ErrDamaged, m.Height)
	}
	return m, err
}

// List returns the snapshots, the oldest first.
func (s *Shelf) List() []Manifest {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.list)
}

// Chunk reads a chunk as it lies on the disk; whoever gets it compares its hash.
func (s *Shelf) Chunk(height int64, index int) ([]byte, error) {
	raw, err := os.ReadFile(filepath.Join(s.folder(height), chunkName(index)))
	if err != nil {
		return nil, fmt.Errorf("couldn't read chunk %d of the snapshot of height %d: %w", index, height, err)
	}
	return raw, nil
}

// Keep removes all but the newest n snapshots; it keeps at least one.
func (s *Shelf) Keep(n int) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for len(s.list) > max(1, min(n, KeepMax)) {
		if err := os.RemoveAll(s.folder(s.list[0].Height)); err != nil {
			return fmt.Errorf("couldn't remove the snapshot of height %d: %w", s.list[0].Height, err)
		}
		s.list = s.list[1:]
	}
	return nil
}

// put lists a snapshot that was written, under its own name from here on.
func (s *Shelf) put(part string, m Manifest) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.list) > 0 && s.list[len(s.list)-1].Height >= m.Height {
		return fmt.Errorf("there is a snapshot of height %d already", s.list[len(s.list)-1].Height)
	}
	if err := syncFolder(part); err != nil {
		return err
	}
	crash.At(crash.SnapshotBefore)
	if err := os.Rename(part, s.folder(m.Height)); err != nil {
		return err
	}
	crash.At(crash.SnapshotShelved)
	s.list = append(s.list, m)
	return syncFolder(s.dir)
}

func syncFolder(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

func writeFile(path string, content []byte) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(content)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil && !errors.Is(err, fs.ErrExist) {
		return errors.Join(err, os.Remove(path))
	}
	return err
}
