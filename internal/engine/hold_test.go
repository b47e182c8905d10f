package engine

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"
	cmtproto "github.com/cometbft/cometbft/proto/tendermint/types"
	"github.com/cometbft/cometbft/types"
)

// heldHome makes a home with the key of one that has signed, and no mark.
func heldHome(t *testing.T, h Hold) (home, old string) {
	t.Helper()
	old, home = signedHome(t), t.TempDir()
	for _, name := range []string{consensusKeyFile, nodeKeyFile} {
		text, err := os.ReadFile(filepath.Join(old, name))
		must(t, err)
		must(t, os.WriteFile(filepath.Join(home, name), text, 0o600))
	}
	must(t, HoldKey(home, h))
	return home, old
}

// pastChain is a chain whose block h was made at the minute h, and whose commits
// carry one signature.
type pastChain struct {
	until  int64
	signer types.Address
	signed int64 // the height whose commit the signer signed
}

func (c pastChain) LoadBlockMeta(h int64) *types.BlockMeta {
	if h < 1 || h > c.until {
		return nil
	}
	return &types.BlockMeta{Header: types.Header{Height: h, Time: minute(h)}}
}

func (c pastChain) LoadBlockCommit(int64) *types.Commit { return nil }

func (c pastChain) LoadSeenCommit(h int64) *types.Commit {
	if h < 1 || h > c.until {
		return nil
	}
	sig := types.NewCommitSigAbsent()
	if h == c.signed {
		sig = types.CommitSig{BlockIDFlag: types.BlockIDFlagCommit, ValidatorAddress: c.signer, Timestamp: minute(h)}
	}
	return &types.Commit{Height: h, Signatures: []types.CommitSig{sig}}
}

func minute(n int64) time.Time { return testTime.Add(time.Duration(n) * time.Minute) }

func TestAHeldKeySignsOnceTheNetworkWentOn(t *testing.T) {
	const ended = 10 // the minute in which the old machine had ended
	first := int64(ended + 1)
	for _, tc := range []struct {
		name   string
		at     int64
		signed int64
		want   error
	}{
		{"no block was made since", ended + 1, 0, ErrHeld},
		{"one block too few stands on the first one since", first + holdBlocks, 0, ErrHeld},
		{"enough blocks stand on the first one since", first + holdBlocks + 1, 0, nil},
		{"many do", first + 50, 0, nil},
		{"another machine signed the last block", first + holdBlocks + 1, first + holdBlocks, ErrHeld},
		{"another machine signed the first block since", first + holdBlocks + 1, first, ErrHeld},
		{"the old machine signed before it ended", first + holdBlocks + 1, ended, nil},
	} {
		t.Run(tc.name, func(t *testing.T) {
			home, _ := heldHome(t, Hold{Height: 3, After: minute(ended)})
			s := mustOpenSigner(t, home)
			s.chain = pastChain{until: tc.at - 1, signer: s.key.PubKey().Address(), signed: tc.signed}
			err := s.SignVote(testChain, vote(cmtproto.PrevoteType, tc.at, 0, 1, testTime))
			if !errors.Is(err, tc.want) || (err == nil) != (tc.want == nil) {
				t.Fatalf("the vote ended in %v", err)
			}
			if s.isHeld() != (err != nil) {
				t.Errorf("held: %v", s.isHeld())
			}
			if err != nil {
				return
			}
			must(t, s.close())
			again := mustOpenSigner(t, home)
			if got := again.last(); again.isHeld() || got.height != tc.at || got.step != stepPrevote {
				t.Errorf("after a restart it is held %v with the mark at %v", again.isHeld(), got)
			}
			if err := again.SignVote(testChain, vote(cmtproto.PrecommitType, tc.at-1, 7, 1, testTime)); !errors.Is(err, ErrWouldDoubleSign) {
				t.Errorf("a vote below the release ended in %v", err)
			}
		})
	}
}

func TestAHeldProposerProposesNothing(t *testing.T) {
	home, _ := heldHome(t, Hold{Height: 3, After: minute(10)})
	s := mustOpenSigner(t, home)
	s.chain = pastChain{until: 4}
	if err := s.SignProposal(testChain, proposal(5, 0, 1, testTime)); !errors.Is(err, ErrHeld) {
		t.Errorf("the proposal ended in %v", err)
	}
}

func TestTheMarkOfTheOldMachineEndsAHold(t *testing.T) {
	home, old := heldHome(t, Hold{Height: 3, After: minute(10)})
	replaceMark(t, filepath.Join(home, markFile), old)
	s := mustOpenSigner(t, home)
	if s.isHeld() || s.last().height != 3 {
		t.Fatalf("held %v with the mark at %v", s.isHeld(), s.last())
	}
	if _, err := os.Stat(filepath.Join(home, heldFile)); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the hold is still there: %v", err)
	}
	must(t, s.SignVote(testChain, vote(cmtproto.PrevoteType, 4, 0, 1, testTime)))
}

func TestAMarkOlderThanTheCopyDoesntEndAHold(t *testing.T) {
	home, old := heldHome(t, Hold{Height: 4, After: minute(10)})
	replaceMark(t, filepath.Join(home, markFile), old)
	if _, err := openSigner(home, func(error) {}); !errors.Is(err, ErrMarkStale) {
		t.Errorf("the signer opened with %v", err)
	}
}

func TestAHoldIsForAKeyWithoutAMark(t *testing.T) {
	if err := HoldKey(signedHome(t), Hold{Height: 3, After: testTime}); err == nil {
		t.Error("a key with its mark was held")
	}
	home, _ := heldHome(t, Hold{Height: 3, After: testTime})
	if err := HoldKey(home, Hold{Height: 9, After: testTime}); err == nil {
		t.Error("a hold was replaced")
	}
	must(t, os.WriteFile(filepath.Join(home, heldFile), []byte("{}"), 0o600))
	if _, err := openSigner(home, func(error) {}); err == nil {
		t.Error("a hold without a time was taken")
	}
	if _, _, err := InitHome(home); err == nil {
		t.Error("a home with a hold without a time was taken")
	}
}

func TestAKeyThatDecidesAloneResumesAfterItsLastBlock(t *testing.T) {
	home, old := heldHome(t, Hold{Height: 3, After: testTime})
	must(t, dropHold(home))
	_, key, err := InitHome(old)
	must(t, err)
	must(t, ResumeAt(home, key, 7))
	if err := ResumeAt(home, key, 8); err == nil {
		t.Error("a mark was replaced")
	}
	s := mustOpenSigner(t, home)
	if err := s.SignVote(testChain, vote(cmtproto.PrecommitType, 7, 9, 1, testTime)); !errors.Is(err, ErrWouldDoubleSign) {
		t.Errorf("a vote for the last block ended in %v", err)
	}
	must(t, s.SignVote(testChain, vote(cmtproto.PrevoteType, 8, 0, 1, testTime)))
}

// TestAValidatorFromAnOldCopyNeverSignsTwice restores a validator of four from a
// copy that is older than what its key signed.
func TestAValidatorFromAnOldCopyNeverSignsTwice(t *testing.T) {
	t.Parallel()
	sites, configs := networkOf(t, "restored", []*site{newSite(t, vfs.NewMem()), newSite(t, vfs.NewMem()), newSite(t, vfs.NewMem()), newSite(t, nil)})
	agree(t, sites, load(t, sites, "copied", 8))
	old := sites[3]
	must(t, old.openStore())
	copied := filepath.Join(t.TempDir(), "store")
	must(t, old.db.Checkpoint(copied))
	copyHeight := old.node.Height()
	for i := range 6 { // so that the copy is blocks behind what the key signs
		sites[i%4].mustSubmit(t, "after the copy "+string(rune('a'+i)))
	}
	agree(t, sites, load(t, sites, "signed", 8))
	must(t, old.stop())
	signed := mustOpenSigner(t, old.home)
	last := signed.last()
	must(t, signed.close())
	if last.height <= copyHeight {
		t.Fatalf("the key signed up to %d, the copy is of %d: the test tests nothing", last.height, copyHeight)
	}

	restored := &site{home: filepath.Join(t.TempDir(), "engine"), nodeID: old.nodeID, key: old.key, addr: old.addr}
	must(t, os.Mkdir(restored.home, 0o700))
	for _, name := range []string{consensusKeyFile, nodeKeyFile} {
		text, err := os.ReadFile(filepath.Join(old.home, name))
		must(t, err)
		must(t, os.WriteFile(filepath.Join(restored.home, name), text, 0o600))
	}
	must(t, os.CopyFS(filepath.Join(restored.home, "store"), os.DirFS(copied)))
	if err := restored.start(testContext(t), configs[3]); !errors.Is(err, ErrMarkMissing) {
		t.Fatalf("a key that has signed started without its mark: %v", err)
	}
	must(t, HoldKey(restored.home, Hold{Height: copyHeight, After: time.Now()}))
	must(t, restored.start(testContext(t), configs[3]))
	t.Cleanup(func() { must(t, restored.stop()) })
	sites[3] = restored
	if !restored.node.Held() {
		t.Fatal("the key isn't held")
	}
	restoredAt := time.Now()
	signsAgain(t, sites, last.height)
	if restored.node.Held() {
		t.Error("a key that signs says it is held")
	}
	tip := load(t, sites, "after", 8)
	for h := int64(1); h <= tip; h++ {
		agree(t, sites, h)
		signed, err := sites[0].node.SignedHeader(h)
		must(t, err)
		for i, v := range signed.Validators {
			if sig := signed.Signatures[i]; v.PubKey == old.key && h <= last.height && sig.Timestamp.After(restoredAt) {
				t.Errorf("the key signed block %d again; the old machine had signed up to %v", h, last)
			}
		}
		if found := sites[0].node.blocks.LoadBlock(h).Evidence.Evidence; len(found) > 0 {
			t.Errorf("block %d carries evidence of misbehaviour: %v", h, found)
		}
	}
	for _, s := range sites {
		s.mustRunOnce(t, []string{"copied 0", "copied 7", "after the copy a", "after the copy f", "signed 0", "signed 7", "after 7"})
	}
}

// signsAgain makes blocks until one after a height carries the last site's signature.
func signsAgain(t *testing.T, sites []*site, after int64) {
	t.Helper()
	end := time.Now().Add(testWait)
	for i := 0; time.Now().Before(end); i++ {
		height := sites[i%3].mustSubmit(t, fmt.Sprint("on ", i))
		must(t, sites[3].node.WaitHeight(testContext(t), height))
		must(t, sites[0].node.WaitHeight(testContext(t), height))
		signed, err := sites[0].node.SignedHeader(height)
		must(t, err)
		for j, v := range signed.Validators {
			if v.PubKey == sites[3].key && signed.Signatures[j].Flag == CommitForBlock && height > after {
				return
			}
		}
	}
	t.Fatal("the restored validator never signed again")
}
