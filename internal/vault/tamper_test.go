package vault_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"pedigree/internal/vault"
)

// Whoever can write the database file still can't make the vault hand out what
// was never put into it.
func TestADocumentThatWasTamperedWithIsNotHandedOut(t *testing.T) {
	onBoth(t, testADocumentThatWasTamperedWithIsNotHandedOut)
}

func testADocumentThatWasTamperedWithIsNotHandedOut(t *testing.T, db store) {
	tests := map[string]string{
		"a bit of the first chunk":           `UPDATE vault_chunk SET body = CAST(x'00' || substr(body, 2) AS BLOB) WHERE document = 1 AND position = 0`,
		"a bit of the last chunk":            `UPDATE vault_chunk SET body = CAST(substr(body, 1, length(body) - 1) || x'00' AS BLOB) WHERE document = 1 AND position = 2`,
		"a chunk cut off":                    `UPDATE vault_chunk SET body = substr(body, 1, length(body) - 1) WHERE document = 1 AND position = 2`,
		"a chunk cut to nothing":             `UPDATE vault_chunk SET body = x'' WHERE document = 1 AND position = 1`,
		"a chunk cut to a nonce and a tag":   `UPDATE vault_chunk SET body = substr(body, 1, 28) WHERE document = 1 AND position = 1`,
		"a chunk made longer":                `UPDATE vault_chunk SET body = CAST(body || x'00' AS BLOB) WHERE document = 1 AND position = 1`,
		"a chunk blown up":                   `UPDATE vault_chunk SET body = zeroblob(5 * 1024 * 1024) WHERE document = 1 AND position = 1`,
		"the last chunk missing":             `DELETE FROM vault_chunk WHERE document = 1 AND position = 2`,
		"the last missing and the size less": `DELETE FROM vault_chunk WHERE document = 1 AND position = 2; UPDATE vault_document SET size = 2 * 1024 * 1024 WHERE id = 1`,
		"a chunk in the middle missing":      `DELETE FROM vault_chunk WHERE document = 1 AND position = 1; UPDATE vault_chunk SET position = 1 WHERE document = 1 AND position = 2`,
		"two chunks exchanged":               `UPDATE vault_chunk SET position = 9 WHERE document = 1 AND position = 0; UPDATE vault_chunk SET position = 0 WHERE document = 1 AND position = 1; UPDATE vault_chunk SET position = 1 WHERE document = 1 AND position = 9`,
		"a chunk of another document":        `UPDATE vault_chunk SET body = (SELECT body FROM vault_chunk WHERE document = 2 AND position = 1) WHERE document = 1 AND position = 1`,
		"all chunks of another document":     `DELETE FROM vault_chunk WHERE document = 1; UPDATE vault_chunk SET document = 1 WHERE document = 2`,
		"the head of another document":       `UPDATE vault_document SET head = (SELECT head FROM vault_document WHERE id = 2) WHERE id = 1`,
		"the row of another document":        `UPDATE vault_document SET id = 9 WHERE id = 3; UPDATE vault_document SET id = 3 WHERE id = 4; UPDATE vault_document SET id = 4 WHERE id = 9`,
		"another direction":                  `UPDATE vault_document SET direction = 'out' WHERE id = 1`,
		"another media type":                 `UPDATE vault_document SET media_type = 'text/html' WHERE id = 1`,
		"another time":                       `UPDATE vault_document SET created = created - 1 WHERE id = 1`,
		"another partner's mark":             `UPDATE vault_document SET partner = x'00' WHERE id = 1`,
		"another content's mark":             `UPDATE vault_document SET content = x'00' WHERE id = 1`,
		"an empty head":                      `UPDATE vault_document SET head = x'' WHERE id = 1`,
	}
	for name, query := range tests {
		t.Run(name, func(t *testing.T) {
			v := open(t, db.config(t, folder(t)))
			put(t, v, info, content(1, 2*mib+500))
			put(t, v, info, content(2, 2*mib+500))
			put(t, v, info, nil)       // document 3, without chunks that could refer to it
			put(t, v, info, []byte{3}) // document 4
			if strings.Contains(name, "row of another") {
				execute(t, v, `DELETE FROM vault_chunk WHERE document IN (3, 4); `+db.says(query))
				_, _, err := v.OpenDocument(context.Background(), 3)
				wantDamaged(t, err)
				return
			}
			execute(t, v, db.says(query))
			got, _, err := get(v, 1)
			wantDamaged(t, err)
			if !bytes.HasPrefix(content(1, 2*mib+500), got) {
				t.Error("bytes were handed out that are not the document's")
			}
			if b, _, err := get(v, 4); err != nil || !bytes.Equal(b, []byte{3}) {
				t.Errorf("another document suffered: %x, %v", b, err)
			}
		})
	}
}

func wantDamaged(t *testing.T, err error) {
	t.Helper()
	if !errors.Is(err, vault.ErrDamaged) {
		t.Errorf("the error is: %v", err)
	}
}

// The control of the test above: its statements find what they change.
func TestADocumentLeftAloneIsHandedOut(t *testing.T) { onBoth(t, testADocumentLeftAloneIsHandedOut) }

func testADocumentLeftAloneIsHandedOut(t *testing.T, db store) {
	v := open(t, db.config(t, folder(t)))
	want := content(1, 2*mib+500)
	put(t, v, info, want)
	execute(t, v, db.says(`UPDATE vault_chunk SET body = CAST(substr(body, 1, 10) || substr(body, 11) AS BLOB) WHERE document = 1`))
	if got, _, err := get(v, 1); err != nil || !bytes.Equal(got, want) {
		t.Errorf("%d bytes, %v", len(got), err)
	}
}

func TestADamagedHeadStopsAListing(t *testing.T) { onBoth(t, testADamagedHeadStopsAListing) }

func testADamagedHeadStopsAListing(t *testing.T, db store) {
	v := open(t, db.config(t, folder(t)))
	put(t, v, info, []byte("text"))
	execute(t, v, `UPDATE vault_document SET direction = 'out'`)
	_, err := v.Documents(context.Background(), vault.DocumentFilter{})
	wantDamaged(t, err)
}

const canary = "The canary of this test sings in clear: 4711-0815."

// found returns the files of a folder that hold a text.
func found(t *testing.T, dir, text string) (files []string) {
	t.Helper()
	list, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range list {
		b, err := os.ReadFile(filepath.Join(dir, f.Name()))
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(b, []byte(text)) {
			files = append(files, f.Name())
		}
	}
	return files
}

func TestNoPartOfADocumentIsOnTheDiskInClear(t *testing.T) {
	c := config(t, folder(t))
	v := open(t, c)
	secret := vault.DocumentInfo{Name: "name: " + canary, MediaType: "text/plain", Direction: vault.In, Partner: "partner: " + canary}
	text := []byte(strings.Repeat(canary+"\n", 100_000)) // more than four chunks
	d := put(t, v, secret, text)
	claim, _, err := v.ClaimRequest(context.Background(), vault.Request{Key: "k", Route: "r", Hash: d.SHA256})
	if err != nil {
		t.Fatal(err)
	}
	answer(t, v, claim, []byte(canary))
	if got, _, err := get(v, d.ID); err != nil || !bytes.Equal(got, text) {
		t.Fatal("the document doesn't come back", err)
	}
	backup := filepath.Join(c.Dir, "backup")
	if err := v.Backup(context.Background(), backup); err != nil {
		t.Fatal(err)
	}
	look := func(when string) {
		for what, secret := range map[string]string{"the text": canary, "the hash": string(d.SHA256[:]), "the key": string(c.Key[:])} {
			if files := found(t, c.Dir, secret); len(files) != 0 {
				t.Errorf("%s, %s is in %v", when, what, files)
			}
		}
	}
	look("while the vault is open")
	// What a caller keeps in its own table is in clear: so the test can fail.
	execute(t, v, `INSERT INTO note (text) VALUES ($1)`, "a note")
	if files := found(t, c.Dir, "a note"); len(files) == 0 {
		t.Error("the search finds nothing at all")
	}
	if err := v.Close(); err != nil {
		t.Fatal(err)
	}
	look("after the vault was closed")
}

func TestAReaderOfADocumentEndsWithItsContext(t *testing.T) {
	onBoth(t, testAReaderOfADocumentEndsWithItsContext)
}

func testAReaderOfADocumentEndsWithItsContext(t *testing.T, db store) {
	v := open(t, db.config(t, folder(t)))
	d := put(t, v, info, content(1, 3*mib))
	ctx, cancel := context.WithCancel(context.Background())
	r, _, err := v.OpenDocument(ctx, d.ID)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.ReadFull(r, make([]byte, mib)); err != nil {
		t.Fatal(err)
	}
	cancel()
	if _, err := r.Read(make([]byte, mib)); !errors.Is(err, context.Canceled) {
		t.Errorf("after the end of its context: %v", err)
	}
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := r.Read(make([]byte, 1)); err == nil || errors.Is(err, io.EOF) {
		t.Errorf("after Close: %v", err)
	}
}
