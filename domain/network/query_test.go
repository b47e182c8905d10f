package network_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"pedigree/domain/network"
	"pedigree/domain/org"
	"pedigree/ledger"
	"pedigree/ledger/ledgertest"
	"pedigree/proof"
)

var ignoreShape = cmpopts.IgnoreUnexported(network.Peer{}, network.SealKey{})

// peersOf lists what Peers gives, as member and node id.
func (c chain) peersOf() []string {
	var out []string
	network.Peers(c.View(), func(member string, p network.Peer) bool {
		name := p.NodeID
		for _, known := range []string{"a1", "b1", "g1"} {
			if nodeID(known) == p.NodeID {
				name = known
			}
		}
		out = append(out, member+" "+name)
		return true
	})
	return out
}

func (c chain) publishBoth(ids ...string) {
	c.T.Helper()
	for _, id := range ids {
		c.want(c.send(id,
			c.entry("publish-peer", peer(id, id[:1]+"1", id+".example:1")),
			c.entry("publish-mailbox", &network.PublishMailbox{Member: id, Addr: id + ".example:2", TLS: ledgertest.Key(id + "-tls"), Seal: seal(1)}),
		), accepted)
	}
}

func TestASuspendedMemberKeepsItsNodesAndReceivesNothing(t *testing.T) {
	c := newChain(t)
	c.publishBoth("alpha", "beta")
	c.want(c.send("council", ledgertest.Entry(t, "org", "suspend", &org.Suspend{Member: "beta"})), accepted)
	if diff := cmp.Diff([]string{"alpha a1", "beta b1"}, c.peersOf()); diff != "" {
		t.Error(diff)
	}
	if _, ok := network.MailboxOf(c.View(), "beta"); ok {
		t.Error("its mailbox is still shown")
	}
	c.want(c.send("alpha", ledgertest.Entry(t, "org", "remove", &org.Remove{Member: "alpha"})), accepted)
	if diff := cmp.Diff([]string{"beta b1"}, c.peersOf()); diff != "" {
		t.Error(diff)
	}
	if member, _, ok := network.PeerOf(c.View(), nodeID("a1")); ok {
		t.Errorf("the node of a removed member is still %q's", member)
	}
	if _, ok := network.MailboxOf(c.View(), "alpha"); ok {
		t.Error("the mailbox of a removed member is still shown")
	}
}

func TestAHostedMailboxEndsWithItsHost(t *testing.T) {
	c := newChain(t)
	c.want(c.send("gamma", c.entry("publish-mailbox", &network.PublishMailbox{Member: "gamma", Host: "state", Addr: "s.example:2", TLS: ledgertest.Key("tls"), Seal: seal(3)})), accepted)
	want := network.Mailbox{Host: "state", Addr: "s.example:2", TLS: ledgertest.Key("tls"), Seal: []network.SealKey{{ID: 1, Key: seal(3), From: 2}}}
	got, ok := network.MailboxOf(c.View(), "gamma")
	if diff := cmp.Diff(want, got, ignoreShape); diff != "" || !ok {
		t.Error(ok, diff)
	}
	c.want(c.send("council", ledgertest.Entry(t, "org", "suspend", &org.Suspend{Member: "state"})), accepted)
	if _, ok := network.MailboxOf(c.View(), "gamma"); !ok {
		t.Error("it is gone though its host is only suspended")
	}
	c.want(c.send("state", ledgertest.Entry(t, "org", "remove", &org.Remove{Member: "state"})), org.CodeSuspended)
	c.want(c.send("council", ledgertest.Entry(t, "org", "remove", &org.Remove{Member: "state"})), accepted)
	if _, ok := network.MailboxOf(c.View(), "gamma"); ok {
		t.Error("it is still shown though its host was removed")
	}
}

func TestPeerOfAnswersForOneNode(t *testing.T) {
	c := newChain(t)
	c.publishBoth("alpha", "beta")
	member, p, ok := network.PeerOf(c.View(), nodeID("b1"))
	want := network.Peer{NodeID: nodeID("b1"), Addr: "beta.example:1", Height: 2}
	if diff := cmp.Diff(want, p, ignoreShape); diff != "" || member != "beta" || !ok {
		t.Error(member, ok, diff)
	}
	if _, _, ok := network.PeerOf(c.View(), nodeID("99")); ok {
		t.Error("a node that nobody published is somebody's")
	}
	seen := 0
	network.Peers(c.View(), func(string, network.Peer) bool { seen++; return false })
	if seen != 1 {
		t.Errorf("Peers went on after false: %d", seen)
	}
}

func TestTheKeyToSealToIsTheNewestThatCounts(t *testing.T) {
	m := network.Mailbox{Seal: []network.SealKey{{ID: 1, From: 10, To: 30}, {ID: 2, From: 20}}}
	for height, want := range map[uint64]uint64{9: 0, 10: 1, 19: 1, 20: 2, 30: 2, 1000: 2} {
		k, ok := m.SealAt(height)
		if ok != (want != 0) || k.ID != want {
			t.Errorf("at height %d: key %d, %t; want %d", height, k.ID, ok, want)
		}
	}
	if k, ok := (network.Mailbox{Seal: []network.SealKey{{ID: 1, From: 10, To: 30}}}).SealAt(30); ok {
		t.Errorf("key %d counts at its end", k.ID)
	}
}

func TestTheVersionAtAHeightIsAFunctionOfState(t *testing.T) {
	c := newChain(t)
	hash := ledgertest.HashOf("release")
	if _, some := network.UpgradeOf(c.View()); some || network.Version(c.View(), 1<<60) != network.FirstVersion {
		t.Error("a new network has an upgrade")
	}
	c.want(c.send("council", c.entry("schedule-upgrade", &network.ScheduleUpgrade{Version: 3, Height: 20, Binary: [32]byte(hash), Text: "three"})), accepted)
	c.Height = 30
	c.want(c.send("council", c.entry("schedule-upgrade", &network.ScheduleUpgrade{Version: 7, Height: 50, Text: "seven"})), accepted)
	for height, want := range map[uint64]uint64{0: 1, 1: 1, 19: 1, 20: 3, 49: 3, 50: 7, 1 << 62: 7} {
		if got := network.Version(c.View(), height); got != want {
			t.Errorf("version %d at height %d, want %d", got, height, want)
		}
	}
	last, some := network.UpgradeOf(c.View())
	if diff := cmp.Diff(network.Upgrade{Version: 7, Height: 50, Text: "seven"}, last); diff != "" || !some {
		t.Error(some, diff)
	}
	c.want(c.send("council", c.entry("cancel-upgrade", &network.CancelUpgrade{Version: 7})), accepted)
	last, some = network.UpgradeOf(c.View())
	if diff := cmp.Diff(network.Upgrade{Version: 3, Height: 20, Binary: hash, Text: "three"}, last); diff != "" || !some {
		t.Error(some, diff)
	}
}

func TestTheFoundersDocumentsNodesAndMailboxesStandFromTheBeginning(t *testing.T) {
	c := chain{ledgertest.NewChain(t, org.Governor{}, foundingParts(founding()), org.Module(), network.Module())}
	var names []string
	network.Charter(c.View(), func(name string, d network.Document) bool {
		if d.Height != 0 || d.SHA256 != ledgertest.HashOf(name) {
			t.Errorf("%s: %+v", name, d)
		}
		names = append(names, name)
		return true
	})
	if diff := cmp.Diff([]string{network.DocumentCharter, network.DocumentExit, network.DocumentFees}, names); diff != "" {
		t.Error(diff)
	}
	if box, ok := network.MailboxOf(c.View(), "alpha"); !ok || box.Seal[0].From != 1 {
		t.Errorf("%t, %+v", ok, box)
	}
	if diff := cmp.Diff([]string{"alpha a1"}, c.peersOf()); diff != "" {
		t.Error(diff)
	}
	// A founding file without the part is as good, and lays nothing down.
	if rows := newChain(t).State.Rows; len(rows) == 0 {
		t.Error("there is no state")
	} else {
		for key := range rows {
			if key[0] >= proof.PrefixPeers {
				t.Errorf("a row under prefix %#x", key[0])
			}
		}
	}
}

func TestAFoundingPartThatIsWrongIsRefused(t *testing.T) {
	for name, c := range map[string]string{
		"a field that it does not know": `{"charters": []}`,
		"no JSON":                       `documents`,
		"something after its end":       `{} {}`,
		"a document without a hash":     `{"documents": [{"name": "charter", "sha256": "", "size": 1, "title": "t"}]}`,
		"a node without an id":          `{"peers": [{"member": "alpha", "node_id": "", "addr": ""}]}`,
		"a mailbox without a key":       `{"mailboxes": [{"member": "alpha", "host": "", "addr": "a:1", "tls": "", "seal": ""}]}`,
	} {
		if _, err := network.ParseFounding([]byte(c)); err == nil {
			t.Errorf("%s is accepted", name)
		}
	}
	stolen := *peer("alpha", "a1", "")
	stolen.Member = "beta"
	for name, f := range map[string]network.Founding{
		"a node of no member":           {Peers: []network.PublishPeer{*peer("omega", "a1", "")}},
		"one node of two":               {Peers: []network.PublishPeer{*peer("alpha", "a1", ""), *peer("beta", "a1", "")}},
		"a node of another member":      {Peers: []network.PublishPeer{stolen}},
		"a mailbox that moves":          {Mailboxes: []network.PublishMailbox{{Member: "alpha", Addr: "a:1", TLS: ledgertest.Key("tls")}}},
		"a mailbox under a signing key": {Mailboxes: []network.PublishMailbox{{Member: "alpha", Addr: "a:1", TLS: ledgertest.Key("beta"), Seal: seal(1)}}},
	} {
		if err := found(t, foundingParts(f)); err == nil {
			t.Errorf("%s is laid down", name)
		}
	}
}

func found(t *testing.T, parts map[string][]byte) error {
	t.Helper()
	rt, err := ledger.New(ledger.Config{ChainID: ledgertest.ChainID, Modules: []ledger.Module{org.Module(), network.Module()}, Governor: org.Governor{}})
	if err != nil {
		t.Fatal(err)
	}
	_, err = rt.Begin(ledger.BlockInfo{Time: ledgertest.FirstTime}, func(m string) []byte { return parts[m] }, ledger.DefaultParams(), ledgertest.NewMemory())
	return err
}

// FuzzFounding reads any text as the module's part of a founding file: it is
// refused, or valid.
func FuzzFounding(f *testing.F) {
	f.Add(mustJSON(founding()))
	f.Add([]byte(`{"documents": [{"name": "charter"}]}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		if read, err := network.ParseFounding(text); err == nil && read.Validate() != nil {
			t.Fatalf("%q is accepted and not valid", text)
		}
	})
}
