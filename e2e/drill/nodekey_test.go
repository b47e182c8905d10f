//go:build linux

package drill

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"pedigree/e2e/cluster"
)

// TestANodeKeyIsFollowedByAnother changes the pharmacy's node key: both ids are on
// the ledger and let in for a while, and then the new one only. A copy of the former
// key, in another home, shows what it is still good for.
func TestANodeKeyIsFollowedByAnother(t *testing.T) {
	d := begin(t)
	m := d.load.Of("pharmacy")
	thief := d.load.Visitor("thief")
	former := d.verb(m, 0, "node", "id")
	key, err := os.ReadFile(filepath.Join(m.Home, "node_key.json"))
	d.must(err, os.WriteFile(filepath.Join(thief.Home, "node_key.json"), key, 0o600))

	d.verb(m, 0, "keys", "rotate", "node", "--publish")
	d.verb(m, 6, "keys", "rotate", "node", "--switch")
	d.must(m.End(), m.Restart(t.Context(), 0))
	d.until("the node is let in with the present key", func() bool { return d.peers(m) == peersOther })
	d.verb(m, 0, "keys", "rotate", "node", "--publish") // again: what was done is done

	d.must(m.End())
	d.verb(m, 0, "keys", "rotate", "node", "--switch")
	d.must(m.Restart(t.Context(), 0))
	if now := d.verb(m, 0, "node", "id"); now == former {
		t.Fatalf("the node id is still %s", now)
	}
	d.until("the node is let in with the new key", func() bool { return d.peers(m) == peersOther })
	d.goesOn("after the key was changed")

	d.must(thief.Restart(t.Context(), 0))
	d.until("the former key is let in, for it stands on the ledger", func() bool { return d.peers(thief) > 0 })
	d.verb(m, 0, "keys", "rotate", "node", "--withdraw", former)
	d.verb(m, 6, "keys", "rotate", "node", "--withdraw", d.verb(m, 0, "node", "id"))
	d.until("the former key is let in no more", func() bool { return d.peers(thief) == 0 })
	d.must(thief.End(), thief.Start(cluster.Launch{}))
	d.until("the thief's node answers", func() bool { _, err := thief.Node.Status(t.Context()); return err == nil })
	before := d.height(thief)
	d.goesOn("while a former key knocks")
	time.Sleep(outLasts)
	if got := d.height(thief); got != before || d.peers(thief) != 0 {
		t.Errorf("with the former key a node came from height %d to %d, and has %d peers", before, got, d.peers(thief))
	}
	d.must(thief.End(), m.End(), m.Restart(t.Context(), 0))
	d.until("the node is let in after a restart", func() bool { return d.peers(m) == peersOther })
	d.end()
}
