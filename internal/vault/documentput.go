package vault

import (
	"bufio"
	"context"
	"crypto/cipher"
	"crypto/rand"
	"crypto/sha256"
	"database/sql"
	"encoding/binary"
	"errors"
	"fmt"
	"hash"
	"io"
	"sync"

	"pedigree/internal/crash"
)

// PutDocument keeps what r has and returns it as a Document. Content that is
// already there is kept once: then existed is true and the document is the one
// from before, under the name and partner it was given then.
//
// Up to four MiB are written in one transaction; a larger document takes one
// for each four, so that a slow reader holds nobody up, and is seen by nobody
// before the last. Its memory doesn't grow with the document.
//
// Each document has a random key, sealed in its row under a key derived from the
// vault's. Each MiB is sealed under the document's key with a random nonce, bound
// to its place and to whether it is the last. ErrTooLarge: over Config.DocumentBytesMax.
func (v *Vault) PutDocument(ctx context.Context, info DocumentInfo, r io.Reader) (d Document, existed bool, err error) {
	a, err := v.newArrival(info)
	if err != nil {
		return d, false, fmt.Errorf("couldn't keep a document: %w", err)
	}
	defer chunkRooms.Put(a.plain)
	if d, existed, err = a.take(ctx, r); err != nil {
		return Document{}, false, fmt.Errorf("couldn't keep a document: %w", errors.Join(err, a.abandon(ctx)))
	}
	return d, existed, nil
}

// arrival is a document of which more is to come.
type arrival struct {
	v       *Vault
	row     stored // ID is 0 until something is stored
	name    string
	who     string
	key     [32]byte
	box     cipher.AEAD
	sum     hash.Hash
	plain   *[chunkBytes]byte
	waiting [][]byte // sealed chunks not yet stored
	written int      // chunks stored
}

func (v *Vault) newArrival(info DocumentInfo) (*arrival, error) {
	if err := info.check(); err != nil {
		return nil, err
	}
	a := &arrival{v: v, name: info.Name, who: info.Partner, sum: sha256.New()}
	a.row.Direction, a.row.MediaType = info.Direction, info.MediaType
	a.row.partner = v.partnerFingerprint(info.Partner)
	_, _ = rand.Read(a.key[:]) // never fails: it ends the process instead
	var err error
	if a.box, err = newBox(a.key[:]); err != nil {
		return nil, err
	}
	a.plain = chunkRooms.Get().(*[chunkBytes]byte)
	return a, nil
}

// chunkRooms are used again: most documents fill a small part of one.
var chunkRooms = sync.Pool{New: func() any { return new([chunkBytes]byte) }}

// take reads to the end and stores everything.
func (a *arrival) take(ctx context.Context, r io.Reader) (Document, bool, error) {
	in := bufio.NewReader(r)
	for {
		last, err := a.readChunk(in)
		if err != nil {
			return Document{}, false, err
		}
		if last {
			return a.finish(ctx)
		}
		if len(a.waiting) < chunksWaiting {
			continue
		}
		if err := a.v.Update(ctx, func(tx *sql.Tx) error { return a.store(ctx, tx) }); err != nil {
			return Document{}, false, err
		}
		crash.At(crash.DocumentPartKept)
		a.written, a.waiting = a.written+len(a.waiting), a.waiting[:0]
	}
}

// readChunk reads and seals one chunk and tells whether it was the last.
func (a *arrival) readChunk(in *bufio.Reader) (last bool, err error) {
	n, err := io.ReadFull(in, a.plain[:])
	if err == nil {
		if _, err = in.Peek(1); err == nil {
			return false, a.addChunk(a.plain[:n], false)
		}
	}
	if !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return false, fmt.Errorf("couldn't read it: %w", err)
	}
	return true, a.addChunk(a.plain[:n], true)
}

func (a *arrival) addChunk(plain []byte, last bool) error {
	a.row.Size += int64(len(plain))
	if a.row.Size > a.v.documentBytesMax {
		return fmt.Errorf("%w: it has more than %d bytes", ErrTooLarge, a.v.documentBytesMax)
	}
	a.sum.Write(plain)
	a.waiting = append(a.waiting, a.box.Seal(nil, nil, plain, chunkContext(a.written+len(a.waiting), last)))
	return nil
}

// chunkContext binds a chunk to its place, and the last one to the end.
func chunkContext(position int, last bool) []byte {
	b := binary.BigEndian.AppendUint32([]byte("pedigree chunk v1"), uint32(position))
	if last {
		return append(b, 1)
	}
	return append(b, 0)
}

// store writes the chunks that wait, and before the first of them the row.
func (a *arrival) store(ctx context.Context, tx *sql.Tx) error {
	if a.written == 0 {
		err := tx.QueryRowContext(ctx, documentAdd, string(a.row.Direction), a.row.MediaType, a.v.Now().UnixMilli(), a.row.partner).Scan(&a.row.ID)
		if err != nil {
			return fmt.Errorf("couldn't add its row: %w", err)
		}
	}
	for i, body := range a.waiting {
		if _, err := tx.ExecContext(ctx, chunkAdd, a.row.ID, a.written+i, body); err != nil {
			return fmt.Errorf("couldn't store chunk %d: %w", a.written+i, err)
		}
	}
	return nil
}

// finish stores the rest and makes the document visible, or drops it when its
// content is there already.
func (a *arrival) finish(ctx context.Context) (d Document, existed bool, err error) {
	sum := a.sum.Sum(nil)
	a.row.content = a.v.contentFingerprint(sum)
	err = a.v.Update(ctx, func(tx *sql.Tx) error {
		earlier, err := readStored(tx.QueryRowContext(ctx, documentByContent, a.row.content).Scan)
		if err == nil {
			existed = true
			if d, _, err = a.v.openHead(earlier); err != nil {
				return err
			}
			return a.drop(ctx, tx)
		}
		if !errors.Is(err, sql.ErrNoRows) {
			return err
		}
		if err := a.store(ctx, tx); err != nil {
			return err
		}
		a.row.created = a.v.Now().UnixMilli()
		h := head{Key: a.key[:], SHA256: sum, Name: a.name, Partner: a.who}
		if a.row.head, err = a.v.sealHead(a.row, h); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, documentFinish, a.row.Size, a.row.created, a.row.content, a.row.head, a.row.ID); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, documentCount, a.row.Size); err != nil {
			return err
		}
		d, _, err = a.v.openHead(a.row)
		return err
	})
	return d, existed, err
}

// abandon removes what was stored of a document that didn't arrive.
func (a *arrival) abandon(ctx context.Context) error {
	if a.written == 0 || a.v.Err() != nil {
		return nil // nothing stored, or nothing to be done before a restart
	}
	ctx = context.WithoutCancel(ctx)
	return a.v.Update(ctx, func(tx *sql.Tx) error { return a.drop(ctx, tx) })
}

func (a *arrival) drop(ctx context.Context, tx *sql.Tx) error {
	if a.written == 0 {
		return nil
	}
	return dropDocument(ctx, tx, a.row.ID)
}

func dropDocument(ctx context.Context, tx *sql.Tx, id int64) error {
	if _, err := tx.ExecContext(ctx, chunkDrop, id); err != nil {
		return err
	}
	_, err := tx.ExecContext(ctx, documentDrop, id)
	return err
}

// dropUnfinished removes the documents that a crash cut off. Nobody else can
// be at work on them: the vault is ours alone.
func (v *Vault) dropUnfinished(ctx context.Context) error {
	for dropped := 0; ; {
		var ids []int64
		err := v.look(ctx, func(tx *sql.Tx) (err error) {
			ids, err = rows(ctx, tx, documentUnfinished, func(scan func(...any) error) (id int64, err error) { return id, scan(&id) })
			return err
		})
		if err != nil || len(ids) == 0 {
			if dropped > 0 {
				v.log.Info("dropped documents that were arriving when the node was cut off", "documents", dropped)
			}
			return err
		}
		for _, id := range ids {
			if err := v.Update(ctx, func(tx *sql.Tx) error { return dropDocument(ctx, tx, id) }); err != nil {
				return err
			}
			dropped++
		}
	}
}
