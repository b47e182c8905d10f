package engine

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"encoding/base64"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	cmtproto "github.com/cometbft/cometbft/proto/tendermint/types"
	"github.com/cometbft/cometbft/types"

	channel "pedigree/internal/signer"
)

// farEnd is what one end of the channel to a signer is told.
type farEnd struct {
	Addr      string
	Own       ed25519.PrivateKey
	Other     ed25519.PublicKey
	Chain     string
	Consensus []byte // the key's text; for the signer
	Public    [32]byte
	Node      []byte // the node key's text; for the node
}

// answersFile is where a signer of this test notes all that it signed. What is
// written is in the kernel's hands before the answer leaves, so a kill loses none.
const answersFile = "answers"

// sign is the child that signs.
func (f *farEnd) sign(ctx context.Context, home string) error {
	host, err := OpenSignerHost(home, f.Chain, f.Consensus, func(err error) { fmt.Fprintln(os.Stderr, err); os.Exit(1) })
	if err != nil {
		return err
	}
	notes, err := os.OpenFile(filepath.Join(home, answersFile), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	answer := func(q []byte) []byte {
		a := host.Answer(q)
		if a[0] == answerDone && q[0] != askStatus {
			line := base64.StdEncoding.EncodeToString(append([]byte{q[0]}, a[1:]...)) + "\n"
			if _, err := notes.WriteString(line); err != nil {
				return refusal(err)
			}
		}
		return a
	}
	l, err := net.Listen("tcp", f.Addr)
	if err != nil {
		return err
	}
	fmt.Println("ready")
	return (&channel.Host{Key: f.Own, Node: f.Other, Answer: answer, Log: slog.New(slog.DiscardHandler)}).Serve(ctx, l)
}

// use makes a node's configuration that of one with a signer.
func (f *farEnd) use(c *Config) (err error) {
	c.Keys.Node = f.Node
	c.Remote, err = channel.Dial(channel.LinkConfig{Addr: f.Addr, Key: f.Own, Signer: f.Other, Consensus: f.Public, Log: slog.New(slog.DiscardHandler)})
	return err
}

// farKills is how often the node, its signer, or both are killed.
const farKills = 12

// TestNothingIsSignedTwiceWhoeverIsKilled kills a node under load and its signer on
// the other end of a real connection, one of them or both, at random moments. All
// that the signer ever signed is compared: nothing twice, and no transaction that was
// answered for is lost.
func TestNothingIsSignedTwiceWhoeverIsKilled(t *testing.T) {
	t.Parallel()
	s := newSite(t, nil)
	far := t.TempDir()
	k := keysOf(t, s.home)
	must(t, MoveMark(s.home, far, s.key))
	must(t, os.Remove(filepath.Join(s.home, consensusKeyFile)))
	genesis := genesisFor("far", Single, s)
	nodePublic, nodeKey, err := ed25519.GenerateKey(nil)
	must(t, err)
	hostPublic, hostKey, err := ed25519.GenerateKey(nil)
	must(t, err)
	addr := freeAddr(t)
	host := &farEnd{Addr: addr, Own: hostKey, Other: nodePublic, Chain: "far", Consensus: k.Consensus}
	node := &farEnd{Addr: addr, Own: nodeKey, Other: hostPublic, Public: s.key, Node: k.Node}
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 0))

	var acks []string
	signs := func() *child { return startChild(t, childOrder{Home: far, Signer: host}, -1) }
	signer := signs()
	for run := range farKills {
		c := startChild(t, childOrder{Home: s.home, Genesis: genesis, Run: run, InFlight: 1 + random.IntN(20), Remote: node}, 1+random.IntN(100))
		time.Sleep(time.Duration(random.IntN(300)) * time.Millisecond)
		if random.IntN(2) == 0 { // while the node is at work, which must go on by itself
			signer.kill(t)
			signer = signs()
		}
		select {
		case <-c.enough:
		case <-c.done:
			t.Fatalf("run %d ended by itself after %d answers", run, len(c.acks))
		case <-time.After(testWait):
			t.Fatalf("run %d gave only %d answers", run, len(c.acks))
		}
		if random.IntN(3) == 0 {
			signer.kill(t)
			acks = append(acks, c.kill(t)...)
			signer = signs()
			continue
		}
		acks = append(acks, c.kill(t)...)
	}
	config := Config{Profile: Single, Genesis: genesis}
	must(t, node.use(&config))
	must(t, s.start(testContext(t), config))
	s.mustSubmit(t, "the last")
	s.mustRunOnce(t, acks)
	t.Logf("%d answers, %d blocks", len(acks), s.node.Height())
	compareAnswers(t, filepath.Join(far, answersFile))
}

// compareAnswers reads all that a signer signed: at each height, round and step it
// must be one thing, whatever time it bears.
func compareAnswers(t *testing.T, path string) {
	t.Helper()
	text, err := os.ReadFile(path)
	must(t, err)
	first := map[string][]byte{}
	again := 0
	for line := range strings.Lines(string(text)) {
		raw, err := base64.StdEncoding.DecodeString(strings.TrimSpace(line))
		must(t, err)
		at, what, err := signedThing(raw)
		must(t, err)
		if was, found := first[at]; found && !bytes.Equal(was, what) {
			t.Errorf("two things were signed at %s", at)
		} else if found {
			again++
		}
		first[at] = what
	}
	t.Logf("%d things signed, %d asked for again", len(first), again)
	if len(first) < 3*farKills {
		t.Errorf("only %d things were signed: the test shows nothing", len(first))
	}
}

// signedThing takes an answer apart: where it was signed, and what, without its time.
func signedThing(raw []byte) (at string, what []byte, err error) {
	var rest []byte
	switch raw[0] {
	case askVote:
		var v cmtproto.Vote
		if err := v.Unmarshal(raw[1:]); err != nil {
			return "", nil, err
		}
		_, rest, err = voteTime(types.VoteSignBytes("far", &v))
		return fmt.Sprintf("height %d, round %d, %v", v.Height, v.Round, v.Type), rest, err
	case askProposal:
		var p cmtproto.Proposal
		if err := p.Unmarshal(raw[1:]); err != nil {
			return "", nil, err
		}
		_, rest, err = proposalTime(types.ProposalSignBytes("far", &p))
		return fmt.Sprintf("height %d, round %d, proposal", p.Height, p.Round), rest, err
	}
	return "", nil, errors.New("an answer to no question")
}

func TestAnswersThatDifferAreFound(t *testing.T) {
	answer := func(v *cmtproto.Vote) []byte {
		text, err := v.Marshal()
		must(t, err)
		return append([]byte{askVote}, text...)
	}
	at1, one, err := signedThing(answer(vote(cmtproto.PrecommitType, 7, 0, 1, testTime)))
	must(t, err)
	at2, later, err := signedThing(answer(vote(cmtproto.PrecommitType, 7, 0, 1, testTime.Add(time.Second))))
	must(t, err)
	at3, other, err := signedThing(answer(vote(cmtproto.PrecommitType, 7, 0, 2, testTime)))
	must(t, err)
	if at1 != at2 || at1 != at3 || !bytes.Equal(one, later) || bytes.Equal(one, other) {
		t.Error("the check of this test finds nothing")
	}
}
