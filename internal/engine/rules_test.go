package engine

import (
	"errors"
	"fmt"
	"testing"

	"github.com/cometbft/cometbft/crypto/ed25519"
	cmtproto "github.com/cometbft/cometbft/proto/tendermint/types"
	"github.com/cometbft/cometbft/types"
	"github.com/google/go-cmp/cmp"
)

func TestPrunedBlocksAreNotFound(t *testing.T) {
	t.Parallel()
	s, c := single(t, func(s *site, _ *Config) { s.app.retain = 3 })
	for i := range 10 {
		s.mustSubmit(t, fmt.Sprintf("tx %d", i))
	}
	// A recent block may still be in memory; a restart leaves only the store.
	must(t, s.stop())
	must(t, s.start(testContext(t), c))
	tip, base := s.node.Height(), s.node.BaseHeight()
	if base != tip-2 {
		t.Fatalf("the lowest block is %d at height %d, want the last 3", base, tip)
	}
	for _, h := range []int64{1, base - 1} {
		if _, err := s.node.Block(h); !errors.Is(err, ErrNotFound) {
			t.Errorf("block %d: %v", h, err)
		}
		if _, err := s.node.ResultProof(h, 0); !errors.Is(err, ErrNotFound) {
			t.Errorf("results of block %d: %v", h, err)
		}
	}
	for h := base; h <= tip; h++ {
		if _, err := s.node.Block(h); err != nil {
			t.Errorf("block %d: %v", h, err)
		}
	}
	sub, err := s.node.Subscribe(1)
	must(t, err)
	if b, ok := <-sub.Blocks(); ok || !errors.Is(sub.Err(), ErrNotFound) {
		t.Errorf("a subscription from a pruned block delivered %d and ended with %v", b.Height, sub.Err())
	}
	s.mustSubmit(t, "and on")
}

func TestTheRulesVersionChangesAtAHeight(t *testing.T) {
	prepare := func(s *site, _ *Config) { s.app.versions = map[int64]uint64{3: 2} }
	s, c := single(t, prepare)
	for i := range 6 {
		s.mustSubmit(t, fmt.Sprintf("tx %d", i))
	}
	must(t, s.stop())
	must(t, s.start(testContext(t), c, prepare))
	s.mustSubmit(t, "after a restart")
	for h := int64(1); h <= s.node.Height(); h++ {
		want := uint64(1)
		if h > 3 {
			want = 2
		}
		if got := s.node.blocks.LoadBlockMeta(h).Header.Version.App; got != want {
			t.Errorf("header %d says version %d, want %d", h, got, want)
		}
	}
}

func TestWhatWouldStopEveryValidatorIsRefusedWithAReason(t *testing.T) {
	key := [32]byte{1}
	cases := []struct {
		name    string
		updates []ValidatorUpdate
		want    string
	}{
		{"a key updated twice", []ValidatorUpdate{{key, 1}, {key, 2}}, fmt.Sprintf("couldn't execute block 2: the application updates validator %x twice in one block", key)},
		{"a negative power", []ValidatorUpdate{{key, -1}}, fmt.Sprintf("couldn't execute block 2: the application gives validator %x power -1", key)},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			s, _ := single(t, func(s *site, _ *Config) { s.app.updates = map[int64][]ValidatorUpdate{2: tc.updates} })
			must(t, s.node.Submit(testContext(t), []byte("tx")))
			select {
			case <-s.node.Failed():
			case <-testContext(t).Done():
				t.Fatal("the node goes on")
			}
			if got := s.node.Err().Error(); got != tc.want {
				t.Errorf("got %q", got)
			}
		})
	}
}

// TestASecondVoteIsReported makes two votes with a validator's key, past its
// signer, and hands the evidence to the engine.
func TestASecondVoteIsReported(t *testing.T) {
	s, _ := single(t)
	height := s.mustSubmit(t, "tx")
	meta := s.node.blocks.LoadBlockMeta(height)
	set, err := s.node.state.LoadValidators(height)
	must(t, err)
	votes := make([]*types.Vote, 2)
	for i := range votes {
		id := blockID(byte(i + 1))
		votes[i] = &types.Vote{
			Type: cmtproto.PrecommitType, Height: height, Timestamp: meta.Header.Time, ValidatorAddress: set.Validators[0].Address,
			BlockID: types.BlockID{Hash: id.Hash, PartSetHeader: types.PartSetHeader{Total: id.PartSetHeader.Total, Hash: id.PartSetHeader.Hash}},
		}
		votes[i].Signature, err = s.node.signer.(*signer).key.Sign(types.VoteSignBytes("single", votes[i].ToProto()))
		must(t, err)
	}
	evidence, err := types.NewDuplicateVoteEvidence(votes[0], votes[1], meta.Header.Time, set)
	must(t, err)
	must(t, s.node.engine.EvidencePool().AddEvidence(evidence))
	s.mustSubmit(t, "carries the evidence")
	s.app.mu.Lock()
	defer s.app.mu.Unlock()
	want := []Misbehavior{{
		Kind: DuplicateVote, Address: address(ed25519.PubKey(s.key[:]).Address()), Power: 10,
		Height: height, Time: atUTC(meta.Header.Time), TotalPower: 10,
	}}
	if diff := cmp.Diff(want, s.app.misbehaved); diff != "" {
		t.Error(diff)
	}
}
