package main

import (
	"regexp"
	"strings"
	"testing"
)

// TestANetworkIsRunAsItIsWritten turns docs/operate/network.md into a script, with
// a process for each company: it runs what stands in its sh blocks, and waits
// until what is printed is what its text blocks say.
func TestANetworkIsRunAsItIsWritten(t *testing.T) {
	blocks := readGuide(t, "docs/operate", "network.md", 2, "sh", "text")
	n := networkPage{t: t}
	for _, block := range blocks {
		n.ahead += block.text
	}
	for _, block := range blocks {
		for _, row := range block.rows {
			if block.kind == "sh" {
				n.run(strings.Join(strings.Fields(row), " "))
			} else {
				n.expect(row)
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
	n.guideScript.run(t)
}

// networkPage writes the page's command lines as a script.
type networkPage struct {
	guideScript
	t       *testing.T
	ahead   string   // what of the page may still lose a machine
	running []string // homes whose nodes run
	reading string   // a command that only looks, and is run until it prints what is expected
	wanted  int      // lines that were expected of it
}

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

// expect takes a line of a text block.
func (n *networkPage) expect(line string) {
	pattern := "^ *" + printed(line) + " *$"
	n.wanted++
	if n.reading != "" {
		n.line("until '%s' %s", pattern, n.reading)
		return
	}
	n.line("stdout '%s'", pattern)
}
