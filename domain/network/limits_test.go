package network_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pedigree/domain/network"
	"pedigree/domain/org"
	"pedigree/ledger"
	"pedigree/ledger/ledgertest"
	"pedigree/proof"
)

func (c chain) want(got, want ledger.Code) {
	c.T.Helper()
	if got != want {
		c.T.Fatalf("got %q, want %q", got.Name, want.Name)
	}
}

var accepted ledger.Code

// longestAddr is as long as an address can be.
var longestAddr = strings.Repeat(strings.Repeat("a", network.HostLabelMax)+".", 3) + strings.Repeat("a", 61) + ":26656"

func TestAMemberHasAtMostEightNodes(t *testing.T) {
	c := newChain(t)
	publish := func(i int) ledger.Code {
		return c.send("alpha", c.entry("publish-peer", peer("alpha", fmt.Sprint(i), longestAddr)))
	}
	for i := range network.PeersMax {
		c.want(publish(i), accepted)
	}
	c.want(publish(network.PeersMax), network.CodeTooMany)
	c.want(publish(0), accepted) // another address of a node that it has
	c.want(c.send("alpha", c.entry("withdraw-peer", &network.WithdrawPeer{Member: "alpha", NodeID: nodeID("3")})), accepted)
	c.want(publish(network.PeersMax), accepted)
}

func TestTheNamesOfDocumentsAreLimited(t *testing.T) {
	c := newChain(t)
	adopt := func(i int) ledger.Code {
		return c.send("council", c.entry("adopt-document", &network.AdoptDocument{
			Name: fmt.Sprintf("d%d", i), SHA256: ledgertest.HashOf("d"), Size: network.DocumentSizeMax, Title: strings.Repeat("t", network.DocumentTitleMax),
		}))
	}
	for i := range network.DocumentsMax {
		c.want(adopt(i), accepted)
	}
	c.want(adopt(network.DocumentsMax), network.CodeTooMany)
	c.want(adopt(7), accepted)
}

func TestTheUpgradesOfANetworkAreLimited(t *testing.T) {
	c := newChain(t)
	c.SkipInvariants = true
	for i := range network.UpgradesMax + 1 {
		want := accepted
		if i == network.UpgradesMax {
			want = network.CodeTooMany
		}
		next := c.Height + 1 + network.UpgradeNoticeMin + 1
		c.want(c.send("council", c.entry("schedule-upgrade", &network.ScheduleUpgrade{Version: uint64(i) + 2, Height: next, Text: "next"})), want)
		c.Height = next
		if c.Time += 60; i%500 == 0 {
			c.Time += 24 * 3600 // the quota of a day
		}
	}
	if got := network.Version(c.View(), c.Height); got != network.UpgradesMax+1 {
		t.Errorf("version %d is in force", got)
	}
}

func TestFieldsAreRefusedOnePastTheirLimits(t *testing.T) {
	hash := ledgertest.HashOf("d")
	text := strings.Repeat
	for name, c := range map[string]struct {
		message ledger.Message
		good    bool
	}{
		"the longest document name":       {&network.AdoptDocument{Name: text("n", network.DocumentNameMax), SHA256: hash, Size: 1, Title: "t"}, true},
		"a document name one longer":      {&network.AdoptDocument{Name: text("n", network.DocumentNameMax+1), SHA256: hash, Size: 1, Title: "t"}, false},
		"a document name with a path":     {&network.AdoptDocument{Name: "../n", SHA256: hash, Size: 1, Title: "t"}, false},
		"the longest title":               {&network.AdoptDocument{Name: "n", SHA256: hash, Size: 1, Title: text("t", network.DocumentTitleMax)}, true},
		"a title one longer":              {&network.AdoptDocument{Name: "n", SHA256: hash, Size: 1, Title: text("t", network.DocumentTitleMax+1)}, false},
		"the largest document":            {&network.AdoptDocument{Name: "n", SHA256: hash, Size: network.DocumentSizeMax, Title: "t"}, true},
		"a document one byte larger":      {&network.AdoptDocument{Name: "n", SHA256: hash, Size: network.DocumentSizeMax + 1, Title: "t"}, false},
		"the highest version":             {&network.ScheduleUpgrade{Version: network.VersionMax, Text: "t"}, true},
		"a version above the highest":     {&network.ScheduleUpgrade{Version: network.VersionMax + 1, Text: "t"}, false},
		"the first version again":         {&network.ScheduleUpgrade{Version: network.FirstVersion, Text: "t"}, false},
		"the longest text of an upgrade":  {&network.ScheduleUpgrade{Version: 2, Text: text("t", network.UpgradeTextMax)}, true},
		"a text of an upgrade one longer": {&network.ScheduleUpgrade{Version: 2, Text: text("t", network.UpgradeTextMax+1)}, false},
		"a seal key":                      {&network.RotateSeal{Member: "a", Seal: seal(1)}, true},
		"a seal key one byte short":       {&network.RotateSeal{Member: "a", Seal: seal(1)[1:]}, false},
		"a seal key one byte long":        {&network.RotateSeal{Member: "a", Seal: append(seal(1), 1)}, false},
		"a seal key of zeros":             {&network.RotateSeal{Member: "a", Seal: seal(0)}, false},
	} {
		if err := c.message.Validate(); (err == nil) != c.good {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestHeightsMustLieInTheirRange(t *testing.T) {
	c := newChain(t)
	open := &network.PublishMailbox{Member: "alpha", Addr: "a.example:1", TLS: ledgertest.Key("tls"), Seal: seal(1)}
	c.want(c.send("alpha", c.entry("publish-mailbox", open)), accepted)
	rotate := func(ahead uint64) ledger.Code { // counted from the height after the entry's
		return c.send("alpha", c.entry("rotate-seal", &network.RotateSeal{Member: "alpha", Seal: seal(2), Until: c.Height + 2 + ahead}))
	}
	c.want(rotate(network.HeightsAheadMax+1), network.CodeBadHeight)
	c.want(rotate(network.HeightsAheadMax), accepted)
	schedule := func(ahead uint64) ledger.Code { // counted from the entry's own height
		return c.send("council", c.entry("schedule-upgrade", &network.ScheduleUpgrade{Version: 2, Height: c.Height + 1 + ahead, Text: "t"}))
	}
	c.want(schedule(network.UpgradeNoticeMin), network.CodeBadHeight)
	c.want(schedule(network.HeightsAheadMax+1), network.CodeBadHeight)
	c.want(schedule(network.UpgradeNoticeMin+1), accepted)
}

func TestTheFoundingPartHasItsLimits(t *testing.T) {
	node := *peer("alpha", "a1", "")
	box := network.PublishMailbox{Member: "alpha", Addr: "a:1", TLS: ledgertest.Key("tls"), Seal: seal(1)}
	document := network.AdoptDocument{Name: "charter", SHA256: ledgertest.HashOf("d"), Size: 1, Title: "t"}
	for name, c := range map[string]struct {
		f    network.Founding
		good bool
	}{
		"everything full": {network.Founding{
			Documents: slices.Repeat([]network.AdoptDocument{document}, network.DocumentsMax),
			Peers:     slices.Repeat([]network.PublishPeer{node}, network.FoundingPeersMax),
			Mailboxes: slices.Repeat([]network.PublishMailbox{box}, network.FoundingMailboxesMax),
		}, true},
		"a document too many": {network.Founding{Documents: slices.Repeat([]network.AdoptDocument{document}, network.DocumentsMax+1)}, false},
		"a node too many":     {network.Founding{Peers: slices.Repeat([]network.PublishPeer{node}, network.FoundingPeersMax+1)}, false},
		"a mailbox too many":  {network.Founding{Mailboxes: slices.Repeat([]network.PublishMailbox{box}, network.FoundingMailboxesMax+1)}, false},
	} {
		if err := c.f.Validate(); (err == nil) != c.good {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := network.ParseFounding(make([]byte, network.FoundingSizeMax+1)); err == nil || !strings.Contains(err.Error(), "are the most") {
		t.Errorf("a part that is too large: %v", err)
	}
}

func TestTheLargestRowsAndEventsFit(t *testing.T) {
	long := strings.Repeat("m", org.IDMax)
	c := newChain(t)
	c.want(c.send("council", ledgertest.Entry(t, "org", "admit", &org.Admit{ID: long, Name: "l", Roles: proof.RolePayer, Key: ledgertest.Key(long)})), accepted)
	for i := range network.PeersMax {
		c.want(c.send(long, c.entry("publish-peer", peer(long, fmt.Sprint(i), longestAddr))), accepted)
	}
	open := &network.PublishMailbox{Member: long, Host: "alpha", Addr: longestAddr, TLS: ledgertest.Key("tls"), Seal: seal(1)}
	c.want(c.send(long, c.entry("publish-mailbox", open)), accepted)
	c.want(c.send(long, c.entry("rotate-seal", &network.RotateSeal{Member: long, Seal: seal(2), Until: c.Height + 1_000})), accepted)
	for key, value := range c.State.Rows {
		if len(value) > ledger.StateValueSizeMax/2 || len(key) > ledger.StateKeySizeMax {
			t.Errorf("a row under prefix %#x has %d bytes, its key %d", key[0], len(value), len(key))
		}
	}
}
