package courier

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
)

// take hands each document of a file to the Taker and notes what came of it. An error
// says that the file must be tried again.
func (k *Courier) take(ctx context.Context, in Inlet, s *seen, file io.ReaderAt, name string) error {
	digest, err := k.digest(ctx, io.NewSectionReader(file, 0, s.size), s.size)
	if err != nil {
		return err
	}
	s.Digest, s.Entries, s.More, s.Reason = hex.EncodeToString(digest[:]), nil, 0, ""
	s.state = seenTaken
	for entry, err := range Unpack(name, file, s.size) {
		taken := Taken{}
		if err == nil {
			taken, err = k.takeOne(ctx, in, s, digest, entry)
		}
		if errors.Is(err, ErrRefused) {
			taken, err = Taken{State: seenNames[seenFailed], Refused: true, Reason: clip(err)}, nil
		}
		if err != nil {
			return err
		}
		if taken.Refused {
			s.state, s.Reason = seenFailed, oneLine(taken.Reason)
		}
		s.Entries = append(s.Entries, Receipt{entry.Name, taken})
	}
	return nil
}

func (k *Courier) takeOne(ctx context.Context, in Inlet, s *seen, digest [32]byte, e Entry) (Taken, error) {
	content := &watched{r: e.Content, ctx: ctx}
	a := Arrived{Inlet: in.Name, Partner: in.Partner, Name: e.Name, Content: content, Key: hash("arrived", string(s.id[:]), string(digest[:]), fmt.Sprint(e.Number))}
	taken, err := k.config.Take(ctx, a)
	if content.failed != nil {
		return Taken{}, content.failed // what the Taker made of the error is nothing to go by
	}
	return taken, err
}

// watched remembers what was wrong with a document while a Taker read it.
type watched struct {
	r      io.Reader
	ctx    context.Context
	failed error
}

// Read implements io.Reader.
func (w *watched) Read(p []byte) (int, error) {
	if err := w.ctx.Err(); err != nil {
		return 0, err
	}
	n, err := w.r.Read(p)
	if ignoreEOF(err) != nil {
		w.failed = err
	}
	return n, err
}

// digest hashes a file that is as long as it is said to be.
func (k *Courier) digest(ctx context.Context, r io.Reader, size int64) (sum [32]byte, err error) {
	h := sha256.New()
	hand := k.config.Turns.Hand(k.config.Org)
	hand.Take()
	defer hand.Give()
	n, err := io.Copy(h, &watched{r: hand.Reader(io.LimitReader(r, FileBytesMax+1)), ctx: ctx})
	switch {
	case err != nil:
		return sum, fmt.Errorf("couldn't read the file: %w", err)
	case n != size && size <= FileBytesMax:
		return sum, errChanged
	}
	return [32]byte(h.Sum(nil)), nil
}

var errChanged = errors.New("it changed while it was read")
