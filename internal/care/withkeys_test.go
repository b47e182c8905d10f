package care

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"testing"
)

// sealedFile writes a file that begins as age's do.
func sealedFile(t *testing.T, name, intro string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(intro+"rest"), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestEncryptedKeysAreAddedToABackup(t *testing.T) {
	raw, before := taken(t)
	if before.Keys() {
		t.Error("a backup without keys says that it has some")
	}
	var out bytes.Buffer
	files := map[string]string{"unlock.age": sealedFile(t, "u", string(ageIntro)), "custody.age": sealedFile(t, "c", string(ageIntro)+"c")}
	if err := AddKeys(&out, bytes.NewReader(raw), files); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	m, err := Unpack(&out, filepath.Join(dir, "b"), nil)
	if err != nil || !m.Keys() || len(m.Files) != len(before.Files)+2 || m.AppHash != before.AppHash {
		t.Fatalf("%v: %+v", err, m)
	}
	if got, err := os.ReadFile(filepath.Join(dir, "b", "keys", "custody.age")); err != nil || string(got) != string(ageIntro)+"crest" {
		t.Errorf("custody.age came back as %q, %v", got, err)
	}
}

func TestNoPlainKeyGetsIntoABackup(t *testing.T) {
	raw, _ := taken(t)
	for name, files := range map[string]map[string]string{
		"a file that age didn't write":            {"custody.age": sealedFile(t, "c", "# custody seed\n000102030405\n")},
		"an empty file":                           {"custody.age": sealedFile(t, "c", "")},
		"a name that isn't that of an age file":   {"custody.seed": sealedFile(t, "c", string(ageIntro))},
		"a name that leads out of the keys":       {"../custody.age": sealedFile(t, "c", string(ageIntro))},
		"a file that isn't there when it is read": {"custody.age": filepath.Join(t.TempDir(), "none")},
	} {
		t.Run(name, func(t *testing.T) {
			if err := AddKeys(&bytes.Buffer{}, bytes.NewReader(raw), files); err == nil {
				t.Error("it was added")
			}
		})
	}
}

func TestKeysAreAddedToWholeBackupsOnly(t *testing.T) {
	raw, _ := taken(t)
	for _, cut := range []int{0, 600, len(raw) / 2} {
		if err := AddKeys(&bytes.Buffer{}, bytes.NewReader(raw[:cut]), nil); err == nil {
			t.Errorf("a backup cut off after %d bytes was taken for whole", cut)
		}
	}
	cutOff := change(t, raw, func(list []member) []member { return list[:len(list)-1] })
	if err := AddKeys(&bytes.Buffer{}, bytes.NewReader(cutOff), nil); !errors.Is(err, ErrNoBackup) {
		t.Errorf("a backup without manifest gave %v", err)
	}
}

func TestAFileWithoutAPlaceIsRefused(t *testing.T) {
	raw, _ := taken(t)
	place := func(name string) string {
		if name == "card.json" {
			return ""
		}
		return name
	}
	if _, err := Unpack(bytes.NewReader(raw), filepath.Join(t.TempDir(), "home"), place); !errors.Is(err, ErrNoBackup) {
		t.Errorf("unpacked with %v", err)
	}
}
