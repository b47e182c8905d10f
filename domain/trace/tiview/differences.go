package tiview

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"

	"pedigree/format/epcis"
	"pedigree/internal/vault"
)

// differences compares a document with the one that it corrects. It is nil where one
// of them is too large to be compared while somebody waits, or was erased.
func (d *Documents) differences(ctx context.Context, e Entry) (*epcis.Comparison, error) {
	before, err := d.Entry(ctx, e.Replaces)
	if err != nil {
		return nil, err
	}
	var sides [2]epcis.Source
	for i, doc := range []int64{before.doc, e.doc} {
		r, kept, err := d.Vault.OpenDocument(ctx, doc)
		if errors.Is(err, vault.ErrNotFound) { // it was erased
			return nil, nil
		}
		if err != nil {
			return nil, err
		}
		if kept.Size > CompareBytesMax {
			return nil, r.Close()
		}
		raw, err := io.ReadAll(r)
		if err = errors.Join(err, r.Close()); err != nil {
			return nil, err
		}
		sides[i] = epcis.Source{In: bytes.NewReader(raw), Options: epcis.Options{File: fmt.Sprintf("document %d", []int64{before.Number, e.Number}[i])}}
	}
	return epcis.Compare(sides[0], sides[1], epcis.CompareOptions{Listed: DifferencesMax})
}

// Match looks again at documents that wait for their goods, and returns how many
// goods have come since.
func (d *Documents) Match(ctx context.Context) (int, error) {
	waiting, err := d.list(ctx, Search{State: Waiting, Limit: ListMax})
	matched := 0
	for i := 0; i < len(waiting) && err == nil; i++ {
		var came bool
		if came, err = d.match(ctx, waiting[i]); came {
			matched++
		}
	}
	if err != nil {
		return matched, fmt.Errorf("couldn't match documents with goods: %w", err)
	}
	return matched, nil
}
