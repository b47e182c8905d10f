package tryfile

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"

	"pedigree/internal/turns"
)

// errTooMuch is more than may be held.
var errTooMuch = errors.New("it is too large")

// held is a document that can be read more than once. It stands in a file that has no
// name any more, under a key that nobody has but this value: what is left of it on the
// disk after a crash can't be read. Nobody but the process can change it, so it is
// encrypted and not signed.
type held struct {
	file  *os.File
	block cipher.Block
	most  int64
	size  int64
	at    int64
	out   cipher.Stream // of what is written, in order
}

// hold makes an empty one in a folder, for at most so many bytes.
func hold(dir string, most int64) (*held, error) {
	f, err := os.CreateTemp(dir, ".tried-*")
	if err != nil {
		return nil, fmt.Errorf("couldn't make room for the document: %w", err)
	}
	if err := os.Remove(f.Name()); err != nil {
		return nil, errors.Join(fmt.Errorf("couldn't make room for the document: %w", err), f.Close())
	}
	var key [32]byte
	// rand.Read never fails: it ends the process instead.
	_, _ = rand.Read(key[:])
	block, err := aes.NewCipher(key[:])
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	h := &held{file: f, block: block, most: most}
	h.out = h.stream(0)
	return h, nil
}

// stream is the key stream from an offset on: CTR, whose counter is the number of the
// block, under a key that is used once.
func (h *held) stream(at int64) cipher.Stream {
	var counter [aes.BlockSize]byte
	binary.BigEndian.PutUint64(counter[8:], uint64(at)/aes.BlockSize)
	s := cipher.NewCTR(h.block, counter[:])
	var skip [aes.BlockSize]byte
	s.XORKeyStream(skip[:at%aes.BlockSize], skip[:at%aes.BlockSize])
	return s
}

// Write implements io.Writer.
func (h *held) Write(p []byte) (int, error) {
	if h.size+int64(len(p)) > h.most {
		return 0, errTooMuch
	}
	sealed := make([]byte, len(p))
	h.out.XORKeyStream(sealed, p)
	n, err := h.file.WriteAt(sealed, h.size)
	h.size += int64(n)
	return n, err
}

// Read implements io.Reader.
func (h *held) Read(p []byte) (int, error) {
	n, err := h.ReadAt(p, h.at)
	h.at += int64(n)
	if n > 0 && errors.Is(err, io.EOF) {
		err = nil
	}
	return n, err
}

// ReadAt implements io.ReaderAt.
func (h *held) ReadAt(p []byte, at int64) (int, error) {
	n, err := h.file.ReadAt(p[:min(int64(len(p)), max(0, h.size-at))], at)
	if n > 0 {
		h.stream(at).XORKeyStream(p[:n], p[:n])
	}
	if err == nil && n < len(p) {
		err = io.EOF
	}
	return n, err
}

// Seek implements io.Seeker.
func (h *held) Seek(offset int64, whence int) (int64, error) {
	base := map[int]int64{io.SeekStart: 0, io.SeekCurrent: h.at, io.SeekEnd: h.size}
	if _, known := base[whence]; !known || base[whence]+offset < 0 {
		return 0, errors.New("couldn't move within the document: there is no such place")
	}
	h.at = base[whence] + offset
	return h.at, nil
}

// Close gives the room back.
func (h *held) Close() error { return h.file.Close() }

// inTurns is a held document that is read in turns, as long as somebody waits for it.
type inTurns struct {
	ctx context.Context
	io.Reader
	io.Seeker
}

func (h *held) inTurns(ctx context.Context, hand *turns.Hand) inTurns {
	return inTurns{ctx, hand.Reader(h), h}
}

// Read implements io.Reader.
func (r inTurns) Read(p []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	return r.Reader.Read(p)
}
