package migrateview

import (
	"fmt"

	"pedigree/internal/vault"
)

// Schema is the package's part of the private store. Steps are append-only.
//
// migrate_item has a row for each line that names a thing; work is 0 where nothing is
// left to do about it, else what kind of work it is. migrate_archive has a row for each
// archive; document is the file itself, 0 when it isn't needed any more. What people
// write, names and references, is sealed.
var Schema = vault.Schema{Name: "migrate", Tables: tables, Steps: []string{`
CREATE TABLE migrate_run (
	n INTEGER PRIMARY KEY, job INTEGER NOT NULL, document INTEGER NOT NULL, dry INTEGER NOT NULL, whole INTEGER NOT NULL,
	at INTEGER NOT NULL, ended INTEGER NOT NULL, line INTEGER NOT NULL, findings INTEGER NOT NULL, sealed BLOB);
CREATE INDEX migrate_run_document ON migrate_run (document);
CREATE UNIQUE INDEX migrate_run_job ON migrate_run (job);
CREATE TABLE migrate_item (
	run INTEGER NOT NULL, path TEXT NOT NULL, line INTEGER NOT NULL, grade INTEGER NOT NULL, document INTEGER NOT NULL, work INTEGER NOT NULL,
	rule TEXT NOT NULL, place TEXT NOT NULL, received TEXT NOT NULL, sealed BLOB, PRIMARY KEY (run, path)) WITHOUT ROWID;
CREATE TABLE migrate_finding (
	run INTEGER NOT NULL, n INTEGER NOT NULL, line INTEGER NOT NULL, path TEXT NOT NULL, rule TEXT NOT NULL, work INTEGER NOT NULL, sealed BLOB NOT NULL,
	PRIMARY KEY (run, n)) WITHOUT ROWID;
`, `
CREATE TABLE migrate_archive (job INTEGER PRIMARY KEY, document INTEGER NOT NULL, at INTEGER NOT NULL, ended INTEGER NOT NULL, sealed BLOB);
CREATE INDEX migrate_archive_unfinished ON migrate_archive (job) WHERE ended = 0;
`}}

// tables says what the package's tables hold.
var tables = []vault.Table{
	{
		Name: "migrate_run", Is: map[vault.Class]string{vault.Identifier: "n job document", vault.State: "dry whole", vault.Time: "at ended", vault.Number: "line findings"},
		Sealed: []vault.SealedColumn{{Name: "sealed", Of: []string{"n"}, Context: func(of []any) string { return runContext(of[0].(int64)) }}},
	},
	{
		Name: "migrate_item",
		Is: map[vault.Class]string{
			vault.Identifier: "run path document rule place", vault.Number: "line", vault.State: "grade work", vault.Time: "received",
		},
		Sealed: []vault.SealedColumn{{Name: "sealed", Of: []string{"run", "path"}, Context: func(of []any) string {
			return itemContext(of[0].(int64), of[1].(string))
		}}},
	},
	{
		Name: "migrate_finding", Is: map[vault.Class]string{vault.Identifier: "run path rule", vault.Number: "n line", vault.State: "work"},
		Sealed: []vault.SealedColumn{{Name: "sealed", Of: []string{"run", "n"}, Context: func(of []any) string {
			return findingContext(of[0].(int64), of[1].(int64))
		}}},
	},
	{
		Name: "migrate_archive", Is: map[vault.Class]string{vault.Identifier: "job document", vault.Time: "at ended"},
		Sealed: []vault.SealedColumn{{Name: "sealed", Of: []string{"job"}, Context: func(of []any) string { return archiveContext(of[0].(int64)) }}},
	},
}

func runContext(n int64) string { return fmt.Sprintf("migrate run %d", n) }

func itemContext(run int64, path string) string { return fmt.Sprintf("migrate item %d/%s", run, path) }

func findingContext(run, n int64) string { return fmt.Sprintf("migrate finding %d/%d", run, n) }

func archiveContext(job int64) string { return fmt.Sprintf("migrate archive %d", job) }
