package vault_test

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"pedigree/internal/vault"
)

func TestADestroyedDocumentLeavesNothing(t *testing.T) {
	onBoth(t, testADestroyedDocumentLeavesNothing)
}

func testADestroyedDocumentLeavesNothing(t *testing.T, db store) {
	c := db.config(t, folder(t))
	v := open(t, c)
	var documents []vault.Document
	var traces [][]byte
	for i := range 40 {
		d := put(t, v, info, content(uint64(i+1), 3000+i))
		documents = append(documents, d)
		traces = append(traces, bytesOf(t, v, `SELECT head FROM vault_document WHERE id = $1`, d.ID), bytesOf(t, v, `SELECT content FROM vault_document WHERE id = $1`, d.ID),
			bytesOf(t, v, `SELECT body FROM vault_chunk WHERE document = $1`, d.ID)[:100])
	}
	backup := filepath.Join(t.TempDir(), "vault.db")
	if err := v.Backup(t.Context(), backup); err != nil {
		t.Fatal(err)
	}
	left := documents[0]
	var marks []vault.DestroyedMark
	for _, d := range documents[1:] {
		m, err := destroy(v, d.ID)
		if err != nil {
			t.Fatal(err)
		}
		marks = append(marks, m)
	}
	whole, err := v.Scour(t.Context())
	if err != nil || whole != (db == lite) {
		t.Errorf("scoured: whole %v, %v", whole, err)
	}
	if _, err := destroy(v, documents[1].ID); !errors.Is(err, vault.ErrNotFound) {
		t.Errorf("destroyed again: %v", err)
	}
	if _, err := v.FindDocument(t.Context(), documents[1].SHA256); !errors.Is(err, vault.ErrNotFound) {
		t.Errorf("found by its hash: %v", err)
	}
	if b, _, err := get(v, left.ID); err != nil || !bytes.Equal(b, content(1, 3000)) {
		t.Errorf("another document came back as %d bytes, %v", len(b), err)
	}
	if s, err := v.Stats(t.Context()); err != nil || s.Documents != 1 || s.DocumentBytes != 3000 {
		t.Errorf("counted %d documents of %d bytes, %v", s.Documents, s.DocumentBytes, err)
	}
	if found, err := v.MarkedDocuments(t.Context(), marks); err != nil || len(found) != 0 {
		t.Errorf("marked documents are still there: %v, %v", found, err)
	}
	if db == lite {
		for i, trace := range traces[3:] {
			for _, file := range holding(t, c.Dir, trace) {
				t.Errorf("trace %d of document %d is in %s", i%3, 2+i/3, file)
			}
		}
	}
	marksFindTheirDocuments(t, c, backup, documents[1:], marks)
}

// marksFindTheirDocuments holds that a copy of before is told by its marks.
func marksFindTheirDocuments(t *testing.T, c vault.Config, backup string, documents []vault.Document, marks []vault.DestroyedMark) {
	t.Helper()
	old := config(t, folder(t))
	raw, err := os.ReadFile(backup)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(os.MkdirAll(old.Dir, 0o700), os.WriteFile(filepath.Join(old.Dir, "vault.db"), raw, 0o600)); err != nil {
		t.Fatal(err)
	}
	old.Key, old.Schemas = c.Key, c.Schemas
	var want []int64
	for _, d := range documents {
		want = append(want, d.ID)
	}
	found, err := open(t, old).MarkedDocuments(t.Context(), marks)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, found); diff != "" {
		t.Error(diff)
	}
}

func TestAMarkIsReadAsItIsWritten(t *testing.T) {
	m := vault.DestroyedMark{1, 2, 255}
	text, err := m.MarshalText()
	var again vault.DestroyedMark
	if err != nil || again.UnmarshalText(text) != nil || again != m {
		t.Errorf("%s became %x, %v", text, again, err)
	}
	for _, bad := range []string{"", "00", string(text) + "00", string(text[1:]) + "x"} {
		if err := again.UnmarshalText([]byte(bad)); err == nil {
			t.Errorf("%q is taken for a mark", bad)
		}
	}
}

func destroy(v *vault.Vault, id int64) (m vault.DestroyedMark, err error) {
	err = v.Update(context.Background(), func(tx *sql.Tx) error {
		m, err = v.DestroyDocument(context.Background(), tx, id)
		return err
	})
	return m, err
}

func bytesOf(t *testing.T, v *vault.Vault, query string, args ...any) (b []byte) {
	t.Helper()
	err := v.View(t.Context(), func(tx *sql.Tx) error { return tx.QueryRow(query, args...).Scan(&b) })
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// holding names the files of a folder that hold some bytes.
func holding(t *testing.T, dir string, text []byte) (list []string) {
	t.Helper()
	files, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		raw, err := os.ReadFile(filepath.Join(dir, f.Name()))
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(raw, text) {
			list = append(list, f.Name())
		}
	}
	return list
}
