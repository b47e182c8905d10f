package node

import (
	"crypto/ed25519"
	"crypto/sha256"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pedigree/internal/engine"
	"pedigree/proof"
)

// signers are validators of a chain that exists in a test only, with their keys.
type signers struct {
	chain string
	set   proof.ValidatorSet
	keys  map[proof.Key]ed25519.PrivateKey
}

func signersOf(chain, seed string, powers ...uint64) signers {
	s := signers{chain: chain, keys: map[proof.Key]ed25519.PrivateKey{}}
	for i, power := range powers {
		sum := sha256.Sum256(fmt.Appendf(nil, "%s/%d", seed, i))
		key := ed25519.NewKeyFromSeed(sum[:])
		public := proof.NewKey(key.Public().(ed25519.PublicKey))
		s.keys[public] = key
		s.set = append(s.set, proof.Validator{Key: public, Power: power})
	}
	set, err := proof.NewValidatorSet(s.set)
	if err != nil {
		panic(err)
	}
	s.set = set
	return s
}

// header is one of the chain, at a time, signed by nobody yet.
func (s signers) header(height uint64, at time.Time) proof.Header {
	some := func(what string) proof.Hash { return sha256.Sum256(fmt.Appendf(nil, "%s %d", what, height)) }
	return proof.Header{
		BlockVersion: proof.BlockProtocol, AppVersion: 1, ChainID: s.chain, Height: height, Time: proof.Timestamp{Seconds: uint64(at.Unix())},
		LastBlockID: proof.BlockID{Hash: some("block"), Parts: proof.PartSetHeader{Total: 1, Hash: some("parts")}}, LastCommit: some("commit"),
		Data: some("data"), Validators: s.set.Hash(), NextValidators: s.set.Hash(), Consensus: some("limits"), App: some("state"),
		LastResults: some("results"), Evidence: proof.EmptyTree(), Proposer: s.set[0].Address(),
	}
}

// sign lets some validators sign, or all.
func (s signers) sign(h proof.Header, who ...int) proof.SignedHeader {
	signed := proof.SignedHeader{Header: h, Commit: proof.Commit{Parts: proof.PartSetHeader{Total: 1, Hash: h.Data}}}
	for i, v := range s.set {
		if len(who) > 0 && !slices.Contains(who, i) {
			continue
		}
		at := proof.Timestamp{Seconds: h.Time.Seconds + 1}
		c := proof.CommitSignature{Index: uint32(i), Time: at, Signature: proof.Signature{proof.AlgEd25519}}
		copy(c.Signature[1:], ed25519.Sign(s.keys[v.Key], signed.SignBytes(at)))
		signed.Commit.Signatures = append(signed.Commit.Signatures, c)
	}
	return signed
}

// follows is a header by which this set hands over to another one.
func (s signers) follows(height uint64, at time.Time, next signers) proof.Link {
	h := s.header(height, at)
	h.NextValidators = next.set.Hash()
	return proof.Link{Signed: s.sign(h), Next: next.set}
}

// told is what a member proves to a node that joins, and what that node knows.
type told struct {
	verifier
	proof.Attestation
	height int64
	raw    []byte // replaces the attestation
}

var (
	joinedAt = time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)
	founders = signersOf("lit", "founders", 1, 1, 1, 1)
	second   = signersOf("lit", "second", 1, 2, 1, 1)
	third    = signersOf("lit", "third", 3, 1, 1)
	thieves  = signersOf("lit", "thieves", 1, 1, 1, 1)
)

// honest is a header of height 25, signed by the third set of validators.
func honest() *told {
	day := 24 * time.Hour
	t := &told{height: 25, verifier: verifier{
		chain: "lit", founders: proof.Trust{ChainID: "lit", Height: 1, Validators: founders.set}, now: func() time.Time { return joinedAt },
	}}
	t.Links = []proof.Link{founders.follows(10, joinedAt.Add(-3*day), second), second.follows(20, joinedAt.Add(-2*day), third)}
	t.Signed = third.sign(third.header(25, joinedAt.Add(-day)))
	t.Validators = third.set
	return t
}

// pinned is the same where people have compared the header of height 20.
func pinned() *told {
	t := honest()
	t.Signed, t.Links, t.Validators, t.height = t.Links[1].Signed, t.Links[:1], second.set, 20
	t.checkpoint = &engine.Checkpoint{Height: 20, Hash: t.Signed.Header.Hash()}
	return t
}

func (t *told) verify() error {
	raw := t.raw
	if raw == nil {
		raw = t.Append(nil)
	}
	_, err := t.verifier.verify(t.height, raw)
	return err
}

// TestALightClientRefusesWhatIsNotProved gives a node that joins one wrong proof
// after another.
func TestALightClientRefusesWhatIsNotProved(t *testing.T) {
	for name, from := range map[string]func() *told{"founders": honest, "checkpoint": pinned} {
		if err := from().verify(); err != nil {
			t.Fatalf("what is right is refused, from the %s: %v", name, err)
		}
	}
	cases := []struct {
		name string
		from func() *told
		lie  func(t *told)
		why  string
	}{
		{"a header that nobody signed", honest, func(t *told) { t.Signed.Commit.Signatures = nil }, "signed by 0 of 5"},
		{"less than two thirds of the power, by three of four", honest, func(t *told) {
			t.Validators, t.Links = nil, t.Links[:1]
			t.Signed = second.sign(second.header(25, joinedAt), oneEach(second)...)
		}, "signed by 3 of 5"},
		{"exactly two thirds of the power", honest, func(t *told) {
			s := signersOf("lit", "six", 1, 1, 1)
			t.founders.Validators, t.Links, t.Validators = s.set, nil, nil
			t.Signed = s.sign(s.header(25, joinedAt), 0, 1)
		}, "signed by 2 of 3"},
		{"one signature counted twice", honest, func(t *told) {
			t.Signed.Commit.Signatures = append(t.Signed.Commit.Signatures[:1], t.Signed.Commit.Signatures[0])
		}, "twice"},
		{"a signature under another's name", honest, func(t *told) {
			t.Signed.Commit.Signatures[0].Signature = t.Signed.Commit.Signatures[1].Signature
		}, "is wrong"},
		{"a signature of nobody", honest, func(t *told) { t.Signed.Commit.Signatures[2].Index = 3 }, "of nobody"},
		{"signatures for another header", honest, func(t *told) { t.Signed.Header.App[0] ^= 1 }, "is wrong"},
		{"signatures of another round", honest, func(t *told) { t.Signed.Commit.Round = 1 }, "is wrong"},
		{"a header of another chain, signed by its validators", honest, func(t *told) {
			other := signersOf("dark", "third", 3, 1, 1)
			t.Signed = other.sign(other.header(25, joinedAt))
		}, `it is of chain "dark"`},
		{"a header of another chain under this one's name", honest, func(t *told) {
			other := signersOf("dark", "third", 3, 1, 1)
			t.Signed = other.sign(other.header(25, joinedAt))
			t.Signed.Header.ChainID = "lit"
		}, "is wrong"},
		{"a fork by thieves, shown with their set", honest, func(t *told) {
			t.Signed, t.Validators = thieves.sign(thieves.header(25, joinedAt)), thieves.set
		}, "signed by validator set"},
		{"a fork by validators that have left", honest, func(t *told) {
			t.Signed, t.Validators = founders.sign(founders.header(25, joinedAt)), founders.set
		}, "signed by validator set"},
		{"thieves let in by a change that the old set did not sign", honest, func(t *told) {
			t.Links[1] = thieves.follows(20, joinedAt, thieves)
			t.Links[1].Signed.Header.Validators = second.set.Hash()
			t.Signed, t.Validators = thieves.sign(thieves.header(25, joinedAt)), thieves.set
		}, "is wrong"},
		{"thieves let in by a change that too few of the old set signed", honest, func(t *told) {
			h := second.header(20, joinedAt)
			h.NextValidators = thieves.set.Hash()
			t.Links[1] = proof.Link{Signed: second.sign(h, oneEach(second)...), Next: thieves.set}
			t.Signed, t.Validators = thieves.sign(thieves.header(25, joinedAt)), thieves.set
		}, "signed by 3 of 5"},
		{"thieves in the place of the set that a change names", honest, func(t *told) {
			t.Links[1].Next = thieves.set
			t.Signed, t.Validators = thieves.sign(thieves.header(25, joinedAt)), thieves.set
		}, "does not introduce"},
		{"a change left out", honest, func(t *told) { t.Links = t.Links[1:] }, "signed by validator set"},
		{"changes in another order", honest, func(t *told) { slices.Reverse(t.Links) }, "signed by validator set"},
		{"a change that changes nothing", honest, func(t *told) {
			t.Links = append(t.Links, third.follows(22, joinedAt, third))
		}, "does not introduce"},
		{"a change after the header", honest, func(t *told) {
			t.Links = append(t.Links, third.follows(30, joinedAt, second))
			t.Signed = second.sign(second.header(25, joinedAt))
			t.Validators = second.set
		}, "older than the validators"},
		{"more changes than a proof has", honest, func(t *told) {
			t.Links = nil
			for i := range proof.LinksMax + 1 {
				t.Links = append(t.Links, founders.follows(uint64(i+2), joinedAt, second))
			}
		}, "allowed"},
		{"an older header than was asked for", honest, func(t *told) {
			t.Signed = third.sign(third.header(24, joinedAt))
		}, "header 24 is proved instead"},
		{"a newer header than was asked for", honest, func(t *told) {
			t.Signed = third.sign(third.header(26, joinedAt))
		}, "header 26 is proved instead"},
		{"another set than the one that signed", honest, func(t *told) { t.Validators = second.set }, "not the one that signed"},
		{"other founders", honest, func(t *told) { t.founders.Validators = thieves.set }, "signed by validator set"},
		{"a proof cut short", honest, func(t *told) { raw := t.Append(nil); t.raw = raw[:len(raw)-1] }, ""},
		{"a proof with a byte more", honest, func(t *told) { t.raw = append(t.Append(nil), 0) }, ""},
		{"no proof", honest, func(t *told) { t.raw = []byte{} }, ""},
		{"a fork at the checkpoint, by validators of that time", pinned, func(t *told) {
			h := second.header(20, joinedAt)
			t.Signed = second.sign(h)
		}, "the checkpoint says"},
		{"a checkpoint whose trust has ended", pinned, func(t *told) {
			t.now = func() time.Time { return joinedAt.Add(-48 * time.Hour).Add(trustPeriod + time.Second) }
		}, "a checkpoint is needed"},
		{"a checkpoint in the future", pinned, func(t *told) {
			t.now = func() time.Time { return joinedAt.Add(-48 * time.Hour).Add(-engine.ClockAhead - time.Second) }
		}, "in the future"},
		{"a checkpoint with another set", pinned, func(t *told) { t.Validators = thieves.set }, "not those of the checkpoint"},
		{"a checkpoint without its set", pinned, func(t *told) { t.Validators = nil }, "not those of the checkpoint"},
		{"a checkpoint that too few signed", pinned, func(t *told) {
			t.Signed.Commit.Signatures = second.sign(t.Signed.Header, oneEach(second)...).Commit.Signatures
		}, "signed by 3 of 5"},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			said := tc.from()
			tc.lie(said)
			if err := said.verify(); err == nil || !strings.Contains(err.Error(), tc.why) {
				t.Errorf("got %v, want a refusal that says %q", err, tc.why)
			}
			if len(said.links) > 0 || len(said.changes) > 0 {
				t.Error("something of it is kept")
			}
		})
	}
	t.Logf("%d kinds", len(cases))
}

// oneEach are the places of the validators with a power of one.
func oneEach(s signers) (list []int) {
	for i, v := range s.set {
		if v.Power == 1 {
			list = append(list, i)
		}
	}
	return list
}

// TestACheckpointIsTrustedForAWeek holds the period at its limits.
func TestACheckpointIsTrustedForAWeek(t *testing.T) {
	signed := joinedAt.Add(-48 * time.Hour)
	for _, now := range []time.Time{signed.Add(trustPeriod), signed.Add(-engine.ClockAhead)} {
		said := pinned()
		said.now = func() time.Time { return now }
		if err := said.verify(); err != nil {
			t.Errorf("at %v: %v", now, err)
		}
	}
}
