package traceview

import (
	"database/sql"
	"fmt"
	"slices"

	"pedigree/proof"
)

// sealedRow is what a slot takes from the row of what is in it, and whether it has
// left the slot since.
type sealedRow struct {
	path     string
	attrs    proof.Attrs
	depth    uint8
	root     proof.Hash
	contents []content
	surfaced bool
}

// sealedReader reads what containers' slots take from their children's rows, many at a
// time: a pallet of packs would cost as many queries as packs. It holds no more than one
// container's.
type sealedReader struct{ rows pathQuery }

func newSealedReader(tx queryer) *sealedReader {
	return &sealedReader{pathQuery{
		tx: tx,
		before: `SELECT i.path, i.kind, COALESCE(l.lot, ''), COALESCE(l.expiry, ''), i.quantity, COALESCE(i.depth, 0), i.root, i.contents, i.surfaced
			FROM trace_item i LEFT JOIN trace_lot l ON l.id = i.lot WHERE i.path IN `,
	}}
}

// of returns the rows of what is sealed in a container, by path.
func (s *sealedReader) of(container string, contents []content) (map[string]sealedRow, error) {
	paths := make([]any, 0, len(contents))
	for _, child := range contents {
		if child.gone == nil {
			paths = append(paths, child.path)
		}
	}
	out := make(map[string]sealedRow, len(paths))
	for part := range slices.Chunk(paths, lookupPathsMax) {
		rows, err := s.rows.ask(part)
		if err == nil {
			err = readSealedRows(rows, out)
		}
		if err != nil {
			return nil, fmt.Errorf("couldn't read what is in %s: %w", container, err)
		}
	}
	return out, nil
}

func readSealedRows(rows *sql.Rows, into map[string]sealedRow) error {
	defer rows.Close()
	var root, contents sql.RawBytes
	for rows.Next() {
		var r sealedRow
		err := rows.Scan(&r.path, &r.attrs.Kind, &r.attrs.Lot, &r.attrs.Expiry, &r.attrs.Quantity, &r.depth, &root, &contents, &r.surfaced)
		if err != nil {
			return err
		}
		if root != nil {
			if len(root) != proof.HashSize {
				return fmt.Errorf("the stock row of %s has a hash of %d bytes; restore the private store from a backup", r.path, len(root))
			}
			r.root = proof.Hash(root)
		}
		if r.contents, err = decodeContents(contents); err != nil {
			return err
		}
		into[r.path] = r
	}
	return rows.Err()
}
