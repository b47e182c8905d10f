package vault

import (
	"context"
	"crypto/cipher"
	"database/sql"
	"errors"
	"fmt"
	"io"
)

// OpenDocument returns a document and a reader of its content. Each MiB is
// authenticated before any byte of it is returned, and the end before io.EOF:
// what was changed, moved, exchanged or cut off ends in ErrDamaged instead. The
// end of ctx ends the reading. ErrNotFound: there is no such document.
func (v *Vault) OpenDocument(ctx context.Context, id int64) (io.ReadCloser, Document, error) {
	var d Document
	var key []byte
	err := v.View(ctx, func(tx *sql.Tx) error {
		s, err := readStored(tx.QueryRowContext(ctx, documentByID, id).Scan)
		if errors.Is(err, sql.ErrNoRows) {
			return ErrNotFound
		}
		if err != nil {
			return err
		}
		d, key, err = v.openHead(s)
		return err
	})
	if err != nil {
		return nil, Document{}, fmt.Errorf("couldn't open document %d: %w", id, err)
	}
	box, err := newBox(key)
	if err != nil {
		return nil, Document{}, fmt.Errorf("couldn't open document %d: %w", id, err)
	}
	return &documentReader{ctx: ctx, v: v, id: id, box: box, left: d.Size}, d, nil
}

// documentReader reads one chunk at a time, each in a View of its own: a slow
// reader must not keep an old snapshot, and with it the whole log, alive. A
// document never changes, so it sees the same as in one.
type documentReader struct {
	ctx      context.Context // io.Reader has no place for it
	v        *Vault
	id       int64
	box      cipher.AEAD
	position int    // of the next chunk
	left     int64  // bytes in chunks not yet read
	plain    []byte // what the caller hasn't had of the last chunk
	ended    error  // io.EOF after the last chunk, or what went wrong
}

// Read implements io.Reader.
func (r *documentReader) Read(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	for len(r.plain) == 0 {
		if r.ended != nil {
			return 0, r.ended
		}
		r.next()
	}
	n := copy(p, r.plain)
	r.plain = r.plain[n:]
	return n, nil
}

// next reads and opens a chunk, which is the last when it has all that is left.
func (r *documentReader) next() {
	body, err := r.chunk()
	if err != nil {
		r.ended = fmt.Errorf("couldn't read document %d: %w", r.id, err)
		return
	}
	size := int64(len(body) - r.box.Overhead())
	last := size == r.left
	plain, err := r.box.Open(nil, nil, body, chunkContext(r.position, last))
	if err != nil {
		r.ended = fmt.Errorf("couldn't read document %d: %w: its part %d was changed, moved or cut off", r.id, ErrDamaged, r.position)
		return
	}
	r.plain, r.left, r.position = plain, r.left-size, r.position+1
	if last {
		r.ended = io.EOF
	}
}

func (r *documentReader) chunk() (body []byte, err error) {
	err = r.v.View(r.ctx, func(tx *sql.Tx) error {
		err := tx.QueryRowContext(r.ctx, chunkGet, r.id, r.position, chunkBytesRead).Scan(&body)
		if errors.Is(err, sql.ErrNoRows) {
			return fmt.Errorf("%w: its part %d is missing or too long", ErrDamaged, r.position)
		}
		return err
	})
	return body, err
}

// Close implements io.Closer. Nothing is held between reads.
func (r *documentReader) Close() error {
	r.plain, r.ended = nil, errors.New("the document's reader is closed")
	return nil
}
