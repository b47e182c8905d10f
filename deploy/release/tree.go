package main

import (
	"bytes"
	"debug/buildinfo"
	"encoding/json"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"

	cdx "github.com/CycloneDX/cyclonedx-go"

	"pedigree/internal/bom"
	"pedigree/web/console"
)

// file is one file of the package. All belong to root.
type file struct {
	path string // without the leading slash
	mode int64
	body []byte
}

// installed says where each file of the repository goes.
var installed = []struct {
	from, to string
	mode     int64
}{
	{"deploy/debian/pedigree.service", "lib/systemd/system/pedigree.service", 0o644},
	{"deploy/debian/default", "etc/default/pedigree", 0o644},
	{"deploy/debian/passphrase.conf", "usr/share/doc/pedigree/examples/passphrase.conf", 0o644},
	{"docs/operate/alerts.yml", "usr/share/doc/pedigree/examples/alerts.yml", 0o644},
	{"deploy/grafana/pedigree.json", "usr/share/doc/pedigree/examples/grafana.json", 0o644},
	{"CHANGELOG.md", "usr/share/doc/pedigree/CHANGELOG.md", 0o644},
}

// configured are the files that dpkg keeps as the operator has them.
var configured = []string{"/etc/default/pedigree"}

// files gathers the package's files, in the order of their paths.
func (r release) files(materials []byte) ([]file, error) {
	program, err := os.ReadFile(r.binary)
	if err != nil {
		return nil, fmt.Errorf("couldn't read the program: %w; make build makes it", err)
	}
	list := []file{{"usr/bin/pedigree", 0o755, program}, {"usr/share/doc/pedigree/materials.cdx.json", 0o644, materials}}
	for _, f := range installed {
		body, err := os.ReadFile(filepath.Join(r.root, f.from))
		if err != nil {
			return nil, fmt.Errorf("couldn't read a file of the package: %w", err)
		}
		list = append(list, file{f.to, f.mode, body})
	}
	pages, err := filepath.Glob(filepath.Join(r.root, "docs", "operate", "*.md"))
	if err != nil {
		return nil, err
	}
	for _, page := range pages {
		body, err := os.ReadFile(page)
		if err != nil {
			return nil, fmt.Errorf("couldn't read a page: %w", err)
		}
		list = append(list, file{"usr/share/doc/pedigree/" + filepath.Base(page), 0o644, body})
	}
	copyright, err := r.copyright()
	if err != nil {
		return nil, err
	}
	list = append(list, file{"usr/share/doc/pedigree/copyright", 0o644, copyright})
	slices.SortFunc(list, func(a, b file) int { return strings.Compare(a.path, b.path) })
	return list, nil
}

// copyright has the licence of the program and of each module in it.
func (r release) copyright() ([]byte, error) {
	info, err := buildinfo.ReadFile(r.binary)
	if err != nil {
		return nil, fmt.Errorf("couldn't read what the program is built from: %w", err)
	}
	own, err := os.ReadFile(filepath.Join(r.root, "LICENSE"))
	if err != nil {
		return nil, fmt.Errorf("couldn't read the program's licence: %w", err)
	}
	var linked []module
	for _, m := range info.Deps {
		linked = append(linked, module{Path: m.Path, Version: m.Version})
	}
	others, err := r.notices(linked)
	if err != nil {
		return nil, err
	}
	pages, err := console.Materials()
	if err != nil {
		return nil, err
	}
	for _, m := range pages {
		others = fmt.Appendf(others, "%s %s (%s)\n%s\n\n%s\n\n", m.Name, m.Version, m.Licence, strings.Repeat("-", 72), m.Text)
	}
	return fmt.Appendf(nil, "pedigree is licensed as follows; the modules that it is built with, and the packages of its console, below.\n\n%s\n\n%s", bytes.TrimSpace(own), others), nil
}

// materials is the program's list of materials, as the program itself gives it.
func (r release) materials() ([]byte, error) {
	info, err := buildinfo.ReadFile(r.binary)
	if err != nil {
		return nil, fmt.Errorf("couldn't read what the program is built from: %w", err)
	}
	list, err := bom.Of(info, r.version, r.made.Format(time.RFC3339))
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	if err := cdx.NewBOMEncoder(&b, cdx.BOMFileFormatJSON).SetPretty(true).EncodeVersion(list, cdx.SpecVersion1_6); err != nil {
		return nil, fmt.Errorf("couldn't write the list of materials: %w", err)
	}
	if !json.Valid(b.Bytes()) {
		return nil, fmt.Errorf("couldn't write the list of materials: it is no JSON")
	}
	return b.Bytes(), nil
}

// folders are the folders above files, each once, the outer ones first.
func folders(files []file) []string {
	var list []string
	for _, f := range files {
		for dir := path.Dir(f.path); dir != "."; dir = path.Dir(dir) {
			if !slices.Contains(list, dir) {
				list = append(list, dir)
			}
		}
	}
	slices.Sort(list)
	return list
}
