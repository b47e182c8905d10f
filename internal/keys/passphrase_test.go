package keys

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestAPassphraseIsJudgedWhenItIsNew(t *testing.T) {
	cases := map[string]struct {
		text string
		ok   bool
	}{
		"the shortest":           {strings.Repeat("a", passphraseBytesMin), true},
		"one byte too short":     {strings.Repeat("a", passphraseBytesMin-1), false},
		"the longest":            {strings.Repeat("a", passphraseBytesMax), true},
		"one byte too long":      {strings.Repeat("a", passphraseBytesMax+1), false},
		"words with umlauts":     {"Übung macht die Meisterin", true},
		"bytes that are no text": {"correct horse \xff\xfe", false},
		"two lines":              {"correct horse\nbattery staple", false},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			s := Open(t.TempDir())
			s.Cost = testFactor
			err := s.Protect(Passphrase(tc.text))
			if tc.ok != (err == nil) || err != nil && !errors.Is(err, ErrWeak) {
				t.Errorf("got %v", err)
			}
			if err != nil && s.Protected() {
				t.Error("the home is protected all the same")
			}
		})
	}
}

func TestAPassphraseIsReadFromAFileOfItsOwnerAlone(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string, mode os.FileMode) string {
		path := filepath.Join(dir, name)
		must(t, os.WriteFile(path, []byte(text), mode))
		must(t, os.Chmod(path, mode))
		return path
	}
	for _, text := range []string{"one two three four", "one two three four\n", "one two three four\r\n"} {
		if got, err := FromFile(write("p", text, 0o600)); err != nil || got != "one two three four" {
			t.Errorf("%q was not read as it is: %v", text, err)
		}
	}
	if got, _ := FromFile(write("p", " spaces stay \n", 0o600)); got != " spaces stay " {
		t.Error("spaces were cut")
	}
	if _, err := FromFile(write("open", "one two three four", 0o640)); !errors.Is(err, ErrOpen) {
		t.Errorf("got %v", err)
	}
	if _, err := FromFile(filepath.Join(dir, "none")); !errors.Is(err, fs.ErrNotExist) || !strings.Contains(err.Error(), "mode 0600") {
		t.Errorf("got %v", err)
	}
	if _, err := FromFile(write("long", strings.Repeat("a", passphraseBytesMax+3), 0o600)); !errors.Is(err, ErrDamaged) {
		t.Errorf("got %v", err)
	}
	write(Credential, "from systemd itself\n", 0o400)
	if got, err := FromCredential(dir); err != nil || got != "from systemd itself" {
		t.Errorf("got %v", err)
	}
	if _, err := FromCredential(""); err == nil || !strings.Contains(err.Error(), "LoadCredentialEncrypted="+Credential) {
		t.Errorf("got %v", err)
	}
}

func TestNobodyIsAskedWhereThereIsNoTerminal(t *testing.T) {
	null, err := os.Open(os.DevNull)
	must(t, err)
	defer null.Close()
	if _, err := Ask(null, io.Discard, "Passphrase"); !errors.Is(err, ErrNoTerminal) || !strings.Contains(err.Error(), "keys.unlock") {
		t.Errorf("got %v", err)
	}
	if _, err := AskNew(null, io.Discard); !errors.Is(err, ErrNoTerminal) {
		t.Errorf("got %v", err)
	}
}

func TestAPassphrasePrintsWithoutItsText(t *testing.T) {
	for _, verb := range []string{"%v", "%s", "%q", "%x", "%+v", "%#v", "%d"} {
		if got := fmt.Sprintf(verb, struct{ P Passphrase }{right}); strings.Contains(got, "horse") || strings.Contains(got, fmt.Sprintf("%x", "horse")) {
			t.Errorf("%s prints %s", verb, got)
		}
	}
}
