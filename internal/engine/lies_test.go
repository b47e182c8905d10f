package engine

import (
	"bytes"
	"math"
	"math/rand/v2"
	"time"

	"github.com/cometbft/cometbft/crypto/merkle"
	"github.com/cometbft/cometbft/p2p"
	bcproto "github.com/cometbft/cometbft/proto/tendermint/blocksync"
	cmtcons "github.com/cometbft/cometbft/proto/tendermint/consensus"
	cmtcrypto "github.com/cometbft/cometbft/proto/tendermint/crypto"
	bitsproto "github.com/cometbft/cometbft/proto/tendermint/libs/bits"
	memproto "github.com/cometbft/cometbft/proto/tendermint/mempool"
	tmp2p "github.com/cometbft/cometbft/proto/tendermint/p2p"
	ssproto "github.com/cometbft/cometbft/proto/tendermint/statesync"
	cmtproto "github.com/cometbft/cometbft/proto/tendermint/types"
	"github.com/cometbft/cometbft/types"
	"github.com/cosmos/gogoproto/proto"
	gogotypes "github.com/cosmos/gogoproto/types"
)

// The engine's channels.
const (
	stateChannel, dataChannel, voteChannel, bitsChannel byte = 0x20, 0x21, 0x22, 0x23
	poolChannel, evidenceChannel, blockChannel          byte = 0x30, 0x38, 0x40
	snapshotChannel, chunkChannel                       byte = 0x60, 0x61
)

// liar knows what the intruder knows of a node: its chain, as one who is let in.
type liar struct {
	*intruder
	*rand.Rand
	at    *site
	index int32 // of the intruder among the validators
}

// lie is something that no honest node says; ends tells that the node must end the
// connection for it, and otherwise it must not care.
type lie struct {
	name string
	ends bool
	say  func(l *liar) said
}

func (l *liar) height() int64 { return l.at.node.Height() + 1 }

func on(channel byte, m proto.Message) said { return said{channel: channel, body: marshal(m)} }

// step claims where the intruder is.
func (l *liar) step(height int64, round int32, step uint32, commit int32) said {
	return on(stateChannel, &cmtcons.NewRoundStep{Height: height, Round: round, Step: step, LastCommitRound: commit})
}

func (l *liar) id() cmtproto.BlockID { return blockID(byte(1 + l.IntN(4))) }

// signed is a vote of the intruder that its key has signed.
func (l *liar) signed(change func(*cmtproto.Vote)) *cmtproto.Vote {
	v := &cmtproto.Vote{
		Type: cmtproto.PrevoteType, Height: l.height(), BlockID: l.id(), Timestamp: time.Now().UTC(),
		ValidatorAddress: l.voter.PubKey().Address(), ValidatorIndex: l.index,
	}
	change(v)
	v.Signature, _ = l.voter.Sign(types.VoteSignBytes(l.chain, v)) // an Ed25519 key always signs
	return v
}

func (l *liar) says(change func(*cmtproto.Vote)) said {
	return on(voteChannel, &cmtcons.Vote{Vote: l.signed(change)})
}

// proposes signs a proposal whose turn it may be.
func (l *liar) proposes(change func(*cmtproto.Proposal)) said {
	p := &cmtproto.Proposal{Type: cmtproto.ProposalType, Height: l.height(), PolRound: -1, BlockID: l.id(), Timestamp: time.Now().UTC()}
	change(p)
	p.Signature, _ = l.voter.Sign(types.ProposalSignBytes(l.chain, p))
	return on(dataChannel, &cmtcons.Proposal{Proposal: *p})
}

// part is one of three of a block that isn't one.
func (l *liar) part(change func(*cmtcons.BlockPart)) said {
	set := types.NewPartSetFromData(bytes.Repeat([]byte("no block"), 20_000), types.BlockPartSizeBytes)
	p, err := set.GetPart(l.IntN(int(set.Total()))).ToProto()
	if err != nil {
		panic(err)
	}
	b := &cmtcons.BlockPart{Height: l.height(), Part: *p}
	change(b)
	return on(dataChannel, b)
}

func bits(n int64, elems ...uint64) *bitsproto.BitArray {
	return &bitsproto.BitArray{Bits: n, Elems: elems}
}

func parts(total uint32) cmtproto.PartSetHeader {
	return cmtproto.PartSetHeader{Total: total, Hash: bytes.Repeat([]byte{7}, 32)}
}

func (l *liar) valid(height int64, total uint32, have *bitsproto.BitArray) said {
	return on(stateChannel, &cmtcons.NewValidBlock{Height: height, BlockPartSetHeader: parts(total), BlockParts: have, IsCommit: l.IntN(2) == 0})
}

// frames are wrong below the messages.
var frames = []lie{
	{"a channel that doesn't exist", true, func(*liar) said { return said{channel: 0x99, body: []byte{1}} }},
	{"a negative channel", true, func(*liar) said {
		return said{raw: delimited(&tmp2p.Packet{Sum: &tmp2p.Packet_PacketMsg{PacketMsg: &tmp2p.PacketMsg{ChannelID: -1, EOF: true}}})}
	}},
	{"a channel above a byte, whose low byte exists", true, func(*liar) said {
		return said{raw: delimited(&tmp2p.Packet{Sum: &tmp2p.Packet_PacketMsg{PacketMsg: &tmp2p.PacketMsg{ChannelID: 0x120, EOF: true}}})}
	}},
	{"a packet of no kind", true, func(*liar) said { return said{raw: delimited(&tmp2p.Packet{})} }},
	{"a packet longer than packets are", true, func(*liar) said {
		return said{raw: delimited(&tmp2p.Packet{Sum: &tmp2p.Packet_PacketMsg{PacketMsg: &tmp2p.PacketMsg{ChannelID: 0x20, Data: make([]byte, packetBytes+64)}}})}
	}},
	{"a packet that says it is endless", true, func(*liar) said { return said{raw: bytes.Repeat([]byte{0xff}, 9)} }},
	{"a packet that says it has 4 GB", true, func(*liar) said { return said{raw: []byte{0x80, 0x80, 0x80, 0x80, 0x10}} }},
	{"a packet of noise", true, func(l *liar) said {
		noise := make([]byte, 64)
		for i := range noise {
			noise[i] = byte(l.Uint32())
		}
		noise[0], noise[1] = 62, 0x0f // a field with a wire type that doesn't exist
		return said{raw: noise}
	}},
	{"a message that never ends, past what its channel takes", true, func(*liar) said {
		more := delimited(&tmp2p.Packet{Sum: &tmp2p.Packet_PacketMsg{PacketMsg: &tmp2p.PacketMsg{ChannelID: 0x20, Data: make([]byte, packetBytes)}}})
		return said{raw: bytes.Repeat(more, 17)}
	}},
	{"a message that is none", true, func(*liar) said { return said{channel: voteChannel, body: []byte{0xff, 0xff}} }},
	{"a message of no kind", true, func(*liar) said { return said{channel: stateChannel, body: []byte{}} }},
	{"an empty packet on the channel of blocks", true, func(*liar) said { return said{channel: blockChannel, body: []byte{}} }},
	{"a pong that nobody waits for", false, func(*liar) said {
		return said{raw: delimited(&tmp2p.Packet{Sum: &tmp2p.Packet_PacketPong{PacketPong: &tmp2p.PacketPong{}}})}
	}},
	{"a ping", false, func(*liar) said {
		return said{raw: delimited(&tmp2p.Packet{Sum: &tmp2p.Packet_PacketPing{PacketPing: &tmp2p.PacketPing{}}})}
	}},
	{"a header's question cut short", true, func(*liar) said {
		return on(witnessChannel, &gogotypes.BytesValue{Value: []byte{0x83, 1, 1}})
	}},
	{"a header's answer that nobody asked for", false, func(*liar) said {
		return on(witnessChannel, &gogotypes.BytesValue{Value: witnessed{id: math.MaxUint64, tip: math.MaxInt64, light: []byte{1}}.encode()})
	}},
}

// steps are wrong about where a peer is, and what it has.
var steps = []lie{
	{"a negative height", true, func(l *liar) said { return l.step(-1, 0, 1, 0) }},
	{"a negative round", true, func(l *liar) said { return l.step(l.height(), -1, 1, 0) }},
	{"a step that doesn't exist", true, func(l *liar) said { return l.step(l.height(), 0, 99, 0) }},
	{"a step that wraps to one that exists", true, func(l *liar) said { return l.step(l.height(), 0, 257, 0) }},
	{"a commit in the round before none", true, func(l *liar) said { return l.step(l.height(), 0, 1, -2) }},
	{"a commit before the first height", true, func(l *liar) said { return l.step(1, 0, 1, 0) }},
	{"no commit after the first height", true, func(l *liar) said { return l.step(l.height(), 0, 1, -1) }},
	{"a height before the first", true, func(l *liar) said { return l.step(0, 0, 1, -1) }},
	{"the last height there is", false, func(l *liar) said { return l.step(math.MaxInt64, math.MaxInt32, 8, math.MaxInt32) }},
	{"bits without elements", true, func(l *liar) said { return l.valid(l.height(), 100, bits(100)) }},
	{"elements without bits", true, func(l *liar) said { return l.valid(l.height(), 1, bits(0, 1, 2)) }},
	{"fewer elements than bits", true, func(l *liar) said { return l.valid(l.height(), 200, bits(200, 1)) }},
	{"more elements than bits", true, func(l *liar) said { return l.valid(l.height(), 3, bits(3, 1, 1, 1)) }},
	{"negative bits", true, func(l *liar) said { return l.valid(l.height(), 3, bits(-3, 1)) }},
	{"no bits", true, func(l *liar) said { return l.valid(l.height(), 3, nil) }},
	{"bits for other parts", true, func(l *liar) said { return l.valid(l.height(), 3, bits(4, 1)) }},
	{"bits of more parts than a block may have", true, func(l *liar) said {
		n := int64(types.MaxBlockPartsCount) + 1
		return l.valid(l.height(), uint32(n), bits(n, make([]uint64, (n+63)/64)...))
	}},
	{"a hash of the wrong length", true, func(l *liar) said {
		return on(stateChannel, &cmtcons.NewValidBlock{Height: l.height(), BlockPartSetHeader: cmtproto.PartSetHeader{Total: 1, Hash: []byte{1}}, BlockParts: bits(1, 1)})
	}},
	{"a vote of a negative index", true, func(l *liar) said {
		return on(stateChannel, &cmtcons.HasVote{Height: l.height(), Type: cmtproto.PrevoteType, Index: -1})
	}},
	{"a vote of an index that nobody has", false, func(l *liar) said {
		return on(stateChannel, &cmtcons.HasVote{Height: l.height(), Type: cmtproto.PrecommitType, Index: math.MaxInt32})
	}},
	{"a vote of no type", true, func(l *liar) said { return on(stateChannel, &cmtcons.HasVote{Height: l.height(), Type: 77}) }},
	{"a majority of no type", true, func(l *liar) said {
		return on(stateChannel, &cmtcons.VoteSetMaj23{Height: l.height(), Type: cmtproto.ProposalType, BlockID: blockID(1)})
	}},
	{"a majority in a round that nobody reached", false, func(l *liar) said {
		return on(stateChannel, &cmtcons.VoteSetMaj23{Height: l.height(), Round: math.MaxInt32, Type: cmtproto.PrevoteType, BlockID: blockID(1)})
	}},
	{"a majority for a block without a hash", true, func(l *liar) said {
		return on(stateChannel, &cmtcons.VoteSetMaj23{Height: l.height(), Type: cmtproto.PrevoteType, BlockID: cmtproto.BlockID{Hash: []byte{1, 2}}})
	}},
	{"votes in bits without elements", true, func(l *liar) said {
		return on(bitsChannel, &cmtcons.VoteSetBits{Height: l.height(), Type: cmtproto.PrevoteType, BlockID: blockID(1), Votes: *bits(4)})
	}},
	{"votes of more validators than can be", true, func(l *liar) said {
		n := int64(types.MaxVotesCount) + 1
		return on(bitsChannel, &cmtcons.VoteSetBits{Height: l.height(), Type: cmtproto.PrevoteType, BlockID: blockID(1), Votes: *bits(n, make([]uint64, (n+63)/64)...)})
	}},
	{"votes of a hundred where there are four", false, func(l *liar) said {
		return on(bitsChannel, &cmtcons.VoteSetBits{Height: l.height(), Type: cmtproto.PrecommitType, BlockID: blockID(2), Votes: *bits(100, math.MaxUint64, math.MaxUint64)})
	}},
}

// blocks are wrong proposals and parts.
var blocks = []lie{
	{"a proposal of nothing", true, func(*liar) said { return on(dataChannel, &cmtcons.Proposal{}) }},
	{"a proposal of more parts than blocks have", true, func(l *liar) said {
		return l.proposes(func(p *cmtproto.Proposal) { p.BlockID.PartSetHeader.Total = 1000 })
	}},
	{"a proposal of all parts there could be", true, func(l *liar) said {
		return l.proposes(func(p *cmtproto.Proposal) { p.BlockID.PartSetHeader.Total = math.MaxUint32 })
	}},
	{"a proposal locked in a round to come", false, func(l *liar) said { return l.proposes(func(p *cmtproto.Proposal) { p.PolRound = 5 }) }},
	{"a proposal of no block", true, func(l *liar) said {
		return l.proposes(func(p *cmtproto.Proposal) { p.BlockID = cmtproto.BlockID{} })
	}},
	{"a proposal that another signed", false, func(l *liar) said {
		return on(dataChannel, &cmtcons.Proposal{Proposal: cmtproto.Proposal{
			Type: cmtproto.ProposalType, Height: l.height(), PolRound: -1, BlockID: l.id(), Timestamp: time.Now().UTC(), Signature: bytes.Repeat([]byte{3}, 64),
		}})
	}},
	{"a proposal of a block that isn't one", false, func(l *liar) said {
		return l.proposes(func(p *cmtproto.Proposal) {
			set := types.NewPartSetFromData(bytes.Repeat([]byte("no block"), 20_000), types.BlockPartSizeBytes)
			header := set.Header()
			p.BlockID.PartSetHeader = header.ToProto()
		})
	}},
	{"a lock of no votes", true, func(l *liar) said {
		return on(dataChannel, &cmtcons.ProposalPOL{Height: l.height(), ProposalPol: *bits(0)})
	}},
	{"a lock of bits without elements", true, func(l *liar) said {
		return on(dataChannel, &cmtcons.ProposalPOL{Height: l.height(), ProposalPol: *bits(4)})
	}},
	{"a lock in a round before none", true, func(l *liar) said {
		return on(dataChannel, &cmtcons.ProposalPOL{Height: l.height(), ProposalPolRound: -1, ProposalPol: *bits(4, 1)})
	}},
	{"a part larger than parts are", true, func(l *liar) said {
		return l.part(func(b *cmtcons.BlockPart) { b.Part.Bytes = make([]byte, types.BlockPartSizeBytes+1) })
	}},
	{"a part whose proof is for another index", true, func(l *liar) said {
		return l.part(func(b *cmtcons.BlockPart) { b.Part.Proof.Index = (b.Part.Proof.Index + 1) % 3 })
	}},
	{"a part whose proof is for an index before none", true, func(l *liar) said {
		return l.part(func(b *cmtcons.BlockPart) { b.Part.Index, b.Part.Proof.Index = math.MaxUint32, -1 })
	}},
	{"a part whose proof has no parts", true, func(l *liar) said {
		return l.part(func(b *cmtcons.BlockPart) { b.Part.Proof.Total = -1 })
	}},
	{"a part whose proof is endless", true, func(l *liar) said {
		return l.part(func(b *cmtcons.BlockPart) {
			b.Part.Proof.Aunts = nil
			for range merkle.MaxAunts + 1 {
				b.Part.Proof.Aunts = append(b.Part.Proof.Aunts, bytes.Repeat([]byte{1}, 32))
			}
		})
	}},
	{"a part whose leaf has no hash", true, func(l *liar) said {
		return l.part(func(b *cmtcons.BlockPart) { b.Part.Proof.LeafHash = nil })
	}},
	{"a part without a proof", true, func(l *liar) said {
		return l.part(func(b *cmtcons.BlockPart) { b.Part.Proof = cmtcrypto.Proof{} })
	}},
	{"a part far outside of its block", false, func(l *liar) said {
		return l.part(func(b *cmtcons.BlockPart) {
			b.Part.Index, b.Part.Proof.Index, b.Part.Proof.Total = 1<<30, 1<<30, 1<<30+1
		})
	}},
	{"a part of a block that isn't one", false, func(l *liar) said { return l.part(func(*cmtcons.BlockPart) {}) }},
	{"a part of a height to come", false, func(l *liar) said { return l.part(func(b *cmtcons.BlockPart) { b.Height = math.MaxInt64 }) }},
}

// votes are wrong votes, and evidence of none.
var votes = []lie{
	{"a vote that is nil", true, func(*liar) said { return on(voteChannel, &cmtcons.Vote{}) }},
	{"a vote of an unknown type", true, func(l *liar) said { return l.says(func(v *cmtproto.Vote) { v.Type = 9 }) }},
	{"a vote for half a block", true, func(l *liar) said {
		return l.says(func(v *cmtproto.Vote) { v.BlockID.PartSetHeader = cmtproto.PartSetHeader{} })
	}},
	{"a vote of nobody", true, func(l *liar) said { return l.says(func(v *cmtproto.Vote) { v.ValidatorAddress = nil }) }},
	{"a vote of a negative index", true, func(l *liar) said { return l.says(func(v *cmtproto.Vote) { v.ValidatorIndex = -1 }) }},
	{"a vote that nobody signed", true, func(l *liar) said {
		v := l.signed(func(*cmtproto.Vote) {})
		v.Signature = nil
		return on(voteChannel, &cmtcons.Vote{Vote: v})
	}},
	{"a vote with a signature longer than they are", true, func(l *liar) said {
		v := l.signed(func(*cmtproto.Vote) {})
		v.Signature = append(v.Signature, make([]byte, types.MaxSignatureSize)...)
		return on(voteChannel, &cmtcons.Vote{Vote: v})
	}},
	{"a vote with a wrong signature", false, func(l *liar) said {
		v := l.signed(func(*cmtproto.Vote) {})
		v.Signature[3] ^= 1
		return on(voteChannel, &cmtcons.Vote{Vote: v})
	}},
	{"a vote in another's place", false, func(l *liar) said {
		return l.says(func(v *cmtproto.Vote) { v.ValidatorIndex = (l.index + 1) % 4 })
	}},
	{"a vote in a place that isn't there", false, func(l *liar) said {
		return l.says(func(v *cmtproto.Vote) { v.ValidatorIndex = math.MaxInt32 })
	}},
	{"a vote in a round far ahead", false, func(l *liar) said { return l.says(func(v *cmtproto.Vote) { v.Round = math.MaxInt32 }) }},
	{"a vote of a day to come", false, func(l *liar) said {
		return l.says(func(v *cmtproto.Vote) { v.Timestamp = v.Timestamp.AddDate(200, 0, 0) })
	}},
	{"votes that contradict each other", false, func(l *liar) said {
		return l.says(func(v *cmtproto.Vote) { v.Type = cmtproto.PrecommitType })
	}},
	{"evidence of nothing", true, func(*liar) said {
		return on(evidenceChannel, &cmtproto.EvidenceList{Evidence: []cmtproto.Evidence{{}}})
	}},
	{"evidence of two votes that are nil", true, func(*liar) said {
		return on(evidenceChannel, evidence(&cmtproto.DuplicateVoteEvidence{}))
	}},
	{"evidence of one vote twice", true, func(l *liar) said {
		v := l.signed(func(*cmtproto.Vote) {})
		return on(evidenceChannel, evidence(&cmtproto.DuplicateVoteEvidence{VoteA: v, VoteB: v, TotalVotingPower: 40, ValidatorPower: 10, Timestamp: time.Now().UTC()}))
	}},
	{"evidence of an attack without a block", true, func(*liar) said {
		return on(evidenceChannel, &cmtproto.EvidenceList{Evidence: []cmtproto.Evidence{
			{Sum: &cmtproto.Evidence_LightClientAttackEvidence{LightClientAttackEvidence: &cmtproto.LightClientAttackEvidence{CommonHeight: 1}}},
		}})
	}},
	{"no evidence at all", false, func(*liar) said { return on(evidenceChannel, &cmtproto.EvidenceList{}) }},
}

func evidence(e *cmtproto.DuplicateVoteEvidence) *cmtproto.EvidenceList {
	return &cmtproto.EvidenceList{Evidence: []cmtproto.Evidence{{Sum: &cmtproto.Evidence_DuplicateVoteEvidence{DuplicateVoteEvidence: e}}}}
}

// stores are wrong about blocks, snapshots and transactions that are handed over.
var stores = []lie{
	{"a question for a block before the first", true, func(*liar) said { return on(blockChannel, &bcproto.BlockRequest{Height: -5}) }},
	{"a question for a block that isn't", false, func(*liar) said { return on(blockChannel, &bcproto.BlockRequest{Height: math.MaxInt64}) }},
	{"a block that nobody asked for", true, func(*liar) said {
		return on(blockChannel, &bcproto.BlockResponse{Block: &cmtproto.Block{}})
	}},
	{"no block in the place of a block", true, func(*liar) said { return on(blockChannel, &bcproto.BlockResponse{}) }},
	{"a block with more signatures than can be", true, func(*liar) said {
		return on(blockChannel, &bcproto.BlockResponse{Block: &cmtproto.Block{LastCommit: &cmtproto.Commit{Signatures: make([]cmtproto.CommitSig, types.MaxVotesCount+1)}}})
	}},
	{"a range that ends before it begins", true, func(*liar) said { return on(blockChannel, &bcproto.StatusResponse{Base: 9, Height: 8}) }},
	{"a range that begins before the first block", true, func(*liar) said { return on(blockChannel, &bcproto.StatusResponse{Base: -9, Height: 8}) }},
	{"all heights there are", false, func(*liar) said { return on(blockChannel, &bcproto.StatusResponse{Base: 1, Height: math.MaxInt64}) }},
	{"fewer heights than before", false, func(*liar) said { return on(blockChannel, &bcproto.StatusResponse{Base: 1, Height: 1}) }},
	{"no block of a height that nobody asked for", false, func(*liar) said { return on(blockChannel, &bcproto.NoBlockResponse{Height: 1 << 40}) }},
	{"a snapshot of no height", true, func(*liar) said {
		return on(snapshotChannel, &ssproto.SnapshotsResponse{Chunks: 1, Hash: []byte{1}})
	}},
	{"a snapshot of no chunks", true, func(*liar) said {
		return on(snapshotChannel, &ssproto.SnapshotsResponse{Height: 1, Hash: []byte{1}})
	}},
	{"a snapshot of more chunks than can be", false, func(*liar) said {
		return on(snapshotChannel, &ssproto.SnapshotsResponse{Height: 1, Chunks: math.MaxUint32, Hash: []byte{1}})
	}},
	{"a snapshot that nobody wants", false, func(*liar) said {
		return on(snapshotChannel, &ssproto.SnapshotsResponse{Height: math.MaxUint64, Format: 9, Chunks: 3, Hash: []byte{1}, Metadata: make([]byte, 1000)})
	}},
	{"a question for snapshots", false, func(*liar) said { return on(snapshotChannel, &ssproto.SnapshotsRequest{}) }},
	{"a missing chunk with bytes", true, func(*liar) said {
		return on(chunkChannel, &ssproto.ChunkResponse{Height: 1, Missing: true, Chunk: []byte{1}})
	}},
	{"a question for a chunk of no height", true, func(*liar) said { return on(chunkChannel, &ssproto.ChunkRequest{}) }},
	{"a question for a chunk that isn't", false, func(*liar) said {
		return on(chunkChannel, &ssproto.ChunkRequest{Height: math.MaxUint64, Format: 7, Index: math.MaxUint32})
	}},
	{"a chunk that nobody asked for", false, func(*liar) said {
		return on(chunkChannel, &ssproto.ChunkResponse{Height: 5, Index: 3, Chunk: make([]byte, 1000)})
	}},
	{"a transaction larger than they are", true, func(*liar) said {
		return on(poolChannel, &memproto.Txs{Txs: [][]byte{make([]byte, txBytesDefault+1)}})
	}},
	{"ten thousand transactions of no bytes", true, func(*liar) said { return on(poolChannel, &memproto.Txs{Txs: make([][]byte, 10_000)}) }},
	{"no transactions", true, func(*liar) said { return on(poolChannel, &memproto.Txs{}) }},
	{"a transaction that the rules refuse", false, func(l *liar) said {
		return on(poolChannel, &memproto.Txs{Txs: [][]byte{[]byte("bad " + time.Now().String())}})
	}},
}

// wander is a claim in right form about heights around the present one, which the
// node's loops for this peer work with.
func (l *liar) wander() said {
	height := l.height() - 3 + int64(l.IntN(5))
	round := int32(l.IntN(3))
	kind := []cmtproto.SignedMsgType{cmtproto.PrevoteType, cmtproto.PrecommitType}[l.IntN(2)]
	some := func(n int64) *bitsproto.BitArray {
		elems := make([]uint64, (n+63)/64)
		for i := range elems {
			elems[i] = l.Uint64()
		}
		return bits(n, elems...)
	}
	switch l.IntN(10) {
	case 0, 1:
		return l.step(max(2, height), round, 1+l.Uint32N(8), l.Int32N(3))
	case 2:
		n := []int64{1, 2, 63, 64, 65, 1000}[l.IntN(6)]
		return l.valid(height, uint32(n), some(n))
	case 3:
		return on(stateChannel, &cmtcons.HasVote{Height: height, Round: round, Type: kind, Index: l.Int32N(200)})
	case 4:
		return on(dataChannel, &cmtcons.ProposalPOL{Height: height, ProposalPolRound: round, ProposalPol: *some(1 + l.Int64N(300))})
	case 5:
		return on(bitsChannel, &cmtcons.VoteSetBits{Height: height, Round: round, Type: kind, BlockID: l.id(), Votes: *some(1 + l.Int64N(300))})
	case 6:
		return on(stateChannel, &cmtcons.VoteSetMaj23{Height: height, Round: round, Type: kind, BlockID: l.id()})
	case 7:
		return l.proposes(func(p *cmtproto.Proposal) {
			p.Height, p.Round, p.BlockID.PartSetHeader.Total = height, round, 1+l.Uint32N(50)
		})
	case 8:
		return l.part(func(b *cmtcons.BlockPart) { b.Height, b.Round = height, round })
	default:
		return l.says(func(v *cmtproto.Vote) { v.Type, v.Height, v.Round = kind, height, round })
	}
}

// spoil changes some bytes of a message; whatever comes of it, the node stays.
func (l *liar) spoil(what said) said {
	if what.raw != nil || len(what.body) == 0 {
		return what
	}
	body := bytes.Clone(what.body)
	for range 1 + l.IntN(3) {
		at := l.IntN(len(body))
		switch l.IntN(3) {
		case 0:
			body[at] = byte(l.Uint32())
		case 1:
			body = body[:at+1]
		default:
			body = append(body[:at:at], append([]byte{byte(l.Uint32())}, body[at:]...)...)
		}
	}
	return said{channel: what.channel, body: body}
}

// greetings are handshakes that fail; how each differs from a right one.
var greetings = map[string]func(*p2p.DefaultNodeInfo){
	"another network":       func(i *p2p.DefaultNodeInfo) { i.Network = "another" },
	"another node's id":     func(i *p2p.DefaultNodeInfo) { i.DefaultNodeID = "0123456789012345678901234567890123456789" },
	"no id":                 func(i *p2p.DefaultNodeInfo) { i.DefaultNodeID = "" },
	"a name of no letters":  func(i *p2p.DefaultNodeInfo) { i.Moniker = "\x00\x1b[2J" },
	"too many channels":     func(i *p2p.DefaultNodeInfo) { i.Channels = bytes.Repeat([]byte{1}, 200) },
	"a channel twice":       func(i *p2p.DefaultNodeInfo) { i.Channels = []byte{0x20, 0x20} },
	"no common channel":     func(i *p2p.DefaultNodeInfo) { i.Channels = []byte{0x01} },
	"another block version": func(i *p2p.DefaultNodeInfo) { i.ProtocolVersion.Block = 99 },
	"a wrong address":       func(i *p2p.DefaultNodeInfo) { i.ListenAddr = "tcp://not an address" },
}

func heightAsked(raw []byte) int64 {
	var m bcproto.Message
	if proto.Unmarshal(raw, &m) != nil || m.GetBlockRequest() == nil {
		return 0
	}
	return m.GetBlockRequest().Height
}
