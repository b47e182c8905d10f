package engine

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/cometbft/cometbft/crypto"
	"github.com/cometbft/cometbft/crypto/ed25519"
	cmtjson "github.com/cometbft/cometbft/libs/json"
	"github.com/cometbft/cometbft/p2p"
	"github.com/cometbft/cometbft/privval"
)

// Keys are the texts of the two key files, for a caller that keeps them itself,
// encrypted say. Nothing of them is written below Home then; the signing mark
// stays there, plain, for it is no secret and must be synced before each signature.
type Keys struct {
	Node      []byte
	Consensus []byte
	// Next is a consensus key that follows Consensus as soon as the validator set
	// has it in its place; nil for none. See PrepareNext.
	Next []byte
	// Promote is called then: Next is to be kept as Consensus from now on. It must
	// be safe to call again.
	Promote func() error
}

// NewNodeKey makes a node key and tells the id by which peers know it.
func NewNodeKey() (text []byte, nodeID string, err error) {
	priv := ed25519.GenPrivKey()
	text, err = nodeKeyText(priv)
	return text, string(p2p.PubKeyToID(priv.PubKey())), err
}

// NodeID is the id of a node key, by which peers know it.
func NodeID(text []byte) (string, error) {
	node, err := Keys{Node: text}.node()
	if err != nil {
		return "", err
	}
	return string(node.ID()), nil
}

// NodeSign signs a message with a node key, and tells the public key.
func NodeSign(text, message []byte) (pub [32]byte, signature []byte, err error) {
	node, err := Keys{Node: text}.node()
	if err != nil {
		return pub, nil, err
	}
	if pub, err = rawKey(node.PrivKey.PubKey()); err != nil {
		return pub, nil, err
	}
	if signature, err = node.PrivKey.Sign(message); err != nil {
		return pub, nil, fmt.Errorf("couldn't sign with the node key: %w", err)
	}
	return pub, signature, nil
}

// Complete makes what is missing, and the signing mark of a new consensus key in
// home. The caller keeps what was made before it does anything else: until then a
// further call makes new keys, which is right, for nothing was signed.
func (k *Keys) Complete(home string) error {
	if err := os.MkdirAll(home, 0o700); err != nil {
		return fmt.Errorf("couldn't make the engine's home: %w", err)
	}
	if k.Node == nil {
		text, err := nodeKeyText(ed25519.GenPrivKey())
		if err != nil {
			return err
		}
		k.Node = text
	}
	if k.Consensus != nil {
		return nil // a mark that is missing is Start's to refuse
	}
	if err := removeUnusedMark(home); err != nil {
		return err
	}
	priv := ed25519.GenPrivKey()
	pub, err := rawKey(priv.PubKey())
	if err != nil {
		return err
	}
	text, err := consensusKeyText(priv)
	if err != nil {
		return err
	}
	if err := createMark(filepath.Join(home, markFile), pub); err != nil {
		return err
	}
	k.Consensus = text
	return nil
}

// Public returns the node id and the consensus public key.
func (k Keys) Public() (nodeID string, consensusKey [32]byte, err error) {
	node, err := k.node()
	if err != nil {
		return "", consensusKey, err
	}
	priv, err := k.consensus()
	if err != nil {
		return "", consensusKey, err
	}
	consensusKey, err = rawKey(priv.PubKey())
	return string(node.ID()), consensusKey, err
}

func (k Keys) node() (*p2p.NodeKey, error) {
	var key p2p.NodeKey
	if err := cmtjson.Unmarshal(k.Node, &key); err != nil {
		return nil, errors.New("couldn't read the node key: it isn't what was written; put it back from a copy")
	}
	if _, ok := key.PrivKey.(ed25519.PrivKey); !ok {
		return nil, errors.New("the node key is not Ed25519")
	}
	return &key, nil
}

// nodeIn is the node key, from the home when the caller doesn't keep it.
func (k Keys) nodeIn(home string) (*p2p.NodeKey, error) {
	if k.Node == nil {
		return loadNodeKey(filepath.Join(home, nodeKeyFile))
	}
	return k.node()
}

// signer signs with the consensus key, from the home when the caller doesn't keep it.
func (k Keys) signer(home string, onFail func(error)) (*signer, error) {
	if k.Consensus == nil {
		return openSigner(home, onFail)
	}
	key, err := k.consensus()
	if err != nil {
		return nil, err
	}
	return newSigner(key, home, onFail)
}

func (k Keys) consensus() (crypto.PrivKey, error) { return parseConsensusKey(k.Consensus) }

// parseConsensusKey reads the engine's own format. Its errors never quote the text.
func parseConsensusKey(text []byte) (crypto.PrivKey, error) {
	var key privval.FilePVKey
	if err := cmtjson.Unmarshal(text, &key); err != nil {
		return nil, errors.New("couldn't read the consensus key: it isn't what was written; put it back from a copy")
	}
	if _, ok := key.PrivKey.(ed25519.PrivKey); !ok {
		return nil, errors.New("the consensus key is not Ed25519")
	}
	return key.PrivKey, nil
}

func nodeKeyText(priv ed25519.PrivKey) ([]byte, error) {
	text, err := cmtjson.Marshal(&p2p.NodeKey{PrivKey: priv})
	if err != nil {
		return nil, fmt.Errorf("couldn't encode a node key: %w", err)
	}
	return text, nil
}

func consensusKeyText(priv ed25519.PrivKey) ([]byte, error) {
	text, err := cmtjson.MarshalIndent(privval.FilePVKey{
		Address: priv.PubKey().Address(), PubKey: priv.PubKey(), PrivKey: priv,
	}, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("couldn't encode a consensus key: %w", err)
	}
	return text, nil
}
