package keys

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"
)

var errCut = errors.New("the power went")

// cutAt makes a store fail before the n-th change on the disk, and at all later ones.
func cutAt(s *Store, n int) *bool {
	done, cut := 0, false
	s.before = func(string) error {
		if done++; done > n {
			cut = true
			return errCut
		}
		return nil
	}
	return &cut
}

// TestAnInterruptedProtectLosesNothing ends it before each of its changes.
func TestAnInterruptedProtectLosesNothing(t *testing.T) {
	for n := 0; ; n++ {
		s := plainHome(t)
		cut := cutAt(s, n)
		err := s.Protect(right)
		if *cut != errors.Is(err, errCut) || !*cut && err != nil {
			t.Fatalf("cut before change %d: %v", n+1, err)
		}
		if !*cut {
			// One write of the identity, one write and one removal for each secret.
			if want := 1 + 2*len(Names()); n != want {
				t.Errorf("%d changes, not %d", n, want)
			}
			return
		}
		// A write that was cut short leaves a file without its name.
		must(t, os.MkdirAll(filepath.Join(s.dir, folder), 0o700))
		must(t, os.WriteFile(s.sealedPath(Vault)+temporaryMark+"1", []byte("half"), 0o600))
		allThere(t, again(t, s, right))
		resumed := again(t, s, right)
		must(t, resumed.Protect(right))
		allThere(t, again(t, s, right))
		for _, name := range Names() {
			if exists(s.plainPath(name)) {
				t.Errorf("after a cut before change %d, %s is still plain", n+1, name)
			}
		}
		if n > 0 && exists(s.sealedPath(Vault)+temporaryMark+"1") {
			t.Errorf("after a cut before change %d, the half-written file is still there", n+1)
		}
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestProtectTakesNothingAwayUnlessAllIsReadBack(t *testing.T) {
	cases := map[string]func(s *Store) error{
		"a protected file is damaged": func(s *Store) error { return flip(s.sealedPath(Node), -3) },
		"a plain file is another one": func(s *Store) error { return os.WriteFile(s.plainPath(Vault), []byte("another"), 0o600) },
		"a plain file is open":        func(s *Store) error { return os.Chmod(s.plainPath(Token), 0o644) },
		"the unlock file is gone":     func(s *Store) error { return os.Remove(s.unlockPath()) },
	}
	for name, change := range cases {
		t.Run(name, func(t *testing.T) {
			s := plainHome(t)
			cutAt(s, 1+len(Names())) // all are written, none is removed
			if err := s.Protect(right); !errors.Is(err, errCut) {
				t.Fatal(err)
			}
			must(t, change(s))
			retry := Open(s.dir)
			retry.Cost = testFactor
			if err := retry.Protect(right); err == nil {
				t.Error("it was done all the same")
			}
			for _, n := range Names() {
				if !exists(s.plainPath(n)) {
					t.Errorf("%s was taken away", n)
				}
			}
		})
	}
}

func TestProtectAgainNeedsTheSamePassphrase(t *testing.T) {
	s := plainHome(t)
	must(t, s.Protect(right))
	if err := Open(s.dir).Protect(other); !errors.Is(err, ErrPassphrase) {
		t.Errorf("got %v", err)
	}
	must(t, Open(s.dir).Protect(right))
	allThere(t, again(t, s, right))
}

// TestAPassphraseChangesWholeOrNotAtAll ends the change before each of its steps.
func TestAPassphraseChangesWholeOrNotAtAll(t *testing.T) {
	for n := range 3 {
		t.Run(fmt.Sprintf("cut before change %d", n+1), func(t *testing.T) {
			s := plainHome(t)
			must(t, s.Protect(right))
			cut := cutAt(s, n)
			err := s.ChangePassphrase(other)
			opens, stays := right, other
			if !*cut {
				must(t, err)
				opens, stays = other, right
			}
			allThere(t, again(t, s, opens))
			if err := Open(s.dir).Unlock(stays); !errors.Is(err, ErrPassphrase) {
				t.Errorf("the other passphrase opens it too: %v", err)
			}
		})
	}
	if err := Open(t.TempDir()).ChangePassphrase(other); !errors.Is(err, ErrLocked) {
		t.Errorf("a store that isn't unlocked changed its passphrase: %v", err)
	}
}

func TestTwoAtOnceMakeOneIdentity(t *testing.T) {
	s := plainHome(t)
	rival := Open(s.dir)
	rival.Cost = testFactor
	s.before = func(change string) error { // the rival is first, by a moment
		s.before = func(string) error { return nil }
		return rival.Protect(other)
	}
	if err := s.Protect(right); !errors.Is(err, os.ErrExist) {
		t.Errorf("got %v", err)
	}
	allThere(t, again(t, s, other))
}
