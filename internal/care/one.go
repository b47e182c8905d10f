package care

import (
	"archive/tar"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"
)

// OneFormat is the first field of the manifest of a backup of one hosted organisation:
// its store and files, without the ledger, which its host has.
const OneFormat = "pedigree hosted backup 1"

// TakeOne writes a backup of one hosted organisation to w; of is what its manifest says,
// with the height that its host had before, and scratch a folder that this makes for the
// copy and removes.
func TakeOne(ctx context.Context, w io.Writer, of Manifest, h Hosted, scratch string) (Manifest, error) {
	m, err := takeOne(ctx, w, of, h, scratch)
	if removing := os.RemoveAll(scratch); err == nil && removing != nil {
		err = removing
	}
	if err != nil {
		return m, fmt.Errorf("couldn't take a backup of %s: %w", h.Org, err)
	}
	return m, nil
}

func takeOne(ctx context.Context, w io.Writer, m Manifest, h Hosted, scratch string) (Manifest, error) {
	m.Format, m.Org, m.Taken, m.Files = OneFormat, h.Org, time.Now().UTC().Truncate(time.Second), nil
	if err := os.RemoveAll(scratch); err != nil { // what an earlier attempt left
		return m, err
	}
	if err := os.Mkdir(scratch, 0o700); err != nil {
		return m, err
	}
	copied := filepath.Join(scratch, VaultFile)
	if err := h.Vault(ctx, copied); err != nil {
		return m, err
	}
	out := &writer{ctx: ctx, tar: tar.NewWriter(w), manifest: &m}
	if err := out.addAll("", h.Files); err != nil {
		return m, err
	}
	if err := out.add(VaultFile, copied); err != nil {
		return m, err
	}
	return m, out.end()
}

// UnpackOne is Unpack for a backup of one hosted organisation.
func UnpackOne(r io.Reader, dir string, place Place) (Manifest, error) {
	u := unpacking{dir: dir, place: place, found: map[string]File{}, format: OneFormat}
	return u.all(r)
}
