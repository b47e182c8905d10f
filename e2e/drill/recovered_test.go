//go:build linux

package drill

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"pedigree/domain/org/orgview"
	"pedigree/e2e/cluster"
)

// How long before the present the parts of a recovery happen, and the network began.
const (
	vetoedAgo  = 9 * 24 * time.Hour
	openedAgo  = vetoedAgo - 26*time.Hour // more than a day after the veto, and a week before the end
	foundedAgo = vetoedAgo + 20*time.Hour
)

// TestAnOrganisationGetsAnotherKey goes through docs/operate/recovery.md with four
// companies whose clocks are set to each day in turn. A recovery that its company did
// not ask for is vetoed, and no other is opened that day. A day later the company is
// suspended, so that the veto of who has its keys counts for nothing; nobody finishes
// the recovery in its seven days. After them it is finished, the former key counts for
// nothing, and the company goes on with the new one.
func TestAnOrganisationGetsAnotherKey(t *testing.T) {
	if skewed == "" {
		t.Skipf("needs amd64: %v", cluster.ErrNoSkew)
	}
	n := cluster.Found(t, cluster.Options{
		Program: skewed, Age: foundedAgo, Env: func(string) []string { return cluster.Skew(-vetoedAgo, 0) },
	})
	d := drill{T: t}
	maker, pharmacy := n.Of("maker"), n.Of("pharmacy")
	asked, member, glns := filepath.Join(t.TempDir(), "recover.json"), filepath.Join(t.TempDir(), "member.json"), filepath.Join(t.TempDir(), "glns.json")
	d.must(
		os.WriteFile(member, []byte(`{"member": "pharmacy"}`), 0o600),
		os.WriteFile(glns, []byte(`{"member": "pharmacy", "identifiers": [{"kind": "gln", "value": "0860001000009"}]}`), 0o600),
	)
	d.verb(pharmacy, 0, "keys", "recover", "--out", asked, "--reason", "laptop stolen", "--since", "2")

	d.voted(n, "recover", asked)
	d.refused(maker, "org/recovery-early", "org", "act", "finish-recovery", member)
	d.verb(pharmacy, 0, "org", "act", "veto-recovery", member)
	d.abreast(n)
	d.verb(maker, 3, "org", "act", "finish-recovery", member)
	d.refused(n.Of("regulator"), "org/recovery-vetoed", "org", "approve", d.nearly(n, "recover", asked))

	d.setClocks(n, -openedAgo)
	d.voted(n, "suspend", member)
	d.voted(n, "recover", asked)
	d.refused(pharmacy, "org/", "org", "act", "veto-recovery", member)
	d.refused(maker, "org/recovery-early", "org", "act", "finish-recovery", member)
	if shown := d.verb(maker, 0, "org", "show", "pharmacy"); !strings.Contains(shown, "laptop stolen") {
		t.Errorf("the open recovery isn't shown:\n%s", shown)
	}

	d.setClocks(n, 0)
	pharmacy.SetAside(true) // the load would sign with the former key
	d.load = n.Load(*seed)
	d.goesOn("on the day on which the recovery can be finished")
	d.verb(maker, 0, "org", "act", "finish-recovery", member)
	d.voted(n, "reinstate", member)
	d.abreast(n)
	d.refused(pharmacy, "org/key-compromised", "org", "act", "set-identifiers", glns)
	d.verb(pharmacy, 0, "keys", "rotate", "organisation")
	d.must(pharmacy.End(), pharmacy.Restart(t.Context(), 0))
	d.verb(pharmacy, 0, "org", "act", "set-identifiers", glns)
	d.inTrail(pharmacy, "act")
	d.goesOn("after the company has its new key")
	d.end()
}

// setClocks ends all nodes and starts them on another day.
func (d drill) setClocks(n *cluster.Network, by time.Duration) {
	d.Helper()
	n.End()
	for _, m := range n.List {
		m.SetEnv(cluster.Skew(by, 0)...)
	}
	n.Start()
}

// voted has three of four vote for an act of the council. Two decide where it is about
// a company that has no vote in it, or none at all.
func (d drill) voted(n *cluster.Network, kind, file string) {
	d.Helper()
	code, out, err := n.Of("regulator").Do(d.Context(), "org", "approve", d.nearly(n, kind, file))
	d.must(err)
	if code != 0 && !strings.Contains(out, "org/unknown-proposal") {
		d.Fatalf("the third vote for %s ended with exit code %d:\n%s", kind, code, out)
	}
	d.abreast(n)
}

// nearly has the maker put an act before the others and the wholesaler vote for it, so
// that one vote is lacking, and returns the proposal.
func (d drill) nearly(n *cluster.Network, kind, file string) string {
	d.Helper()
	var done orgview.Done
	d.must(json.Unmarshal([]byte(d.verb(n.Of("maker"), 0, "org", "propose", "org", kind, file, "--json")), &done))
	d.abreast(n)
	d.verb(n.Of("wholesaler"), 0, "org", "approve", done.ID.String())
	d.abreast(n)
	return done.ID.String()
}

// abreast waits until every node has come to where the first of them is now: a node
// judges an act by the blocks that it has seen.
func (d drill) abreast(n *cluster.Network) {
	d.Helper()
	newest := uint64(0)
	for _, m := range n.List {
		newest = max(newest, d.height(m))
	}
	for _, m := range n.List {
		d.until(m.ID+" has seen what another node has", func() bool { return d.height(m) >= newest })
	}
}

// refused holds that a command is refused for a reason.
func (d drill) refused(m *cluster.Member, reason string, args ...string) {
	d.Helper()
	if out := d.verb(m, 6, args...); !strings.Contains(out, reason) {
		d.Fatalf("pedigree %s at %s was not refused for %s:\n%s", strings.Join(args, " "), m.ID, reason, out)
	}
}
