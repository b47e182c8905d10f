package traceview

import (
	"context"
	"database/sql"
	"testing"

	"pedigree/internal/vault"
	"pedigree/internal/vault/pgtest"
	"pedigree/ledger/ledgertest"
)

// What people wrote stood in clear before step 3. It is sealed then, reads as before,
// and comes under another key.
func TestWhatPeopleWroteIsSealedAndReadsAsBefore(t *testing.T) {
	ctx := context.Background()
	c := vault.Config{Dir: t.TempDir() + "/vault", Key: ledgertest.HashOf("vault old"), Schemas: []vault.Schema{{Name: Schema.Name, Steps: Schema.Steps[:2]}}}
	if pgtest.OnServer() { // a vault that no other test has brought up to date
		c.URL, c.Name = pgtest.URL(t), pgtest.Name(t)
	}
	old, err := vault.Open(ctx, c)
	if err != nil {
		t.Fatal(err)
	}
	err = old.Update(ctx, func(tx *sql.Tx) error {
		salt := make([]byte, 32)
		for _, row := range []struct {
			statement string
			args      []any
		}{
			{`INSERT INTO trace_dispense (path, at, reason, salt) VALUES ('/01/1/21/1', 5, 'for Pat Example', $1)`, []any{salt}},
			{`INSERT INTO trace_refused (shipment, path, reason) VALUES ($1, '/01/1/21/1', 'wet')`, []any{salt}},
			{`INSERT INTO trace_finding (doc, n, ordinal, line, json_path, rule, severity, text, remedy) VALUES (1, 1, 1, 1, '', 'r', 1, 'it says Pat', 'ask Pat')`, nil},
			{`INSERT INTO trace_capture (doc, job, stage, on_error, now, report) VALUES (1, 1, 2, 0, 5, $1)`, []any{[]byte(`{"events": 7}`)}},
		} {
			if _, err := tx.Exec(row.statement, row.args...); err != nil {
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
	readsAsBefore(t, v)
	if done, err := v.Rekey(ctx, vault.Key{7}); err != nil || done.Values != 5 {
		t.Fatalf("%+v, %v", done, err)
	}
	readsAsBefore(t, v)
}

func readsAsBefore(t *testing.T, v *vault.Vault) {
	t.Helper()
	ctx := context.Background()
	d := &Desk{vault: v}
	var wrote []DispenseTakeout
	if err := d.EachDispense(ctx, func(one DispenseTakeout) error { wrote = append(wrote, one); return nil }); err != nil || len(wrote) != 1 || wrote[0].Reason != "for Pat Example" {
		t.Errorf("dispensed: %+v, %v", wrote, err)
	}
	if list, err := d.Findings(ctx, 1, 1, 10); err != nil || len(list) != 1 || list[0].Text != "it says Pat" || list[0].Remedy != "ask Pat" {
		t.Errorf("findings: %+v, %v", list, err)
	}
	capture := capturing{d: d, doc: 1}
	err := v.View(ctx, func(tx *sql.Tx) error {
		if known, err := capture.load(ctx, tx); err != nil || !known || capture.report.Events != 7 {
			t.Errorf("capture: %v, %+v, %v", known, capture.report, err)
		}
		groups, _, err := d.waitingDispenses(tx)
		if err != nil || len(groups) != 1 || groups[0].reason != "for Pat Example" {
			t.Errorf("waiting: %+v, %v", groups, err)
		}
		var refused string
		var shipment []byte
		if err := tx.QueryRow(`SELECT shipment, reason FROM trace_refused`).Scan(&shipment, &refused); err != nil {
			return err
		}
		if text, err := v.OpenText(refusedContext(shipment, "/01/1/21/1"), refused); err != nil || text != "wet" {
			t.Errorf("refused: %q, %v", text, err)
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}
