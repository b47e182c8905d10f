package engine

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"

	"github.com/cometbft/cometbft/crypto"
	"github.com/cometbft/cometbft/crypto/ed25519"
	cmtproto "github.com/cometbft/cometbft/proto/tendermint/types"
	"github.com/cometbft/cometbft/types"
)

// The folder of the mark of a key that waits to follow the consensus key, and the
// file there that says that its time has come.
const (
	nextFolder  = "consensus_next"
	inForceFile = "in-force"
)

// PrepareNext makes a key to follow the consensus key in home, and its mark. The
// caller keeps the text as Keys.Next: from then on the node votes with it as soon
// as the validator set has it in the place of the present one.
func PrepareNext(home string) (text []byte, pub [32]byte, err error) {
	folder := filepath.Join(home, nextFolder)
	if _, err := os.Stat(filepath.Join(folder, hasSignedFile)); err == nil {
		return nil, pub, fmt.Errorf("couldn't prepare a consensus key: the one in %s has signed already", folder)
	}
	// What an interrupted PrepareNext left has signed nothing, and nobody has its key.
	if err := errors.Join(os.RemoveAll(folder), os.MkdirAll(folder, 0o700)); err != nil {
		return nil, pub, fmt.Errorf("couldn't prepare a consensus key: %w", err)
	}
	priv := ed25519.GenPrivKey()
	if pub, err = rawKey(priv.PubKey()); err != nil {
		return nil, pub, err
	}
	if text, err = consensusKeyText(priv); err != nil {
		return nil, pub, err
	}
	if err := createMark(filepath.Join(folder, markFile), pub); err != nil {
		return nil, pub, err
	}
	return text, pub, syncDir(home)
}

// ConsensusPublic returns the public half of a consensus key.
func ConsensusPublic(text []byte) ([32]byte, error) { return pubOf(parseConsensusKey(text)) }

// succession signs with the present key until the validator set has the next one
// in its place, and with that one from then on. The former never signs again: its
// mark is moved away first.
type succession struct {
	keys   Keys
	home   string
	onFail func(error)
	next   crypto.PrivKey

	mu    sync.Mutex
	now   *signer
	chain chain
	done  bool
}

func newSuccession(k Keys, home string, onFail func(error)) (*succession, error) {
	next, err := parseConsensusKey(k.Next)
	if err != nil {
		return nil, fmt.Errorf("the key that is to follow: %w", err)
	}
	s := &succession{keys: k, home: home, onFail: onFail, next: next}
	if _, err := os.Lstat(filepath.Join(home, nextFolder, inForceFile)); err == nil {
		return s, s.complete() // the step was cut short
	}
	s.now, err = k.signer(home, onFail)
	return s, err
}

// GetPubKey returns the key that counts at the height that is decided now. The
// engine asks after each block.
func (s *succession) GetPubKey() (crypto.PubKey, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.done && s.inForce() {
		if err := s.succeed(); err != nil {
			err = fmt.Errorf("couldn't change the consensus key: %w", err)
			s.onFail(err)
			return nil, err
		}
	}
	return s.now.GetPubKey()
}

// inForce says whether the next block is decided with the next key and without
// the present one.
func (s *succession) inForce() bool {
	if s.chain.state == nil {
		return false
	}
	state, err := s.chain.state.Load()
	return err == nil && !state.IsEmpty() &&
		state.Validators.HasAddress(s.next.PubKey().Address()) &&
		!state.Validators.HasAddress(s.now.key.PubKey().Address())
}

func (s *succession) succeed() error {
	if err := s.now.close(); err != nil {
		return err
	}
	if err := writeNew(filepath.Join(s.home, nextFolder, inForceFile), nil, 0o600); err != nil {
		return err
	}
	return s.complete()
}

// complete moves the marks, then has the caller move the keys, and opens the new
// one. Each step can be done again after a crash.
func (s *succession) complete() error {
	present, err := s.keys.consensus()
	if err != nil {
		return err
	}
	if err := moveMarks(s.home, present.PubKey(), s.next.PubKey()); err != nil {
		return err
	}
	if s.keys.Promote != nil {
		if err := s.keys.Promote(); err != nil {
			return err
		}
	}
	if s.now, err = newSigner(s.next, s.home, s.onFail); err != nil {
		return err
	}
	s.now.follow(s.chain)
	s.done = true
	return os.RemoveAll(filepath.Join(s.home, nextFolder))
}

// moveMarks gives the former key's files another name and the next one's theirs.
func moveMarks(home string, former, next crypto.PubKey) error {
	raw, err := rawKey(former)
	if err != nil {
		return err
	}
	owner, err := markOwner(filepath.Join(home, markFile))
	if err != nil {
		return err
	}
	if owner == raw {
		end := fmt.Sprintf(".former-%x", raw[:4])
		for _, name := range []string{hasSignedFile, markFile} { // the mark last: it says that this isn't done
			if err := renameIfThere(filepath.Join(home, name), filepath.Join(home, name+end)); err != nil {
				return err
			}
		}
		owner = [32]byte{}
	}
	if err := dropHold(home); err != nil {
		return err
	}
	if raw, err = rawKey(next); err != nil || owner == raw {
		return err
	}
	if err := renameIfThere(filepath.Join(home, nextFolder, markFile), filepath.Join(home, markFile)); err != nil {
		return err
	}
	return syncDir(home)
}

// markOwner is the key whose mark a file is; no key when there is none.
func markOwner(path string) (pub [32]byte, err error) {
	text, err := os.ReadFile(path)
	if errors.Is(err, os.ErrNotExist) {
		return pub, nil
	}
	if err != nil {
		return pub, err
	}
	record, err := newestRecord(text)
	return record.pubKey, err
}

func renameIfThere(from, to string) error {
	if err := os.Rename(from, to); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	return nil
}

// SignVote signs a vote with the key that it names.
func (s *succession) SignVote(chainID string, vote *cmtproto.Vote) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if own := s.now.key.PubKey().Address(); len(vote.ValidatorAddress) > 0 && !bytes.Equal(vote.ValidatorAddress, own) {
		return fmt.Errorf("%w: the vote is of key %X, which is replaced by %X", ErrWouldDoubleSign, vote.ValidatorAddress, []byte(own))
	}
	return s.now.SignVote(chainID, vote)
}

// SignProposal signs a proposal with the key that counts now.
func (s *succession) SignProposal(chainID string, proposal *cmtproto.Proposal) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.now.SignProposal(chainID, proposal)
}

func (s *succession) follow(c chain) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.chain = c
	s.now.follow(c)
}

func (s *succession) isHeld() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.now.isHeld()
}

func (s *succession) checkMark(commit *types.Commit) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.now.checkMark(commit)
}

func (s *succession) close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.now.close()
}
