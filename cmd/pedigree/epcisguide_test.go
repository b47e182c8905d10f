package main

import (
	"path/filepath"
	"regexp"
	"testing"
)

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
	c := converter{t: t}
	for _, name := range []string{"sent.xml", "received.xml"} {
		c.line("cp '%s' %s", filepath.Join(folder, name), name)
	}
	for _, block := range readGuide(t, guideFolder, "epcis.md", 8, "sh", "text") {
		for _, row := range block.rows {
			noted := exitNote.FindStringSubmatch(row)
			switch {
			case block.kind == "text":
				c.expect(row)
			case noted != nil:
				c.line("exits %s %s", noted[2], noted[1])
			default:
				c.run(row)
			}
		}
	}
	c.guideScript.run(t)
}
