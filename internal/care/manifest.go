package care

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"
	"time"

	"pedigree/internal/tenant"
	"pedigree/proof"
)

// Format is the first field of a manifest of this version.
const Format = "pedigree backup 1"

// The places in a backup.
const (
	manifestName = "manifest.json"
	// VaultFile is the vault's database.
	VaultFile = "vault.db"
	// LedgerFolder holds the ledger's database.
	LedgerFolder = "ledger"
	// OrgsFolder holds a folder for each organisation that the node hosts, by its id.
	OrgsFolder = "orgs"
)

// Manifest says what a backup is of and what is in it. It is the last file of a
// backup, so that a backup that was cut off has none.
type Manifest struct {
	Format       string     `json:"format"`
	ChainID      string     `json:"chain_id"`
	Org          string     `json:"org"`
	NodeID       string     `json:"node_id"`
	ConsensusKey proof.Key  `json:"consensus_key"`
	Taken        time.Time  `json:"taken"`
	Program      string     `json:"program"`
	Height       int64      `json:"height"`   // of the copied ledger
	AppHash      proof.Hash `json:"app_hash"` // of that height
	Files        []File     `json:"files"`
}

// File is one file of a backup.
type File struct {
	Path   string     `json:"path"` // with slashes, below the backup
	Bytes  int64      `json:"bytes"`
	SHA256 proof.Hash `json:"sha256"`
}

// Bytes is the size of all files.
func (m Manifest) Bytes() int64 {
	var n int64
	for _, f := range m.Files {
		n += f.Bytes
	}
	return n
}

func (m Manifest) encode() ([]byte, error) {
	text, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("couldn't write the manifest: %w", err)
	}
	return append(text, '\n'), nil
}

// DecodeManifest reads a manifest strictly.
func DecodeManifest(text []byte) (Manifest, error) {
	var m Manifest
	if len(text) > manifestBytesMax {
		return m, fmt.Errorf("couldn't read the manifest: it has more than %d bytes", manifestBytesMax)
	}
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&m); err != nil {
		return m, fmt.Errorf("couldn't read the manifest: %w", err)
	}
	if _, err := dec.Token(); err != io.EOF {
		return m, errors.New("couldn't read the manifest: something follows after its end")
	}
	if err := m.check(); err != nil {
		return m, fmt.Errorf("couldn't read the manifest: %w", err)
	}
	return m, nil
}

func (m Manifest) check() error {
	switch {
	case m.Format != Format && m.Format != PackFormat && m.Format != OneFormat:
		return fmt.Errorf("its format is %q where this program reads %q; take the program that wrote it", m.Format, Format)
	case m.ChainID == "" || m.NodeID == "" && m.Format == Format || m.Org == "" || m.Taken.IsZero() || m.Height < 0:
		return errors.New("it doesn't say which node it is of, and when")
	case len(m.Files) == 0 || len(m.Files) > filesMax:
		return fmt.Errorf("it names %d files, and a backup has 1 to %d", len(m.Files), filesMax)
	}
	seen := make(map[string]bool, len(m.Files))
	for _, f := range m.Files {
		if err := checkPath(f.Path); err != nil {
			return err
		}
		if seen[f.Path] || f.Bytes < 0 {
			return fmt.Errorf("%s is named twice, or has no size", f.Path)
		}
		seen[f.Path] = true
	}
	if !seen[VaultFile] {
		return fmt.Errorf("it names no %s", VaultFile)
	}
	return nil
}

// Keys says whether the backup was taken with the keys.
func (m Manifest) Keys() bool {
	return slices.ContainsFunc(m.Files, func(f File) bool { return strings.HasPrefix(f.Path, KeysFolder+"/") })
}

// Hosted are the ids of the hosted organisations that the backup has something of, in
// order.
func (m Manifest) Hosted() []string {
	var list []string
	for _, f := range m.Files {
		if org, _, in := HostedPath(f.Path); in {
			list = append(list, org)
		}
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// HostedPath takes the path of a hosted organisation's file apart.
func HostedPath(p string) (org, file string, in bool) {
	rest, in := strings.CutPrefix(p, OrgsFolder+"/")
	org, file, below := strings.Cut(rest, "/")
	return org, file, in && below
}

// checkPath takes a plain name, one below the ledger's folder, an encrypted one below
// that of the keys, or such a name or key in a hosted organisation's folder, and nothing that a file system could take for another
// place.
func checkPath(p string) error {
	org, file, hosted := HostedPath(p)
	if !hosted {
		return checkPlain(p)
	}
	if tenant.CheckName(org) != nil || len(p) > pathBytesMax || strings.HasPrefix(file, LedgerFolder+"/") {
		return fmt.Errorf("%q is no place in a backup", p)
	}
	return checkPlain(file)
}

// checkPlain is checkPath for what is not a hosted organisation's.
func checkPlain(p string) error {
	name, inLedger := strings.CutPrefix(p, LedgerFolder+"/")
	name, inKeys := strings.CutPrefix(name, KeysFolder+"/")
	plain := func(r rune) bool {
		return 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9' || strings.ContainsRune("._-", r)
	}
	ok := name != "" && len(p) <= pathBytesMax && strings.Trim(name, ".") != "" && path.Base(name) == name &&
		strings.IndexFunc(name, func(r rune) bool { return !plain(r) }) < 0
	switch {
	case inKeys:
		ok = ok && !inLedger && strings.HasSuffix(name, sealedName)
	case !inLedger:
		ok = ok && name != manifestName && name != LedgerFolder && name != KeysFolder && name != OrgsFolder
	}
	if !ok {
		return fmt.Errorf("%q is no place in a backup", p)
	}
	return nil
}
