package vault

import (
	"context"
	"crypto/cipher"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"sync"
)

// chunksKept is how many parts of a document that is read at any place are kept open:
// one in its midst, and one of a directory at its end.
const chunksKept = 2

// DocumentAt reads a document at any place of it, as an archive is read. It is safe for
// concurrent use.
type DocumentAt struct {
	ctx context.Context // io.ReaderAt has no place for it
	v   *Vault
	id  int64
	box cipher.AEAD

	size int64
	mu   sync.Mutex
	kept []openChunk // the one that was used last comes first
}

type openChunk struct {
	position int64
	plain    []byte
}

// OpenDocumentAt returns a document and a reader of its content at any place. Each MiB is
// authenticated before any byte of it is returned; two of them are in memory. The end of
// ctx ends the reading. ErrNotFound: there is no such document.
func (v *Vault) OpenDocumentAt(ctx context.Context, id int64) (*DocumentAt, Document, error) {
	content, d, err := v.OpenDocument(ctx, id)
	if err != nil {
		return nil, Document{}, err
	}
	r := content.(*documentReader)
	return &DocumentAt{ctx: ctx, v: v, id: id, box: r.box, size: d.Size}, d, nil
}

// Size is how many bytes it has.
func (a *DocumentAt) Size() int64 { return a.size }

// ReadAt implements io.ReaderAt.
func (a *DocumentAt) ReadAt(p []byte, at int64) (n int, err error) {
	if at < 0 {
		return 0, fmt.Errorf("couldn't read document %d: there is no place %d", a.id, at)
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	for n < len(p) {
		place := at + int64(n)
		if place >= a.size {
			return n, io.EOF
		}
		plain, err := a.chunk(place / chunkBytes)
		if err != nil {
			return n, fmt.Errorf("couldn't read document %d: %w", a.id, err)
		}
		n += copy(p[n:], plain[place%chunkBytes:])
	}
	return n, nil
}

// chunk is an opened part, from memory or from the store.
func (a *DocumentAt) chunk(position int64) ([]byte, error) {
	for i, c := range a.kept {
		if c.position == position {
			a.kept[0], a.kept[i] = a.kept[i], a.kept[0]
			return c.plain, nil
		}
	}
	r := documentReader{ctx: a.ctx, v: a.v, id: a.id, position: int(position)}
	body, err := r.chunk()
	if err != nil {
		return nil, err
	}
	left := a.size - position*chunkBytes
	plain, err := a.box.Open(nil, nil, body, chunkContext(int(position), left <= chunkBytes))
	if err != nil || int64(len(plain)) != min(left, chunkBytes) {
		return nil, fmt.Errorf("%w: its part %d was changed, moved or cut off", ErrDamaged, position)
	}
	a.kept = append([]openChunk{{position, plain}}, a.kept[:min(len(a.kept), chunksKept-1)]...)
	return plain, nil
}

// DropDocument deletes a document that was kept only until it was dealt with, in the
// caller's transaction. Unlike DestroyDocument it promises nothing of what deleted rows
// leave on the disk, where the parts are sealed as before. ErrNotFound: there is no such
// document.
func (v *Vault) DropDocument(ctx context.Context, tx *sql.Tx, id int64) error {
	s, err := readStored(tx.QueryRowContext(ctx, documentByID, id).Scan)
	if errors.Is(err, sql.ErrNoRows) {
		err = ErrNotFound
	}
	for _, statement := range []string{chunkDrop, documentDestroy} {
		if err == nil {
			_, err = tx.ExecContext(ctx, statement, id)
		}
	}
	if err == nil {
		_, err = tx.ExecContext(ctx, documentUncount, s.Size)
	}
	if err != nil {
		return fmt.Errorf("couldn't drop document %d: %w", id, err)
	}
	return nil
}
