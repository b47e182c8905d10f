package courier

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"

	"pedigree/internal/vault"
)

// MagicBytes is how much of a file says whether it is packed.
const MagicBytes = magicBytes

// Packed tells of the beginning of a file whether it is a zip archive or a gzip file.
func Packed(head []byte) bool {
	return bytes.HasPrefix(head, []byte("PK\x03\x04")) || bytes.HasPrefix(head, []byte("PK\x05\x06")) || bytes.HasPrefix(head, gzipMagic)
}

// Upload takes each document of a packed file that a person or a program brought, by no
// inlet, and says what came of each. Means is how the Taker is told that it came. The
// same content from the same partner again comes to the same, and has no second effect.
func (k *Courier) Upload(ctx context.Context, means, partner, file string, content io.Reader) ([]Receipt, error) {
	s := &seen{id: hash("upload", partner)}
	err := k.upload(ctx, Inlet{Name: means, Partner: partner}, s, file, content)
	if err != nil {
		return nil, fmt.Errorf("couldn't take the archive: %w", err)
	}
	return s.Entries, nil
}

func (k *Courier) upload(ctx context.Context, in Inlet, s *seen, file string, content io.Reader) error {
	held, err := k.Hold(content)
	if err != nil {
		return err
	}
	s.size = held.Size
	return errors.Join(k.take(ctx, in, s, held.file, file), held.Close())
}

// Held is a file outside the private store while it is looked at. Close it.
type Held struct {
	Size int64
	file *spooled
}

// Hold takes a file as it comes, of at most FileBytesMax, and keeps it until Close.
func (k *Courier) Hold(content io.Reader) (*Held, error) {
	var random [32]byte
	if _, err := rand.Read(random[:]); err != nil {
		return nil, err
	}
	to, err := k.spool(random, FileBytesMax)
	if err != nil {
		return nil, err
	}
	size, err := io.Copy(to, io.LimitReader(content, FileBytesMax+1))
	if err == nil && size > FileBytesMax {
		err = fmt.Errorf("%w: it has more than %d bytes; send it in parts", vault.ErrTooLarge, int64(FileBytesMax))
	}
	if err != nil {
		return nil, errors.Join(err, to.end(false))
	}
	return &Held{size, to}, nil
}

// Open reads it from its beginning.
func (h *Held) Open() (io.ReadCloser, error) {
	return io.NopCloser(io.NewSectionReader(h.file, 0, h.Size)), nil
}

// Close removes it.
func (h *Held) Close() error { return h.file.end(false) }
