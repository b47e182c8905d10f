package vault_test

import (
	"context"
	"database/sql"
	"path/filepath"
	"strings"
	"testing"

	"pedigree/internal/vault"
	"pedigree/internal/vault/pgtest"
)

// letters is a schema whose texts stood in clear before its last step.
func letters(steps int) []vault.Schema {
	s := vault.Schema{Name: "letter", Steps: []string{
		`CREATE TABLE letter (place TEXT NOT NULL, n INTEGER NOT NULL, body TEXT NOT NULL, scan BLOB, PRIMARY KEY (place, n))`,
		vault.SealStep("letter.body", "letter.scan"),
	}}
	s.Steps = s.Steps[:steps]
	if steps == 2 {
		s.Tables = []vault.Table{{
			Name: "letter", Is: map[vault.Class]string{vault.Identifier: "place", vault.Number: "n"},
			Sealed: []vault.SealedColumn{
				{Name: "body", Of: []string{"place", "n"}, Context: func(of []any) string { return "body " + boxContext(of[0].(string), of[1].(int64)) }},
				{Name: "scan", Of: []string{"place"}, Context: func(of []any) string { return "scan " + of[0].(string) }},
			},
		}}
	}
	return []vault.Schema{s}
}

func TestAStepSealsWhatStoodInClear(t *testing.T) { onBoth(t, testSealStep) }

func testSealStep(t *testing.T, db store) {
	c := config(t, folder(t))
	place := c.Dir
	flush := func() {}
	if db == gres {
		server := pgtest.New(t)
		c.URL, c.Name, place = server.URL(), "letters", filepath.Join(server.Data(), "base")
		flush = func() { administrate(t, server.URL(), `CHECKPOINT`) }
	}
	c.Schemas = letters(1)
	v := open(t, c)
	for i := range 130 {
		execute(t, v, `INSERT INTO letter (place, n, body, scan) VALUES ('desk', $1, $2, $3)`, i, canary, []byte("scan: "+canary))
	}
	execute(t, v, `INSERT INTO letter (place, n, body, scan) VALUES ('empty', 0, '', NULL)`)
	if err := v.Close(); err != nil {
		t.Fatal(err)
	}
	flush()
	if len(inFiles(t, place, []byte(canary))) == 0 {
		t.Fatal("the search finds nothing at all")
	}
	c.Schemas = letters(2)
	v = open(t, c)
	err := v.View(context.Background(), func(tx *sql.Tx) error {
		for i := range int64(130) {
			var body string
			var scan []byte
			if err := tx.QueryRow(`SELECT body, scan FROM letter WHERE place = 'desk' AND n = $1`, i).Scan(&body, &scan); err != nil {
				return err
			}
			plain, err := v.OpenText("body "+boxContext("desk", i), body)
			if err != nil || plain != canary {
				t.Errorf("letter %d: %q, %v", i, plain, err)
			}
			if b, err := v.OpenValue("scan desk", scan); err != nil || string(b) != "scan: "+canary {
				t.Errorf("scan %d: %q, %v", i, b, err)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if n := number(t, v, `SELECT COUNT(*) FROM letter WHERE body = '' AND scan IS NULL`); n != 1 {
		t.Errorf("%d empty letters", n)
	}
	if err := v.Close(); err != nil {
		t.Fatal(err)
	}
	flush()
	for _, file := range inFiles(t, place, []byte(canary)) {
		if !strings.Contains(file, "vault.db.before-") {
			t.Errorf("the text still stands in %s", file)
		}
	}
	if len(backups(t, c.Dir)) != 1 {
		t.Errorf("backups: %v", backups(t, c.Dir))
	}
	again := open(t, c)
	if n := number(t, again, `SELECT COUNT(*) FROM vault_meta WHERE name = 'compact'`); n != 0 {
		t.Error("the tables were not written anew")
	}
	copiedSealed(t, again, c)
}

// copiedSealed looks whether a copy elsewhere has the same rows, sealed as they are.
func copiedSealed(t *testing.T, v *vault.Vault, c vault.Config) {
	t.Helper()
	to := config(t, folder(t))
	if _, err := v.Move(context.Background(), to); err != nil {
		t.Fatal(err)
	}
	to.Schemas = c.Schemas
	if n := number(t, open(t, to), `SELECT COUNT(*) FROM letter WHERE body LIKE 'sealed:%'`); n != 130 {
		t.Errorf("%d letters are sealed in the copy", n)
	}
}

func TestAStepThatSealsIsWholeOrNotAtAll(t *testing.T) {
	onBoth(t, func(t *testing.T, db store) {
		c := db.config(t, folder(t))
		c.Schemas = letters(1)
		v := open(t, c)
		for i := range 130 {
			execute(t, v, `INSERT INTO letter (place, n, body, scan) VALUES ('desk', $1, 'some', NULL)`, i)
		}
		if err := v.Close(); err != nil {
			t.Fatal(err)
		}
		bad := c
		bad.Schemas = letters(2)
		bad.Schemas[0].Steps = append(bad.Schemas[0].Steps, `CREATE TABLE letter (id INTEGER)`) // is there already
		if _, err := vault.Open(context.Background(), bad); err == nil {
			t.Fatal("a step that can't be done was done")
		}
		if n := number(t, open(t, c), `SELECT COUNT(*) FROM letter WHERE body = 'some'`); n != 130 {
			t.Errorf("%d letters are as they were", n)
		}
	})
}

func TestASealStepNamesColumnsThatAreSealed(t *testing.T) {
	for _, step := range []string{"letter.place", "letter.nothing", "other.body", "letter"} {
		c := config(t, folder(t))
		c.Schemas = letters(2)
		c.Schemas[0].Steps = append(c.Schemas[0].Steps, vault.SealStep(step))
		if _, err := vault.Open(context.Background(), c); err == nil || !strings.Contains(err.Error(), "a step seals "+step) {
			t.Errorf("%s: %v", step, err)
		}
	}
}
