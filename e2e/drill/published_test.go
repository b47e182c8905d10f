//go:build linux

package drill

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"pedigree/e2e/cluster"
)

// TestANodeThatOnlyTheLedgerKnowsIsDialled publishes all nodes, takes the pharmacy's out
// of the others' configurations and the others out of its own, and changes its key.
func TestANodeThatOnlyTheLedgerKnowsIsDialled(t *testing.T) {
	t.Logf("seed %d: go test ./e2e/drill -seed %d", *seed, *seed)
	o := cluster.Options{Program: program, Settings: func(string) string { return "exchange:\n  loopback: true\n" }}
	d := drill{t, cluster.Found(t, o).Load(*seed)}
	d.goesOn("before anything is done")
	m, maker := d.load.Of("pharmacy"), d.load.Of("maker")
	former := d.verb(m, 0, "node", "id")
	for _, each := range d.load.List {
		message := filepath.Join(t.TempDir(), "node.json")
		d.verb(each, 0, "node", "sign", "--chain-id", d.load.ChainID, "--out", message)
		d.verb(each, 0, "org", "act", "network/publish-peer", message)
	}

	d.load.End()
	for _, other := range d.load.List {
		d.forget(other, func(peer string) bool { return other == m || strings.Contains(peer, "pharmacy") })
	}
	d.load.Start()
	d.until("the others dial the node that only the ledger knows", func() bool { return d.peers(m) == peersOther })
	d.goesOn("with a node that only the ledger knows")

	d.verb(m, 0, "keys", "rotate", "node", "--publish")
	d.must(m.End())
	d.verb(m, 0, "keys", "rotate", "node", "--switch")
	d.must(m.Restart(t.Context(), 0))
	now := strings.Fields(d.verb(m, 0, "node", "id"))[0]
	d.until("the others dial it by its new id", func() bool { return d.peers(m) == peersOther })

	before := missed(maker, now) // while it was published and not in use yet
	unreached := func() int { return strings.Count(maker.Log(), former) }
	d.must(maker.End(), maker.Restart(t.Context(), 0))
	d.until("an id that another node has is tried, and refused", func() bool { return unreached() > 0 && d.peers(m) == peersOther })
	if got := missed(maker, now); got != before {
		t.Errorf("the node wasn't reached by its new id: %d lines name it, %d before", got, before)
	}
	d.verb(m, 0, "keys", "rotate", "node", "--withdraw", former)
	d.must(maker.End())
	before = unreached()
	d.must(maker.Restart(t.Context(), 0))
	d.until("the node is dialled after the withdrawal", func() bool { return d.peers(m) == peersOther })
	time.Sleep(outLasts)
	if got := unreached(); got != before {
		t.Errorf("after it was withdrawn the former id is dialled: %d lines name it, %d before", got, before)
	}
	d.end()
}

// missed is how often a node was dialled in vain by an id. A connection to its address
// that is just being made for its former id isn't in vain: it is dialled again.
func missed(m *cluster.Member, id string) (n int) {
	for line := range strings.Lines(m.Log()) {
		if strings.Contains(line, `"node":"`+id) && !strings.Contains(line, "duplicate CONN") {
			n++
		}
	}
	return n
}

// forget takes peers out of a company's configuration.
func (d drill) forget(m *cluster.Member, which func(peer string) bool) {
	d.Helper()
	path := filepath.Join(m.Home, "pedigree.yaml")
	raw, err := os.ReadFile(path)
	d.must(err)
	var kept []string
	for line := range strings.Lines(string(raw)) {
		if strings.Contains(line, "addr:") && strings.Contains(line, "org:") && which(line) {
			continue
		}
		kept = append(kept, line)
	}
	text := strings.Join(kept, "")
	if !strings.Contains(text, "{org:") && !strings.Contains(text, "- org:") {
		text = strings.Replace(text, "  peers:\n", "  peers: []\n", 1)
	}
	d.must(os.WriteFile(path, []byte(text), 0o600))
}
