package engine

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/cockroachdb/pebble/v2/vfs"
	"github.com/cometbft/cometbft/crypto/ed25519"
	"github.com/cometbft/cometbft/types"
)

// keysOf reads the texts of a home's keys.
func keysOf(t *testing.T, home string) Keys {
	t.Helper()
	var k Keys
	var err error
	if k.Node, err = os.ReadFile(filepath.Join(home, nodeKeyFile)); err != nil {
		t.Fatal(err)
	}
	if k.Consensus, err = os.ReadFile(filepath.Join(home, consensusKeyFile)); err != nil {
		t.Fatal(err)
	}
	return k
}

// signedBy says whether a key signed the commit of a block.
func signedBy(t *testing.T, s *site, height int64, pub [32]byte) bool {
	t.Helper()
	key := ed25519.PubKey(pub[:])
	commit := s.node.blocks.LoadBlockCommit(height)
	if commit == nil {
		t.Fatalf("no commit of block %d", height)
	}
	for _, sig := range commit.Signatures {
		if bytes.Equal(sig.ValidatorAddress, key.Address()) && sig.BlockIDFlag == types.BlockIDFlagCommit {
			return true
		}
	}
	return false
}

func TestAValidatorTakesItsNextKeyWhenTheSetHasIt(t *testing.T) {
	s := newSite(t, vfs.NewMem())
	k := keysOf(t, s.home)
	next, pub, err := PrepareNext(s.home)
	must(t, err)
	promoted := 0
	k.Next, k.Promote = next, func() error { promoted++; return nil }
	config := Config{Genesis: genesisFor("next", Single, s), Keys: k}
	replace := func(s *site, _ *Config) {
		s.app.updates = map[int64][]ValidatorUpdate{2: {{PubKey: pub, Power: 10}, {PubKey: s.key}}}
	}
	must(t, s.start(testContext(t), config, replace))
	s.mustSubmit(t, "before")
	var last int64
	for _, tx := range []string{"one", "two", "three", "four"} {
		last = s.mustSubmit(t, tx)
	}
	if promoted != 1 || s.node.ConsensusPubKey() != pub {
		t.Errorf("promoted %d times, the node votes with %x", promoted, s.node.ConsensusPubKey())
	}
	if signedBy(t, s, last-1, s.key) || !signedBy(t, s, last-1, pub) {
		t.Errorf("block %d isn't signed by the next key alone", last-1)
	}
	must(t, s.stop())
	if _, err := os.Stat(filepath.Join(s.home, nextFolder)); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the folder of the next key is still there: %v", err)
	}
	// The former key can't sign here any more; the new one goes on.
	config.Keys = Keys{Node: k.Node, Consensus: k.Consensus}
	if err := s.start(testContext(t), config, replace); !errors.Is(err, ErrMarkDamaged) {
		t.Fatalf("the former key started with %v", err)
	}
	config.Keys.Consensus = next
	must(t, s.start(testContext(t), config, replace))
	s.mustSubmit(t, "after")
}

// TestAKeyChangeThatWasCutShortIsCompleted ends the work before each of its steps.
func TestAKeyChangeThatWasCutShortIsCompleted(t *testing.T) {
	in := func(home, name string) string { return filepath.Join(home, nextFolder, name) }
	steps := []struct {
		name string
		do   func(t *testing.T, home string)
	}{
		{"it was noted that the key counts", func(*testing.T, string) {}},
		{"the former has-signed was moved", func(t *testing.T, home string) {
			must(t, os.Rename(filepath.Join(home, hasSignedFile), filepath.Join(home, hasSignedFile+".former-00000000")))
		}},
		{"the former mark was moved", func(t *testing.T, home string) {
			must(t, os.Rename(filepath.Join(home, markFile), filepath.Join(home, markFile+".former-00000000")))
		}},
		{"the next mark was moved", func(t *testing.T, home string) { must(t, os.Rename(in(home, markFile), filepath.Join(home, markFile))) }},
	}
	for n, step := range steps {
		t.Run("after "+step.name, func(t *testing.T) {
			home := newHome(t)
			k := keysOf(t, home)
			old := mustOpenSigner(t, home)
			must(t, old.SignVote(testChain, vote(2, 5, 0, 1, testTime)))
			must(t, old.close())
			next, pub, err := PrepareNext(home)
			must(t, err)
			k.Next = next
			must(t, writeNew(in(home, inForceFile), nil, 0o600))
			for _, before := range steps[:n+1] {
				before.do(t, home)
			}
			promoted := false
			k.Promote = func() error { promoted = true; return nil }
			s, err := newSuccession(k, home, func(err error) { t.Error(err) })
			must(t, err)
			defer s.close()
			got, err := s.GetPubKey()
			must(t, err)
			if raw, err := rawKey(got); err != nil || raw != pub || !promoted {
				t.Errorf("it signs with %x, %v, promoted %v", raw, err, promoted)
			}
			must(t, s.SignVote(testChain, vote(2, 6, 0, 1, testTime)))
			byFormer := vote(2, 7, 0, 1, testTime)
			byFormer.ValidatorAddress = old.key.PubKey().Address()
			if err := s.SignVote(testChain, byFormer); !errors.Is(err, ErrWouldDoubleSign) {
				t.Errorf("a vote in the former key's name gave %v", err)
			}
		})
	}
}

func TestAKeyChangeThatTheCallerCannotKeepEndsTheNode(t *testing.T) {
	home := newHome(t)
	k := keysOf(t, home)
	next, _, err := PrepareNext(home)
	must(t, err)
	k.Next, k.Promote = next, func() error { return os.ErrPermission }
	must(t, writeNew(filepath.Join(home, nextFolder, inForceFile), nil, 0o600))
	if _, err := newSuccession(k, home, nil); !errors.Is(err, os.ErrPermission) {
		t.Errorf("it opened with %v", err)
	}
	k.Promote = nil // and what failed is completed later
	s, err := newSuccession(k, home, nil)
	must(t, err)
	must(t, s.close())
}

func TestAKeyThatHasSignedIsNotPreparedAnew(t *testing.T) {
	home := newHome(t)
	if _, _, err := PrepareNext(home); err != nil {
		t.Fatal(err)
	}
	_, second, err := PrepareNext(home) // the first was never kept
	must(t, err)
	if owner, err := markOwner(filepath.Join(home, nextFolder, markFile)); err != nil || owner != second {
		t.Errorf("the mark is of %x, %v", owner, err)
	}
	must(t, writeNew(filepath.Join(home, nextFolder, hasSignedFile), nil, 0o600))
	if _, _, err := PrepareNext(home); err == nil {
		t.Error("a key that has signed was replaced")
	}
}
