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
