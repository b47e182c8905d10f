package network_test

import (
	"fmt"
	"testing"

	"pedigree/domain/network"
	"pedigree/ledger/ledgertest"
)

// A member publishes its node; the others find it when it connects.
func ExamplePeerOf() {
	c := newChain(&testing.T{})
	c.send("alpha", c.entry("publish-peer", peer("alpha", "a1", "a.example:26656")))
	member, peer, ok := network.PeerOf(c.View(), nodeID("a1"))
	fmt.Println(member, peer.Addr, ok)
	// Output: alpha a.example:26656 true
}

// A member changes its seal key; what was sealed to the former one can still come
// for a hundred blocks.
func ExampleMailboxOf() {
	c := newChain(&testing.T{})
	c.send("alpha", c.entry("publish-mailbox", &network.PublishMailbox{Member: "alpha", Addr: "a.example:26700", TLS: ledgertest.Key("tls"), Seal: seal(1)}))
	c.send("alpha", c.entry("rotate-seal", &network.RotateSeal{Member: "alpha", Seal: seal(2), Until: 102}))
	box, _ := network.MailboxOf(c.View(), "alpha")
	for _, k := range box.Seal {
		fmt.Println("key", k.ID, "from", k.From, "to", k.To)
	}
	now, _ := box.SealAt(c.Height + 1)
	fmt.Println("seal to key", now.ID)
	// Output:
	// key 1 from 2 to 102
	// key 2 from 3 to 0
	// seal to key 2
}

// A node asks which rules are in force before it executes a block.
func ExampleVersion() {
	c := newChain(&testing.T{})
	c.send("council", c.entry("schedule-upgrade", &network.ScheduleUpgrade{Version: 2, Height: 50, Text: "faster packing"}))
	next, _ := network.UpgradeOf(c.View())
	fmt.Println(network.Version(c.View(), 49), network.Version(c.View(), next.Height))
	// Output: 1 2
}
