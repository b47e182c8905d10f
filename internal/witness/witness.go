package witness

import (
	"crypto/ed25519"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"pedigree/proof"
)

var (
	// ErrProof says that what the node gave proves nothing.
	ErrProof = errors.New("the node's proof doesn't hold")
	// ErrStands says that a proof begins at another header than the one that was seen
	// last, so that it doesn't lead from it.
	ErrStands = fmt.Errorf("%w: it begins elsewhere", ErrProof)
	// ErrForked says that this witness has seen a fork and cosigns nothing any more.
	ErrForked = errors.New("this witness has seen a fork and cosigns nothing any more")
)

// The files of a witness. What it saw last is a proof like those it is given.
const (
	lastFile       = "last.pedigree"
	checkpointFile = "checkpoint"
	forkFile       = "fork.pedigree"
)

// Config is who witnesses what.
type Config struct {
	Dir   string // its own, which is there
	Name  string // of its key, such as witness.example/1
	Key   ed25519.PrivateKey
	Trust proof.Trust
	Now   func() time.Time
}

// Witness is one witness of one ledger. One goroutine uses it.
type Witness struct {
	config Config
	last   *seen // nil before the first
}

// seen is a header and what the ledger held before its block.
type seen struct {
	parts  proof.AppHashParts
	header proof.Attestation
}

// Open reads what the witness saw last. It refuses to go on after a fork.
func Open(c Config) (*Witness, error) {
	w := &Witness{config: c}
	if err := w.Key().Check(); err != nil {
		return nil, err
	}
	if err := c.Trust.Check(); err != nil {
		return nil, err
	}
	if _, err := os.Lstat(filepath.Join(c.Dir, forkFile)); !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%w: %s proves it; show it to the members", ErrForked, filepath.Join(c.Dir, forkFile))
	}
	raw, err := os.ReadFile(filepath.Join(c.Dir, lastFile))
	if errors.Is(err, fs.ErrNotExist) {
		return w, nil
	}
	if err != nil {
		return nil, fmt.Errorf("couldn't read what was seen last: %w", err)
	}
	p, err := decode(raw)
	if err == nil {
		w.last = &seen{p.NewParts, p.NewHeader}
		err = w.last.verify(c.Trust)
	}
	if err != nil {
		return nil, fmt.Errorf("couldn't read what was seen last in %s: %w; put it back from a copy: without it this witness would forget", lastFile, err)
	}
	return w, nil
}

// Key is the public half of its key.
func (w *Witness) Key() proof.WitnessKey {
	return proof.WitnessKey{Name: w.config.Name, Key: w.config.Key.Public().(ed25519.PublicKey)}
}

// From is the height of the header from which a node must prove, 0 for none yet.
func (w *Witness) From() uint64 {
	if w.last == nil {
		return 0
	}
	return w.last.header.Signed.Header.Height
}

// Take judges a proof that begins at From, and cosigns what it leads to. It returns
// the checkpoint as a signed note, which is in the witness's folder too; *Fork when
// the validators signed something else at the height that was seen; ErrProof when
// the proof doesn't hold.
func (w *Witness) Take(raw []byte) ([]byte, error) {
	p, err := decode(raw)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrProof, err)
	}
	if w.last != nil {
		if err := w.compare(seen{p.OldParts, p.OldHeader}); err != nil {
			return nil, err
		}
	}
	if _, err := p.Verify(w.config.Trust); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrProof, err)
	}
	next := seen{p.NewParts, p.NewHeader}
	if err := replaceFile(filepath.Join(w.config.Dir, lastFile), raw); err != nil {
		return nil, fmt.Errorf("couldn't note what was seen: %w", err)
	}
	w.last = &next
	c := next.checkpoint()
	note := c.Note(c.Cosign(w.Key(), w.config.Key, w.config.Now()))
	if err := replaceFile(filepath.Join(w.config.Dir, checkpointFile), note); err != nil {
		return nil, fmt.Errorf("couldn't keep the checkpoint: %w", err)
	}
	return note, nil
}

// compare holds the header that a proof begins with against the one that was seen.
func (w *Witness) compare(first seen) error {
	got, had := first.header.Signed.Header, w.last.header.Signed.Header
	if got.Height != had.Height {
		return fmt.Errorf("%w, at height %d, and %d was seen last", ErrStands, got.Height, had.Height)
	}
	if got.Hash() == had.Hash() {
		return nil
	}
	fork, err := Find(w.last.side(), first.side(), w.config.Trust)
	if err != nil {
		return fmt.Errorf("%w: its first header isn't the one that was seen: %w", ErrProof, err)
	}
	if err := w.keep(fork); err != nil {
		return err
	}
	return fork
}

func decode(raw []byte) (proof.ConsistencyProof, error) {
	if len(raw) > proofBytesMax {
		return proof.ConsistencyProof{}, fmt.Errorf("the proof has more than %d bytes", proofBytesMax)
	}
	return proof.DecodeConsistencyProof(raw)
}

// verify checks the signatures of the header and that it is of these parts.
func (s seen) verify(t proof.Trust) error {
	if err := s.header.Verify(t); err != nil {
		return err
	}
	if got, want := s.parts.Hash(), s.header.Signed.Header.App; got != want {
		return fmt.Errorf("the roots shown make application hash %s, and header %d carries %s", got, s.header.Signed.Header.Height, want)
	}
	return nil
}

func (s seen) side() proof.ForkSide { return proof.ForkSide{Parts: &s.parts, Header: s.header} }

func (s seen) checkpoint() proof.Checkpoint {
	return proof.Checkpoint{ChainID: s.header.Signed.Header.ChainID, Events: s.parts.EventCount, Root: s.parts.EventRoot}
}

// replaceFile replaces a file whole or not at all, through to the disk.
func replaceFile(path string, content []byte) error {
	partial := path + ".new"
	f, err := os.OpenFile(partial, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o644)
	if err != nil {
		return err
	}
	_, err = f.Write(content)
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	if err := os.Rename(partial, path); err != nil {
		return err
	}
	dir, err := os.Open(filepath.Dir(path))
	if err != nil {
		return err
	}
	return errors.Join(dir.Sync(), dir.Close())
}
