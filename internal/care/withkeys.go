package care

import (
	"archive/tar"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
)

// KeysFolder holds the keys of a backup that was taken with them, each a file of
// age under the home's passphrase. A plain key is never in a backup.
const KeysFolder = "keys"

// sealedName ends the name of every file in KeysFolder.
const sealedName = ".age"

// ageIntro begins every binary file of age, version 1.
var ageIntro = []byte("age-encryption.org/v1\n")

// errNotSealed says that a file was to be taken as an encrypted key and is none.
var errNotSealed = errors.New("it is not encrypted with age, and a plain key is never in a backup")

// AddKeys copies the backup in r to w and adds encrypted keys before its manifest;
// files maps their names in the backup, below KeysFolder, to where they are; a hosted
// organisation's are named orgs/ORG/NAME. What
// it copies is not judged: read the result with Unpack.
func AddKeys(w io.Writer, r io.Reader, files map[string]string) error {
	in, out := tar.NewReader(r), tar.NewWriter(w)
	for n := 0; ; n++ {
		h, err := in.Next()
		switch {
		case err != nil || n > filesMax:
			err = errors.Join(ErrNoBackup, err)
		case h.Name == manifestName:
			err = addKeys(in, out, files)
		default:
			err = copyEntry(in, out, h)
		}
		if err != nil {
			return fmt.Errorf("couldn't add the keys to the backup: %w", err)
		}
		if h.Name == manifestName {
			return drain(r)
		}
	}
}

func copyEntry(in io.Reader, out *tar.Writer, h *tar.Header) error {
	if err := out.WriteHeader(&tar.Header{Typeflag: h.Typeflag, Name: h.Name, Size: h.Size, Mode: h.Mode, ModTime: h.ModTime, Format: tar.FormatPAX}); err != nil {
		return err
	}
	_, err := io.Copy(out, in)
	return err
}

// addKeys writes the keys and, after them, the manifest that names them too.
func addKeys(in io.Reader, out *tar.Writer, files map[string]string) error {
	text, err := io.ReadAll(io.LimitReader(in, manifestBytesMax+1))
	if err != nil {
		return err
	}
	m, err := DecodeManifest(text)
	if err != nil {
		return err
	}
	names := make([]string, 0, len(files))
	for name := range files {
		names = append(names, name)
	}
	slices.Sort(names)
	w := &writer{ctx: context.Background(), tar: out, manifest: &m}
	for _, name := range names {
		if err := mustBeSealed(files[name]); err != nil {
			return fmt.Errorf("%s: %w", files[name], err)
		}
		place := KeysFolder + "/" + name
		if org, file, hosted := HostedPath(name); hosted {
			place = OrgsFolder + "/" + org + "/" + KeysFolder + "/" + file
		}
		if err := w.add(place, files[name]); err != nil {
			return err
		}
	}
	return w.end()
}

func mustBeSealed(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	intro := make([]byte, len(ageIntro))
	if _, err := io.ReadFull(f, intro); err != nil || !bytes.Equal(intro, ageIntro) {
		return errors.Join(errNotSealed, err)
	}
	return nil
}

// drain reads the padding after a tar's end, so that its writer isn't cut off.
func drain(r io.Reader) error {
	_, err := io.Copy(io.Discard, io.LimitReader(r, paddingBytesMax))
	return err
}
