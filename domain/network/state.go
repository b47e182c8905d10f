package network

import (
	"encoding/binary"
	"fmt"

	"pedigree/ledger"
	"pedigree/proof"
)

// The maps of the module. All of a member's peers stand in one row, so that a
// node reads one row a member; the reverse map finds the member of a node that
// connects.
var (
	peers     = ledger.Map[string, peerList]{Prefix: proof.PrefixPeers, Name: "network/peers", Key: ledger.TextKey, Value: ledger.CBORValue[peerList]()}
	nodes     = ledger.Map[string, string]{Prefix: proof.PrefixNode, Name: "network/node", Key: ledger.TextKey, Value: ledger.CBORValue[string]()}
	mailboxes = ledger.Map[string, mailbox]{Prefix: proof.PrefixMailbox, Name: "network/mailbox", Key: ledger.TextKey, Value: ledger.CBORValue[mailbox]()}
	documents = ledger.Map[string, document]{Prefix: proof.PrefixDocument, Name: "network/document", Key: ledger.TextKey, Value: ledger.CBORValue[document]()}
	upgrades  = ledger.Map[uint64, upgrade]{Prefix: proof.PrefixUpgrade, Name: "network/upgrade", Key: heightKey, Value: ledger.CBORValue[upgrade]()}
)

// peerList is the row of a member's nodes, in the order of publication.
type peerList struct {
	_     struct{} `cbor:",toarray"`
	Peers []Peer
}

// mailbox is the row of a member's mailbox. One that was withdrawn keeps its
// count, so that a number never names two seal keys.
type mailbox struct {
	_      struct{} `cbor:",toarray"`
	Host   string
	Addr   string
	TLS    ledger.OptKey
	Seal   []SealKey // none: withdrawn
	Issued uint64    // seal keys so far
}

// document is the row of a name.
type document struct {
	_      struct{} `cbor:",toarray"`
	SHA256 proof.Hash
	Size   uint64
	Title  string
	Height uint64
}

// upgrade is the row of a height.
type upgrade struct {
	_       struct{} `cbor:",toarray"`
	Version uint64
	Binary  ledger.OptHash
	Text    string
}

// heightKey keeps heights in their order.
var heightKey = ledger.KeyCodec[uint64]{
	Append: binary.BigEndian.AppendUint64,
	Decode: func(b []byte) (uint64, error) {
		if len(b) != 8 {
			return 0, fmt.Errorf("a key of %d bytes is no height", len(b))
		}
		return binary.BigEndian.Uint64(b), nil
	},
}
