package main

import (
	"strings"
	"testing"
)

// guidePlace is where the guide has its folders; a test has them in its own.
const guidePlace = "/var/lib/pedigree"

// TestTheGuideOfWaysIsAsItIsWritten turns docs/guide/partners-without-pedigree.md into
// a script: its yaml block goes into the configuration, each line with a prompt is run,
// and what stands below it must be printed.
func TestTheGuideOfWaysIsAsItIsWritten(t *testing.T) {
	blocks := readGuide(t, guideFolder, "partners-without-pedigree.md", 4, "", "yaml")
	var s guideScript
	s.WriteString(`exec pedigree init --home b --org wholesaler --name 'Wholesaler (test)' --role wholesaler --prefix 0614141 --gln 0614141000012 --licence wholesaler:US:TEST-2:$LAST_YEAR:$NEXT_YEAR --listen $API_B --p2p $P2P_B --alone
epcis-file asn.xml 1 1 1
epcis-file first.xml 1 1 2 first=100
epcis-file second.xml 1 1 3 first=200
epcis-file sale.xml 1 1 1 first=300
epcis-file other.xml 1 1 1 first=400
zip-files july.zip first.xml second.xml
mkdir in/wholesaler out/buyer
exec sh -c 'sed "s|` + guidePlace + `|$WORK|" settings.yaml >> b/pedigree.yaml'
exec pedigree start --home b &b&
wait-node b
env PEDIGREE_HOME=b
`)
	s.prompted(blocks, func(command string) { s.line("exec %s", strings.ReplaceAll(command, guidePlace, "$WORK")) })
	s.WriteString("cmp carried.xml other.xml\nuntil ' sent ' pedigree parcels show 1\nkill -INT b\nwait b\n")
	s.file("settings.yaml", "yaml", blocks)
	s.run(t)
}
