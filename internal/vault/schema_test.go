package vault_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"pedigree/internal/vault"
)

const secondStep = `ALTER TABLE note ADD COLUMN author TEXT NOT NULL DEFAULT 'nobody'; CREATE INDEX note_author ON note (author)`

// withStep is a config whose note schema has another step.
func withStep(c vault.Config, step string) vault.Config {
	s := c.Schemas[0]
	c.Schemas = []vault.Schema{{Name: s.Name, Steps: append(append([]string{}, s.Steps...), step)}}
	return c
}

// backups are the files beside the database that were made before a change.
func backups(t *testing.T, dir string) []string {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(dir, "vault.db.before-*"))
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func TestAMigrationKeepsTheRowsAndWritesABackupFirst(t *testing.T) {
	onBoth(t, testAMigrationKeepsTheRowsAndWritesABackupFirst)
}

func testAMigrationKeepsTheRowsAndWritesABackupFirst(t *testing.T, db store) {
	c := db.config(t, folder(t))
	v := open(t, c)
	execute(t, v, `INSERT INTO note (text) VALUES ('old')`)
	if err := v.Close(); err != nil {
		t.Fatal(err)
	}
	if got := backups(t, c.Dir); len(got) != 0 {
		t.Fatalf("a new vault has backups: %v", got)
	}

	var log bytes.Buffer
	next := withStep(c, secondStep)
	next.Logger = slog.New(slog.NewTextHandler(&log, nil))
	v = open(t, next)
	if n := number(t, v, `SELECT COUNT(*) FROM note WHERE text = 'old' AND author = 'nobody'`); n != 1 {
		t.Errorf("%d old notes have the new column", n)
	}
	made := backups(t, c.Dir)
	if len(made) != 1 || !strings.Contains(log.String(), made[0]) {
		t.Fatalf("backups: %v; the log says: %s", made, log.String())
	}
	if err := v.Close(); err != nil {
		t.Fatal(err)
	}
	open(t, next)
	if again := backups(t, c.Dir); len(again) != 1 {
		t.Errorf("opened again without a change, it made a backup: %v", again)
	}

	// The backup is the vault as it was, for the program as it was.
	old := config(t, folder(t))
	if err := os.Mkdir(old.Dir, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(made[0], filepath.Join(old.Dir, "vault.db")); err != nil {
		t.Fatal(err)
	}
	if n := number(t, open(t, old), `SELECT COUNT(*) FROM note WHERE text = 'old'`); n != 1 {
		t.Errorf("the backup has %d old notes", n)
	}
}

func TestAMigrationIsWholeOrNotAtAll(t *testing.T) { onBoth(t, testAMigrationIsWholeOrNotAtAll) }

func testAMigrationIsWholeOrNotAtAll(t *testing.T, db store) {
	c := db.config(t, folder(t))
	v := open(t, c)
	execute(t, v, `INSERT INTO note (text) VALUES ('old')`)
	if err := v.Close(); err != nil {
		t.Fatal(err)
	}
	for name, step := range map[string]string{
		"a wrong statement":    `CREATE TABLE twice (id INTEGER); CREATE TABLE twice (id INTEGER)`,
		"a COMMIT in the text": `CREATE TABLE twice (id INTEGER); COMMIT; CREATE TABLE twice (id INTEGER)`,
	} {
		bad := withStep(withStep(c, secondStep), step)
		if _, err := vault.Open(context.Background(), bad); err == nil || !strings.Contains(err.Error(), "step 3 of schema note") {
			t.Errorf("%s: %v", name, err)
		}
		if left := backups(t, c.Dir); len(left) != 0 {
			t.Errorf("%s: nothing changed, but backups stay: %v", name, left)
		}
		v := open(t, c)
		if n := number(t, v, db.says(`SELECT COUNT(*) FROM pragma_table_info('note')`)); n != 2 {
			t.Errorf("%s: the table has %d columns", name, n)
		}
		if n := number(t, v, db.says(`SELECT COUNT(*) FROM sqlite_schema WHERE name IN ('twice', 'note_author')`)); n != 0 {
			t.Errorf("%s: %d things of the undone steps are there", name, n)
		}
		if err := v.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

func TestOpenRefusesADatabaseNewerThanTheProgram(t *testing.T) {
	onBoth(t, testOpenRefusesADatabaseNewerThanTheProgram)
}

func testOpenRefusesADatabaseNewerThanTheProgram(t *testing.T, db store) {
	c := db.config(t, folder(t))
	if err := open(t, withStep(c, secondStep)).Close(); err != nil {
		t.Fatal(err)
	}
	_, err := vault.Open(context.Background(), c)
	if !errors.Is(err, vault.ErrNewer) || !strings.Contains(err.Error(), "schema note is at version 2, this program knows 1") {
		t.Errorf("the error is: %v", err)
	}
}

func TestOpenRefusesAnEditedStep(t *testing.T) { onBoth(t, testOpenRefusesAnEditedStep) }

func testOpenRefusesAnEditedStep(t *testing.T, db store) {
	c := db.config(t, folder(t))
	if err := open(t, c).Close(); err != nil {
		t.Fatal(err)
	}
	c.Schemas = []vault.Schema{{Name: "note", Steps: []string{`CREATE TABLE note (id INTEGER PRIMARY KEY, words TEXT NOT NULL)`}}}
	if _, err := vault.Open(context.Background(), c); err == nil || !strings.Contains(err.Error(), "append a step") {
		t.Errorf("the error is: %v", err)
	}
}

func TestANewPackagesSchemaJoinsAnOldVault(t *testing.T) {
	onBoth(t, testANewPackagesSchemaJoinsAnOldVault)
}

func testANewPackagesSchemaJoinsAnOldVault(t *testing.T, db store) {
	c := db.config(t, folder(t))
	if err := open(t, c).Close(); err != nil {
		t.Fatal(err)
	}
	c.Schemas = append(c.Schemas, vault.Schema{Name: "lot", Steps: []string{`CREATE TABLE lot (id INTEGER PRIMARY KEY)`}})
	v := open(t, c)
	execute(t, v, `INSERT INTO lot (id) VALUES (1)`)
	if err := v.Close(); err != nil {
		t.Fatal(err)
	}
	// A program without the package leaves its tables alone.
	c.Schemas = c.Schemas[:1]
	if n := number(t, open(t, c), `SELECT COUNT(*) FROM lot`); n != 1 {
		t.Errorf("%d lots are there", n)
	}
}

func TestSchemasHoldTheirBounds(t *testing.T) { onBoth(t, testSchemasHoldTheirBounds) }

func testSchemasHoldTheirBounds(t *testing.T, db store) {
	step := func(bytes int) string {
		return "CREATE TABLE x (id INTEGER);" + strings.Repeat(" ", bytes-len("CREATE TABLE x (id INTEGER);"))
	}
	many := func(n int) (list []vault.Schema) {
		for i := range n {
			list = append(list, vault.Schema{Name: "s" + strings.Repeat("x", i)})
		}
		return list
	}
	manySteps := func(n int) (list []string) {
		for range n {
			list = append(list, "SELECT 1")
		}
		return list
	}
	tests := map[string]struct {
		schemas []vault.Schema
		ok      bool
	}{
		"no schemas":                 {nil, true},
		"a schema without steps":     {[]vault.Schema{{Name: "a"}}, true},
		"64 schemas":                 {many(64), true},
		"65 schemas":                 {many(65), false},
		"a name of 64 characters":    {[]vault.Schema{{Name: strings.Repeat("a", 64)}}, true},
		"a name of 65 characters":    {[]vault.Schema{{Name: strings.Repeat("a", 65)}}, false},
		"no name":                    {[]vault.Schema{{}}, false},
		"a name with a quote":        {[]vault.Schema{{Name: "a'b"}}, false},
		"a name that starts with _":  {[]vault.Schema{{Name: "_a"}}, false},
		"the vault's own name":       {[]vault.Schema{{Name: "vault"}}, false},
		"a name twice":               {[]vault.Schema{{Name: "a"}, {Name: "a"}}, false},
		"a step of 1 MiB":            {[]vault.Schema{{Name: "a", Steps: []string{step(1 << 20)}}}, true},
		"a step of 1 MiB and a byte": {[]vault.Schema{{Name: "a", Steps: []string{step(1<<20 + 1)}}}, false},
		"an empty step":              {[]vault.Schema{{Name: "a", Steps: []string{""}}}, false},
		"1000 steps":                 {[]vault.Schema{{Name: "a", Steps: manySteps(1000)}}, true},
		"1001 steps":                 {[]vault.Schema{{Name: "a", Steps: manySteps(1001)}}, false},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			c := db.config(t, folder(t))
			c.Schemas = test.schemas
			v, err := vault.Open(context.Background(), c)
			if (err == nil) != test.ok {
				t.Errorf("opening gave %v", err)
			}
			if err == nil {
				if err := v.Close(); err != nil {
					t.Error(err)
				}
			}
		})
	}
}
