package engine

import (
	"crypto/ed25519"
	"crypto/sha256"
	"flag"
	"os"
	"path/filepath"
	"testing"

	cmtproto "github.com/cometbft/cometbft/proto/tendermint/types"
	"github.com/cometbft/cometbft/types"

	"pedigree/ledger/ledgertest"
)

//go:generate go test . -count=1 -run ^TestVectorsAreFresh$ -update

var update = flag.Bool("update", false, "write docs/internals/vectors/mark.json anew")

// TestVectorsAreFresh publishes signing marks: the one of a new key and those
// after its votes, as they stand in the file.
func TestVectorsAreFresh(t *testing.T) {
	seed := sha256.Sum256([]byte("a consensus key for vectors"))
	private := ed25519.NewKeyFromSeed(seed[:])
	home := t.TempDir()
	path := filepath.Join(home, markFile)
	if err := createMark(path, [32]byte(private.Public().(ed25519.PublicKey))); err != nil {
		t.Fatal(err)
	}
	m, err := openMark(home, [32]byte(private.Public().(ed25519.PublicKey)))
	if err != nil {
		t.Fatal(err)
	}
	defer m.close()
	files := []ledgertest.Object{vectorMark(t, path)}
	for _, v := range []struct {
		height int64
		kind   cmtproto.SignedMsgType
		step   uint8
	}{{1, cmtproto.PrevoteType, stepPrevote}, {1, cmtproto.PrecommitType, stepPrecommit}, {258, cmtproto.PrecommitType, stepPrecommit}} {
		text := types.VoteSignBytes(testChain, vote(v.kind, v.height, 2, 1, testTime))
		if err := m.advance(markRecord{height: v.height, round: 2, step: v.step, signBytes: text, signature: ed25519.Sign(private, text)}); err != nil {
			t.Fatal(err)
		}
		files = append(files, vectorMark(t, path))
	}
	ledgertest.FreshVectors(t, *update, "mark.json", ledgertest.Object{"chain": testChain, "size": markBytes, "files": files})
}

// vectorMark shows a mark file: its two records, what stands between being zero,
// and what the newer one says.
func vectorMark(t *testing.T, path string) ledgertest.Object {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	last, err := newestRecord(text)
	if err != nil {
		t.Fatal(err)
	}
	return ledgertest.Object{
		"even": ledgertest.Hex(text[:recordBytes]), "odd": ledgertest.Hex(text[slotBytes : slotBytes+recordBytes]),
		"newest": ledgertest.Object{
			"seq": last.seq, "key": ledgertest.Hex(last.pubKey[:]), "height": last.height, "round": last.round, "step": last.step,
			"signBytes": ledgertest.Hex(last.signBytes), "signature": ledgertest.Hex(last.signature),
		},
	}
}
