package export

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"time"

	"pedigree/proof"
)

// Writer writes an export to a stream. What is of a size that is not known before
// goes through a folder of its own on the disk. It is for one goroutine.
type Writer struct {
	ctx   context.Context // of the whole export: it ends when that does
	out   *bufio.Writer
	dir   string
	taken time.Time
	list  *os.File
	lines *bufio.Writer
	last  string
	count int64
	m     Manifest

	all    Tables
	spools map[string]*Spool // of tables, by name
	refer  *references
}

// NewWriter begins an export. The folder dir is made, and removed by Close.
func NewWriter(ctx context.Context, out io.Writer, dir string, taken time.Time) (*Writer, error) {
	all, err := StoreTables()
	if err == nil {
		err = os.MkdirAll(dir, 0o700)
	}
	if err != nil {
		return nil, fmt.Errorf("couldn't begin an export: %w", err)
	}
	list, err := os.OpenFile(filepath.Join(dir, filesName), os.O_RDWR|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("couldn't begin an export: %w", err), os.RemoveAll(dir))
	}
	return &Writer{
		ctx: ctx, out: bufio.NewWriterSize(out, 64<<10), dir: dir, taken: taken.UTC().Truncate(time.Second), list: list, lines: bufio.NewWriter(list),
		m: Manifest{Lines: map[string]int{}}, all: all, spools: map[string]*Spool{}, refer: newReferences(all),
	}, nil
}

// Close lets go of what is on the disk.
func (w *Writer) Close() error { return errors.Join(w.list.Close(), os.RemoveAll(w.dir)) }

// Add writes a file. Names must ascend.
func (w *Writer) Add(name string, size int64, r io.Reader) error {
	if name <= w.last {
		return fmt.Errorf("couldn't write the export: %s after %s", name, w.last)
	}
	hash := sha256.New()
	if err := w.put(name, size, io.TeeReader(r, hash)); err != nil {
		return err
	}
	w.last = name
	w.count++
	line, err := json.Marshal(File{Name: name, Bytes: size, SHA256: proof.Hash(hash.Sum(nil))})
	if err == nil {
		_, err = w.lines.Write(append(line, '\n'))
	}
	return err
}

// AddBytes writes a small file.
func (w *Writer) AddBytes(name string, content []byte) error {
	return w.Add(name, int64(len(content)), bytes.NewReader(content))
}

// AddReceipt writes the receipt of an entry.
func (w *Writer) AddReceipt(height uint64, place int, id proof.Hash, receipt []byte) error {
	w.m.Receipts++
	return w.AddBytes(ReceiptName(height, place, id), receipt)
}

func (w *Writer) put(name string, size int64, r io.Reader) error {
	h, err := header(name, size, w.taken)
	if err != nil {
		return fmt.Errorf("couldn't write the export: %w", err)
	}
	if _, err := w.out.Write(h); err != nil {
		return err
	}
	n, err := io.Copy(w.out, &untilEnd{w.ctx, io.LimitReader(r, size+1)})
	if err == nil && n != size {
		err = fmt.Errorf("it has another size than %d bytes", size)
	}
	if err != nil {
		return fmt.Errorf("couldn't write %s of the export: %w", name, err)
	}
	_, err = w.out.Write(make([]byte, padding(size)))
	return err
}

// Signer signs as the organisation.
type Signer interface {
	KeyID() uint64
	Sign(message proof.Hash) (proof.Signature, error)
}

// Finish writes the list of files, the manifest with what m says of the export, and
// its signature, which only the key given may have made.
func (w *Writer) Finish(m Manifest, s Signer, key proof.Key) (Manifest, error) {
	for _, name := range lists {
		if _, there := w.m.Lines[name]; !there {
			return m, fmt.Errorf("couldn't write the export: it has no %s", name)
		}
	}
	for _, t := range w.all.Tables {
		if _, there := w.m.Lines[t.File()]; !there {
			return m, fmt.Errorf("couldn't write the export: it has no %s", t.File())
		}
	}
	m.Format, m.Taken, m.KeyID = Format, w.taken, s.KeyID()
	m.Receipts, m.Lines, m.Proved = w.m.Receipts, maps.Clone(w.m.Lines), w.m.Proved
	var err error
	if m.Files, err = w.putList(); err != nil {
		return m, err
	}
	text, err := encodeJSON(m)
	if err != nil {
		return m, err
	}
	message := proof.TaggedHash(TagManifest, text)
	sig, err := s.Sign(message)
	if err != nil {
		return m, fmt.Errorf("couldn't sign the export: %w", err)
	}
	if !proof.VerifySignature(key, message, sig) {
		return m, errors.New("couldn't sign the export: the key of this home is not the one that the ledger lists under its number")
	}
	signature, err := encodeJSON(ManifestSignature{m.KeyID, key, hex.EncodeToString(sig[:])})
	if err != nil {
		return m, err
	}
	if err := w.put(manifestName, int64(len(text)), bytes.NewReader(text)); err != nil {
		return m, err
	}
	if err := w.put(signatureName, int64(len(signature)), bytes.NewReader(signature)); err != nil {
		return m, err
	}
	if _, err := w.out.Write(make([]byte, 2*blockSize)); err != nil {
		return m, err
	}
	return m, w.out.Flush()
}

func (w *Writer) putList() (FileList, error) {
	if err := w.lines.Flush(); err != nil {
		return FileList{}, err
	}
	size, err := w.list.Seek(0, io.SeekEnd)
	if err == nil {
		_, err = w.list.Seek(0, io.SeekStart)
	}
	if err != nil {
		return FileList{}, err
	}
	hash := sha256.New()
	err = w.put(filesName, size, io.TeeReader(w.list, hash))
	return FileList{Name: filesName, Count: w.count, Bytes: size, SHA256: proof.Hash(hash.Sum(nil))}, err
}

// Lists are the names of the files with one JSON object a line, in order.
func Lists() []string { return slices.Clone(lists) }

// untilEnd reads until its context ends.
type untilEnd struct {
	ctx context.Context
	r   io.Reader
}

// Read implements io.Reader.
func (u *untilEnd) Read(p []byte) (int, error) {
	if err := u.ctx.Err(); err != nil {
		return 0, err
	}
	return u.r.Read(p)
}
