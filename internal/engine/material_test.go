package engine

import (
	"bytes"
	"errors"
	"fmt"
	"testing"

	"github.com/cockroachdb/pebble/v2/vfs"
	abci "github.com/cometbft/cometbft/abci/types"
	"github.com/cometbft/cometbft/crypto/ed25519"
	"github.com/cometbft/cometbft/crypto/merkle"
	"github.com/cometbft/cometbft/types"
)

// verifySigned checks a signed header with the engine's own types, built from
// nothing but the material.
func verifySigned(t testing.TB, h SignedHeader) {
	t.Helper()
	if root := merkle.HashFromByteSlices(h.Header.Fields[:]); !bytes.Equal(root, h.Header.Hash[:]) || h.BlockHash != h.Header.Hash {
		t.Fatalf("header %d: fields give %x, hash is %x, signed is %x", h.Header.Height, root, h.Header.Hash, h.BlockHash)
	}
	members := make([]*types.Validator, len(h.Validators))
	for i, v := range h.Validators {
		members[i] = types.NewValidator(ed25519.PubKey(bytes.Clone(v.PubKey[:])), v.Power)
		if address(members[i].Address) != v.Address {
			t.Fatalf("validator %d has address %x", i, v.Address)
		}
	}
	set := types.NewValidatorSet(members)
	for i, v := range set.Validators {
		if address(v.Address) != h.Validators[i].Address {
			t.Fatalf("the validators of header %d aren't in the engine's order", h.Header.Height)
		}
	}
	if !bytes.Equal(set.Hash(), h.Header.ValidatorsHash) {
		t.Fatalf("the validators of header %d hash to %x, not %x", h.Header.Height, set.Hash(), h.Header.ValidatorsHash)
	}
	if err := set.VerifyCommitLight(h.Header.ChainID, blockIDOf(h), h.Header.Height, commitOf(h)); err != nil {
		t.Fatalf("the commit of header %d: %v", h.Header.Height, err)
	}
}

func blockIDOf(h SignedHeader) types.BlockID {
	return types.BlockID{Hash: h.BlockHash[:], PartSetHeader: types.PartSetHeader{Total: h.PartsTotal, Hash: h.PartsHash[:]}}
}

func commitOf(h SignedHeader) *types.Commit {
	c := &types.Commit{Height: h.Header.Height, Round: h.Round, BlockID: blockIDOf(h)}
	for _, s := range h.Signatures {
		sig := types.CommitSig{BlockIDFlag: types.BlockIDFlag(s.Flag), Timestamp: s.Timestamp, Signature: s.Signature}
		if s.Flag != CommitAbsent {
			sig.ValidatorAddress = bytes.Clone(s.Address[:])
		}
		c.Signatures = append(c.Signatures, sig)
	}
	return c
}

func verifyProof(t testing.TB, p Proof, root []byte) {
	t.Helper()
	if !bytes.Equal(p.Root, root) {
		t.Fatalf("the proof is for root %x, the header says %x", p.Root, root)
	}
	proof := merkle.Proof{Total: p.Total, Index: p.Index, LeafHash: leafHash(p.Leaf), Aunts: p.Aunts}
	if err := proof.Verify(root, p.Leaf); err != nil {
		t.Fatal(err)
	}
	if err := proof.Verify(root, append(p.Leaf, 0)); err == nil {
		t.Fatal("the proof holds for another leaf too")
	}
}

func leafHash(leaf []byte) []byte { return merkle.HashFromByteSlices([][]byte{leaf}) }

func TestProofMaterialVerifiesWithTheEnginesTypes(t *testing.T) {
	s, c := single(t)
	for i := range 6 {
		must(t, s.node.Submit(testContext(t), fmt.Appendf(nil, "tx %d", i)))
	}
	must(t, s.node.Submit(testContext(t), []byte("fail this one")))
	height := s.mustSubmit(t, "last")
	must(t, s.node.WaitHeight(testContext(t), height+1))
	for _, restarted := range []bool{false, true} {
		name := "while it runs"
		if restarted {
			name = "after a restart"
			must(t, s.stop())
			must(t, s.start(testContext(t), c))
		}
		t.Run(name, func(t *testing.T) { verifyChain(t, s.node, 8) })
	}
}

// verifyChain checks every header, result and transaction of a chain.
func verifyChain(t *testing.T, n *Node, wantTxs int) {
	txs := 0
	for h := int64(1); h <= n.Height(); h++ {
		signed, err := n.SignedHeader(h)
		must(t, err)
		verifySigned(t, signed)
		header, err := n.Header(h)
		must(t, err)
		if header.Hash != signed.Header.Hash || !bytes.Equal(header.Fields[10], appHashField(header.AppHash)) {
			t.Fatalf("header %d: two answers, or field 11 isn't the app hash", h)
		}
		block, err := n.Block(h)
		must(t, err)
		if h == n.Height() {
			continue
		}
		next, err := n.Header(h + 1)
		must(t, err)
		if !bytes.Equal(next.AppHash, block.AppHash) {
			t.Fatalf("block %d gave app hash %x, the next header says %x", h, block.AppHash, next.AppHash)
		}
		for i, tx := range block.Txs {
			txs++
			verifyTx(t, n, h, i, tx, block.Results[i], next.LastResultsHash)
		}
	}
	if txs != wantTxs {
		t.Fatalf("%d transactions seen, want %d", txs, wantTxs)
	}
}

// appHashField is the protobuf wrapper of a byte string: field 1, length, bytes.
func appHashField(hash []byte) []byte { return append([]byte{0x0a, byte(len(hash))}, hash...) }

func verifyTx(t *testing.T, n *Node, h int64, i int, tx []byte, want TxResult, resultsHash []byte) {
	t.Helper()
	proof, err := n.ResultProof(h, i)
	must(t, err)
	verifyProof(t, proof, resultsHash)
	var got abci.ExecTxResult
	must(t, got.Unmarshal(proof.Leaf))
	if got.Code != want.Code || !bytes.Equal(got.Data, want.Data) || got.Log != "" {
		t.Fatalf("the leaf of result %d of block %d says %v, the block %v", i, h, got, want)
	}
	header, err := n.Header(h)
	must(t, err)
	inBlock, err := n.TxProof(h, i)
	must(t, err)
	verifyProof(t, inBlock, header.DataHash)
	if !bytes.Equal(inBlock.Leaf, types.Tx(tx).Hash()) {
		t.Fatalf("the leaf of transaction %d of block %d isn't its hash", i, h)
	}
}

func TestAChangedCommitDoesntVerify(t *testing.T) {
	s, _ := single(t)
	height := s.mustSubmit(t, "tx")
	signed, err := s.node.SignedHeader(height)
	must(t, err)
	verifySigned(t, signed)
	signed.Signatures[0].Signature[0] ^= 1
	set := types.NewValidatorSet([]*types.Validator{types.NewValidator(ed25519.PubKey(signed.Validators[0].PubKey[:]), signed.Validators[0].Power)})
	if err := set.VerifyCommitLight(signed.Header.ChainID, blockIDOf(signed), height, commitOf(signed)); err == nil {
		t.Fatal("a changed signature verifies")
	}
}

func TestWhatTheNodeDoesntHaveIsNotFound(t *testing.T) {
	s, _ := single(t)
	height := s.mustSubmit(t, "tx")
	must(t, s.node.WaitHeight(testContext(t), height+1))
	ask := map[string]func(int64) error{
		"Header":       func(h int64) error { _, err := s.node.Header(h); return err },
		"SignedHeader": func(h int64) error { _, err := s.node.SignedHeader(h); return err },
		"Validators":   func(h int64) error { _, err := s.node.Validators(h + 2); return err },
		"Block":        func(h int64) error { _, err := s.node.Block(h); return err },
		"BlockTxs":     func(h int64) error { _, err := s.node.BlockTxs(h); return err },
		"ResultProof":  func(h int64) error { _, err := s.node.ResultProof(h, 0); return err },
		"TxProof":      func(h int64) error { _, err := s.node.TxProof(h, 0); return err },
	}
	for name, f := range ask {
		if err := f(height); err != nil {
			t.Errorf("%s of block %d: %v", name, height, err)
		}
		for _, h := range []int64{-3, 1 << 40} {
			if err := f(h); !errors.Is(err, ErrNotFound) {
				t.Errorf("%s of block %d: %v", name, h, err)
			}
		}
	}
	for _, i := range []int{-1, 1} {
		if _, err := s.node.ResultProof(height, i); !errors.Is(err, ErrNotFound) {
			t.Errorf("result %d: %v", i, err)
		}
		if _, err := s.node.TxProof(height, i); !errors.Is(err, ErrNotFound) {
			t.Errorf("transaction %d: %v", i, err)
		}
	}
}

func TestStatusTellsWhatAnOperatorWatches(t *testing.T) {
	s, absent := newSite(t, vfs.NewMem()), newSite(t, vfs.NewMem())
	must(t, s.start(testContext(t), Config{Profile: LAN, Genesis: genesisFor("status", LAN, s, absent)}))
	must(t, s.node.Submit(testContext(t), []byte("four")))
	got := s.node.Status()
	if got.MempoolTxs != 1 || got.MempoolBytes != 4 || got.Peers != 0 || !got.Validator || got.Height != 0 {
		t.Errorf("got %+v", got)
	}
}
