package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

// TestTheGuideOfMigrationIsAsItIsWritten turns docs/guide/migrate.md into a script: its
// csv block is the list, each line with a prompt is run, and what stands below it must be
// printed. Three points stand for anything. Where lines stay out
// the exit code is 4, where nothing can be told 5.
func TestTheGuideOfMigrationIsAsItIsWritten(t *testing.T) {
	page, err := os.ReadFile(filepath.Join("..", "..", filepath.FromSlash(guideFolder), "migrate.md"))
	if err != nil {
		t.Fatal(err)
	}
	blocks := regexp.MustCompile("(?s)```(csv|)\n(.*?)```").FindAllStringSubmatch(string(page), -1)
	if len(blocks) != 5 {
		t.Fatalf("the guide has %d blocks", len(blocks))
	}
	var script, list bytes.Buffer
	script.WriteString(`exec pedigree init --home b --org pharmacy --name 'Pharmacy (test)' --role dispenser --prefix 0614141 --gln 0614141000012 --licence dispenser:US:TEST-2:$LAST_YEAR:$NEXT_YEAR --listen $API_B --p2p $P2P_B --alone
mkdir archive
epcis-file archive/asn.xml 1 1 3
exec pedigree start --home b &b&
wait-node b
env PEDIGREE_HOME=b
cp recalls.csv today.csv
exec sh -c 'pedigree recalls load today.csv --source "Sample list" --as-of $(date -u +%Y-%m-%d)'
`)
	for _, block := range blocks {
		if block[1] == "csv" {
			list.WriteString(block[2])
			continue
		}
		for line := range strings.SplitSeq(strings.TrimSpace(block[2]), "\n") {
			run, ok := strings.CutPrefix(line, "$ ")
			switch {
			case !ok:
				fmt.Fprintf(&script, "stdout '%s'\n", strings.ReplaceAll(regexp.QuoteMeta(strings.ReplaceAll(line, "'", "''")), `\.\.\.`, ".*"))
			case strings.HasPrefix(run, "pedigree migrate stock"):
				fmt.Fprintf(&script, "exits 4 %s\n", run)
			case strings.HasPrefix(run, "pedigree trace"):
				fmt.Fprintf(&script, "exits 5 %s\n", run)
			default:
				fmt.Fprintf(&script, "exec %s\n", run)
			}
		}
	}
	script.WriteString(`grep '^3,left-out,list/other-lot,/01/00399991123455/21/100000000002,' work.csv
exec pedigree job list --kind migrate-stock
stdout 'migrate-stock    done .*; run 2: 5 of 5 lines'
exits 3 pedigree migrate report 99
exits 2 pedigree migrate report none
exits 4 pedigree migrate report --json
stdout '"percent": 0'
exits 3 pedigree migrate stock none.csv
kill -INT b
wait b
-- recalls.csv --
gtin,lot,reference,class,from,to
00361414123458,OTHER,R-1,II,,
-- stock.csv --
`)
	script.Write(list.Bytes())
	file := filepath.Join(t.TempDir(), "guide.txt")
	if err := os.WriteFile(file, script.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{Files: []string{file}, Setup: scriptSetup, Cmds: scriptCommands(), RequireExplicitExec: true})
}
