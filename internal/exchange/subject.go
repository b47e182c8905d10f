package exchange

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"mime"
	"strings"

	"pedigree/proof"
)

// TagDocument begins the payload of a kind whose payloads are documents.
const TagDocument = "pedigree/document/1"

// Subject says what document a delivery carries. The payload has it ahead of the
// document's bytes.
type Subject struct {
	Name      string     `json:"name" doc:"File name; no folder, nothing that hides"`
	MediaType string     `json:"media_type" doc:"As its sender says; nobody has looked"`
	Reference string     `json:"reference,omitempty" doc:"A number that its sender gave it, such as an order's"`
	Size      int64      `json:"size" doc:"Bytes of the document"`
	Hash      proof.Hash `json:"sha256" doc:"SHA-256 of the document"`
}

// check refuses what should not stand in a list, or name a file.
func (s Subject) check() error {
	switch {
	case s.Name == "" || len(s.Name) > NameBytesMax:
		return fmt.Errorf("the document's name has %d bytes, which is outside 1 to %d", len(s.Name), NameBytesMax)
	case clean(s.Name) != s.Name || strings.ContainsAny(s.Name, `/\:`) || strings.HasPrefix(s.Name, "."):
		return fmt.Errorf("the document's name %q is not a plain file name: no folder, no colon, no dot in front, nothing that doesn't print", clean(s.Name))
	case len(s.Reference) > NoteBytesMax || clean(s.Reference) != s.Reference:
		return fmt.Errorf("the document's reference has more than %d bytes, or some that don't print", NoteBytesMax)
	case len(s.MediaType) > mediaTypeMax:
		return fmt.Errorf("the document's media type has more than %d bytes", mediaTypeMax)
	}
	if t, _, err := mime.ParseMediaType(s.MediaType); err != nil || !strings.Contains(t, "/") {
		return fmt.Errorf("%q is no media type, such as application/pdf", clean(s.MediaType))
	}
	return nil
}

// encode returns [tag, name, media type, reference, size, hash].
func (s Subject) encode() []byte {
	b := proof.AppendText(proof.AppendText(proof.AppendArray(nil, 6), TagDocument), s.Name)
	b = proof.AppendText(proof.AppendText(b, s.MediaType), s.Reference)
	return proof.AppendBytes(proof.AppendUint(b, uint64(s.Size)), s.Hash[:])
}

// decodeSubject reads a subject at the beginning of a payload, and tells how many
// bytes it has.
func decodeSubject(raw []byte) (Subject, int, error) {
	r := proof.NewReader(raw)
	r.ArrayOf(6)
	readTag(r, TagDocument)
	s := Subject{Name: r.Text(NameBytesMax), MediaType: r.Text(mediaTypeMax), Reference: r.Text(NoteBytesMax)}
	s.Size, s.Hash = int64(r.UintMax(PayloadBytesMax)), r.Hash()
	err := r.Err()
	if err == nil {
		err = s.check()
	}
	if err != nil {
		return Subject{}, 0, fmt.Errorf("couldn't read what document it is: %w", err)
	}
	return s, r.Offset(), nil
}

// openSubject reads the subject of a payload and leaves the reader at the document.
func openSubject(payload io.Reader) (Subject, io.Reader, error) {
	begin := make([]byte, subjectBytesMax)
	n, err := io.ReadFull(payload, begin)
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) && !errors.Is(err, io.EOF) {
		return Subject{}, nil, err
	}
	s, at, err := decodeSubject(begin[:n])
	if err != nil {
		return s, nil, fmt.Errorf("%w: %w", ErrRejected, err)
	}
	return s, io.MultiReader(bytes.NewReader(begin[at:n]), payload), nil
}

// lookAtDocument compares an arrived document with what its subject says.
func (x *Exchange) lookAtDocument(ctx context.Context, in Incoming) (Subject, error) {
	r, _, err := x.vault.OpenDocument(ctx, in.Document)
	if err != nil {
		return Subject{}, err
	}
	defer r.Close()
	s, document, err := openSubject(r)
	if err != nil {
		return s, err
	}
	sum := sha256.New()
	n, err := io.Copy(sum, document)
	if err != nil {
		return s, err
	}
	if n != s.Size || proof.Hash(sum.Sum(nil)) != s.Hash {
		return s, fmt.Errorf("%w: the document has %d bytes, or a hash, that differ from what stands ahead of it", ErrRejected, n)
	}
	return s, nil
}

// OpenArrived opens the document of a delivery that its kind looks at.
func (x *Exchange) OpenArrived(ctx context.Context, in Incoming) (io.ReadCloser, error) {
	r, _, err := x.vault.OpenDocument(ctx, in.Document)
	if err != nil {
		return nil, err
	}
	return x.unwrapped(in.Kind, r)
}

// unwrapped leaves out what stands ahead of a document.
func (x *Exchange) unwrapped(kind string, r io.ReadCloser) (io.ReadCloser, error) {
	if k, ok := x.kindOf(kind); !ok || !k.Document {
		return r, nil
	}
	_, document, err := openSubject(r)
	if err != nil {
		return nil, errors.Join(err, r.Close())
	}
	return readCloser{document, r}, nil
}

type readCloser struct {
	io.Reader
	io.Closer
}

// sealSubject keeps a subject from who reads the private store's rows.
func (x *Exchange) sealSubject(s Subject, id proof.Hash) ([]byte, error) {
	box, err := x.box("subjects")
	if err != nil {
		return nil, err
	}
	return box.Seal(nil, nil, s.encode(), id[:]), nil
}

// openSealedSubject reads what sealSubject wrote; nil when there is none.
func (x *Exchange) openSealedSubject(sealed []byte, id proof.Hash) (*Subject, error) {
	if sealed == nil {
		return nil, nil
	}
	box, err := x.box("subjects")
	if err != nil {
		return nil, err
	}
	raw, err := box.Open(nil, nil, sealed, id[:])
	if err != nil {
		return nil, errors.New("couldn't open what document a delivery carries: the private store and the exchange secret don't belong together; put both back from one backup")
	}
	s, _, err := decodeSubject(raw)
	return &s, err
}
