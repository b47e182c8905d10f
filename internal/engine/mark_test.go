package engine

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	cmtproto "github.com/cometbft/cometbft/proto/tendermint/types"
)

// signedHome makes a home whose key has signed up to height 3.
func signedHome(t *testing.T) string {
	t.Helper()
	home := newHome(t)
	s := mustOpenSigner(t, home)
	for h := int64(1); h <= 3; h++ {
		if err := s.SignVote(testChain, vote(cmtproto.PrecommitType, h, 0, 1, testTime)); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.close(); err != nil {
		t.Fatal(err)
	}
	return home
}

func TestAKeyWithoutAMarkToTrustDoesntStart(t *testing.T) {
	cases := []struct {
		name string
		do   func(t *testing.T, mark string)
		want error
	}{
		{"the mark is missing", func(t *testing.T, mark string) { must(t, os.Remove(mark)) }, ErrMarkMissing},
		{"the mark and the note beside the key are missing", func(t *testing.T, mark string) {
			must(t, os.Remove(mark))
			must(t, os.Remove(filepath.Join(filepath.Dir(mark), hasSignedFile)))
		}, ErrMarkMissing},
		{"the mark is empty", func(t *testing.T, mark string) { must(t, os.WriteFile(mark, nil, 0o600)) }, ErrMarkDamaged},
		{"the mark is cut", func(t *testing.T, mark string) { must(t, os.Truncate(mark, markBytes-1)) }, ErrMarkDamaged},
		{"the mark is all zeros", func(t *testing.T, mark string) { must(t, os.WriteFile(mark, make([]byte, markBytes), 0o600)) }, ErrMarkDamaged},
		{"the first record is damaged", func(t *testing.T, mark string) { flip(t, mark, 100) }, ErrMarkDamaged},
		{"the second record is damaged", func(t *testing.T, mark string) { flip(t, mark, slotBytes+100) }, ErrMarkDamaged},
		{"the newest record is lost", func(t *testing.T, mark string) {
			edit(t, mark, func(text []byte) { copy(text[:recordBytes], make([]byte, recordBytes)) })
		}, ErrMarkDamaged},
		{"both records are the same", func(t *testing.T, mark string) {
			edit(t, mark, func(text []byte) { copy(text[slotBytes:], text[:recordBytes]) })
		}, ErrMarkDamaged},
		{"the mark is that of another key", func(t *testing.T, mark string) { replaceMark(t, mark, signedHome(t)) }, ErrMarkDamaged},
		{"the mark is the one from the day the key was made", func(t *testing.T, mark string) {
			key, err := loadConsensusKey(filepath.Join(filepath.Dir(mark), consensusKeyFile))
			must(t, err)
			pub, err := rawKey(key.PubKey())
			must(t, err)
			must(t, os.Remove(mark))
			must(t, createMark(mark, pub))
		}, ErrMarkStale},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			home := signedHome(t)
			tc.do(t, filepath.Join(home, markFile))
			if s, err := openSigner(home, func(error) {}); !errors.Is(err, tc.want) {
				t.Fatalf("got %v, %v, want %v", s, err, tc.want)
			}
		})
	}
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func edit(t *testing.T, path string, change func([]byte)) {
	t.Helper()
	text, err := os.ReadFile(path)
	must(t, err)
	change(text)
	must(t, os.WriteFile(path, text, 0o600))
}

func flip(t *testing.T, path string, at int) {
	t.Helper()
	edit(t, path, func(text []byte) { text[at] ^= 1 })
}

func replaceMark(t *testing.T, path, fromHome string) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(fromHome, markFile))
	must(t, err)
	must(t, os.WriteFile(path, text, 0o600))
}

// TestANodeWithAnOldMarkDoesntStart puts back the mark as it was some blocks
// ago: the blocks in the node's own store carry later signatures.
func TestANodeWithAnOldMarkDoesntStart(t *testing.T) {
	s, c := single(t)
	s.mustSubmit(t, "one")
	must(t, s.stop())
	mark := filepath.Join(s.home, markFile)
	old, err := os.ReadFile(mark)
	must(t, err)
	must(t, s.start(testContext(t), c))
	s.mustSubmit(t, "two")
	must(t, s.stop())
	current, err := os.ReadFile(mark)
	must(t, err)
	must(t, os.WriteFile(mark, old, 0o600))
	if err := s.start(testContext(t), c); !errors.Is(err, ErrMarkStale) {
		t.Fatalf("got %v", err)
	}
	must(t, os.Remove(mark))
	if err := s.start(testContext(t), c); !errors.Is(err, ErrMarkMissing) {
		t.Fatalf("got %v", err)
	}
	must(t, os.WriteFile(mark, current, 0o600))
	must(t, s.start(testContext(t), c))
	s.mustSubmit(t, "three")
}

func TestTwoProcessesDontShareAKey(t *testing.T) {
	home := newHome(t)
	mustOpenSigner(t, home)
	if _, err := openSigner(home, func(error) {}); err == nil {
		t.Fatal("the mark was opened twice")
	}
}

func TestInitHomeNeverMakesAMarkForAKeyThatMayHaveSigned(t *testing.T) {
	t.Run("a complete home stays as it is", func(t *testing.T) {
		home := newHome(t)
		id, key, err := InitHome(home)
		must(t, err)
		id2, key2, err := InitHome(home)
		must(t, err)
		if id != id2 || key != key2 {
			t.Error("the identity changed")
		}
	})
	t.Run("a key without a mark is refused", func(t *testing.T) {
		home := newHome(t)
		must(t, os.Remove(filepath.Join(home, markFile)))
		if _, _, err := InitHome(home); !errors.Is(err, ErrMarkMissing) {
			t.Errorf("got %v", err)
		}
	})
	t.Run("a mark that was never used is replaced when the key is missing", func(t *testing.T) {
		home := newHome(t)
		must(t, os.Remove(filepath.Join(home, consensusKeyFile)))
		_, _, err := InitHome(home)
		must(t, err)
		mustOpenSigner(t, home)
	})
	t.Run("a used mark without its key is refused", func(t *testing.T) {
		home := signedHome(t)
		must(t, os.Remove(filepath.Join(home, consensusKeyFile)))
		must(t, os.Remove(filepath.Join(home, hasSignedFile)))
		if _, _, err := InitHome(home); err == nil || !strings.Contains(err.Error(), "has signed") {
			t.Errorf("got %v", err)
		}
	})
	t.Run("a note that the key has signed is enough", func(t *testing.T) {
		home := signedHome(t)
		must(t, os.Remove(filepath.Join(home, consensusKeyFile)))
		must(t, os.Remove(filepath.Join(home, markFile)))
		if _, _, err := InitHome(home); err == nil || !strings.Contains(err.Error(), "has signed") {
			t.Errorf("got %v", err)
		}
	})
}

func TestSecretsAreForTheirOwnerOnly(t *testing.T) {
	home := signedHome(t)
	for _, name := range []string{nodeKeyFile, consensusKeyFile, markFile, hasSignedFile} {
		info, err := os.Stat(filepath.Join(home, name))
		must(t, err)
		if info.Mode().Perm() != 0o600 {
			t.Errorf("%s has mode %v", name, info.Mode().Perm())
		}
	}
}

func TestARecordHoldsTheLargestSignatureAndNoMore(t *testing.T) {
	r := markRecord{
		seq: 4, height: 1 << 62, round: 1 << 30, step: stepPrecommit,
		signBytes: bytes.Repeat([]byte{0xff}, signBytesMax), signature: bytes.Repeat([]byte{0xff}, signatureBytes),
	}
	text, err := r.encode()
	must(t, err)
	if len(text) != recordBytes {
		t.Fatalf("%d bytes", len(text))
	}
	again, err := decodeRecord(text)
	must(t, err)
	if again.compare(r.height, r.round, r.step) != 0 || !bytes.Equal(again.signBytes, r.signBytes) || !bytes.Equal(again.signature, r.signature) {
		t.Errorf("read back as %v", again)
	}
	r.signBytes = append(r.signBytes, 0)
	if _, err := r.encode(); err == nil {
		t.Error("one byte more was taken")
	}
}

// TestTheLargestRequestFitsTheRecord uses the longest chain name and the
// largest numbers that a vote or a proposal can carry.
func TestTheLargestRequestFitsTheRecord(t *testing.T) {
	chain := strings.Repeat("x", 50)
	s := mustOpenSigner(t, newHome(t))
	p := proposal(1<<62, 1<<30, 255, testTime)
	p.PolRound = 1 << 30
	must(t, s.SignProposal(chain, p))
	must(t, s.SignVote(chain, vote(cmtproto.PrecommitType, 1<<62, 1<<30, 255, testTime)))
}

func FuzzMarkFile(f *testing.F) {
	blank := make([]byte, markBytes)
	for seq := range uint64(2) {
		record, err := markRecord{seq: seq}.encode()
		must(f, err)
		copy(blank[seq*slotBytes:], record)
	}
	f.Add(blank)
	f.Add(blank[:recordBytes])
	f.Fuzz(func(t *testing.T, text []byte) {
		r, err := newestRecord(text)
		if err != nil {
			return
		}
		again, err := r.encode()
		if err != nil {
			t.Fatalf("a record was read that can't be written: %v", err)
		}
		at := int(r.seq%2) * slotBytes
		if !bytes.Equal(again, text[at:at+recordBytes]) {
			t.Fatal("reading and writing a record changes it")
		}
	})
}
