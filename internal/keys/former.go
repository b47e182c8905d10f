package keys

import (
	"fmt"
	"os"
	"path/filepath"
)

// Formers reads the former secrets of a name that stand beside the present one, the
// highest number first: those that Promote kept, in the form that they had.
func (s *Store) Formers(n Name) (list [][]byte, err error) {
	for i := asideMax; i >= 1; i-- {
		for _, file := range []string{n.SealedFile(), n.PlainFile()} {
			path := filepath.Join(s.dir, fmt.Sprintf("%s.former-%d", file, i))
			if _, err := os.Lstat(path); err != nil {
				continue
			}
			content, err := s.readFormer(path, file == n.SealedFile())
			if err != nil {
				return nil, fmt.Errorf("couldn't read a former %s secret: %w", n, err)
			}
			list = append(list, content)
		}
	}
	return list, nil
}

func (s *Store) readFormer(path string, sealed bool) ([]byte, error) {
	if !sealed {
		return readPrivate(path, secretBytesMax)
	}
	if s.identity == nil {
		return nil, ErrLocked
	}
	raw, err := readPrivate(path, sealedBytesMax)
	if err != nil {
		return nil, err
	}
	content, err := unseal(raw, s.identity)
	if err != nil { // such as one from before another identity
		return nil, fmt.Errorf("%s: %w (%w); move it away", path, ErrDamaged, err)
	}
	return content, nil
}
