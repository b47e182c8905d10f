package vault_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"pedigree/internal/vault"
)

func TestScrubReadsEveryDocument(t *testing.T) { onBoth(t, testScrubReadsEveryDocument) }

func testScrubReadsEveryDocument(t *testing.T, db store) {
	v := open(t, db.config(t, folder(t)))
	const documents = vault.ListMax + 3 // more than a page of ids
	for i := range documents {
		put(t, v, info, content(uint64(i+1), 20))
	}
	ctx := context.Background()
	var faults []error
	fault := func(err error) { faults = append(faults, err) }
	if n, err := v.Scrub(ctx, fault); err != nil || n != documents || len(faults) > 0 {
		t.Fatalf("%d documents, %v, %v", n, err, faults)
	}
	execute(t, v, db.says(`UPDATE vault_chunk SET body = CAST(x'00' || substr(body, 2) AS BLOB) WHERE document IN (1, 700)`))
	if n, err := v.Scrub(ctx, fault); err != nil || n != documents || len(faults) != 2 || !errors.Is(faults[0], vault.ErrDamaged) {
		t.Errorf("%d documents, %v, %v", n, err, faults)
	}
	ended, cancel := context.WithCancel(ctx)
	cancel()
	if _, err := v.Scrub(ended, fault); !errors.Is(err, context.Canceled) {
		t.Errorf("after the end of its context: %v", err)
	}
}

func TestScrubFindsAnIndexThatItsTableContradicts(t *testing.T) {
	c := config(t, folder(t))
	v := open(t, c)
	execute(t, v, `CREATE TABLE note_key (k TEXT UNIQUE)`)
	execute(t, v, `INSERT INTO note_key VALUES ('a text that stands in the table and in its index')`)
	if err := v.Close(); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(c.Dir, "vault.db")
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	at := bytes.Index(b, []byte("a text that stands in the table"))
	b[at] ^= 4
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
	var faults []error
	if _, err := open(t, c).Scrub(context.Background(), func(err error) { faults = append(faults, err) }); err != nil || len(faults) == 0 {
		t.Errorf("%v, %v", faults, err)
	}
}
