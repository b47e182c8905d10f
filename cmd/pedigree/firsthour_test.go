package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"pedigree/format/epcis"
	"pedigree/format/epcis/epcistest"
)

// docs/start/pallet.xml is the file that the first hour captures.
//go:generate go test -count=1 -run ^TestTheFirstHoursFileIsFresh$ . -update

const startFolder = "docs/start"

func TestTheFirstHoursFileIsFresh(t *testing.T) {
	s := epcistest.Shipment{
		Pallets: 1, CasesPerPallet: 2, PacksPerCase: 3, Expiry: "2035-06-30",
		Made: time.Date(2026, 11, 2, 8, 0, 0, 0, time.UTC), Shipped: time.Date(2026, 11, 20, 15, 0, 0, 0, time.UTC),
	}
	var doc bytes.Buffer
	if err := writeEPCIS(&doc, s, false, func(e *epcis.Event) bool { return e.BizStep != "shipping" }); err != nil {
		t.Fatal(err)
	}
	fresh(t, startFolder+"/pallet.xml", doc.Bytes())
}

// TestTheFirstHourIsAsItIsWritten turns docs/start/first-hour.md into a script:
// it runs what stands in its sh blocks, and compares what is printed with its
// text blocks.
func TestTheFirstHourIsAsItIsWritten(t *testing.T) {
	folder := filepath.Join("..", "..", filepath.FromSlash(startFolder))
	page, err := os.ReadFile(filepath.Join(folder, "first-hour.md"))
	if err != nil {
		t.Fatal(err)
	}
	pallet, err := filepath.Abs(filepath.Join(folder, "pallet.xml"))
	if err != nil {
		t.Fatal(err)
	}
	c := converter{t: t}
	c.line("cp '%s' pallet.xml", pallet)
	for _, block := range regexp.MustCompile("(?s)```(sh|text)\n(.*?)```").FindAllStringSubmatch(string(page), -1) {
		for line := range strings.SplitSeq(strings.TrimSpace(strings.ReplaceAll(block[2], "\\\n", " ")), "\n") {
			if block[1] == "sh" {
				c.run(line)
			} else {
				c.expect(line)
			}
		}
	}
	file := filepath.Join(t.TempDir(), "first-hour.txt")
	if err := os.WriteFile(file, c.script.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{Files: []string{file}, Setup: scriptSetup, Cmds: scriptCommands(), RequireExplicitExec: true})
}

// converter writes a page's command lines as a script.
type converter struct {
	t       *testing.T
	script  bytes.Buffer
	running []string // homes whose nodes were started, in order
}

func (c *converter) line(format string, args ...any) { fmt.Fprintf(&c.script, format+"\n", args...) }

// pagePorts are the ports on the page; a script has free ones in their place.
var pagePorts = strings.NewReplacer("127.0.0.1:8480", "$API_A", "127.0.0.1:8481", "$API_B", "127.0.0.1:26656", "$P2P_A", "127.0.0.1:26657", "$P2P_B")

func (c *converter) run(line string) {
	line = pagePorts.Replace(strings.Join(strings.Fields(line), " "))
	home := regexp.MustCompile(`^pedigree start --home (\w+) &$`).FindStringSubmatch(line)
	switch {
	case home != nil:
		c.running = append(c.running, home[1])
		c.line("exec pedigree start --home %s &%s&", home[1], home[1])
	case strings.HasPrefix(line, "kill %"):
		for _, home := range c.running {
			c.line("kill -INT %s\nwait %s", home, home)
		}
		c.running = nil
	case strings.HasPrefix(line, "pedigree "):
		for _, home := range c.running {
			c.line("wait-node %s", home)
		}
		c.line("exec %s", line)
	default:
		c.t.Fatalf("the page has a command that no script runs: %s", line)
	}
}

// expect takes a line of a text block; … stands for anything.
func (c *converter) expect(line string) {
	pattern := regexp.QuoteMeta(strings.TrimSpace(line))
	pattern = strings.ReplaceAll(strings.ReplaceAll(pattern, " … ", "…"), "…", ".*")
	c.line("stdout '^ *%s *$'", strings.ReplaceAll(pattern, "'", "''"))
}
