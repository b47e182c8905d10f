package keys

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// waiting makes a home in which another organisation key waits.
func waiting(t *testing.T, protected bool) *Store {
	t.Helper()
	s := plainHome(t)
	if protected {
		must(t, s.Protect(right))
	}
	must(t, s.Create(Organisation.Next(), []byte("the next one")))
	return s
}

func TestASecretIsFollowedByAnother(t *testing.T) {
	for _, protected := range []bool{false, true} {
		for cut := range 3 {
			s := waiting(t, protected)
			was := cutAt(s, cut)
			former, err := s.Promote(Organisation)
			if *was {
				if !errors.Is(err, errCut) {
					t.Fatal(err)
				}
				got, err := again(t, s, right).Read(Organisation)
				if err != nil || !bytes.Equal(got, contentOf(Organisation)) {
					t.Errorf("cut before change %d: %q, %v", cut+1, got, err)
				}
				s = again(t, s, right)
				former, err = s.Promote(Organisation)
				must(t, err)
			} else {
				must(t, err)
			}
			fresh := again(t, s, right)
			if got, err := fresh.Read(Organisation); err != nil || string(got) != "the next one" {
				t.Errorf("protected %v: %q, %v", protected, got, err)
			}
			if fresh.Has(Organisation.Next()) || !exists(filepath.Join(s.dir, former)) || exists(filepath.Join(s.dir, former[:len(former)-1]+"2")) {
				t.Errorf("protected %v, cut %d: something is left over, or %s is missing", protected, cut, former)
			}
			if _, err := fresh.Promote(Organisation); !errors.Is(err, fs.ErrNotExist) {
				t.Errorf("a second time gave %v", err)
			}
		}
	}
}

func TestSecretsKeptInDifferentWaysDontFollowEachOther(t *testing.T) {
	s := waiting(t, false)
	cutAt(s, 3) // the identity and two secrets are written
	if err := s.Protect(right); !errors.Is(err, errCut) {
		t.Fatal(err)
	}
	half := again(t, s, right)
	if _, err := half.Promote(Organisation); !errors.Is(err, ErrHalf) {
		t.Errorf("got %v", err)
	}
	must(t, half.Protect(right))
	if _, err := half.Promote(Organisation); err != nil {
		t.Error(err)
	}
}

func TestASecretThatIsGoneIsFollowedAllTheSame(t *testing.T) {
	s := waiting(t, true)
	must(t, os.Remove(s.sealedPath(Organisation)))
	if former, err := s.Promote(Organisation); err != nil || former != "" {
		t.Errorf("%q, %v", former, err)
	}
}

func TestOptionalSecretsAreProtectedAndToldOfWhereTheyAre(t *testing.T) {
	s := plainHome(t)
	if n := len(s.Status()); n != len(Names()) {
		t.Errorf("%d secrets are told of, and %d are there", n, len(Names()))
	}
	must(t, s.Create(Witness, []byte("w")))
	must(t, s.Protect(right))
	if exists(s.plainPath(Witness)) {
		t.Error("the witness key stayed plain")
	}
	at := slices.IndexFunc(s.Status(), func(st Status) bool { return st.Name == Witness })
	if at < 0 || s.Status()[at].State != Protected {
		t.Errorf("it isn't told of: %+v", s.Status())
	}
	for _, n := range every() {
		if n.Kind() == "unknown" {
			t.Errorf("nobody says what %s is for", n)
		}
	}
}
