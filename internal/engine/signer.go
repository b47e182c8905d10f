package engine

import (
	"bytes"
	"errors"
	"fmt"
	"path/filepath"
	"sync"
	"time"

	"github.com/cometbft/cometbft/crypto"
	"github.com/cometbft/cometbft/libs/protoio"
	cmtproto "github.com/cometbft/cometbft/proto/tendermint/types"
	"github.com/cometbft/cometbft/types"
)

// signer signs votes and proposals with the consensus key. It decides as
// CometBFT's file signer does (privval/file.go of v0.38.26) and differs in how
// it remembers: see mark.
type signer struct {
	key    crypto.PrivKey
	onFail func(error)

	mu   sync.Mutex
	mark *mark
}

var _ types.PrivValidator = (*signer)(nil)

// openSigner reads the consensus key and its mark. onFail is called once the
// mark can't be written any more.
func openSigner(home string, onFail func(error)) (*signer, error) {
	key, err := loadConsensusKey(filepath.Join(home, consensusKeyFile))
	if err != nil {
		return nil, err
	}
	pub, err := rawKey(key.PubKey())
	if err != nil {
		return nil, err
	}
	m, err := openMark(home, pub)
	if err != nil {
		return nil, err
	}
	return &signer{key: key, mark: m, onFail: onFail}, nil
}

func (s *signer) close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.mark.broken == nil {
		s.mark.broken = ErrStopped
	}
	return s.mark.close()
}

// last returns what was signed last.
func (s *signer) last() markRecord {
	s.mu.Lock()
	defer s.mu.Unlock()
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
	signature, at, err := s.signOnce(vote.Height, vote.Round, step, types.VoteSignBytes(chainID, vote), voteTime)
	if err != nil {
		return err
	}
	vote.Signature = signature
	if !at.IsZero() {
		vote.Timestamp = at
	}
	return nil
}

// SignProposal signs a proposal, or returns the signature it already gave for
// the same one. If only the time differs, the proposal gets the first time.
func (s *signer) SignProposal(chainID string, proposal *cmtproto.Proposal) error {
	signature, at, err := s.signOnce(proposal.Height, proposal.Round, stepPropose,
		types.ProposalSignBytes(chainID, proposal), proposalTime)
	if err != nil {
		return err
	}
	proposal.Signature = signature
	if !at.IsZero() {
		proposal.Timestamp = at
	}
	return nil
}

// signOnce signs if the mark stands below, repeats itself if the request is the
// last one again, and refuses everything else. A time that isn't zero replaces
// the request's.
func (s *signer) signOnce(height int64, round int32, step uint8, signBytes []byte, split timeSplitter) ([]byte, time.Time, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	last := s.mark.last
	switch last.compare(height, round, step) {
	case 1:
		return nil, time.Time{}, fmt.Errorf("%w at height %d, round %d, step %d: the key already signed at %v", ErrWouldDoubleSign, height, round, step, last)
	case 0:
		return repeat(last, signBytes, split)
	}
	if s.mark.broken != nil {
		return nil, time.Time{}, s.mark.broken
	}
	signature, err := s.key.Sign(signBytes)
	if err != nil {
		return nil, time.Time{}, fmt.Errorf("couldn't sign: %w", err)
	}
	next := markRecord{height: height, round: round, step: step, signBytes: signBytes, signature: signature}
	if err := s.mark.advance(next); err != nil {
		s.onFail(err)
		return nil, time.Time{}, err
	}
	return signature, time.Time{}, nil
}

// repeat returns the last signature for the same content.
func repeat(last markRecord, signBytes []byte, split timeSplitter) ([]byte, time.Time, error) {
	if len(last.signature) == 0 {
		return nil, time.Time{}, fmt.Errorf("%w at %v: nothing was signed there", ErrWouldDoubleSign, last)
	}
	if bytes.Equal(last.signBytes, signBytes) {
		return bytes.Clone(last.signature), time.Time{}, nil
	}
	lastAt, lastRest, err := split(last.signBytes)
	if err != nil {
		return nil, time.Time{}, err
	}
	_, rest, err := split(signBytes)
	if err != nil {
		return nil, time.Time{}, err
	}
	if !bytes.Equal(lastRest, rest) {
		return nil, time.Time{}, fmt.Errorf("%w at %v: the key already signed something else there", ErrWouldDoubleSign, last)
	}
	return bytes.Clone(last.signature), lastAt, nil
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
