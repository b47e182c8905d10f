package engine

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/cometbft/cometbft/crypto"
	"github.com/cometbft/cometbft/libs/protoio"
	cmtproto "github.com/cometbft/cometbft/proto/tendermint/types"
	"github.com/cometbft/cometbft/types"
)

// signer signs votes and proposals with the consensus key. What it signs and
// what it refuses is decided as by CometBFT's file signer (privval/file.go of
// v0.38.26); it differs in how it remembers, see mark, and in SignProposal.
type signer struct {
	key    crypto.PrivKey
	onFail func(error)
	home   string
	chain  commits // set before anything is signed

	mu   sync.Mutex
	mark *mark // nil while the key is held
	held *Hold
}

var _ types.PrivValidator = (*signer)(nil)

// openSigner reads the consensus key and its mark. onFail is called once the
// mark can't be written any more.
func openSigner(home string, onFail func(error)) (*signer, error) {
	key, err := loadConsensusKey(filepath.Join(home, consensusKeyFile))
	if err != nil {
		return nil, err
	}
	return newSigner(key, home, onFail)
}

// newSigner opens the mark of a key.
func newSigner(key crypto.PrivKey, home string, onFail func(error)) (*signer, error) {
	pub, err := rawKey(key.PubKey())
	if err != nil {
		return nil, err
	}
	s := &signer{key: key, onFail: onFail, home: home}
	if s.held, err = readHold(home); err != nil {
		return nil, err
	}
	if _, err := os.Lstat(filepath.Join(home, markFile)); s.held != nil && errors.Is(err, os.ErrNotExist) {
		return s, nil
	}
	if s.mark, err = openMark(home, pub); err != nil {
		return nil, err
	}
	if s.held == nil {
		return s, nil
	}
	// Somebody put the mark of the old machine beside the key.
	if s.mark.last.height < s.held.Height {
		return nil, errors.Join(fmt.Errorf("%w: it ends at %v, the copy that was restored at height %d; bring the mark of the machine that signed last, or take it away",
			ErrMarkStale, s.mark.last, s.held.Height), s.mark.close())
	}
	s.held = nil
	if err := dropHold(home); err != nil {
		return nil, errors.Join(err, s.mark.close())
	}
	return s, nil
}

func (s *signer) follow(c chain) { s.chain = c.blocks }

// checkMark compares the signing mark with a stored commit: one that holds our
// signature proves that the key has signed that far.
func (s *signer) checkMark(commit *types.Commit) error {
	if s.isHeld() {
		return nil
	}
	return compareMark(s.key.PubKey().Address(), s.last(), commit)
}

func compareMark(address types.Address, last markRecord, commit *types.Commit) error {
	for _, c := range commit.Signatures {
		if !bytes.Equal(c.ValidatorAddress, address) || c.BlockIDFlag == types.BlockIDFlagAbsent {
			continue
		}
		if last.compare(commit.Height, commit.Round, stepPrecommit) < 0 {
			return fmt.Errorf("%w: the mark says %v, block %d in the store carries a later signature; "+
				"the mark is an old copy, and this key must not sign again until the right one is back",
				ErrMarkStale, last, commit.Height)
		}
	}
	return nil
}

// isHeld says whether the key waits; see Hold.
func (s *signer) isHeld() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.held != nil
}

// release ends the hold when it is over, and says why not otherwise. The mark is
// on the disk before the hold is gone from there.
func (s *signer) release(height int64) error {
	if s.held == nil {
		return nil
	}
	pub := s.key.PubKey()
	if err := s.held.over(height, pub.Address(), s.chain); err != nil {
		return err
	}
	raw, err := rawKey(pub)
	if err != nil {
		return err
	}
	if err := createMarkAt(s.home, raw, height-1); err != nil {
		return err
	}
	if s.mark, err = openMark(s.home, raw); err != nil {
		return err
	}
	s.held = nil
	return dropHold(s.home)
}

func (s *signer) close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.mark == nil {
		return nil
	}
	if s.mark.broken == nil {
		s.mark.broken = ErrStopped
	}
	return s.mark.close()
}

// last returns what was signed last.
func (s *signer) last() markRecord {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.mark == nil {
		return markRecord{}
	}
	return s.mark.last
}

// GetPubKey returns the consensus public key.
func (s *signer) GetPubKey() (crypto.PubKey, error) { return s.key.PubKey(), nil }

// SignVote signs a prevote or a precommit, or returns the signature it already
// gave for the same vote. If only the time differs, the vote gets the first time.
func (s *signer) SignVote(chainID string, vote *cmtproto.Vote) error {
	var step uint8
	switch vote.Type {
	case cmtproto.PrevoteType:
		step = stepPrevote
	case cmtproto.PrecommitType:
		step = stepPrecommit
	default:
		return fmt.Errorf("%w a vote of unknown type %v", ErrWouldDoubleSign, vote.Type)
	}
	if len(vote.Extension) > 0 {
		return errors.New("refused to sign a vote extension: this network has none")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.release(vote.Height); err != nil {
		return err
	}
	next := markRecord{height: vote.Height, round: vote.Round, step: step, signBytes: types.VoteSignBytes(chainID, vote)}
	signature, at, err := s.repeat(next, voteTime)
	if err == nil && signature == nil {
		signature, err = s.sign(next)
	}
	if err != nil {
		return err
	}
	vote.Signature = signature
	if !at.IsZero() {
		vote.Timestamp = at
	}
	return nil
}

// SignProposal signs a proposal, also once more if it differs from the last one
// in nothing but its time.
//
// The engine's file signer returns the first signature and the first time then;
// but the engine takes the signature alone, so that its own proposal doesn't
// verify and the first round after a crash or a stop is lost: two seconds on a
// single node. Both proposals are for one block, whose time doesn't come from
// them. In a line of the engine where it does, this must go.
func (s *signer) SignProposal(chainID string, proposal *cmtproto.Proposal) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.release(proposal.Height); err != nil {
		return err
	}
	next := markRecord{
		height: proposal.Height, round: proposal.Round, step: stepPropose,
		signBytes: types.ProposalSignBytes(chainID, proposal),
	}
	signature, at, err := s.repeat(next, proposalTime)
	if err == nil && (signature == nil || !at.IsZero()) {
		signature, err = s.sign(next)
	}
	if err != nil {
		return err
	}
	proposal.Signature = signature
	return nil
}

// repeat returns the last signature if the request is the last one again, with
// the time that was signed if that differs; no signature if the request is a
// later one; and refuses everything else.
func (s *signer) repeat(next markRecord, split timeSplitter) (signature []byte, at time.Time, err error) {
	last := s.mark.last
	switch last.compare(next.height, next.round, next.step) {
	case -1:
		return nil, at, nil
	case 1:
		return nil, at, fmt.Errorf("%w at %v: the key already signed at %v", ErrWouldDoubleSign, next, last)
	}
	if len(last.signature) == 0 {
		return nil, at, fmt.Errorf("%w at %v: nothing was signed there", ErrWouldDoubleSign, last)
	}
	if bytes.Equal(last.signBytes, next.signBytes) {
		return bytes.Clone(last.signature), at, nil
	}
	lastAt, lastRest, err := split(last.signBytes)
	if err != nil {
		return nil, at, err
	}
	_, rest, err := split(next.signBytes)
	if err != nil {
		return nil, at, err
	}
	if !bytes.Equal(lastRest, rest) {
		return nil, at, fmt.Errorf("%w at %v: the key already signed something else there", ErrWouldDoubleSign, last)
	}
	return bytes.Clone(last.signature), lastAt, nil
}

// sign returns a signature once the mark for it is on the disk.
func (s *signer) sign(next markRecord) ([]byte, error) {
	if s.mark.broken != nil {
		return nil, s.mark.broken
	}
	var err error
	if next.signature, err = s.key.Sign(next.signBytes); err != nil {
		return nil, fmt.Errorf("couldn't sign: %w", err)
	}
	if err := s.mark.advance(next); err != nil {
		s.onFail(err)
		return nil, err
	}
	return next.signature, nil
}

// timeSplitter takes sign bytes apart into their time and all the rest.
type timeSplitter func(signBytes []byte) (at time.Time, rest []byte, err error)

func voteTime(signBytes []byte) (time.Time, []byte, error) {
	var vote cmtproto.CanonicalVote
	if err := protoio.UnmarshalDelimited(signBytes, &vote); err != nil {
		return time.Time{}, nil, fmt.Errorf("couldn't read the bytes of a vote: %w", err)
	}
	at := vote.Timestamp
	vote.Timestamp = time.Unix(0, 0).UTC()
	rest, err := vote.Marshal()
	return at, rest, err
}

func proposalTime(signBytes []byte) (time.Time, []byte, error) {
	var proposal cmtproto.CanonicalProposal
	if err := protoio.UnmarshalDelimited(signBytes, &proposal); err != nil {
		return time.Time{}, nil, fmt.Errorf("couldn't read the bytes of a proposal: %w", err)
	}
	at := proposal.Timestamp
	proposal.Timestamp = time.Unix(0, 0).UTC()
	rest, err := proposal.Marshal()
	return at, rest, err
}
