package network

import (
	"bytes"
	"strings"
	"testing"

	"pedigree/domain/org"
	"pedigree/ledger"
	"pedigree/ledger/ledgertest"
	"pedigree/proof"
)

// soundState is a network with something in every map.
func soundState(t *testing.T) (*ledgertest.Memory, *ledger.Runtime) {
	t.Helper()
	admit := `{"id": "alpha", "name": "Alpha", "roles": "payer", "key": "` + ledgertest.Key("alpha").String() + `", "validator": "` + ledgertest.Key("node").String() + `"}`
	c := ledgertest.NewChain(t, org.Governor{}, map[string][]byte{"org": []byte(`{"members": [` + admit + `]}`)}, org.Module(), Module())
	key := bytes.Repeat([]byte{1}, SealKeySize)
	entries := []proof.Entry{
		ledgertest.Entry(t, moduleName, "publish-peer", vectorPublish(ledgertest.ChainID, "alpha", "a.example:26656")),
		ledgertest.Entry(t, moduleName, "publish-mailbox", &PublishMailbox{Member: "alpha", Addr: "a:1", TLS: ledgertest.Key("tls"), Seal: key}),
		ledgertest.Entry(t, moduleName, "schedule-upgrade", &ScheduleUpgrade{Version: 2, Height: 100, Text: "two"}),
	}
	if res := c.Do(ledgertest.Act{As: "alpha", Entries: entries}); res.Code != 0 {
		t.Fatal(res.Log)
	}
	return c.State, c.Runtime
}

func TestEachInvariantFindsItsDamage(t *testing.T) {
	node := NodeIDOf(ledgertest.Key("node"))
	put := func(key, value []byte) func(m *ledgertest.Memory) {
		return func(m *ledgertest.Memory) { m.Rows[string(key)] = value }
	}
	box := func(issued uint64, keys ...SealKey) func(m *ledgertest.Memory) {
		return put(mailboxes.RawKey("alpha"), mailboxes.Value.Encode(mailbox{Addr: "a:1", Seal: keys, Issued: issued}))
	}
	list := func(n int) func(m *ledgertest.Memory) {
		return put(peers.RawKey("alpha"), peers.Value.Encode(peerList{Peers: make([]Peer, n)}))
	}
	for name, c := range map[string]struct {
		damage func(m *ledgertest.Memory)
		text   string
	}{
		"a node that is not registered":         {func(m *ledgertest.Memory) { delete(m.Rows, string(nodes.RawKey(node))) }, `registered for ""`},
		"a node that nobody published":          {put(nodes.RawKey(strings.Repeat("b", NodeIDSize)), nodes.Value.Encode("alpha")), "has not published"},
		"a node of another member":              {put(nodes.RawKey(node), nodes.Value.Encode("beta")), `registered for "beta"`},
		"a row without nodes":                   {list(0), "has 0 nodes"},
		"too many nodes":                        {list(PeersMax + 1), "has 9 nodes"},
		"seal keys out of order":                {box(2, SealKey{ID: 2, To: 9}, SealKey{ID: 1}), "seal key 1 of alpha follows key 2"},
		"a seal key above the count":            {box(1, SealKey{ID: 2}), "seal key 2"},
		"a seal key that counts before":         {box(2, SealKey{ID: 1, From: 9, To: 9}, SealKey{ID: 2, From: 8}), "seal key 2"},
		"a former seal key without end":         {box(2, SealKey{ID: 1}, SealKey{ID: 2}), "seal key 2"},
		"a last seal key that ends":             {box(1, SealKey{ID: 1, To: 9}), "the last until 9"},
		"three seal keys":                       {box(3, SealKey{ID: 1, To: 9}, SealKey{ID: 2, To: 9}, SealKey{ID: 3}), "has 3 seal keys"},
		"a version that doesn't rise":           {put(upgrades.RawKey(200), upgrades.Value.Encode(upgrade{Version: 2})), "version 2 at height 200 follows version 2"},
		"an upgrade to the version of founding": {put(upgrades.RawKey(1), upgrades.Value.Encode(upgrade{Version: 1})), "follows version 1"},
	} {
		t.Run(name, func(t *testing.T) {
			state, rt := soundState(t)
			if err := rt.Invariants(state); err != nil {
				t.Fatalf("the sound state is found damaged: %v", err)
			}
			c.damage(state)
			if err := rt.Invariants(state); err == nil || !strings.Contains(err.Error(), c.text) {
				t.Fatalf("got %v, want something with %q", err, c.text)
			}
		})
	}
}

func TestAKeyThatIsNoHeightIsRefused(t *testing.T) {
	for n := range 12 {
		if _, err := heightKey.Decode(make([]byte, n)); (err == nil) != (n == 8) {
			t.Errorf("a height of %d bytes: %v", n, err)
		}
	}
}
