package engine

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"
	privvalproto "github.com/cometbft/cometbft/proto/tendermint/privval"
	cmtproto "github.com/cometbft/cometbft/proto/tendermint/types"
)

var errAway = errors.New("the wire is cut")

// wire carries questions to a signer in this process, while it is whole.
type wire struct {
	key  [32]byte
	host *SignerHost

	mu      sync.Mutex
	cut     bool
	slow    time.Duration
	connect []func()
}

func (w *wire) PublicKey() [32]byte { return w.key }

func (w *wire) Close() error { return w.host.Close() }

func (w *wire) Ask(question []byte) ([]byte, error) {
	w.mu.Lock()
	cut, slow := w.cut, w.slow
	w.mu.Unlock()
	if cut {
		return nil, errAway
	}
	time.Sleep(slow)
	return w.host.Answer(question), nil
}

func (w *wire) OnConnect(fn func()) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.connect = append(w.connect, fn)
	if !w.cut {
		go fn()
	}
}

// set cuts or mends the wire.
func (w *wire) set(cut bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.cut = cut
	for _, fn := range w.connect {
		if !cut {
			go fn()
		}
	}
}

// remoteSite is a site whose consensus key is taken away to a host of its own.
func remoteSite(t *testing.T, chain string) (*site, *wire, Keys) {
	t.Helper()
	s := newSite(t, vfs.NewMem())
	k := keysOf(t, s.home)
	far := t.TempDir()
	must(t, MoveMark(s.home, far, s.key))
	must(t, os.Remove(filepath.Join(s.home, consensusKeyFile)))
	host, err := OpenSignerHost(far, chain, k.Consensus, func(err error) { t.Error(err) })
	must(t, err)
	return s, &wire{key: s.key, host: host}, k
}

func TestBlocksWaitForTheSignerAndGoOnWithIt(t *testing.T) {
	t.Parallel()
	s, w, k := remoteSite(t, "remote")
	w.cut = true
	config := Config{Genesis: genesisFor("remote", Single, s), Keys: Keys{Node: k.Node}, Remote: w}
	must(t, s.start(testContext(t), config)) // it starts without its signer
	if err := s.node.SignerFit(); !errors.Is(err, ErrSignerAway) {
		t.Errorf("without its signer the node says %v", err)
	}
	must(t, s.node.Submit(t.Context(), []byte("waits")))
	short, cancel := context.WithTimeout(t.Context(), 3*time.Second) // past the first time-outs, which nobody signs
	defer cancel()
	if err := s.node.WaitHeight(short, 1); err == nil {
		t.Fatal("a block was made without a signer")
	}
	w.set(false)
	must(t, s.node.WaitHeight(testContext(t), 1))
	s.mustSubmit(t, "goes on")
	must(t, s.node.SignerFit())
	for range 3 { // again, within a height
		w.set(true)
		must(t, s.node.Submit(t.Context(), []byte(time.Now().String())))
		time.Sleep(200 * time.Millisecond)
		w.set(false)
		s.mustSubmit(t, time.Now().String())
	}
	if err := s.node.Err(); err != nil {
		t.Errorf("the node failed: %v", err)
	}
}

func TestASlowSignerCostsOnlyTime(t *testing.T) {
	t.Parallel()
	s, w, k := remoteSite(t, "slow")
	w.slow = 100 * time.Millisecond
	must(t, s.start(testContext(t), Config{Genesis: genesisFor("slow", Single, s), Keys: Keys{Node: k.Node}, Remote: w}))
	s.mustSubmit(t, "one")
	s.mustSubmit(t, "two")
	if err := s.node.Err(); err != nil || s.node.Status().Round != 0 {
		t.Errorf("%v, round %d", err, s.node.Status().Round)
	}
}

func TestASignerWithAnOldMarkOrAnotherKeyIsNotUsed(t *testing.T) {
	s, w, k := remoteSite(t, "old")
	old, err := os.ReadFile(w.host.signer.mark.file.Name())
	must(t, err)
	config := Config{Genesis: genesisFor("old", Single, s), Keys: Keys{Node: k.Node}, Remote: w}
	must(t, s.start(testContext(t), config))
	s.mustSubmit(t, "one")
	must(t, s.stop())
	folder := t.TempDir()
	must(t, os.WriteFile(filepath.Join(folder, markFile), old, 0o600))
	w.host, err = OpenSignerHost(folder, "old", k.Consensus, nil)
	must(t, err)
	must(t, s.start(testContext(t), config))
	fitness(t, s, ErrMarkStale)
	must(t, s.stop())

	other := newHome(t)
	w.host, err = OpenSignerHost(other, "old", keysOf(t, other).Consensus, nil)
	must(t, err)
	must(t, s.start(testContext(t), config))
	fitness(t, s, ErrSignerAway)
}

// fitness waits until a node calls its signer unfit for a reason.
func fitness(t *testing.T, s *site, want error) {
	t.Helper()
	for end := time.Now().Add(testWait); ; time.Sleep(5 * time.Millisecond) {
		err := s.node.SignerFit()
		if errors.Is(err, want) && !errors.Is(err, errNotAsked) {
			return
		}
		if time.Now().After(end) {
			t.Fatalf("the signer is fit: %v, want %v", err, want)
		}
	}
}

// question is a vote as a node asks for it.
func question(t testing.TB, chain string, v *cmtproto.Vote) []byte {
	t.Helper()
	q := privvalproto.SignVoteRequest{Vote: v, ChainId: chain}
	body, err := q.Marshal()
	if err != nil {
		t.Fatal(err)
	}
	return append([]byte{askVote}, body...)
}

func TestASignerHostRefuses(t *testing.T) {
	home := newHome(t)
	host, err := OpenSignerHost(home, testChain, keysOf(t, home).Consensus, nil)
	must(t, err)
	defer host.Close()
	first := question(t, testChain, vote(cmtproto.PrecommitType, 7, 0, 1, testTime))
	if a := host.Answer(first); a[0] != answerDone || !bytes.Equal(a, host.Answer(first)) {
		t.Fatalf("the same vote isn't answered the same way: %q", a)
	}
	for name, tc := range map[string]struct {
		question []byte
		want     byte
	}{
		"another block at the same height":    {question(t, testChain, vote(cmtproto.PrecommitType, 7, 0, 2, testTime)), answerRefused},
		"a lower height":                      {question(t, testChain, vote(cmtproto.PrecommitType, 6, 0, 1, testTime)), answerRefused},
		"a vote on another chain":             {question(t, "other", vote(cmtproto.PrecommitType, 8, 0, 1, testTime)), answerFailed},
		"a vote of no kind":                   {question(t, testChain, vote(0, 8, 0, 1, testTime)), answerRefused},
		"no vote at all":                      {[]byte{askVote}, answerFailed},
		"bytes that are no vote":              {[]byte{askVote, 0xff, 0xff}, answerFailed},
		"bytes that are no proposal":          {[]byte{askProposal, 0xff}, answerFailed},
		"a question that nobody knows":        {[]byte{99}, answerFailed},
		"no question":                         {nil, answerFailed},
		"a proposal at a height already past": {[]byte{askProposal}, answerFailed},
	} {
		t.Run(name, func(t *testing.T) {
			if a := host.Answer(tc.question); a[0] != tc.want {
				t.Errorf("answered with %q", a)
			}
		})
	}
	a := host.Answer([]byte{askStatus})
	if len(a) != 1+statusBytes || binary.BigEndian.Uint64(a[33:]) != 7 {
		t.Errorf("its status is %x", a)
	}
}

func TestAHeldKeyAndAMissingMarkAreNoSigner(t *testing.T) {
	home := newHome(t)
	k := keysOf(t, home)
	must(t, os.Remove(filepath.Join(home, markFile)))
	if _, err := OpenSignerHost(home, testChain, k.Consensus, nil); !errors.Is(err, ErrMarkMissing) {
		t.Errorf("without its mark it opened with %v", err)
	}
	must(t, HoldKey(home, Hold{Height: 3, After: testTime}))
	if _, err := OpenSignerHost(home, testChain, k.Consensus, nil); !errors.Is(err, ErrHeld) {
		t.Errorf("held it opened with %v", err)
	}
}

func TestAMarkIsMovedOnce(t *testing.T) {
	home, far := newHome(t), t.TempDir()
	k := keysOf(t, home)
	pub, err := ConsensusPublic(k.Consensus)
	must(t, err)
	near := mustOpenSigner(t, home)
	must(t, near.SignVote(testChain, vote(cmtproto.PrecommitType, 7, 0, 1, testTime)))
	if err := MoveMark(home, far, pub); err == nil {
		t.Error("a mark in use was moved")
	}
	must(t, near.close())
	if err := MoveMark(home, far, [32]byte{1}); err == nil {
		t.Error("the mark of another key was moved")
	}
	must(t, MoveMark(home, far, pub))
	must(t, MoveMark(home, far, pub)) // cut short after it, and run again
	if _, err := openSigner(home, nil); !errors.Is(err, ErrMarkMissing) {
		t.Errorf("the home that was left opened with %v", err)
	}
	host, err := OpenSignerHost(far, testChain, k.Consensus, nil)
	must(t, err)
	defer host.Close()
	if a := host.Answer(question(t, testChain, vote(cmtproto.PrecommitType, 7, 0, 2, testTime))); a[0] != answerRefused {
		t.Errorf("the moved key signed twice: %q", a)
	}
	second := newHome(t)
	if pub, err = ConsensusPublic(keysOf(t, second).Consensus); err != nil {
		t.Fatal(err)
	}
	if err := MoveMark(second, far, pub); err == nil {
		t.Error("a second mark was moved over the first")
	}
}

func FuzzASignerHostAnswers(f *testing.F) {
	f.Add(question(f, testChain, vote(cmtproto.PrecommitType, 7, 0, 1, testTime)))
	f.Add([]byte{askStatus})
	f.Add([]byte{askProposal, 1, 2, 3})
	home := newHome(f)
	key, err := os.ReadFile(filepath.Join(home, consensusKeyFile))
	if err != nil {
		f.Fatal(err)
	}
	host, err := OpenSignerHost(home, testChain, key, nil)
	if err != nil {
		f.Fatal(err)
	}
	signedAt := map[string][]byte{}
	f.Fuzz(func(t *testing.T, q []byte) {
		before := host.Signed()
		a := host.Answer(q)
		if len(a) == 0 || a[0] > answerFailed {
			t.Fatalf("answered with %x", a)
		}
		if a[0] == answerDone && len(q) > 0 && q[0] == askVote {
			last := host.signer.last()
			if prior, found := signedAt[last.String()]; found && !bytes.Equal(prior, last.signBytes) {
				t.Fatalf("two votes at %v", last)
			}
			signedAt[last.String()] = bytes.Clone(last.signBytes)
		} else if a[0] != answerDone && host.Signed() != before {
			t.Fatalf("refused, and yet the mark went from %s to %s", before, host.Signed())
		}
		_, _ = readAnswer(a)
	})
}
