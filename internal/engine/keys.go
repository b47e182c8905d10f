package engine

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/cometbft/cometbft/crypto"
	"github.com/cometbft/cometbft/crypto/ed25519"
	"github.com/cometbft/cometbft/p2p"
)

// The files of a home folder. The two keys have the engine's own formats.
const (
	nodeKeyFile      = "node_key.json"
	consensusKeyFile = "consensus_key.json"
	markFile         = "consensus_mark"
	hasSignedFile    = "consensus_key.has-signed"
	// protectedMark stands in a home whose keys are kept encrypted, where new ones
	// would replace those that the others know.
	protectedMark = "keys/unlock.age"
)

// InitHome makes the folder, the node key, the consensus key and its signing
// mark, and returns the node id and the consensus public key. Called again on a
// complete home it changes nothing and returns the same.
//
// A consensus key is made together with its mark, which remembers what the key
// has signed. A key without its mark is refused for ever, because nobody can
// know what it must not sign again: make a new key in a new home instead.
func InitHome(home string) (nodeID string, consensusKey [32]byte, err error) {
	if _, err := os.Lstat(filepath.Join(home, protectedMark)); err == nil {
		return "", consensusKey, fmt.Errorf("the keys in %s are protected: read them with the passphrase, and give them as Config.Keys", home)
	}
	if err := os.MkdirAll(home, 0o700); err != nil {
		return "", consensusKey, fmt.Errorf("couldn't make the engine's home: %w", err)
	}
	if err := syncDir(filepath.Dir(filepath.Clean(home))); err != nil {
		return "", consensusKey, err
	}
	nodeKey, err := initNodeKey(filepath.Join(home, nodeKeyFile))
	if err != nil {
		return "", consensusKey, err
	}
	pub, err := initConsensusKey(home)
	if err != nil {
		return "", consensusKey, err
	}
	return string(nodeKey.ID()), pub, nil
}

func initNodeKey(path string) (*p2p.NodeKey, error) {
	if _, err := os.Stat(path); err == nil {
		return loadNodeKey(path)
	}
	key := &p2p.NodeKey{PrivKey: ed25519.GenPrivKey()}
	text, err := nodeKeyText(ed25519.PrivKey(key.PrivKey.Bytes()))
	if err != nil {
		return nil, err
	}
	return key, writeNew(path, text, 0o600)
}

func loadNodeKey(path string) (*p2p.NodeKey, error) {
	key, err := p2p.LoadNodeKey(path)
	if err != nil {
		return nil, fmt.Errorf("couldn't read the node key %s (InitHome makes one): %w", path, err)
	}
	return key, nil
}

// initConsensusKey writes the mark before the key: a crash between the two
// leaves a mark that has never been used, which the next attempt replaces.
func initConsensusKey(home string) (pub [32]byte, err error) {
	keyPath, markPath := filepath.Join(home, consensusKeyFile), filepath.Join(home, markFile)
	if _, err := os.Stat(keyPath); err == nil {
		key, err := loadConsensusKey(keyPath)
		if err != nil {
			return pub, err
		}
		if held, err := readHold(home); err != nil || held != nil {
			return pubOf(key, err)
		}
		if _, err := os.Stat(markPath); err != nil {
			return pub, markMissing(home)
		}
		return rawKey(key.PubKey())
	}
	if err := removeUnusedMark(home); err != nil {
		return pub, err
	}
	priv := ed25519.GenPrivKey()
	if pub, err = rawKey(priv.PubKey()); err != nil {
		return pub, err
	}
	if err := createMark(markPath, pub); err != nil {
		return pub, err
	}
	text, err := consensusKeyText(priv)
	if err != nil {
		return pub, err
	}
	return pub, writeNew(keyPath, text, 0o600)
}

func pubOf(key crypto.PrivKey, err error) ([32]byte, error) {
	if err != nil {
		return [32]byte{}, err
	}
	return rawKey(key.PubKey())
}

// removeUnusedMark clears what an interrupted InitHome left, and refuses when
// the mark or its companion says that a key, now missing, has signed.
func removeUnusedMark(home string) error {
	if _, err := os.Stat(filepath.Join(home, hasSignedFile)); err == nil {
		return fmt.Errorf("the consensus key in %s is gone but has signed: restore %s, or start with a new folder", home, consensusKeyFile)
	}
	path := filepath.Join(home, markFile)
	text, err := os.ReadFile(path)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("couldn't read the signing mark: %w", err)
	}
	if last, err := newestRecord(text); err == nil && last.step != stepNone {
		return fmt.Errorf("the consensus key in %s is gone but has signed: restore %s, or start with a new folder", home, consensusKeyFile)
	}
	return os.Remove(path)
}

func loadConsensusKey(path string) (crypto.PrivKey, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("couldn't read the consensus key (InitHome makes one): %w", err)
	}
	key, err := parseConsensusKey(text)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return key, nil
}

// rawKey returns the 32 bytes of an Ed25519 key.
func rawKey(pub crypto.PubKey) (raw [32]byte, err error) {
	key, ok := pub.(ed25519.PubKey)
	if !ok || len(key) != len(raw) {
		return raw, fmt.Errorf("a consensus key of type %T is not Ed25519", pub)
	}
	return [32]byte(key), nil
}

func markMissing(home string) error {
	return fmt.Errorf("%w: %s exists in %s without %s, so what this key has signed is unknown and it must not sign again; "+
		"put the mark of this very machine back if you have just moved it, otherwise make a new home and have the members exchange the key",
		ErrMarkMissing, consensusKeyFile, home, markFile)
}

// writeNew writes a file that must not exist yet, and the folder's entry for
// it, through to the disk.
func writeNew(path string, text []byte, mode os.FileMode) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
	if err != nil {
		return fmt.Errorf("couldn't make a file: %w", err)
	}
	_, err = f.Write(text)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return errors.Join(fmt.Errorf("couldn't write %s: %w", path, err), os.Remove(path))
	}
	return syncDir(filepath.Dir(path))
}

// syncDir makes the names in a folder durable.
func syncDir(dir string) error {
	f, err := os.Open(dir)
	if err != nil {
		return fmt.Errorf("couldn't open the folder to sync it: %w", err)
	}
	if err := errors.Join(f.Sync(), f.Close()); err != nil {
		return fmt.Errorf("couldn't sync the folder %s: %w", dir, err)
	}
	return nil
}
