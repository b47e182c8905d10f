package vault

import (
	"context"
	"database/sql"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"time"
	"unicode/utf8"
)

// Direction says which way a document came.
type Direction string

// The directions of a document.
const (
	In  Direction = "in"  // from a partner
	Out Direction = "out" // to a partner
	Own Direction = "own" // our own record
)

// DocumentInfo is what the caller says of a document. Name and Partner are
// sealed like the content; Direction and MediaType are stored in clear.
type DocumentInfo struct {
	Name      string    // such as a file's, at most 512 bytes
	MediaType string    // such as application/xml, at most 255 bytes
	Direction Direction // In, Out or Own
	Partner   string    // whom it is from or to, at most 255 bytes; empty for Own
}

// Document is a document as it is kept.
type Document struct {
	DocumentInfo
	ID      int64
	SHA256  [32]byte // of the content as it was given
	Size    int64    // of the content, in bytes
	Created time.Time
}

func (i DocumentInfo) check() error {
	switch i.Direction {
	case In, Out, Own:
	default:
		return fmt.Errorf("direction %q isn't in, out or own", i.Direction)
	}
	for _, f := range []struct {
		name, value string
		max         int
	}{
		{"name", i.Name, documentNameMax},
		{"media type", i.MediaType, documentMediaTypeMax},
		{"partner", i.Partner, documentPartnerMax},
	} {
		if len(f.value) > f.max || !utf8.ValidString(f.value) {
			return fmt.Errorf("the document's %s has %d bytes, more than %d, or isn't UTF-8", f.name, len(f.value), f.max)
		}
	}
	return nil
}

// head is what is sealed about a document.
type head struct {
	Key     []byte `json:"key"` // of this document's chunks
	SHA256  []byte `json:"sha256"`
	Name    string `json:"name"`
	Partner string `json:"partner"`
}

// stored is a document's row.
type stored struct {
	Document
	content, partner, head []byte
	created                int64
}

func readStored(scan func(...any) error) (s stored, err error) {
	err = scan(&s.ID, &s.Direction, &s.MediaType, &s.Size, &s.created, &s.content, &s.partner, &s.head)
	return s, err
}

// context binds a head to its row, so that no column can be changed and no head
// moved to another row.
func (s stored) context() []byte {
	b := []byte("pedigree document v1")
	for _, n := range []int64{s.ID, s.Size, s.created} {
		b = binary.BigEndian.AppendUint64(b, uint64(n))
	}
	for _, part := range [][]byte{[]byte(s.Direction), []byte(s.MediaType), s.content, s.partner} {
		b = binary.BigEndian.AppendUint32(b, uint32(len(part)))
		b = append(b, part...)
	}
	return b
}

func (v *Vault) sealHead(s stored, h head) ([]byte, error) {
	plain, err := json.Marshal(h)
	if err != nil {
		return nil, err
	}
	return v.headSealer().seal(s.context(), plain)
}

// openHead returns the document of a row and the key of its chunks.
func (v *Vault) openHead(s stored) (Document, []byte, error) {
	plain, err := v.headSealer().open(s.context(), s.head)
	if err != nil {
		return Document{}, nil, fmt.Errorf("document %d: %w", s.ID, err)
	}
	var h head
	if err := json.Unmarshal(plain, &h); err != nil || len(h.SHA256) != len(s.SHA256) || len(h.Key) != len(v.key) {
		return Document{}, nil, fmt.Errorf("document %d: %w: its head can't be read", s.ID, ErrDamaged)
	}
	d := s.Document
	d.Name, d.Partner, d.SHA256 = h.Name, h.Partner, [32]byte(h.SHA256)
	d.Created = time.UnixMilli(s.created).UTC()
	return d, h.Key, nil
}

func (v *Vault) headSealer() sealer { return sealer{v.key.own("document head")} }

func (v *Vault) contentFingerprint(sum []byte) []byte {
	return fingerprint(v.key.own("document content"), sum)
}

func (v *Vault) partnerFingerprint(partner string) []byte {
	return fingerprint(v.key.own("document partner"), []byte(partner))
}

// DocumentFilter chooses documents for a listing. Its zero value is the newest
// of all.
type DocumentFilter struct {
	Direction Direction // empty for every one
	Partner   string    // empty for every one
	Before    int64     // the last ID of the page before; 0 for the first page
	Limit     int       // at most ListMax, which is also the default
}

// Documents lists documents, the newest first.
func (v *Vault) Documents(ctx context.Context, f DocumentFilter) ([]Document, error) {
	w := where{sql: documentList}
	if f.Direction != "" {
		w.and("direction =", string(f.Direction))
	}
	if f.Partner != "" {
		w.and("partner =", v.partnerFingerprint(f.Partner))
	}
	if err := w.page(f.Before, f.Limit); err != nil {
		return nil, fmt.Errorf("couldn't list documents: %w", err)
	}
	return v.documents(ctx, w)
}

// DocumentsAfter lists documents from the one that follows an ID on, the oldest
// first, at most ListMax.
func (v *Vault) DocumentsAfter(ctx context.Context, id int64) ([]Document, error) {
	w := where{sql: documentList}
	w.oldest(id, ListMax)
	return v.documents(ctx, w)
}

func (v *Vault) documents(ctx context.Context, w where) ([]Document, error) {
	var list []Document
	err := v.View(ctx, func(tx *sql.Tx) error {
		found, err := rows(ctx, tx, w.sql, readStored, w.args...)
		if err != nil {
			return fmt.Errorf("couldn't list documents: %w", err)
		}
		for _, s := range found {
			d, _, err := v.openHead(s)
			if err != nil {
				return err
			}
			list = append(list, d)
		}
		return nil
	})
	return list, err
}

// FindDocument returns the document with this content, or ErrNotFound.
func (v *Vault) FindDocument(ctx context.Context, sha256 [32]byte) (d Document, err error) {
	err = v.View(ctx, func(tx *sql.Tx) error {
		s, err := readStored(tx.QueryRowContext(ctx, documentByContent, v.contentFingerprint(sha256[:])).Scan)
		if errors.Is(err, sql.ErrNoRows) {
			return fmt.Errorf("couldn't find a document with hash %x: %w", sha256, ErrNotFound)
		}
		if err != nil {
			return fmt.Errorf("couldn't find a document: %w", err)
		}
		d, _, err = v.openHead(s)
		return err
	})
	return d, err
}
