package network

import (
	"bytes"
	"flag"
	"strings"
	"testing"

	"pedigree/ledger"
	"pedigree/ledger/ledgertest"
	"pedigree/proof"
)

//go:generate go test . -count=1 -run ^TestVectorsAreFresh$ -update

var update = flag.Bool("update", false, "write docs/internals/vectors/network.json anew")

// TestVectorsAreFresh holds that every message, event and row of the module stands
// in the published vectors as this program writes it.
func TestVectorsAreFresh(t *testing.T) {
	maps := []string{peers.Name, nodes.Name, mailboxes.Name, documents.Name, upgrades.Name}
	ledgertest.FreshVectors(t, *update, "network.json", ledgertest.ModuleVectors(t, Module(), vectorMessages(), vectorEvents(), vectorRows(t), maps))
}

var (
	vectorNode   = strings.Repeat("a1", NodeIDSize/2)
	vectorSeal   = bytes.Repeat([]byte{0x5e}, SealKeySize)
	vectorPeer   = *vectorPublish("pilot-1", "alpha", "a.example:26656")
	vectorHidden = *vectorPublish("pilot-1", "alpha", "")
	vectorBox    = PublishMailbox{Member: "alpha", Addr: "a.example:26700", TLS: ledgertest.Key("tls"), Seal: vectorSeal}
	vectorMoved  = PublishMailbox{Member: "alpha", Host: "beta", Addr: "[2001:db8::1]:26700", TLS: ledgertest.Key("tls")}
	vectorFees   = AdoptDocument{Name: DocumentFees, SHA256: ledgertest.HashOf("fees"), Size: 70_000, Title: "Gebühren"}
	vectorTwo    = ScheduleUpgrade{Version: 2, Height: 70_000, Binary: ledger.OptHash(ledgertest.HashOf("release")), Text: "two"}
	vectorPlain  = ScheduleUpgrade{Version: 300, Height: 30, Text: "no release named"}
)

// vectorPublish is signed by the test key "node".
func vectorPublish(chain, member, addr string) *PublishPeer {
	key := ledgertest.Key("node")
	signature := proof.Sign(ledgertest.PrivateKey("node"), NodeStatement(chain, member, key))
	return &PublishPeer{Member: member, NodeID: NodeIDOf(key), Addr: addr, Key: key, Signature: signature[:]}
}

func vectorMessages() map[string][]any {
	return map[string][]any{
		"publish-peer":     {&vectorPeer, &vectorHidden},
		"withdraw-peer":    {&WithdrawPeer{Member: "alpha", NodeID: vectorNode}},
		"publish-mailbox":  {&vectorBox, &vectorMoved},
		"rotate-seal":      {&RotateSeal{Member: "alpha", Seal: vectorSeal, Until: 90_000}},
		"withdraw-mailbox": {&WithdrawMailbox{Member: "alpha"}},
		"adopt-document":   {&vectorFees},
		"schedule-upgrade": {&vectorTwo, &vectorPlain},
		"cancel-upgrade":   {&CancelUpgrade{Version: 2}},
	}
}

func vectorEvents() map[string][]any {
	return map[string][]any{
		"peer-published":    {peerPublished{Member: "alpha", NodeID: vectorNode, Addr: "a.example:26656"}},
		"peer-withdrawn":    {WithdrawPeer{Member: "alpha", NodeID: vectorNode}},
		"mailbox-published": {vectorBox, vectorMoved},
		"seal-rotated":      {sealRotated{Member: "alpha", ID: 2, Key: vectorSeal, From: 80_000, Until: 90_000}},
		"mailbox-withdrawn": {WithdrawMailbox{Member: "alpha"}},
		"document-adopted":  {vectorFees},
		"upgrade-scheduled": {vectorTwo, vectorPlain},
		"upgrade-cancelled": {CancelUpgrade{Version: 2}},
	}
}

func vectorRows(t testing.TB) []ledgertest.Object {
	type of = ledgertest.Object
	list := peerList{Peers: []Peer{{NodeID: vectorNode, Addr: "a.example:26656", Height: 7}, {NodeID: strings.Repeat("b2", NodeIDSize/2), Height: 80_000}}}
	former, present := SealKey{ID: 1, Key: vectorSeal, From: 8, To: 90_000}, SealKey{ID: 2, Key: vectorSeal, From: 80_000}
	box := mailbox{Host: "beta", Addr: "a.example:26700", TLS: ledger.OptKey(ledgertest.Key("tls")), Seal: []SealKey{former, present}, Issued: 2}
	return []ledgertest.Object{
		ledgertest.Row(t, peers, "peers-row", of{"org": "alpha"}, "alpha", list),
		ledgertest.Row(t, nodes, "node-row", of{"node": vectorNode}, vectorNode, "alpha"),
		ledgertest.Row(t, mailboxes, "mailbox-row", of{"org": "alpha"}, "alpha", box),
		ledgertest.Row(t, mailboxes, "mailbox-row", of{"org": "beta"}, "beta", mailbox{Issued: 2, Seal: []SealKey{}}),
		ledgertest.Row(t, documents, "document-row", of{"name": "fees"}, "fees", document{SHA256: ledgertest.HashOf("fees"), Size: 70_000, Title: "Gebühren", Height: 7}),
		ledgertest.Row(t, upgrades, "upgrade-row", of{"height": 70_000}, 70_000, upgrade{Version: 2, Binary: ledger.OptHash(ledgertest.HashOf("release")), Text: "two"}),
		ledgertest.Row(t, upgrades, "upgrade-row", of{"height": 30}, 30, upgrade{Version: 300, Text: "no release named"}),
	}
}
