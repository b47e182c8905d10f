package engine

import (
	"bufio"
	"errors"
	"fmt"
	"net"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"
	"github.com/cometbft/cometbft/crypto"
	"github.com/cometbft/cometbft/crypto/ed25519"
	"github.com/cometbft/cometbft/libs/protoio"
	"github.com/cometbft/cometbft/p2p"
	"github.com/cometbft/cometbft/p2p/conn"
	tmp2p "github.com/cometbft/cometbft/proto/tendermint/p2p"
	"github.com/cometbft/cometbft/version"
	"github.com/cosmos/gogoproto/proto"
	gogotypes "github.com/cosmos/gogoproto/types"

	"pedigree/proof"
)

// intruder is a validator's machine in the wrong hands: its consensus key is in the
// set, it is let in under as many node keys as it wants, and it says what it likes.
type intruder struct {
	*site
	voter crypto.PrivKey
	chain string
}

func newIntruder(t *testing.T, chain string) *intruder {
	t.Helper()
	s := newSite(t, vfs.NewMem())
	voter, err := loadConsensusKey(filepath.Join(s.home, consensusKeyFile))
	must(t, err)
	return &intruder{site: s, voter: voter, chain: chain}
}

func (*intruder) newID() *p2p.NodeKey { return &p2p.NodeKey{PrivKey: ed25519.GenPrivKey()} }

// info is how a node of its describes itself.
func (i *intruder) info(id *p2p.NodeKey) p2p.DefaultNodeInfo {
	return p2p.DefaultNodeInfo{
		ProtocolVersion: p2p.NewProtocolVersion(version.P2PProtocol, version.BlockProtocol, 1),
		DefaultNodeID:   id.ID(), Network: i.chain, Version: version.TMCoreSemVer, Moniker: "intruder", ListenAddr: "tcp://" + i.addr,
		Channels: []byte{stateChannel, dataChannel, voteChannel, bitsChannel, poolChannel, evidenceChannel, blockChannel, snapshotChannel, chunkChannel, witnessChannel},
		Other:    p2p.DefaultNodeInfoOther{TxIndex: "off"},
	}
}

// intrusion is one connection to a node, with the engine's handshake done.
type intrusion struct {
	line    *conn.SecretConnection
	raw     net.Conn
	answers chan uint64 // ids of the answers on the channel of headers
	blocks  chan int64  // heights of the blocks that are asked for
	gone    chan struct{}
	asked   uint64
	write   sync.Mutex
}

// enter connects, and tries again while the node still drops the connection before.
func (i *intruder) enter(t *testing.T, s *site, id *p2p.NodeKey) *intrusion {
	t.Helper()
	var why error
	for end := time.Now().Add(testWait); time.Now().Before(end); time.Sleep(2 * time.Millisecond) {
		n, err := i.shakeHands(s.addr, id, i.info(id))
		if err != nil {
			why = err
			continue
		}
		if n.heard(t) {
			return n
		}
		why = errors.New("the connection was closed after the handshake")
	}
	t.Fatalf("the intruder is not let in any more: %v", why)
	return nil
}

func (*intruder) shakeHands(addr string, id *p2p.NodeKey, info p2p.DefaultNodeInfo) (*intrusion, error) {
	raw, err := net.Dial("tcp", addr)
	if err != nil {
		return nil, err
	}
	_ = raw.SetDeadline(time.Now().Add(testWait))
	line, err := conn.MakeSecretConnection(raw, id.PrivKey)
	if err == nil {
		_, err = protoio.NewDelimitedWriter(line).WriteMsg(info.ToProto())
	}
	var theirs tmp2p.DefaultNodeInfo
	if err == nil {
		_, err = protoio.NewDelimitedReader(line, p2p.MaxNodeInfoSize()).ReadMsg(&theirs)
	}
	if err != nil {
		return nil, errors.Join(err, raw.Close())
	}
	n := &intrusion{line: line, raw: raw, answers: make(chan uint64, 16), blocks: make(chan int64, 1024), gone: make(chan struct{})}
	go n.listen()
	return n, nil
}

// listen reads what the node sends until it ends the connection.
func (n *intrusion) listen() {
	defer close(n.gone)
	defer n.raw.Close()
	reader := protoio.NewDelimitedReader(bufio.NewReader(n.line), 1<<20)
	whole := map[int32][]byte{}
	for {
		var packet tmp2p.Packet
		if _, err := reader.ReadMsg(&packet); err != nil {
			return
		}
		switch p := packet.Sum.(type) {
		case *tmp2p.Packet_PacketPing:
			_ = n.send(said{raw: delimited(&tmp2p.Packet{Sum: &tmp2p.Packet_PacketPong{PacketPong: &tmp2p.PacketPong{}}})})
		case *tmp2p.Packet_PacketMsg:
			channel := p.PacketMsg.ChannelID
			if channel != int32(witnessChannel) && channel != int32(blockChannel) {
				continue
			}
			if whole[channel] = append(whole[channel], p.PacketMsg.Data...); p.PacketMsg.EOF {
				n.got(byte(channel), whole[channel])
				whole[channel] = nil
			}
		}
	}
}

// got keeps the id of an answer, or the height of a block that the node asks for.
func (n *intrusion) got(channel byte, raw []byte) {
	if channel == blockChannel {
		if height := heightAsked(raw); height > 0 {
			select {
			case n.blocks <- height:
			default: // nobody answers it
			}
		}
		return
	}
	var b gogotypes.BytesValue
	if b.Unmarshal(raw) != nil {
		return
	}
	if _, _, answer, err := decodeWitness(b.Value); err == nil && answer != nil {
		select {
		case n.answers <- answer.id:
		default: // nobody waits for it
		}
	}
}

// said is a message on a channel, or bytes that are none.
type said struct {
	channel byte
	body    []byte
	raw     []byte
}

// send writes it; an error means that the connection is gone.
func (n *intrusion) send(what said) error {
	n.write.Lock()
	defer n.write.Unlock()
	if what.raw != nil {
		_, err := n.line.Write(what.raw)
		return err
	}
	for rest := what.body; ; rest = rest[packetBytes:] {
		p := &tmp2p.PacketMsg{ChannelID: int32(what.channel), EOF: len(rest) <= packetBytes, Data: rest[:min(len(rest), packetBytes)]}
		if _, err := n.line.Write(delimited(&tmp2p.Packet{Sum: &tmp2p.Packet_PacketMsg{PacketMsg: p}})); err != nil || p.EOF {
			return err
		}
	}
}

// heard waits until the node has read all that was said, and says whether the
// connection is still there: messages are read in order, and a question about
// headers is answered.
func (n *intrusion) heard(t *testing.T) bool {
	t.Helper()
	n.asked++
	b := proof.AppendUint(proof.AppendArray(nil, 3), witnessAsk)
	b = proof.AppendUint(proof.AppendUint(b, n.asked), 0)
	_ = n.send(said{channel: witnessChannel, body: marshal(&gogotypes.BytesValue{Value: b})}) // then it is gone
	for late := time.After(testWait); ; {
		select {
		case id := <-n.answers:
			if id == n.asked {
				return true
			}
		case <-n.gone:
			return false
		case <-late:
			t.Error("the node neither answers nor ends the connection")
			return false
		}
	}
}

func (n *intrusion) leave() {
	_ = n.raw.Close()
	<-n.gone
}

func marshal(m proto.Message) []byte {
	if w, ok := m.(p2p.Wrapper); ok {
		m = w.Wrap()
	}
	raw, err := proto.Marshal(m)
	if err != nil {
		panic(fmt.Sprintf("couldn't make a message: %v", err))
	}
	return raw
}

func delimited(m proto.Message) []byte {
	raw, err := protoio.MarshalDelimited(m)
	if err != nil {
		panic(fmt.Sprintf("couldn't make a packet: %v", err))
	}
	return raw
}
