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
	var random [32]byte
	if _, err := rand.Read(random[:]); err != nil {
		return err
	}
	to, err := k.spool(random, FileBytesMax)
	if err != nil {
		return err
	}
	if s.size, err = io.Copy(to, io.LimitReader(content, FileBytesMax+1)); err == nil && s.size > FileBytesMax {
		err = fmt.Errorf("%w: it has more than %d bytes; send it in parts", vault.ErrTooLarge, int64(FileBytesMax))
	}
	if err == nil {
		err = k.take(ctx, in, s, to, file)
	}
	return errors.Join(err, to.end(false))
}
