package leak

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"
)

// canaryLeast is the length in bytes from which a text is no chance find.
const canaryLeast = 8

// forms are the ways in which a text may stand in a file.
func forms(canary string) map[string][]byte {
	raw := []byte(canary)
	list := map[string][]byte{
		"as it is": raw, "in hexadecimal": []byte(hex.EncodeToString(raw)), "in large hexadecimal": []byte(strings.ToUpper(hex.EncodeToString(raw))),
	}
	var wide []byte
	for _, u := range utf16.Encode([]rune(canary)) {
		wide = append(wide, byte(u), byte(u>>8))
	}
	list["as UTF-16"] = wide
	// In base64 a text looks different at each of three places; its first and last
	// letters depend on what stands beside it and are left out.
	for shift := range 3 {
		for name, code := range map[string]*base64.Encoding{"in base64": base64.RawStdEncoding, "in base64 of addresses": base64.RawURLEncoding} {
			text := code.EncodeToString(append(make([]byte, shift), raw...))
			list[name+[]string{"", ", shifted by one", ", shifted by two"}[shift]] = []byte(text[(shift*8+5)/6 : (shift+len(raw))*8/6])
		}
	}
	return list
}

// scanner finds canaries in bytes.
type scanner struct{ canaries []string }

// find names the canaries in raw, each with its form.
func (s scanner) find(raw []byte) []string {
	var found []string
	for _, c := range s.canaries {
		for name, form := range forms(c) {
			if i := bytes.Index(raw, form); i >= 0 {
				found = append(found, c+" "+name+" in "+strings.ToValidUTF8(string(raw[max(0, i-40):min(len(raw), i+len(form)+40)]), "."))
			}
		}
	}
	slices.Sort(found)
	return found
}

// scanTree reads every file below a folder that skip doesn't name, and returns how
// many bytes it read.
func (s scanner) scanTree(t *testing.T, dir string, skip ...string) (read int) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		name, _ := filepath.Rel(dir, path)
		if err != nil || slices.Contains(skip, name) {
			if err == nil && d.IsDir() {
				return filepath.SkipDir
			}
			return err
		}
		if d.IsDir() {
			return nil
		}
		raw, err := os.ReadFile(path)
		read += len(raw)
		for _, f := range s.find(raw) {
			t.Errorf("%s holds %s", path, f)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return read
}

func TestTheScanFindsALeakInEachForm(t *testing.T) {
	const canary = "Canary-Person-4711"
	s := scanner{[]string{canary, "another canary"}}
	for name, form := range forms(canary) {
		if found := s.find(append(append([]byte("\x00before"), form...), "after\xff"...)); len(found) == 0 {
			t.Errorf("a leak %s is not found", name)
		}
	}
	for shift := range 6 {
		padded := append(append(make([]byte, shift), canary...), "after"...)
		if found := s.find([]byte(base64.StdEncoding.EncodeToString(padded))); len(found) == 0 {
			t.Errorf("a leak in base64 behind %d bytes is not found", shift)
		}
	}
	if found := s.find([]byte("canary-person-4711, Canary-Person-471")); len(found) > 0 {
		t.Errorf("found %q where there is none", found)
	}
}
