package vault_test

import (
	"bytes"
	"context"
	"database/sql"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"pedigree/internal/vault"
	"pedigree/internal/vault/pgtest"
)

// inFiles returns the files below a folder that hold a text.
func inFiles(t *testing.T, dir string, text []byte) (files []string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil || !e.Type().IsRegular() {
			return err
		}
		b, err := os.ReadFile(path)
		if bytes.Contains(b, text) {
			files = append(files, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func TestNoPartOfADocumentIsOnTheServersDiskInClear(t *testing.T) {
	server := pgtest.New(t)
	c := config(t, folder(t))
	c.URL, c.Name = server.URL(), "canary"
	v := open(t, c)
	secret := vault.DocumentInfo{Name: "name: " + canary, MediaType: "text/plain", Direction: vault.In, Partner: "partner: " + canary}
	text := []byte(strings.Repeat(canary+"\n", 100_000))
	d := put(t, v, secret, text)
	claim, _, err := v.ClaimRequest(context.Background(), vault.Request{Key: "k", Route: "r", Hash: d.SHA256})
	if err != nil {
		t.Fatal(err)
	}
	answer(t, v, claim, []byte(canary))
	execute(t, v, `INSERT INTO note (text) VALUES ($1)`, "a note in a table of the caller's")
	administrate(t, server.URL(), `CHECKPOINT`)
	for what, secret := range map[string][]byte{"the text": []byte(canary), "the hash": d.SHA256[:], "the key": c.Key[:]} {
		if files := inFiles(t, server.Data(), secret); len(files) != 0 {
			t.Errorf("%s is in %v", what, files)
		}
	}
	if files := inFiles(t, server.Data(), []byte("a note in a table of the caller's")); len(files) == 0 {
		t.Error("the search finds nothing at all")
	}
}

// A caller may read a result and run other statements meanwhile.
func TestAStatementMayBeginWhileAnothersRowsAreRead(t *testing.T) { onBoth(t, testNested) }

func testNested(t *testing.T, db store) {
	v := open(t, db.config(t, folder(t)))
	for range 50 {
		execute(t, v, `INSERT INTO note (text) VALUES ('some')`)
	}
	seen := 0
	err := v.Update(context.Background(), func(tx *sql.Tx) error {
		list, err := tx.Query(`SELECT id FROM note ORDER BY id`)
		if err != nil {
			return err
		}
		defer list.Close()
		for list.Next() {
			var id, again int64
			if err := list.Scan(&id); err != nil {
				return err
			}
			if err := tx.QueryRow(`SELECT id FROM note WHERE id = ?`, id).Scan(&again); err != nil || again != id {
				t.Errorf("row %d: %d, %v", id, again, err)
			}
			if _, err := tx.Exec(`UPDATE note SET text = 'seen' WHERE id = ?1 AND ?1 > 0`, id); err != nil {
				return err
			}
			seen++
		}
		return list.Err()
	})
	if err != nil || seen != 50 {
		t.Errorf("%d rows, %v", seen, err)
	}
	if n := number(t, v, `SELECT COUNT(*) FROM note WHERE text = 'seen'`); n != 50 {
		t.Errorf("%d rows were changed", n)
	}
}

func TestRowsThatWaitAreBounded(t *testing.T) {
	c := gres.config(t, folder(t))
	v := open(t, c)
	for rows, ok := range map[int]bool{1_000_000: true, 1_000_001: false} {
		err := v.View(context.Background(), func(tx *sql.Tx) error {
			list, err := tx.Query(`SELECT n FROM generate_series(1, CAST($1 AS BIGINT)) AS n`, rows)
			if err != nil {
				return err
			}
			defer list.Close()
			var one int
			return tx.QueryRow(`SELECT 1`).Scan(&one)
		})
		if (err == nil) != ok {
			t.Errorf("%d rows: %v", rows, err)
		}
	}
}

// The words that belong to the vault end nothing in a caller's hand.
func TestATransactionIsTheVaultsAlone(t *testing.T) {
	v := open(t, gres.config(t, folder(t)))
	for _, query := range []string{"COMMIT", " /* so */ rollback", "INSERT INTO note (text) VALUES ('half'); COMMIT", "SET search_path TO public", "BEGIN", "-- end\nEND"} {
		if err := tryExecute(v, query); err == nil || !strings.Contains(err.Error(), "left to the vault") {
			t.Errorf("%q: %v", query, err)
		}
	}
	execute(t, v, `INSERT INTO note (text) VALUES ('COMMIT; it is only text'); SELECT 'ROLLBACK'`)
	err := v.Update(context.Background(), func(tx *sql.Tx) error {
		if _, err := tx.Exec(`INSERT INTO nowhere VALUES (1)`); err == nil {
			t.Error("a table that isn't there took a row")
		}
		return nil // overlooks it
	})
	if err == nil || !strings.Contains(err.Error(), "overlooked") || v.Err() != nil {
		t.Errorf("an overlooked error: %v, %v", err, v.Err())
	}
	if n := number(t, v, `SELECT COUNT(*) FROM note`); n != 1 {
		t.Errorf("%d notes are there", n)
	}
}

func TestAURLIsCheckedBeforeItIsUsed(t *testing.T) {
	for url, says := range map[string]string{
		"postgres://u@localhost/d":                                    "",
		"postgres://u@[::1]:5433/d":                                   "",
		"postgresql:///d?host=/run/postgresql":                        "",
		"postgres://u@db.example/d?sslmode=verify-full":               "",
		"postgres://u@a.example,b.example/d?sslmode=verify-ca":        "",
		"postgres://u:hunter2@localhost/d":                            "holds a password",
		"postgres://u@localhost/d?password=hunter2":                   "holds a password",
		"postgres://u@db.example/d":                                   "sslmode=verify-full",
		"postgres://u@db.example/d?sslmode=require":                   "sslmode=verify-full",
		"postgres://u@localhost,db.example/d":                         "sslmode=verify-full",
		"postgres://u@127.0.0.1/d?host=db.example":                    "sslmode=verify-full",
		"postgres://u@localhost/d?options=-csynchronous_commit%3Doff": "it may say",
		"postgres://u@localhost":                                      "names no host, or no database",
		"postgres:///d":                                               "names no host, or no database",
		"mysql://u@localhost/d":                                       "postgres://USER@HOST",
		"host=localhost password=hunter2":                             "postgres://USER@HOST",
		"postgres://u@localhost/d?connect_timeout=hunter2":            "can't be used",
		"postgres://u@localhost:hunter2/d":                            "postgres://USER@HOST",
	} {
		err := vault.CheckURL(url)
		if (err == nil) != (says == "") || err != nil && !strings.Contains(err.Error(), says) {
			t.Errorf("%s: %v", url, err)
		}
		if err != nil && strings.Contains(err.Error(), "hunter2") && says != "can't be used" {
			t.Errorf("%s: the error quotes it: %v", url, err)
		}
	}
	t.Setenv("PGPASSWORD", "hunter2")
	if err := vault.CheckURL("postgres://u@localhost/d"); err == nil || strings.Contains(err.Error(), "hunter2") {
		t.Errorf("a password in the environment: %v", err)
	}
}

func TestAPasswordsFileIsItsOwnersAlone(t *testing.T) {
	path := filepath.Join(t.TempDir(), "password")
	for name, test := range map[string]struct {
		text string
		mode os.FileMode
		says string
	}{
		"a password":                    {"hunter2\n", 0o600, ""}, // which this server doesn't ask for
		"a file that others may read":   {"hunter2\n", 0o644, "chmod 600"},
		"nothing":                       {"", 0o600, "is empty"},
		"two lines":                     {"hunter2\nhunter2\n", 0o600, "on one line"},
		"a password of 4 KiB":           {strings.Repeat("x", 4<<10), 0o600, ""},
		"a password of a byte too much": {strings.Repeat("x", 4<<10+1), 0o600, "more than 4096"},
	} {
		if err := os.WriteFile(path, []byte(test.text), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(path, test.mode); err != nil {
			t.Fatal(err)
		}
		s, err := vault.Connect(context.Background(), vault.ServerConfig{URL: pgtest.URL(t), PasswordFile: path})
		if (err == nil) != (test.says == "") || err != nil && (!strings.Contains(err.Error(), test.says) || strings.Contains(err.Error(), "hunter2")) {
			t.Errorf("%s: %v", name, err)
		}
		if err == nil {
			if err := s.Close(); err != nil {
				t.Error(err)
			}
		}
	}
	for n, ok := range map[int]bool{3: false, 4: true, 500: true, 501: false} {
		s, err := vault.Connect(context.Background(), vault.ServerConfig{URL: pgtest.URL(t), Connections: n})
		if (err == nil) != ok {
			t.Errorf("%d connections: %v", n, err)
		}
		if err == nil {
			if err := s.Close(); err != nil {
				t.Error(err)
			}
		}
	}
}
