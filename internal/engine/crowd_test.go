package engine

import (
	"bytes"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"
	"github.com/cometbft/cometbft/crypto/ed25519"
	"github.com/cometbft/cometbft/p2p"
	cmtproto "github.com/cometbft/cometbft/proto/tendermint/types"
	cmtversion "github.com/cometbft/cometbft/proto/tendermint/version"
	"github.com/cometbft/cometbft/types"
	"github.com/cometbft/cometbft/version"
	gogotypes "github.com/cosmos/gogoproto/types"
	"github.com/google/go-cmp/cmp"
)

// signedLight is a header of a chain with one validator, as a node proves it.
func signedLight(t *testing.T, height int64, appHash string, at time.Time) []byte {
	t.Helper()
	key := ed25519.GenPrivKeyFromSecret([]byte("validator"))
	set := types.NewValidatorSet([]*types.Validator{types.NewValidator(key.PubKey(), 10)})
	h := types.Header{
		Version: cmtversion.Consensus{Block: version.BlockProtocol, App: 1}, ChainID: "crowd", Height: height, Time: at.UTC(),
		ValidatorsHash: set.Hash(), NextValidatorsHash: set.Hash(), ConsensusHash: bytes.Repeat([]byte{1}, 32), AppHash: []byte(appHash),
		LastCommitHash: bytes.Repeat([]byte{2}, 32), DataHash: bytes.Repeat([]byte{3}, 32), LastResultsHash: bytes.Repeat([]byte{4}, 32),
		EvidenceHash: bytes.Repeat([]byte{5}, 32), ProposerAddress: key.PubKey().Address(),
		LastBlockID: types.BlockID{Hash: bytes.Repeat([]byte{6}, 32), PartSetHeader: types.PartSetHeader{Total: 1, Hash: bytes.Repeat([]byte{7}, 32)}},
	}
	id := types.BlockID{Hash: h.Hash(), PartSetHeader: types.PartSetHeader{Total: 1, Hash: bytes.Repeat([]byte{8}, 32)}}
	vote := types.Vote{Type: cmtproto.PrecommitType, Height: height, BlockID: id, Timestamp: at.UTC(), ValidatorAddress: key.PubKey().Address()}
	signature, err := key.Sign(types.VoteSignBytes("crowd", vote.ToProto()))
	must(t, err)
	vote.Signature = signature
	light := types.LightBlock{
		SignedHeader: &types.SignedHeader{Header: &h, Commit: &types.Commit{Height: height, BlockID: id, Signatures: []types.CommitSig{vote.CommitSig()}}},
		ValidatorSet: set,
	}
	p, err := light.ToProto()
	must(t, err)
	raw, err := p.Marshal()
	must(t, err)
	return raw
}

// fakePeer answers a question about a header.
type fakePeer struct {
	p2p.Peer
	id    p2p.ID
	crowd *crowd
	light []byte
	proof []byte
	// lights, by height, replace light.
	lights map[int64][]byte
}

func (p *fakePeer) ID() p2p.ID      { return p.id }
func (p *fakePeer) IsRunning() bool { return false }

func (p *fakePeer) Send(e p2p.Envelope) bool {
	id, height, _, err := decodeWitness(e.Message.(*gogotypes.BytesValue).Value)
	if err != nil {
		return false
	}
	a := witnessed{id: id, light: p.light, proof: p.proof}
	if raw := p.lights[height]; raw != nil {
		a.light = raw
		if light, err := parseLightBlock("crowd", raw); err == nil {
			a.proof = light.Hash()
		}
	}
	p.crowd.answered(p.id, a)
	return true
}

// crowdOf is a node that joins between peers with light blocks of their own. What
// they send as proof is the hash that it proves.
func crowdOf(t *testing.T, lights map[p2p.ID][]byte) *newcomer {
	t.Helper()
	n := &newcomer{config: Config{Genesis: Genesis{ChainID: "crowd"}}, joining: Joining{Wait: time.Second, Period: time.Hour}}
	n.log, n.sw = slog.New(slog.DiscardHandler), &p2p.Switch{}
	n.init()
	n.joining.Verify = func(_ int64, proof []byte) ([32]byte, error) { return [32]byte(proof), nil }
	for id, raw := range lights {
		p := &fakePeer{id: id, crowd: &n.crowd, light: raw}
		if light, err := parseLightBlock("crowd", raw); err == nil {
			p.proof = light.Hash()
		}
		n.peers[id] = p
	}
	return n
}

func TestAProvedHeaderIsTakenFromWhoeverHasIt(t *testing.T) {
	at := time.Now()
	good := signedLight(t, 5, "one", at)
	n := crowdOf(t, map[p2p.ID][]byte{"a": good, "b": good, "without": {}})
	light, err := n.light(testContext(t), 5)
	must(t, err)
	if light.Height != 5 || len(n.banned) != 0 || len(n.peers) != 3 {
		t.Errorf("height %d, %d peers sent away, %d left", light.Height, len(n.banned), len(n.peers))
	}
}

func TestTwoPeersThatProveDifferentHeadersEndTheJoining(t *testing.T) {
	at := time.Now()
	n := crowdOf(t, map[p2p.ID][]byte{"a": signedLight(t, 5, "one", at), "b": signedLight(t, 5, "other", at)})
	if _, err := n.light(testContext(t), 5); !errors.Is(err, ErrFork) {
		t.Fatalf("a fork was not seen: %v", err)
	}
	if n.refusable(ErrFork) {
		t.Error("after a fork another snapshot is tried")
	}
}

func TestAPeerWhoseProofDoesNotHoldIsSentAway(t *testing.T) {
	at := time.Now()
	good := signedLight(t, 5, "one", at)
	broken := bytes.Clone(good)
	broken[len(broken)-3] ^= 1
	for name, spoil := range map[string]func(n *newcomer, p *fakePeer){
		"another height":       func(_ *newcomer, p *fakePeer) { p.light = signedLight(t, 6, "one", at) },
		"a changed byte":       func(_ *newcomer, p *fakePeer) { p.light = broken },
		"not a light block":    func(_ *newcomer, p *fakePeer) { p.light = []byte("nonsense") },
		"the proof of another": func(_ *newcomer, p *fakePeer) { p.proof = bytes.Repeat([]byte{9}, 32) },
		"a proof that fails": func(n *newcomer, p *fakePeer) {
			p.proof = bytes.Repeat([]byte{1}, 32)
			n.joining.Verify = func(_ int64, proof []byte) ([32]byte, error) {
				if proof[0] == 1 && proof[1] == 1 {
					return [32]byte{}, errors.New("signed by nobody")
				}
				return [32]byte(proof), nil
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			n := crowdOf(t, map[p2p.ID][]byte{"good": good, "bad": good})
			spoil(n, n.peers["bad"].(*fakePeer))
			light, err := n.light(testContext(t), 5)
			must(t, err)
			if light.Height != 5 || n.banned["bad"] == nil || n.banned["good"] != nil || !n.isBanned("bad") {
				t.Errorf("height %d, sent away: %v", light.Height, n.banned)
			}
			if err := n.reasons(); err == nil {
				t.Error("nobody is told why")
			}
		})
	}
}

func TestASnapshotWhoseHeadersAreOfTheWrongTimeIsRefused(t *testing.T) {
	for name, tc := range map[string]struct {
		age time.Duration
		why string
	}{
		"older than validators are trusted":  {time.Hour + time.Minute, "old, and validators are trusted for"},
		"further ahead than clocks are":      {-ClockAhead - time.Minute, "in the future"},
		"in time, yet they follow nobody":    {time.Minute, "does not follow"},
		"ahead as far as clocks are allowed": {-ClockAhead + 30*time.Second, "does not follow"},
	} {
		at := time.Now().Add(-tc.age)
		n := crowdOf(t, map[p2p.ID][]byte{"a": nil})
		n.peers["a"].(*fakePeer).lights = map[int64][]byte{5: signedLight(t, 5, "a", at), 6: signedLight(t, 6, "b", at), 7: signedLight(t, 7, "c", at)}
		_, err := n.take(testContext(t), &offer{Snapshot: Snapshot{Height: 5}})
		if !errors.Is(err, ErrBadSnapshot) || !n.refusable(err) || !strings.Contains(err.Error(), tc.why) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestOffersAreTriedFromTheNewestAndMostCommon(t *testing.T) {
	list := []*offer{
		{Snapshot{Height: 5, Hash: []byte{1}}, []string{"a", "b"}},
		{Snapshot{Height: 9, Hash: []byte{2}}, []string{"a"}},
		{Snapshot{Height: 9, Hash: []byte{1}}, []string{"b", "c"}},
		{Snapshot{Height: 9, Hash: []byte{1, 0}}, []string{"b", "c"}},
	}
	best(list)
	var got []int64
	for _, o := range list {
		got = append(got, o.Height*100+int64(len(o.peers))*10+int64(len(o.Hash)))
	}
	if diff := cmp.Diff([]int64{921, 922, 911, 521}, got); diff != "" {
		t.Error(diff)
	}
}

func TestOnlySoManyOffersAreRemembered(t *testing.T) {
	n := crowdOf(t, nil)
	for i := range offersKept + 5 {
		n.offered("a", Snapshot{Height: int64(i + 1)})
		n.offered("a", Snapshot{Height: int64(i + 1)})
	}
	if len(n.found) != offersKept {
		t.Errorf("%d are remembered, want %d", len(n.found), offersKept)
	}
	if got := n.offeredBy("a"); got != offersKept {
		t.Errorf("%d are counted for the peer", got)
	}
}

func TestJoiningNeedsItsParts(t *testing.T) {
	s := newSite(t, vfs.NewMem())
	must(t, s.openStore())
	c := Config{Home: s.home, DB: s.db, Genesis: genesisFor("parts", LAN, s)}
	for _, j := range []Joining{{}, {Period: time.Hour}} {
		if _, err := Join(testContext(t), c, j, nil); err == nil {
			t.Errorf("joined with %+v", j)
		}
	}
	must(t, s.closeStore())
}

func TestJoiningWithoutPeersSaysSo(t *testing.T) {
	s := newSite(t, vfs.NewMem())
	must(t, s.openStore())
	c := Config{
		Home: s.home, DB: s.db, Genesis: genesisFor("nobody", LAN, s), Snapshots: noSnapshots{}, Logger: slog.New(slog.DiscardHandler),
		Peers: []Peer{{ID: "0123456789012345678901234567890123456789", Addr: "127.0.0.1:1"}},
	}
	j := Joining{Period: time.Hour, Wait: 300 * time.Millisecond, Verify: func(int64, []byte) ([32]byte, error) { return [32]byte{}, nil }}
	if _, err := Join(testContext(t), c, j, &counter{}); !errors.Is(err, ErrNoPeers) {
		t.Errorf("joined with nobody: %v", err)
	}
	height, _, err := Begun(s.db)
	if err != nil || height != 0 {
		t.Errorf("it left the height %d, %v", height, err)
	}
	must(t, s.closeStore())
}

// noSnapshots gives none and takes none.
type noSnapshots struct{}

func (noSnapshots) List() ([]Snapshot, error)                   { return nil, nil }
func (noSnapshots) Chunk(int64, uint32, uint32) ([]byte, error) { return nil, nil }
func (noSnapshots) Offer(Snapshot, []byte) error                { return errors.New("none is taken") }

func (noSnapshots) Apply(uint32, []byte) error { return errors.New("none is taken") }

func TestMessagesOfTheWitnessChannelAreReadStrictly(t *testing.T) {
	a := witnessed{id: 7, base: 3, tip: 9, snapshots: 2, light: []byte("light"), proof: []byte("proof")}
	_, _, got, err := decodeWitness(a.encode())
	must(t, err)
	if diff := cmp.Diff(a, *got, cmp.AllowUnexported(witnessed{})); diff != "" {
		t.Error(diff)
	}
	good := a.encode()
	for name, raw := range map[string][]byte{
		"nothing": nil, "cut short": good[:len(good)-1], "with a byte more": append(bytes.Clone(good), 0),
		"of an unknown kind": {0x83, 3, 1, 1}, "with too few parts": {0x82, 1, 1},
	} {
		if _, _, _, err := decodeWitness(raw); err == nil {
			t.Errorf("a message %s was read", name)
		}
	}
}

func FuzzWitness(f *testing.F) {
	f.Add(witnessed{id: 1, light: []byte{1}}.encode())
	f.Add([]byte{0x83, 1, 2, 3})
	f.Fuzz(func(t *testing.T, b []byte) {
		if _, _, a, err := decodeWitness(b); err == nil && a != nil {
			if !bytes.Equal(a.encode(), b) {
				t.Errorf("%x was read as %x", b, a.encode())
			}
			_, _ = parseLightBlock("crowd", a.light) // must not panic
		}
	})
}
