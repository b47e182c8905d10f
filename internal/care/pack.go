package care

import (
	"archive/tar"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"time"
)

// PackFormat is the first field of the manifest of an organisation that was packed
// for another home: its store and its secrets, without a ledger.
const PackFormat = "pedigree organisation 1"

// SecretsFile holds the secrets of a packed organisation. A pack is written into
// an encrypted stream and nowhere else.
const SecretsFile = "secrets.json"

// Packing is the organisation that is packed.
type Packing struct {
	// Of is what the manifest says of it; format, time and files are filled in.
	Of Manifest
	// Files are plain files, by their name in the pack.
	Files map[string]string
	// Secrets are the texts of its secrets' plain files, by their place in a home.
	Secrets map[string][]byte
	// Vault writes a copy of its vault's database to a new file.
	Vault func(ctx context.Context, path string) error
	// Scratch is a folder that this makes for the copy and removes.
	Scratch string
}

// Pack writes an organisation to w, which must encrypt.
func Pack(ctx context.Context, w io.Writer, p Packing) (Manifest, error) {
	m, err := p.write(ctx, w)
	if err = errors.Join(err, os.RemoveAll(p.Scratch)); err != nil {
		return m, fmt.Errorf("couldn't pack the organisation: %w", err)
	}
	return m, nil
}

func (p Packing) write(ctx context.Context, w io.Writer) (Manifest, error) {
	m := p.Of
	m.Format, m.Taken, m.Files = PackFormat, time.Now().UTC().Truncate(time.Second), nil
	if err := os.RemoveAll(p.Scratch); err != nil {
		return m, err
	}
	if err := os.Mkdir(p.Scratch, 0o700); err != nil {
		return m, err
	}
	if err := p.Vault(ctx, filepath.Join(p.Scratch, VaultFile)); err != nil {
		return m, err
	}
	out := &writer{ctx: ctx, tar: tar.NewWriter(w), manifest: &m}
	for _, name := range slices.Sorted(maps.Keys(p.Files)) {
		if err := out.add(name, p.Files[name]); err != nil {
			return m, err
		}
	}
	if err := out.add(VaultFile, filepath.Join(p.Scratch, VaultFile)); err != nil {
		return m, err
	}
	text, err := json.Marshal(p.Secrets)
	if err != nil {
		return m, err
	}
	if err := out.addText(SecretsFile, text); err != nil {
		return m, err
	}
	return m, out.end()
}

// Unpacked is what Open returned of a pack.
type Unpacked struct {
	Manifest Manifest
	Secrets  map[string][]byte // by their place in a home
}

// Open reads a pack and writes its files below dir, but for the secrets, which
// never touch the disk in the clear.
func Open(r io.Reader, dir string, place Place) (Unpacked, error) {
	var secrets []byte
	u := unpacking{dir: dir, found: map[string]File{}, format: PackFormat, place: place, keep: func(text []byte) { secrets = text }}
	m, err := u.all(r)
	if err != nil {
		return Unpacked{}, err
	}
	out := Unpacked{Manifest: m}
	if err := json.Unmarshal(secrets, &out.Secrets); err != nil {
		return out, fmt.Errorf("couldn't unpack the organisation: %w: its secrets can't be read", ErrNoBackup)
	}
	for name := range out.Secrets {
		if !fs.ValidPath(name) {
			return out, fmt.Errorf("couldn't unpack the organisation: %w: a secret has no place in a home", ErrNoBackup)
		}
	}
	return out, nil
}
