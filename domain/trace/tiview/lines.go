package tiview

import (
	"cmp"
	"context"
	"database/sql"
	"strings"

	"pedigree/format/dscsa"
	"pedigree/format/gs1"
	"pedigree/internal/vault"
)

// line is one thing of a document as it is found by its serial number.
type line struct {
	serial, path, lot, expiry, in string
	inferred                      bool
}

// before orders lines by the table's key: rows that come in order are written at
// once.
func (l line) before(other line) int {
	return cmp.Or(strings.Compare(l.serial, other.serial), strings.Compare(l.path, other.path))
}

func (p *processing) insertLines(ctx context.Context, tx *sql.Tx, lines []line) error {
	bulk, err := vault.NewBulkInsert(ctx, tx, vault.BulkTable{
		Name: "ti_line", Columns: []string{"serial", "path", "document", "lot", "expiry", "container", "inferred"}, SkipExisting: true,
	})
	if err != nil {
		return err
	}
	for _, l := range lines {
		if err := bulk.Add(l.serial, l.path, p.entry.Number, l.lot, l.expiry, l.in, truth(l.inferred)); err != nil {
			return err
		}
	}
	_, err = bulk.Flush()
	return err
}

// serialOf is what a thing is found by: its serial number, an SSCC's 18 digits, or
// else its whole path.
func serialOf(n *dscsa.Node) string {
	if n.Serial != "" {
		return n.Serial
	}
	return strings.TrimPrefix(n.Path, "/00/")
}

// glnOf returns the GLN of a party's identifier, or the identifier.
func glnOf(id string) string {
	if path, err := gs1.CanonicalPath(id); err == nil {
		gln, _, _ := strings.Cut(strings.TrimPrefix(strings.TrimPrefix(path, "/414/"), "/417/"), "/")
		return gln
	}
	return id
}

// ndcKey brings a National Drug Code into one form: eleven digits where its hyphens
// tell them, else the digits as written.
func ndcKey(ndc string) string {
	if eleven, err := gs1.NDC11(ndc); err == nil {
		return eleven
	}
	return strings.ReplaceAll(ndc, "-", "")
}
