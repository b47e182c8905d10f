package tiview

import (
	"context"
	"database/sql"
	"testing"
)

// Interrupt puts a document back to where it was before it was looked at.
func (d *Documents) Interrupt(t testing.TB, n int64) {
	t.Helper()
	err := d.Vault.Update(t.Context(), func(tx *sql.Tx) error {
		_, err := tx.Exec(`UPDATE ti_document SET state = $1, summary = 0, packages = 0 WHERE n = $2`, int(Arrived), n)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// BeginGiving notes that a document is another partner's, and ends there.
func (d *Documents) BeginGiving(ctx context.Context, n int64, partner string) (Entry, error) {
	old, err := d.Entry(ctx, n)
	if err != nil {
		return old, err
	}
	return d.regive(ctx, old, partner)
}

// ForgetNumbers puts the store back to where no number of a document was noted.
func (d *Documents) ForgetNumbers(t testing.TB) {
	t.Helper()
	d.change(t, `DELETE FROM ti_number`)
	d.change(t, `UPDATE ti_document SET numbered = 0`)
}

// Copies adds entries of the first document.
func (d *Documents) Copies(t testing.TB, n int) {
	t.Helper()
	for range n {
		d.change(t, `INSERT INTO ti_document (doc, summary, digest, means, partner, came, shipped, state, numbered) SELECT doc, summary, digest, means, partner, came, shipped, state, 1 FROM ti_document WHERE n = 1`)
	}
}

// Packages lets the first document have so many packages.
func (d *Documents) Packages(t testing.TB, n int) {
	t.Helper()
	d.change(t, `UPDATE ti_document SET packages = $1 WHERE n = 1`, n)
}

func (d *Documents) change(t testing.TB, statement string, args ...any) {
	t.Helper()
	err := d.Vault.Update(t.Context(), func(tx *sql.Tx) error {
		_, err := tx.Exec(statement, args...)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
