//go:build linux

package drill

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"pedigree/e2e/cluster"
)

// TestAnOperatorQuits has the regulator's last administrator take a backup alone, where
// two persons should permit it, and the other companies vote the regulator out. The
// glass is heard to break; the regulator's validator and node are out, and the three
// go on.
func TestAnOperatorQuits(t *testing.T) {
	t.Logf("seed %d: go test ./e2e/drill -seed %d", *seed, *seed)
	two := func(id string) string {
		if id != "regulator" {
			return ""
		}
		return "access:\n  two_person: true\n"
	}
	d := drill{t, cluster.Found(t, cluster.Options{Program: program, Settings: two}).Load(*seed)}
	d.goesOn("before anything is done")
	m, maker := d.load.Of("regulator"), d.load.Of("maker")
	tar := filepath.Join(t.TempDir(), "regulator.tar")
	d.verb(m, 6, "backup", "--out", tar)
	d.verb(m, 0, "backup", "--out", tar, "--break-glass", "the last administrator leaves")
	d.inTrail(m, "break-glass")
	for _, who := range []*cluster.Member{m, maker} {
		raw, err := who.Node.File(t.Context(), "/metrics")
		d.must(err)
		if never := strings.Contains(string(raw), "\npedigree_break_glass_age_seconds -1\n"); never == (who == m) {
			t.Errorf("the metric of %s says that the glass was never broken: %v", who.ID, never)
		}
	}

	m.SetAside(true)
	out := filepath.Join(t.TempDir(), "remove.json")
	d.must(os.WriteFile(out, []byte(`{"member": "regulator"}`), 0o600))
	d.agreed(maker, "org", "remove", out)
	d.inTrail(maker, "propose")
	d.until("the regulator's node is let in no more", func() bool { return d.peers(m) == 0 })
	d.goesOn("after the regulator was voted out")
	d.must(m.End())
	d.goesOn("by three companies, of which none may be away")
	d.load.List = slices.DeleteFunc(slices.Clone(d.load.List), func(other *cluster.Member) bool { return other == m })
	d.end()
}
