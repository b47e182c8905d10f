package exchange

import (
	"context"
	"database/sql"
	"testing"

	"pedigree/internal/vault"
	"pedigree/internal/vault/pgtest"
	"pedigree/ledger/ledgertest"
	"pedigree/proof"
)

// What was said of deliveries stood in clear before the last step. It is sealed then,
// reads as before, and comes under another key.
func TestWhatWasSaidOfDeliveriesIsSealedAndReadsAsBefore(t *testing.T) {
	ctx := context.Background()
	c := vault.Config{Dir: t.TempDir() + "/vault", Key: ledgertest.HashOf("vault old"), Schemas: []vault.Schema{{Name: Schema.Name, Steps: Schema.Steps[:2]}}}
	if pgtest.OnServer() { // a vault that no other test has brought up to date
		c.URL, c.Name = pgtest.URL(t), pgtest.Name(t)
	}
	old, err := vault.Open(ctx, c)
	if err != nil {
		t.Fatal(err)
	}
	id, check := ledgertest.HashOf("delivery"), Acknowledgement{Answer: Accepted, Text: "all well"}
	err = old.Update(ctx, func(tx *sql.Tx) error {
		_, err := tx.Exec(`INSERT INTO exchange_out (id, partner, kind, unique_key, created, released, state, attempts, next_at, reason, ended, answer, answer_text, checked)
			VALUES ($1, 'maker', 'note', $1, 1, 1, 4, 1, 0, 'the road is closed', 1, 1, 'come tomorrow', $2)`, id[:], check.Encode())
		if err != nil {
			return err
		}
		_, err = tx.Exec(`INSERT INTO exchange_in (id, partner, kind, created, received, size, hash, document, receipt, state, verdict, reason, attempts, next_at, ended, checked)
			VALUES ($1, 'maker', 'note', 1, 1, 1, $1, 1, $1, 4, 'stop', 'nobody ordered it', 1, 0, 1, $2)`, id[:], check.Encode())
		return err
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
	x := &Exchange{config: config{vault: v, secret: ledgertest.HashOf("secret")}}
	asBefore(t, x, id)
	if done, err := v.Rekey(ctx, vault.Key{7}); err != nil || done.Values != 6 {
		t.Fatalf("%+v, %v", done, err)
	}
	asBefore(t, x, id)
}

func asBefore(t *testing.T, x *Exchange, id proof.Hash) {
	t.Helper()
	ctx := context.Background()
	out, err := x.OutboxItem(ctx, id)
	if err != nil || out.Reason != "the road is closed" || out.Note != "come tomorrow" || out.Check == nil || out.Check.Text != "all well" {
		t.Errorf("outbox: %+v, %v", out, err)
	}
	in, err := x.InboxItem(ctx, id)
	if err != nil || in.Verdict != "stop" || in.Reason != "nobody ordered it" || in.Check == nil || in.Check.Text != "all well" {
		t.Errorf("inbox: %+v, %v", in, err)
	}
	var plain int
	err = x.vault.View(ctx, func(tx *sql.Tx) error {
		return tx.QueryRow(`SELECT COUNT(*) FROM exchange_in i, exchange_out o WHERE i.reason NOT LIKE 'sealed:%' OR i.verdict NOT LIKE 'sealed:%'
			OR o.reason NOT LIKE 'sealed:%' OR o.answer_text NOT LIKE 'sealed:%'`).Scan(&plain)
	})
	if err != nil || plain != 0 {
		t.Errorf("%d rows hold plain text, %v", plain, err)
	}
}
