package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

const guideFolder = "docs/guide"

// exitNote is what a command line of the guide says of its exit code.
var exitNote = regexp.MustCompile(`^(pedigree .*?) +# exit code (\d+)$`)

// TestTheGuideIsAsItIsWritten turns docs/guide/epcis.md into a script: it runs
// what stands in its sh blocks beside the files of that folder, and compares what
// is printed with its text blocks.
func TestTheGuideIsAsItIsWritten(t *testing.T) {
	folder, err := filepath.Abs(filepath.Join("..", "..", filepath.FromSlash(guideFolder)))
	if err != nil {
		t.Fatal(err)
	}
	page, err := os.ReadFile(filepath.Join(folder, "epcis.md"))
	if err != nil {
		t.Fatal(err)
	}
	c := converter{t: t}
	for _, name := range []string{"sent.xml", "received.xml"} {
		c.line("cp '%s' %s", filepath.Join(folder, name), name)
	}
	blocks := regexp.MustCompile("(?s)```(sh|text)\n(.*?)```").FindAllStringSubmatch(string(page), -1)
	if len(blocks) < 8 {
		t.Fatalf("the guide has %d blocks", len(blocks))
	}
	for _, block := range blocks {
		for line := range strings.SplitSeq(strings.TrimSpace(block[2]), "\n") {
			noted := exitNote.FindStringSubmatch(line)
			switch {
			case block[1] == "text":
				c.expect(line)
			case noted != nil:
				c.line("exits %s %s", noted[2], noted[1])
			default:
				c.run(line)
			}
		}
	}
	file := filepath.Join(t.TempDir(), "guide.txt")
	if err := os.WriteFile(file, c.script.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{Files: []string{file}, Setup: scriptSetup, Cmds: scriptCommands(), RequireExplicitExec: true})
}
