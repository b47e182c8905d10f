package keys

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"filippo.io/age"
)

// The tests' passphrases, and a cost that is no protection.
const (
	right      = Passphrase("correct horse battery staple")
	other      = Passphrase("another passphrase entirely")
	testFactor = 4
)

// plainHome makes a home with every secret.
func plainHome(t *testing.T) *Store {
	t.Helper()
	s := Open(t.TempDir())
	s.Cost = testFactor
	for _, n := range Names() {
		if err := s.Create(n, contentOf(n)); err != nil {
			t.Fatal(err)
		}
	}
	return s
}

func contentOf(n Name) []byte {
	return []byte("# " + string(n) + "\nvery secret text of " + string(n) + "\n")
}

// again opens the same home as another process would.
func again(t *testing.T, s *Store, p Passphrase) *Store {
	t.Helper()
	fresh := Open(s.dir)
	fresh.Cost = testFactor
	if fresh.Protected() {
		if err := fresh.Unlock(p); err != nil {
			t.Fatal(err)
		}
	}
	return fresh
}

func allThere(t *testing.T, s *Store) {
	t.Helper()
	for _, n := range Names() {
		got, err := s.Read(n)
		if err != nil || !bytes.Equal(got, contentOf(n)) {
			t.Errorf("%s: %q, %v", n, got, err)
		}
	}
}

func TestAProtectedHomeHoldsNoSecretInPlain(t *testing.T) {
	s := plainHome(t)
	if s.Protected() {
		t.Fatal("a plain home says that it is protected")
	}
	allThere(t, s)
	if err := s.Protect(right); err != nil {
		t.Fatal(err)
	}
	allThere(t, again(t, s, right))
	seen := map[string]bool{}
	err := filepath.WalkDir(s.dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		info, err := d.Info()
		if err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s has mode %v, %v", path, info.Mode(), err)
		}
		content, err := os.ReadFile(path)
		if bytes.Contains(content, []byte("very secret")) {
			t.Errorf("%s holds a secret in plain", path)
		}
		seen[filepath.Base(path)] = true
		return err
	})
	if err != nil || len(seen) != len(Names())+1 || !seen[unlockFile] {
		t.Errorf("the home holds %v, %v", seen, err)
	}
}

func TestEachSecretHasAFileOfItsOwn(t *testing.T) {
	seen := map[string]Name{}
	for _, n := range Names() {
		for _, path := range []string{n.PlainFile(), n.SealedFile()} {
			if first, found := seen[path]; found {
				t.Errorf("%s and %s share %s", first, n, path)
			}
			seen[path] = n
		}
		if n.Kind() == "unknown" {
			t.Errorf("nothing says what %s is for", n)
		}
	}
}

func TestTheAgeFormatAloneGivesThePlainFilesBack(t *testing.T) {
	s := plainHome(t)
	if err := s.Protect(right); err != nil {
		t.Fatal(err)
	}
	raw, err := os.ReadFile(s.unlockPath())
	if err != nil {
		t.Fatal(err)
	}
	with, err := age.NewScryptIdentity(string(right))
	if err != nil {
		t.Fatal(err)
	}
	text, err := unseal(raw, with)
	if err != nil {
		t.Fatal(err)
	}
	list, err := age.ParseIdentities(bytes.NewReader(text))
	if err != nil || len(list) != 1 {
		t.Fatalf("%d identities, %v", len(list), err)
	}
	sealed, err := os.ReadFile(s.sealedPath(Custody))
	if err != nil {
		t.Fatal(err)
	}
	if got, err := unseal(sealed, list[0]); err != nil || !bytes.Equal(got, contentOf(Custody)) {
		t.Errorf("%q, %v", got, err)
	}
}

func TestASecretIsNeverReplaced(t *testing.T) {
	s := plainHome(t)
	for _, state := range []string{"plain", "protected"} {
		if state == "protected" {
			if err := s.Protect(right); err != nil {
				t.Fatal(err)
			}
		}
		if err := s.Create(Custody, []byte("another")); !errors.Is(err, fs.ErrExist) {
			t.Errorf("a %s secret was replaced: %v", state, err)
		}
		allThere(t, again(t, s, right))
	}
}

func TestASecretIsSetAsideAsOftenAsItsLimitSays(t *testing.T) {
	s := plainHome(t)
	for i := 1; i <= asideMax+1; i++ {
		name, err := s.SetAside(Custody)
		if i > asideMax {
			if err == nil || !s.Has(Custody) {
				t.Errorf("time %d: %q, %v", i, name, err)
			}
			break
		}
		if err != nil || !exists(filepath.Join(s.dir, name)) || s.Has(Custody) {
			t.Fatalf("time %d: %q, %v", i, name, err)
		}
		if err := s.Create(Custody, contentOf(Custody)); err != nil {
			t.Fatal(err)
		}
	}
}

func TestASecretThatIsMadeInAProtectedHomeIsProtected(t *testing.T) {
	s := Open(t.TempDir())
	s.Cost = testFactor
	if err := s.Protect(right); err != nil {
		t.Fatal(err)
	}
	if err := s.Create(Vault, contentOf(Vault)); err != nil {
		t.Fatal(err)
	}
	if exists(s.plainPath(Vault)) || !exists(s.sealedPath(Vault)) {
		t.Error("it stands in plain")
	}
	if err := Open(s.dir).Create(Token, contentOf(Token)); !errors.Is(err, ErrLocked) {
		t.Errorf("a locked home took a secret: %v", err)
	}
}

func TestWhatIsWrongIsSaidWithWhatToDo(t *testing.T) {
	cases := []struct {
		name   string
		change func(s *Store) error
		pass   Passphrase
		want   error
		says   string
	}{
		{"a wrong passphrase", func(*Store) error { return nil }, other, ErrPassphrase, "check capitals"},
		{"an empty passphrase", func(*Store) error { return nil }, "", ErrPassphrase, "check capitals"},
		{"an unlock file that is gone", func(s *Store) error { return os.Remove(s.unlockPath()) }, right, fs.ErrNotExist, "put it back from a copy"},
		{"an unlock file that is cut", func(s *Store) error { return os.Truncate(s.unlockPath(), 40) }, right, ErrDamaged, "put it back"},
		{"an unlock file that others read", func(s *Store) error { return os.Chmod(s.unlockPath(), 0o640) }, right, ErrOpen, "chmod 600"},
		{"an unlock file without an identity", func(s *Store) error {
			to, err := age.NewScryptRecipient(string(right))
			if err != nil {
				return err
			}
			to.SetWorkFactor(testFactor)
			sealed, err := seal([]byte("very secret nonsense"), to)
			return errors.Join(err, os.WriteFile(s.unlockPath(), sealed, 0o600))
		}, right, ErrDamaged, "no identity"},
		{"an unlock file that would take the machine's memory", func(s *Store) error { return workOf(s, workFactorMax+1) }, right, ErrDamaged, "too large"},
		{"a secret that is gone", func(s *Store) error { return os.Remove(s.sealedPath(Custody)) }, right, fs.ErrNotExist, "put it back from a copy"},
		{"a secret that is cut", func(s *Store) error { return os.Truncate(s.sealedPath(Custody), 210) }, right, ErrDamaged, "put it back"},
		{"a secret with another byte", func(s *Store) error { return flip(s.sealedPath(Custody), -3) }, right, ErrDamaged, "put it back"},
		{"a secret that others read", func(s *Store) error { return os.Chmod(s.sealedPath(Custody), 0o604) }, right, ErrOpen, "chmod 600"},
		{"a secret of another home", func(s *Store) error {
			id, err := age.GenerateX25519Identity()
			if err != nil {
				return err
			}
			sealed, err := seal(contentOf(Custody), id.Recipient())
			return errors.Join(err, os.WriteFile(s.sealedPath(Custody), sealed, 0o600))
		}, right, ErrDamaged, "another home"},
		{"a plain secret beside another one", func(s *Store) error { return os.WriteFile(s.plainPath(Custody), []byte("very secret"), 0o600) }, right, ErrDiffer, "which one is in use"},
		{"a secret that is too long", func(s *Store) error {
			return os.WriteFile(s.sealedPath(Custody), make([]byte, sealedBytesMax+1), 0o600)
		}, right, ErrDamaged, "more than"},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			s := plainHome(t)
			if err := s.Protect(right); err != nil {
				t.Fatal(err)
			}
			if err := tc.change(s); err != nil {
				t.Fatal(err)
			}
			fresh := Open(s.dir)
			err := fresh.Unlock(tc.pass)
			if err == nil {
				_, err = fresh.Read(Custody)
			}
			if !errors.Is(err, tc.want) || !strings.Contains(fmt.Sprint(err), tc.says) {
				t.Errorf("got %v, want %v with %q", err, tc.want, tc.says)
			}
			if strings.Contains(fmt.Sprint(err), "very secret") || strings.Contains(fmt.Sprint(err), string(right)) {
				t.Errorf("the message holds a secret: %v", err)
			}
		})
	}
}

// workOf writes an unlock file that names another cost.
func workOf(s *Store, factor int) error {
	raw, err := os.ReadFile(s.unlockPath())
	if err != nil {
		return err
	}
	head, rest, _ := bytes.Cut(raw, []byte("\n"))
	stanza, rest, _ := bytes.Cut(rest, []byte("\n"))
	stanza = append(stanza[:bytes.LastIndexByte(stanza, ' ')+1], fmt.Sprint(factor)...)
	return os.WriteFile(s.unlockPath(), bytes.Join([][]byte{head, stanza, rest}, []byte("\n")), 0o600)
}

func flip(path string, at int) error {
	raw, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	raw[len(raw)+at] ^= 1
	return os.WriteFile(path, raw, 0o600)
}

func TestALockedSecretIsNotRead(t *testing.T) {
	s := plainHome(t)
	if err := s.Protect(right); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(s.dir).Read(Custody); !errors.Is(err, ErrLocked) {
		t.Errorf("got %v", err)
	}
}

func TestASecretFillsItsLimitAndNoMore(t *testing.T) {
	for _, protected := range []bool{false, true} {
		s := Open(t.TempDir())
		s.Cost = testFactor
		if protected {
			if err := s.Protect(right); err != nil {
				t.Fatal(err)
			}
		}
		if err := s.Create(Vault, make([]byte, secretBytesMax+1)); err == nil {
			t.Error("a secret over the limit was taken")
		}
		if err := s.Create(Vault, make([]byte, secretBytesMax)); err != nil {
			t.Error(err)
		}
		if got, err := s.Read(Vault); err != nil || len(got) != secretBytesMax {
			t.Errorf("%d bytes, %v", len(got), err)
		}
	}
}

func TestStatusTellsOfEverySecretWithoutOpeningIt(t *testing.T) {
	s := plainHome(t)
	if err := os.Remove(s.plainPath(Token)); err != nil {
		t.Fatal(err)
	}
	want := map[Name]string{Organisation: Plain, Custody: Plain, Vault: Plain, Consensus: Plain, Node: Plain, Token: Missing}
	before := map[Name]Status{}
	for _, st := range s.Status() {
		before[st.Name] = st
		if st.State != want[st.Name] || st.Since.IsZero() != (st.State == Missing) {
			t.Errorf("%+v", st)
		}
	}
	if err := s.Protect(right); err != nil {
		t.Fatal(err)
	}
	for _, st := range Open(s.dir).Status() {
		if st.Name == Token {
			continue
		}
		if st.State != Protected || !st.Since.Equal(before[st.Name].Since) {
			t.Errorf("%+v, and it was made at %s", st, before[st.Name].Since)
		}
	}
	if err := os.WriteFile(s.plainPath(Vault), contentOf(Vault), 0o600); err != nil {
		t.Fatal(err)
	}
	if st := s.Status()[2]; st.State != Both {
		t.Errorf("%+v", st)
	}
}

func TestAFingerprintTellsSecretsApart(t *testing.T) {
	one, two := [32]byte{1}, [32]byte{2}
	if Fingerprint(Custody, one) == Fingerprint(Custody, two) || Fingerprint(Custody, one) == Fingerprint(Vault, one) {
		t.Error("two secrets have one fingerprint")
	}
	if again := [32]byte{1}; Fingerprint(Custody, one) != Fingerprint(Custody, again) {
		t.Error("one secret has two fingerprints")
	}
}

func TestOnlyASecretThatIsKeptElsewhereIsDropped(t *testing.T) {
	s := plainHome(t)
	elsewhere := Open(t.TempDir())
	if err := s.Drop(Consensus, elsewhere); err == nil || !s.Has(Consensus) {
		t.Error("a secret that nobody else has was dropped")
	}
	if err := s.Drop(Consensus, s); err == nil || !s.Has(Consensus) {
		t.Error("a secret was dropped on its own word")
	}
	must(t, elsewhere.Create(Consensus, []byte("another")))
	if err := s.Drop(Consensus, elsewhere); err == nil || !s.Has(Consensus) {
		t.Error("a secret of which there is another was dropped")
	}
	same := plainHome(t)
	must(t, same.Protect(right))
	for range 2 {
		if err := s.Drop(Consensus, same); err != nil || s.Has(Consensus) {
			t.Errorf("it wasn't dropped: %v", err)
		}
	}
}
