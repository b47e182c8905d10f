package engine

import (
	"encoding/binary"
	"errors"
	"fmt"
	"log/slog"
	"sync"

	"github.com/cometbft/cometbft/crypto"
	"github.com/cometbft/cometbft/crypto/ed25519"
	privvalproto "github.com/cometbft/cometbft/proto/tendermint/privval"
	cmtproto "github.com/cometbft/cometbft/proto/tendermint/types"
	"github.com/cometbft/cometbft/types"
)

// RemoteSigner carries questions to the host that signs.
type RemoteSigner interface {
	// PublicKey is the consensus key that signs there.
	PublicKey() [32]byte
	// Ask returns the answer to a question, or an error at once while there is no
	// connection.
	Ask(question []byte) ([]byte, error)
	// OnConnect has fn called, in a goroutine of its own, after each connection is
	// made, also for one that is there already.
	OnConnect(fn func())
	// Close ends the connection for good.
	Close() error
}

// remote is a consensus key on another host. Without the host the node follows the
// chain and votes for nothing. The engine asks for each vote once only, so that a
// validator without which there is no majority would stand still for ever after the
// host was away for a moment: what could not be signed is asked for again, and given
// to consensus, when the host is back. The mark there decides whether it may.
type remote struct {
	host RemoteSigner
	key  crypto.PubKey
	log  *slog.Logger

	mu    sync.Mutex
	chain chain
	fit   error // why the host's answers are of no use; nil once it was looked at
	times int   // connections until now
	late  []cmtproto.Vote
}

var errNotAsked = fmt.Errorf("%w: there was no connection to it yet", ErrSignerAway)

func newRemote(host RemoteSigner, log *slog.Logger) *remote {
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	raw := host.PublicKey()
	return &remote{host: host, key: ed25519.PubKey(raw[:]), log: log, fit: errNotAsked}
}

// GetPubKey returns the consensus public key.
func (r *remote) GetPubKey() (crypto.PubKey, error) { return r.key, nil }

func (r *remote) isHeld() bool { return false }

func (r *remote) close() error { return r.host.Close() }

func (r *remote) follow(c chain) {
	r.mu.Lock()
	r.chain = c
	r.mu.Unlock()
	r.host.OnConnect(r.connected)
}

// checkMark does nothing: the mark is on the other host, and connected compares it.
func (r *remote) checkMark(*types.Commit) error { return nil }

// connected looks at the host and asks again for what it could not sign.
func (r *remote) connected() {
	err := r.look()
	r.mu.Lock()
	r.fit = err
	r.times++
	r.mu.Unlock()
	if err != nil {
		r.log.Error("the signer can't be used; the node votes for nothing", "why", err)
		return
	}
	r.askAgain()
}

// askAgain gives consensus what is signed late. What was overtaken is refused by
// the mark, and what fails once more is kept once more.
func (r *remote) askAgain() {
	r.mu.Lock()
	late, c := r.late, r.chain
	r.late = nil
	r.mu.Unlock()
	for i := range late {
		if err := r.SignVote(c.name, &late[i]); err != nil {
			continue
		}
		if v, err := types.VoteFromProto(&late[i]); err == nil {
			c.add(v)
		}
	}
}

// look compares the host's key and mark with what is known here.
func (r *remote) look() error {
	answer, err := r.host.Ask([]byte{askStatus})
	if err != nil {
		return fmt.Errorf("%w: %w", ErrSignerAway, err)
	}
	text, err := readAnswer(answer)
	if err != nil {
		return err
	}
	if len(text) != statusBytes || [32]byte(text[:32]) != r.host.PublicKey() {
		return fmt.Errorf("%w: it signs with another key than consensus_signer.json names", ErrSignerAway)
	}
	last := markRecord{height: int64(binary.BigEndian.Uint64(text[32:])), round: int32(binary.BigEndian.Uint32(text[40:])), step: text[44]}
	tip, ok := r.chain.blocks.(interface{ Height() int64 })
	if !ok {
		return nil
	}
	if commit := r.chain.blocks.LoadSeenCommit(tip.Height()); commit != nil {
		if err := compareMark(r.key.Address(), last, commit); err != nil {
			return fmt.Errorf("%w: %w", ErrSignerAway, err)
		}
	}
	return nil
}

// SignVote has a vote signed.
func (r *remote) SignVote(chainID string, vote *cmtproto.Vote) error {
	q := privvalproto.SignVoteRequest{Vote: vote, ChainId: chainID}
	body, err := q.Marshal()
	if err != nil {
		return fmt.Errorf("couldn't ask for a vote: %w", err)
	}
	before := r.connections()
	text, err := r.ask(askVote, body)
	if errors.Is(err, ErrSignerAway) {
		r.keep(*vote, before)
	}
	if err != nil {
		return err
	}
	var got cmtproto.Vote
	if err := got.Unmarshal(text); err != nil {
		return fmt.Errorf("%w: couldn't read the signed vote: %w", ErrSignerAway, err)
	}
	asked := *vote
	asked.Timestamp = got.Timestamp // the host may give the time that it signed before
	if !r.key.VerifySignature(types.VoteSignBytes(chainID, &asked), got.Signature) {
		return fmt.Errorf("%w: it signed something else than the vote", ErrSignerAway)
	}
	vote.Timestamp, vote.Signature = got.Timestamp, got.Signature
	return nil
}

// SignProposal has a proposal signed.
func (r *remote) SignProposal(chainID string, proposal *cmtproto.Proposal) error {
	q := privvalproto.SignProposalRequest{Proposal: proposal, ChainId: chainID}
	body, err := q.Marshal()
	if err != nil {
		return fmt.Errorf("couldn't ask for a proposal: %w", err)
	}
	text, err := r.ask(askProposal, body)
	if err != nil {
		return err
	}
	var got cmtproto.Proposal
	if err := got.Unmarshal(text); err != nil {
		return fmt.Errorf("%w: couldn't read the signed proposal: %w", ErrSignerAway, err)
	}
	if !r.key.VerifySignature(types.ProposalSignBytes(chainID, proposal), got.Signature) {
		return fmt.Errorf("%w: it signed something else than the proposal", ErrSignerAway)
	}
	proposal.Signature = got.Signature
	return nil
}

func (r *remote) ask(kind byte, body []byte) ([]byte, error) {
	r.mu.Lock()
	fit := r.fit
	r.mu.Unlock()
	if fit != nil {
		return nil, fit
	}
	answer, err := r.host.Ask(append([]byte{kind}, body...))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrSignerAway, err)
	}
	return readAnswer(answer)
}

func (r *remote) connections() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.times
}

// keep remembers a vote that could not be signed; the oldest goes first. If the host
// came back since the vote was asked for, nobody else will ask again.
func (r *remote) keep(vote cmtproto.Vote, before int) {
	vote.Signature = nil
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.late) == lateVotesMax {
		r.late = r.late[1:]
	}
	r.late = append(r.late, vote)
	if r.fit == nil && r.times != before {
		go r.askAgain()
	}
}

// SignerFit says whether the host that signs for this node answers and may be used:
// nil, also when the node signs for itself, or why not.
func (n *Node) SignerFit() error {
	r, ok := n.signer.(*remote)
	if !ok {
		return nil
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.fit != nil {
		return r.fit
	}
	if c, ok := r.host.(interface{ Connected() bool }); ok && !c.Connected() {
		return ErrSignerAway
	}
	return nil
}
