package traceview

import (
	"context"

	"pedigree/ledger"
	"pedigree/proof"
)

// Chain is what the workflows need of the node: reads of committed state and one
// submitter.
type Chain interface {
	// ChainID names the chain.
	ChainID() string
	// Status is the last committed height and its block time in Unix seconds.
	Status() (height, blockTime uint64)
	// Read calls fn with one consistent view of committed state.
	Read(fn func(s ledger.State) error) error
	// Submit hands an envelope to the node; nil when it is waiting or was
	// committed before. A refusal is a *ledger.Error.
	Submit(ctx context.Context, raw []byte) error
	// Try says how envelopes would end in the next block if it had them alone, by
	// the state that is committed. Nothing is kept.
	Try(raws [][]byte) error
	// Wait returns how an entry ended, once it is committed.
	Wait(ctx context.Context, id proof.Hash) (Committed, error)
	// Lookup returns how an entry ended if it is committed already.
	Lookup(id proof.Hash) (Committed, bool, error)
	// Prove returns, for each raw state key, its value (nil when absent) and
	// path, all under one signed header.
	Prove(ctx context.Context, keys ...[]byte) (Proved, error)
}

// Committed says how an entry ended.
type Committed struct {
	ID     proof.Hash
	Height uint64
	Index  int
	Code   uint32 // 0 when accepted
	Text   string // of the refusal
}

// Proved is state with its proof.
type Proved struct {
	Values [][]byte
	Paths  []proof.StatePath
	Parts  proof.AppHashParts
	Header proof.Attestation // of a height whose header carries Parts
}

// Signer signs as the organisation. It is safe for concurrent use.
type Signer interface {
	// Org is the organisation's id on the ledger.
	Org() string
	// KeyID is the number of the key that Sign uses.
	KeyID() uint64
	// Sign signs a tagged hash.
	Sign(message proof.Hash) (proof.Signature, error)
}
