package engine

import (
	"bytes"
	"fmt"
	"math"

	"github.com/cometbft/cometbft/p2p"
	"github.com/cometbft/cometbft/p2p/conn"
	cmtproto "github.com/cometbft/cometbft/proto/tendermint/types"
	"github.com/cometbft/cometbft/types"
	gogotypes "github.com/cosmos/gogoproto/types"

	"pedigree/proof"
)

// witnessChannel is where nodes ask each other for signed headers. It has a
// number that the engine doesn't use.
const witnessChannel = byte(0x70)

// The messages on it, each a CBOR list that begins with its kind.
const (
	witnessAsk    = 1 // [1, id, height]; height 0 asks for the rest only
	witnessAnswer = 2 // [2, id, base, tip, snapshots, signed header and validators, proof]
)

// witnessed is a node's answer: what it has, and a header that it proves.
type witnessed struct {
	id        uint64
	base, tip int64
	snapshots uint64
	light     []byte // protobuf of the engine's light block; empty when it isn't there
	proof     []byte // what Config.Attest gave for it
}

// witness is the reactor that answers and asks.
type witness struct {
	p2p.BaseReactor
	serve   func(height int64) witnessed // nil while joining
	answers func(peer p2p.ID, a witnessed)
	met     func(p2p.Peer)
	left    func(p2p.Peer)
	dropped func(id p2p.ID, reason any)
}

func newWitness(w *witness) *witness {
	w.BaseReactor = *p2p.NewBaseReactor("Witness", w)
	return w
}

// GetChannels implements p2p.Reactor.
func (*witness) GetChannels() []*conn.ChannelDescriptor {
	return []*conn.ChannelDescriptor{{
		ID: witnessChannel, Priority: 2, SendQueueCapacity: 10, RecvMessageCapacity: witnessBytesMax, MessageType: &gogotypes.BytesValue{},
	}}
}

// AddPeer implements p2p.Reactor.
func (w *witness) AddPeer(peer p2p.Peer) {
	if w.met != nil {
		w.met(peer)
	}
}

// RemovePeer implements p2p.Reactor.
func (w *witness) RemovePeer(peer p2p.Peer, reason any) {
	if w.dropped != nil {
		w.dropped(peer.ID(), reason)
	}
	if w.left != nil {
		w.left(peer)
	}
}

// Receive implements p2p.Reactor. Each message is read in the order in which its
// peer sent it, so a peer that asks much waits for itself.
func (w *witness) Receive(e p2p.Envelope) {
	msg, ok := e.Message.(*gogotypes.BytesValue)
	if !ok || e.ChannelID != witnessChannel {
		return
	}
	if err := w.receive(e.Src, msg.Value); err != nil {
		w.Switch.StopPeerForError(e.Src, err)
	}
}

func (w *witness) receive(src p2p.Peer, raw []byte) error {
	id, height, answer, err := decodeWitness(raw)
	switch {
	case err != nil:
		return err
	case answer != nil && w.answers != nil:
		w.answers(src.ID(), *answer)
	case answer == nil && w.serve != nil:
		a := w.serve(height)
		a.id = id
		src.TrySend(p2p.Envelope{ChannelID: witnessChannel, Message: &gogotypes.BytesValue{Value: a.encode()}})
	}
	return nil
}

func askWitness(peer p2p.Peer, id uint64, height int64) bool {
	b := proof.AppendUint(proof.AppendArray(nil, 3), witnessAsk)
	b = proof.AppendUint(proof.AppendUint(b, id), uint64(height))
	return peer.Send(p2p.Envelope{ChannelID: witnessChannel, Message: &gogotypes.BytesValue{Value: b}})
}

func (a witnessed) encode() []byte {
	b := proof.AppendUint(proof.AppendArray(nil, 7), witnessAnswer)
	for _, n := range []uint64{a.id, uint64(a.base), uint64(a.tip), a.snapshots} {
		b = proof.AppendUint(b, n)
	}
	return proof.AppendBytes(proof.AppendBytes(b, a.light), a.proof)
}

// decodeWitness reads a question, or an answer, which isn't nil then.
func decodeWitness(b []byte) (id uint64, height int64, answer *witnessed, err error) {
	r := proof.NewReader(b)
	n := r.Array(7)
	switch kind := r.Uint(); {
	case r.Err() != nil:
	case kind == witnessAsk && n == 3:
		id, height = r.Uint(), int64(r.UintMax(math.MaxInt64))
	case kind == witnessAnswer && n == 7:
		answer = &witnessed{id: r.Uint(), base: int64(r.UintMax(math.MaxInt64)), tip: int64(r.UintMax(math.MaxInt64)), snapshots: r.Uint()}
		answer.light, answer.proof = bytes.Clone(r.Bytes(witnessBytesMax)), bytes.Clone(r.Bytes(witnessBytesMax))
	default:
		return 0, 0, nil, fmt.Errorf("a message of kind %d with %d parts doesn't exist on the channel of headers", kind, n)
	}
	if err := r.Done(); err != nil {
		return 0, 0, nil, fmt.Errorf("couldn't read a message on the channel of headers: %w", err)
	}
	return id, height, answer, nil
}

// witnessOf answers for this node.
func (n *Node) witnessOf(height int64) witnessed {
	a := witnessed{base: n.blocks.Base(), tip: n.feed.height()}
	if n.config.Snapshots != nil {
		list, err := n.config.Snapshots.List()
		if err == nil {
			a.snapshots = uint64(len(list))
		}
	}
	if height <= 0 || n.config.Attest == nil {
		return a
	}
	light, err := n.lightBlock(height)
	if err != nil {
		return a
	}
	attestation, err := n.config.Attest(height)
	if err != nil || len(light)+len(attestation) > witnessBytesMax-witnessSlack {
		return a
	}
	a.light, a.proof = light, attestation
	return a
}

// lightBlock encodes a header, a commit that decided it and its validators. Of the
// newest block nodes may have seen different signatures; enough of them prove the
// same header.
func (n *Node) lightBlock(height int64) ([]byte, error) {
	meta, commit := n.blocks.LoadBlockMeta(height), n.blocks.LoadBlockCommit(height)
	if commit == nil {
		commit = n.blocks.LoadSeenCommit(height)
	}
	if meta == nil || commit == nil {
		return nil, fmt.Errorf("header %d: %w", height, ErrNotFound)
	}
	set, err := n.state.LoadValidators(height)
	if err != nil {
		return nil, fmt.Errorf("validators at height %d: %w (%w)", height, ErrNotFound, err)
	}
	light := types.LightBlock{SignedHeader: &types.SignedHeader{Header: &meta.Header, Commit: commit}, ValidatorSet: set}
	p, err := light.ToProto()
	if err != nil {
		return nil, err
	}
	return p.Marshal()
}

func parseLightBlock(chainID string, raw []byte) (*types.LightBlock, error) {
	var p cmtproto.LightBlock
	if err := p.Unmarshal(raw); err != nil {
		return nil, err
	}
	light, err := types.LightBlockFromProto(&p)
	if err != nil {
		return nil, err
	}
	if err := light.ValidateBasic(chainID); err != nil {
		return nil, err
	}
	return light, light.ValidatorSet.VerifyCommitLight(chainID, light.Commit.BlockID, light.Height, light.Commit)
}
