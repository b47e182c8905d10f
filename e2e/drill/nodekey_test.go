//go:build linux

package drill

import (
	"path/filepath"
	"testing"
	"time"

	"pedigree/e2e/cluster"
)

// TestAValidatorsKeysAreStolen has a thief copy the pharmacy's node key and consensus
// key. The pharmacy changes both: the companies vote for the new consensus key; both
// node ids are on the ledger and let in for a while, and then the new one only. The
// thief's node, with both former keys and let in by one of them, signs nothing that
// counts, and is let in no more once its id is withdrawn.
func TestAValidatorsKeysAreStolen(t *testing.T) {
	d := begin(t)
	m := d.load.Of("pharmacy")
	thief := d.load.Visitor("thief")
	former := d.verb(m, 0, "node", "id")
	d.steal(m, thief)
	vote := filepath.Join(t.TempDir(), "set-validator.json")

	d.verb(m, 0, "keys", "rotate", "consensus", "--out", vote)
	d.verb(m, 0, "keys", "rotate", "node", "--publish")
	d.verb(m, 6, "keys", "rotate", "node", "--switch")
	d.must(m.End(), m.Restart(t.Context(), 0))
	d.until("the node is let in with the present key", func() bool { return d.peers(m) == peersOther })
	d.verb(m, 0, "keys", "rotate", "node", "--publish") // again: what was done is done
	d.agreed(m, "org", "set-validator", vote)
	d.votesWith(m)

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
	d.goesOn("while a thief's node has keys that voted")
	d.verb(m, 0, "keys", "rotate", "node", "--withdraw", former)
	d.verb(m, 6, "keys", "rotate", "node", "--withdraw", d.verb(m, 0, "node", "id"))
	d.until("the former key is let in no more", func() bool { return d.peers(thief) == 0 })
	d.must(thief.End(), thief.Start(cluster.Launch{}))
	d.until("the thief's node answers", func() bool { _, err := thief.Node.Status(t.Context()); return err == nil })
	d.goesOn("while a former key knocks")
	before := d.height(thief)
	time.Sleep(outLasts)
	if got := d.height(thief); got != before || d.peers(thief) != 0 {
		t.Errorf("with the former key a node came from height %d to %d, and has %d peers", before, got, d.peers(thief))
	}
	d.must(thief.End(), m.End(), m.Restart(t.Context(), 0))
	d.until("the node is let in after a restart", func() bool { return d.peers(m) == peersOther })
	d.inTrail(m, "propose", "act")
	d.end()
}
