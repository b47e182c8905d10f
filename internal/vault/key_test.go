package vault_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"pedigree/internal/vault"
)

func TestAKeyIsReadBackAsItWasCreated(t *testing.T) {
	path := filepath.Join(t.TempDir(), "vault.key")
	made, err := vault.CreateKey(path)
	if err != nil {
		t.Fatal(err)
	}
	loaded, err := vault.LoadKey(path)
	if err != nil {
		t.Fatal(err)
	}
	if made != loaded || made == (vault.Key{}) {
		t.Error("the key read is not the key created, or is empty")
	}
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if info.Mode().Perm() != 0o600 {
		t.Errorf("the key file has mode %04o", info.Mode().Perm())
	}
}

func TestCreateKeyOverwritesNothing(t *testing.T) {
	path := filepath.Join(t.TempDir(), "vault.key")
	if _, err := vault.CreateKey(path); err != nil {
		t.Fatal(err)
	}
	before, _ := os.ReadFile(path)
	if _, err := vault.CreateKey(path); err == nil {
		t.Error("a second key was written over the first")
	}
	if after, _ := os.ReadFile(path); string(after) != string(before) {
		t.Error("the first key was changed")
	}
}

func TestLoadKeyRefusesWhatOthersMayRead(t *testing.T) {
	for _, mode := range []os.FileMode{0o640, 0o604, 0o644, 0o620, 0o601} {
		path := filepath.Join(t.TempDir(), "vault.key")
		if _, err := vault.CreateKey(path); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
		if _, err := vault.LoadKey(path); err == nil || !strings.Contains(err.Error(), "chmod 600") {
			t.Errorf("mode %04o: %v", mode, err)
		}
	}
}

func TestLoadKeyRefusesWhatIsNoKey(t *testing.T) {
	digits := strings.Repeat("5a", 32)
	tests := map[string]string{
		"an empty file":           "",
		"another first line":      "pedigree vault key v2\n" + digits + "\n",
		"no first line":           digits + "\n",
		"one digit less":          "pedigree vault key v1\n" + digits[1:] + "\n",
		"one digit more":          "pedigree vault key v1\n" + digits + "5\n",
		"a letter that is none":   "pedigree vault key v1\n" + digits[:63] + "g\n",
		"all zeros":               "pedigree vault key v1\n" + strings.Repeat("0", 64) + "\n",
		"a third line":            "pedigree vault key v1\n" + digits + "\n\n",
		"a file that has no end":  strings.Repeat("x", 5000),
		"line ends of two":        "pedigree vault key v1\r\n" + digits + "\r\n",
		"space around the digits": "pedigree vault key v1\n " + digits + "\n",
	}
	for name, text := range tests {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "vault.key")
			if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
			_, err := vault.LoadKey(path)
			if err == nil {
				t.Fatal("it was read")
			}
			if strings.Contains(err.Error(), "5a5a") {
				t.Errorf("the message shows the key: %v", err)
			}
		})
	}
	if _, err := vault.LoadKey(t.TempDir()); err == nil {
		t.Error("a folder was read")
	}
}

func TestAKeyIsReadFromItsText(t *testing.T) {
	made, text := vault.NewKey()
	if got, err := vault.ParseKey(text); err != nil || got != made {
		t.Errorf("another key came back, %v", err)
	}
	digits := string(text[len(text)-9 : len(text)-1])
	if _, err := vault.ParseKey(text[:len(text)-9]); err == nil || strings.Contains(err.Error(), digits) {
		t.Errorf("a cut key: %v", err)
	}
	if other, _ := vault.NewKey(); other == made {
		t.Error("two keys are one")
	}
}

func TestDeriveGivesOneSecretForEachLabel(t *testing.T) {
	k := vault.Key(key)
	if first, second := k.Derive("a"), k.Derive("a"); first != second {
		t.Error("one label gave two secrets")
	}
	seen := map[[32]byte]string{[32]byte(k): "the key itself"}
	for _, label := range []string{"", "a", "b", "ab", "document head"} {
		if other, there := seen[k.Derive(label)]; there {
			t.Errorf("labels %q and %q gave one secret", label, other)
		}
		seen[k.Derive(label)] = label
	}
	v := open(t, config(t, folder(t)))
	if v.Derive("a") != k.Derive("a") {
		t.Error("the vault derives another secret than its key")
	}
}

func TestAKeyPrintsWithoutItsBytes(t *testing.T) {
	k := vault.Key(key)
	for _, verb := range []string{"%v", "%+v", "%#v", "%x", "%X", "%s", "%d", "%q"} {
		if got := fmt.Sprintf(verb, k); got != "(vault key)" {
			t.Errorf("%s printed %s", verb, got)
		}
	}
}
