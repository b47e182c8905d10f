package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"pedigree/internal/bom"
)

// module is one module that go.mod requires, as go mod download tells.
type module struct{ Path, Version, Dir string }

// buildList are the modules that go.mod requires: all that are linked, and those
// that only tests use.
func buildList(root string) ([]module, error) {
	cmd := exec.Command("go", "mod", "download", "-json")
	cmd.Dir = root
	var out, wrong bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &wrong
	if err := cmd.Run(); err != nil {
		return nil, fmt.Errorf("couldn't list the modules: %w: %s", err, wrong.String())
	}
	var list []module
	for dec := json.NewDecoder(&out); ; {
		var m module
		err := dec.Decode(&m)
		if errors.Is(err, io.EOF) {
			return list, nil
		}
		if err != nil {
			return nil, fmt.Errorf("couldn't read the list of modules: %w", err)
		}
		list = append(list, m)
	}
}

// licenceFile reads the file in which a module says how it may be used.
func licenceFile(dir string) (string, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return "", fmt.Errorf("couldn't look for a licence: %w", err)
	}
	var text []string
	for _, e := range entries {
		name := strings.ToUpper(e.Name())
		if e.IsDir() || !strings.HasPrefix(name, "LICENSE") && !strings.HasPrefix(name, "LICENCE") && !strings.HasPrefix(name, "COPYING") {
			continue
		}
		raw, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			return "", fmt.Errorf("couldn't read a licence: %w", err)
		}
		text = append(text, string(raw))
	}
	if len(text) == 0 {
		return "", errors.New("there is no licence file")
	}
	return strings.Join(text, "\n"), nil
}

// writeLicences reads the licence of each module. Those of modules that the program
// doesn't link may be unknown; the list of materials needs the rest.
func (r release) writeLicences() error {
	list, err := buildList(r.root)
	if err != nil {
		return err
	}
	var lines []string
	for _, m := range list {
		text, err := licenceFile(m.Dir)
		if err != nil {
			continue
		}
		if id, err := bom.Classify(text); err == nil {
			lines = append(lines, fmt.Sprintf("%s %s %s\n", m.Path, m.Version, id))
		}
	}
	slices.Sort(lines)
	path := filepath.Join(r.root, "internal", "bom", "licences.txt")
	if err := os.WriteFile(path, []byte(strings.Join(lines, "")), 0o644); err != nil {
		return fmt.Errorf("couldn't write the licences: %w", err)
	}
	fmt.Printf("%s: %d modules\n", path, len(lines))
	return nil
}

// notices are the licences of all linked modules, whole, as most of them ask.
func (r release) notices(linked []module) ([]byte, error) {
	list, err := buildList(r.root)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	for _, l := range linked {
		i := slices.IndexFunc(list, func(m module) bool { return m.Path == l.Path && m.Version == l.Version })
		if i < 0 {
			return nil, fmt.Errorf("couldn't find %s %s on this machine: run go mod download", l.Path, l.Version)
		}
		text, err := licenceFile(list[i].Dir)
		if err != nil {
			return nil, fmt.Errorf("%s %s: %w", l.Path, l.Version, err)
		}
		id, err := bom.Classify(text)
		if err != nil {
			return nil, fmt.Errorf("%s %s: %w; see bom.Classify", l.Path, l.Version, err)
		}
		fmt.Fprintf(&b, "%s %s (%s)\n%s\n\n%s\n\n", l.Path, l.Version, id, strings.Repeat("-", 72), strings.TrimSpace(text))
	}
	return b.Bytes(), nil
}
