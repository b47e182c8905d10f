package engine

import (
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	privvalproto "github.com/cometbft/cometbft/proto/tendermint/privval"
)

// A question to a signer is one byte that says what is asked, and what the
// engine's own protocol for signers has for it. An answer is one byte, and the
// signed thing, or why there is none.
const (
	askStatus   byte = 1 // nothing follows; answered with the key and the mark
	askVote     byte = 2 // privval.SignVoteRequest
	askProposal byte = 3 // privval.SignProposalRequest

	answerDone    byte = 0
	answerRefused byte = 1 // the mark forbids it; the text says why
	answerFailed  byte = 2 // nothing is signed any more; the text says why
)

// statusBytes is the length of the answer to askStatus: key, height, round, step.
const statusBytes = 32 + 8 + 4 + 1

// SignerHost signs for a node on another host, with a consensus key and its mark in
// a home of their own.
type SignerHost struct {
	chainID string
	signer  *signer
}

// OpenSignerHost opens the mark in home of a consensus key, for one chain alone.
// onFail is called once the mark can't be written any more.
func OpenSignerHost(home, chainID string, key []byte, onFail func(error)) (*SignerHost, error) {
	k, err := parseConsensusKey(key)
	if err != nil {
		return nil, err
	}
	if !chainIDForm.MatchString(chainID) {
		return nil, fmt.Errorf("chain id %q: use 1 to 50 letters, digits, dots, hyphens and underscores", chainID)
	}
	s, err := newSigner(k, home, onFail)
	if err != nil {
		return nil, err
	}
	if s.isHeld() {
		return nil, errors.Join(fmt.Errorf("%w: a signer knows no chain that could end its hold; have the members exchange the key", ErrHeld), s.close())
	}
	return &SignerHost{chainID: chainID, signer: s}, nil
}

// Close gives the mark up; nothing is signed any more.
func (h *SignerHost) Close() error { return h.signer.close() }

// Signed says what was signed last, "height 0, ..." for nothing.
func (h *SignerHost) Signed() string { return h.signer.last().String() }

// Answer answers a question of the node. It never panics on bytes of any kind, and
// signs nothing that the mark forbids.
func (h *SignerHost) Answer(question []byte) []byte {
	if len(question) == 0 {
		return refusal(errors.New("an empty question"))
	}
	switch body := question[1:]; question[0] {
	case askStatus:
		return h.status()
	case askVote:
		return h.vote(body)
	case askProposal:
		return h.proposal(body)
	}
	return refusal(fmt.Errorf("a question of kind %d, of which this program knows none", question[0]))
}

func (h *SignerHost) status() []byte {
	raw, err := rawKey(h.signer.key.PubKey())
	if err != nil {
		return refusal(err)
	}
	last := h.signer.last()
	out := append([]byte{answerDone}, raw[:]...)
	out = binary.BigEndian.AppendUint64(out, uint64(last.height))
	out = binary.BigEndian.AppendUint32(out, uint32(last.round))
	return append(out, last.step)
}

func (h *SignerHost) vote(body []byte) []byte {
	var q privvalproto.SignVoteRequest
	if err := q.Unmarshal(body); err != nil || q.Vote == nil {
		return refusal(errors.Join(errors.New("couldn't read what is to be signed"), err))
	}
	if q.ChainId != h.chainID {
		return refusal(fmt.Errorf("a vote on chain %q; this signer is for %q", q.ChainId, h.chainID))
	}
	if err := h.signer.SignVote(q.ChainId, q.Vote); err != nil {
		return refusal(err)
	}
	return signed(q.Vote)
}

func (h *SignerHost) proposal(body []byte) []byte {
	var q privvalproto.SignProposalRequest
	if err := q.Unmarshal(body); err != nil || q.Proposal == nil {
		return refusal(errors.Join(errors.New("couldn't read what is to be signed"), err))
	}
	if q.ChainId != h.chainID {
		return refusal(fmt.Errorf("a proposal on chain %q; this signer is for %q", q.ChainId, h.chainID))
	}
	if err := h.signer.SignProposal(q.ChainId, q.Proposal); err != nil {
		return refusal(err)
	}
	return signed(q.Proposal)
}

func signed(v interface{ Marshal() ([]byte, error) }) []byte {
	text, err := v.Marshal()
	if err != nil {
		return refusal(err)
	}
	return append([]byte{answerDone}, text...)
}

func refusal(err error) []byte {
	kind := answerFailed
	if errors.Is(err, ErrWouldDoubleSign) {
		kind = answerRefused
	}
	text := err.Error()
	return append([]byte{kind}, text[:min(len(text), refusalBytesMax)]...)
}

// readAnswer takes an answer apart.
func readAnswer(answer []byte) ([]byte, error) {
	switch {
	case len(answer) == 0 || answer[0] > answerFailed:
		return nil, fmt.Errorf("%w: it said something that this program doesn't know", ErrSignerAway)
	case answer[0] == answerRefused:
		return nil, fmt.Errorf("%w, says the signer: %s", ErrWouldDoubleSign, answer[1:])
	case answer[0] == answerFailed:
		return nil, fmt.Errorf("%w: it failed: %s", ErrSignerAway, answer[1:])
	}
	return answer[1:], nil
}

// SignedLast says what a key signed last by the mark in a home, also while the mark
// is in use: "height 0, ..." for nothing.
func SignedLast(home string, key [32]byte) (string, error) {
	text, err := os.ReadFile(filepath.Join(home, markFile))
	if err != nil {
		return "", fmt.Errorf("couldn't read the signing mark: %w", err)
	}
	last, err := newestRecord(text)
	if err != nil {
		return "", fmt.Errorf("couldn't read the signing mark: %w", err)
	}
	if last.pubKey != key {
		return "", fmt.Errorf("couldn't read the signing mark: %w: it belongs to another key", ErrMarkDamaged)
	}
	return last.String(), nil
}
