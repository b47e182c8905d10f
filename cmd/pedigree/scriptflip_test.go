package main

import (
	"os"
	"path/filepath"

	"github.com/rogpeppe/go-internal/testscript"
)

// flipsEach is how many bytes of each file scriptFlipEach changes.
const flipsEach = 6

// scriptFlipEach changes one bit after another in the tables and the newest log of
// a ledger's database, and wants fsck to find each: flip-each HOME/data/ledger
func scriptFlipEach(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: flip-each HOME/data/ledger")
	}
	dir := ts.MkAbs(args[0])
	home := filepath.Dir(filepath.Dir(dir))
	tables, err := filepath.Glob(filepath.Join(dir, "*.sst"))
	ts.Check(err)
	logs, err := filepath.Glob(filepath.Join(dir, "*.log"))
	ts.Check(err)
	if len(logs) == 0 {
		ts.Fatalf("%s has no log", dir)
	}
	for _, file := range append(tables, logs...) {
		whole, err := os.ReadFile(file)
		ts.Check(err)
		for i := range min(flipsEach, len(whole)) {
			broken := append([]byte{}, whole...)
			at := len(whole) * (2*i + 1) / (2 * flipsEach)
			broken[at] ^= 0x10
			ts.Check(os.WriteFile(file, broken, 0o600))
			if err := ts.Exec("pedigree", "fsck", "--home", home); err == nil {
				ts.Fatalf("byte %d of the %d of %s was changed, and fsck found nothing", at, len(whole), file)
			}
		}
		ts.Check(os.WriteFile(file, whole, 0o600))
	}
	ts.Check(ts.Exec("pedigree", "fsck", "--home", home))
}
