package engine

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/cometbft/cometbft/crypto"
	"github.com/cometbft/cometbft/privval"
	cmtproto "github.com/cometbft/cometbft/proto/tendermint/types"
	"github.com/cometbft/cometbft/types"
	"pgregory.net/rapid"
)

const testChain = "signer-test"

var testTime = time.Date(2026, 1, 2, 3, 4, 5, 6, time.UTC)

func newHome(t testing.TB) string {
	t.Helper()
	home := filepath.Join(t.TempDir(), "engine")
	if _, _, err := InitHome(home); err != nil {
		t.Fatal(err)
	}
	return home
}

func mustOpenSigner(t testing.TB, home string) *signer {
	t.Helper()
	s, err := openSigner(home, func(err error) { t.Errorf("the signer failed: %v", err) })
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.close() })
	return s
}

// blockID makes a block id that differs with tag; 0 is "no block".
func blockID(tag byte) cmtproto.BlockID {
	if tag == 0 {
		return cmtproto.BlockID{}
	}
	hash := bytes.Repeat([]byte{tag}, 32)
	return cmtproto.BlockID{Hash: hash, PartSetHeader: cmtproto.PartSetHeader{Total: 1, Hash: hash}}
}

func vote(kind cmtproto.SignedMsgType, height int64, round int32, tag byte, at time.Time) *cmtproto.Vote {
	return &cmtproto.Vote{Type: kind, Height: height, Round: round, BlockID: blockID(tag), Timestamp: at}
}

func proposal(height int64, round int32, tag byte, at time.Time) *cmtproto.Proposal {
	return &cmtproto.Proposal{Type: cmtproto.ProposalType, Height: height, Round: round, PolRound: -1, BlockID: blockID(tag), Timestamp: at}
}

func TestNothingIsSignedTwice(t *testing.T) {
	later := testTime.Add(time.Second)
	cases := []struct {
		name string
		vote *cmtproto.Vote
		want error
		at   time.Time
	}{
		{"the same vote gets the same signature", vote(cmtproto.PrecommitType, 5, 2, 1, testTime), nil, testTime},
		{"the same vote at another time gets the first time", vote(cmtproto.PrecommitType, 5, 2, 1, later), nil, testTime},
		{"another block at the same step is refused", vote(cmtproto.PrecommitType, 5, 2, 2, testTime), ErrWouldDoubleSign, time.Time{}},
		{"no block at the same step is refused", vote(cmtproto.PrecommitType, 5, 2, 0, testTime), ErrWouldDoubleSign, time.Time{}},
		{"an earlier step is refused", vote(cmtproto.PrevoteType, 5, 2, 1, testTime), ErrWouldDoubleSign, time.Time{}},
		{"an earlier round is refused", vote(cmtproto.PrecommitType, 5, 1, 1, testTime), ErrWouldDoubleSign, time.Time{}},
		{"an earlier height is refused", vote(cmtproto.PrecommitType, 4, 9, 1, testTime), ErrWouldDoubleSign, time.Time{}},
		{"a later step in a later round is signed", vote(cmtproto.PrevoteType, 5, 3, 2, later), nil, later},
		{"a later height is signed", vote(cmtproto.PrevoteType, 6, 0, 2, later), nil, later},
	}
	for _, restart := range []bool{false, true} {
		for _, tc := range cases {
			name := tc.name
			if restart {
				name += " after a restart"
			}
			t.Run(name, func(t *testing.T) {
				home := newHome(t)
				s := mustOpenSigner(t, home)
				first := vote(cmtproto.PrecommitType, 5, 2, 1, testTime)
				if err := s.SignVote(testChain, first); err != nil {
					t.Fatal(err)
				}
				if restart {
					if err := s.close(); err != nil {
						t.Fatal(err)
					}
					s = mustOpenSigner(t, home)
				}
				err := s.SignVote(testChain, tc.vote)
				if !errors.Is(err, tc.want) {
					t.Fatalf("got %v, want %v", err, tc.want)
				}
				if tc.want != nil {
					if tc.vote.Signature != nil {
						t.Fatal("a refused vote carries a signature")
					}
					return
				}
				if !tc.vote.Timestamp.Equal(tc.at) {
					t.Errorf("the vote says %v, want %v", tc.vote.Timestamp, tc.at)
				}
				if !s.key.PubKey().VerifySignature(types.VoteSignBytes(testChain, tc.vote), tc.vote.Signature) {
					t.Error("the signature doesn't verify")
				}
			})
		}
	}
}

func TestAnotherProposalIsRefused(t *testing.T) {
	s := mustOpenSigner(t, newHome(t))
	first := proposal(7, 1, 1, testTime)
	if err := s.SignProposal(testChain, first); err != nil {
		t.Fatal(err)
	}
	again := proposal(7, 1, 1, testTime)
	if err := s.SignProposal(testChain, again); err != nil || !bytes.Equal(again.Signature, first.Signature) {
		t.Errorf("the same proposal again: %v", err)
	}
	for range 2 {
		later := proposal(7, 1, 1, testTime.Add(time.Minute))
		if err := s.SignProposal(testChain, later); err != nil || !later.Timestamp.Equal(testTime.Add(time.Minute)) ||
			!s.key.PubKey().VerifySignature(types.ProposalSignBytes(testChain, later), later.Signature) {
			t.Errorf("the same proposal at another time: %v", err)
		}
	}
	if err := s.SignProposal(testChain, proposal(7, 1, 2, testTime)); !errors.Is(err, ErrWouldDoubleSign) {
		t.Errorf("another block: %v", err)
	}
	locked := proposal(7, 1, 1, testTime)
	locked.PolRound = 0
	if err := s.SignProposal(testChain, locked); !errors.Is(err, ErrWouldDoubleSign) {
		t.Errorf("the same block for another reason: %v", err)
	}
	if err := s.SignVote(testChain, vote(cmtproto.PrevoteType, 7, 1, 2, testTime)); err != nil {
		t.Errorf("a vote in the round of the proposal: %v", err)
	}
}

func TestAnotherChainDoesntLowerTheMark(t *testing.T) {
	s := mustOpenSigner(t, newHome(t))
	if err := s.SignVote("one", vote(cmtproto.PrevoteType, 5, 0, 1, testTime)); err != nil {
		t.Fatal(err)
	}
	if err := s.SignVote("two", vote(cmtproto.PrevoteType, 5, 0, 1, testTime)); !errors.Is(err, ErrWouldDoubleSign) {
		t.Errorf("the same vote for another chain: %v", err)
	}
}

func TestVoteExtensionsAreRefused(t *testing.T) {
	s := mustOpenSigner(t, newHome(t))
	v := vote(cmtproto.PrecommitType, 5, 0, 1, testTime)
	v.Extension = []byte("x")
	if err := s.SignVote(testChain, v); err == nil || v.Signature != nil {
		t.Errorf("signed a vote extension: %v", err)
	}
}

// TestDecisionsAreThoseOfTheFileSigner makes the same random requests of our
// signer and of CometBFT's, restarting both at random, and compares.
func TestDecisionsAreThoseOfTheFileSigner(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		home := newHome(t)
		state := filepath.Join(t.TempDir(), "state.json")
		ours := mustOpenSigner(t, home)
		theirs := privval.NewFilePV(ours.key, filepath.Join(t.TempDir(), "key.json"), state)
		theirs.Save()
		for range rapid.IntRange(1, 25).Draw(rt, "requests") {
			if rapid.IntRange(0, 5).Draw(rt, "restart") == 0 {
				if err := ours.close(); err != nil {
					rt.Fatal(err)
				}
				ours = mustOpenSigner(t, home)
			}
			height := rapid.Int64Range(1, 3).Draw(rt, "height")
			round := rapid.Int32Range(0, 2).Draw(rt, "round")
			tag := byte(rapid.IntRange(0, 2).Draw(rt, "block"))
			at := testTime.Add(time.Duration(rapid.IntRange(0, 2).Draw(rt, "time")) * time.Second)
			compareRequest(rt, ours.key.PubKey(), ours, theirs, rapid.IntRange(1, 3).Draw(rt, "step"), height, round, tag, at)
		}
	})
}

func compareRequest(t *rapid.T, key crypto.PubKey, ours, theirs types.PrivValidator, step int, height int64, round int32, tag byte, at time.Time) {
	if step == int(stepPropose) {
		a, b := proposal(height, round, tag+1, at), proposal(height, round, tag+1, at)
		ourErr, theirErr := ours.SignProposal(testChain, a), theirs.SignProposal(testChain, b)
		if (ourErr == nil) != (theirErr == nil) {
			t.Fatalf("proposal %d/%d: ours %v, theirs %v", height, round, ourErr, theirErr)
		}
		// Where theirs replaces the time, ours signs the time that was asked for.
		if ourErr == nil && (!a.Timestamp.Equal(at) || !key.VerifySignature(types.ProposalSignBytes(testChain, a), a.Signature)) {
			t.Fatalf("our proposal %d/%d doesn't verify", height, round)
		}
		return
	}
	kind := cmtproto.PrevoteType
	if step == int(stepPrecommit) {
		kind = cmtproto.PrecommitType
	}
	a, b := vote(kind, height, round, tag, at), vote(kind, height, round, tag, at)
	ourErr, theirErr := ours.SignVote(testChain, a), theirs.SignVote(testChain, b)
	if (ourErr == nil) != (theirErr == nil) || (ourErr == nil && (!bytes.Equal(a.Signature, b.Signature) || !a.Timestamp.Equal(b.Timestamp))) {
		t.Fatalf("vote %d/%d/%d: ours %v %x, theirs %v %x", height, round, step, ourErr, a.Signature, theirErr, b.Signature)
	}
}

// TestTheMarkIsOnTheDiskBeforeTheSignatureLeaves makes the write fail and looks
// whether a signature leaves all the same, then or later.
func TestTheMarkIsOnTheDiskBeforeTheSignatureLeaves(t *testing.T) {
	home := newHome(t)
	var failed error
	s, err := openSigner(home, func(err error) { failed = err })
	if err != nil {
		t.Fatal(err)
	}
	if err := s.SignVote(testChain, vote(cmtproto.PrevoteType, 1, 0, 1, testTime)); err != nil {
		t.Fatal(err)
	}
	writable := s.mark.file
	if s.mark.file, err = os.Open(writable.Name()); err != nil {
		t.Fatal(err)
	}
	v := vote(cmtproto.PrevoteType, 2, 0, 1, testTime)
	if err := s.SignVote(testChain, v); err == nil || v.Signature != nil {
		t.Fatalf("a signature left without its mark: %v", err)
	}
	if failed == nil {
		t.Error("the node isn't told that the disk failed")
	}
	s.mark.file = writable
	v = vote(cmtproto.PrevoteType, 3, 0, 1, testTime)
	if err := s.SignVote(testChain, v); err == nil || v.Signature != nil {
		t.Fatalf("a signature left after a failed write: %v", err)
	}
	if err := s.close(); err != nil {
		t.Fatal(err)
	}
	if got := mustOpenSigner(t, home).last(); got.height != 1 {
		t.Errorf("the mark says %v", got)
	}
}

func BenchmarkMark(b *testing.B) {
	home := newHome(b)
	s, err := openSigner(home, func(error) {})
	if err != nil {
		b.Fatal(err)
	}
	defer s.close()
	height := int64(0)
	for b.Loop() {
		height++
		if err := s.SignVote(testChain, vote(cmtproto.PrecommitType, height, 0, 1, testTime)); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkFileSigner is CometBFT's own signer, for comparison.
func BenchmarkFileSigner(b *testing.B) {
	home := newHome(b)
	key, err := loadConsensusKey(filepath.Join(home, consensusKeyFile))
	if err != nil {
		b.Fatal(err)
	}
	s := privval.NewFilePV(key, filepath.Join(home, "k"), filepath.Join(home, "s"))
	height := int64(0)
	for b.Loop() {
		height++
		if err := s.SignVote(testChain, vote(cmtproto.PrecommitType, height, 0, 1, testTime)); err != nil {
			b.Fatal(err)
		}
	}
}
