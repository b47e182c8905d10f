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

// TestANetworkIsRunAsItIsWritten turns docs/operate/network.md into a script, with
// a process for each company: it runs what stands in its sh blocks, and waits
// until what is printed is what its text blocks say.
func TestANetworkIsRunAsItIsWritten(t *testing.T) {
	page, err := os.ReadFile(filepath.Join("..", "..", "docs", "operate", "network.md"))
	if err != nil {
		t.Fatal(err)
	}
	n := networkPage{t: t, ahead: string(page)}
	for _, block := range regexp.MustCompile("(?s)```(sh|text)\n(.*?)```").FindAllStringSubmatch(string(page), -1) {
		for line := range strings.SplitSeq(strings.TrimSpace(strings.ReplaceAll(block[2], "\\\n", " ")), "\n") {
			if block[1] == "sh" {
				n.run(strings.Join(strings.Fields(line), " "))
			} else {
				n.expect(line)
			}
		}
	}
	n.read()
	for _, home := range n.running {
		n.line("kill -INT %s\nwait %s", home, home)
	}
	for _, home := range []string{"distributor", "hospital", "maker"} { // joined by a snapshot, restored, there from the beginning
		n.line("exec pedigree fsck --home %s", home)
	}
	n.line("-- cancel.json --\n{\"version\": 2}\n-- remove.json --\n{\"member\": \"distributor\"}")
	file := filepath.Join(t.TempDir(), "network.txt")
	if err := os.WriteFile(file, n.script.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{Files: []string{file}, Setup: scriptSetup, Cmds: scriptCommands(), RequireExplicitExec: true})
}

// networkPage writes the page's command lines as a script.
type networkPage struct {
	t       *testing.T
	script  bytes.Buffer
	ahead   string   // what of the page may still lose a machine
	running []string // homes whose nodes run
	reading string   // a command that only looks, and is run until it prints what is expected
	wanted  int      // lines that were expected of it
}

func (n *networkPage) line(format string, args ...any) { fmt.Fprintf(&n.script, format+"\n", args...) }

var networkPorts = strings.NewReplacer(
	"127.0.0.1:8480", "$API_A", "127.0.0.1:8481", "$API_B", "127.0.0.1:8482", "$API_C", "127.0.0.1:8483", "$API_D", "127.0.0.1:8484", "$API_E",
	"127.0.0.1:26656", "$P2P_A", "127.0.0.1:26657", "$P2P_B", "127.0.0.1:26658", "$P2P_C", "127.0.0.1:26659", "$P2P_D", "127.0.0.1:26660", "$P2P_E",
)

var looks = regexp.MustCompile(`^pedigree (status|org list) `)

// read runs a command that only looks and of which nothing is expected.
func (n *networkPage) read() {
	if n.reading != "" && n.wanted == 0 {
		n.line("exec %s", n.reading)
	}
	n.reading, n.wanted = "", 0
}

func (n *networkPage) run(line string) {
	n.read()
	line = networkPorts.Replace(line)
	start := regexp.MustCompile(`^pedigree start --home (\w+) &$`).FindStringSubmatch(line)
	home := regexp.MustCompile(`--home (\w+)`).FindStringSubmatch(line)
	switch {
	case start != nil:
		fails := ""
		if strings.Contains(n.ahead, "kill -9 "+start[1]) {
			fails = "! "
		}
		n.line("%sexec pedigree start --home %s &%s&", fails, start[1], start[1])
		n.running = append(n.running, start[1])
	case strings.HasPrefix(line, "kill -9 "):
		lost := strings.TrimPrefix(line, "kill -9 ")
		n.line("kill -KILL %s\nwait %s", lost, lost)
		n.ahead = ""
		for i, r := range n.running {
			if r == lost {
				n.running = append(n.running[:i], n.running[i+1:]...)
				break
			}
		}
	case looks.MatchString(line):
		n.reading = line
	case strings.HasPrefix(line, "pedigree upgrade status"):
		n.line("exits 4 %s", line)
	case strings.HasPrefix(line, "pedigree org propose"), strings.HasPrefix(line, "pedigree upgrade propose"):
		n.line("exec %s\nexec pedigree org proposals --home %s\nkeep ID '^([0-9a-f]{64}) '", line, home[1])
	case strings.HasPrefix(line, "pedigree org approve"):
		n.line("until $ID pedigree org proposals --home %s\nexec %s", home[1], line)
	case strings.HasPrefix(line, "pedigree node id"):
		n.line("exec %s\nkeep %s '([0-9a-f]{40})'", line, strings.ToUpper(home[1]))
	case strings.HasPrefix(line, "pedigree checkpoint"):
		n.line("exec %s\nkeep CHECKPOINT '^(.*)$'", line)
	case strings.HasPrefix(line, "pedigree join"):
		n.line("exec sh -c 'printf \"snapshots:\\n  every_blocks: 10\\n\" >> %s/pedigree.yaml'\nexec %s", home[1], line)
	case strings.HasPrefix(line, "pedigree "), strings.HasPrefix(line, "cp "), strings.HasPrefix(line, "rm "), strings.HasPrefix(line, "mkdir "), strings.HasPrefix(line, "cmp "):
		n.line("exec %s", line)
	default:
		n.t.Fatalf("the page has a command that no script runs: %s", line)
	}
	if start != nil && len(n.running) >= 3 {
		n.line("wait-node %s", start[1])
	}
}

// expect takes a line of a text block; … stands for anything.
func (n *networkPage) expect(line string) {
	pattern := regexp.QuoteMeta(strings.TrimSpace(line))
	pattern = strings.ReplaceAll(strings.ReplaceAll(pattern, " … ", "…"), "…", ".*")
	pattern = "^ *" + strings.ReplaceAll(pattern, "'", "''") + " *$"
	n.wanted++
	if n.reading != "" {
		n.line("until '%s' %s", pattern, n.reading)
		return
	}
	n.line("stdout '%s'", pattern)
}
