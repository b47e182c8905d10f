package main

import (
	"bytes"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

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
	pallet, err := filepath.Abs(filepath.Join("..", "..", filepath.FromSlash(startFolder), "pallet.xml"))
	if err != nil {
		t.Fatal(err)
	}
	c := converter{t: t}
	c.line("cp '%s' pallet.xml", pallet)
	for _, block := range readGuide(t, startFolder, "first-hour.md", 2, "sh", "text") {
		for _, row := range block.rows {
			if block.kind == "sh" {
				c.run(row)
			} else {
				c.expect(row)
			}
		}
	}
	c.guideScript.run(t)
}

// converter writes a page's command lines as a script.
type converter struct {
	guideScript
	t       *testing.T
	running []string // homes whose nodes were started, in order
}

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

// expect takes a line of a text block.
func (c *converter) expect(line string) { c.line("stdout '^ *%s *$'", printed(line)) }
