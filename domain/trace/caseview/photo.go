package caseview

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"

	"pedigree/format/photo"
	"pedigree/internal/vault"
)

// PhotoAdded says what was kept of a photo.
type PhotoAdded struct {
	Case      int64    `json:"case" doc:"Number of the case"`
	Evidence  int      `json:"evidence" doc:"Number of the photo among the case's evidence"`
	MediaType string   `json:"media_type" doc:"image/jpeg, image/png or image/webp, by its content"`
	Width     int      `json:"width"`
	Height    int      `json:"height"`
	Bytes     int      `json:"bytes" doc:"As it is kept"`
	Removed   []string `json:"removed" doc:"What was written beside the picture, such as Exif with the place, and was not kept"`
}

// AddPhoto keeps a photo as evidence of a case, with what it shows in words. Only the
// picture is kept, and it stays here: no message has it. The same again is kept once.
func (c *Cases) AddPhoto(ctx context.Context, name string, e Evidence, raw []byte) (PhotoAdded, error) {
	a, err := c.addPhoto(ctx, name, e, raw)
	if err != nil {
		return PhotoAdded{}, fmt.Errorf("couldn't keep the photo: %w", err)
	}
	return a, nil
}

func (c *Cases) addPhoto(ctx context.Context, name string, e Evidence, raw []byte) (a PhotoAdded, err error) {
	p, err := photo.Clean(raw)
	if err != nil {
		return a, err
	}
	// Whatever refuses is asked before the store keeps anything.
	e.Kind = EvidencePhoto
	if err := e.check(); err != nil {
		return a, err
	}
	err = c.Vault.View(ctx, func(tx *sql.Tx) error {
		k, err := c.load(tx, name)
		if err == nil {
			err = c.roomForPhoto(tx, k.Number)
		}
		return err
	})
	if err != nil {
		return a, err
	}
	kept, _, err := c.Vault.PutDocument(ctx, vault.DocumentInfo{Name: "photo", MediaType: p.MediaType, Direction: vault.Own}, bytes.NewReader(p.Bytes))
	if err != nil {
		return a, err
	}
	e.Document = kept.ID
	k, err := c.change(ctx, name, func(tx *sql.Tx, k *Case) error {
		if err := c.addEvidence(tx, k.Number, e); err != nil {
			return err
		}
		return tx.QueryRow(`SELECT n FROM case_evidence WHERE case_number = $1 AND kind = $2 AND document = $3 ORDER BY n DESC LIMIT 1`, k.Number, EvidencePhoto, kept.ID).Scan(&a.Evidence)
	})
	a.Case, a.MediaType, a.Width, a.Height, a.Bytes, a.Removed = k.Number, p.MediaType, p.Width, p.Height, len(p.Bytes), p.Removed
	return a, err
}

func (c *Cases) roomForPhoto(tx *sql.Tx, number int64) error {
	var n int
	if err := tx.QueryRow(`SELECT COUNT(*) FROM case_evidence WHERE case_number = $1 AND kind = $2`, number, EvidencePhoto).Scan(&n); err != nil {
		return err
	}
	if n >= PhotosMax {
		return limited("case %d has %d photos, the most that are kept", number, n)
	}
	return nil
}

// Photo opens a photo of a case, by its number among the evidence. What it is says its
// content, also here.
func (c *Cases) Photo(ctx context.Context, name string, n int) (mediaType string, raw []byte, err error) {
	var document int64
	err = c.Vault.View(ctx, func(tx *sql.Tx) error {
		k, err := c.load(tx, name)
		if err != nil {
			return err
		}
		err = tx.QueryRow(`SELECT document FROM case_evidence WHERE case_number = $1 AND n = $2 AND kind = $3`, k.Number, n, EvidencePhoto).Scan(&document)
		if errors.Is(err, sql.ErrNoRows) {
			return missing("evidence %d of case %d is no photo", n, k.Number)
		}
		return err
	})
	if err != nil {
		return "", nil, fmt.Errorf("couldn't open the photo: %w", err)
	}
	r, _, err := c.Vault.OpenDocument(ctx, document)
	if errors.Is(err, vault.ErrNotFound) {
		return "", nil, missing("the photo was erased")
	}
	if err != nil {
		return "", nil, fmt.Errorf("couldn't open the photo: %w", err)
	}
	defer r.Close()
	if raw, err = io.ReadAll(io.LimitReader(r, photo.BytesMax+1)); err != nil {
		return "", nil, fmt.Errorf("couldn't open the photo: %w", err)
	}
	if mediaType = photo.Kind(raw); mediaType == "" {
		return "", nil, missing("what is kept as the photo is none")
	}
	return mediaType, raw, nil
}
