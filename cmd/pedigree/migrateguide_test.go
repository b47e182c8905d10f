package main

import (
	"strings"
	"testing"
)

// TestTheGuideOfMigrationIsAsItIsWritten turns docs/guide/migrate.md into a script: its
// csv block is the list, each line with a prompt is run, and what stands below it must be
// printed. Where lines stay out the exit code is 4, where nothing can be told 5.
func TestTheGuideOfMigrationIsAsItIsWritten(t *testing.T) {
	blocks := readGuide(t, guideFolder, "migrate.md", 5, "", "csv")
	var s guideScript
	s.WriteString(`exec pedigree init --home b --org pharmacy --name 'Pharmacy (test)' --role dispenser --prefix 0614141 --gln 0614141000012 --licence dispenser:US:TEST-2:$LAST_YEAR:$NEXT_YEAR --listen $API_B --p2p $P2P_B --alone
mkdir archive
epcis-file archive/asn.xml 1 1 3
exec pedigree start --home b &b&
wait-node b
env PEDIGREE_HOME=b
cp recalls.csv today.csv
exec sh -c 'pedigree recalls load today.csv --source "Sample list" --as-of $(date -u +%Y-%m-%d)'
`)
	s.prompted(blocks, func(command string) {
		switch {
		case strings.HasPrefix(command, "pedigree migrate stock"):
			s.line("exits 4 %s", command)
		case strings.HasPrefix(command, "pedigree trace"):
			s.line("exits 5 %s", command)
		default:
			s.line("exec %s", command)
		}
	})
	s.WriteString(`grep '^3,left-out,list/other-lot,/01/00399991123455/21/100000000002,' work.csv
exec pedigree job list --kind migrate-stock
stdout 'migrate-stock +done .*; run 2: 5 of 5 lines'
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
`)
	s.file("stock.csv", "csv", blocks)
	s.run(t)
}
