package keys

import (
	"os"
	"path/filepath"
	"slices"
	"time"

	"pedigree/proof"
)

// The ways in which a secret can be there.
const (
	Plain     = "plain"
	Protected = "protected"
	Both      = "plain and protected" // protecting was cut short
	Missing   = "missing"
)

// Status is what can be told of a secret without reading it.
type Status struct {
	Name  Name
	State string
	File  string    // below the home
	Since time.Time // when it was made; zero when missing
}

// Status tells of every secret of the home, of the optional ones if they are there.
func (s *Store) Status() []Status {
	var list []Status
	for _, n := range every() {
		if !s.Has(n) && slices.Contains(Optional(), n) {
			continue
		}
		st := Status{Name: n, State: Missing, File: n.PlainFile()}
		plain, sealed := exists(s.plainPath(n)), exists(s.sealedPath(n))
		switch {
		case plain && sealed:
			st.State, st.File = Both, n.SealedFile()
		case sealed:
			st.State, st.File = Protected, n.SealedFile()
		case plain:
			st.State = Plain
		}
		if info, err := os.Lstat(filepath.Join(s.dir, st.File)); err == nil {
			st.Since = info.ModTime()
		}
		list = append(list, st)
	}
	return list
}

// fingerprintTag marks the hash by which two people compare a secret that has no
// public half.
const fingerprintTag = "pedigree/secret-fingerprint/1"

// Fingerprint is the first eight bytes of a hash of a secret of 32 random bytes. It
// tells nothing about them but whether two copies are the same.
func Fingerprint(n Name, secret [32]byte) [8]byte {
	body := append([]byte{byte(len(n))}, n...)
	h := proof.TaggedHash(fingerprintTag, append(body, secret[:]...))
	return [8]byte(h[:8])
}
