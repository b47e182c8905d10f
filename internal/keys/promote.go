package keys

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// Promote puts the secret that waits, n.Next(), in the place of n, in one step: at
// any moment there is one or the other under the name. The former stays beside it;
// Promote returns its file, below the home. Without a secret that waits it returns
// fs.ErrNotExist.
func (s *Store) Promote(n Name) (former string, err error) {
	former, err = s.promote(n)
	if err != nil {
		return "", fmt.Errorf("couldn't put the next %s secret in its place: %w", n, err)
	}
	return former, nil
}

func (s *Store) promote(n Name) (string, error) {
	next := n.Next()
	from, to := next.PlainFile(), n.PlainFile()
	if exists(s.sealedPath(next)) {
		from, to = next.SealedFile(), n.SealedFile()
	}
	if !exists(filepath.Join(s.dir, from)) {
		return "", fs.ErrNotExist
	}
	for _, name := range []Name{n, next} {
		if exists(s.plainPath(name)) && exists(s.sealedPath(name)) {
			return "", fmt.Errorf("%s: %w; run pedigree keys protect again", name, ErrHalf)
		}
	}
	former := ""
	switch {
	case exists(filepath.Join(s.dir, to)):
		var err error
		if former, err = s.keepFormer(to); err != nil {
			return "", err
		}
	case s.Has(n):
		return "", fmt.Errorf("%w; run pedigree keys protect again", ErrHalf)
	}
	if err := s.before("rename " + from); err != nil {
		return "", err
	}
	if err := os.Rename(filepath.Join(s.dir, from), filepath.Join(s.dir, to)); err != nil {
		return "", err
	}
	return former, s.syncNames()
}

// keepFormer gives a file a second name, under which it stays. One that it was given
// before the work was cut short does.
func (s *Store) keepFormer(file string) (string, error) {
	path := filepath.Join(s.dir, file)
	info, err := os.Lstat(path)
	if err != nil {
		return "", err
	}
	for i := 1; i <= asideMax; i++ {
		name := fmt.Sprintf("%s.former-%d", file, i)
		if had, err := os.Lstat(filepath.Join(s.dir, name)); err == nil && os.SameFile(info, had) {
			return name, nil
		}
	}
	name, err := s.freeName(file)
	if err != nil {
		return "", err
	}
	if err := s.before("keep " + file); err != nil {
		return "", err
	}
	if err := os.Link(path, filepath.Join(s.dir, name)); err != nil {
		return "", err
	}
	return name, s.syncNames()
}

func (s *Store) syncNames() error {
	return errors.Join(syncDir(filepath.Join(s.dir, folder)), syncDir(s.dir))
}
