package proof

import (
	"crypto/ed25519"
	"encoding/binary"
	"fmt"
	"math"
	"sort"
)

// votePrecommit is the type of the votes that make a commit.
const votePrecommit = 2

// CommitSignature is one validator's vote for a block.
type CommitSignature struct {
	Index     uint32 // place in the validator set
	Time      Timestamp
	Signature Signature
}

// Commit holds votes of more than two thirds of the power for one header. Votes
// for nothing and absent ones are left out.
type Commit struct {
	Round      uint32
	Parts      PartSetHeader
	Signatures []CommitSignature // by ascending index
}

// SignedHeader is a header with a commit for it.
type SignedHeader struct {
	Header Header
	Commit Commit
}

// votePrefix is the part of the signed vote before its time: type, height,
// round, block id of the engine's CanonicalVote.
func (s SignedHeader) votePrefix() []byte {
	b := protoUint(make([]byte, 0, 128), 1, votePrecommit)
	b = protoFixed(protoFixed(b, 2, s.Header.Height), 3, uint64(s.Commit.Round))
	return protoMessage(b, 4, BlockID{Hash: s.Header.Hash(), Parts: s.Commit.Parts}.proto())
}

// voteBytes are the bytes that a validator signs: the vote with its length.
func voteBytes(prefix []byte, t Timestamp, chainID string) []byte {
	vote := protoMessage(append(make([]byte, 0, 192), prefix...), 5, t.proto())
	vote = protoBytes(vote, 6, []byte(chainID))
	return append(binary.AppendUvarint(make([]byte, 0, len(vote)+2), uint64(len(vote))), vote...)
}

// SignBytes are the bytes that a validator signed at a time.
func (s SignedHeader) SignBytes(t Timestamp) []byte {
	return voteBytes(s.votePrefix(), t, s.Header.ChainID)
}

// Verify checks that the header names this set as its signers and that every
// signature shown is right, by different validators who hold more than two
// thirds of its power together.
func (s SignedHeader) Verify(set ValidatorSet) error {
	if got := set.Hash(); got != s.Header.Validators {
		return fmt.Errorf("%w: header %d was signed by validator set %s, not by %s", ErrProof, s.Header.Height, s.Header.Validators, got)
	}
	prefix := s.votePrefix()
	power, last := uint64(0), -1
	for _, c := range s.Commit.Signatures {
		if int(c.Index) <= last || int(c.Index) >= len(set) {
			return fmt.Errorf("%w: the signature of validator %d of header %d is there twice, out of order or of nobody", ErrProof, c.Index, s.Header.Height)
		}
		last = int(c.Index)
		if !c.holds(set[c.Index].Key, prefix, s.Header.ChainID) {
			return fmt.Errorf("%w: the signature of validator %d of header %d is wrong", ErrProof, c.Index, s.Header.Height)
		}
		power += set[c.Index].Power
	}
	if !twoThirds(power, set.Power()) {
		return fmt.Errorf("%w: header %d is signed by %d of %d of the validators' power; more than two thirds are needed", ErrProof, s.Header.Height, power, set.Power())
	}
	return nil
}

func (c CommitSignature) holds(key Key, prefix []byte, chainID string) bool {
	return c.Signature[0] == AlgEd25519 && key[0] == AlgEd25519 &&
		ed25519.Verify(key.Raw(), voteBytes(prefix, c.Time, chainID), c.Signature[1:])
}

// twoThirds reports whether power is more than two thirds of total; neither is
// above powerMax, so nothing overflows.
func twoThirds(power, total uint64) bool { return 3*power > 2*total }

// Prune keeps the fewest signatures that hold more than two thirds of the power.
// It drops those that crypto/ed25519 does not accept, although the engine may.
func (s SignedHeader) Prune(set ValidatorSet) (SignedHeader, error) {
	list := append([]CommitSignature{}, s.Commit.Signatures...)
	for _, c := range list {
		if int(c.Index) >= len(set) {
			return SignedHeader{}, fmt.Errorf("couldn't prune the commit of header %d: it has a signature of validator %d of %d", s.Header.Height, c.Index, len(set))
		}
	}
	sort.SliceStable(list, func(i, j int) bool { return set[list[i].Index].Power > set[list[j].Index].Power })
	prefix, total, power := s.votePrefix(), set.Power(), uint64(0)
	kept := make([]CommitSignature, 0, len(list))
	for _, c := range list {
		if twoThirds(power, total) {
			break
		}
		if c.holds(set[c.Index].Key, prefix, s.Header.ChainID) {
			kept = append(kept, c)
			power += set[c.Index].Power
		}
	}
	sort.Slice(kept, func(i, j int) bool { return kept[i].Index < kept[j].Index })
	s.Commit.Signatures = kept
	if err := s.Verify(set); err != nil {
		return SignedHeader{}, fmt.Errorf("couldn't prune the commit of header %d: %w", s.Header.Height, err)
	}
	return s, nil
}

// Whole keeps every signature that crypto/ed25519 accepts, for a reader who may have to
// show who signed: a fork names more of its signers with it than with Prune.
func (s SignedHeader) Whole(set ValidatorSet) (SignedHeader, error) {
	prefix := s.votePrefix()
	kept := make([]CommitSignature, 0, len(s.Commit.Signatures))
	for _, c := range s.Commit.Signatures {
		if int(c.Index) < len(set) && c.holds(set[c.Index].Key, prefix, s.Header.ChainID) {
			kept = append(kept, c)
		}
	}
	s.Commit.Signatures = kept
	if err := s.Verify(set); err != nil {
		return SignedHeader{}, fmt.Errorf("couldn't take the commit of header %d: %w", s.Header.Height, err)
	}
	return s, nil
}

// Append appends [header, round, parts, parts hash, [[index, seconds,
// nanoseconds, signature], ...]].
func (s SignedHeader) Append(b []byte) []byte {
	b = s.Header.Append(AppendArray(b, 5))
	b = AppendUint(AppendUint(b, uint64(s.Commit.Round)), uint64(s.Commit.Parts.Total))
	b = AppendArray(AppendBytes(b, s.Commit.Parts.Hash[:]), len(s.Commit.Signatures))
	for _, c := range s.Commit.Signatures {
		b = AppendUint(AppendArray(b, 4), uint64(c.Index))
		b = AppendUint(AppendUint(b, c.Time.Seconds), uint64(c.Time.Nanos))
		b = AppendBytes(b, c.Signature[:])
	}
	return b
}

// SignedHeader reads what SignedHeader.Append wrote.
func (r *Reader) SignedHeader() SignedHeader {
	r.ArrayOf(5)
	s := SignedHeader{Header: r.Header()}
	s.Commit.Round = uint32(r.UintMax(math.MaxInt32))
	s.Commit.Parts = PartSetHeader{Total: uint32(r.UintMax(math.MaxUint32)), Hash: r.Hash()}
	n := r.Array(ValidatorsMax)
	s.Commit.Signatures = make([]CommitSignature, 0, n)
	for ; n > 0 && r.err == nil; n-- {
		r.ArrayOf(4)
		c := CommitSignature{Index: uint32(r.UintMax(ValidatorsMax - 1))}
		c.Time = Timestamp{Seconds: r.UintMax(timeSecondsMax), Nanos: uint32(r.UintMax(1e9 - 1))}
		c.Signature = r.Signature()
		s.Commit.Signatures = append(s.Commit.Signatures, c)
	}
	return s
}
