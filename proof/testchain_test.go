package proof_test

import (
	"crypto/ed25519"
	"crypto/sha256"
	"fmt"
	"testing"

	"pedigree/proof"
)

// keyPair is a key whose seed is a hash of a name, so that every run makes the
// same bytes.
type keyPair struct {
	private ed25519.PrivateKey
	public  proof.Key
}

func seedKey(name string, n int) keyPair {
	seed := sha256.Sum256(fmt.Appendf(nil, "key/%s/%d", name, n))
	private := ed25519.NewKeyFromSeed(seed[:])
	return keyPair{private, proof.NewKey(private.Public().(ed25519.PublicKey))}
}

func (k keyPair) sign(h proof.Hash) proof.Signature { return proof.Sign(k.private, h) }

// signRaw signs bytes as they are, without a tag.
func (k keyPair) signRaw(b []byte) []byte { return ed25519.Sign(k.private, b) }

func seedHash(format string, args ...any) proof.Hash {
	return sha256.Sum256(fmt.Appendf(nil, "hash/"+format, args...))
}

// chain signs headers with a validator set of its own.
type chain struct {
	id   string
	set  proof.ValidatorSet
	keys map[proof.Key]keyPair
}

func newChain(id string, powers ...uint64) chain {
	return newChainKeys(id, id, powers...)
}

// newChainKeys makes the keys from another name than the chain's.
func newChainKeys(id, keys string, powers ...uint64) chain {
	c := chain{id: id, keys: map[proof.Key]keyPair{}}
	var list []proof.Validator
	for i, p := range powers {
		k := seedKey(keys, i)
		c.keys[k.public] = k
		list = append(list, proof.Validator{Key: k.public, Power: p})
	}
	set, err := proof.NewValidatorSet(list)
	if err != nil {
		panic(err)
	}
	c.set = set
	return c
}

func (c chain) trust() proof.Trust {
	return proof.Trust{ChainID: c.id, Height: 1, Validators: c.set}
}

// header is a plausible header at a height, signed by nobody yet.
func (c chain) header(height uint64) proof.Header {
	h := proof.Header{
		BlockVersion: proof.BlockProtocol, AppVersion: 1, ChainID: c.id, Height: height,
		Time:       proof.Timestamp{Seconds: 1_790_000_000 + height, Nanos: uint32(height%2) * 123_456_789},
		LastCommit: seedHash("last commit %d", height), Data: proof.EmptyTree(),
		LastBlockID: proof.BlockID{Hash: seedHash("block %d", height-1), Parts: proof.PartSetHeader{Total: 1, Hash: seedHash("parts %d", height-1)}},
		Validators:  c.set.Hash(), NextValidators: c.set.Hash(), Consensus: seedHash("consensus"),
		App: seedHash("app %d", height), LastResults: proof.EmptyTree(), Evidence: proof.EmptyTree(),
	}
	h.Proposer = c.set[0].Address()
	return h
}

// sign lets the validators at these places of the set sign, or all of them.
func (c chain) sign(h proof.Header, who ...int) proof.SignedHeader {
	s := proof.SignedHeader{Header: h, Commit: proof.Commit{Parts: proof.PartSetHeader{Total: 1, Hash: seedHash("parts %d", h.Height)}}}
	if len(who) == 0 {
		for i := range c.set {
			who = append(who, i)
		}
	}
	for _, i := range who {
		at := proof.Timestamp{Seconds: h.Time.Seconds + 1, Nanos: uint32(i) * 1_000_003}
		sig := proof.Signature{proof.AlgEd25519}
		copy(sig[1:], ed25519.Sign(c.keys[c.set[i].Key].private, s.SignBytes(at)))
		s.Commit.Signatures = append(s.Commit.Signatures, proof.CommitSignature{Index: uint32(i), Time: at, Signature: sig})
	}
	return s
}

// attest signs a header of the height after, prunes the commit and leaves the
// set out, as a reader who has it likes best.
func (c chain) attest(t testing.TB, h proof.Header) proof.Attestation {
	t.Helper()
	s, err := c.sign(h).Prune(c.set)
	if err != nil {
		t.Fatal(err)
	}
	return proof.Attestation{Signed: s}
}
