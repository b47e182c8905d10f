package traceview

import (
	"context"
	"crypto/ed25519"
	"crypto/sha256"
	"fmt"
	"sync"
	"testing"

	"pedigree/domain/org"
	"pedigree/domain/trace"
	"pedigree/ledger"
	"pedigree/ledger/ledgertest"
	"pedigree/proof"
)

// memoryChain is a Chain in one process: the real rules over a map, a block for
// each envelope, and proofs from a tree written in the plainest way.
type memoryChain struct {
	t     testing.TB
	mu    sync.Mutex
	chain *ledgertest.Chain
	logs  map[proof.Hash]string
	vals  proof.ValidatorSet
	fold  func(height uint64, events [][]byte) // called after each block
	kept  []keptBlock
	deny  int // envelopes that are refused at the door, as frozen goods are
}

// keptBlock is the events of one block.
type keptBlock struct {
	height uint64
	events [][]byte
}

// newMemoryChain founds a chain with these members.
func newMemoryChain(t testing.TB, founding string) *memoryChain {
	t.Helper()
	c := ledgertest.NewChain(t, org.Governor{}, map[string][]byte{"org": []byte(founding)}, org.Module(), trace.Module())
	c.SkipInvariants = true // the tests check them at the end
	set, err := proof.NewValidatorSet([]proof.Validator{{Key: ledgertest.Key("validator"), Power: 1}})
	if err != nil {
		t.Fatal(err)
	}
	m := &memoryChain{t: t, chain: c, logs: map[proof.Hash]string{}, vals: set}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.block() // members act from height 1 on
	return m
}

func (c *memoryChain) block(txs ...[]byte) {
	for i, r := range c.chain.Block(txs...) {
		if r.Code != 0 {
			env, err := proof.DecodeEnvelope(txs[i])
			if err != nil {
				c.t.Fatal(err)
			}
			c.logs[env.ID()] = r.Log
		}
	}
	if c.fold != nil {
		c.fold(c.chain.Height, c.chain.Last.Changes.Events)
	}
}

// pass lets block time pass.
func (c *memoryChain) pass(seconds uint64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.chain.Time += seconds
	c.block()
}

// settle fails the test unless every invariant of the rules holds.
func (c *memoryChain) settle() {
	c.t.Helper()
	if err := c.chain.Runtime.Invariants(c.chain.State); err != nil {
		c.t.Fatal(err)
	}
}

// ChainID implements Chain.
func (c *memoryChain) ChainID() string { return ledgertest.ChainID }

// Status implements Chain.
func (c *memoryChain) Status() (uint64, uint64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.chain.Height, c.chain.Time
}

// Read implements Chain.
func (c *memoryChain) Read(fn func(s ledger.State) error) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return fn(c.chain.View())
}

// Submit implements Chain: what is admitted stands in the next block at once.
func (c *memoryChain) Submit(_ context.Context, raw []byte) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	env, err := proof.DecodeEnvelope(raw)
	if err != nil {
		return err
	}
	if _, done := c.chain.State.Marks[env.ID()]; done {
		return nil
	}
	if c.deny > 0 {
		c.deny--
		return trace.CodeStopped.Errorf("frozen")
	}
	info := ledger.BlockInfo{Height: c.chain.Height, Time: c.chain.Time}
	if err := c.chain.Runtime.Check(info, raw, c.chain.State, nil); err != nil {
		return err
	}
	c.block(raw)
	return nil
}

// Try implements Chain.
func (c *memoryChain) Try(raws [][]byte) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.deny > 0 {
		return trace.CodeStopped.Errorf("frozen")
	}
	return c.chain.Try(raws...)
}

// Wait implements Chain.
func (c *memoryChain) Wait(_ context.Context, id proof.Hash) (Committed, error) {
	done, ok, err := c.Lookup(id)
	if err == nil && !ok {
		err = fmt.Errorf("entry %s was never submitted", id)
	}
	return done, err
}

// Lookup implements Chain.
func (c *memoryChain) Lookup(id proof.Hash) (Committed, bool, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	m, ok := c.chain.State.Marks[id]
	return Committed{ID: id, Height: uint64(m.Height), Index: m.Index, Code: m.Code, Text: c.logs[id]}, ok, nil
}

// trust is what a reader outside would take as given.
func (c *memoryChain) trust() proof.Trust {
	return proof.Trust{ChainID: ledgertest.ChainID, Height: 1, Validators: c.vals}
}

// Prove implements Chain.
func (c *memoryChain) Prove(_ context.Context, keys ...[]byte) (Proved, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	tree := plainTree{}
	for k, v := range c.chain.State.Rows {
		tree[sha256.Sum256([]byte(k))] = sha256.Sum256(v)
	}
	out := Proved{Parts: proof.AppHashParts{EventCount: uint64(len(c.chain.State.Events)), StateRoot: tree.root(0)}}
	for _, k := range keys {
		value := c.chain.State.Rows[string(k)]
		out.Values = append(out.Values, value)
		out.Paths = append(out.Paths, tree.path(sha256.Sum256(k)))
	}
	out.Header = c.attest(out.Parts.Hash())
	return out, nil
}

func (c *memoryChain) attest(app proof.Hash) proof.Attestation {
	h := proof.Header{
		BlockVersion: proof.BlockProtocol, AppVersion: 1, ChainID: ledgertest.ChainID, Height: c.chain.Height + 1,
		Time: proof.Timestamp{Seconds: c.chain.Time + 1}, LastCommit: ledgertest.HashOf("commit"), Data: proof.EmptyTree(),
		LastBlockID: proof.BlockID{Hash: ledgertest.HashOf("block"), Parts: proof.PartSetHeader{Total: 1, Hash: ledgertest.HashOf("parts")}},
		Validators:  c.vals.Hash(), NextValidators: c.vals.Hash(), Consensus: ledgertest.HashOf("consensus"),
		App: app, LastResults: proof.EmptyTree(), Evidence: proof.EmptyTree(), Proposer: c.vals[0].Address(),
	}
	s := proof.SignedHeader{Header: h, Commit: proof.Commit{Parts: proof.PartSetHeader{Total: 1, Hash: ledgertest.HashOf("parts")}}}
	at := proof.Timestamp{Seconds: h.Time.Seconds + 1}
	sig := proof.Signature{proof.AlgEd25519}
	copy(sig[1:], ed25519.Sign(ledgertest.PrivateKey("validator"), s.SignBytes(at)))
	s.Commit.Signatures = []proof.CommitSignature{{Time: at, Signature: sig}}
	return proof.Attestation{Signed: s}
}

// plainTree is the state tree, from SHA-256 of a key to SHA-256 of its value.
type plainTree map[proof.Hash]proof.Hash

func (t plainTree) split(depth int) (left, right plainTree) {
	left, right = plainTree{}, plainTree{}
	for p, v := range t {
		if p[depth/8]&(0x80>>(depth%8)) == 0 {
			left[p] = v
		} else {
			right[p] = v
		}
	}
	return left, right
}

func (t plainTree) root(depth int) proof.Hash {
	if len(t) <= 1 {
		for p, v := range t {
			return proof.StateLeafHash(p, v)
		}
		return proof.Hash{}
	}
	l, r := t.split(depth)
	return proof.StateInnerHash(l.root(depth+1), r.root(depth+1))
}

func (t plainTree) path(path proof.Hash) proof.StatePath {
	var siblings []proof.Hash
	for depth := 0; len(t) > 1; depth++ {
		l, r := t.split(depth)
		if path[depth/8]&(0x80>>(depth%8)) == 0 {
			siblings, t = append(siblings, r.root(depth+1)), l
		} else {
			siblings, t = append(siblings, l.root(depth+1)), r
		}
	}
	out := proof.StatePath{Siblings: make([]proof.Hash, len(siblings))}
	for i, s := range siblings {
		out.Siblings[len(siblings)-1-i] = s
	}
	for p, v := range t {
		if p != path {
			out.Other, out.OtherPath, out.OtherValue = true, p, v
		}
	}
	return out
}
