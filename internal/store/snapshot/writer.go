package snapshot

import (
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"
)

// Writer writes one snapshot. Finish puts it on the shelf; Abort forgets it.
type Writer struct {
	shelf    *Shelf
	manifest Manifest
	part     string // the folder it is written to
	chunk    []byte
	target   int
	last     Kind
}

// NewWriter begins a snapshot; what the manifest says of chunks is ignored.
func (s *Shelf) NewWriter(m Manifest) (*Writer, error) {
	m.Chunks = nil
	w := &Writer{shelf: s, manifest: m, part: s.folder(m.Height) + partSuffix, target: chunkBytesTarget}
	if err := os.Mkdir(w.part, 0o700); err != nil {
		return nil, fmt.Errorf("couldn't begin the snapshot of height %d: %w", m.Height, err)
	}
	return w, nil
}

// Add writes a record; kinds must not go back.
func (w *Writer) Add(r Record) error {
	if err := r.check(); err != nil {
		return err
	}
	if r.Kind < w.last {
		return fmt.Errorf("couldn't write a snapshot: a record of kind %d after one of kind %d", r.Kind, w.last)
	}
	w.last = r.Kind
	w.chunk = r.append(w.chunk)
	if len(w.chunk) < w.target {
		return nil
	}
	return w.flush()
}

func (w *Writer) flush() error {
	index := len(w.manifest.Chunks)
	if index == ChunksMax {
		return fmt.Errorf("couldn't write a snapshot: it would have more than %d chunks", ChunksMax)
	}
	if err := writeFile(filepath.Join(w.part, chunkName(index)), w.chunk); err != nil {
		return fmt.Errorf("couldn't write chunk %d of a snapshot: %w", index, err)
	}
	w.manifest.Chunks = append(w.manifest.Chunks, Chunk{Bytes: uint64(len(w.chunk)), Hash: sha256.Sum256(w.chunk)})
	w.chunk = w.chunk[:0]
	return nil
}

// Finish writes the rest and puts the snapshot on the shelf.
func (w *Writer) Finish() (Manifest, error) {
	if len(w.chunk) > 0 || len(w.manifest.Chunks) == 0 {
		if err := w.flush(); err != nil {
			return Manifest{}, err
		}
	}
	if err := writeFile(filepath.Join(w.part, manifestFile), w.manifest.Encode()); err != nil {
		return Manifest{}, fmt.Errorf("couldn't write the manifest of a snapshot: %w", err)
	}
	if err := w.shelf.put(w.part, w.manifest); err != nil {
		return Manifest{}, fmt.Errorf("couldn't keep the snapshot of height %d: %w", w.manifest.Height, err)
	}
	return w.manifest, nil
}

// Abort removes what was written; after Finish it does nothing.
func (w *Writer) Abort() error { return os.RemoveAll(w.part) }
