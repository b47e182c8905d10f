package outbox

import (
	"context"
	"database/sql"
	"log/slog"
	"path/filepath"
	"strings"
	"testing"

	"pedigree/internal/vault"
)

// The lists that a node asks for again and again must not walk over what is
// done, which is nearly all.
func TestTheListsUseTheirIndex(t *testing.T) {
	v, err := vault.Open(context.Background(), vault.Config{
		Dir: filepath.Join(t.TempDir(), "vault"), Key: [32]byte{1}, Schemas: []vault.Schema{Schema()}, Logger: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		t.Fatal(err)
	}
	defer v.Close()
	for query, index := range map[string]string{
		selectInState: "outbox_open",
		selectOfJob:   "outbox_order",
		selectByID:    "sqlite_autoindex_outbox_envelope_1",
		selectForMark: "sqlite_autoindex_outbox_envelope_1",
	} {
		var plan string
		err := v.View(context.Background(), func(tx *sql.Tx) error {
			var a, b, c int
			return tx.QueryRow("EXPLAIN QUERY PLAN "+query, 1, 1, 1, 1, 1).Scan(&a, &b, &c, &plan)
		})
		if err != nil || !strings.Contains(plan, index) || !strings.HasPrefix(plan, "SEARCH") {
			t.Errorf("%s: %q, %v", query, plan, err)
		}
	}
}
