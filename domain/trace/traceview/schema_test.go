package traceview

import (
	"context"
	"database/sql"
	"errors"
	"slices"
	"strings"
	"testing"

	"pedigree/internal/vault"
	"pedigree/internal/vault/pgtest"
	"pedigree/ledger/ledgertest"
)

// Shipments got numbers of their own in step 2; those that were there keep their
// order.
func TestShipmentsThatWereThereAreNumberedInTheirOrder(t *testing.T) {
	c := vault.Config{Dir: t.TempDir(), Key: ledgertest.HashOf("vault old"), Schemas: []vault.Schema{{Name: Schema.Name, Steps: Schema.Steps[:1]}}}
	if pgtest.OnServer() { // a vault that no other test has brought up to date
		c.URL, c.Name = pgtest.URL(t), pgtest.Name(t)
	}
	ctx := context.Background()
	old, err := vault.Open(ctx, c)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"z", "a", "m"}
	err = old.Update(ctx, func(tx *sql.Tx) error {
		for _, id := range want {
			_, err := tx.Exec(`INSERT INTO trace_shipment (id, direction, partner, memo_salt, memo_root, deadline, status, created) VALUES (?, 1, 'p', ?, ?, 0, 1, 5)`, []byte(id), []byte{1}, []byte{2})
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := old.Close(); err != nil {
		t.Fatal(err)
	}
	c.Schemas = []vault.Schema{Schema}
	v, err := vault.Open(ctx, c)
	if err != nil {
		t.Fatal(err)
	}
	defer v.Close()
	var got []string
	err = v.View(ctx, func(tx *sql.Tx) error {
		rows, err := tx.Query(`SELECT id FROM trace_shipment ORDER BY n`)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var id []byte
			if err := rows.Scan(&id); err != nil {
				return err
			}
			got = append(got, string(id))
		}
		return rows.Err()
	})
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("the order is %v, %v", got, err)
	}
}

// What stands behind an entry is asked by whoever looks at the ledger, about any entry.
func TestTheGoodsBehindAnEntryAreFoundByAnIndex(t *testing.T) {
	if pgtest.OnServer() {
		t.Skip("the server chooses by the number of rows")
	}
	v, err := vault.Open(t.Context(), vault.Config{Dir: t.TempDir(), Key: ledgertest.HashOf("vault plan"), Schemas: []vault.Schema{Schema}})
	if err != nil {
		t.Fatal(err)
	}
	defer v.Close()
	err = v.View(t.Context(), func(tx *sql.Tx) error {
		for _, query := range []string{
			`SELECT shipment FROM trace_shipment_item WHERE entry = ?1 OR done_entry = ?1 LIMIT ?2`,
			`SELECT path FROM trace_shipment_item WHERE entry = ?1 OR done_entry = ?1 ORDER BY path LIMIT ?2`,
			`SELECT top FROM trace_commission WHERE entry = ?1 ORDER BY id LIMIT ?2`,
			`SELECT path FROM trace_dispense WHERE entry = ?1 ORDER BY path LIMIT ?2`,
		} {
			rows, err := tx.Query(`EXPLAIN QUERY PLAN `+query, []byte{1}, 1)
			if err != nil {
				return err
			}
			for rows.Next() {
				var a, b, c int
				var step string
				if err := rows.Scan(&a, &b, &c, &step); err != nil {
					return err
				}
				if strings.HasPrefix(step, "SCAN ") {
					t.Errorf("%s: %s", query, step)
				}
			}
			if err := errors.Join(rows.Err(), rows.Close()); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
