package proof_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/cometbft/cometbft/crypto/ed25519"
	cmtproto "github.com/cometbft/cometbft/proto/tendermint/types"
	cmtversion "github.com/cometbft/cometbft/proto/tendermint/version"
	comet "github.com/cometbft/cometbft/types"
	gogotypes "github.com/cosmos/gogoproto/types"

	"pedigree/proof"
)

// cometBlock is a header with a full commit, made by the engine's own types.
type cometBlock struct {
	header comet.Header
	commit *comet.Commit
	set    *comet.ValidatorSet
	keys   map[string]ed25519.PrivKey
}

func randomBytes(rng *rand.Rand, n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(rng.Uint32())
	}
	return b
}

func randomTime(rng *rand.Rand) time.Time {
	nanos := int64(0)
	if rng.IntN(3) > 0 {
		nanos = rng.Int64N(1e9)
	}
	return time.Unix(1_700_000_000+rng.Int64N(1e9), nanos).UTC()
}

func randomCometBlock(t testing.TB, rng *rand.Rand, validators int) cometBlock {
	t.Helper()
	b := cometBlock{keys: map[string]ed25519.PrivKey{}}
	list := make([]*comet.Validator, validators)
	for i := range list {
		key := ed25519.GenPrivKeyFromSecret(randomBytes(rng, 32))
		list[i] = comet.NewValidator(key.PubKey(), 1+rng.Int64N(3))
		b.keys[string(key.PubKey().Address())] = key
	}
	b.set = comet.NewValidatorSet(list)
	hash := func() []byte { return randomBytes(rng, 32) }
	b.header = comet.Header{
		Version: cmtversion.Consensus{Block: 11, App: rng.Uint64N(3)},
		ChainID: fmt.Sprintf("test-%d", rng.Uint32()), Height: 1 + rng.Int64N(1e9), Time: randomTime(rng),
		LastBlockID:    comet.BlockID{Hash: hash(), PartSetHeader: comet.PartSetHeader{Total: 1 + rng.Uint32N(9), Hash: hash()}},
		LastCommitHash: hash(), DataHash: hash(), ValidatorsHash: b.set.Hash(), NextValidatorsHash: hash(),
		ConsensusHash: hash(), AppHash: hash(), LastResultsHash: hash(), EvidenceHash: hash(),
		ProposerAddress: randomBytes(rng, 20),
	}
	if rng.IntN(4) == 0 { // as at the first height
		b.header.LastBlockID, b.header.AppHash, b.header.Height = comet.BlockID{}, nil, 1
	}
	id := comet.BlockID{Hash: b.header.Hash(), PartSetHeader: comet.PartSetHeader{Total: 1 + rng.Uint32N(300), Hash: hash()}}
	b.commit = &comet.Commit{Height: b.header.Height, Round: rng.Int32N(3), BlockID: id}
	for i := range b.set.Validators {
		b.commit.Signatures = append(b.commit.Signatures, b.sign(t, i, randomTime(rng)))
	}
	return b
}

func (b cometBlock) sign(t testing.TB, index int, at time.Time) comet.CommitSig {
	t.Helper()
	address := b.set.Validators[index].Address
	vote := &cmtproto.Vote{
		Type: cmtproto.PrecommitType, Height: b.commit.Height, Round: b.commit.Round,
		BlockID: b.commit.BlockID.ToProto(), Timestamp: at, ValidatorAddress: address, ValidatorIndex: int32(index),
	}
	sig, err := b.keys[string(address)].Sign(comet.VoteSignBytes(b.header.ChainID, vote))
	if err != nil {
		t.Fatal(err)
	}
	return comet.CommitSig{BlockIDFlag: comet.BlockIDFlagCommit, ValidatorAddress: address, Timestamp: at, Signature: sig}
}

// fields are the header's leaves as the engine encodes them.
func (b cometBlock) fields(t testing.TB) [][]byte {
	t.Helper()
	h := b.header
	must := func(x []byte, err error) []byte {
		if err != nil {
			t.Fatal(err)
		}
		return x
	}
	value := func(x []byte) []byte {
		if len(x) == 0 {
			return nil
		}
		return must((&gogotypes.BytesValue{Value: x}).Marshal())
	}
	last := h.LastBlockID.ToProto()
	return [][]byte{
		must(h.Version.Marshal()), must((&gogotypes.StringValue{Value: h.ChainID}).Marshal()),
		must((&gogotypes.Int64Value{Value: h.Height}).Marshal()), must(gogotypes.StdTimeMarshal(h.Time)),
		must(last.Marshal()), value(h.LastCommitHash), value(h.DataHash), value(h.ValidatorsHash), value(h.NextValidatorsHash),
		value(h.ConsensusHash), value(h.AppHash), value(h.LastResultsHash), value(h.EvidenceHash), value(h.ProposerAddress),
	}
}

func (b cometBlock) proofSet(t testing.TB) proof.ValidatorSet {
	t.Helper()
	var list []proof.Validator
	for _, v := range b.set.Validators {
		list = append(list, proof.Validator{Key: proof.NewKey(v.PubKey.Bytes()), Power: uint64(v.VotingPower)})
	}
	rand.New(rand.NewPCG(9, 9)).Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
	set, err := proof.NewValidatorSet(list)
	if err != nil {
		t.Fatal(err)
	}
	return set
}

// signed converts what the engine has into what a verifier reads.
func (b cometBlock) signed(t testing.TB) proof.SignedHeader {
	t.Helper()
	h, err := proof.ParseHeader(b.fields(t))
	if err != nil {
		t.Fatal(err)
	}
	s := proof.SignedHeader{Header: h}
	s.Commit.Round = uint32(b.commit.Round)
	s.Commit.Parts = proof.PartSetHeader{Total: b.commit.BlockID.PartSetHeader.Total, Hash: proof.Hash(b.commit.BlockID.PartSetHeader.Hash)}
	for i, c := range b.commit.Signatures {
		sig := proof.Signature{proof.AlgEd25519}
		copy(sig[1:], c.Signature)
		s.Commit.Signatures = append(s.Commit.Signatures, proof.CommitSignature{Index: uint32(i), Time: proof.NewTimestamp(c.Timestamp), Signature: sig})
	}
	return s
}

func TestHeadersCommitsAndSetsAgreeWithTheEngine(t *testing.T) {
	for seed := range uint64(200) {
		rng := rand.New(rand.NewPCG(seed, 1))
		b := randomCometBlock(t, rng, 1+rng.IntN(20))
		s, set := b.signed(t), b.proofSet(t)
		if got := s.Header.Hash(); string(got[:]) != string(b.header.Hash()) {
			t.Fatalf("seed %d: header hash is %s, the engine's is %X", seed, got, b.header.Hash())
		}
		if got := set.Hash(); string(got[:]) != string(b.set.Hash()) {
			t.Fatalf("seed %d: set hash is %s, the engine's is %X", seed, got, b.set.Hash())
		}
		for i, c := range s.Commit.Signatures {
			if want := b.commit.VoteSignBytes(b.header.ChainID, int32(i)); string(s.SignBytes(c.Time)) != string(want) {
				t.Fatalf("seed %d: sign bytes of validator %d are %x, the engine's are %x", seed, i, s.SignBytes(c.Time), want)
			}
		}
		if err := b.set.VerifyCommitLight(b.header.ChainID, b.commit.BlockID, b.header.Height, b.commit); err != nil {
			t.Fatalf("seed %d: the engine refuses the commit: %v", seed, err)
		}
		if err := s.Verify(set); err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
		checkHeaderMeaning(t, s.Header, b.header)
	}
}

func checkHeaderMeaning(t *testing.T, h proof.Header, want comet.Header) {
	t.Helper()
	same := func(name string, got proof.Hash, want []byte) {
		if want == nil {
			want = make([]byte, 32)
		}
		if string(got[:]) != string(want) {
			t.Errorf("%s is %s, want %X", name, got, want)
		}
	}
	same("app hash", h.App, want.AppHash)
	same("results", h.LastResults, want.LastResultsHash)
	same("validators", h.Validators, want.ValidatorsHash)
	same("next validators", h.NextValidators, want.NextValidatorsHash)
	same("last block", h.LastBlockID.Hash, want.LastBlockID.Hash)
	if h.ChainID != want.ChainID || h.Height != uint64(want.Height) || !h.Time.Time().Equal(want.Time) {
		t.Errorf("header %+v is not %+v", h, want)
	}
}

func TestAHeaderFieldHasOneEncoding(t *testing.T) {
	b := randomCometBlock(t, rand.New(rand.NewPCG(7, 7)), 1)
	change := map[string]func(f [][]byte) [][]byte{
		"a field is missing":                 func(f [][]byte) [][]byte { return f[:13] },
		"a chain id is written twice":        func(f [][]byte) [][]byte { f[1] = append(f[1], f[1]...); return f },
		"a height has a longer varint":       func(f [][]byte) [][]byte { f[2] = []byte{8, 0x81, 0}; return f },
		"a height is zero":                   func(f [][]byte) [][]byte { f[2] = nil; return f },
		"a hash is too short":                func(f [][]byte) [][]byte { f[10] = f[10][:20]; f[10][1] = 18; return f },
		"a hash of zeros stands for none":    func(f [][]byte) [][]byte { f[10] = append([]byte{10, 32}, make([]byte, 32)...); return f },
		"an unknown field follows":           func(f [][]byte) [][]byte { f[3] = append(f[3], 0x18, 1); return f },
		"nanoseconds are a second":           func(f [][]byte) [][]byte { f[3] = []byte{8, 1, 16, 0x80, 0x94, 0xeb, 0xdc, 3}; return f },
		"a field has a wire type of its own": func(f [][]byte) [][]byte { f[1] = []byte{13, 1, 2, 3, 4}; return f },
		"a message ends inside a field":      func(f [][]byte) [][]byte { f[4] = f[4][:5]; return f },
		"the block protocol is another":      func(f [][]byte) [][]byte { f[0] = []byte{8, 12}; return f },
		"a proposer has no 20 bytes":         func(f [][]byte) [][]byte { f[13] = []byte{10, 1, 1}; return f },
		"a last block without its parts":     func(f [][]byte) [][]byte { f[4] = nil; return f },
	}
	if _, err := proof.ParseHeader(b.fields(t)); err != nil {
		t.Fatal(err)
	}
	for name, f := range change {
		t.Run(name, func(t *testing.T) {
			if h, err := proof.ParseHeader(f(b.fields(t))); err == nil {
				t.Fatalf("accepted: %+v", h)
			}
		})
	}
}
