package witness

import (
	"crypto/ed25519"
	"crypto/sha256"
	"fmt"
	"testing"
	"time"

	"pedigree/proof"
)

// town is four validators and the log that they sign.
type town struct {
	set    proof.ValidatorSet
	keys   map[proof.Key]ed25519.PrivateKey
	events []proof.Hash
}

func newTown(t testing.TB) *town {
	t.Helper()
	c := &town{keys: map[proof.Key]ed25519.PrivateKey{}}
	var list []proof.Validator
	for i := range 4 {
		seed := sha256.Sum256(fmt.Appendf(nil, "validator %d", i))
		key := ed25519.NewKeyFromSeed(seed[:])
		public := proof.NewKey(key.Public().(ed25519.PublicKey))
		c.keys[public] = key
		list = append(list, proof.Validator{Key: public, Power: 1})
	}
	var err error
	if c.set, err = proof.NewValidatorSet(list); err != nil {
		t.Fatal(err)
	}
	return c
}

func (c *town) trust() proof.Trust {
	return proof.Trust{ChainID: "town", Height: 1, Validators: c.set}
}

// add adds events that are named after a story.
func (c *town) add(story string, n int) {
	for i := range n {
		c.events = append(c.events, proof.TreeLeaf(fmt.Appendf(nil, "%s %d", story, len(c.events)+i)))
	}
}

// at is the header of a height over the first events, signed by these validators.
func (c *town) at(height uint64, events int, signers ...int) seen {
	parts := proof.AppHashParts{EventCount: uint64(events), EventRoot: proof.TreeRoot(c.events[:events])}
	h := proof.Header{
		BlockVersion: proof.BlockProtocol, AppVersion: 1, ChainID: "town", Height: height, Time: proof.Timestamp{Seconds: 1_790_000_000 + height},
		LastCommit: sha256.Sum256([]byte("commit")), Data: proof.EmptyTree(),
		LastBlockID: proof.BlockID{Hash: sha256.Sum256([]byte("last")), Parts: proof.PartSetHeader{Total: 1, Hash: sha256.Sum256([]byte("parts"))}},
		Validators:  c.set.Hash(), NextValidators: c.set.Hash(), Consensus: sha256.Sum256([]byte("consensus")),
		App: parts.Hash(), LastResults: proof.EmptyTree(), Evidence: proof.EmptyTree(), Proposer: c.set[0].Address(),
	}
	s := proof.SignedHeader{Header: h, Commit: proof.Commit{Parts: proof.PartSetHeader{Total: 1, Hash: sha256.Sum256([]byte("these parts"))}}}
	for _, i := range signers {
		at := proof.Timestamp{Seconds: h.Time.Seconds + 1}
		sig := proof.Signature{proof.AlgEd25519}
		copy(sig[1:], ed25519.Sign(c.keys[c.set[i].Key], s.SignBytes(at)))
		s.Commit.Signatures = append(s.Commit.Signatures, proof.CommitSignature{Index: uint32(i), Time: at, Signature: sig})
	}
	return seen{parts, proof.Attestation{Signed: s}}
}

// prove leads from one header to another.
func (c *town) prove(from, to seen) []byte {
	p := proof.ConsistencyProof{OldParts: from.parts, OldHeader: from.header, NewParts: to.parts, NewHeader: to.header}
	p.Path = consistency(c.events[:to.parts.EventCount], int(from.parts.EventCount))
	return p.Encode()
}

// consistency is the RFC 6962 proof that a log begins with its first m leaves
// (section 2.1.2), as the standard defines it.
func consistency(leaves []proof.Hash, m int) []proof.Hash {
	if m == 0 || m == len(leaves) {
		return nil
	}
	return subproof(leaves, m, true)
}

func subproof(leaves []proof.Hash, m int, whole bool) []proof.Hash {
	if m == len(leaves) {
		if whole {
			return nil
		}
		return []proof.Hash{proof.TreeRoot(leaves)}
	}
	k := 1
	for 2*k < len(leaves) {
		k *= 2
	}
	if m <= k {
		return append(subproof(leaves[:k], m, whole), proof.TreeRoot(leaves[k:]))
	}
	return append(subproof(leaves[k:], m-k, false), proof.TreeRoot(leaves[:k]))
}

var testNow = time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)

// open opens a witness of the town in a folder.
func open(t testing.TB, c *town, dir string) *Witness {
	t.Helper()
	seed := sha256.Sum256([]byte("witness"))
	w, err := Open(Config{Dir: dir, Name: "witness.example/1", Key: ed25519.NewKeyFromSeed(seed[:]), Trust: c.trust(), Now: func() time.Time { return testNow }})
	if err != nil {
		t.Fatal(err)
	}
	return w
}
