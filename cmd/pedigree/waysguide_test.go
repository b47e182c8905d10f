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

// guidePlace is where the guide has its folders; a test has them in its own.
const guidePlace = "/var/lib/pedigree"

// TestTheGuideOfWaysIsAsItIsWritten turns docs/guide/partners-without-pedigree.md into
// a script: its yaml block goes into the configuration, each line with a prompt is run,
// and what stands below it must be printed. Three points stand for anything.
func TestTheGuideOfWaysIsAsItIsWritten(t *testing.T) {
	page, err := os.ReadFile(filepath.Join("..", "..", filepath.FromSlash(guideFolder), "partners-without-pedigree.md"))
	if err != nil {
		t.Fatal(err)
	}
	blocks := regexp.MustCompile("(?s)```(yaml|)\n(.*?)```").FindAllStringSubmatch(string(page), -1)
	if len(blocks) != 4 {
		t.Fatalf("the guide has %d blocks", len(blocks))
	}
	var script, settings bytes.Buffer
	script.WriteString(`exec pedigree init --home b --org wholesaler --name 'Wholesaler (test)' --role wholesaler --prefix 0614141 --gln 0614141000012 --licence wholesaler:US:TEST-2:$LAST_YEAR:$NEXT_YEAR --listen $API_B --p2p $P2P_B --alone
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
	for _, block := range blocks {
		if block[1] == "yaml" {
			settings.WriteString(block[2])
			continue
		}
		for line := range strings.SplitSeq(strings.TrimSpace(block[2]), "\n") {
			if run, ok := strings.CutPrefix(line, "$ "); ok {
				fmt.Fprintf(&script, "exec %s\n", strings.ReplaceAll(run, guidePlace, "$WORK"))
			} else {
				fmt.Fprintf(&script, "stdout '%s'\n", strings.ReplaceAll(regexp.QuoteMeta(line), `\.\.\.`, ".*"))
			}
		}
	}
	script.WriteString("cmp carried.xml other.xml\nuntil ' sent ' pedigree parcels show 1\nkill -INT b\nwait b\n-- settings.yaml --\n")
	script.Write(settings.Bytes())
	file := filepath.Join(t.TempDir(), "guide.txt")
	if err := os.WriteFile(file, script.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{Files: []string{file}, Setup: scriptSetup, Cmds: scriptCommands(), RequireExplicitExec: true})
}
