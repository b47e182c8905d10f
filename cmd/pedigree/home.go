package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"pedigree/domain/org"
	"pedigree/internal/engine"
)

// home is the folder of one node: configuration, keys and data.
type home struct{ dir string }

func (h home) config() string   { return filepath.Join(h.dir, "pedigree.yaml") }
func (h home) founding() string { return filepath.Join(h.dir, "founding.json") }
func (h home) card() string     { return filepath.Join(h.dir, "card.json") }
func (h home) vault() string    { return filepath.Join(h.dir, "data", "vault") }
func (h home) exchange() string { return filepath.Join(h.dir, "data", "exchange") }
func (h home) ways() string     { return filepath.Join(h.dir, "data", "ways") }
func (h home) address() string  { return filepath.Join(h.dir, "data", "api.address") }

// card is what an organisation tells the others before a network is founded:
// nothing in it is secret.
type card struct {
	Member org.FoundingMember `json:"member"`
	Node   engine.Peer        `json:"node"`
}

func readCard(path string) (card, error) {
	var c card
	raw, err := os.ReadFile(path)
	if err != nil {
		return c, fmt.Errorf("couldn't read the card: %w", err)
	}
	dec := json.NewDecoder(strings.NewReader(string(raw)))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&c); err != nil {
		return c, fmt.Errorf("couldn't read the card %s: %w", path, err)
	}
	return c, nil
}

// writeJSONFile writes a file that must not exist yet.
func writeJSONFile(path string, v any) error {
	raw, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return fmt.Errorf("couldn't write %s: %w", path, err)
	}
	return writeNew(path, append(raw, '\n'))
}

// canWriteNew refuses a file's name that writeNew would refuse after the work is done.
func canWriteNew(path string) error {
	if _, err := os.Lstat(path); err == nil {
		return failWith(exitUsage, "choose another name, or move the file away", fmt.Errorf("couldn't write %s: it exists", path))
	}
	if info, err := os.Stat(filepath.Dir(path)); err != nil || !info.IsDir() {
		return failWith(exitUsage, "make the folder first, or choose another name", fmt.Errorf("couldn't write %s: there is no folder %s", path, filepath.Dir(path)))
	}
	return nil
}

// writeNew writes a file that must not exist yet.
func writeNew(path string, content []byte) error {
	out, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if errors.Is(err, fs.ErrExist) {
		return failWith(exitUsage, "choose another name, or move the file away", fmt.Errorf("couldn't write %s: it exists", path))
	}
	if err != nil {
		return fmt.Errorf("couldn't write %s: %w", path, err)
	}
	_, err = out.Write(content)
	return errors.Join(err, out.Sync(), out.Close())
}
