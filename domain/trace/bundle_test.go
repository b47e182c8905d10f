package trace_test

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"fmt"
	"slices"
	"testing"

	"pedigree/ledger/ledgertest"
	"pedigree/proof"
)

// stateLeaf is one row of the state as the state tree sees it.
type stateLeaf struct{ path, value proof.Hash }

// leaves are the state's rows in the order of their paths.
func (n *network) leaves() []stateLeaf {
	var out []stateLeaf
	for _, k := range n.State.Keys() {
		out = append(out, stateLeaf{sha256.Sum256([]byte(k)), sha256.Sum256(n.State.Rows[k])})
	}
	slices.SortFunc(out, func(a, b stateLeaf) int { return bytes.Compare(a.path[:], b.path[:]) })
	return out
}

func bitOf(h proof.Hash, i int) bool { return h[i/8]&(0x80>>(i%8)) != 0 }

// halves splits rows by one bit of their paths.
func halves(rows []stateLeaf, depth int) (left, right []stateLeaf) {
	cut, _ := slices.BinarySearchFunc(rows, true, func(l stateLeaf, _ bool) int {
		if bitOf(l.path, depth) {
			return 0
		}
		return -1
	})
	return rows[:cut], rows[cut:]
}

// stateRoot is the root of a subtree, by the rule in package proof and nothing
// of the store.
func stateRoot(rows []stateLeaf, depth int) proof.Hash {
	switch len(rows) {
	case 0:
		return proof.Hash{}
	case 1:
		return proof.StateLeafHash(rows[0].path, rows[0].value)
	}
	left, right := halves(rows, depth)
	return proof.StateInnerHash(stateRoot(left, depth+1), stateRoot(right, depth+1))
}

// path proves what the state holds under a key, or that it holds nothing.
func (n *network) path(key []byte) proof.StatePath {
	path, rows := proof.Hash(sha256.Sum256(key)), n.leaves()
	var p proof.StatePath
	for depth := 0; len(rows) > 1; depth++ {
		own, other := halves(rows, depth)
		if bitOf(path, depth) {
			own, other = other, own
		}
		p.Siblings = append([]proof.Hash{stateRoot(other, depth+1)}, p.Siblings...)
		rows = own
	}
	if len(rows) == 1 && rows[0].path != path {
		p.Other, p.OtherPath, p.OtherValue = true, rows[0].path, rows[0].value
	}
	return p
}

func (n *network) value(key []byte) proof.StateValue {
	return proof.StateValue{Value: n.State.Rows[string(key)], Path: n.path(key)}
}

func (n *network) parts() proof.AppHashParts {
	leaves := make([]proof.Hash, len(n.State.Events))
	for i, e := range n.State.Events {
		leaves[i] = proof.TreeLeaf(e)
	}
	return proof.AppHashParts{EventCount: uint64(len(leaves)), EventRoot: proof.TreeRoot(leaves), StateRoot: stateRoot(n.leaves(), 0), SetRoot: proof.SetRoot(nil)}
}

func validatorName(i int) string { return fmt.Sprint("validator ", i) }

// trust is what a reader of these tests takes as given: four validators.
func trust(t testing.TB) proof.Trust {
	t.Helper()
	var list []proof.Validator
	for i := range 4 {
		list = append(list, proof.Validator{Key: ledgertest.Key(validatorName(i)), Power: 10})
	}
	set, err := proof.NewValidatorSet(list)
	if err != nil {
		t.Fatal(err)
	}
	return proof.Trust{ChainID: ledgertest.ChainID, Height: 1, Validators: set}
}

// attest signs the header that carries the present state.
func (n *network) attest() proof.Attestation {
	n.T.Helper()
	set := trust(n.T).Validators
	h := proof.Header{
		BlockVersion: proof.BlockProtocol, AppVersion: 1, ChainID: ledgertest.ChainID, Height: n.Height + 1, Time: proof.Timestamp{Seconds: n.Time + 10},
		LastCommit: ledgertest.HashOf("commit"), Data: proof.EmptyTree(), Validators: set.Hash(), NextValidators: set.Hash(), Consensus: ledgertest.HashOf("consensus"),
		LastBlockID: proof.BlockID{Hash: ledgertest.HashOf("block"), Parts: proof.PartSetHeader{Total: 1, Hash: ledgertest.HashOf("parts")}},
		App:         n.parts().Hash(), LastResults: proof.EmptyTree(), Evidence: proof.EmptyTree(), Proposer: set[0].Address(),
	}
	s := proof.SignedHeader{Header: h, Commit: proof.Commit{Parts: h.LastBlockID.Parts}}
	for i, v := range set {
		for j := range set {
			if ledgertest.Key(validatorName(j)) != v.Key {
				continue
			}
			sig := proof.Signature{proof.AlgEd25519}
			copy(sig[1:], ed25519.Sign(ledgertest.PrivateKey(validatorName(j)), s.SignBytes(h.Time)))
			s.Commit.Signatures = append(s.Commit.Signatures, proof.CommitSignature{Index: uint32(i), Time: h.Time, Signature: sig})
		}
	}
	pruned, err := s.Prune(set)
	if err != nil {
		n.T.Fatal(err)
	}
	return proof.Attestation{Signed: pruned}
}

// bundle proves goods from the innermost out: way[0] is the package, the last one
// has a record; what stands between is sealed. maker is whose statement is shown,
// or none.
func (n *network) bundle(key0, maker string, statement *goods, way ...*goods) proof.Bundle {
	n.T.Helper()
	inner, top := way[0], way[len(way)-1]
	b := proof.Bundle{
		Unit:   proof.UnitOpening{ID: inner.id, Attrs: inner.attrs, Salt: inner.salt, Depth: inner.depth, Root: inner.root},
		Record: n.value(proof.RecordKey(originOf(key0), top.leaf)), Origin: originOf(key0), Counts: n.value(proof.OriginKey(originOf(key0))),
		Parts: n.parts(), Header: n.attest(),
	}
	for i, around := range way[1:] {
		pos := around.order[slices.Index(around.inner, way[i])]
		b.Levels = append(b.Levels, proof.Container{Leaf: around.leaf, Pos: pos, Siblings: around.tree.Siblings(pos)})
		b.Absent = append(b.Absent, n.path(proof.RecordKey(originOf(key0), way[i].leaf)))
	}
	if statement != nil {
		b.Maker = &proof.MakerProof{Body: statement.statement.Body, Signature: statement.statement.Signature, Salt: statement.statement.Salt, Member: n.value(proof.MemberKey(maker))}
	}
	return b
}

// verdict is what a report says about a part.
func verdict(t testing.TB, r proof.BundleReport, part string) proof.Verdict {
	t.Helper()
	s, ok := r.Step(part)
	if !ok {
		t.Fatalf("the report has no step %q", part)
	}
	return s.Verdict
}

func TestTheBundlesOfTheseTestsAreSound(t *testing.T) {
	n := newNetwork(t)
	p := palletOf("lot1", 2, 3).state("maker", "lot1")
	ok(t, n.hand("maker", "mo", "mh").commission("lot1", p))
	r, err := n.bundle("lot1", "maker", p, p.inner[0].inner[1], p.inner[0], p).Verify(trust(t), proof.Options{})
	if err != nil || len(r.Alerts) != 0 || r.Statement.Org != "maker" {
		t.Fatalf("got %+v, %v", r, err)
	}
}
