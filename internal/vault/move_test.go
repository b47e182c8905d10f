package vault_test

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"pedigree/internal/vault"
	"pedigree/internal/vault/pgtest"
)

// filled is a vault with something of each kind in it.
func filled(t *testing.T, c vault.Config) (*vault.Vault, vault.Document) {
	t.Helper()
	c.Schemas = append(c.Schemas, vault.Schema{Name: "kind", Steps: []string{
		`CREATE TABLE kind_all (path TEXT PRIMARY KEY, n INTEGER, body BLOB) WITHOUT ROWID`,
		`CREATE TABLE kind_keyless (b BLOB, t TEXT, n INTEGER); ALTER TABLE kind_all ADD COLUMN later TEXT NOT NULL DEFAULT 'x'`,
	}})
	v := open(t, c)
	d := put(t, v, info, content(1, 5*mib))
	claim, _, err := v.ClaimRequest(context.Background(), request)
	if err != nil {
		t.Fatal(err)
	}
	answer(t, v, claim, []byte("answer"))
	start(t, v, "kind/job")
	for _, row := range [][]any{{"/a", 1, []byte{0, 1}}, {"/B", nil, nil}, {"/é", -1 << 62, []byte{}}, {"", 0, []byte("text")}} {
		execute(t, v, `INSERT INTO kind_all (path, n, body) VALUES (?, ?, ?)`, row...)
		execute(t, v, `INSERT INTO kind_keyless (b, t, n) VALUES (?, ?, ?)`, row[2], row[0], row[1])
	}
	execute(t, v, `INSERT INTO note (text) VALUES (CAST(x'610062ff' AS TEXT))`) // a, a zero byte, b, and what is no UTF-8
	for range 3000 {                                                            // more than one statement carries
		execute(t, v, `INSERT INTO kind_keyless (n) VALUES (7)`)
	}
	return v, d
}

func TestAMovedVaultIsTheSame(t *testing.T) {
	file := config(t, folder(t))
	v, d := filled(t, file)
	file.Schemas = nil
	server := config(t, folder(t))
	server.URL, server.Name = pgtest.URL(t), pgtest.Name(t)
	there, err := v.Move(context.Background(), server)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := v.Move(context.Background(), server); err == nil || !strings.Contains(err.Error(), "has tables already") {
		t.Errorf("moved there twice: %v", err)
	}
	w := open(t, server)
	if got, _, err := get(w, d.ID); err != nil || !bytes.Equal(got, content(1, 5*mib)) {
		t.Errorf("the document has %d bytes, %v", len(got), err)
	}
	if n := number(t, w, `SELECT COUNT(*) FROM note WHERE text = ?`, "a\uFFFDb\uFFFD"); n != 1 {
		t.Errorf("%d notes are as they were, but for what is no text", n)
	}
	if n := number(t, w, `SELECT COUNT(*) FROM note WHERE text = ?`, "a\x00b\xff"); n != 1 {
		t.Errorf("%d notes are found by what is no text", n)
	}
	if next := put(t, w, info, []byte("next")); next.ID != d.ID+1 {
		t.Errorf("the next document is number %d", next.ID)
	}
	execute(t, w, `DELETE FROM vault_chunk WHERE document = 2; DELETE FROM vault_document WHERE id = 2; UPDATE vault_total SET number = 1, bytes = bytes - 4`)
	if err := w.Check(context.Background()); err != nil {
		t.Error(err)
	}
	back := config(t, folder(t))
	again, err := w.Move(context.Background(), back)
	if err != nil {
		t.Fatal(err)
	}
	byName := func(list []vault.MovedTable) map[string]vault.MovedTable {
		m := map[string]vault.MovedTable{}
		for _, t := range list {
			m[t.Name] = t
		}
		return m
	}
	if diff := cmp.Diff(byName(there), byName(again)); diff != "" || len(there) != 10 {
		t.Errorf("%d tables, there and back: %s", len(there), diff)
	}
	x := open(t, back)
	if next := put(t, x, info, []byte("after")); next.ID != d.ID+2 {
		t.Errorf("a number was used again: %d", next.ID)
	}
	if _, err := os.Stat(filepath.Join(back.Dir, "vault.db.making")); err == nil {
		t.Error("something is left of the making")
	}
}

func TestWhatCannotBeMovedLeavesNothing(t *testing.T) {
	for name, test := range map[string]struct{ damage, says string }{
		"a table of nobody":         {`CREATE TABLE stray (id INTEGER)`, "table stray isn't as its package's steps make it"},
		"a number where text is":    {`UPDATE vault_document SET size = 'much'`, "stands where INTEGER belongs"},
		"a package that is unknown": {`INSERT INTO vault_schema (name, step, sha256, applied) VALUES ('gone', 1, x'00', 0)`, "the tables of gone"},
	} {
		t.Run(name, func(t *testing.T) {
			v := open(t, config(t, folder(t)))
			put(t, v, info, []byte("text"))
			execute(t, v, test.damage)
			server := config(t, folder(t))
			server.URL, server.Name = pgtest.URL(t), pgtest.Name(t)
			if _, err := v.Move(context.Background(), server); err == nil || !strings.Contains(err.Error(), test.says) {
				t.Errorf("it says: %v", err)
			}
			if n := number(t, open(t, server), `SELECT COUNT(*) FROM vault_document`); n != 0 {
				t.Errorf("%d documents are there", n)
			}
		})
	}
}

// A configuration that lost its URL, or names another server, begins nothing.
func TestAVaultIsNotBegunWhereItIsNot(t *testing.T) {
	c := config(t, folder(t))
	c.URL, c.Name = pgtest.URL(t), pgtest.Name(t)
	if err := open(t, c).Close(); err != nil {
		t.Fatal(err)
	}
	refused := func(what, says string, change func(*vault.Config)) {
		other := c
		change(&other)
		if v, err := vault.Open(context.Background(), other); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: %v", what, err)
			if err == nil {
				_ = v.Close()
			}
		}
	}
	refused("no URL", "the vault is in schema pedigree_"+c.Name, func(o *vault.Config) { o.URL = "" })
	refused("an empty place", "holds no vault where", func(o *vault.Config) { o.Name = pgtest.Name(t) })
	refused("another key", "another key", func(o *vault.Config) { o.Key[3]++ })
	refused("no name", "has a name of", func(o *vault.Config) { o.Name = "" })
	refused("a name with a quote", "isn't made of", func(o *vault.Config) { o.Name = `a"b` })
	refused("a name of 41 characters", "has a name of", func(o *vault.Config) { o.Name = strings.Repeat("a", 41) })
	file := config(t, folder(t))
	if err := open(t, file).Close(); err != nil {
		t.Fatal(err)
	}
	refused("a file that was never moved", "never moved", func(o *vault.Config) { o.Dir = file.Dir })
	open(t, c)
}
