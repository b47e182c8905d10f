package network

import (
	"crypto/sha256"
	"encoding/hex"

	"pedigree/ledger"
	"pedigree/proof"
)

// NodeIDOf is the engine's id of the node that holds a key: the first 20 bytes of
// the key's SHA-256.
func NodeIDOf(key proof.Key) string {
	sum := sha256.Sum256(key.Raw())
	return hex.EncodeToString(sum[:NodeIDSize/2])
}

// NodeStatement is what a node's key signs to be published as a member's on a
// network. Without it a member could claim the node of another, whose connections
// the network would then count as its own.
func NodeStatement(chain, member string, key proof.Key) proof.Hash {
	body, err := ledger.EncodeMessage([]any{chain, member, key})
	if err != nil {
		panic(err) // texts and bytes always encode
	}
	return proof.TaggedHash(proof.TagNode, body)
}

// checkKey refuses a key that doesn't give the node's id.
func (e *PublishPeer) checkKey() error {
	if len(e.Signature) != proof.SignatureSize {
		return CodeBadField.Errorf("signature of node %s: %d bytes, where the algorithm and an Ed25519 signature have %d; pedigree node sign makes it", e.NodeID, len(e.Signature), proof.SignatureSize)
	}
	if got := NodeIDOf(e.Key); e.Key.IsZero() || got != e.NodeID {
		return CodeBadField.Errorf("key of node %s: it is that of node %s; give the id and the key of one node", e.NodeID, got)
	}
	return nil
}

// held refuses a node whose key did not sign that it is the member's.
func (e *PublishPeer) held(b *ledger.Block) error {
	if !ledger.VerifySignature(e.Key, NodeStatement(b.ChainID, e.Member, e.Key), proof.Signature(e.Signature)) {
		return CodeNotHeld.Errorf("the key of node %s did not sign that it is a node of %s on %s; have the node's owner run pedigree node sign --chain-id %s, and take the message from there", e.NodeID, e.Member, b.ChainID, b.ChainID)
	}
	return nil
}
