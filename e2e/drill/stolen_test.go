//go:build linux

package drill

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"pedigree/domain/org/orgview"
	"pedigree/e2e/cluster"
)

// steal copies the keys with which a running node is known and votes, and its mark,
// into another home.
func (d drill) steal(m, thief *cluster.Member) {
	d.Helper()
	for _, name := range []string{"node_key.json", "consensus_key.json", "consensus_mark", "consensus_key.has-signed"} {
		raw, err := os.ReadFile(filepath.Join(m.Home, name))
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		d.must(err, os.WriteFile(filepath.Join(thief.Home, name), raw, 0o600))
	}
}

// agreed has the companies vote for what a file says: three of four decide.
func (d drill) agreed(by *cluster.Member, module, kind, file string) {
	d.Helper()
	var done orgview.Done
	d.must(json.Unmarshal([]byte(d.verb(by, 0, "org", "propose", module, kind, file, "--json")), &done))
	left := 2
	for _, m := range d.load.List {
		if m != by && left > 0 {
			d.verb(m, 0, "org", "approve", done.ID.String())
			left--
		}
	}
}

// votesWith waits until a node has changed to the key that the companies agreed on.
func (d drill) votesWith(m *cluster.Member) {
	d.Helper()
	d.until("the node votes with its new key", func() bool {
		_, err := os.Stat(filepath.Join(m.Home, "consensus_next"))
		return errors.Is(err, fs.ErrNotExist)
	})
}

// inTrail holds that these acts stand in a company's audit trail, which verifies.
func (d drill) inTrail(m *cluster.Member, acts ...string) {
	d.Helper()
	var lines []struct{ Act, Outcome string }
	d.must(json.Unmarshal([]byte(d.verb(m, 0, "audit", "show", "--json")), &lines))
	for _, act := range acts {
		if !slices.ContainsFunc(lines, func(l struct{ Act, Outcome string }) bool { return l.Act == act }) {
			d.Errorf("%s is not in the audit trail of %s: %+v", act, m.ID, lines)
		}
	}
	d.verb(m, 0, "audit", "verify")
}
